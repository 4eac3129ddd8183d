package boot

import (
	"crypto/rand"
	"encoding/binary"
	"sync"
	"time"

	_ "time/tzdata" // an office PC may have no zone files

	"loaxa/app/station"
)

// Saigon is the zone of every time shown to people.
var Saigon = zone("Asia/Ho_Chi_Minh")

func zone(name string) *time.Location {
	l, err := time.LoadLocation(name)
	if err != nil {
		return time.FixedZone("+07", 7*3600)
	}
	return l
}

// Clock is the process's time: mono runs from its start, wall is the machine's
// with how far it can be trusted. What was known of true time at some moment of
// this run is known at every later one, by as much later as mono says. Safe for
// concurrent use.
type Clock struct {
	start time.Time
	wall  func() time.Time
	since func() time.Duration // of start

	mu     sync.Mutex
	signed time.Time // lower bound of true time at start, by what was signed and by the build; it only grows
	own    time.Time // the same by our own journal and by a person's word
}

// clockFloor is a moment before any build of this program.
var clockFloor = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)

// NewClock starts a process's time.
func NewClock() *Clock {
	start := time.Now()
	return newClock(start, time.Now, func() time.Duration { return time.Since(start) })
}

func newClock(start time.Time, wall func() time.Time, since func() time.Duration) *Clock {
	return &Clock{start: start, wall: wall, since: since, signed: clockFloor}
}

// Raise moves the lower bound of true time to a date that somebody signed; it
// never goes back.
func (c *Clock) Raise(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if t = t.Add(-c.since()); t.After(c.signed) {
		c.signed = t
	}
}

// RaiseOwn moves it to a date of our own journal, which a wrong clock may have
// written: a person's word takes that back.
func (c *Clock) RaiseOwn(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if t = t.Add(-c.since()); t.After(c.own) {
		c.own = t
	}
}

// Possible is false where the machine's clock lies before what was signed.
func (c *Clock) Possible() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return !c.wall().Add(-c.since()).Before(c.signed.Add(-clockSlack))
}

// Confirm takes a person's word that the machine's clock is right now; where it
// is not even possible it changes nothing that matters.
func (c *Clock) Confirm() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.own = c.wall().Add(-c.since())
}

// Bound is the lower bound of true time.
func (c *Clock) Bound() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	at := c.signed
	if c.own.After(at) {
		at = c.own
	}
	return at.Add(c.since())
}

// Signed is the part of the bound that no clock of ours has a hand in.
func (c *Clock) Signed() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.signed.Add(c.since())
}

const (
	// maxAhead: a wall clock so far past the newest known time is not believed,
	// where our own journal has one; where it is empty nothing is known but the
	// program's age.
	maxAhead = 400 * 24 * time.Hour
	maxAge   = 10 * 365 * 24 * time.Hour
	// clockSlack is how far before the bound a wall clock may lie and be
	// believed: who sets a clock by the network moves it back by seconds.
	clockSlack = 2 * time.Minute
)

// Wall is the machine's wall clock and its quality.
func (c *Clock) Wall() (time.Time, station.ClockQuality) {
	now, floor, most := c.wall(), c.Bound(), maxAge
	c.mu.Lock()
	if !c.own.IsZero() {
		most = maxAhead
	}
	c.mu.Unlock()
	if now.Before(floor.Add(-clockSlack)) || now.Sub(floor) > most {
		return now.In(Saigon), station.ClockUnsure
	}
	return now.In(Saigon), station.ClockGood
}

// forOrders is what an order is judged by. Where the machine's clock is not
// believed, what it once wrote into the journal ends no order either: only what
// was signed does.
func (c *Clock) forOrders(confirmed bool) station.OrderTime {
	wall, q := c.Wall()
	bound := c.Bound()
	if q != station.ClockGood {
		bound = c.Signed()
	}
	return station.OrderTime{Bound: bound.UnixMilli(), Wall: wall.UnixMilli(), Unsure: q != station.ClockGood, Confirmed: confirmed}
}

// Now is this moment in both times.
func (c *Clock) Now() station.Stamp {
	wall, q := c.Wall()
	return station.Stamp{Mono: c.since(), Wall: wall, Quality: q}
}

// Micros is the station's monotonic epoch in µs, the clock of every play-at.
func (c *Clock) Micros() int64 { return c.since().Microseconds() }

// Bounded is the wall clock, never before the lower bound: what TLS is told.
func (c *Clock) Bounded() time.Time {
	now := c.wall()
	if floor := c.Bound(); now.Before(floor) {
		return floor
	}
	return now
}

// newEpoch names one run of a process on the wire.
func newEpoch() uint64 {
	var b [8]byte
	if _, err := rand.Read(b[:]); err != nil {
		panic(err)
	}
	return binary.BigEndian.Uint64(b[:])
}
