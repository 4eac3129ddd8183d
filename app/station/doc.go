// Package station holds the words in which the station's decisions are
// written: who may speak, where, what was asked, what was decided, what is
// true. It imports the standard library only, owns no state and starts
// nothing; every value in it may be copied between goroutines once published.
//
// Invariants, cited by number in tests:
//
//	I1  At any time a cluster hears at most one broadcast.
//	I2  What it hears is the highest class that wants it; at equal class the
//	    newest slot that starts on the second (StartHard), else the older one.
//	I3  Every start in the as-run log has exactly one end.
//	I4  A cluster is shown playing only for ProofLife after it last said it played.
//	I5  The same inputs give the same state, events and cues.
package station

import "time"

// ProofLife is how long a report that a cluster played stays proof on air.
const ProofLife = 5 * time.Second

// ClockQuality says how far the wall clock can be trusted.
type ClockQuality uint8

// The states of trust in the wall clock.
const (
	ClockUnknown ClockQuality = iota
	ClockUnsure
	ClockGood
)

// Stamp is one moment: Mono orders and measures, Wall is for people.
type Stamp struct {
	Mono    time.Duration `json:"mono"` // since the station process started
	Wall    time.Time     `json:"wall"`
	Quality ClockQuality  `json:"quality"`
}

// ClusterID is the fingerprint of a cluster's key.
type ClusterID string

// BoardID is the fingerprint of a board's key.
type BoardID string

// ItemID is the SHA-256 of a library item's original, in lower-case hex.
type ItemID string

// BroadcastID numbers the broadcasts of a station; never reused.
type BroadcastID uint64

// EntryID numbers the entries of the play queue; never reused.
type EntryID uint64
