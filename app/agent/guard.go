package agent

import (
	"errors"
	"slices"
	"sync"
	"time"

	"loaxa/app/station"
	"loaxa/devices/cluster"
)

var errRefused = errors.New("the pole's own rules forbid it now")

// guard is what a pole holds to whoever asks: quiet hours, how loud, how often.
// Emergencies are held to the rate alone.
type guard struct {
	mu     sync.Mutex
	rules  cluster.Guard
	zone   *time.Location
	recent []began // of the last minute
	why    string  // of the newest refusal, while it holds
	at     time.Time
}

// began is a broadcast that began, or began again, at a moment.
type began struct {
	at        time.Time
	broadcast uint64
}

// Why a pole refuses, in typed words.
const (
	whyQuiet = "pole-quiet-hours"
	whyRate  = "pole-rate"
	whyHold  = 30 * time.Second // a refusal is reported for so long
)

func (g *guard) set(r cluster.Guard, zone *time.Location) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.rules, g.zone = r, zone
}

// quiet tells whether it is a quiet hour by a clock that can be trusted.
func (g *guard) quiet(w wallTime) bool {
	return w.sure && g.zone != nil && g.rules.Quiet(w.at.In(g.zone))
}

// admit tells whether a stream may begin, and how loud: 0 is as it comes. One
// broadcast counts once a minute, however often a bad line makes it begin
// again.
func (g *guard) admit(class uint8, broadcast uint64, w wallTime) (gain float32, ok bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := time.Now()
	g.recent = slices.DeleteFunc(g.recent, func(b began) bool { return now.Sub(b.at) > time.Minute })
	again := slices.IndexFunc(g.recent, func(b began) bool { return broadcast != 0 && b.broadcast == broadcast })
	limit := g.rules.PerMinute
	if limit == 0 {
		limit = cluster.DefaultPerMinute
	}
	c := station.Class(class)
	if c.IsEmergency() {
		limit *= 2 // a flood of programmes leaves room for it
	}
	if again < 0 && len(g.recent) >= limit {
		g.why, g.at = whyRate, now
		return 0, false
	}
	quiet := g.quiet(w)
	if quiet && c < station.Operator {
		g.why, g.at = whyQuiet, now
		return 0, false
	}
	if again >= 0 {
		g.recent[again].at = now
	} else {
		g.recent = append(g.recent, began{now, broadcast})
	}
	switch {
	case c.IsEmergency():
		return 0, true
	case quiet && g.rules.QuietCap > 0:
		return g.rules.QuietCap, true
	}
	return g.rules.Cap, true
}

// quietEnds is how long a programme that began before the quiet hours may go
// on in them.
const quietEnds = 30 * time.Minute

// floor is the smallest class that may sound.
func (g *guard) floor(w wallTime) uint8 {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.quiet(w) && g.quiet(wallTime{w.at.Add(-quietEnds), w.sure}) {
		return uint8(station.Operator)
	}
	return 0
}

// refusing is why the pole refused something lately; empty: it did not.
func (g *guard) refusing() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	if time.Since(g.at) > whyHold {
		return ""
	}
	return g.why
}

// wallTime is a moment by the wall, and whether it can be trusted.
type wallTime struct {
	at   time.Time
	sure bool
}

// wallNow is the station's wall clock as this pole was told it in this run,
// else the pole's own.
func (a *Agent) wallNow() wallTime {
	a.mu.Lock()
	told, mono := a.told, a.toldMono
	a.mu.Unlock()
	if !told.IsZero() {
		return wallTime{told.Add(time.Since(mono)), true}
	}
	w := a.ownWall()
	if p := a.currentPlan(); p != nil && w.at.Before(time.Unix(p.Made, 0)) {
		w.sure = false
	}
	return w
}

func (a *Agent) ownWall() wallTime {
	if a.opt.Wall == nil {
		return wallTime{}
	}
	at, sure := a.opt.Wall()
	return wallTime{at, sure}
}
