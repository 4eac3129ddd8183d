package onair

import (
	"slices"
	"time"

	"loaxa/app/station"
)

// Forgot is a start that was forgotten when the clock jumped back over it: a
// part of a record of class desk. Should that jump have been the wrong one, the
// start comes a second time and is known by how much time has really passed.
type Forgot struct {
	Start
	Wall time.Time     `json:"wall"` // by the clock after the jump, when this was saved last
	Past time.Duration `json:"past"` // from the start until then, by no wall clock

	// unsure: the station was off for hours since, or its clock jumped while it
	// was; nobody can tell which. The start is then known to be at least as old
	// as this run.
	unsure bool
	placed bool // Mono is of this run
}

// Bounds of what is remembered of a wrong clock.
const (
	farAhead     = 2 * time.Hour // a slot's memory beyond this is of a clock that was wrong
	maxForgotten = 4 * station.MaxSlots
	forgotAgain  = 10 * time.Minute // so often it is saved how old they are
)

// wrongClock corrects the memory of slots that a wrong clock left: a start that
// came hours before its time comes again at its time. By less it does not: a
// clock that is set back a little makes no start come twice.
func (d *decision) wrongClock() {
	now := d.now.Wall.Unix()
	for _, sl := range d.s.Plan.Slots {
		if sl.Last <= now+int64(farAhead/time.Second) {
			continue
		}
		sl.Last = now
		d.setSlot(sl)
		was := d.s.Plan.Starts
		d.s.Plan.Starts = slices.DeleteFunc(slices.Clone(was), func(s Start) bool { return s.Slot == sl.ID && s.At > now })
		for _, s := range was {
			if s.Slot == sl.ID && s.At > now {
				s.Mono = max(s.Mono, 1) // of an earlier run: at least as old as this one
				keep := d.s.Plan.Forgotten[max(0, len(d.s.Plan.Forgotten)-maxForgotten+1):]
				d.s.Plan.Forgotten = append(slices.Clone(keep), Forgot{Start: s, Wall: d.now.Wall, Past: d.now.Mono - s.Mono, placed: true})
			}
		}
	}
}

// placeForgotten puts what an earlier run forgot into this run's time, as soon
// as a clock can be trusted, lets go what is too old to come again, and saves
// now and then how old the rest is.
func (d *decision) placeForgotten() {
	list := d.s.Plan.Forgotten
	if len(list) == 0 || d.now.Quality != station.ClockGood {
		return
	}
	fresh := slices.ContainsFunc(list, func(f Forgot) bool { return !f.placed || d.now.Mono-f.Mono-f.Past >= forgotAgain })
	if !fresh {
		return
	}
	out := make([]Forgot, 0, len(list))
	for _, f := range list {
		if !f.placed {
			f.placed, f.Mono = true, d.now.Mono
			if gap := d.now.Wall.Sub(f.Wall); gap >= 0 && gap < farAhead {
				f.Mono -= f.Past + gap
			} else {
				f.unsure = true
			}
		}
		if !f.unsure {
			f.Wall, f.Past = d.now.Wall, d.now.Mono-f.Mono
		}
		if d.now.Mono-f.Mono <= keepStarts {
			out = append(out, f)
		}
	}
	d.s.Plan.Forgotten = out
}

// airedThen tells whether a start that was forgotten for a clock that jumped
// back was heard after all: as much time has passed since, as the clock says
// that its moment is over. Then the clock that jumped was the wrong one. Where
// nobody can tell, the operator is asked: it is neither heard twice nor lost.
func (d *decision) airedThen(sl station.Slot, at int64) bool {
	d.placeForgotten()
	i := slices.IndexFunc(d.s.Plan.Forgotten, func(f Forgot) bool {
		if f.Slot != sl.ID || f.At != at {
			return false
		}
		off := d.now.Wall.Sub(time.Unix(at, 0)) - (d.now.Mono - f.Mono)
		return off.Abs() <= farAhead
	})
	if i < 0 {
		return false
	}
	if d.s.Plan.Forgotten[i].unsure {
		d.missed(sl.ID, at, sl.Title, "clock-jumped")
	}
	return true
}
