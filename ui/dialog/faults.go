package dialog

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"loaxa/app/station"
	"loaxa/ui/panel"
	"loaxa/ui/text"
	"loaxa/ui/theme"
)

// Faults is F9, the fault book: what needs a hand first, then what a person
// has seen, then what is over; faults with one cause are one row.
type Faults struct {
	place list
	id    string // of the line that is selected: others may come above it
	open  string // the cause that is unfolded
	up    bool   // the tier above is shown
	above above
}

// NewAbove makes the screen with the tier above shown.
func NewAbove(s *panel.Scene) *Faults {
	f := NewFaults(s)
	f.up = true
	return f
}

// NewFaults makes the screen with the first fault selected.
func NewFaults(s *panel.Scene) *Faults {
	f := &Faults{}
	f.follow(f.rowsOf(s))
	return f
}

// follow keeps the selection on its line; a heading is never selected.
func (f *Faults) follow(all []faultRow) {
	for i, r := range all {
		if !r.head && r.id() == f.id {
			f.place.at = i
		}
	}
	f.settle(all, 1)
}

// settle moves from a heading to the line beside it.
func (f *Faults) settle(all []faultRow, by int) {
	f.place.at = max(0, min(f.place.at, len(all)-1))
	for range 2 {
		if f.place.at < len(all) && all[f.place.at].head {
			f.place.at += by
		}
		if f.place.at < 0 {
			f.place.at, by = 0, 1
		}
	}
	if f.place.at < len(all) {
		f.id = all[f.place.at].id()
	}
}

// faultGroup is where a fault stands: 0 new, 1 seen, 2 over.
func faultGroup(f station.Fault) int {
	switch {
	case f.Over && f.Acked:
		return 2
	case f.Acked:
		return 1
	}
	return 0
}

// Update takes a key.
func (f *Faults) Update(s *panel.Scene, msg tea.Msg) Result {
	all := f.rowsOf(s)
	key := press(msg)
	if key == "tab" || key == "shift+tab" {
		f.up = !f.up
		return Result{}
	}
	if f.up {
		switch {
		case key == "esc" || key == "f9":
			return Result{Close: true}
		case f.above.key(key):
			return Result{}
		}
		return Result{Pass: true}
	}
	f.follow(all)
	if f.place.key(key, len(all), 10) {
		by := 1
		if key == "up" || key == "pgup" {
			by = -1
		}
		f.settle(all, by)
		return Result{}
	}
	var row faultRow
	if f.place.at < len(all) {
		row = all[f.place.at]
	}
	var acks []station.Intent
	switch key {
	case "esc", "f9":
		return Result{Close: true}
	case "right", "left", "space":
		f.unfold(row, key)
		return Result{}
	case "enter":
		if len(row.cause.faults) > 0 {
			acks = row.acks()
		}
	case "ctrl+a":
		for _, c := range causes(s) {
			acks = append(acks, c.acks()...)
		}
	default:
		return Result{Pass: true}
	}
	if len(acks) == 0 {
		return Result{}
	}
	return Result{Intent: acks[0], More: acks[1:]}
}

// unfold shows the faults of a cause one by one, or no more.
func (f *Faults) unfold(r faultRow, key string) {
	switch {
	case len(r.cause.faults) < 2:
	case key == "left" || key == "space" && f.open == r.cause.id():
		f.open, f.id = "", r.cause.id()
	default:
		f.open = r.cause.id()
	}
}

// Hints implements Full.
func (f *Faults) Hints(s *panel.Scene) []panel.KeyHint {
	t, u := s.T.Dialog.Lists, s.T.Dialog.Above
	if f.up {
		return []panel.KeyHint{{Key: "Tab", Word: u.TabBack}, {Key: "↑↓", Word: u.More}, {Key: "Esc", Word: s.T.Dialog.Log.Hints[3]}}
	}
	return []panel.KeyHint{{Key: "Enter", Word: t.Ack}, {Key: "→", Word: s.T.Dialog.Day.Cause.Open}, {Key: "Ctrl+A", Word: t.AckAll}, {Key: "Tab", Word: u.Tab}, {Key: "Esc", Word: s.T.Dialog.Log.Hints[3]}}
}

