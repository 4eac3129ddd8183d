package dialog

import (
	"fmt"
	"strings"
	"time"

	"loaxa/app/station"
	"loaxa/ui/panel"
	"loaxa/ui/theme"
)

// above is the second half of F9: the tier above, in the officer's words.
type above struct{ at int }

func (v *above) key(key string) bool {
	switch key {
	case "up":
		v.at--
	case "down":
		v.at++
	case "pgup":
		v.at -= 10
	case "pgdown":
		v.at += 10
	case "home":
		v.at = 0
	default:
		return false
	}
	return true
}

func (v *above) rows(s *panel.Scene, w, h int) []panel.Line {
	all := aboveLines(s, w)
	v.at = max(0, min(v.at, len(all)-h))
	return all[v.at:]
}

// aboveTitle is what the tier above is called here.
func aboveTitle(s *panel.Scene) string {
	if l := panel.Clean(s.Snap.Station.UpstreamLabel); l != "" {
		return l
	}
	return s.T.Dialog.Above.Title
}

func aboveLines(s *panel.Scene, w int) []panel.Line {
	u, t := s.Snap.Upstream, s.T.Dialog.Above
	out := []panel.Line{nil}
	if !u.Configured {
		out = append(out, words(theme.Plain, t.None, w)...)
	} else {
		out = append(out, linkLines(s, u, w)...)
	}
	a := u.Above
	if a == nil {
		return out
	}
	if u.Configured {
		out = append(out, booksLines(s, a, w)...)
	}
	out = append(out, repairLines(s, a, w)...)
	out = append(out, nil, heading(t.Orders))
	if a.Keys == 0 {
		out = append(out, words(theme.Plain, t.NoKeys, w)...)
	} else {
		out = append(out, words(theme.Plain, fmt.Sprintf(t.Keys, a.Keys, panel.Clean(strings.Join(a.Issuers, ", "))), w)...)
	}
	return append(out, refusedLines(s, a, w)...)
}

func heading(words string) panel.Line { return panel.L(theme.Title, " "+words) }

func words(r theme.Role, words string, w int) (out []panel.Line) {
	for _, l := range indent(words, w) {
		out = append(out, panel.L(r, " "+l))
	}
	return out
}

// wall is a wall time and how long ago it was.
func wall(s *panel.Scene, at time.Time) string {
	if at.IsZero() {
		return s.T.Cluster.Never
	}
	return at.Format("15:04 02/01/2006") + " (" + fmt.Sprintf(s.T.Dialog.Above.Ago, s.T.Age(max(0, s.Wall.Sub(at)))) + ")"
}

func linkLines(s *panel.Scene, u station.UpstreamReport, w int) []panel.Line {
	t := s.T.Dialog.Above
	role, state := theme.Good, fmt.Sprintf(t.Up, wall(s, u.Since))
	if !u.Up {
		role, state = theme.Warn, fmt.Sprintf(t.Cut, wall(s, u.Since))
	}
	out := words(role, state, w)
	switch {
	case u.Waiting == 0:
		out = append(out, words(theme.Plain, t.NothingWaits, w)...)
	case u.Up:
		out = append(out, words(theme.Plain, fmt.Sprintf(t.Sending, u.Waiting, size4(s, u.WaitingBytes)), w)...)
	default:
		out = append(out, words(theme.Plain, fmt.Sprintf(t.Waits, u.Waiting, size4(s, u.WaitingBytes)), w)...)
	}
	out = append(out, words(theme.Plain, fmt.Sprintf(t.Acked, wall(s, u.LastAck)), w)...)
	if c := u.Coming; c.Count > 0 {
		out = append(out, words(theme.Plain, fmt.Sprintf(t.Sounds, c.Count, c.Percent, size4(s, uint64(max(0, c.Size)))), w)...)
		switch {
		case c.Spent:
			out = append(out, words(theme.Plain, t.SoundsSpent, w)...)
		case c.Why != "":
			out = append(out, words(theme.Warn, t.SoundsStuck, w)...)
		}
		if s.Cursor.Technical && c.Why != "" {
			out = append(out, words(theme.Dim, panel.Clean(c.Why), w)...)
		}
	}
	switch g := u.Going; {
	case g.Spent:
		out = append(out, words(theme.Plain, t.GoingSpent, w)...)
	case g.Title != "":
		out = append(out, words(theme.Plain, fmt.Sprintf(t.Going, panel.Clean(g.Title), g.Percent, size4(s, uint64(max(0, g.Size)))), w)...)
	}
	if s.Cursor.Technical && u.Why != "" {
		out = append(out, words(theme.Dim, panel.Clean(u.Why), w)...)
	}
	return out
}

