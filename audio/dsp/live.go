package dsp

import (
	"math"
	"sync/atomic"
)

// Times of the meters.
const (
	ppmRise   = 0.0016       // s: a burst of 10 ms reads -1 dB, IEC 60268-10 type I
	ppmFall   = 20 / 1.7     // dB/s, the same standard
	step      = 480          // 10 ms: how finely the windows slide, so that a burst between two hops is not missed
	momentary = 40           // steps: 400 ms
	short     = 300          // steps: 3 s
	binLow    = AbsoluteGate // LUFS
	binStep   = 0.1          // LU
	binCount  = 1000         // up to +30 LUFS
)

// PPM is a quasi-peak programme meter after IEC 60268-10 type I.
type PPM struct {
	value, rise, fall float64
}

// ppmScale lets a steady sine read its own peak.
const ppmScale = 1 / 0.983

// Take measures samples.
func (p *PPM) Take(s []float32) {
	if p.rise == 0 {
		p.rise, p.fall = 1-math.Exp(-1/(ppmRise*48000)), math.Pow(10, -ppmFall/20/48000)
	}
	v := p.value
	for _, x := range s {
		if a := math.Abs(float64(x)); a > v {
			v += (a - v) * p.rise
		} else {
			v *= p.fall
		}
	}
	p.value = v
}

// DB is what the meter shows, in dBFS of a sine's peak; -120 for silence.
func (p *PPM) DB() float64 { return peakDB(p.value * ppmScale) }

func peakDB(x float64) float64 {
	if x < 1e-6 {
		return SilencePeak
	}
	return 20 * math.Log10(x)
}

// Reading is what the meters of one signal show.
type Reading struct {
	PPM        float64 // dBFS
	Momentary  float64 // LUFS of the last 400 ms; -70 and less is silence
	ShortTerm  float64 // LUFS of the last 3 s
	Integrated float64 // LUFS, gated, since the start; -70 for silence
	TruePeak   float64 // dBTP, the largest since the start
}

// Live measures a signal that goes on for days: PPM, loudness after ITU-R
// BS.1770-4 and EBU Tech 3341, and true peak. Memory does not grow: the blocks
// of the integrated loudness are kept as sums in bins of 0.1 LU, so that only
// the relative gate is rounded. One goroutine writes, any may read.
type Live struct {
	k    weight
	ppm  PPM
	peak TruePeak
	top  float32
	sums [short]float64 // of squares, by step
	n    int64          // steps
	all  float64        // integrated loudness
	bins [binCount]bin
	seen [5]atomic.Uint64 // float64 bits of a Reading
}

type bin struct {
	n   int64
	sum float64 // of mean squares
}

// NewLive makes a meter that reads silence.
func NewLive() *Live {
	l := &Live{k: newWeight(), all: AbsoluteGate}
	l.publish(Reading{SilencePeak, AbsoluteGate, AbsoluteGate, AbsoluteGate, SilencePeak})
	return l
}

// Take measures samples.
func (l *Live) Take(s []float32) {
	l.ppm.Take(s)
	for _, x := range s {
		if p := l.peak.Next(x); p > l.top {
			l.top, l.peak.floor = p, p // what is lower cannot hold a new one
		}
	}
	for len(s) > 0 {
		n := min(len(s), step-l.k.n)
		l.k.take(s[:n])
		s = s[n:]
		if l.k.n == step {
			l.endStep(l.k.flush())
		}
	}
}

func (l *Live) endStep(sum float64) {
	l.sums[l.n%short] = sum
	l.n++
	r := Reading{PPM: l.ppm.DB(), TruePeak: peakDB(float64(l.top)), Momentary: AbsoluteGate, ShortTerm: AbsoluteGate}
	if l.n >= momentary {
		block := l.mean(momentary)
		r.Momentary = max(lufs(block), AbsoluteGate)
		if l.n%(hop/step) == 0 && r.Momentary > AbsoluteGate { // the gate's blocks are 100 ms apart
			b := &l.bins[min(int((r.Momentary-binLow)/binStep), binCount-1)]
			b.n++
			b.sum += block
			l.all = l.integrated()
		}
	}
	if l.n >= short {
		r.ShortTerm = max(lufs(l.mean(short)), AbsoluteGate)
	}
	r.Integrated = l.all
	l.publish(r)
}

// mean is the mean square of the last steps.
func (l *Live) mean(steps int64) float64 {
	sum := 0.0
	for i := range steps {
		sum += l.sums[(l.n-1-i)%short]
	}
	return sum / float64(steps*step)
}

func (l *Live) integrated() float64 {
	over := func(from int) float64 {
		sum, n := 0.0, int64(0)
		for _, b := range l.bins[from:] {
			sum, n = sum+b.sum, n+b.n
		}
		if n == 0 {
			return 0
		}
		return sum / float64(n)
	}
	mean := over(0)
	if mean == 0 {
		return AbsoluteGate
	}
	gate := (lufs(mean) + relativeGate - binLow) / binStep
	return lufs(over(int(max(gate, 0))))
}

func (l *Live) publish(r Reading) {
	for i, v := range [5]float64{r.PPM, r.Momentary, r.ShortTerm, r.Integrated, r.TruePeak} {
		l.seen[i].Store(math.Float64bits(v))
	}
}

// Reading is what the meters showed at the last full 10 ms.
func (l *Live) Reading() Reading {
	at := func(i int) float64 { return math.Float64frombits(l.seen[i].Load()) }
	return Reading{at(0), at(1), at(2), at(3), at(4)}
}
