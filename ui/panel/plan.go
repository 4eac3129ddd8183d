package panel

import (
	"fmt"
	"slices"
	"time"

	"loaxa/app/station"
	"loaxa/ui/text"
	"loaxa/ui/theme"
)

// NextFixed is the next start of the timetable that keeps its second; nil for
// none within a day.
func (s *Scene) NextFixed() *station.DueView {
	for i := range s.Snap.Plan.Due {
		d := &s.Snap.Plan.Due[i]
		if d.State == station.DueComing && (d.Mode == station.StartHard || d.Mode == station.StartSkip) && d.At.After(s.Wall) {
			return d
		}
	}
	return nil
}

// FarAhead is how far off a fixed start must be for the play list to have
// nothing to do with it: nobody fills a night with music.
const FarAhead = 2 * time.Hour

// Spare is the time between the end of the play list and the next fixed start:
// below zero the list is too long. ok is false when there is nothing to reckon,
// or it is FarAhead.
func (s *Scene) Spare() (spare time.Duration, next *station.DueView, ok bool) {
	next = s.NextFixed()
	rows, total := Rundown(s)
	if next == nil || len(rows) == 0 {
		return 0, next, false
	}
	spare = next.At.Sub(s.Wall) - total
	return spare, next, spare <= FarAhead
}

// Countdowns are the three that an officer watches: what is left of the item,
// the next fixed start, the end of the list; and early or late.
func Countdowns(s *Scene, w int) []Line {
	t := s.T.Dialog.Plan
	var out []Line
	rows, total := Rundown(s)
	l := L(theme.Plain, " ")
	for _, r := range rows {
		if r.Plays {
			l = append(l, Seg{theme.Good, fmt.Sprintf(t.Count.Now, text.Clock(r.Left))}, Seg{theme.Frame, " · "})
		}
	}
	spare, next, ok := s.Spare()
	if next != nil {
		l = append(l, Seg{theme.Plain, fmt.Sprintf(t.Count.Fixed, next.At.Format("15:04"), text.Clock(next.At.Sub(s.Wall)))})
	} else {
		l = append(l, Seg{theme.Dim, t.Count.NoFixed})
	}
	if s.queueRuns() {
		end := Line{{theme.Frame, " · "}, {theme.Plain, fmt.Sprintf(t.Count.End, text.Clock(total), s.Wall.Add(total).Format("15:04"))}}
		if l.Width()+end.Width() > w {
			out = append(out, l)
			end[0].S, l = " ", nil
		}
		l = append(l, end...)
	}
	out = append(out, l)
	if ok {
		out = append(out, SpareLine(s, spare, w))
	}
	return out
}

// SpareLine says whether the list fits before the next fixed start.
func SpareLine(s *Scene, spare time.Duration, w int) Line {
	t := s.T.Dialog.Plan
	switch {
	case spare < -2*time.Second:
		return L(theme.Warn, " "+Cut(fmt.Sprintf(t.Count.Over, text.Clock(-spare)), w-2))
	case spare < 30*time.Second:
		return L(theme.Good, " "+t.Count.Fits)
	}
	return L(theme.Plain, " "+Cut(fmt.Sprintf(t.Count.Under, text.Clock(spare)), w-2))
}

// maxFill is how many pieces of music fill one gap at most.
const maxFill = 40

// FitMusic chooses music that fills a gap as well as it can and never more. No
// piece comes again while one fits that came less often; those in the play list
// have come once.
func (s *Scene) FitMusic(gap time.Duration) (ids []station.ItemID, sum time.Duration) {
	var music []station.Item
	for _, it := range s.Snap.Items {
		if it.Kind == station.KindMusic && it.Length > 0 {
			music = append(music, it)
		}
	}
	slices.SortStableFunc(music, func(a, b station.Item) int { return int(b.Length - a.Length) })
	came := map[station.ItemID]int{}
	for _, e := range s.Snap.Queue.Entries {
		came[e.Item]++
	}
	for len(ids) < maxFill {
		best := -1
		for i, it := range music {
			if it.Length <= gap-sum && (best < 0 || came[it.ID] < came[music[best].ID]) {
				best = i
			}
		}
		if best < 0 {
			break
		}
		it := music[best]
		came[it.ID]++
		ids, sum = append(ids, it.ID), sum+it.Length
	}
	return ids, sum
}
