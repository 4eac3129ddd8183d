package dialog

import (
	"fmt"
	"strings"
	"time"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"loaxa/app/station"
	"loaxa/ui/panel"
	"loaxa/ui/text"
	"loaxa/ui/theme"
)

// Live is F4: it says how the microphone is, where it will be heard and what it
// interrupts; Enter opens it. Tab turns it into record, hear, send, with the
// recordings of the library.
type Live struct {
	name   textinput.Model
	record bool
	takes  takes
	mics   mics
	began  station.ItemID // the newest recording when this one began
	asked  bool           // a recording was begun here

	starting bool // that was the last that was asked for

	Tells func() bool // whether the terminal tells the release of a key; nil: no
	Stays *bool       // leaving the window leaves the microphone open; nil: that cannot be chosen
}

// NewLive makes the window.
func NewLive(s *panel.Scene) *Live {
	l := &Live{name: newInput(s.T.Dialog.Live.Placeholder, station.MaxTitle)}
	if s.Snap.Mic.Stage == station.MicRecord { // begun before this screen was there
		l.record, l.asked, l.began = true, true, s.Snap.Mic.Last
	}
	return l
}

// Talk is what F4 does while it is held; false: nothing here.
func (l *Live) Talk(s *panel.Scene) (station.Intent, bool) {
	if l.record || l.mics.open {
		return nil, false
	}
	return station.LiveStart{Title: l.title(s), Targets: s.Targets()}, true
}

// Refused implements Refusable: a recording that did not begin is not waited for.
func (l *Live) Refused(string) { l.asked = l.asked && !l.starting }

// Busy implements Refusable.
func (l *Live) Busy() bool { return false }

// Keeps tells that the screen is not left by another screen's key: a recording
// runs or waits for its decision, or F5 (board) lets a recording be heard.
func (l *Live) Keeps(board bool) bool { return l.asked || board && l.takes.chosen != "" }

func (l *Live) title(s *panel.Scene) string {
	if t := strings.TrimSpace(l.name.Value()); t != "" {
		return t
	}
	return s.T.Head.DefaultTitle
}

// Update takes a key.
func (l *Live) Update(s *panel.Scene, msg tea.Msg) Result {
	key := press(msg)
	if l.record && l.asked {
		return l.recording(s, key)
	}
	if l.record {
		if r, took := l.takes.key(s, key); took {
			return r
		}
	}
	if l.mics.open {
		return l.mics.key(s, key)
	}
	switch key {
	case "esc":
		return l.leave(s)
	case "ctrl+o":
		l.mics = mics{open: !l.record}
		return Result{}
	case "tab", "shift+tab":
		l.record, l.takes = !l.record, takes{}
		return Result{}
	case "ctrl+r":
		if l.Stays != nil && !l.record {
			*l.Stays = !*l.Stays
		}
		return Result{}
	case "ctrl+t":
		return Result{Intent: station.MicTest{On: s.Snap.Mic.Stage != station.MicTesting}}
	case "enter", "f4":
		if l.record {
			l.asked, l.starting, l.began = true, true, s.Snap.Mic.Last
			return Result{Intent: station.RecordStart{Title: l.title(s)}}
		}
		if key == "enter" {
			return Result{Close: true, Intent: station.LiveStart{Title: l.title(s), Targets: s.Targets()}, Sent: s.T.Dialog.Live.Sent}
		}
		return Result{}
	}
	if !passes(msg) {
		return Result{Pass: true}
	}
	editInput(&l.name, msg)
	l.takes = takes{}
	return Result{}
}

// leave closes the screen, and a trial of the microphone with it.
func (l *Live) leave(s *panel.Scene) Result {
	r := Result{Close: true}
	if s.Snap.Mic.Stage == station.MicTesting {
		r.Intent = station.MicTest{}
	}
	return r
}

// made is the recording that was made here; empty while it is not in the
// library yet.
func (l *Live) made(s *panel.Scene) station.ItemID {
	if s.Snap.Mic.Stage != station.MicRecord && s.Snap.Mic.Last != l.began {
		return s.Snap.Mic.Last
	}
	return ""
}

// recording takes a key while a recording runs, or when it is there.
func (l *Live) recording(s *panel.Scene, key string) Result {
	t := s.T.Dialog.Record
	going := s.Snap.Mic.Stage == station.MicRecord
	item := l.made(s)
	l.starting = l.starting && !going && item == ""
	here := station.Targets{Clusters: []station.ClusterID{s.Cursor.Cluster}}
	switch {
	case key == "esc" && going:
		l.asked = false
		return Result{Intent: station.RecordStop{Discard: true}, Sent: t.Said.Gone}
	case key == "esc":
		return Result{Close: true, Note: panel.Note{R: theme.Plain, S: t.Said.Kept}}
	case going && (key == "enter" || key == "f4"):
		return Result{Intent: station.RecordStop{}}
	case item == "":
	case key == "enter":
		return Result{Close: true, Intent: station.PlayNow{Items: []station.ItemID{item}, Targets: s.Targets()}, Sent: t.Said.Sent}
	case key == "f5" && s.Cluster(s.Cursor.Cluster) != nil:
		return Result{Intent: station.PlayNow{Items: []station.ItemID{item}, Targets: here}, Sent: fmt.Sprintf(t.Said.Heard, s.Cluster(s.Cursor.Cluster).Name)}
	case key == "ctrl+o":
		return Result{Close: true, Intent: station.QueueAdd{Item: item, Targets: s.Targets(), At: -1}, Sent: t.Said.Queued}
	case key == "delete" || key == "ctrl+d":
		l.asked = false
		return Result{Intent: station.ItemRemove{ID: item}, Sent: t.Said.Gone}
	}
	return Result{}
}

func (l *Live) recordLines(s *panel.Scene, w int) []panel.Line {
	t, m := s.T.Dialog.Record, s.Snap.Mic
	if m.Stage == station.MicRecord {
		return []panel.Line{nil, {{R: theme.Live, S: " " + fmt.Sprintf(t.Going, text.Clock(s.Age(m.OpenedAt))) + " "}},
			panel.MicLevel(s, w), nil, panel.L(theme.Key, " "+t.Stop)}
	}
	item := l.made(s)
	if item == "" {
		return []panel.Line{nil, panel.L(theme.Dim, " "+t.Wait), nil}
	}
	var length time.Duration
	for _, it := range s.Snap.Items {
		if it.ID == item {
			length = it.Length
		}
	}
	out := []panel.Line{nil, panel.L(theme.Good, " "+fmt.Sprintf(t.Done, text.Clock(length))), nil}
	if c := s.Cluster(s.Cursor.Cluster); c != nil {
		out = append(out, panel.L(theme.Key, " "+fmt.Sprintf(t.Hear, c.Name)))
	}
	return append(out, panel.L(theme.Key, " "+fmt.Sprintf(t.Send, s.Where(s.Targets(), s.Meant(s.Targets()), false))),
		panel.L(theme.Key, " "+t.Queue), panel.L(theme.Key, " "+t.Drop))
}
