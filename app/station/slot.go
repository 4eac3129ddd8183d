package station

import "time"

// SlotID numbers the slots of the timetable; never reused.
type SlotID uint64

// Days is a set of week days: bit 0 Monday … bit 6 Sunday.
type Days uint8

// EveryDay is all seven.
const EveryDay Days = 1<<7 - 1

// Has tells whether the set holds a day.
func (d Days) Has(w time.Weekday) bool { return d&(1<<((int(w)+6)%7)) != 0 }

// StartMode says how a slot begins when something else sounds. Closed set.
type StartMode string

// The start modes, with the letter that the screen shows.
const (
	StartHard StartMode = "hard" // Đ: on the second; what sounds of its class or lower is suspended
	StartWait StartMode = "wait" // C: when the item that sounds has ended, at most MaxStartWait late
	StartSoft StartMode = "soft" // N: after all that sounds
	StartSkip StartMode = "skip" // B: on the second, or not at all
)

// Feast says what a slot does on public holidays. Closed set; empty: as on any
// other day.
type Feast string

// What a slot does on public holidays.
const (
	FeastNot  Feast = "not"  // it keeps silent
	FeastOnly Feast = "only" // it is heard on those days alone
)

// MaxStartWait is how long a slot waits for the end of an item.
const MaxStartWait = 5 * time.Minute

// Slot is one line of the timetable: a journal record of class "slot".
type Slot struct {
	ID      SlotID    `json:"id"`
	Title   string    `json:"title"`
	Minute  int       `json:"minute"` // of the day, 0…1439, the commune's time
	Days    Days      `json:"days"`
	From    string    `json:"from,omitempty"`  // first day, 2006-01-02; empty: no bound
	Until   string    `json:"until,omitempty"` // last day
	Items   []ItemID  `json:"items"`
	Targets Targets   `json:"targets"`
	Mode    StartMode `json:"mode"`
	Off     bool      `json:"off,omitempty"` // kept, not aired
	Feast   Feast     `json:"feast,omitempty"`
	By      string    `json:"by"`
	Above   string    `json:"above,omitempty"` // whose timetable of the tier above it is of; empty: the station's own
	SlotSound
	SlotPast
}

// SlotSound is how the items of a slot are heard.
type SlotSound struct {
	Bed ItemID `json:"bed,omitempty"` // music that sounds low under its spoken items, from its start again where it is shorter; empty: none
}

// SlotPast is what became of a slot's starts.
type SlotPast struct {
	Last int64   `json:"last,omitempty"` // Unix seconds of the newest start that was aired, missed or skipped
	Skip []int64 `json:"skip,omitempty"` // starts to pass over
}

// Bounds of a timetable.
const (
	MaxSlots     = 200
	MaxSlotItems = 50
)

// DueState is what became of a start. Closed set.
type DueState string

// The states of a start.
const (
	DueComing  DueState = "coming"
	DueOnAir   DueState = "on-air"
	DueDone    DueState = "done"
	DueMissed  DueState = "missed"  // the station was off, or the limit of lateness had passed
	DueSkipped DueState = "skipped" // by hand
)

// DueView is one start of a slot.
type DueView struct {
	Slot    SlotID        `json:"slot"`
	Title   string        `json:"title"`
	At      time.Time     `json:"at"`
	Length  time.Duration `json:"length"` // of its items
	Targets Targets       `json:"targets"`
	Mode    StartMode     `json:"mode"`
	State   DueState      `json:"state"`
	Why     string        `json:"why,omitempty"` // a typed word
}

// PlanView is the timetable and what of it stands around now: the starts from
// the beginning of today to 24 hours from now, oldest first, at most 100.
type PlanView struct {
	Slots []Slot    `json:"slots"`
	Due   []DueView `json:"due"`

	Silent *SilentView `json:"silent,omitempty"` // what is due now cannot be heard and nothing stands in
}

// SilentView is a slot in whose place there is silence.
type SilentView struct {
	Title string    `json:"title"`
	Until time.Time `json:"until"`
	Ladder
}

// DayForm is how From and Until are written.
const DayForm = "2006-01-02"

// On is the slot's start on the day of t, in t's zone; false when it has none.
func (s Slot) On(t time.Time) (time.Time, bool) {
	y, m, d := t.Date()
	day := t.Format(DayForm)
	if !s.Days.Has(t.Weekday()) || s.From != "" && day < s.From || s.Until != "" && day > s.Until {
		return time.Time{}, false
	}
	if s.Feast != "" && (s.Feast == FeastOnly) != (HolidayOn(t) != "") {
		return time.Time{}, false
	}
	return time.Date(y, m, d, s.Minute/60, s.Minute%60, 0, 0, t.Location()), true
}
