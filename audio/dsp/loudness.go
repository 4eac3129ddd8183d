package dsp

import "math"

// Levels of ITU-R BS.1770-4.
const (
	AbsoluteGate = -70.0 // LUFS: quieter blocks do not count; also what silence measures
	relativeGate = -10.0 // LU under the mean of what passed the absolute gate
	lufsOffset   = -0.691
	hop          = 4800 // 100 ms: blocks of 400 ms at 75 % overlap
	blockHops    = 4
	SilencePeak  = -120.0 // dBTP that silence measures
)

// Loudness measures integrated loudness and true peak of mono at 48 kHz after
// ITU-R BS.1770-4. Memory is 8 bytes for 100 ms.
type Loudness struct {
	k      weight
	hops   [blockHops]float64
	nhops  int
	blocks []float64 // mean squares of 400 ms
	peak   TruePeak
	top    float32
}

// weight is the K-weighting of BS.1770-4, tables 1 and 2, and a running sum of
// squares.
type weight struct {
	pre, rlb Biquad
	sum      float64
	n        int
}

func newWeight() weight {
	return weight{
		pre: Biquad{b0: 1.53512485958697, b1: -2.69169618940638, b2: 1.19839281085285,
			a1: -1.69065929318241, a2: 0.73248077421585},
		rlb: Biquad{b0: 1, b1: -2, b2: 1, a1: -1.99004745483398, a2: 0.99007225036621},
	}
}

func (k *weight) take(s []float32) {
	for _, x := range s {
		y := k.rlb.Next(k.pre.Next(float64(x)))
		k.sum += float64(y * y)
	}
	k.n += len(s)
}

// flush returns the sum of squares and begins a new one. State that has died
// away is set to zero, so that silence costs no denormals.
func (k *weight) flush() float64 {
	sum := k.sum
	k.sum, k.n = 0, 0
	k.pre.settle()
	k.rlb.settle()
	return sum
}

// NewLoudness makes a meter.
func NewLoudness() *Loudness { return &Loudness{k: newWeight()} }

// Take measures samples.
func (l *Loudness) Take(s []float32) {
	for _, x := range s {
		if p := l.peak.Next(x); p > l.top {
			l.top = p
		}
	}
	for len(s) > 0 {
		n := min(len(s), hop-l.k.n)
		l.k.take(s[:n])
		s = s[n:]
		if l.k.n == hop {
			l.endHop()
		}
	}
}

func (l *Loudness) endHop() {
	l.hops[l.nhops%blockHops] = l.k.flush()
	l.nhops++
	if l.nhops >= blockHops {
		all := 0.0
		for _, v := range l.hops {
			all += v
		}
		l.blocks = append(l.blocks, all/(blockHops*hop))
	}
}

// Integrated is the gated loudness in LUFS, -70 for silence. What is shorter
// than a block is measured as one block of its own length.
func (l *Loudness) Integrated() float64 {
	blocks := l.blocks
	if len(blocks) == 0 {
		all, n := l.k.sum, l.k.n
		for i := range l.nhops {
			all, n = all+l.hops[i], n+hop
		}
		if n == 0 {
			return AbsoluteGate
		}
		blocks = []float64{all / float64(n)}
	}
	mean := gatedMean(blocks, AbsoluteGate)
	if mean == 0 {
		return AbsoluteGate
	}
	return max(lufs(gatedMean(blocks, lufs(mean)+relativeGate)), AbsoluteGate)
}

func lufs(mean float64) float64 { return lufsOffset + 10*math.Log10(mean) }

// gatedMean is the mean of the blocks louder than a gate, 0 without any.
func gatedMean(blocks []float64, gate float64) float64 {
	floor := math.Pow(10, (gate-lufsOffset)/10)
	sum, n := 0.0, 0
	for _, b := range blocks {
		if b > floor {
			sum, n = sum+b, n+1
		}
	}
	if n == 0 {
		return 0
	}
	return sum / float64(n)
}

// PeakDB is the true peak so far in dBTP, -120 for silence. It includes the
// last samples once they have been followed by 12 more.
func (l *Loudness) PeakDB() float64 { return peakDB(float64(l.top)) }
