package station

// Rung is which step of the fallback ladder is on air. Closed set; empty: what
// is due.
type Rung string

// The steps below what is due.
const (
	RungStore   Rung = "pole-store" // the same from the store of the poles that hold it
	RungFiller  Rung = "filler"     // approved music
	RungSilence Rung = "no-filler"  // nothing; an alarm stands
)

// Ladder is the step that a broadcast is on, and why, in a typed word.
type Ladder struct {
	Rung Rung   `json:"rung,omitempty"`
	Why  string `json:"why,omitempty"`
}

// CueStore lets the clusters that hold the item which plays sound it from their
// own store, in the place of the stream, from where it is now.
type CueStore struct {
	Broadcast BroadcastID `json:"broadcast"`
}

func (CueStore) cue() {}
