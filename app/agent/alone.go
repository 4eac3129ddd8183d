package agent

import (
	"context"
	"sync"
	"time"

	"loaxa/app/station"
	"loaxa/devices/cluster"
)

const (
	aloneTick  = time.Second
	lostLeast  = 30 * time.Second // a shorter loss is not written down
	aloneLead  = 400_000          // µs from the decision to the first sample
	ownAsks    = 6                // exchanges with itself until a pole keeps its own time
	aloneBit   = uint64(1) << 63  // marks broadcasts that no station opened
	aloneFirst = 0xffff           // stream numbers of a pole's own go down from here; a station gives them last
	aloneCount = 64
)

// Rules of what a pole does when no station is there:
//
//  1. What is buffered is played to its end and fades out; a held siren is
//     played to its end.
//  2. Last words sound from their time on, however often their rule says, and
//     never after their end.
//  3. After the plan's time without a station the timetable is aired, where the
//     pole is sure of the time and no quiet hour forbids it. Who comes late
//     joins in the middle.
//  4. When a station is there again and airs something, the pole's own gives
//     way at once. All of it is told.
type alone struct {
	mu     sync.Mutex
	plan   *cluster.Plan
	lost   time.Time // monotonic; zero: a station is there
	wrote  bool      // the loss is in the diary
	own    bool      // play-out keeps the pole's own time
	airing map[uint64]airing
	next   uint16 // counts the pole's own streams
}

// airing is a slot or message on the air.
type airing struct {
	at     int64 // Unix s of its start
	cancel context.CancelFunc
}

func (a *Agent) currentPlan() *cluster.Plan {
	a.alone.mu.Lock()
	defer a.alone.mu.Unlock()
	return a.alone.plan
}

// watchAlone decides once a second what a pole without a station does.
func (a *Agent) watchAlone(ctx context.Context) {
	a.alone.mu.Lock()
	a.alone.lost = time.Now()
	if a.diary != nil {
		if since, ok := a.diary.lostSince(); ok {
			if w := a.ownWall(); w.sure && w.at.After(since) {
				a.alone.lost = time.Now().Add(-w.at.Sub(since))
			}
			a.alone.wrote = true
		}
	}
	a.alone.mu.Unlock()
	tick := time.NewTicker(aloneTick)
	defer tick.Stop()
	for {
		a.lookAlone(ctx, time.Now())
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (a *Agent) lookAlone(ctx context.Context, now time.Time) {
	w := a.wallNow()
	a.rx.SetFloor(a.guard.floor(w))
	a.alone.mu.Lock()
	plan, lost, wrote := a.alone.plan, a.alone.lost, a.alone.wrote
	if lost.IsZero() || plan == nil || a.diary == nil {
		a.alone.mu.Unlock()
		return
	}
	gone := now.Sub(lost)
	a.alone.wrote = wrote || gone >= lostLeast
	a.alone.mu.Unlock()
	if !wrote && gone >= lostLeast {
		a.note(cluster.AloneRow{At: w.at.Add(-gone).Unix(), Kind: rowLost})
	}
	if !w.sure || !a.shelf.proved() {
		return
	}
	a.lastWords(ctx, plan, w.at, gone)
	if gone >= time.Duration(plan.After)*time.Second && w.at.Unix() < plan.Until {
		a.timetable(ctx, plan, w.at)
	}
}

func (a *Agent) note(r cluster.AloneRow) {
	if err := a.diary.add(r); err != nil {
		a.opt.Log.Error("diary", "err", err)
	}
}

// lastWords airs what is due of the emergency messages.
func (a *Agent) lastWords(ctx context.Context, p *cluster.Plan, now time.Time, gone time.Duration) {
	for _, l := range p.Last {
		first := now.Add(-gone).Add(time.Duration(l.After) * time.Second)
		if now.Before(first) || now.Unix() >= l.Until {
			continue
		}
		done := a.diary.aired(rowLast, l.ID, first.Unix()-int64(l.After)-1)
		n := int(now.Sub(first) / (time.Duration(l.Every) * time.Second))
		if done > n || done >= l.Times {
			continue
		}
		a.air(ctx, rowLast, l.ID, l.Title, uint8(station.Emergency), l.Play, now, now)
	}
}

// timetable airs what is due now, from where it would be by now.
func (a *Agent) timetable(ctx context.Context, p *cluster.Plan, now time.Time) {
	now = now.In(time.FixedZone("", p.Zone))
	for _, s := range p.Slots {
		for _, day := range []time.Time{now, now.AddDate(0, 0, -1)} {
			at, ok := s.On(day)
			if !ok || now.Before(at) || now.Sub(at) > longestSlot {
				continue
			}
			if a.diary.aired(rowSlot, s.ID, at.Unix()) == 0 {
				a.air(ctx, rowSlot, s.ID, s.Title, uint8(station.Scheduled), s.Play, at, now)
			}
		}
	}
}

// longestSlot is how late a pole looks for the rest of a slot: it may have been
// without power when it began.
const longestSlot = 3 * time.Hour

// stationBack ends the loss; what the pole airs goes on until the station airs
// something, but not on a clock of the pole's own.
func (a *Agent) stationBack() {
	a.alone.mu.Lock()
	wrote, own := a.alone.wrote, a.alone.own
	a.alone.lost, a.alone.wrote, a.alone.own = time.Time{}, false, false
	a.alone.mu.Unlock()
	if own {
		a.yield()
		a.stopFeeds(false)
		a.rx.NewEpoch()
	}
	if wrote && a.diary != nil {
		a.work(func() { a.note(cluster.AloneRow{At: a.wallNow().at.Unix(), Kind: rowBack}) })
	}
}

func (a *Agent) stationLost() {
	a.alone.mu.Lock()
	defer a.alone.mu.Unlock()
	if a.alone.lost.IsZero() {
		a.alone.lost = time.Now()
	}
}

// yield ends what the pole airs by itself.
func (a *Agent) yield() {
	a.alone.mu.Lock()
	defer a.alone.mu.Unlock()
	for _, on := range a.alone.airing {
		on.cancel()
	}
}
