package receive

import "math"

const (
	taps     = 32 // of the fractional filter
	half     = taps / 2
	phases   = 512
	bendBeta = 8.0 // Kaiser; images of what is below 19 kHz are more than 80 dB down
)

// bendTable holds the windowed sinc at phases+1 fractions of a sample; between
// them the filter is interpolated. The rows at 0 and 1 pass samples unchanged.
var bendTable = func() *[phases + 1][taps]float32 {
	t := new([phases + 1][taps]float32)
	for p := range t {
		f := float64(p) / phases
		sum := 0.0
		var row [taps]float64
		for k := range row {
			x := float64(k-half+1) - f
			row[k] = sinc(x) * kaiser(x/half)
			sum += row[k]
		}
		for k, v := range row {
			t[p][k] = float32(v / sum)
		}
	}
	return t
}()

func sinc(x float64) float64 {
	if x == math.Trunc(x) {
		if x == 0 {
			return 1
		}
		return 0
	}
	return math.Sin(math.Pi*x) / (math.Pi * x)
}

func kaiser(x float64) float64 {
	if x <= -1 || x >= 1 {
		return 0
	}
	return bessel0(bendBeta*math.Sqrt(1-x*x)) / bessel0(bendBeta)
}

// bessel0 is the modified Bessel function of order 0, by its power series.
func bessel0(x float64) float64 {
	sum, term := 1.0, 1.0
	for k := 1; k < 64; k++ {
		term *= (x / 2 / float64(k)) * (x / 2 / float64(k))
		sum += term
	}
	return sum
}

// between is the value at fraction f behind the sample in[half-1].
func between(in []float32, f float64) float32 {
	at := f * phases
	p := int(at)
	if p >= phases {
		p = phases - 1
	}
	w := float32(at - float64(p))
	a, b := &bendTable[p], &bendTable[p+1]
	var lo, hi float32
	for k, v := range in[:taps] {
		lo += a[k] * v
		hi += b[k] * v
	}
	return lo + w*(hi-lo)
}

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
