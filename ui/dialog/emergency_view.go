package dialog

import (
	"fmt"
	"strings"

	"loaxa/app/station"
	"loaxa/ui/panel"
	"loaxa/ui/theme"
)

// View draws the window.
func (e *Emergency) View(s *panel.Scene, a panel.Area) []string {
	t := s.T.Dialog.Emergency
	w, inner := size(a, 92)
	role, title := theme.Emergency, t.Title
	if em, _ := e.shown(s); em != nil {
		title = t.OpenTitle
		if em.Drill {
			role, title = theme.Drill, t.DrillTitle
		}
	}
	if e.chosen == drill {
		role, title = theme.Drill, t.DrillTitle
	}
	phones := a.H - 20
	if em, _ := e.shown(s); em == nil && e.chosen == none {
		phones = a.H - 12
	}
	body := e.reach(s, inner, max(2, phones))
	tail := e.tail(s, role, inner)
	if e.area() != nil && e.comp.stage != writing {
		body = append(body[:1:1], e.comp.lines(s, inner, a.H-2-1-len(tail))...)
	} else {
		body = append(body, e.options(s)...)
		if ar := e.area(); ar != nil {
			body = append(body, nil)
			if over := len(body) + len(tail) + 2 - (a.H - 2); over > 0 && len(body) > 3 { // the first line says where, the last what
				body = append(body[:1:1], body[min(1+over, len(body)-2):]...)
			}
			body = append(body, areaLines(s, ar, inner, max(2, min(6, a.H-2-len(body)-len(tail))))...)
		}
	}
	body = append(body, tail...)
	return panel.Alarm(s.Th, role, title, body, panel.Area{W: w, H: min(a.H, len(body)+2)})
}

// reach says who hears the order and who may not, with whom to ring.
func (e *Emergency) reach(s *panel.Scene, w, phones int) []panel.Line {
	t := s.T.Dialog.Emergency
	tg := e.targets(s)
	can, meant := s.Reachable(tg)
	out := []panel.Line{{{R: theme.Title, S: " " + fmt.Sprintf(t.Reach, s.Where(tg, meant, false), can, meant)}}}
	if words := e.scopeWords(s); words != "" {
		out[0] = append(out[0], panel.Seg{R: theme.Key, S: "   " + words})
	}
	if cs := unreached(s); len(cs) > 0 {
		out = append(out, panel.L(theme.Warn, " "+fmt.Sprintf(t.NotSure, panel.Names(cs, w-20))))
		left := 0
		for i, c := range cs {
			if c.Phone == "" || i >= phones {
				left++
				continue
			}
			call := fmt.Sprintf(s.T.Cluster.Call, c.Name, c.Head, c.Phone)
			if s.Demo {
				call += " " + s.T.Cluster.Sample
			}
			out = append(out, panel.L(theme.Plain, "   "+call))
		}
		if left > 0 && len(cs) > phones {
			out = append(out, panel.L(theme.Warn, "   "+fmt.Sprintf(s.T.Second().MorePhones, left)))
		}
	}
	if em, i := e.shown(s); em != nil {
		out = append(out, openLines(s, em, i)...)
		for i, l := range indent(em.Text, w) {
			if i < 3 {
				out = append(out, panel.L(theme.Plain, "   "+l))
			}
		}
	} else if top := s.Top(); top != nil {
		out = append(out, panel.L(theme.Dim, " "+fmt.Sprintf(s.T.Dialog.Ask.Cuts, panel.Title(s, top))))
	}
	return append(out, nil)
}

// scopeWords say what F2 does next; empty: there is nothing to choose.
func (e *Emergency) scopeWords(s *panel.Scene) string {
	next := *e
	switch next.nextScope(s); {
	case next.only == e.only:
		return ""
	case next.only == inArea:
		return fmt.Sprintf(s.T.CAPArea().Only, len(e.comp.cap.area))
	case next.only == onMark:
		return fmt.Sprintf(s.T.Dialog.Live.Only, len(s.Targets().Clusters))
	}
	return s.T.Dialog.Live.All
}

// openLines say which of the open emergencies is shown, since when, and when it
// is read again.
func openLines(s *panel.Scene, em *station.EmergencyView, i int) []panel.Line {
	c := s.T.Dialog.Compose
	head := " " + fmt.Sprintf(s.T.Dialog.Emergency.Open, s.T.Age(s.Age(em.Since)), em.Who)
	if em.Version > 1 {
		head += " · " + fmt.Sprintf(c.Versions, em.Version)
	}
	if em.Level > 0 {
		head += " · " + s.T.Books.Level[em.Level]
	}
	out := []panel.Line{panel.L(theme.Title, head)}
	if n := len(open(s)); n > 1 {
		out = append(out, panel.L(theme.Key, " "+fmt.Sprintf(c.Of, i+1, n)))
	}
	if last := em.Last(); !last.IsZero() {
		out = append(out, panel.L(theme.Plain, " "+fmt.Sprintf(c.Next, em.Next.Wall.Format("15:04"), last.Format("15:04"))))
	}
	return out
}

