package dsp_test

import (
	"fmt"
	"math"
	"testing"

	"loaxa/audio/audiotest"
	"loaxa/audio/dsp"
)

func gain(db float64, s []float32) []float32 {
	out := make([]float32, len(s))
	for i, x := range s {
		out[i] = x * float32(math.Pow(10, db/20))
	}
	return out
}

func rmsDB(s []float32) float64 { return audiotest.DB(audiotest.RMS(s)) }

func TestGateOpensForAVoiceAndShutsForTheRoom(t *testing.T) {
	room := audiotest.Noise(1, 0.001, 48000) // -65 dBFS
	voice := audiotest.Sine(400, 0.1, 0, 48000)
	s := append(append(append([]float32{}, room...), voice...), room...)
	in := append([]float32{}, s...)
	g := dsp.NewGate(-45, -24, 0.010, 0.250)
	g.Process(s)
	if d := rmsDB(s[24000:48000]) - rmsDB(in[24000:48000]); math.Abs(d+24) > 0.5 {
		t.Errorf("the room goes down by %.1f dB", d)
	}
	if d := rmsDB(s[48000+720:96000]) - rmsDB(voice[720:]); math.Abs(d) > 0.1 {
		t.Errorf("15 ms into the voice it is at %.2f dB", d)
	}
	if d := rmsDB(s[96000+30000:]) - rmsDB(room[30000:]); math.Abs(d+24) > 0.5 || g.Open() {
		t.Errorf("after the voice the room is at %.1f dB, open %v", d, g.Open())
	}
	for i := 1; i < len(s); i++ {
		if d := math.Abs(float64(s[i] - s[i-1])); d > 0.02 {
			t.Fatalf("a step of %.3f at %d", d, i)
		}
	}
}

func TestCompressorLeavesAThirdOfWhatIsLoud(t *testing.T) {
	level := func(db float64) float64 {
		s := audiotest.Sine(1000, math.Pow(10, db/20), 0, 48000)
		dsp.NewCompressor(-24, 3, 0.005, 0.150, 0).Process(s)
		return rmsDB(s[24000:]) + 3.01
	}
	if got := level(-40); math.Abs(got+40) > 0.1 {
		t.Errorf("below the threshold %.1f dB", got)
	}
	if rise := level(0) - level(-12); math.Abs(rise-4) > 0.3 {
		t.Errorf("12 dB more come out as %.1f", rise)
	}
}

func TestVoiceChainTakesRumbleAndEvensWords(t *testing.T) {
	through := func(s []float32) []float32 {
		out := append([]float32{}, s...)
		dsp.NewVoice().Process(out)
		return out
	}
	rumble := audiotest.Sine(50, 0.1, 0, 48000)
	if d := rmsDB(through(rumble)[24000:]) - rmsDB(rumble[24000:]); d > -30 {
		t.Errorf("rumble of 50 hz goes down by %.1f dB only", -d)
	}
	loud, soft := through(speech(4*48000, 0.5)), through(speech(4*48000, 0.08))
	if d := rmsDB(loud) - rmsDB(soft); d > 9 {
		t.Errorf("16 dB between two speakers come out as %.1f", d)
	}
}

func facts(w *dsp.MicWatch) (s string) {
	for _, f := range w.Facts() {
		s += fmt.Sprintf("%v %v; ", f.Kind, f.On)
	}
	return s
}

