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
	Settings  Settings
	Roster    []station.Cluster
	Boards    []station.Board
	Items     map[station.ItemID]station.Item
	Queue     []station.QueueEntry
	Air       []Broadcast // open ones, older first
	Counters  Counters
	Emergency *station.EmergencyView
	Cards     map[station.BoardID]station.Card // what each board shows when nothing interrupts
	Known     Known
	Faults    []station.Fault  // newest first
	Recent    []station.Event  // newest first
	Receipts  []pendingReceipt // broadcasts that ended and wait for the last reports
}

// Known is what devices and links last reported.
type Known struct {
	Clusters map[station.ClusterID]ClusterKnown
	Boards   map[station.BoardID]BoardKnown
	Mic      station.MicReport
	MicSince station.Stamp
	Upstream station.UpstreamReport
	Saved    station.SavedReport
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
	Whole    []station.Piece // all of it, for a class that starts anew after it was cut
	PieceAt  station.Stamp   // when the first began to be heard
	Assigned []station.ClusterID
	Flags    Flags
	ByClass  station.Class // that pushed it off
	Next     station.EntryID
}

// Flags of a broadcast.
type Flags struct {
	Queue   bool // it is the play queue
	Drill   bool
	Opened  bool // playout has its stream
	Closing bool // playout was told to close and has not answered
	Heard   bool // a piece of it was heard
	Speak   bool // its microphone is on air
}

type pendingReceipt struct {
	Broadcast station.BroadcastID
	Title     string
	Class     station.Class
	Due       time.Duration // mono
	Clusters  []station.ClusterID
}

// clone copies what Decide may change, so that the old state stays as it was.
func (s State) clone() State {
	s.Roster = slices.Clone(s.Roster)
	s.Boards = slices.Clone(s.Boards)
	s.Queue = slices.Clone(s.Queue)
	s.Air = slices.Clone(s.Air)
	for i := range s.Air {
		s.Air[i].Pieces = slices.Clone(s.Air[i].Pieces)
	}
	s.Faults = slices.Clone(s.Faults)
	s.Receipts = slices.Clone(s.Receipts)
	s.Items = orNew(s.Items)
	s.Cards = orNew(s.Cards)
	s.Known.Clusters = orNew(s.Known.Clusters)
	s.Known.Boards = orNew(s.Known.Boards)
	if s.Emergency != nil {
		e := *s.Emergency
		s.Emergency = &e
	}
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