// size4 is a size as people say it.
func size4(s *panel.Scene, n uint64) string {
	switch {
	case n < 1<<10:
		return fmt.Sprintf("%d byte", n)
	case n < 1<<20:
		return s.T.Number(float64(n)/(1<<10), 0) + " kB"
	}
	return s.T.Number(float64(n)/(1<<20), 1) + " MB"
}

func booksLines(s *panel.Scene, a *station.Above, w int) []panel.Line {
	t := s.T.Dialog.Above
	switch {
	case a.Compared.IsZero():
		return words(theme.Plain, t.NotCompared, w)
	case a.Differs == "":
		return words(theme.Good, fmt.Sprintf(t.Equal, wall(s, a.Compared)), w)
	}
	out := words(theme.Bad, fmt.Sprintf(t.Differs, wall(s, a.Compared), s.T.Word(a.Differs)), w)
	if s.Cursor.Technical {
		out = append(out, words(theme.Dim, panel.Clean(a.Detail), w)...)
	}
	return out
}

// repairLines name what each building anew of the journal has lost.
func repairLines(s *panel.Scene, a *station.Above, w int) (out []panel.Line) {
	t := s.T.Dialog.Above
	for _, r := range a.Repairs {
		if len(out) == 0 {
			out = append(out, nil, heading(t.Repairs))
		}
		if len(r.Lost) == 0 {
			out = append(out, words(theme.Plain, fmt.Sprintf(t.LostNone, wall(s, r.At)), w)...)
			continue
		}
		out = append(out, words(theme.Warn, fmt.Sprintf(t.Lost, wall(s, r.At)), w)...)
		for _, l := range r.Lost {
			out = append(out, words(theme.Plain, "   "+lost(s, l), w)...)
		}
	}
	return out
}

func lost(s *panel.Scene, l station.Lost) string {
	t := s.T.Dialog.Above
	var names []string
	for _, c := range l.Classes {
		name, ok := t.Classes[c]
		if !ok {
			name = panel.Clean(c)
		}
		names = append(names, name)
	}
	what := strings.Join(names, ", ")
	if what == "" {
		what = t.Something
	}
	n := l.To - l.From + 1
	if l.To < l.From {
		n = 0
	}
	from := l.Since.Format("15:04 02/01")
	if l.Since.IsZero() {
		from = "?"
	}
	line := fmt.Sprintf(t.LostRun, n, from, l.Until.Format("15:04 02/01"), what)
	if l.Open {
		line += " " + t.LostMore
	}
	return line
}

func refusedLines(s *panel.Scene, a *station.Above, w int) []panel.Line {
	t := s.T.Dialog.Above
	out := []panel.Line{nil, heading(t.Refused)}
	if len(a.Refused) == 0 {
		return append(out, words(theme.Plain, t.RefusedNone, w)...)
	}
	for i := range a.Refused {
		r := &a.Refused[i]
		who := panel.Clean(r.Issuer)
		if who == "" {
			who = t.Unknown
		}
		role := theme.Plain
		if r.Why.Code == station.OrderBadSignature {
			role = theme.Bad
		}
		head := r.At.Wall.Format("15:04 02/01") + " · " + who
		if r.Title != "" {
			head += " · “" + panel.Clean(r.Title) + "”"
		}
		out = append(out, words(role, head, w)...)
		why := r.Why
		why.Subject = panel.Clean(why.Subject)
		out = append(out, words(theme.Plain, "   "+s.T.Refusal(&why), w)...)
	}
	return out
}
