package station

import "time"

// SendAgain airs what a broadcast aired once more, only where it was not heard
// in full. Of an emergency it is the siren and the words, and only while it is
// open; of anything else the items, or the recording of what was said.
type SendAgain struct {
	Of       BroadcastID `json:"of"`
	Items    []ItemID    `json:"items,omitempty"`
	Clusters []ClusterID `json:"clusters"` // who missed it
}

// PoleAlone is what a cluster did by itself while no station was there, oldest
// first. Rows come again until they are on disk; those known are passed over.
type PoleAlone struct {
	ID   ClusterID `json:"id"`
	Rows []PoleRow `json:"rows"`
}

// PoleRow is one thing that a cluster aired by itself, or did not.
type PoleRow struct {
	Number uint64        `json:"number"` // ascending in the cluster's life
	At     int64         `json:"at"`     // Unix seconds by the cluster's clock
	Kind   string        `json:"kind"`   // a typed word: slot, last-words, lost, back
	Title  string        `json:"title"`
	Why    string        `json:"why,omitempty"` // a typed word
	Played time.Duration `json:"played"`
}

// EvPoleAlone is what a cluster did by itself; Reason is PolePrefix and the
// row's kind.
const EvPoleAlone EventKind = "pole-alone"

// PolePrefix stands before a row's kind in an event's reason.
const PolePrefix = "pole-"

// PoleRowsKey is the key of the record, of class desk, that holds the number of
// each cluster's newest row.
const PoleRowsKey = "pole-rows"

func (SendAgain) intent() {}
func (PoleAlone) fact()   {}
