// Package onair decides who speaks now, where and until when. Decide is pure;
// Desk is the one goroutine that owns the state. Events go to the journal and
// cues to the crew; neither may make the desk wait.
package onair

import (
	"maps"
	"slices"
	"time"

	"loaxa/app/station"
)

// State is all that the desk decides from. Only Decide makes a new one; one
// that was handed out is never changed.
type State struct {
	Settings Settings
	Roster   []station.Cluster
	Boards   []station.Board
	Items    map[station.ItemID]station.Item
	Queue    []station.QueueEntry
	Air      []Broadcast // open ones, older first
	Counters Counters
	Open     []station.EmergencyView          // emergencies, the one that stands before the others first
	Cards    map[station.BoardID]station.Card // what each board shows when nothing interrupts
	Known    Known
	Faults   []station.Fault  // newest first
	Recent   []station.Event  // newest first
	Receipts []pendingReceipt // broadcasts that ended and wait for the last reports
	Day
}

// Day is the day's work beside the air.
type Day struct {
	Books Books
	Plan  Plan
	Mic   MicUse
	Upper Upper
	Peace Peace

	Trials Trials
}

// Books are what an operator may set, and what is remembered of the roster.
type Books struct {
	Rules    station.Rules       // as they were put; a zero field is the house's default
	Zones    []station.Zone      // by name
	Edited   []station.ClusterID // the operator's word on them stands above the list's
	Removed  []station.ClusterID // clusters, and boards by their ids, taken off by hand: a list that still names them does not bring them back
	Notice   *Notice
	PoleRows map[station.ClusterID]uint64 // number of the newest row that each pole told of its time alone; never changed in place
	People   []station.User               // who has an account, by name; none: nothing is locked
	Joined   []string                     // keys that were let in by a code: no list takes them off
}

// Notice is what every board shows while a broadcast is open: a correction or
// an all-clear. A record of class desk.
type Notice struct {
	Broadcast station.BroadcastID `json:"broadcast"`
	Text      string              `json:"text"`
	Drill     bool                `json:"drill"`
	Clear     bool                `json:"clear"` // it says that all is well
}

// Plan is the timetable and what became of its starts.
type Plan struct {
	Slots     []station.Slot
	Due       []station.DueView   // as last reported
	Starts    []Start             // what became of the starts of the last two days, oldest first
	Waiting   []Waiting           // starts that wait for their moment, older first
	Silent    *station.SilentView // what is due now and nothing stands in for
	Late      []station.Late      // what came too late and waits for a word, older first; never changed in place
	Forgotten []Forgot            // aired by a clock that was hours ahead of the one that came after it
}

// Start is what became of one start of a slot: a record of class "start".
type Start struct {
	Slot      station.SlotID      `json:"slot"`
	At        int64               `json:"at"` // Unix seconds
	State     station.DueState    `json:"state"`
	Why       string              `json:"why,omitempty"`
	Broadcast station.BroadcastID `json:"broadcast,omitempty"`

	Mono time.Duration `json:"-"` // when that became of it; 0: before this run
}

// Waiting is a start that waits for the end of an item, or of all that sounds.
type Waiting struct {
	Slot  station.SlotID
	At    int64                          // Unix seconds of the start
	Until time.Duration                  // mono: then it waits no longer
	For   map[station.BroadcastID]string // the pieces, by tag, whose end it waits for
}

// MicUse is what the microphone is used for off the air.
type MicUse struct {
	Record *Recording
	Test   station.Stamp // opened for its level since; zero: it is not
}

// Recording is one that nobody hears.
type Recording struct {
	Key   string
	Title string
	Who   string
	Since station.Stamp

	Warned bool // who speaks was told that the time limit is near
}

