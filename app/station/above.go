package station

import "time"

// Above is what the station knows of the tier above beside the link itself.
// Never changed once it is shown.
type Above struct {
	Keys     uint64         `json:"keys"`     // version of the key set that holds; 0: none, so no order is obeyed
	Issuers  []string       `json:"issuers"`  // whose orders it names
	Refused  []RefusedOrder `json:"refused"`  // newest first, at most MaxRefusedShown
	Repairs  []Repair       `json:"repairs"`  // of the journal, newest first: each began a new epoch
	Compared time.Time      `json:"compared"` // the books were compared with those above; zero: never
	Differs  string         `json:"differs"`  // a typed word: what was found then; empty: equal
	Detail   string         `json:"detail"`   // the same for those who repair it, in English
}

// Bounds of Above.
const (
	MaxRefusedShown = 20
	MaxRepairsShown = 10
)

// What comparing the books may find.
const (
	BooksDiffer = "books-differ" // same history, other records; or other histories
	OtherLife   = "other-life"   // the tier above holds another epoch
)

// BooksCompared: the books were compared with those above.
type BooksCompared struct {
	Differs string `json:"differs"` // a typed word; empty: equal
}

func (BooksCompared) fact() {}
