package dsp

import "math"

// What sounds must be the same bits on every machine: the compiler may fuse a
// product and a sum on some processors, and the standard library's Exp does so
// by what the processor can. Every product here is rounded by a conversion
// before it is added, which the language forbids to fuse.

// Taylor's coefficients of sin(2πx) about 0, odd powers to 17: the error at a
// quarter of a turn is below 1e-13.
var sineTaylor = func() (c [9]float64) {
	v := 2 * math.Pi
	for k := range c {
		c[k] = v
		v *= -4 * math.Pi * math.Pi / float64((2*k+2)*(2*k+3))
	}
	return c
}()

// Sine is sin(2π·turns) for turns from 0 to 1, the same bits everywhere.
func Sine(turns float64) float64 {
	sign := 1.0
	if turns >= 0.5 {
		turns, sign = turns-0.5, -1
	}
	if turns > 0.25 {
		turns = 0.5 - turns
	}
	sq := float64(turns * turns)
	sum := sineTaylor[8]
	for k := 7; k >= 0; k-- {
		sum = float64(sum*sq) + sineTaylor[k]
	}
	return sign * float64(sum*turns)
}

// Smooth is the raised-cosine fade: 0 at 0, 1 at 1, level at both ends.
func Smooth(share float64) float64 {
	x := min(max(share, 0), 1)
	if x == 0 || x == 1 {
		return x
	}
	if x > 0.5 {
		return 0.5 + float64(0.5*Sine((x-0.5)/2))
	}
	return 0.5 - float64(0.5*Sine((0.5-x)/2))
}

// Fall is e^-x for x of 0 and more, the same bits everywhere.
func Fall(x float64) float64 {
	if x > 700 {
		return 0
	}
	k := math.Floor(float64(x * math.Log2E))
	r := x - float64(k*math.Ln2)
	sum := 1.0
	for n := 16.0; n >= 1; n-- {
		sum = 1 - float64(float64(r*sum)/n)
	}
	return math.Ldexp(sum, -int(k))
}
