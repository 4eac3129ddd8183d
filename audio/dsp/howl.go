package dsp

import (
	"math"
	"math/bits"
	"math/cmplx"
	"sync"
)

// Bounds of the howl detector. It works at 4 kHz: what horns carry furthest
// lies below 2 kHz, and a tenth of the work is left.
const (
	howlDecim  = 12
	howlRate   = 48000 / howlDecim
	howlWindow = howlRate            // 1 s of the microphone
	howlMost   = howlRate            // the longest way round, 1 s
	howlLeast  = howlRate / 10       // the shortest, 0.1 s
	howlSize   = 8192                // FFT: the window and the longest way round, no wrap
	howlEvery  = howlRate / 2        // two looks a second
	howlSame   = howlRate * 3 / 1000 // 3 ms: the same way round as at the last look
	howlPeak   = 9.0                 // times the noise of the correlation: an echo
	howlLooks  = 3                   // looks at the same place: a warning
	howlCut    = 5                   // looks: too much, or at once when it grows
	howlClear  = 4                   // looks without it
)

// HowlState is how near a microphone is to howling.
type HowlState uint8

// The states, rising. In HowlCut the microphone should go down by 12 dB.
const (
	HowlNone HowlState = iota
	HowlWarn
	HowlCut
)

// HowlCutDB is by how much a microphone goes down in HowlCut.
const HowlCutDB = 12.0

// Howl finds our own output in the microphone: a loop through the air of 0.1 to
// 1 s, which builds up as an echo and not as a whistle. It correlates the two,
// both whitened (after Knapp and Carter 1976), so that the pitch of a voice is
// not taken for a loop: only what stays at one delay for three looks counts. It
// belongs to one goroutine; Take is called with the same stretch of time of
// both.
type Howl struct {
	mic, out   []float64 // at 4 kHz, oldest first
	sumM, sumO float64
	fill       int
	since      int // samples at 4 kHz since the last look
	lag        int // of the last echo
	looks      int
	misses     int
	first      float64 // strength of the echo when it was first seen
	state      HowlState
}

// NewHowl makes a detector.
func NewHowl() *Howl { return &Howl{lag: -1} }

// Take looks at what the microphone gave and what we sent in the same time.
func (h *Howl) Take(mic, out []float32) {
	for i := range min(len(mic), len(out)) {
		h.sumM += float64(mic[i])
		h.sumO += float64(out[i])
		if h.fill++; h.fill < howlDecim {
			continue
		}
		h.mic, h.out = append(h.mic, h.sumM), append(h.out, h.sumO)
		h.sumM, h.sumO, h.fill = 0, 0, 0
		if h.since++; h.since >= howlEvery && len(h.out) >= howlWindow+howlMost {
			h.since = 0
			h.look()
		}
	}
	if n := len(h.out) - (howlWindow + howlMost); n > howlEvery {
		h.mic, h.out = append(h.mic[:0], h.mic[n:]...), append(h.out[:0], h.out[n:]...)
	}
}

// State is how near the microphone is to howling.
func (h *Howl) State() HowlState { return h.state }

// Delay is the way round in seconds, 0 while there is no loop.
func (h *Howl) Delay() float64 {
	if h.state == HowlNone {
		return 0
	}
	return float64(h.lag) / howlRate
}

// Gain is what the microphone should be scaled by.
func (h *Howl) Gain() float32 {
	if h.state == HowlCut {
		return float32(amp(-HowlCutDB))
	}
	return 1
}

