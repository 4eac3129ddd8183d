package onair

import (
	"slices"

	"loaxa/app/station"
)

// clashes asks, once for each two, which of the priority bulletins that want
// the same places is first. Nothing waits for the answer: the older one sounds.
// A question whose bulletins are not both open any more is closed by that rule.
func (d *decision) clashes() {
	was := d.s.Upper.Clashes
	var now []station.Clash
	for _, c := range was {
		switch {
		case d.s.find(c.First) != nil && d.s.find(c.Second) != nil:
			now = append(now, c)
		case !c.Answered:
			d.note(station.Event{Kind: station.EvClashOver, Broadcast: c.First, Class: station.Priority, Title: c.Title, Reason: "unanswered"})
		}
	}
	for i := range d.s.Air {
		for j := range i {
			a, b := &d.s.Air[j], &d.s.Air[i]
			if a.Class != station.Priority || b.Class != station.Priority || len(now) >= station.MaxClashes ||
				slices.ContainsFunc(now, func(c station.Clash) bool { return c.First == a.ID && c.Second == b.ID }) ||
				!d.s.places(a).meets(d.s.places(b)) {
				continue
			}
			now = append(now, station.Clash{First: a.ID, Second: b.ID, Title: a.Title})
			e := d.about(b, station.EvClash, "")
			e.Title = a.Title + " / " + b.Title
			d.note(e)
		}
	}
	if !slices.Equal(was, now) {
		d.s.Upper.Clashes = now
	}
}

// priorityFirst puts a bulletin before all that clash with it. The newest
// answer holds.
func (d *decision) priorityFirst(id station.BroadcastID) *station.Refusal {
	b, rank, found := d.s.find(id), 0, false
	list := slices.Clone(d.s.Upper.Clashes)
	for i := range list {
		c := &list[i]
		other := c.First
		switch id {
		case c.First:
			other = c.Second
		case c.Second:
		default:
			continue
		}
		c.Answered, found = true, true
		if o := d.s.find(other); o != nil {
			rank = max(rank, o.Rank+1)
		}
	}
	if !found || b == nil {
		return no(station.NoClash, "", 0)
	}
	d.s.Upper.Clashes = list
	b.Rank = max(b.Rank, rank)
	d.note(d.about(b, station.EvClashOver, "by-hand"))
	return nil
}

// openClashes are the questions that wait for an answer, older first.
func (s *State) openClashes() (out []station.Clash) {
	for _, c := range s.Upper.Clashes {
		if !c.Answered {
			out = append(out, c)
		}
	}
	return out
}
