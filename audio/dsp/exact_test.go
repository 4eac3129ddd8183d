package dsp_test

import (
	"math"
	"testing"

	"loaxa/audio/dsp"
)

func TestExactFunctionsAreTheRealOnes(t *testing.T) {
	for i := range 100_001 {
		x := float64(i) / 100_000
		if d := dsp.Sine(x) - math.Sin(2*math.Pi*x); math.Abs(d) > 1e-12 {
			t.Fatalf("sine at %v is off by %v", x, d)
		}
		if d := dsp.Smooth(x) - (0.5 - 0.5*math.Cos(math.Pi*x)); math.Abs(d) > 1e-12 {
			t.Fatalf("fade at %v is off by %v", x, d)
		}
		if want := math.Exp(-x * 50); math.Abs(dsp.Fall(x*50)-want) > 1e-13*want {
			t.Fatalf("fall at %v is %v, want %v", x*50, dsp.Fall(x*50), want)
		}
	}
	if dsp.Fall(1e9) != 0 || dsp.Smooth(-1) != 0 || dsp.Smooth(2) != 1 {
		t.Error("out of bounds")
	}
}
