package dialog

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"loaxa/app/station"
	"loaxa/ui/panel"
	"loaxa/ui/text"
	"loaxa/ui/theme"
)

// Hints implements Full.
func (p *Plan) Hints(s *panel.Scene) []panel.KeyHint {
	h := s.T.Dialog.Plan.Hints
	k := func(key string, i int) panel.KeyHint { return panel.KeyHint{Key: key, Word: h[i]} }
	switch {
	case p.will != nil:
		return []panel.KeyHint{{Key: p.will.shown(), Word: h[6]}, k("Esc", 7)}
	case p.form != nil && p.form.picker != nil:
		i := s.T.Dialog.Day.Items.Hints
		return []panel.KeyHint{{Key: "Enter", Word: i[0]}, {Key: "Delete", Word: i[1]}, {Key: "Esc", Word: i[2]}}
	case p.file != nil:
		return p.file.hints(s)
	case p.form != nil || p.item != nil:
		return []panel.KeyHint{k("Enter", 5), k("Esc", 7)}
	case p.tab == 0:
		return []panel.KeyHint{k("F3", 0), k("Ctrl+O", 1), k("Ctrl+↑↓", 2), k("Delete", 3), k("Ctrl+N", 4), k("Esc", 7)}
	case p.tab == 1:
		v := s.T.Dialog.Day.Week
		view := panel.KeyHint{Key: "Tab", Word: v.Views[(p.dry.view+1)%views]}
		switch p.dry.view {
		case viewWeek:
			return []panel.KeyHint{k("F3", 0), view, {Key: "Enter", Word: v.Next}, {Key: "←→", Word: v.Place}, k("Esc", 7)}
		case viewDry:
			return []panel.KeyHint{k("F3", 0), view, k("Enter", 5), {Key: "←→", Word: v.Place}, k("Esc", 7)}
		}
		return []panel.KeyHint{k("F3", 0), view, k("Ctrl+O", 1), k("Enter", 5), k("Delete", 3), {Key: "Ctrl+R", Word: s.T.SlotFile().Key}, k("Esc", 7)}
	}
	return []panel.KeyHint{k("F3", 0), k("Enter", 1), k("Ctrl+E", 5), k("Delete", 3), k("Esc", 7)}
}

// View draws the screen.
func (p *Plan) View(s *panel.Scene, a panel.Area) []string {
	t, w, h := s.T.Dialog.Plan, a.W-2, a.H-2
	body := []panel.Line{tabLine(t.Tabs[:], p.tab, nil)}
	var tail []panel.Line
	if p.will != nil {
		tail = append(tail, nil)
		for _, l := range indent(p.will.words, w) {
			tail = append(tail, panel.L(theme.Live, " "+l+" "))
		}
		tail = append(tail, p.will.choices(s, w)...)
		tail = append(tail, panel.L(theme.Key, p.will.keys(t.Hints[6], t.Hints[7])))
	}
	room := h - len(body) - len(tail)
	switch {
	case p.file != nil:
		body = append(body, p.file.lines(s, w, room)...)
	case p.form != nil:
		body = append(body, p.form.lines(s, w, room, &p.dry)...)
	case p.item != nil:
		body = append(body, nil)
		body = append(body, p.item.lines(s, w)...)
	case p.tab == 0:
		body = append(body, p.todayLines(s, w, room)...)
	case p.tab == 1 && p.dry.view == viewWeek:
		body = append(body, p.dry.weekLines(s, w, room)...)
	case p.tab == 1 && p.dry.view == viewDry:
		body = append(body, p.dry.dryLines(s, w, room)...)
	case p.tab == 1:
		body = append(body, p.slotLines(s, w, room)...)
	default:
		body = append(body, p.pick.lines(s, w, room)...)
	}
	return panel.Box(s.Th, true, "F3 "+t.Title, foot(p.Hints(s)), fill(body, tail, h), a)
}

