package source_test

import (
	"math"
	"testing"
	"testing/synctest"

	"loaxa/audio/audiotest"
	"loaxa/audio/dsp"
	"loaxa/audio/frame"
	"loaxa/audio/source"
)

// village is a microphone that hears its own loudspeaker after a delay, in
// samples, at back times what was sent.
type village struct {
	source.Source
	voice []float32
	sent  []float32
	at    int
	delay int
	back  float32
}

func (v *village) Read(out []float32) int {
	n := min(len(out), len(v.voice)-v.at)
	for i := range out[:n] {
		out[i] = v.voice[v.at+i]
		if k := v.at + i - v.delay; v.back != 0 && k >= 0 {
			out[i] += v.back * v.sent[k]
		}
	}
	v.at += n
	return n
}

// say runs the voice through the horn and gives what went out, and the states
// of the guard in their order.
func (v *village) say(wrap func(source.Source) source.Source) (states []dsp.HowlState) {
	h := wrap(v)
	defer func() { _ = h.Close() }()
	block := make([]float32, frame.Samples)
	for {
		n := h.Read(block)
		if n == 0 {
			return states
		}
		for _, x := range block[:n] { // the limiter behind it
			v.sent = append(v.sent, min(max(x, -1), 1))
		}
		synctest.Wait() // the detector beside it
		if g, ok := h.(*source.Horn); ok && (len(states) == 0 || states[len(states)-1] != g.Howl()) {
			states = append(states, g.Howl())
		}
	}
}

// spoken is noise in words: bursts with pauses between them.
func spoken(n int) []float32 {
	s := audiotest.Noise(5, 0.05, n)
	for i := range s {
		if t := float64(i) / frame.Rate; math.Mod(t, 0.7) > 0.45 {
			s[i] *= 0.02
		}
	}
	return s
}

// A village that comes back through the microphone is found and the microphone
// goes down; a voice alone is left alone.
func TestAMicrophoneThatHearsItselfGoesDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const n = 16 * frame.Rate
		end := func(v *village) float64 { return audiotest.RMS(v.sent[n-2*frame.Rate:]) }
		at := func() *village {
			return &village{Source: source.NewSilence(n), voice: spoken(n), delay: 3 * frame.Rate / 10, back: 0.3}
		}
		plain, held := at(), at()
		plain.say(func(s source.Source) source.Source { return source.NewVoice(s) })
		states := held.say(func(s source.Source) source.Source { return source.NewHorn(s) })
		if len(states) < 2 || states[len(states)-1] != dsp.HowlCut {
			t.Fatalf("a loop of 0.3 s: %v", states)
		}
		if a, b := end(plain), end(held); b > a/3 {
			t.Errorf("at the end %.3f goes out, %.3f without the guard", b, a)
		}
		alone := &village{Source: source.NewSilence(n), voice: spoken(n), delay: 0}
		if states := alone.say(func(s source.Source) source.Source { return source.NewHorn(s) }); len(states) != 1 {
			t.Errorf("a voice alone: %v", states)
		}
	})
}

// Hum that shakes the horns is taken out, a voice is not.
func TestTheHornGetsNoHum(t *testing.T) {
	of := func(hz float64) float64 {
		h := source.NewHorn(&village{Source: source.NewSilence(frame.Rate), voice: audiotest.Sine(hz, 0.2, 0, 2*frame.Rate), delay: 0})
		defer func() { _ = h.Close() }()
		return audiotest.RMS(audiotest.Read(t, h, 2*frame.Rate)[frame.Rate:])
	}
	if hum, voice := of(50), of(1000); hum > voice/50 {
		t.Errorf("hum %.4f, voice %.4f", hum, voice)
	}
}
