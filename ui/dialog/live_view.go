package dialog

import (
	"fmt"

	"loaxa/app/station"
	"loaxa/ui/panel"
	"loaxa/ui/text"
	"loaxa/ui/theme"
)

// Hints implements Full.
func (l *Live) Hints(s *panel.Scene) []panel.KeyHint {
	k := s.T.Dialog.Booth.Keys
	open := k[0]
	switch {
	case l.record && l.asked, l.takes.sure:
		return nil // the screen's own lines name the keys of the moment
	case l.record && l.takes.chosen != "":
		open = k[5]
	case l.record:
		return []panel.KeyHint{{Key: "Enter", Word: s.T.Dialog.Record.Choose.Record}, {Key: "↓", Word: k[2]}, {Key: "Tab", Word: k[1]}, {Key: "Esc", Word: k[4]}}
	}
	return []panel.KeyHint{{Key: "Enter", Word: open}, {Key: "Tab", Word: k[1]}, {Key: "Ctrl+T", Word: k[3]}, {Key: "Esc", Word: k[4]}}
}

// View draws the screen.
func (l *Live) View(s *panel.Scene, a panel.Area) []string {
	t, r, w, h := s.T.Dialog.Live, s.T.Dialog.Record, a.W-2, a.H-2
	at := 0
	if l.record {
		at = 1
	}
	body := []panel.Line{tabLine([]string{r.Choose.Live, r.Choose.Record}, at, panel.L(theme.Dim, "   "+r.Choose.Mode))}
	low := l.takes.chosen != "" && h < 14 // room for the recording in hand only
	if !low {
		body = append(body, l.place(s, w)...)
	}
	var tail []panel.Line
	switch {
	case l.record && l.asked:
		body = append(body, l.recordLines(s, w)...)
	case low:
	default:
		body, tail = append(body, l.booth(s, w)...), l.will(s, w)
	}
	if l.record && !l.asked {
		body = append(body, l.takes.lines(s, w, h-len(body)-len(tail))...)
	}
	return panel.Box(s.Th, true, "F4 "+t.Title, foot(l.Hints(s)), fill(body, tail, h), a)
}

// place says who will hear it, who may not, and what it interrupts.
func (l *Live) place(s *panel.Scene, w int) []panel.Line {
	t, tg := s.T.Dialog.Live, s.Targets()
	can, meant := s.Reachable(tg)
	out := []panel.Line{{{R: theme.Title, S: " " + fmt.Sprintf(s.T.Dialog.Emergency.Reach, s.Where(tg, meant, false), can, meant)}}}
	var may []*station.ClusterView
	for _, c := range unreached(s) {
		if tg.All || s.Cursor.Marks[c.ID] {
			may = append(may, c)
		}
	}
	if len(may) > 0 {
		out = append(out, panel.L(theme.Warn, " "+fmt.Sprintf(t.NotSure, panel.Names(may, w-20))))
	}
	if top := s.Top(); top != nil && !l.record {
		out = append(out, panel.L(theme.Plain, " "+fmt.Sprintf(t.Cuts, panel.Title(s, top))))
	}
	return out
}

// booth is the microphone, the rules for it, and the reading's name.
func (l *Live) booth(s *panel.Scene, w int) []panel.Line {
	t, m, r := s.T.Dialog.Booth, s.Snap.Mic, s.Snap.Station.Rules
	out := []panel.Line{nil, panel.MicState(s)}
	if l.mics.open {
		return append(out, l.mics.lines(s, w)...)
	}
	key := t.Test
	if m.Stage == station.MicTesting {
		out, key = append(out, panel.MicLevel(s, w)), t.TestEnd
	}
	rules := panel.L(theme.Key, " "+key+" · "+t.Choose[0])
	if r.MicLimit > 0 {
		words := " " + fmt.Sprintf(t.Limit, text.Clock(r.MicLimit))
		if r.MicSilence > 0 {
			words += " · " + fmt.Sprintf(t.Silent, text.Clock(r.MicSilence))
		}
		out = append(out, panel.L(theme.Dim, words))
	}
	out = append(out, rules)
	if l.Tells != nil && l.Tells() && !l.record {
		out = append(out, panel.L(theme.Key, " "+s.T.Talk().Hold))
	}
	if l.Stays != nil && !l.record {
		words := s.T.Talk().Leaves[0]
		if *l.Stays {
			words = s.T.Talk().Leaves[1]
		}
		out = append(out, panel.L(theme.Dim, " "+words))
	}
	return append(out, inputLine(s, s.T.Dialog.Live.Name, &l.name, w))
}

// will is what Enter does.
func (l *Live) will(s *panel.Scene, w int) (out []panel.Line) {
	t, tg := s.T.Dialog.Live, s.Targets()
	if l.takes.chosen != "" {
		return nil
	}
	_, meant := s.Reachable(tg)
	words, keys := fmt.Sprintf(t.Will, s.Where(tg, meant, false)), t.Go
	if l.record {
		words, keys = s.T.Dialog.Record.Choose.Will, s.T.Dialog.Record.Choose.Begin
	}
	for _, x := range indent(words, w) {
		out = append(out, panel.L(theme.Live, " "+x+" "))
	}
	return append(out, panel.Line{{R: theme.Key, S: " " + keys}, {R: theme.Dim, S: "   " + t.Targets}})
}
