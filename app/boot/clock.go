package boot

import (
	"crypto/rand"
	"encoding/binary"
	"sync/atomic"
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
// with how far it can be trusted. Safe for concurrent use.
type Clock struct {
	start time.Time
	floor atomic.Int64 // ms; a lower bound of true time that only grows
}

// clockFloor is a moment before any build of this program.
var clockFloor = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)

// NewClock starts a process's time.
func NewClock() *Clock {
	c := &Clock{start: time.Now()}
	c.Raise(clockFloor)
	return c
}

// Raise moves the lower bound of true time; it never goes back.
func (c *Clock) Raise(t time.Time) {
	for {
		have := c.floor.Load()
		if t.UnixMilli() <= have || c.floor.CompareAndSwap(have, t.UnixMilli()) {
			return
		}
	}
}

// Bound is the lower bound of true time.
func (c *Clock) Bound() time.Time { return time.UnixMilli(c.floor.Load()) }

// maxAhead: a wall clock so far past the newest known time is not believed.
const maxAhead = 10 * 365 * 24 * time.Hour

// Wall is the machine's wall clock and its quality.
func (c *Clock) Wall() (time.Time, station.ClockQuality) {
	now := time.Now()
	floor := time.UnixMilli(c.floor.Load())
	if now.Before(floor) || now.Sub(floor) > maxAhead {
		return now.In(Saigon), station.ClockUnsure
	}
	return now.In(Saigon), station.ClockGood
}

// Now is this moment in both times.
func (c *Clock) Now() station.Stamp {
	wall, q := c.Wall()
	return station.Stamp{Mono: time.Since(c.start), Wall: wall, Quality: q}
}

// Micros is the station's monotonic epoch in µs, the clock of every play-at.
func (c *Clock) Micros() int64 { return time.Since(c.start).Microseconds() }

// Bounded is the wall clock, never before the lower bound: what TLS is told.
func (c *Clock) Bounded() time.Time {
	now := time.Now()
	if floor := time.UnixMilli(c.floor.Load()); now.Before(floor) {
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
