package station

import "time"

// DryAsk asks what the timetable will do on the coming days.
type DryAsk struct {
	Slot    *Slot     `json:"slot,omitempty"`    // as if it stood there: in place of the one with its ID, with ID 0 as a new one
	Cluster ClusterID `json:"cluster,omitempty"` // as heard there; empty: everywhere
}

// DryRun is what the timetable will do if nobody changes it and nothing comes
// between.
type DryRun struct {
	From     time.Time    `json:"from"` // the first morning
	Days     int          `json:"days"`
	Starts   []DryStart   `json:"starts"`   // by time, at most MaxDryStarts
	Findings []DryFinding `json:"findings"` // what is wrong, the most frequent last
	Count    int          `json:"count"`    // of all starts that are heard
	Heard    []DryHeard   `json:"heard"`    // by cluster
	Quiet    Quiet        `json:"quiet"`    // the hours of peace that it was held against
	Ways     []OverlapWay `json:"ways,omitempty"`
}

// OverlapKind is how an overlap is answered. Closed set.
type OverlapKind string

// The answers to an overlap, other than to let it be.
const (
	OverlapReplace OverlapKind = "replace" // the others fall silent where the slot is heard
	OverlapAppend  OverlapKind = "append"  // it begins behind what sounds
	OverlapShift   OverlapKind = "shift"   // it begins at the next minute at which nothing sounds
)

// OverlapWay answers the overlaps of the slot that was asked about. Puts are
// the slots as they are to be written, that slot first.
type OverlapWay struct {
	Kind OverlapKind `json:"kind"`
	Puts []Slot      `json:"puts"`
}

// DryStart is one start of a slot.
type DryStart struct {
	Slot     SlotID        `json:"slot"`
	Title    string        `json:"title"`
	At       time.Time     `json:"at"`
	Length   time.Duration `json:"length"`
	Mode     StartMode     `json:"mode"`
	Clusters int           `json:"clusters"`         // where it is to be heard
	Skipped  bool          `json:"skip,omitempty"`   // passed over by hand
	Over     bool          `json:"over,omitempty"`   // it overlaps another one somewhere
	Behind   bool          `json:"behind,omitempty"` // it waits for the end of another one, as it is meant to
	Quiet    bool          `json:"quiet,omitempty"`
}

// DryWhy says what is wrong with a start. Closed set.
type DryWhy string

// What a dry run finds.
const (
	DryOverlap DryWhy = "overlap"      // it begins while another one sounds
	DryQuiet   DryWhy = "quiet"        // it sounds in the quiet hours
	DryNoItem  DryWhy = "unknown-item" // an item of it left the library
	DryNowhere DryWhy = "nowhere"      // no cluster is meant
	DrySession DryWhy = "session"      // one behind the other they sound longer than a session may
)

// DryFinding is one thing that is wrong, told once for all its days.
type DryFinding struct {
	Why      DryWhy        `json:"why"`
	Slot     SlotID        `json:"slot"`
	Title    string        `json:"title"`
	Mode     StartMode     `json:"mode"`
	Other    SlotID        `json:"other,omitempty"` // overlap: what sounds then
	With     string        `json:"with,omitempty"`  // its title
	First    time.Time     `json:"first"`           // the first start that it happens to
	Times    int           `json:"times"`           // days on which it happens
	By       time.Duration `json:"by"`              // how long, at the longest
	Clusters []int         `json:"clusters"`        // numbers of the clusters where it happens, ascending
}

// Behind tells whether a start waits for the end of another one, as it is meant
// to, and comes in time.
func (f DryFinding) Behind() bool {
	return f.Why == DryOverlap && f.Mode == StartSoft && f.By <= StandingOf(Scheduled).LateBy
}

// DryHeard is what one cluster hears.
type DryHeard struct {
	Cluster ClusterID     `json:"cluster"`
	Number  int           `json:"number"`
	Name    string        `json:"name"`
	Starts  int           `json:"starts"`
	Sounds  time.Duration `json:"sounds"`
}

// Bounds of a dry run.
const (
	DryDays      = 14
	MaxDryStarts = DryDays * MaxSlots
)
