package library

import (
	"fmt"
	"math"

	"loaxa/audio/frame"
	"loaxa/audio/wavfile"
)

// DemoVoice writes a minute of something that moves like speech: a buzz of a
// man's pitch through three resonances that glide between vowels, in syllables
// and sentences. It is nobody's voice and says nothing; the same bytes each time.
func DemoVoice(path string) error {
	w, err := wavfile.Create(path)
	if err != nil {
		return fmt.Errorf("demo voice: %w", err)
	}
	v := voice{}
	block := make([]float32, frame.Samples)
	for n := 0; n < 60*frame.Rate; n += len(block) {
		for i := range block {
			block[i] = float32(v.sample(float64(n+i) / frame.Rate))
		}
		if err := w.Write(block); err != nil {
			_ = w.Close() // the first error is the one to tell
			return fmt.Errorf("demo voice: %w", err)
		}
	}
	if err := w.Close(); err != nil {
		return fmt.Errorf("demo voice: %w", err)
	}
	return nil
}

// vowels are the first three resonances of a, e, i, o and u, Hz.
var vowels = [5][3]float64{{750, 1250, 2500}, {500, 1800, 2500}, {300, 2200, 2900}, {500, 900, 2400}, {320, 800, 2300}}

type voice struct {
	phase float64
	y     [3][2]float64
}

const (
	syllable = 0.22 // s
	sentence = 14   // syllables, of which the last three are breath
)

func (v *voice) sample(t float64) float64 {
	n := int(t / syllable)
	at := t/syllable - float64(n)
	hz := 115 + 12*math.Sin(2*math.Pi*t/1.7) + 10*math.Sin(float64(n)*2.4)
	v.phase += hz / frame.Rate
	v.phase -= math.Floor(v.phase)
	buzz := 0.0
	if v.phase < hz/frame.Rate {
		buzz = 1
	}
	from, to := vowels[n*3%5], vowels[(n*3+3)%5]
	out := 0.0
	for i := range v.y {
		f := from[i] + (to[i]-from[i])*at
		r := math.Exp(-math.Pi * 90 / frame.Rate)
		y := buzz*(1-r) + 2*r*math.Cos(2*math.Pi*f/frame.Rate)*v.y[i][0] - r*r*v.y[i][1]
		v.y[i][1], v.y[i][0] = v.y[i][0], y
		out += y / float64(i+1)
	}
	loud := math.Sin(math.Pi * at)
	if n%sentence >= sentence-3 {
		loud = 0
	}
	return math.Tanh(out * loud)
}
