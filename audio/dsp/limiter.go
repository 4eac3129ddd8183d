package dsp

import "math"

const (
	peakTaps = 24  // taps a phase of the 4× peak detector
	peakUp   = 4   // oversampling, ITU-R BS.1770-4 annex 2
	release  = 0.2 // s to recover 63 % of a reduction
)

var (
	peakTable = sincTable(peakUp, peakTaps, 1, 5)
	peakAbove = mostGain(peakTable, 0, peakTaps)
	peakNear  = mostGain(peakTable, peakTaps/2-2, peakTaps/2+2)
	peakFar   = mostGain(peakTable, 0, peakTaps/2-2) + mostGain(peakTable, peakTaps/2+2, peakTaps)
)

// mostGain is by how much a peak that the detector finds may lie above all
// samples that some of its taps stand on: the largest sum of a phase's
// magnitudes. Of all taps it is 2.36, 7.5 dB: samples whose signs alternate but
// for one that repeats come that high.
func mostGain(table []float32, from, to int) float32 {
	most := 0.0
	for p := range peakUp {
		sum := 0.0
		for _, c := range table[p*peakTaps+from : p*peakTaps+to] {
			sum += math.Abs(float64(c))
		}
		most = max(most, sum)
	}
	return float32(most * 1.0001) // rounding of the products
}

// TruePeak finds the largest magnitude of a signal between its samples too, by
// 4× oversampling. Its answer for a sample comes peakTaps/2 samples later.
type TruePeak struct {
	buf   [2 * peakTaps]float32 // the last peakTaps samples, twice, to read them in one piece
	at    int
	floor float32 // peaks up to it need not be found between the samples: it saves most of the work
	most  float32 // magnitude of the last peakTaps samples up to the last full turn of buf
	turn  float32 // … and since that
}

// Next takes a sample and returns the true peak around the one peakTaps/2 back;
// where that is not above the floor it may be the sample itself.
//
//go:norace
func (t *TruePeak) Next(x float32) float32 {
	t.buf[t.at], t.buf[t.at+peakTaps] = x, x
	t.turn = max(t.turn, abs(x))
	if t.at++; t.at == peakTaps {
		t.at, t.most, t.turn = 0, t.turn, 0
	}
	w := (*[peakTaps]float32)(t.buf[t.at:])
	peak := abs(w[peakTaps/2-1])
	all := max(t.most, t.turn) // of the window, or a little more
	if all*peakAbove <= t.floor {
		return peak
	}
	// A peak needs its neighbours: the four samples around it carry most of it.
	near := max(abs(w[peakTaps/2-2]), peak, abs(w[peakTaps/2]), abs(w[peakTaps/2+1]))
	if near*peakNear+all*peakFar <= t.floor {
		return peak
	}
	for p := 1; p < peakUp; p++ {
		peak = max(peak, abs(dot(peakTable[p*peakTaps:(p+1)*peakTaps], w[:])))
	}
	return peak
}

//go:norace
func abs(x float32) float32 {
	if x < 0 {
		return -x
	}
	return x
}

// Limiter holds the true peak of a signal under a ceiling. It looks ahead: the
// least gain of the coming window is taken, let rise slowly, and averaged over
// that window, so that the gain is down before the peak comes and never steps.
type Limiter struct {
	ceiling float32
	ahead   int
	peak    TruePeak
	delay   []float32 // ring of the signal
	mean    []float32 // ring of gains to be averaged
	sum     float64
	at      int
	pos     int64
	least   []gainAt // from head on: candidates for the window's least gain, rising
	head    int
	held    float32 // the least gain after release
	rise    float32
}

type gainAt struct {
	pos  int64
	gain float32
}

// NewLimiter makes a limiter for a ceiling in dBTP and a look-ahead in samples.
func NewLimiter(ceilingDB float64, ahead int) *Limiter {
	// 0.05 dB for what the detector's finite filter misses.
	ceiling := float32(math.Pow(10, (ceilingDB-0.05)/20))
	l := &Limiter{
		ceiling: ceiling,
		ahead:   ahead,
		peak:    TruePeak{floor: ceiling},
		delay:   make([]float32, ahead+peakTaps/2),
		mean:    make([]float32, ahead),
		sum:     float64(ahead),
		least:   make([]gainAt, 0, 2*ahead+2),
		held:    1,
		rise:    float32(1 - math.Exp(-1/(release*48000))),
	}
	for i := range l.mean {
		l.mean[i] = 1
	}
	return l
}

// Delay is by how many samples the output lags the input.
func (l *Limiter) Delay() int { return len(l.delay) }

// Process limits the samples in place.
func (l *Limiter) Process(s []float32) {
	for i, x := range s {
		s[i] = l.next(x)
	}
}

//go:norace
func (l *Limiter) next(x float32) float32 {
	want := float32(1)
	if p := l.peak.Next(x); p > l.ceiling {
		want = l.ceiling / p
	}
	g := l.window(want)
	if g < l.held || g-l.held < 1e-5 {
		l.held = g
	} else {
		l.held += float32((g - l.held) * l.rise)
	}
	m := int(l.pos % int64(l.ahead))
	l.sum += float64(l.held) - float64(l.mean[m])
	l.mean[m] = l.held
	l.pos++
	gain := float32(l.sum / float64(l.ahead))
	if gain > 1 {
		gain = 1
	}
	y := l.delay[l.at]
	l.delay[l.at] = x
	l.at = (l.at + 1) % len(l.delay)
	return y * gain
}

// window returns the least gain wanted by the last ahead samples and one more.
//
//go:norace
func (l *Limiter) window(want float32) float32 {
	for len(l.least) > l.head && l.least[len(l.least)-1].gain >= want {
		l.least = l.least[:len(l.least)-1]
	}
	if len(l.least) == cap(l.least) { // at most ahead+1 are live: half is stale
		l.least = l.least[:copy(l.least, l.least[l.head:])]
		l.head = 0
	}
	l.least = append(l.least, gainAt{l.pos, want})
	for l.least[l.head].pos < l.pos-int64(l.ahead) {
		l.head++
	}
	return l.least[l.head].gain
}
