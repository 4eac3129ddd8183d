package station

import "time"

// JournalSuspect is the CopyWhy of a journal that a copy found damaged: the next
// start repairs it.
const JournalSuspect = "journal-suspect"

// KeepReport is how the journal's second copies stand.
type KeepReport struct {
	SideFailing bool      `json:"sideFailing"` // the side log is not written
	SideSince   time.Time `json:"sideSince,omitzero"`
	SideWhy     string    `json:"sideWhy,omitempty"`
	SideDir     string    `json:"sideDir,omitempty"`
	CopyAt      time.Time `json:"copyAt,omitzero"` // when the newest verified copy was complete, or still equal; zero: none
	Copies      int       `json:"copies"`
	CopyFailing bool      `json:"copyFailing"`
	CopySince   time.Time `json:"copySince,omitzero"`
	CopyWhy     string    `json:"copyWhy,omitempty"`
	Blanking    int       `json:"blanking"` // personal data taken out that a copy still holds
}

// RepairCause says why the journal was built anew. Closed set.
type RepairCause string

// Why the journal was built anew.
const (
	RepairDamaged RepairCause = "damaged"  // the file did not verify
	RepairMissing RepairCause = "missing"  // the file was gone
	RepairSetBack RepairCause = "set-back" // the file was older than what was written beside it
	RepairRestore RepairCause = "restore"  // a person restored a backup
)

// Repair is what a repair of the journal brought back and what it did not.
type Repair struct {
	At        time.Time   `json:"at"`
	Cause     RepairCause `json:"cause"`
	Why       string      `json:"why,omitempty"`
	From      string      `json:"from"` // file, earlier, copy, salvage, side, nothing
	Source    string      `json:"source,omitempty"`
	Records   int         `json:"records"` // that the new journal began with
	Recovered [2]uint64   `json:"recovered"`
	Lost      []Lost      `json:"lost,omitempty"` // none: nothing that is known of
	Kept      string      `json:"kept,omitempty"` // the old file, for those who look into it
}

// Lost is a run of entries that nothing holds any more.
type Lost struct {
	From    uint64    `json:"from"`
	To      uint64    `json:"to"`
	Since   time.Time `json:"since"` // of the last entry before it
	Until   time.Time `json:"until"` // of the first entry after it, or of the discovery
	Classes []string  `json:"classes,omitempty"`
	Open    bool      `json:"open,omitempty"` // there may have been more
}

// JournalRepaired: this start found the journal damaged, gone or old, and built
// it anew; or a backup was restored before it.
type JournalRepaired struct {
	Repair Repair `json:"repair"`
}

func (JournalRepaired) fact() {}
