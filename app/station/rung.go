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

	Relay ItemID `json:"relay,omitempty"` // the broadcast of another station that music stands in for until it has sound again; empty: none
}

// RelayBack: a relay that music stands in for has had sound for some seconds.
type RelayBack struct {
	Item ItemID `json:"item"`
}

func (RelayBack) fact() {}

// CueStore lets the clusters that hold the item which plays sound it from their
// own store, in the place of the stream, from where it is now.
type CueStore struct {
	Broadcast BroadcastID `json:"broadcast"`
}

func (CueStore) cue() {}
