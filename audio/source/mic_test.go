package source_test

import (
	"math"
	"testing"

	"loaxa/audio/audiotest"
	"loaxa/audio/frame"
	"loaxa/audio/source"
)

// talk feeds a microphone in blocks at a card's rate and reads it in frames at
// the station's, for some seconds; the card's clock is off by ppm.
func talk(m *source.Mic, in []float32, block int, ppm, seconds float64) []float32 {
	var out []float32
	fed := 0
	for t := 0; t < int(seconds*50); t++ {
		for due := float64(t) * frame.Samples * (1 + ppm*1e-6); float64(fed+block) <= due; fed += block {
			m.Feed(in[fed : fed+block])
		}
		pcm := make([]float32, frame.Samples)
		m.Read(pcm)
		out = append(out, pcm...)
	}
	return out
}

func TestMicPassesSoundUnchanged(t *testing.T) {
	in := audiotest.Noise(21, 0.3, 12*frame.Rate)
	m := source.NewMic(nil)
	out := talk(m, in, 960, 0, 10)
	db, lag := audiotest.NullDepth(in[:5*frame.Rate], out, 9600)
	if lag < 0 || lag > 60*48 {
		t.Errorf("lags by %.1f ms", float64(lag)/48)
	}
	if got := audiotest.SNR(in[9600:5*frame.Rate], out[9600+lag:]); got < 100 {
		t.Errorf("%.1f dB after the start (%.1f with it)", got, db)
	}
	s := m.Stats()
	if s.Starved > 4*frame.Samples || s.Overrun != 0 {
		t.Errorf("%+v", s)
	}
}

func TestMicFollowsAnotherClock(t *testing.T) {
	for _, ppm := range []float64{-200, 100, 200, 290} {
		in := audiotest.Sine(440, 0.3, 0, 130*frame.Rate)
		m := source.NewMic(nil)
		out := talk(m, in, 480, ppm, 120)
		s := m.Stats()
		if s.Starved > 4*frame.Samples || s.Overrun != 0 || s.Fill > 100*48 {
			t.Errorf("%+.0f ppm: %+v", ppm, s)
		}
		for i := frame.Rate + 1; i < len(out); i++ { // a dropped or doubled sample steps
			if d := math.Abs(float64(out[i] - out[i-1])); d > 0.3*2*math.Pi*440/48000*1.1 {
				t.Fatalf("%+.0f ppm: step of %.4f at %.3f s", ppm, d, float64(i)/frame.Rate)
			}
		}
	}
}

func TestMicGrowsForWritersInBlocks(t *testing.T) {
	in := audiotest.Sine(440, 0.3, 0, 40*frame.Rate)
	m := source.NewMic(nil)
	out := talk(m, in, 2400, 0, 30) // 50 ms at once
	late := audiotest.Gaps(out[10*frame.Rate:], 1e-6, 100)
	if len(late) != 0 {
		t.Errorf("after 10 s it still starves: %v, %+v", late, m.Stats())
	}
}

func TestMicCountsWhatIsMissing(t *testing.T) {
	m := source.NewMic(nil)
	out := make([]float32, 960)
	for range 10 {
		if n := m.Read(out); n != 960 || audiotest.RMS(out) != 0 {
			t.Fatalf("%d samples of %v", n, audiotest.RMS(out))
		}
	}
	if s := m.Stats(); s.Starved != 9600 || m.Position() != 0 {
		t.Errorf("%+v at %d", s, m.Position())
	}
	m.Feed(make([]float32, 5*frame.Rate)) // nobody reads: bounded
	if s := m.Stats(); s.Fill > 200*48 || s.Overrun < 4*frame.Rate {
		t.Errorf("%+v", s)
	}
	closed := 0
	m = source.NewMic(func() { closed++ })
	_ = m.Close()
	_ = m.Close()
	m.Feed(out)
	if n := m.Read(out); n != 0 || closed != 1 {
		t.Errorf("closed: %d samples, told %d times", n, closed)
	}
}

// A card that stalls and then gives all at once does not leave the voice late.
func TestMicCatchesUpAfterABurst(t *testing.T) {
	in := audiotest.Noise(23, 0.3, 20*frame.Rate)
	m := source.NewMic(nil)
	talk(m, in, 960, 0, 2)
	m.Feed(in[:130*48])
	if fill := m.Stats().Fill; fill < 130*48 {
		t.Fatalf("the burst is not there: %d", fill)
	}
	talk(m, in, 960, 0, 4)
	if s := m.Stats(); s.Fill > 50*48 || s.Overrun == 0 {
		t.Errorf("%+v", s)
	}
}
