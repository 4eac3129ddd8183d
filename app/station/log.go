package station

import "time"

// LogQuery asks for rows of the as-run log, newest first.
type LogQuery struct {
	Before    uint64      `json:"before,omitempty"` // rows with a smaller number; 0: from the newest
	Limit     int         `json:"limit,omitempty"`  // 1…MaxLogRows; 0: 100
	Kinds     []EventKind `json:"kinds,omitempty"`  // none: all
	Text      string      `json:"text,omitempty"`   // in title, actor or reason, case and tone marks as typed
	Broadcast BroadcastID `json:"broadcast,omitempty"`
	From      time.Time   `json:"from,omitzero"`
	Until     time.Time   `json:"until,omitzero"`
	Only      AiredKind   `json:"only,omitempty"` // of broadcasts
	Rows      bool        `json:"rows,omitempty"` // an export: rows of the log, not broadcasts
	CAP       bool        `json:"cap,omitempty"`  // an export: the emergency that Broadcast read, as CAP 1.2

	Began uint64 `json:"began,omitempty"` // number of Broadcast's first row: all that was written of it, oldest first, but its receipts; else 0
}

// AiredKind narrows broadcasts down. Closed set; empty: all.
type AiredKind string

// The kinds of broadcasts.
const (
	AiredEmergency AiredKind = "emergency" // drills too
	AiredLive      AiredKind = "live"
	AiredList      AiredKind = "list" // the play list, the timetable and what is played by hand
)

// MaxLogRows bounds one page of the log.
const MaxLogRows = 500

// LogRow is one row with its number in the journal.
type LogRow struct {
	Seq uint64 `json:"seq"`
	Event
}

// LogPage is an answer to a LogQuery.
type LogPage struct {
	Rows []LogRow `json:"rows"`
	More bool     `json:"more"` // there may be older ones
	Next uint64   `json:"next"` // Before of the page that follows; a search may end before it found a row

	Alert *Alert `json:"alert,omitempty"` // where Began was asked: the whole text that was read, if there was one
}

// Aired is one broadcast as it was: from its start to its end, with the
// receipts of the clusters that were meant.
type Aired struct {
	Seq      uint64        `json:"seq"` // of its first row
	ID       BroadcastID   `json:"id"`
	Class    Class         `json:"class"`
	Title    string        `json:"title"`
	Who      string        `json:"who"`
	Began    Stamp         `json:"began"`
	Ended    Stamp         `json:"ended"`    // zero: it is on air, or its end is not written yet
	Duration time.Duration `json:"duration"` // on air, cuts left out
	Reason   string        `json:"reason"`   // of the end, a typed code
	Drill    bool          `json:"drill,omitempty"`
	Meant    int           `json:"meant"`
	Receipts []Receipt     `json:"receipts"`         // those who missed most first; none: not closed yet
	Record   ItemID        `json:"record,omitempty"` // what was said at the microphone
	Items    []ItemID      `json:"items,omitempty"`  // that sounded
	Cuts     int           `json:"cuts,omitempty"`   // times it was pushed off the air
}

// Receipt is what one cluster really played of a broadcast.
type Receipt struct {
	Cluster ClusterID     `json:"cluster"`
	Number  int           `json:"number"`
	Name    string        `json:"name"`
	Played  time.Duration `json:"played"`
	Heard   HeardState    `json:"heard"`
}

// HeardState sums a receipt up. Closed set.
type HeardState string

// How much of a broadcast a cluster played.
const (
	HeardAll     HeardState = "all"     // at least 98 % of it
	HeardPart    HeardState = "part"    //
	HeardNone    HeardState = "none"    //
	HeardUnknown HeardState = "unknown" // it cannot report
	HeardSent    HeardState = "sent"    // all of it was sent to what says nothing back
)

// MapKind says what a line of the map is. Closed set.
type MapKind string

// The lines of a map.
const (
	MapOutline MapKind = "outline"
	MapRoad    MapKind = "road"
	MapRiver   MapKind = "river"
)

// Map is what is drawn behind the clusters. At most MaxMapPoints in all.
type Map struct {
	Lines  []MapLine  `json:"lines"`
	Places []MapPlace `json:"places"` // hamlets
	Source string     `json:"source"` // as it is to be named; "DEMO" in the sample commune
}

// MapLine is one line of the map.
type MapLine struct {
	Kind   MapKind  `json:"kind"`
	Name   string   `json:"name,omitempty"`
	Points []LatLon `json:"points"`
}

// MapPlace is one named point of the map.
type MapPlace struct {
	Name string `json:"name"`
	LatLon
}

// MaxMapPoints bounds a map; an import simplifies what has more.
const MaxMapPoints = 8000
