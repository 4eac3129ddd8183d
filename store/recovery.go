package store

import (
	"encoding/json"
	"time"
)

// ClassRecovery is the class of the first entry of an epoch that a repair or a
// restore began: its payload is a Recovery as JSON, version 1. A fact.
const ClassRecovery = "store.recovery"

// Cause says why a journal began a new epoch. Closed set.
type Cause string

// Why a new epoch began.
const (
	CauseDamaged Cause = "damaged"  // the file did not verify
	CauseMissing Cause = "missing"  // the file was gone, its copies were not
	CauseSetBack Cause = "set-back" // the file is older than the side log: an old copy, or a disk that lied
	CauseRestore Cause = "restore"  // a person restored a backup
)

// Origin says what a recovery was built on. Closed set.
type Origin string

// What a recovery can be built on, in the order they are tried.
const (
	FromFile    Origin = "file"    // the file itself, whole
	FromEarlier Origin = "earlier" // the file, one transaction back
	FromCopy    Origin = "copy"    // a hot copy or a backup
	FromSalvage Origin = "salvage" // what could be read of the damaged file
	FromSide    Origin = "side"    // the side log alone
	FromNothing Origin = "nothing" // an empty journal
)

// Recovery is what a repair or restore did, by name. It is the first entry of
// the new epoch and what screens show.
type Recovery struct {
	At        time.Time `json:"at"`
	Cause     Cause     `json:"cause"`
	Why       string    `json:"why,omitempty"` // the error, in words
	From      Origin    `json:"from"`
	Source    string    `json:"source,omitempty"` // file name of the copy
	Old       Cursor    `json:"old"`              // where the base stood
	Recovered Span      `json:"recovered"`        // brought back above the base
	Lost      []Loss    `json:"lost,omitempty"`   // by name; none: nothing that is known of
	Records   int       `json:"records"`          // brought into the new epoch
	Kept      string    `json:"kept,omitempty"`   // file name of the old file, evidence
}

// Span is a run of entries; both zero: none.
type Span struct {
	From uint64 `json:"from"`
	To   uint64 `json:"to"`
}

// Loss is a run of entries that no source holds any more.
type Loss struct {
	Span
	Since   time.Time `json:"since"`             // wall time of the last entry before it
	Until   time.Time `json:"until"`             // wall time of the first after it, or of the discovery
	Classes []string  `json:"classes,omitempty"` // what is known to have been in it; none: not known
	Open    bool      `json:"open,omitempty"`    // its end is not known: there may have been more
}

// Complete tells that nothing is known or suspected to be lost.
func (r Recovery) Complete() bool { return len(r.Lost) == 0 }

// Recoveries lists the recoveries of this journal, oldest first.
func (r *Reader) Recoveries() ([]Recovery, error) {
	var out []Recovery
	err := r.Each(ClassRecovery, func(rec Record) error {
		var v Recovery
		if rec.Version == 1 && json.Unmarshal(rec.Payload, &v) == nil {
			out = append(out, v)
		}
		return nil
	})
	return out, err
}