// View draws the screen.
func (f *Faults) View(s *panel.Scene, a panel.Area) []string {
	t, w, h := s.T.Dialog.Lists, a.W-2, a.H-2
	if f.up {
		return panel.Box(s.Th, true, "F9 "+aboveTitle(s), foot(f.Hints(s)), fill(f.above.rows(s, w, h), nil, h), a)
	}
	all := f.rowsOf(s)
	if len(all) == 0 {
		return panel.Box(s.Th, true, "F9 "+t.Faults, foot(f.Hints(s)), fill([]panel.Line{nil, panel.L(theme.Good, " "+t.FaultsNone)}, nil, h), a)
	}
	f.follow(all)
	tail := causeAdvice(s, all[f.place.at], w)
	body := f.place.rows(len(all), max(1, h-len(tail)), func(i int) panel.Line {
		return causeLine(s, all[i], !all[i].head && all[i].cause.id() == f.open, w)
	})
	return panel.Box(s.Th, true, "F9 "+t.Faults, foot(f.Hints(s)), fill(body, tail, h), a)
}

// adviceLines say what to do about a fault, and whom to ring.
func adviceLines(s *panel.Scene, f station.Fault, w int) []panel.Line {
	t := s.T.Dialog.Lists
	out := []panel.Line{nil, {{R: theme.Title, S: " " + fmt.Sprintf(t.SinceWhen, s.T.Age(s.Age(f.Since)))}}}
	for _, l := range indent(t.Advice[f.Kind], w) {
		if l != "" {
			out = append(out, panel.L(theme.Plain, " "+l))
		}
	}
	if c := s.Cluster(f.Cluster); c != nil && c.Phone != "" {
		call := fmt.Sprintf(s.T.Cluster.Call, c.Name, c.Head, c.Phone)
		if s.Demo {
			call += " " + s.T.Cluster.Sample
		}
		out = append(out, panel.L(theme.Key, " "+call))
	}
	return out
}

func faultLine(s *panel.Scene, f station.Fault, w int) panel.Line {
	left, right := faultParts(s, f)
	return panel.Spread(left, right, w)
}

// cutFault is the whole sentence of a fault that does not fit its line of cells
// in the list; w is the screen's width.
func cutFault(s *panel.Scene, f station.Fault, w, cells int) (out []panel.Line) {
	left, right := faultParts(s, f)
	if left.Width()+right.Width() <= cells {
		return nil
	}
	for _, l := range indent(faultWords(s, f), w) {
		out = append(out, panel.L(theme.Title, " "+l))
	}
	return append([]panel.Line{nil}, out...)
}

// faultWords say what happened.
func faultWords(s *panel.Scene, f station.Fault) string {
	e := station.Event{Kind: f.Kind, Cluster: f.Cluster, Title: f.Subject, Reason: f.Reason}
	return strings.Replace(s.Event(e), s.T.Dialog.Day.Cause.InBook, "", 1)
}

func faultParts(s *panel.Scene, f station.Fault) (left, right panel.Line) {
	t := s.T.Dialog.Lists
	role, right := theme.Plain, panel.L(theme.Warn, t.New+" ")
	switch {
	case f.Over && f.Acked:
		role, right = theme.Dim, panel.L(theme.Dim, fmt.Sprintf(t.Acked, text.Name(f.AckedBy))+", "+t.Over+" ")
	case f.Over:
		right = panel.L(theme.Warn, t.New+", "+t.Over+" ")
	case f.Acked:
		right = panel.L(theme.Dim, fmt.Sprintf(t.Acked, text.Name(f.AckedBy))+" ")
	}
	left = panel.Line{{R: theme.Dim, S: " " + f.Since.Wall.Format("02/01 15:04") + " "}, {R: role, S: faultWords(s, f)}}
	return left, append(panel.L(theme.Plain, " "), right...)
}