// Known is what devices and links last reported.
type Known struct {
	Clusters map[station.ClusterID]*ClusterKnown // what a pointer leads to is never changed
	Boards   map[station.BoardID]BoardKnown
	Mic      station.MicReport
	MicSince station.Stamp
	Upstream station.UpstreamReport
	Saved    station.SavedReport
	Turned   map[string]time.Duration // mono of the last row, by door, address and reason
	Apart    time.Duration            // mono since when the upstream's clock and ours differ; 0: they do not
	Unsure   time.Duration            // mono since when our clock cannot be believed; 0: it can
}

// ClusterKnown is what a cluster last said, and when.
type ClusterKnown struct {
	Up     bool
	Ever   bool
	Why    string
	Since  station.Stamp // of the link's state
	Report station.Stamp
	Proof  station.Stamp
	Health station.ClusterHealth
	Heard  map[station.BroadcastID]time.Duration
	Window [2]Sample // accounts of the last two windows, the older first
	Odd    Odd

	Sounded station.BroadcastID // the newest in which its amplifier gave sound
	HeardBy station.BroadcastID // … and the microphone before its horn heard it
	Told    toldRows
	sending
}

// Sample is an account at a moment.
type Sample struct {
	At      time.Duration // mono
	Of      station.BroadcastID
	Due     uint64
	Missing uint64 // concealed, late and dropped
}

// BoardKnown is what a board last said, and when.
type BoardKnown struct {
	Up        bool
	Since     station.Stamp
	Confirmed station.Stamp
	Pixels    string
	Card      uint64
	Wrong     station.Stamp // since when it shows other pixels than it was sent; zero: it does not
}

// Counters give out numbers that are never used again; a record of class desk.
type Counters struct {
	Broadcast station.BroadcastID `json:"broadcast"`
	Entry     station.EntryID     `json:"entry"`
	Card      uint64              `json:"card"`
	Running   bool                `json:"running"` // the queue plays by itself
	Slot      station.SlotID      `json:"slot"`
	Late      station.LateID      `json:"late,omitempty"`
	Record    uint64              `json:"record"`          // recordings off the air
	Glass     uint64              `json:"glass,omitempty"` // times that danger went past the lock
}

// Settings are what the station may change, with the house's defaults.
type Settings struct {
	MicLimit     time.Duration // the microphone closes by itself after
	MicSilence   time.Duration // … and after so much silence
	Tones        []string      // siren ids that may be aired
	DefaultSiren string
	Chime        string
	AllClear     string
	DrillOpen    string // spoken before a drill; cannot be removed
	RepeatIntro  string // spoken between the readings of an emergency text
	Demo         bool
	Attention    string                   // tone before a correction
	ToneLength   map[string]time.Duration // of the tones, one play; unknown: the chime has no countdown
	NoCard       bool                     // the station's own machine cannot be heard
	Zone         *time.Location           // the commune's; nil: +07:00
	Say          Say
	Cross        time.Duration // by which two pieces of music overlap; 0: they do not
}

// Say are the sentences that the desk speaks or shows, in the station's
// language. {time}, {number} and {text} stand for what is filled in.
type Say struct {
	Correction      string // {time}: when the wrong message was aired
	AllClear        string
	CorrectionTitle string // what was aired follows
	AllClearTitle   string // the same
	Hotline         string // {number}
	TimeOfDay       string // {hour}, {minute}
	FullHour        string // {hour}
	Untitled        string // a live broadcast without a title; the time follows
	Recording       string // a recording without one; the time follows
	SpeakerTest     string // the cluster's name follows
	LineCheck       string // the silent check of the night
	Listen          string // on boards under a siren without words
	Filler          string // {title}: the slot in whose place music is heard
	Update          string // {time}: when the word that is updated was aired; the new one follows
	LastCall        string // into the headset, {seconds} before the time limit
}

// Broadcast is one open broadcast.
type Broadcast struct {
	ID       station.BroadcastID
	Class    station.Class
	Phase    station.Phase
	Title    string
	Who      string
	Since    station.Stamp // of the phase
	Started  station.Stamp // first time on air
	Targets  station.Targets
	Pieces   []station.Piece // what is still to be heard; the first sounds
	PieceAt  station.Stamp   // when the first began to be heard
	Assigned []station.ClusterID
	Flags    Flags
	Next     station.EntryID
	Slot     Due
	Pushed
}

