package dsp

import "math"

// follower is the envelope of a signal: it rises and falls with time constants.
type follower struct {
	value, rise, fall float64
}

func newFollower(attack, release float64) follower {
	return follower{rise: 1 - math.Exp(-1/(attack*48000)), fall: 1 - math.Exp(-1/(release*48000))}
}

func (f *follower) next(x float64) float64 {
	if x > f.value {
		f.value += (x - f.value) * f.rise
	} else {
		f.value += (x - f.value) * f.fall
	}
	if f.value < 1e-12 {
		f.value = 0 // no denormals
	}
	return f.value
}

func amp(db float64) float64 { return math.Pow(10, db/20) }

// Gate lowers what is quieter than a voice: open at a level, shut 6 dB below
// it, at the times given. Shut it is FloorDB down and not off, so that the line
// does not sound dead.
type Gate struct {
	env               follower
	open              bool
	level, shut       float64
	gain, floor       float64
	openIn, closeOver float64 // of the gain, per sample
}

// NewGate makes a gate that opens at openDB (dBFS) within attack seconds and
// shuts to floorDB over release seconds.
func NewGate(openDB, floorDB, attack, release float64) *Gate {
	return &Gate{
		env: newFollower(attack/5, release/5), level: amp(openDB), shut: amp(openDB - 6), floor: amp(floorDB), gain: amp(floorDB),
		openIn: 1 / (attack * 48000), closeOver: 1 / (release * 48000),
	}
}

// Open is true while something passes.
func (g *Gate) Open() bool { return g.open }

// Process works in place.
func (g *Gate) Process(s []float32) {
	for i, x := range s {
		e := g.env.next(math.Abs(float64(x)))
		if e > g.level {
			g.open = true
		} else if e < g.shut {
			g.open = false
		}
		if g.open {
			g.gain = min(g.gain+g.openIn, 1)
		} else {
			g.gain = max(g.gain-g.closeOver, g.floor)
		}
		s[i] = x * float32(g.gain)
	}
}

// Compressor lowers what is louder than a threshold: of each dB above it 1/ratio
// stays. The gain is worked out every 16 samples and moves in straight lines.
type Compressor struct {
	env            follower
	threshold      float64
	power          float64 // 1 - 1/ratio
	makeup         float64
	gain, goal     float64
	step           float64
	untilNextStage int
}

const compressorStage = 16 // samples

// NewCompressor makes a compressor: threshold and makeup in dB, attack and
// release in seconds.
func NewCompressor(thresholdDB, ratio, attack, release, makeupDB float64) *Compressor {
	m := amp(makeupDB)
	return &Compressor{env: newFollower(attack, release), threshold: amp(thresholdDB), power: 1 - 1/ratio, makeup: m, gain: m, goal: m}
}

// Process works in place.
func (c *Compressor) Process(s []float32) {
	for i, x := range s {
		e := c.env.next(math.Abs(float64(x)))
		if c.untilNextStage == 0 {
			c.untilNextStage = compressorStage
			c.gain = c.goal
			c.goal = c.makeup
			if e > c.threshold {
				c.goal *= math.Pow(c.threshold/e, c.power)
			}
			c.step = (c.goal - c.gain) / compressorStage
		}
		c.untilNextStage--
		c.gain += c.step
		s[i] = x * float32(c.gain)
	}
}

// Voice makes speech fit for horns: high-pass at 150 Hz, which spares the
// drivers, gate, a lift of 4 dB around 2.5 kHz where words are understood, and
// a compressor 3:1. It adds no delay. Between them they may pass full scale: a
// limiter follows on the bus.
type Voice struct {
	high [2]*Biquad // in a row: fourth order
	lift *Biquad
	gate *Gate
	comp *Compressor
}

// What the gate takes away and the compressor gives, in dB: nearly the same, so
// that who speaks too quietly for the gate is heard as well as without it. A
// warning read into a bad microphone must come through.
const (
	voiceShut   = 12
	voiceMakeup = 10
)

// NewVoice makes the chain for one microphone.
func NewVoice() *Voice {
	return &Voice{
		high: [2]*Biquad{HighPass(150), HighPass(150)}, lift: Peak(2500, 4, 0.8),
		gate: NewGate(-45, -voiceShut, 0.010, 0.250), comp: NewCompressor(-30, 3, 0.005, 0.150, voiceMakeup),
	}
}

// Process works in place.
func (v *Voice) Process(s []float32) {
	v.high[0].Filter(s)
	v.high[1].Filter(s)
	v.gate.Process(s)
	v.lift.Filter(s)
	v.comp.Process(s)
}
