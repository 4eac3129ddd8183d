package onair

import (
	"slices"
	"time"

	"loaxa/app/station"
)

// slotsTooLate ends, after a restart, the starts whose time is long over.
func (d *decision) slotsTooLate() {
	if d.now.Quality != station.ClockGood {
		return
	}
	limit := station.StandingOf(station.Scheduled).LateBy
	for _, b := range slices.Clone(d.s.Air) {
		if b.Slot.Slot == 0 {
			continue
		}
		over := time.Unix(b.Slot.At, 0)
		if b.Flags.Heard {
			over = b.Started.Wall
			for _, p := range b.Pieces {
				over = over.Add(d.s.Items[p.Item].Length)
			}
		}
		if d.now.Wall.Sub(over) > limit {
			d.end(b.ID, "late")
		}
	}
}

// letGo passes over a start that was missed: a person has seen it and does not
// want it any more. False: it was not missed.
func (d *decision) letGo(sl station.Slot, at int64) bool {
	i := slices.IndexFunc(d.s.Plan.Starts, func(s Start) bool { return s.Slot == sl.ID && s.At == at })
	if i < 0 || d.s.Plan.Starts[i].State != station.DueMissed {
		return false
	}
	d.came(sl.ID, at, station.DueSkipped, "by-hand", 0)
	d.s.Plan.Late = slices.DeleteFunc(slices.Clone(d.s.Plan.Late), func(l station.Late) bool { return l.Of.Slot == sl.ID && l.Of.SlotAt == at })
	d.mended("missed-" + slotKey(sl.ID))
	d.note(station.Event{Kind: station.EvSlot, Title: sl.Title, Reason: "skip"})
	return true
}

// planTick rings while a timetable stands still for want of a clock, and gives
// up the starts for which it is too late.
func (d *decision) planTick() {
	const id = "clock"
	active := slices.ContainsFunc(d.s.Plan.Slots, func(sl station.Slot) bool { return !sl.Off })
	if active && d.now.Quality != station.ClockGood {
		d.fault(id, station.EvSlot, "", "", "clock-unknown")
		return
	}
	d.mended(id)
	for _, b := range slices.Clone(d.s.Air) {
		if asksWhenLate(b.Class) && !b.Flags.Queue && d.tooLate(&b) {
			d.hold(b.ID) // said when it is so, not when the air is free
		}
	}
	if d.now.Quality == station.ClockGood {
		d.placeForgotten()
		d.wrongClock()
	}
}

// viewPlan is the timetable, and of its starts what became of them. A start
// that nothing became of was not in the timetable when its time was.
func (s *State) viewPlan() station.PlanView {
	v := station.PlanView{Slots: s.Plan.Slots, Silent: s.Plan.Silent}
	for _, due := range s.Plan.Due {
		if s.viewDue(&due) {
			v.Due = append(v.Due, due)
		}
	}
	return v
}

// viewDue says what became of a start; false when nothing did.
func (s *State) viewDue(due *station.DueView) bool {
	at := due.At.Unix()
	if slices.ContainsFunc(s.Plan.Waiting, func(w Waiting) bool { return w.Slot == due.Slot && w.At == at }) {
		due.State, due.Why = station.DueComing, "waits"
	}
	j := slices.IndexFunc(s.Plan.Starts, func(st Start) bool { return st.Slot == due.Slot && st.At == at })
	if j < 0 {
		return due.State != station.DueDone
	}
	st := s.Plan.Starts[j]
	due.State, due.Why = st.State, st.Why
	if b := s.find(st.Broadcast); st.State == station.DueOnAir && b != nil && !b.Flags.Heard {
		due.State, due.Why = station.DueComing, "waits"
	}
	return true
}