// Each fault of a microphone rings, and is over when it is over; a good signal
// is none of them.
func TestMicFaultsRing(t *testing.T) {
	good := speech(6*48000, 0.5)
	clipped := gain(10, good)
	for i, x := range clipped {
		clipped[i] = min(max(x, -1), 1)
	}
	for name, c := range map[string]struct {
		s    []float32
		want string
	}{
		"good":                   {good, ""},
		"no signal":              {make([]float32, 6*48000), "no signal true; no signal false; "},
		"noise of an open input": {audiotest.Noise(1, 2e-4, 6*48000), "no signal true; no signal false; "},
		"too quiet":              {speech(20*48000, 0.02), "too quiet true; too quiet false; "},
		"clipped":                {clipped, "clipped true; clipped false; "},
		"hum":                    {hum(50, 0.1, 6*48000), "hum true; hum false; "},
	} {
		w := dsp.NewMicWatch()
		w.Take(good)
		if got := facts(w); got != "" {
			t.Errorf("%s: a good start gives %s", name, got)
		}
		w.Take(c.s)
		w.Take(good)
		if got := facts(w); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	w := dsp.NewMicWatch()
	w.Take(make([]float32, 3*48000))
	if !w.On(dsp.MicNoSignal) || w.On(dsp.MicClipped) {
		t.Error("what is on is not known")
	}
}

// loop runs a microphone before a loudspeaker: what is sent comes back after a
// delay, scaled, and is sent again. It returns the states that were seen and
// the delay that was found last.
func loop(seconds int, delay float64, back float64, obey bool) (states []dsp.HowlState, found float64, peak float32) {
	const block = 960
	n := seconds * 48000
	voice := speech(n, 0.3)
	room := audiotest.Noise(3, 0.003, n)
	out := make([]float32, n)
	lag := int(delay * 48000)
	h := dsp.NewHowl()
	for at := 0; at < n; at += block {
		mic := make([]float32, block)
		for i := range mic {
			mic[i] = voice[at+i] + room[at+i]
			if k := at + i - lag; k >= 0 {
				mic[i] += float32(back) * out[k]
			}
			g := float32(1)
			if obey {
				g = h.Gain()
			}
			out[at+i] = min(max(mic[i]*g, -1), 1)
		}
		h.Take(mic, out[at:at+block])
		if s := h.State(); len(states) == 0 || states[len(states)-1] != s {
			states = append(states, s)
		}
		if d := h.Delay(); d > 0 {
			found = d
		}
	}
	for _, x := range out[n-2*48000:] {
		peak = max(peak, x, -x)
	}
	return states, found, peak
}

func TestHowlIsFoundBeforeItIsOne(t *testing.T) {
	for _, delay := range []float64{0.12, 0.3, 0.85} {
		states, found, _ := loop(10, delay, 0.5, false)
		if len(states) < 2 || states[1] != dsp.HowlWarn || math.Abs(found-delay) > 0.002 {
			t.Errorf("a loop of %.2f s: %v at %.3f s", delay, states, found)
		}
	}
	states, _, loose := loop(15, 0.3, 1.15, false)
	if len(states) < 2 || states[len(states)-1] != dsp.HowlCut {
		t.Errorf("a loop that builds up: %v", states)
	}
	if _, _, held := loop(15, 0.3, 1.15, true); held > loose/2 {
		t.Errorf("cut by 12 dB it still reaches %.2f, %.2f without", held, loose)
	}
}

func TestNoHowlWhereThereIsNoLoop(t *testing.T) {
	if states, _, _ := loop(20, 0.3, 0, false); len(states) != 1 {
		t.Errorf("a voice alone: %v", states)
	}
	h := dsp.NewHowl() // music on the air, another voice in the room
	h.Take(speech(15*48000, 0.3), audiotest.Noise(9, 0.3, 15*48000))
	if h.State() != dsp.HowlNone {
		t.Error("two sounds that have nothing in common")
	}
	h.Take(make([]float32, 10*48000), make([]float32, 10*48000))
	if h.State() != dsp.HowlNone {
		t.Error("silence howls")
	}
}

func BenchmarkVoice(b *testing.B) {
	v, w, h := dsp.NewVoice(), dsp.NewMicWatch(), dsp.NewHowl()
	s, out := speech(48000, 0.3), speech(48000, 0.3)
	for b.Loop() { // an op is a second of sound
		w.Take(s)
		v.Process(s)
		h.Take(s, out)
	}
}

// Who speaks far too quietly is heard no worse than without the chain.
func TestAVoiceTooQuietForTheGateComesThrough(t *testing.T) {
	s := audiotest.Sine(1000, 0.002, 0, 2*48000) // -54 dBFS
	before := audiotest.RMS(s[48000:])
	dsp.NewVoice().Process(s)
	if after := audiotest.RMS(s[48000:]); after < before*0.7 {
		t.Errorf("%.5f is left of %.5f", after, before)
	}
}