func (h *Howl) look() {
	lag, strength, share := echo(h.mic[len(h.mic)-howlWindow:], h.out[len(h.out)-howlWindow-howlMost:], howlLeast)
	near := h.looks > 0 && lag >= h.lag-howlSame && lag <= h.lag+howlSame
	switch {
	case strength < howlPeak:
		if h.misses++; h.misses >= howlClear {
			h.looks, h.state = 0, HowlNone
		}
		return
	case near:
		h.looks++
	default:
		if h.state != HowlNone { // an echo elsewhere does not undo a warning
			return
		}
		h.looks, h.first = 1, share
	}
	h.lag, h.misses = lag, 0
	switch {
	case h.looks >= howlCut && share >= 0.5 || h.looks >= howlLooks && share > 2*h.first && share > 0.3:
		h.state = HowlCut
	case h.looks >= howlLooks && h.state == HowlNone:
		h.state = HowlWarn
	default:
	}
}

// echo finds the delay, least (which may be below 0) or longer, at which a microphone's last second
// (howlWindow) is most like what was sent in that second and the one before it:
// how far its peak stands out of the rest, and what share of the microphone's
// level it explains.
func echo(mic, out []float64, least int) (lag int, strength, share float64) {
	a, b := make([]complex128, howlSize), make([]complex128, howlSize)
	var em float64
	for i, v := range mic {
		a[i] = complex(v, 0)
		em += v * v
	}
	for i, v := range out {
		b[i] = complex(v, 0)
	}
	if em < howlWindow*math.Pow(howlDecim*1e-4, 2) { // -80 dBFS: nothing is said
		return 0, 0, 0
	}
	fft(a, false)
	fft(b, false)
	for i := range a {
		a[i] = cmplx.Conj(a[i]) * b[i]
	}
	flatten(a)
	fft(a, true)
	// mic[i] = out[i + howlMost - lag]: the peak stands at howlMost - lag.
	var best, sum float64
	for l := least; l <= howlMost; l++ {
		v := real(a[howlMost-l])
		sum += v * v
		if v > best {
			best, lag = v, l
		}
	}
	strength = best / math.Sqrt(sum/float64(howlMost-least)+1e-30)
	var ab, bb float64
	for i, v := range mic[:min(len(mic), len(out)-howlMost+lag)] {
		o := out[i+howlMost-lag]
		ab, bb = ab+v*o, bb+o*o
	}
	return lag, strength, ab / math.Sqrt(em*bb+1e-30)
}

// flatten divides a spectrum by its own mean around each line: the voice's
// colour goes, the fine comb that an echo cuts into it stays.
func flatten(a []complex128) {
	const around = 40 // lines of half a hertz
	sum := 0.0
	size := make([]float64, len(a))
	for i, c := range a {
		size[i] = cmplx.Abs(c)
	}
	at := func(i int) float64 { return size[(i+len(a))%len(a)] }
	for i := -around; i <= around; i++ {
		sum += at(i)
	}
	for i := range a {
		if sum > 1e-9 {
			a[i] /= complex(sum/(2*around+1), 0)
		}
		sum = max(sum+at(i+around+1)-at(i-around), 0)
	}
}

// howlTurns are the roots of one of the detector's transform.
var howlTurns = sync.OnceValue(func() []complex128 { return roots(howlSize) })

func roots(n int) []complex128 {
	tw := make([]complex128, n/2)
	for k := range tw {
		s, c := math.Sincos(-2 * math.Pi * float64(k) / float64(n))
		tw[k] = complex(c, s)
	}
	return tw
}

// fft transforms in place (Cooley and Tukey 1965); the inverse is not scaled.
func fft(x []complex128, inverse bool) {
	n := len(x)
	shift := 64 - bits.Len(uint(n-1))
	for i := range x {
		if j := int(bits.Reverse64(uint64(i)) >> shift); i < j {
			x[i], x[j] = x[j], x[i]
		}
	}
	tw := howlTurns()
	if n != howlSize {
		tw = roots(n)
	}
	for size := 2; size <= n; size *= 2 {
		half := size / 2
		step := n / size
		for from := 0; from < n; from += size {
			for k := range half {
				w := tw[k*step]
				if inverse {
					w = cmplx.Conj(w)
				}
				u, v := x[from+k], x[from+k+half]*w
				x[from+k], x[from+k+half] = u+v, u-v
			}
		}
	}
}