// Pushed is what a broadcast comes back by when it was pushed off the air.
type Pushed struct {
	Whole   []station.Piece // all of it, for a class that starts anew after it was cut
	ByClass station.Class   // that pushed it off
	Rank    int             // of class Priority: before those of a smaller one, by the operator's word
	Trial   station.Trial
	Asked   station.Stamp // when it was begun
	CutAt   station.Stamp // when it falls silent for a start on its second; zero: at once
	Turn
	Watch
	station.Ladder
	Instead *Instead // what this stands in for until it can be heard again; nil: nothing
	reach   reach
}

// Due is the start that a broadcast is; zero: it is none.
type Due struct {
	Slot station.SlotID
	At   int64 // Unix seconds
	Hard bool  // it takes the air from its own class too

	Start station.Stamp // its second, while that is still to come; zero: it has come
}

// Flags of a broadcast.
type Flags struct {
	Queue   bool // it is the play queue
	Drill   bool
	Opened  bool // playout has its stream
	Closing bool // playout was told to close and has not answered
	Heard   bool // a piece of it was heard
	Speak   bool // its microphone is on air
	Record  bool // what is said is kept
	Warned  bool // who speaks was told that the time limit is near
}

type pendingReceipt struct {
	Broadcast station.BroadcastID
	Title     string
	Class     station.Class
	Due       time.Duration // mono
	Clusters  []station.ClusterID
	Of        station.BroadcastID // the emergency that it read; 0: none
	Trial     station.Trial
	Length    time.Duration // of the whole test
	Cut       bool          // the test was not heard to its end
}

// clone copies what Decide may change, so that the old state stays as it was.
// The roster, the library, what clusters said, the books and the timetable are
// not copied: who changes them makes new ones.
func (s State) clone() State {
	s.Boards = slices.Clone(s.Boards)
	s.Queue = slices.Clone(s.Queue)
	s.Air = slices.Clone(s.Air)
	for i := range s.Air {
		s.Air[i].Pieces = slices.Clone(s.Air[i].Pieces)
	}
	s.Faults = slices.Clone(s.Faults)
	s.Receipts = slices.Clone(s.Receipts)
	if s.Items == nil {
		s.Items = map[station.ItemID]station.Item{}
	}
	if s.Known.Clusters == nil {
		s.Known.Clusters = map[station.ClusterID]*ClusterKnown{}
	}
	s.Cards = orNew(s.Cards)
	s.Known.Boards = orNew(s.Known.Boards)
	s.Known.Turned = orNew(s.Known.Turned)
	s.Plan.Waiting = slices.Clone(s.Plan.Waiting)
	s.Open = slices.Clone(s.Open)
	return s
}

func orNew[K comparable, V any](m map[K]V) map[K]V {
	if m == nil {
		return map[K]V{}
	}
	return maps.Clone(m)
}

func (s *State) find(id station.BroadcastID) *Broadcast {
	for i := range s.Air {
		if s.Air[i].ID == id {
			return &s.Air[i]
		}
	}
	return nil
}

// queueAir is the broadcast that the play queue is, or nil.
func (s *State) queueAir() *Broadcast {
	for i := range s.Air {
		if s.Air[i].Flags.Queue {
			return &s.Air[i]
		}
	}
	return nil
}

// liveAir is the open broadcast of the microphone, or nil.
func (s *State) liveAir() *Broadcast {
	for i := range s.Air {
		b := &s.Air[i]
		if slices.ContainsFunc(b.Pieces, func(p station.Piece) bool { return p.Kind == station.FromMic }) {
			return b
		}
	}
	return nil
}

func (s *State) cluster(id station.ClusterID) *station.Cluster {
	for i := range s.Roster {
		if s.Roster[i].ID == id {
			return &s.Roster[i]
		}
	}
	return nil
}
