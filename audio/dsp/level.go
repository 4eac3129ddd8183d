package dsp

import "math"

// Bounds of what a Leveler does.
const (
	LevelMost   = 12.0  // dB, up or down
	levelUp     = 0.5   // dB a second
	levelDown   = 1.0   // dB a second: too loud is worse than too quiet
	levelGate   = -50.0 // LUFS, momentary: quieter is a pause, and moves nothing
	levelUnder  = -12.0 // LU under the mean: so much quieter is a pause too …
	levelAfter  = 150   // … but for 15 s of it, which are another programme
	levelMemory = 20.0  // s of sound that the mean remembers
	levelFirst  = 20    // blocks of 100 ms, 2 s of sound, before anything is moved
	levelDead   = 0.3   // dB: so near is right
)

// Leveler brings a programme whose loudness nobody knows before to a target,
// slowly and within bounds. It measures while the programme runs: the mean
// square of blocks of 400 ms, K-weighted, gated absolutely and against the mean
// (ITU-R BS.1770-4), forgetting in 20 s. In pauses the gain stands still: what
// is not the programme is not lifted. It belongs to the goroutine that calls it.
type Leveler struct {
	target float64
	k      weight
	hops   [blockHops]float64
	nhops  int64
	mean   float64 // of squares, over blocks that passed the gates
	blocks int     // of them, up to what is remembered
	quiet  int     // blocks in a row under the relative gate alone
	other  float64 // … and their mean square
	gain   float64 // dB, now
	goal   float64 // dB
	factor float32 // linear, at the last sample
}

// NewLeveler makes one for a target in LUFS.
func NewLeveler(target float64) *Leveler { return &Leveler{target: target, k: newWeight(), factor: 1} }

// GainDB is the gain that the last sample got.
func (l *Leveler) GainDB() float64 { return l.gain }

// Apply measures samples and changes their level in place. The gain is a
// straight line within 100 ms.
func (l *Leveler) Apply(s []float32) {
	for len(s) > 0 {
		n := min(len(s), hop-l.k.n)
		l.k.take(s[:n])
		l.turn(s[:n])
		s = s[n:]
		if l.k.n == hop {
			l.endHop(l.k.flush())
		}
	}
}

// turn moves the gain towards its goal by what is allowed in the time of s.
func (l *Leveler) turn(s []float32) {
	seconds := float64(len(s)) / (10 * hop)
	l.gain += min(max(l.goal-l.gain, -levelDown*seconds), levelUp*seconds)
	to := float32(math.Pow(10, l.gain/20))
	if to == 1 && l.factor == 1 {
		return
	}
	step := (to - l.factor) / float32(len(s))
	for i := range s {
		s[i] *= l.factor + float32(step*float32(i+1))
	}
	l.factor = to
}

func (l *Leveler) endHop(sum float64) {
	l.hops[l.nhops%blockHops] = sum
	if l.nhops++; l.nhops < blockHops {
		return
	}
	block := 0.0
	for _, v := range l.hops {
		block += v / (blockHops * hop)
	}
	switch at := lufs(block); {
	case at < levelGate: // a pause, also within what is quieter than before
	case l.blocks > 0 && at < lufs(l.mean)+levelUnder:
		l.other = (l.other*float64(l.quiet) + block) / float64(l.quiet+1)
		if l.quiet++; l.quiet >= levelAfter {
			l.mean, l.blocks = l.other, l.quiet
			l.quiet, l.other = 0, 0
		}
	default:
		l.quiet, l.other = 0, 0
		l.blocks = min(l.blocks+1, levelMemory*10)
		l.mean += (block - l.mean) / float64(l.blocks)
	}
	if l.goal = l.gain; l.blocks < levelFirst || lufs(block) < levelGate || l.quiet > 0 {
		return
	}
	if want := min(max(l.target-lufs(l.mean), -LevelMost), LevelMost); math.Abs(want-l.gain) > levelDead {
		l.goal = want
	}
}
