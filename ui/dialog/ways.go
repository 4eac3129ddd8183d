package dialog

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"loaxa/app/station"
	"loaxa/ui/panel"
	"loaxa/ui/theme"
)

// way is one of several acts that a line asks about.
type way struct {
	words string
	does  []station.Intent
	undo  *Undo
	sent  string
}

// choose makes the will what its selected way is.
func (w *will) choose() {
	if w.at < len(w.ways) {
		c := w.ways[w.at]
		w.does, w.undo, w.sent = c.does, c.undo, c.sent
	}
}

// choices are the lines of the ways.
func (w *will) choices(s *panel.Scene, width int) []panel.Line {
	if len(w.ways) == 0 {
		return nil
	}
	return w.rows(len(w.ways), len(w.ways), func(i int) panel.Line {
		mark := "  "
		if i == w.at {
			mark = s.Th.G.Play + " "
		}
		return panel.L(theme.Plain, " "+mark+panel.Cut(w.ways[i].words, width-5)+" ")
	})
}

// waysOf are the answers to a slot's overlaps: to let it be, and those that the
// station found.
func waysOf(s *panel.Scene, r Result, found []station.OverlapWay) []way {
	t := s.T.Dialog.Day.Ways
	out := []way{{words: t.Keep, does: []station.Intent{r.Intent}, undo: r.Undo, sent: r.Sent}}
	for _, f := range found {
		if len(f.Puts) == 0 {
			continue
		}
		w := way{sent: fmt.Sprintf(s.T.Dialog.Plan.Slot.Slots, clockOf(f.Puts[0].Minute), f.Puts[0].Title), undo: undoSlots(s, f.Puts),
			does: []station.Intent{station.SlotsPut{Put: f.Puts}}}
		switch f.Kind {
		case station.OverlapReplace:
			w.words = fmt.Sprintf(t.Replace, othersWords(s, f.Puts[1:]))
		case station.OverlapAppend:
			w.words = t.Append
		case station.OverlapShift:
			w.words = fmt.Sprintf(t.Shift, clockOf(f.Puts[0].Minute))
		}
		out = append(out, w)
	}
	return out
}

// othersWords say what becomes of the slots that give way.
func othersWords(s *panel.Scene, others []station.Slot) string {
	t := s.T.Dialog.Day.Ways
	var out []string
	for _, o := range others {
		if o.Off {
			out = append(out, fmt.Sprintf(t.Silent, o.Title))
			continue
		}
		var at []string
		for _, id := range o.Targets.Clusters {
			if c := s.Cluster(id); c != nil {
				at = append(at, strconv.Itoa(c.Number))
			}
		}
		out = append(out, fmt.Sprintf(t.Rest, o.Title, strings.Join(at, ", ")))
	}
	return strings.Join(out, ", ")
}

// undoSlots takes the first back as it was, and gives the others what they had.
func undoSlots(s *panel.Scene, puts []station.Slot) *Undo {
	first := undoSlot(s, puts[0])
	var back []station.Slot
	for _, old := range s.Snap.Plan.Slots {
		if slices.ContainsFunc(puts[1:], func(p station.Slot) bool { return p.ID == old.ID }) {
			back = append(back, old)
		}
	}
	return &Undo{Words: first.Words, Back: func(snap *station.Snapshot, entry func(station.EntryID) station.EntryID) []station.Intent {
		all := station.SlotsPut{}
		for _, in := range first.Back(snap, entry) {
			switch in := in.(type) {
			case station.SlotPut:
				all.Put = append(all.Put, in.Slot)
			case station.SlotRemove:
				all.Remove = append(all.Remove, in.ID)
			}
		}
		all.Put = append(all.Put, back...)
		return []station.Intent{all}
	}}
}

// mend opens the slot that the selected finding of the check names.
func (p *Plan) mend(s *panel.Scene) Result {
	n := len(p.dry.run.Findings)
	if p.dry.rows.at >= n {
		return Result{}
	}
	want := p.dry.run.Findings[n-1-p.dry.rows.at].Slot
	for _, sl := range s.Snap.Plan.Slots {
		if sl.ID == want {
			p.form = newSlotForm(s, sl)
		}
	}
	return Result{}
}

// capsWords writes the caps as capsOf reads them.
func capsWords(c station.Caps) string {
	return fmt.Sprintf("%d %d %d %d", c.School, c.Health, c.Worship, c.Library)
}

// capsOf reads four numbers; nothing at all is no bound.
func capsOf(v string) (c station.Caps, ok bool) {
	f := strings.FieldsFunc(v, func(r rune) bool { return r == ' ' || r == ',' || r == ';' || r == '%' || r == '/' })
	if len(f) == 0 {
		return c, true
	}
	to := []*int{&c.School, &c.Health, &c.Worship, &c.Library}
	if len(f) != len(to) {
		return c, false
	}
	for i, w := range f {
		n, err := strconv.Atoi(w)
		if err != nil || n != 0 && (n < station.MinCap || n > 100) {
			return c, false
		}
		*to[i] = n
	}
	return c, true
}
