package source

import (
	"math"
	"math/bits"

	"loaxa/audio/dsp"
	"loaxa/audio/frame"
)

// turn is a whole turn of a tone's phase. A pitch in whole µHz moves the phase
// by itself in each sample, so that phases are whole numbers: nothing is
// rounded, however long a siren sounds and wherever one joins it.
const turn = frame.Rate * 1_000_000

// micro is a pitch in whole µHz.
func micro(hz float64) int64 { return int64(math.Round(hz * 1e6)) }

// cycles is the phase of a steady pitch after n samples.
func cycles(pitch, n int64) int64 { return pitch * n % turn }

// phase is the phase after n samples of a blast: the sum of the pitch, which
// moves in straight lines.
func (p Pattern) phase(n int64) int64 {
	from, to := micro(p.From), micro(p.To)
	period := samples(p.Period)
	if period == 0 || from == to {
		return cycles(from, n)
	}
	// Whole periods first: each covers the mean of both pitches.
	sum := n / period * ((from + to) * period / 2 % turn) % turn
	n %= period
	half := period / 2
	switch {
	case !p.Swing:
		sum += slide(from, to, period, n)
	case n <= half:
		sum += slide(from, to, half, n)
	default:
		sum += (from+to)*half/2 + slide(to, from, period-half, n-half)
	}
	return sum % turn
}

// slide is the phase after m samples of a pitch that goes from one to another
// in a straight line of n samples: from·m + (to-from)·m²/2n.
func slide(from, to, n, m int64) int64 {
	step := to - from
	sign := int64(1)
	if step < 0 {
		step, sign = -step, -1
	}
	high, low := bits.Mul64(uint64(step*m), uint64(m)) // up to 10^25: more than 64 bits
	part, _ := bits.Div64(high, low, uint64(2*n))
	return from*m + sign*int64(part)
}

// shape is the wave at a phase, within ±1.54.
func (p Pattern) shape(phase int64) float64 {
	at := func(harmonic int64) float64 { return dsp.Sine(float64(phase*harmonic%turn) / turn) }
	if p.Wave != Rich {
		return at(1)
	}
	return at(1) + float64(at(3)/3) + float64(at(5)/5)
}
