package dialog

import (
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"loaxa/app/station"
	"loaxa/ui/panel"
	"loaxa/ui/theme"
)

// Late is the list of what waits for the operator's decision: priority
// bulletins that clash, then what came too late to be heard by itself. It opens
// by itself when something new is on it.
type Late struct {
	list
	will *will
	of   station.LateID // that the will is about
	ask  *Clash
}

// Empty tells whether nothing is on the list any more.
func (l *Late) Empty(s *panel.Scene) bool { return len(s.Snap.Clashes)+len(s.Snap.Late) == 0 }

// Update takes a key.
func (l *Late) Update(s *panel.Scene, msg tea.Msg) Result {
	key := press(msg)
	switch {
	case l.ask != nil:
		r := l.ask.Update(s, msg)
		if r.Close {
			l.ask = nil
		}
		r.Close = false
		return r
	case l.will != nil:
		return l.willKey(s, key)
	}
	clashes := len(s.Snap.Clashes)
	n := clashes + len(s.Snap.Late)
	if l.key(key, n, 10) {
		return Result{}
	}
	l.at = min(l.at, max(n-1, 0))
	switch key {
	case "esc":
		return Result{Close: true}
	case "enter":
		switch {
		case l.at < clashes:
			l.ask = &Clash{Of: s.Snap.Clashes[l.at]}
		case l.at < n:
			late := s.Snap.Late[l.at-clashes]
			l.will, l.of = lateWill(s, &late), late.ID
		}
	}
	return Result{}
}

func (l *Late) willKey(s *panel.Scene, key string) Result {
	w := l.will
	if !lateThere(s, l.of) { // decided elsewhere
		l.will = nil
		return Result{}
	}
	switch key {
	case w.confirm():
		l.will = nil
		w.choose()
		return Result{Intent: w.does[0], Sent: w.sent}
	case "esc":
		l.will = nil
	default:
		w.list.key(key, len(w.ways), len(w.ways))
	}
	return Result{}
}

func lateThere(s *panel.Scene, id station.LateID) bool {
	for _, l := range s.Snap.Late {
		if l.ID == id {
			return true
		}
	}
	return false
}

// lateSteps are the times of "later", from now.
var lateSteps = []time.Duration{30 * time.Minute, time.Hour, 2 * time.Hour}

// lateRound is to which minutes they are rounded up.
const lateRound = 5 * time.Minute

// lateWill asks what becomes of something late.
func lateWill(s *panel.Scene, l *station.Late) *will {
	t, title := s.T.Late(), panel.Clean(l.Title)
	answer := func(do station.LateDo, at int64) []station.Intent {
		return []station.Intent{station.LateAnswer{ID: l.ID, Do: do, At: at}}
	}
	w := &will{key: "ctrl+g", words: fmt.Sprintf(t.Ask, title, l.Due.In(s.Wall.Location()).Format("15:04"))}
	w.ways = []way{{words: fmt.Sprintf(t.Ways[0], s.Where(l.Targets, s.Meant(l.Targets), false)), does: answer(station.LatePlay, 0), sent: fmt.Sprintf(t.Done[0], title)}}
	for _, step := range lateSteps {
		at := s.Wall.Add(step + lateRound - time.Second).Truncate(lateRound)
		when := at.Format("15:04")
		w.ways = append(w.ways, way{words: fmt.Sprintf(t.Ways[1], when), does: answer(station.LateLater, at.Unix()), sent: fmt.Sprintf(t.Done[1], title, when)})
	}
	w.ways = append(w.ways, way{words: t.Ways[2], does: answer(station.LateSkip, 0), sent: fmt.Sprintf(t.Done[2], title)})
	w.does, w.sent = w.ways[0].does, w.ways[0].sent
	return w
}

// View draws the window.
func (l *Late) View(s *panel.Scene, a panel.Area) []string {
	if l.ask != nil {
		return l.ask.View(s, a)
	}
	t := s.T.Late()
	w, inner := size(a, 76)
	body := []panel.Line{panel.L(theme.Plain, " "+t.Lead)}
	var tail []panel.Line
	if l.will != nil && lateThere(s, l.of) {
		tail = append(tail, nil)
		for _, words := range indent(l.will.words, inner) {
			tail = append(tail, panel.L(theme.Title, " "+words))
		}
		tail = append(append(tail, l.will.choices(s, inner)...), panel.L(theme.Key, l.will.keys(t.Do, t.Leave)))
	} else {
		tail = append(tail, nil, panel.L(theme.Key, " "+t.Keys))
	}
	clashes := s.Snap.Clashes
	n := len(clashes) + len(s.Snap.Late)
	if n == 0 {
		body = []panel.Line{panel.L(theme.Dim, " "+t.Empty)}
	} else {
		body = append(body, l.rows(n, max(1, min(n, a.H-2-len(body)-len(tail))), func(i int) panel.Line {
			if i < len(clashes) {
				return clashLine(s, clashes[i], inner)
			}
			return lateLine(s, &s.Snap.Late[i-len(clashes)], inner)
		})...)
	}
	body = append(body, tail...)
	return panel.Box(s.Th, true, t.Title, "", body, panel.Area{W: w, H: min(a.H, len(body)+2)})
}

func clashLine(s *panel.Scene, c station.Clash, w int) panel.Line {
	t, second := s.T.Late(), ""
	if b := airOf(s, c.Second); b != nil {
		second = b.Title
	}
	left := panel.L(theme.Warn, " "+fmt.Sprintf(t.Clash, panel.Clean(c.Title), panel.Clean(second)))
	return panel.Spread(left, panel.L(theme.Dim, "  "+t.ClashHint+" "), w)
}

func lateLine(s *panel.Scene, l *station.Late, w int) panel.Line {
	t := s.T.Late()
	role, right := theme.Warn, fmt.Sprintf(t.Row, s.Where(l.Targets, s.Meant(l.Targets), true), s.T.Age(max(0, s.Wall.Sub(l.Due))))
	if l.At != 0 {
		role, right = theme.Plain, fmt.Sprintf(t.At, time.Unix(l.At, 0).In(s.Wall.Location()).Format("15:04"))
	}
	left := panel.Line{{R: theme.Dim, S: " " + l.Due.In(s.Wall.Location()).Format("15:04") + " "}, {R: role, S: panel.Clean(l.Title)}}
	return panel.Spread(left, panel.L(theme.Dim, "  "+right+" "), w)
}