// options are the choices; while a text is written beside an open emergency
// only the one that is chosen.
func (e *Emergency) options(s *panel.Scene) (out []panel.Line) {
	em, _ := e.shown(s)
	for i, c := range e.choices(s) {
		if e.area() == nil || em == nil || c == e.chosen {
			out = append(out, e.option(s, c, i+1))
		}
	}
	return out
}

func unreached(s *panel.Scene) (out []*station.ClusterView) {
	em := s.Snap.Emergency
	for _, c := range s.Ordered() {
		switch st := s.State(c); {
		case st == station.ClusterLost, st == station.ClusterUnknown:
			out = append(out, c)
		case em != nil && st == station.ClusterShaky && c.Why == "no-proof" && c.Broadcast != 0: // told to, and does not say that it plays
			out = append(out, c)
		}
	}
	return out
}

func (e *Emergency) option(s *panel.Scene, c choice, n int) panel.Line {
	t, x := s.T.Dialog.Emergency, s.T.Dialog.Correct
	k := s.T.Dialog.Compose
	words := map[choice]string{sirenMic: t.SirenMic, sirenText: t.SirenText, drill: t.Drill, end: t.End, correct: x.Correct, allClear: x.AllClear, renew: k.NewWord}[c]
	em, _ := e.shown(s)
	switch {
	case em == nil || em.Drill:
	case c == sirenText && c == e.chosen && e.sounded(s): // the words of the siren that sounded
	case c == sirenText:
		words = k.NewText
	case c == sirenMic:
		words = k.NewMic
	}
	if em != nil && em.Drill {
		switch c {
		case end:
			words = t.EndDrill
		case correct:
			words = x.CorrectDrill
		case allClear:
			words = x.ClearDrill
		default:
		}
	}
	if c == e.chosen {
		return panel.Line{{R: theme.Key, S: " " + s.Th.G.Play}, {R: theme.Selected, S: fmt.Sprintf(" %d  %s ", n, words)}}
	}
	return panel.Line{{R: theme.Key, S: fmt.Sprintf("   %d  ", n)}, {R: theme.Title, S: words}}
}

// tail says exactly what Ctrl+K will do, and what is missing; nothing there is
// a wall before the siren.
func (e *Emergency) tail(s *panel.Scene, role theme.Role, w int) []panel.Line {
	t, a := s.T.Dialog.Emergency, s.T.Dialog.Ask
	tg := e.targets(s)
	where := s.Where(tg, s.Meant(tg), false)
	var out []panel.Line
	warn := func(words string) { out = append(out, panel.L(theme.Warn, " "+words)) }
	will := ""
	em, _ := e.shown(s)
	switch e.chosen {
	case none:
		return []panel.Line{nil, {{R: theme.Key, S: " " + t.Choose}, {R: theme.Plain, S: "   " + t.Leave}}}
	case end:
		will = a.WillEnd
	case allClear:
		will = s.T.Dialog.Correct.WillClear
	case correct:
		will = fmt.Sprintf(s.T.Dialog.Correct.WillCorrect, em.Since.Wall.Format("15:04"))
	case sirenMic:
		will = fmt.Sprintf(a.WillMic, where)
		if !micUsable(s) {
			warn(a.NoMic)
			will = fmt.Sprintf(a.WillSiren, where)
		}
	case sirenText, renew:
		var more []panel.Line
		more, will = e.textTail(s, where, em)
		out = append(out, more...)
	case drill:
		will = fmt.Sprintf(a.WillDrillText, where)
		if strings.TrimSpace(e.words.Value()) == "" {
			will = fmt.Sprintf(a.WillDrillMic, where)
		}
	}
	out = append(out, e.capTail(s)...)
	if e.area() != nil {
		for _, m := range s.Snap.Station.Missing {
			switch {
			case m == "speech" && e.chosen == drill:
				warn(s.T.Word("drill-needs-speech"))
			case m == "speech":
				warn(s.T.Books.Missing[m])
				if long := aloud(e.area().Value()); long > 0 {
					warn(fmt.Sprintf(s.T.Dialog.Settings.Rules.Voice.Aloud, s.T.Age(long)))
				}
			}
		}
	}
	out = append(out, nil)
	for _, l := range indent(will, w) {
		out = append(out, panel.L(role, " "+l+" "))
	}
	return append(out, panel.Line{{R: theme.Plain, S: " " + t.Leave}})
}
