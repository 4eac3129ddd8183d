package station

import "time"

// Intent is what an operator, ctl or the timetable asks of the desk. Closed set.
type Intent interface{ intent() }

// PlayNow asks for items at once, before the queue, class Operator.
type PlayNow struct {
	Items   []ItemID `json:"items"`
	Targets Targets  `json:"targets"`
	Bed     ItemID   `json:"bed,omitempty"` // music under the spoken ones; empty: none
}

// QueueAdd puts an item into the play queue. At is an index, -1 the end.
type QueueAdd struct {
	Item    ItemID  `json:"item"`
	Targets Targets `json:"targets"`
	At      int     `json:"at"`
}

// QueueRemove takes an entry out; on the one that plays it means skip.
type QueueRemove struct {
	ID EntryID `json:"id"`
}

// QueueMove puts an entry at index To of the queue without it.
type QueueMove struct {
	ID EntryID `json:"id"`
	To int     `json:"to"`
}

// QueuePlay lets the queue run. QueuePause holds it where the air is.
// QueueSkip ends the entry that plays.
type (
	QueuePlay  struct{}
	QueuePause struct{}
	QueueSkip  struct{}
)

// LiveStart opens the microphone: chime, then speak.
type LiveStart struct {
	Title   string  `json:"title"`
	Targets Targets `json:"targets"`
	NoChime bool    `json:"noChime,omitempty"`
}

// LiveStop closes the microphone.
type LiveStop struct{}

// EmergencyStart airs a siren, then a text or the microphone. With Drill it
// ranks as Live, never as an emergency, and says so in every word.
type EmergencyStart struct {
	Text    string  `json:"text,omitempty"`
	Siren   string  `json:"siren,omitempty"` // tone id; empty: the station's default
	Mic     bool    `json:"mic,omitempty"`   // the operator speaks after the siren
	Drill   bool    `json:"drill,omitempty"`
	Level   int     `json:"level,omitempty"` // 1–5, Decision 18/2021; 0 not given
	Targets Targets `json:"targets"`         // with Updates: those of the old one are added

	Updates BroadcastID `json:"updates,omitempty"` // takes the place of this open one; 0: it is a new one
	Repeat  Repeat      `json:"repeat,omitzero"`   // read again on a plan; not in a drill, not by microphone
	Kind    string      `json:"kind,omitempty"`    // of danger: a typed word, "flood"
	Source  string      `json:"source,omitempty"`  // CAP.Key of the message whose content it is
	Second  Second      `json:"second,omitzero"`   // the same in the second language; not in a drill
	Waived  []Waiver    `json:"waived,omitempty"`  // parts of the least content that the text has not
}

// Repeat is a plan to read a text again and again; it ends by its count, which
// no clock can stretch.
type Repeat struct {
	Every time.Duration `json:"every,omitempty"` // from start to start, MinRepeat to MaxRepeat
	Times int           `json:"times,omitempty"` // readings that are still to come, at most MaxRepeats
}

// Waiver is a part of the least content of a warning that its author left out,
// and why.
type Waiver struct {
	Part string `json:"part"` // a typed word: place, time, …
	Why  string `json:"why"`
}

// Bounds of what is open at once and of its repeats.
const (
	MaxOpen    = 8 // emergencies
	MinRepeat  = 2 * time.Minute
	MaxRepeat  = 2 * time.Hour
	MaxRepeats = 50
	MaxWaivers = 10
	MaxSource  = 200 // characters
)

// EmergencyEnd ends what is open: sound, board and notice. With AllClear its
// own tone and words follow on the same targets, but not where another danger
// still is.
type EmergencyEnd struct {
	AllClear bool        `json:"allClear,omitempty"`
	Of       BroadcastID `json:"of,omitempty"` // EmergencyView.ID; 0: the one that stands before the others
}

// EmergencyCorrect takes an open emergency back: it is silenced, and the
// prepared correction is read and shown where it was heard.
type EmergencyCorrect struct {
	Of BroadcastID `json:"of,omitempty"` // as in EmergencyEnd
}

// StopAll silences every broadcast at once and holds the queue.
type StopAll struct{}

// CardPublish shows a notice on a board; an empty text shows the default.
type CardPublish struct {
	Board  BoardID   `json:"board"`            // empty: Boards, or every board
	Boards []BoardID `json:"boards,omitempty"` // several of them, where Board is empty
	Text   string    `json:"text"`
	Until  int64     `json:"until,omitempty"` // Unix seconds: its own end; 0: none
}

// ClockConfirm is a person's word that the machine's clock is right.
type ClockConfirm struct{}

// FaultAck says that a person has seen a fault.
type FaultAck struct {
	ID string `json:"id"`
}

// ClusterMute silences one cluster, a group or all until it is lifted. An
// emergency is heard all the same.
type ClusterMute struct {
	ID    ClusterID `json:"id,omitempty"`
	To    Targets   `json:"to,omitzero"` // where ID is empty
	Muted bool      `json:"muted"`
}

// BroadcastEnd ends one open broadcast, a suspended one too.
type BroadcastEnd struct {
	ID BroadcastID `json:"id"`
}

func (BroadcastEnd) intent()     {}
func (EmergencyCorrect) intent() {}

func (PlayNow) intent()        {}
func (QueueAdd) intent()       {}
func (QueueRemove) intent()    {}
func (QueueMove) intent()      {}
func (QueuePlay) intent()      {}
func (QueuePause) intent()     {}
func (QueueSkip) intent()      {}
func (LiveStart) intent()      {}
func (LiveStop) intent()       {}
func (EmergencyStart) intent() {}
func (EmergencyEnd) intent()   {}
func (StopAll) intent()        {}
func (CardPublish) intent()    {}
func (FaultAck) intent()       {}
func (ClockConfirm) intent()   {}
func (ClusterMute) intent()    {}

// Urgent tells the intents that are answered when decided, not when saved:
// nothing waits on the disk to be heard.
func Urgent(in Intent) bool {
	switch in.(type) {
	case EmergencyStart, EmergencyEnd, EmergencyCorrect, LiveStart, LiveStop, StopAll, OrderReceived:
		return true
	}
	return false
}
