package dialog

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"loaxa/app/station"
	"loaxa/ui/panel"
	"loaxa/ui/text"
	"loaxa/ui/theme"
)

// Log is F8: the broadcasts with who heard them, and everything that happened.
type Log struct {
	tab    int
	place  [2]list
	filter textinput.Model
	kind   int
	day    time.Time // only this day's; zero: all
	aired  []station.Aired
	rows   []station.LogRow
	pages  [2]pages
	read   reading
	detail *receipts // a broadcast is open
	export bool      // asked for by the operator
	said   panel.Note
}

// reading is what a screen read last, and whether it waits for more.
type reading struct {
	seq     int
	waiting bool
	key     string        // of what was read
	saved   uint64        // the journal's end then
	at      time.Duration // mono
	why     string
}

// NewLog makes the screen.
func NewLog() *Log { return &Log{filter: newInput("", 60)} }

const (
	logRows  = 200
	logAgain = time.Second // a journal that grows is read no faster
)

// kindsOf are the kinds of rows behind a filter; nil: all.
func kindsOf(kind int) []station.EventKind {
	switch kind {
	case 1:
		return []station.EventKind{station.EvEmergency, station.EvEmergencyEnd, station.EvCorrection, station.EvAllClear,
			station.EvUpdate, station.EvRepeat, station.EvWaived, station.EvTurn}
	case 2:
		return []station.EventKind{station.EvMic, station.EvRecorded}
	case 3:
		return []station.EventKind{station.EvStart, station.EvEnd, station.EvSuspend, station.EvResume, station.EvHeld, station.EvItem,
			station.EvItemEnd, station.EvBroken, station.EvSlot, station.EvMissed, station.EvClash, station.EvClashOver, station.EvLateOver}
	case 4:
		return []station.EventKind{station.EvClusterLost, station.EvClusterUp, station.EvClusterFault, station.EvUpstreamLost,
			station.EvUpstreamUp, station.EvBoardMismatch, station.EvDisk, station.EvFaultAck}
	case 5:
		return []station.EventKind{station.EvRefused, station.EvStranger, station.EvGlass, station.EvAccount}
	}
	return nil
}

// Update takes a key.
func (d *Log) Update(s *panel.Scene, msg tea.Msg) Result {
	key := press(msg)
	if d.detail != nil {
		if r, took := d.detail.asked(s, key); took {
			return r
		}
		if key == "esc" {
			d.detail = nil
			return Result{}
		}
		return d.detail.key(s, key)
	}
	n := d.count()
	if at, ok := tabKey(key, "f8", d.tab, 2); ok {
		d.tab = at
		d.kind = min(d.kind, d.kinds(s)-1)
		return Result{}
	}
	if d.place[d.tab].key(key, n, 10) {
		return Result{}
	}
	if d.filter.Value() == "" && d.dayKey(s, key) {
		d.place[d.tab].at = 0
		return Result{}
	}
	switch key {
	case "esc":
		if d.filter.Value() != "" {
			d.filter.SetValue("")
			return Result{}
		}
		if !d.day.IsZero() {
			d.day = time.Time{}
			return Result{}
		}
		return Result{Close: true}
	case "tab":
		d.kind = (d.kind + 1) % d.kinds(s)
		d.place[d.tab].at = 0
	case "shift+tab":
		d.kind = (d.kind + d.kinds(s) - 1) % d.kinds(s)
		d.place[d.tab].at = 0
	case "ctrl+e":
		d.export = true
		d.said = panel.Note{R: theme.Plain, S: s.T.Dialog.Log.File.Exporting}
	case "enter":
		if d.tab == 0 && d.place[0].at < len(d.aired) {
			d.detail = &receipts{a: d.aired[d.place[0].at]}
		}
	default:
		edits := key == "backspace" || key == "left" || key == "right" || key == "ctrl+h" && d.filter.Value() != ""
		if !pasted(msg) && typed(msg) == "" && !edits {
			return Result{Pass: true}
		}
		editInput(&d.filter, msg)
		d.said = panel.Note{}
	}
	return Result{}
}

// Hints implements Full.
func (d *Log) Hints(s *panel.Scene) []panel.KeyHint {
	h := s.T.Dialog.Log.Hints
	if d.detail != nil {
		return d.detail.hints(s)
	}
	all := []panel.KeyHint{{Key: "Enter", Word: h[0]}, {Key: "Tab", Word: h[1]}, {Key: "←→", Word: s.T.Dialog.Day.Log.Hint}, {Key: "Ctrl+E", Word: h[2]}, {Key: "Esc", Word: h[3]}}
	if d.tab == 1 {
		return all[1:]
	}
	return all
}

