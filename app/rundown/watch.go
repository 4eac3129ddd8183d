package rundown

import (
	"cmp"
	"context"
	"reflect"
	"slices"
	"time"

	"loaxa/app/station"
)

// Parts are what Watch needs. Every function may be called from its goroutine
// only, until it returns.
type Parts struct {
	Snapshot func() *station.Snapshot // the newest; never nil
	Now      func() station.Stamp
	Report   func(station.Fact) // may wait; nothing is lost by it but time
	Zone     *time.Location     // the commune's
}

// again is when a start that the desk still does not remember is told anew: it
// waits for the end of an item, or its fact came before the roster.
const again = 20 * time.Second

// before is how long ahead of its second a start on the second is told: sound
// needs its way to the far poles, a lost packet's second way included.
const before = 500 * time.Millisecond

// watch is one run of Watch; no other goroutine sees it.
type watch struct {
	Parts
	told  map[start]time.Duration // mono, when a start was reported
	due   []station.DueView       // as last reported
	next  time.Time               // wall time of the next start that is told ahead; zero: none within seconds
	first time.Time               // the first trusted wall time of this run
}

type start struct {
	slot station.SlotID
	at   int64
}

// Watch tells the desk of every start when its second comes, of one on the
// second a moment before, and of what stands around now, until ctx ends. A clock that cannot be trusted starts nothing; a
// clock that is set is noticed within a second.
func Watch(ctx context.Context, p Parts) {
	w := &watch{Parts: p, told: map[start]time.Duration{}}
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		now := p.Now()
		snap := p.Snapshot()
		w.starts(snap, now)
		w.picture(snap, now)
		timer.Reset(w.wait(p.Now().Wall))
	}
}

// untilSecond is how long it is to the next whole second, never nothing.
func untilSecond(wall time.Time) time.Duration {
	return max(time.Second-time.Duration(wall.Nanosecond()), time.Millisecond)
}

// wait is how long until Watch looks again: at each whole second, and before a
// start that is told ahead.
func (w *watch) wait(wall time.Time) time.Duration {
	wait := untilSecond(wall)
	if ahead := w.next.Sub(wall) - before; !w.next.IsZero() && ahead > 0 {
		wait = min(wait, ahead)
	}
	return wait
}

// starts reports what has come since each slot's memory.
func (w *watch) starts(snap *station.Snapshot, now station.Stamp) {
	w.next = time.Time{}
	if now.Quality != station.ClockGood {
		return
	}
	if w.first.IsZero() {
		w.first = now.Wall
	}
	for k, at := range w.told {
		if now.Mono-at > again {
			delete(w.told, k)
		}
	}
	var come []station.SlotDue
	for _, sl := range snap.Plan.Slots {
		since := time.Unix(sl.Last, 0)
		if sl.Last == 0 { // put while no clock was trusted
			since = w.first.Add(-time.Second)
		}
		if floor := now.Wall.Add(-lookBack); since.Before(floor) {
			since = floor
		}
		until := now.Wall
		if sl.Mode == station.StartHard {
			until = until.Add(2 * time.Second)
		}
		for _, at := range Starts(sl, since, until, w.Zone) {
			k := start{sl.ID, at.Unix()}
			if _, have := w.told[k]; have {
				continue
			}
			if at.Sub(now.Wall) > before { // it was found by looking ahead
				if w.next.IsZero() || at.Before(w.next) {
					w.next = at
				}
				continue
			}
			w.told[k] = now.Mono
			come = append(come, station.SlotDue{Slot: sl.ID, At: at.Unix(), Late: Late(sl.Mode, now.Wall.Sub(at))})
		}
	}
	slices.SortFunc(come, func(a, b station.SlotDue) int { return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.Slot, b.Slot)) })
	for _, f := range come {
		w.Report(f)
	}
}

// picture reports what is due when that is no longer what was reported.
func (w *watch) picture(snap *station.Snapshot, now station.Stamp) {
	due := Due(snap, now, w.Zone)
	if reflect.DeepEqual(due, w.due) {
		return
	}
	w.due = due
	w.Report(station.DueReport{Due: due})
}
