package dsp

import (
	"errors"
	"fmt"
	"math"
)

// ErrRate is a pair of sample rates the resampler does not turn.
var ErrRate = errors.New("sample rate is not supported")

const (
	baseTaps  = 64    // taps a phase when not decimating
	stopband  = 98.0  // dB; Kaiser's formula then gives a transition of 0.098 of the lower rate
	passShare = 0.914 // centre of the transition, of half the lower rate
	maxPhases = 1280  // bounds the table: 1280 phases of 64 taps are 320 KiB
)

// Resampler turns one rate into another by a polyphase windowed sinc (Kaiser
// window, beta after Kaiser 1974: 0.1102(A-8.7)). Images and aliases are more
// than 90 dB down for content up to 0.8 of half the lower rate (18 kHz at
// 44.1 kHz). Output sample n stands at input time n·from/to exactly: there is
// no delay in the signal, only Ahead input samples that must be known first.
type Resampler struct {
	up, down int
	taps     int
	coef     []float32 // phase-major, taps a phase
	buf      []float32 // input not yet passed by, oldest first
	idx      int       // of the next output's first tap, in buf
	phase    int
}

// NewResampler makes a resampler from one rate to another, in Hz. A pair whose
// ratio needs more than 1280 phases is refused with ErrRate.
func NewResampler(from, to int) (*Resampler, error) {
	if from < 4000 || from > 384000 || to < 4000 || to > 384000 {
		return nil, fmt.Errorf("%d to %d hz: %w", from, to, ErrRate)
	}
	g := gcd(from, to)
	up, down := to/g, from/g
	if up > maxPhases {
		return nil, fmt.Errorf("%d to %d hz: %w", from, to, ErrRate)
	}
	r := &Resampler{up: up, down: down, taps: baseTaps}
	if from == to {
		return r, nil
	}
	low := math.Min(float64(from), float64(to))
	if from > to {
		r.taps = 2 * int(math.Ceil(baseTaps/2*float64(from)/float64(to)))
	}
	r.coef = sincTable(up, r.taps, passShare*low/float64(from), 0.1102*(stopband-8.7))
	r.Reset()
	return r, nil
}

// sincTable designs a low-pass for up phases; fc is the cut as a share of half
// the input rate. Each phase sums to one, so that direct current stays.
func sincTable(up, taps int, fc, beta float64) []float32 {
	half := float64(taps) / 2
	coef := make([]float32, up*taps)
	row := make([]float64, taps)
	for p := range up {
		sum := 0.0
		for k := range taps {
			x := float64(k-taps/2+1) - float64(p)/float64(up)
			row[k] = fc * sinc(fc*x) * kaiser(x/half, beta)
			sum += row[k]
		}
		for k, v := range row {
			coef[p*taps+k] = float32(v / sum)
		}
	}
	return coef
}

func sinc(x float64) float64 {
	if x == 0 {
		return 1
	}
	return math.Sin(math.Pi*x) / (math.Pi * x)
}

// kaiser is the Kaiser window at x in -1…1.
func kaiser(x, beta float64) float64 {
	if x < -1 || x > 1 {
		return 0
	}
	return bessel0(beta*math.Sqrt(1-x*x)) / bessel0(beta)
}

// bessel0 is the modified Bessel function of order 0, by its power series.
func bessel0(x float64) float64 {
	sum, term := 1.0, 1.0
	for k := 1; k < 64; k++ {
		term *= (x / 2 / float64(k)) * (x / 2 / float64(k))
		sum += term
		if term < sum*1e-17 {
			break
		}
	}
	return sum
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// Ahead is how many input samples past its own place an output sample needs.
func (r *Resampler) Ahead() int {
	if r.coef == nil {
		return 0
	}
	return r.taps / 2
}

// Reset forgets the past: the next input sample is input time 0.
func (r *Resampler) Reset() {
	r.buf = append(r.buf[:0], make([]float32, r.taps/2-1)...)
	r.idx, r.phase = 0, 0
}

// Process takes in and appends to out every output sample that is now known.
func (r *Resampler) Process(in, out []float32) []float32 {
	if r.coef == nil {
		return append(out, in...)
	}
	r.buf = append(r.buf, in...)
	for r.idx+r.taps <= len(r.buf) {
		c := r.coef[r.phase*r.taps : (r.phase+1)*r.taps]
		out = append(out, dot(c, r.buf[r.idx:r.idx+r.taps]))
		r.phase += r.down
		r.idx += r.phase / r.up
		r.phase %= r.up
	}
	keep := min(r.idx, len(r.buf))
	n := copy(r.buf, r.buf[keep:])
	r.buf = r.buf[:n]
	r.idx -= keep
	return out
}

// Flush appends what silence after the last input brings out.
func (r *Resampler) Flush(out []float32) []float32 {
	if r.coef == nil {
		return out
	}
	return r.Process(make([]float32, r.taps/2), out)
}

// dot multiplies two slices of one length by four sums whose order is fixed
// and whose products are rounded: the same input gives the same bits.
//
//go:norace
func dot(a, b []float32) float32 {
	var s0, s1, s2, s3 float32
	for len(a) >= 8 && len(b) >= 8 { // arrays of known length need no bounds checks
		x, y := (*[8]float32)(a), (*[8]float32)(b)
		s0 += float32(x[0] * y[0])
		s1 += float32(x[1] * y[1])
		s2 += float32(x[2] * y[2])
		s3 += float32(x[3] * y[3])
		s0 += float32(x[4] * y[4])
		s1 += float32(x[5] * y[5])
		s2 += float32(x[6] * y[6])
		s3 += float32(x[7] * y[7])
		a, b = a[8:], b[8:]
	}
	for i, v := range a {
		s0 += float32(v * b[i])
	}
	return (s0 + s1) + (s2 + s3)
}