func (p *Plan) todayLines(s *panel.Scene, w, room int) []panel.Line {
	t, rows := s.T.Dialog.Plan, rundown(s)
	p.follow(rows)
	body := append(panel.Undecideds(s), panel.Countdowns(s, w)...)
	body = append(body, nil)
	if len(rows) == 0 {
		return append(body, panel.L(theme.Dim, " "+t.Nothing))
	}
	return append(body, p.today.rows(len(rows), max(1, room-len(body)), func(i int) panel.Line {
		if r := rows[i]; r.due != nil {
			return dueLine(s, r.due, w)
		}
		return panel.QueueLine(s, *rows[i].queue, w)
	})...)
}

var letters = map[station.StartMode]int{station.StartHard: 0, station.StartWait: 1, station.StartSoft: 2, station.StartSkip: 3}

func dueLine(s *panel.Scene, d *station.DueView, w int) panel.Line {
	t := s.T.Dialog.Plan
	state := map[station.DueState]int{station.DueComing: 0, station.DueOnAir: 1, station.DueDone: 2, station.DueMissed: 3, station.DueSkipped: 4}
	role := theme.Plain
	switch d.State {
	case station.DueMissed:
		role = theme.Warn
	case station.DueSkipped, station.DueDone:
		role = theme.Dim
	default:
	}
	left := panel.Line{{R: theme.Key, S: " " + t.Slot.Mode[letters[d.Mode]] + " "}, {R: theme.Dim, S: d.At.Format("15:04") + " "}, {R: role, S: d.Title}}
	if !d.Targets.All {
		left = append(left, panel.Seg{R: theme.Key, S: " · " + s.Where(d.Targets, s.Meant(d.Targets), true)})
	}
	right := t.State[state[d.State]]
	if d.State == station.DueComing && d.At.After(s.Wall) {
		right = s.T.Age(d.At.Sub(s.Wall)) + "  " + right
	}
	return panel.Spread(left, panel.Line{{R: role, S: "  " + right + "  " + text.Clock(d.Length) + " "}}, w)
}

func (p *Plan) slotLines(s *panel.Scene, w, room int) []panel.Line {
	t, slots := s.T.Dialog.Plan, sortedSlots(s)
	if len(slots) == 0 {
		return []panel.Line{nil, panel.L(theme.Dim, " "+t.Slot.NoSlots), panel.L(theme.Key, " Ctrl+O: "+t.Slot.New)}
	}
	body := []panel.Line{panel.L(theme.Dim, " "+t.Slot.Heard)}
	return append(body, p.slots.rows(len(slots), max(1, room-1), func(i int) panel.Line {
		sl := slots[i]
		role := theme.Plain
		if sl.Off {
			role = theme.Dim
		}
		left := panel.Line{{R: theme.Key, S: " " + t.Slot.Mode[letters[sl.Mode]] + " "}, {R: role, S: clockOf(sl.Minute) + "  "},
			{R: theme.Dim, S: panel.Pad(daysWords(s, sl.Days), 12) + " "}, {R: role, S: sl.Title}}
		right := s.Where(sl.Targets, s.Meant(sl.Targets), true)
		if sl.Off {
			right += " · " + t.Slot.Off
		}
		if sl.Feast != "" {
			right += " · " + s.T.Dialog.Day.Feast.Words[slices.Index(feasts, sl.Feast)]
		}
		return panel.Spread(left, panel.L(theme.Dim, "  "+right+"  "+text.Clock(lengthOf(s, sl.Items))+" "), w)
	})...)
}

func clockOf(minute int) string { return fmt.Sprintf("%02d:%02d", minute/60, minute%60) }

func lengthOf(s *panel.Scene, ids []station.ItemID) (sum time.Duration) {
	for _, it := range s.Snap.Items {
		for _, id := range ids {
			if it.ID == id {
				sum += it.Length
			}
		}
	}
	return sum
}

// daysWords says a set of days: "hằng ngày", "T2 T4 CN".
func daysWords(s *panel.Scene, d station.Days) string {
	t := s.T.Dialog.Plan
	if d == station.EveryDay {
		return t.Slot.Daily
	}
	var out []string
	for i, w := range t.Slot.Days {
		if d&(1<<i) != 0 {
			out = append(out, w)
		}
	}
	return strings.Join(out, " ")
}
