// Package rundown says what is due: it holds the timetable against the clock
// and tells the desk of every start that has come, once. It decides nothing and
// owns no state that matters: what was aired, missed or skipped is the desk's
// memory (station.Slot.Last), so neither a restart nor a clock that is set
// makes a start come twice or not at all.
package rundown

import (
	"cmp"
	"slices"
	"time"

	"loaxa/app/station"
)

// Bounds of what is looked at.
const (
	lookBack = 7 * 24 * time.Hour // starts missed before that are not told of
	ahead    = 24 * time.Hour     // of the picture of what is due
	maxDue   = 100
	maxPast  = 30              // of these, starts that are over, where there are too many
	skipLate = 5 * time.Second // a start "on the second, or not at all" may be so late
)

// Starts are the starts of a slot after from and not after until, oldest first,
// by the calendar of zone. Skipped ones are among them; of a slot that is off
// there are none.
func Starts(sl station.Slot, from, until time.Time, zone *time.Location) (at []time.Time) {
	if sl.Off {
		return nil
	}
	from, until = from.In(zone), until.In(zone)
	y, m, d := from.Date()
	// Noon: a day is a day, whatever a zone did to its midnight.
	for day := time.Date(y, m, d, 12, 0, 0, 0, zone); !day.After(until.AddDate(0, 0, 1)); day = day.AddDate(0, 0, 1) {
		if t, ok := sl.On(day); ok && t.After(from) && !t.After(until) {
			at = append(at, t)
		}
	}
	return at
}

// Late tells whether a start is too old to begin by itself.
func Late(mode station.StartMode, by time.Duration) bool {
	if mode == station.StartSkip {
		return by > skipLate
	}
	return by > station.StandingOf(station.Scheduled).LateBy
}

// Due is what stands around now: the starts from the beginning of today to 24
// hours from now, oldest first. What became of those that are over is the
// desk's to say; here they are done where the slot remembers them, else still
// coming. Without a trusted clock every one says so.
func Due(snap *station.Snapshot, now station.Stamp, zone *time.Location) []station.DueView {
	wall := now.Wall.In(zone)
	y, m, d := wall.Date()
	morning := time.Date(y, m, d, 0, 0, 0, 0, zone)
	length := map[station.ItemID]time.Duration{}
	for _, it := range snap.Items {
		length[it.ID] = it.Length
	}
	var due []station.DueView
	for _, sl := range snap.Plan.Slots {
		v := station.DueView{Slot: sl.ID, Title: sl.Title, Targets: sl.Targets, Mode: sl.Mode}
		for _, id := range sl.Items {
			n, ok := length[id]
			if !ok {
				v.Why = "unknown-item"
			}
			v.Length += n
		}
		if now.Quality != station.ClockGood {
			v.Why = "clock-unknown"
		}
		for _, at := range Starts(sl, morning.Add(-1), wall.Add(ahead), zone) {
			v := v
			v.At, v.State = at, station.DueComing
			switch {
			case slices.Contains(sl.Skip, at.Unix()):
				v.State, v.Why = station.DueSkipped, "by-hand"
			case at.Unix() <= sl.Last:
				v.State, v.Why = station.DueDone, ""
			}
			due = append(due, v)
		}
	}
	slices.SortFunc(due, func(a, b station.DueView) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Slot, b.Slot))
	})
	return atMost(due, wall)
}

// atMost leaves out the oldest of what is over, then the farthest to come.
func atMost(due []station.DueView, now time.Time) []station.DueView {
	if len(due) <= maxDue {
		return due
	}
	past := 0
	for past < len(due) && due[past].At.Before(now) {
		past++
	}
	due = due[max(0, min(past-maxPast, len(due)-maxDue)):]
	return due[:min(len(due), maxDue)]
}
