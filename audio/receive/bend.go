package receive

import (
	"math"

	"loaxa/audio/dsp"
)

const (
	taps = dsp.BendTaps // of the fractional filter
	half = taps / 2
)

const (
	maxBend      = 300e-6
	errorLeave   = 45.0  // µs: from here on the error is closed, however sure the ratio of one is
	errorDoubt   = 500.0 // µs: a clock that is less sure is followed all the same
	errorDrift   = 20.0  // µs: where it is known to grow, from here on
	errorReturn  = 6.0   // µs: half a sample and a little
	errorTime    = 5e6   // µs in which the error shrinks to a third
	errorGain2   = 1e-15 // 1/µs²: of the integral, settling in half a minute
	maxIntegral  = 100e-6
	jumpDistance = 20e3 // µs
)

// control decides by how much faster than nominal the station's samples are
// consumed: the drift measured is fed forward, a slow PI closes the rest. Where
// the ratio is one within its own doubt and the error below 0.05 ms, or below
// what the clock can tell, it leaves the samples alone.
type control struct {
	bending  bool
	integral float64
}

// step returns the ratio less one, and whether samples should pass untouched.
// e: position less its target in µs; drift: ratio less one that both clocks
// measure; sd: its standard deviation; doubt: that of e; dt: µs since the last
// step.
func (c *control) step(e, drift, sd, doubt, dt float64) (bend float64, pass bool) {
	one := math.Abs(drift) < math.Max(3*sd, 0.5e-6)
	leave := math.Max(errorLeave, math.Min(2*doubt, errorDoubt))
	switch {
	case !c.bending && (!one && math.Abs(e) > errorDrift || math.Abs(e) > leave):
		c.bending = true
	case c.bending && one && math.Abs(e) < errorReturn && math.Abs(c.integral) < 2e-6:
		c.bending = false
	}
	if !c.bending {
		c.integral = 0
		return 0, true
	}
	c.integral = min(max(c.integral-e*errorGain2*dt, -maxIntegral), maxIntegral)
	return min(max(drift-e/errorTime+c.integral, -maxBend), maxBend), false
}
