package dialog

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"loaxa/app/station"
	"loaxa/ui/panel"
	"loaxa/ui/text"
	"loaxa/ui/theme"
)

// Faults is the fault book: what needs a hand, newest first.
type Faults struct{ at int }

// Update takes a key.
func (f *Faults) Update(s *panel.Scene, msg tea.Msg) Result {
	n := len(s.Snap.Faults)
	switch press(msg) {
	case "esc", "f9":
		return Result{Close: true}
	case "up":
		f.at = max(0, f.at-1)
	case "down":
		f.at = min(max(0, n-1), f.at+1)
	case "enter":
		if f.at < n && !s.Snap.Faults[f.at].Acked {
			return Result{Intent: station.FaultAck{ID: s.Snap.Faults[f.at].ID}}
		}
	}
	return Result{}
}

// View draws the window.
func (f *Faults) View(s *panel.Scene, a panel.Area) []string {
	t := s.T.Dialog.Lists
	w, inner := size(a, 92)
	var body []panel.Line
	if len(s.Snap.Faults) == 0 {
		body = append(body, panel.L(theme.Good, " "+t.FaultsNone))
	}
	f.at = min(f.at, max(0, len(s.Snap.Faults)-1))
	room := max(1, a.H-3)
	from := max(0, min(f.at-room/2, len(s.Snap.Faults)-room))
	for i := from; i < len(s.Snap.Faults) && i < from+room; i++ {
		l := faultLine(s, s.Snap.Faults[i], inner)
		if i == f.at {
			l = l.Over(theme.Selected)
		}
		body = append(body, l)
	}
	return panel.Box(s.Th, true, "F9 "+t.Faults, t.FaultKeys, body, panel.Area{W: w, H: min(a.H, len(body)+2)})
}

func faultLine(s *panel.Scene, f station.Fault, w int) panel.Line {
	t := s.T.Dialog.Lists
	e := station.Event{Kind: f.Kind, Cluster: f.Cluster, Title: f.Subject, Reason: f.Reason}
	right := panel.L(theme.Warn, t.New+" ")
	switch {
	case f.Over && f.Acked:
		right = panel.L(theme.Dim, fmt.Sprintf(t.Acked, text.Name(f.AckedBy))+", "+t.Over+" ")
	case f.Over:
		right = panel.L(theme.Warn, t.New+", "+t.Over+" ")
	case f.Acked:
		right = panel.L(theme.Dim, fmt.Sprintf(t.Acked, text.Name(f.AckedBy))+" ")
	}
	left := panel.Line{{R: theme.Dim, S: " " + f.Since.Wall.Format("02/01 15:04") + " "}, {R: theme.Plain, S: s.Event(e)}}
	return panel.Spread(left, append(panel.L(theme.Plain, " "), right...), w)
}

// LogLines are the last events, for a Scroll.
func LogLines(s *panel.Scene, _ int) []panel.Line {
	if len(s.Snap.Events) == 0 {
		return []panel.Line{panel.L(theme.Dim, " "+s.T.Dialog.Lists.LogNone)}
	}
	var out []panel.Line
	for _, e := range s.Snap.Events {
		l := panel.Line{{R: theme.Dim, S: " " + e.At.Wall.Format("02/01 15:04:05") + " "}, {R: theme.Plain, S: s.Event(e)}}
		if e.Actor != "" && e.Actor != "station" {
			l = append(l, panel.Seg{R: theme.Dim, S: " · " + text.Name(e.Actor)})
		}
		out = append(out, l)
	}
	return out
}

// Held opens by itself when a programme was cut too long ago to go on without
// being asked for.
type Held struct {
	Entry station.EntryID
	Name  string
}

// Update takes a key.
func (h *Held) Update(_ *panel.Scene, msg tea.Msg) Result {
	switch press(msg) {
	case "esc":
		return Result{Close: true}
	case "enter":
		return Result{Close: true, Intent: station.QueuePlay{}}
	case "delete", "ctrl+d":
		return Result{Close: true, Intent: station.QueueRemove{ID: h.Entry}}
	}
	return Result{}
}

// View draws the window.
func (h *Held) View(s *panel.Scene, a panel.Area) []string {
	t := s.T.Dialog.Held
	w, inner := size(a, 68)
	var body []panel.Line
	for _, l := range indent(fmt.Sprintf(t.Line, h.Name), inner) {
		body = append(body, panel.L(theme.Plain, " "+l))
	}
	body = append(body, nil, panel.L(theme.Key, " "+t.Keys))
	return panel.Box(s.Th, true, t.Title, "", body, panel.Area{W: w, H: min(a.H, len(body)+2)})
}
