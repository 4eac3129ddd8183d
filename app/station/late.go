package station

import "time"

// LateID numbers what came too late; never reused.
type LateID uint64

// Late is what came too late to be heard by itself and waits for the operator's
// word: a record of class "late", by its number. Nothing of it sounds without
// one.
type Late struct {
	ID      LateID        `json:"id"`
	Title   string        `json:"title"`
	Who     string        `json:"who"`
	Class   Class         `json:"class"`
	Targets Targets       `json:"targets"`
	Pieces  []Piece       `json:"pieces,omitempty"` // what is still to be heard; not in a snapshot
	Length  time.Duration `json:"length"`           // of these, as far as it is known
	Due     time.Time     `json:"due"`              // when it was to be heard, or was asked for
	Since   Stamp         `json:"since"`            // on this list
	Why     string        `json:"why"`              // a typed word: late, air-taken, quiet-hours
	At      int64         `json:"at,omitempty"`     // Unix seconds: by the operator's word it plays then; 0: it waits

	Of LateOf `json:"of,omitzero"`
}

// LateOf is what a Late was.
type LateOf struct {
	Broadcast BroadcastID `json:"broadcast,omitempty"` // as which it was to be heard; 0: as none
	Slot      SlotID      `json:"slot,omitempty"`      // a start of this slot
	SlotAt    int64       `json:"slotAt,omitempty"`
	Expires   int64       `json:"expires,omitempty"` // Unix ms: the end of the order that asked for it; 0: none
}

// LateDo is what becomes of a Late. Closed set.
type LateDo string

// The answers.
const (
	LatePlay  LateDo = "play"  // now
	LateSkip  LateDo = "skip"  // never
	LateLater LateDo = "later" // by itself, at a moment that the answer names
)

// LateAnswer is the operator's word on a Late.
type LateAnswer struct {
	ID LateID `json:"id"`
	Do LateDo `json:"do"`
	At int64  `json:"at,omitempty"` // Unix seconds; of LateLater alone
}

// Bounds of what waits for a word.
const (
	MaxLate     = 50             // beyond it the oldest is let go, and the log says so
	LateKept    = 24 * time.Hour // without a word it is let go after
	MaxLateMove = 24 * time.Hour // "later" is no later than this
)

func (LateAnswer) intent() {}
