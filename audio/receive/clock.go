package receive

import (
	"math"
	"slices"
)

// Exchange is one question for the time, in µs: T1 and T4 local, T2 and T3 on
// the station's clock.
type Exchange struct{ T1, T2, T3, T4 int64 }

const (
	clockWindow  = 120e6 // µs of exchanges kept
	clockPoints  = 256   // and how many at most
	clockBest    = 6     // fewest points of the line; else the best fifth
	clockReady   = 5     // exchanges before anything plays
	slopeDoubt   = 30e-6 // standard deviation of a crystal nobody measured
	stampNoise   = 8.0   // µs: two stamps of one machine are not better
	jumpMicros   = 5000  // an offset beyond this and three deviations is not believed…
	jumpPatience = 10    // …unless so many exchanges in a row say it
)

type measured struct {
	local, offset, trip float64 // µs
}

// StationClock estimates the station's clock from exchanges: a straight line
// through the best fifth by round trip of the last 120 s. A filter without
// slope would lag the drift by half its window.
type StationClock struct {
	points []measured
	line   line
	least  float64 // µs, least round trip of the window
	seed   float64 // slope believed before anything was measured
	count  int
	wild   int // exchanges in a row that were not believed
}

// Add takes an exchange and tells whether it was believed.
func (c *StationClock) Add(x Exchange) bool {
	m := measured{
		local:  float64(x.T1)/2 + float64(x.T4)/2,
		offset: (float64(x.T2-x.T1) + float64(x.T3-x.T4)) / 2,
		trip:   float64(x.T4-x.T1) - float64(x.T3-x.T2),
	}
	if m.trip < 0 || x.T4 < x.T1 || x.T3 < x.T2 {
		return false
	}
	if c.Ready() && !c.plausible(m) {
		if c.wild++; c.wild < jumpPatience {
			return false
		}
		c.Forget()
	}
	c.wild = 0
	c.points = append(c.points, m)
	c.points = slices.DeleteFunc(c.points, func(p measured) bool { return p.local < m.local-clockWindow })
	if n := len(c.points) - clockPoints; n > 0 {
		c.points = slices.Delete(c.points, 0, n)
	}
	c.count++
	c.fit()
	return true
}

// plausible: half the round trip's excess can be asymmetry; the rest must fit.
func (c *StationClock) plausible(m measured) bool {
	off := math.Abs(m.offset-c.line.at(m.local)) - math.Max(m.trip-c.least, 0)/2
	return off < jumpMicros+3*c.line.sd(m.local)
}

func (c *StationClock) fit() {
	best := slices.Clone(c.points)
	slices.SortFunc(best, func(a, b measured) int {
		if a.trip < b.trip {
			return -1
		}
		return 1
	})
	c.least = best[0].trip
	best = best[:min(max(clockBest, len(best)/5), len(best))]
	// Where the best trips lie apart, the least of them is not the floor either.
	floor := stampNoise + (best[len(best)/2].trip-c.least)/2
	line := make([]point, len(best))
	for i, p := range best {
		line[i] = point{p.local, p.offset, floor + (p.trip-c.least)/2}
	}
	c.line = fitLine(line, c.seed, slopeDoubt)
}

// Ready tells whether the clock may be used.
func (c *StationClock) Ready() bool { return c.count >= clockReady }

// Settled tells whether asking every 5 s is enough.
func (c *StationClock) Settled() bool { return c.count >= 80 && c.wild == 0 }

// At is the station's time in µs at a local time in µs.
func (c *StationClock) At(local float64) float64 { return local + c.line.at(local) }

// Bound is half the least round trip in µs: the offset cannot be further off.
func (c *StationClock) Bound() float64 { return c.least / 2 }

// Slope is by how much the station's clock is faster than the local one, with
// its standard deviation.
func (c *StationClock) Slope() (slope, sd float64) { return c.line.slope, c.line.sdSlope }

// Doubt is the standard deviation of At in µs, as the exchanges scatter; the
// path's asymmetry cannot be seen.
func (c *StationClock) Doubt(local float64) float64 { return c.line.sd(local) }

// Forget starts anew, as with a station that was restarted. The slope learnt is
// the seed of the next line: the local crystal is the same.
func (c *StationClock) Forget() {
	if c.Settled() {
		c.seed = c.line.slope
	}
	c.points, c.count, c.wild = nil, 0, 0
}

const (
	deviceBucket = 0.5e6 // µs of positions that make one point
	devicePoints = 120   // 60 s
	deviceNoise  = 2.0   // µs
	deviceLost   = 30e3  // µs off the line: the device stood still…
	devicePatien = 50    // …if so many readings in a row say it
)

// DeviceClock estimates when the device plays which sample, by a line through
// its positions of the last minute.
type DeviceClock struct {
	points        []point // x: nominal µs of the sample count; y: local time less x
	line          line
	sumX, sumY, n float64 // of the bucket being filled
	lastX, lastY  float64
	wild          int
	set           bool
}

// Add takes a reading: so many samples had been played at a local time in µs.
func (d *DeviceClock) Add(samples int64, local float64) {
	x := float64(samples) * 1000 / perMilli
	y := local - x
	if d.set && x <= d.lastX {
		return // the device has not moved on
	}
	if len(d.points) > 1 && math.Abs(y-d.line.at(x)) > deviceLost {
		if d.wild++; d.wild < devicePatien {
			return
		}
		*d = DeviceClock{}
	}
	d.wild = 0
	d.lastX, d.lastY, d.set = x, y, true
	d.sumX, d.sumY, d.n = d.sumX+x, d.sumY+y, d.n+1
	if begun := d.sumX / d.n; x-begun < deviceBucket/2 && d.n < 1000 {
		return
	}
	d.points = append(d.points, point{d.sumX / d.n, d.sumY / d.n, deviceNoise})
	if len(d.points) > devicePoints {
		d.points = d.points[1:]
	}
	d.sumX, d.sumY, d.n = 0, 0, 0
	d.line = fitLine(d.points, 0, slopeDoubt)
}

// Ready tells whether a position was ever read.
func (d *DeviceClock) Ready() bool { return d.set }

// At is the local time in µs at which the device plays a sample.
func (d *DeviceClock) At(sample int64) float64 {
	x := float64(sample) * 1000 / perMilli
	if len(d.points) < 2 {
		return x + d.lastY
	}
	return x + d.line.at(x)
}

// Slope is by how much longer the device's samples last than 1/48 ms, with its
// standard deviation.
func (d *DeviceClock) Slope() (slope, sd float64) {
	if len(d.points) < 2 {
		return 0, slopeDoubt
	}
	return d.line.slope, d.line.sdSlope
}
