package dsp

import "math"

// Biquad is one second-order section, transposed direct form II, in float64.
type Biquad struct {
	b0, b1, b2, a1, a2 float64
	z1, z2             float64
}

// HighPass is a Butterworth high-pass of second order at hz for 48 kHz
// (bilinear transform; R. Bristow-Johnson's cookbook with Q = 1/√2).
func HighPass(hz float64) *Biquad {
	w := 2 * math.Pi * hz / 48000
	cos, alpha := math.Cos(w), math.Sin(w)/math.Sqrt2
	a0 := 1 + alpha
	return &Biquad{
		b0: (1 + cos) / 2 / a0, b1: -(1 + cos) / a0, b2: (1 + cos) / 2 / a0,
		a1: -2 * cos / a0, a2: (1 - alpha) / a0,
	}
}

// Next filters one sample.
//
//go:norace
func (q *Biquad) Next(x float64) float64 {
	y := float64(q.b0*x) + q.z1
	q.z1 = float64(q.b1*x) - float64(q.a1*y) + q.z2
	q.z2 = float64(q.b2*x) - float64(q.a2*y)
	return y
}

// Filter filters the samples in place. State that has died away is set to zero,
// so that silence costs no denormals.
func (q *Biquad) Filter(s []float32) {
	for i, x := range s {
		s[i] = float32(q.Next(float64(x)))
	}
	q.settle()
}

func (q *Biquad) settle() {
	if math.Abs(q.z1) < 1e-20 && math.Abs(q.z2) < 1e-20 {
		q.z1, q.z2 = 0, 0
	}
}

// Peak is a bell of gainDB around hz, q its sharpness, for 48 kHz (R.
// Bristow-Johnson's cookbook).
func Peak(hz, gainDB, q float64) *Biquad {
	a := math.Pow(10, gainDB/40)
	w := 2 * math.Pi * hz / 48000
	cos, alpha := math.Cos(w), math.Sin(w)/(2*q)
	a0 := 1 + alpha/a
	return &Biquad{
		b0: (1 + alpha*a) / a0, b1: -2 * cos / a0, b2: (1 - alpha*a) / a0,
		a1: -2 * cos / a0, a2: (1 - alpha/a) / a0,
	}
}