// View draws the screen.
func (d *Log) View(s *panel.Scene, a panel.Area) []string {
	t, w, h := s.T.Dialog.Log, a.W-2, a.H-2
	if d.detail != nil {
		return panel.Box(s.Th, true, "F8 "+t.Title, foot(d.Hints(s)), d.detail.lines(s, w, h), a)
	}
	d.filter.SetWidth(16)
	d.filter.Focus()
	more := panel.Line{{R: theme.Dim, S: "  " + t.Filter + " "}, {R: theme.Raw, S: d.filter.View()},
		{R: theme.Dim, S: " Tab "}, {R: theme.Key, S: t.Kinds[d.kind]}, {R: theme.Dim, S: " ←→ "}, {R: theme.Key, S: d.dayWords(s)}}
	body := []panel.Line{tabLine(t.Tabs[:], d.tab, more)}
	var tail []panel.Line
	if d.said.S != "" {
		tail = append(tail, panel.L(d.said.R, " "+d.said.S))
	}
	all, n := d.aired, d.count()
	if l := d.pageWords(s); l != "" {
		tail = append(tail, panel.L(theme.Dim, " "+l))
	}
	switch {
	case d.read.why != "":
		body = append(body, panel.L(theme.Warn, " "+fmt.Sprintf(t.File.Failed, d.read.why)))
	case n == 0 && d.read.waiting:
		body = append(body, panel.L(theme.Dim, " "+t.Reading))
	case n == 0:
		body = append(body, panel.L(theme.Dim, " "+t.None))
	case d.tab == 0:
		d.place[0].at = min(d.place[0].at, n-1)
		tail = append(missedLines(s, all[d.place[0].at], w), tail...)
		body = append(body, d.place[0].rows(n, h-len(body)-len(tail), func(i int) panel.Line { return airedLine(s, all[i], w) })...)
	default:
		tail = append(wholeRow(s, d.rows[min(d.place[1].at, n-1)], w), tail...)
		body = append(body, d.place[1].rows(n, h-len(body)-len(tail), func(i int) panel.Line { return logLine(s, d.rows[i], w) })...)
	}
	return panel.Box(s.Th, true, "F8 "+t.Title, foot(d.Hints(s)), fill(body, tail, h), a)
}

// whole counts the clusters that played all of a broadcast.
func whole(a station.Aired) (n int) {
	for _, r := range a.Receipts {
		if r.Heard == station.HeardAll {
			n++
		}
	}
	return n
}

func airedLine(s *panel.Scene, a station.Aired, w int) panel.Line {
	t := s.T.Dialog.Log
	role, heard := theme.Dim, t.Row.NotYet
	switch n := whole(a); {
	case a.Ended == (station.Stamp{}):
		role, heard = theme.Good, t.Row.OnAir
	case len(a.Receipts) == 0:
	case n == len(a.Receipts):
		role, heard = theme.Good, fmt.Sprintf(t.Row.HeardAll, n, len(a.Receipts))
	default:
		role, heard = theme.Warn, fmt.Sprintf(t.Row.HeardPart, n, len(a.Receipts))
	}
	class, titleRole := s.T.Books.Short[a.Class], theme.Plain
	switch {
	case a.Drill:
		class, titleRole = t.Row.Drill, theme.Drill
	case a.Class.IsEmergency():
		titleRole = theme.Emergency
	}
	left := panel.Line{{R: theme.Dim, S: " " + a.Began.Wall.Format("02/01 15:04") + " "}, {R: titleRole, S: " " + class + " "}, {R: theme.Plain, S: " " + a.Title}}
	if n := others(s, a); n > 0 {
		left = append(left, panel.Seg{R: theme.Dim, S: fmt.Sprintf(t.Row.Others, n)})
	}
	right := panel.Line{{R: theme.Plain, S: "  " + text.Clock(a.Duration) + "  "}, {R: role, S: panel.Pad(heard, 16) + " "}}
	return panel.Spread(left, right, w)
}

// others is how many items sounded beside the one that a broadcast is named
// after: a run of the list goes by its first.
func others(s *panel.Scene, a station.Aired) int {
	if !slices.ContainsFunc(a.Items, func(id station.ItemID) bool { return itemTitle(s, id) == a.Title }) {
		return 0 // it has a name of its own
	}
	return len(a.Items) - 1
}

// missedLines say who did not hear all of a broadcast, those who missed most
// first.
func missedLines(s *panel.Scene, a station.Aired, w int) []panel.Line {
	t := s.T.Dialog.Log
	var missed, unknown []string
	for _, r := range a.Receipts {
		switch r.Heard {
		case station.HeardAll:
		case station.HeardUnknown, station.HeardSent:
			unknown = append(unknown, r.Name)
		default:
			missed = append(missed, r.Name+" "+text.Clock(max(0, a.Duration-r.Played)))
		}
	}
	out := []panel.Line{nil}
	switch {
	case len(a.Receipts) == 0:
		return append(out, panel.L(theme.Dim, " "+t.Row.NotYet), nil)
	case len(missed)+len(unknown) == 0:
		return append(out, panel.L(theme.Good, " "+t.Who.Whole), nil)
	}
	if len(missed) > 0 {
		for i, l := range indent(fmt.Sprintf(t.Who.Missed, strings.Join(missed, ", ")), w) {
			if i < 2 {
				out = append(out, panel.L(theme.Warn, " "+l))
			}
		}
	}
	if len(unknown) > 0 {
		out = append(out, panel.L(theme.Unsure, " "+panel.Cut(fmt.Sprintf(t.Who.Unknown, strings.Join(unknown, ", ")), w-2)))
	}
	return out
}

func logLine(s *panel.Scene, r station.LogRow, w int) panel.Line {
	l := panel.Line{{R: theme.Dim, S: " " + r.At.Wall.Format("02/01 15:04:05") + " "}, {R: theme.Plain, S: s.Event(r.Event)}}
	right := panel.L(theme.Plain, "")
	if r.Actor != "" && r.Actor != "station" {
		right = panel.L(theme.Dim, " · "+text.Name(r.Actor)+" ")
	}
	return panel.Spread(l, right, w)
}
