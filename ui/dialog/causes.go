package dialog

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"loaxa/app/station"
	"loaxa/ui/panel"
	"loaxa/ui/text"
	"loaxa/ui/theme"
)

// cause is one row of the fault book: one fault, or several of one kind that
// began together.
type cause struct {
	state  int // 0 new, 1 seen, 2 over
	faults []station.Fault
}

// together is how far apart the beginnings of one cause's faults may lie: a
// line that fails is noticed at one cluster after the other.
const together = 10 * time.Minute

// power is the reason of a cluster that lost its mains. All other reasons why a
// link is gone are how one and the same failure shows.
const power = "power"

// groupable are the kinds that one thing can do to many clusters.
var groupable = []station.EventKind{station.EvClusterLost, station.EvClusterFault, station.EvMissed, station.EvBroken, station.EvStranger, station.EvOrderRefused}

// causes gives the fault book by state, then by what stands behind the faults:
// those of one kind and reason that began together are one row.
func causes(s *panel.Scene) (out []cause) {
	for state := range 3 {
		first := len(out)
		for _, f := range s.Snap.Faults {
			if faultGroup(f) != state {
				continue
			}
			i := slices.IndexFunc(out[first:], func(c cause) bool { return c.takes(f) })
			if i < 0 {
				out = append(out, cause{state: state, faults: []station.Fault{f}})
				continue
			}
			c := &out[first+i]
			c.faults = append(c.faults, f)
		}
	}
	return out
}

// takes tells whether a fault has the same cause as one of the row's.
func (c cause) takes(f station.Fault) bool {
	one := c.faults[0]
	if one.Kind != f.Kind || (one.Reason == power) != (f.Reason == power) || one.Kind != station.EvClusterLost && one.Reason != f.Reason || !slices.Contains(groupable, f.Kind) {
		return false
	}
	return slices.ContainsFunc(c.faults, func(o station.Fault) bool { return (o.Since.Mono - f.Since.Mono).Abs() <= together })
}

// id names the row by the fault that is in it longest.
func (c cause) id() string {
	return slices.MinFunc(c.faults, func(a, b station.Fault) int {
		return cmp.Or(cmp.Compare(a.Since.Mono, b.Since.Mono), cmp.Compare(a.ID, b.ID))
	}).ID
}

// since is when the first of them began.
func (c cause) since() station.Stamp {
	return slices.MinFunc(c.faults, func(a, b station.Fault) int { return cmp.Compare(a.Since.Mono, b.Since.Mono) }).Since
}

// acks are the acknowledgements of what was not seen yet.
func (c cause) acks() (out []station.Intent) {
	for _, f := range c.faults {
		if !f.Acked {
			out = append(out, station.FaultAck{ID: f.ID})
		}
	}
	return out
}

// names are the clusters or whatever the faults are about.
func (c cause) names(s *panel.Scene) (out []string) {
	for _, f := range c.faults {
		if v := s.Cluster(f.Cluster); v != nil {
			out = append(out, v.Name)
		} else if f.Subject != "" {
			out = append(out, f.Subject)
		}
	}
	return out
}

// faultRow is a line of the screen: a heading, a cause, or one fault of an open
// cause.
type faultRow struct {
	head  bool
	state int
	cause cause
	one   *station.Fault // of an open cause
}

// id names the line for the selection.
func (r faultRow) id() string {
	if r.one != nil {
		return r.one.ID + " one"
	}
	return r.cause.id()
}

// acks are what Enter acknowledges on the line.
func (r faultRow) acks() []station.Intent {
	if r.one == nil {
		return r.cause.acks()
	}
	if r.one.Acked {
		return nil
	}
	return []station.Intent{station.FaultAck{ID: r.one.ID}}
}

// rowsOf lays the causes out under their headings, the open one unfolded.
func (f *Faults) rowsOf(s *panel.Scene) (out []faultRow) {
	state := -1
	for _, c := range causes(s) {
		if c.state != state {
			state = c.state
			out = append(out, faultRow{head: true, state: state})
		}
		out = append(out, faultRow{state: state, cause: c})
		if len(c.faults) < 2 || c.id() != f.open {
			continue
		}
		for i := range c.faults {
			out = append(out, faultRow{state: state, cause: c, one: &c.faults[i]})
		}
	}
	return out
}

func causeLine(s *panel.Scene, r faultRow, open bool, w int) panel.Line {
	t := s.T.Dialog.Day.Cause
	if r.head {
		return panel.L(theme.Title, " "+t.Heads[r.state])
	}
	c := r.cause
	switch {
	case r.one != nil:
		return append(panel.L(theme.Plain, "   "), faultLine(s, *r.one, max(1, w-3))...)
	case len(c.faults) == 1:
		return append(panel.L(theme.Plain, "  "), faultLine(s, c.faults[0], max(1, w-2))...)
	}
	one := c.faults[0]
	words := t.Group[string(one.Kind)]
	if words == "" {
		words = t.Many
	}
	head := fmt.Sprintf(words, len(c.faults))
	if one.Reason != "" && !slices.ContainsFunc(c.faults, func(f station.Fault) bool { return f.Reason != one.Reason }) {
		head += " · " + s.T.Word(one.Reason)
	}
	mark := "+ "
	if open {
		mark = "- "
	}
	role := theme.Plain
	if r.state == 2 {
		role = theme.Dim
	}
	left := panel.Line{{R: theme.Key, S: mark}, {R: theme.Dim, S: " " + c.since().Wall.Format("02/01 15:04") + " "}, {R: role, S: head},
		{R: theme.Dim, S: ": " + strings.Join(c.names(s), ", ")}}
	over := 0
	for _, f := range c.faults {
		if f.Over {
			over++
		}
	}
	right := panel.Line{}
	if r.state == 1 {
		right = append(right, panel.Seg{R: theme.Dim, S: " " + fmt.Sprintf(s.T.Dialog.Lists.Acked, text.Name(one.AckedBy)) + " "})
	}
	if over > 0 && r.state < 2 {
		right = append(right, panel.Seg{R: theme.Dim, S: " " + fmt.Sprintf(t.One, over) + " "})
	}
	return panel.Spread(left, right, w)
}

// causeAdvice says what to do about a row, and whom it touches.
func causeAdvice(s *panel.Scene, r faultRow, w int) []panel.Line {
	c := r.cause
	if r.one != nil {
		return append(cutFault(s, *r.one, w, w-3), adviceLines(s, *r.one, w)...)
	}
	if len(c.faults) == 1 {
		return append(cutFault(s, c.faults[0], w, w-2), adviceLines(s, c.faults[0], w)...)
	}
	f := c.faults[0]
	f.Since, f.Cluster = c.since(), ""
	out := adviceLines(s, f, w)
	for i, l := range indent(fmt.Sprintf(s.T.Dialog.Day.Cause.Members, strings.Join(c.names(s), ", ")), w) {
		if i < 3 {
			out = append(out, panel.L(theme.Plain, " "+l))
		}
	}
	return out
}
