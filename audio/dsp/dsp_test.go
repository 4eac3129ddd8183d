package dsp_test

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"loaxa/audio/audiotest"
	"loaxa/audio/dsp"
)

// fit is the SNR in dB of a signal against the sine of hz (at rate) that fits
// it best, and the level of that sine.
func fit(s []float32, hz, rate float64) (snr, level float64) {
	var ss, sc, cc, xs, xc float64
	for i, x := range s {
		sin, cos := math.Sincos(2 * math.Pi * hz * float64(i) / rate)
		ss, sc, cc = ss+sin*sin, sc+sin*cos, cc+cos*cos
		xs, xc = xs+float64(x)*sin, xc+float64(x)*cos
	}
	det := ss*cc - sc*sc
	a, b := (xs*cc-xc*sc)/det, (xc*ss-xs*sc)/det
	var sig, err float64
	for i, x := range s {
		sin, cos := math.Sincos(2 * math.Pi * hz * float64(i) / rate)
		v := a*sin + b*cos
		sig, err = sig+v*v, err+(float64(x)-v)*(float64(x)-v)
	}
	return 10 * math.Log10(sig/(err+1e-30)), math.Hypot(a, b)
}

func sine(hz, rate float64, n int) []float32 {
	out := make([]float32, n)
	for i := range out {
		out[i] = float32(0.5 * math.Sin(2*math.Pi*hz*float64(i)/rate))
	}
	return out
}

func TestResamplerKeepsSinesAndNothingElse(t *testing.T) {
	for _, c := range []struct {
		from, to int
		hz       []float64
	}{
		{44100, 48000, []float64{50, 1000, 5000, 10000, 15000, 18000}},
		{22050, 48000, []float64{1000, 5000, 9000}},
		{32000, 48000, []float64{1000, 13000}}, {8000, 48000, []float64{300, 3200}},
		{96000, 48000, []float64{1000, 19000}}, {48000, 8000, []float64{300, 3200}},
		{192000, 48000, []float64{1000, 19000}}, {11025, 48000, []float64{1000, 4500}},
	} {
		for _, hz := range c.hz {
			t.Run(fmt.Sprintf("%d to %d at %.0f", c.from, c.to, hz), func(t *testing.T) {
				r, err := dsp.NewResampler(c.from, c.to)
				if err != nil {
					t.Fatal(err)
				}
				out := r.Process(sine(hz, float64(c.from), c.from), nil)
				out = out[len(out)/8 : len(out)*7/8]
				snr, level := fit(out, hz, float64(c.to))
				if snr < 90 || math.Abs(audiotest.DB(level/0.5)) > 0.1 {
					t.Errorf("%.1f dB, level %+.2f dB", snr, audiotest.DB(level/0.5))
				}
			})
		}
	}
}

func TestResamplerCutsAliases(t *testing.T) {
	for _, c := range []struct {
		from, to int
		hz       float64
	}{{96000, 48000, 30000}, {48000, 8000, 5000}, {48000, 8000, 12000}, {192000, 48000, 60000}} {
		r, err := dsp.NewResampler(c.from, c.to)
		if err != nil {
			t.Fatal(err)
		}
		out := r.Process(sine(c.hz, float64(c.from), c.from), nil)
		if db := audiotest.DB(audiotest.RMS(out[len(out)/8:])); db > -95 {
			t.Errorf("%d to %d: %.0f hz comes through at %.1f dBFS", c.from, c.to, c.hz, db)
		}
	}
}

// The place of the sound does not move: sample n stands at input n·from/to.
func TestResamplerHasNoDelayAndTheRightLength(t *testing.T) {
	for _, from := range []int{44100, 8000, 96000, 48000} {
		r, err := dsp.NewResampler(from, 48000)
		if err != nil {
			t.Fatal(err)
		}
		in := sine(440, float64(from), from/2)
		var out []float32
		for len(in) > 0 { // in odd pieces
			n := min(len(in), 777)
			out = r.Process(in[:n], out)
			in = in[n:]
		}
		out = r.Flush(out)
		if want := 24000; len(out) != want {
			t.Errorf("%d: %d samples, want %d", from, len(out), want)
		}
		want := sine(440, 48000, 24000)
		if db := audiotest.SNR(want[500:23000], out[500:23000]); db < 80 {
			t.Errorf("%d: %.1f dB against the sine at its own place", from, db)
		}
	}
}

// A pace that swings between -300 and +300 ppm gives the sine at its own place,
// 90 dB clear of noise, images and steps.
func TestBendingSweepsWithoutAStep(t *testing.T) {
	for _, hz := range []float64{1000, 10000} {
		in := sine(hz, 48000, 11*48000)
		want, got := make([]float32, 0, 10*48000), make([]float32, 0, 10*48000)
		place := float64(dsp.BendTaps)
		for i := range 10 * 48000 {
			at := int(place)
			got = append(got, dsp.Between(in[at-dsp.BendTaps/2+1:], place-float64(at)))
			want = append(want, float32(0.5*math.Sin(2*math.Pi*hz*place/48000)))
			place += 1 + 300e-6*math.Sin(2*math.Pi*float64(i)/96000)
		}
		if db := audiotest.SNR(want, got); db < 90 {
			t.Errorf("%.0f hz: %.1f dB", hz, db)
		}
	}
	in := audiotest.Noise(1, 0.5, dsp.BendTaps)
	if dsp.Between(in, 0) != in[dsp.BendTaps/2-1] || dsp.Between(in, 1) != in[dsp.BendTaps/2] {
		t.Error("at a whole sample it is not that sample")
	}
}

func TestResamplerRefusesOddRates(t *testing.T) {
	for _, rate := range []int{0, -1, 1, 47999, 1 << 30} {
		if _, err := dsp.NewResampler(rate, 48000); !errors.Is(err, dsp.ErrRate) {
			t.Errorf("%d: %v", rate, err)
		}
	}
}

// truePeak is found another way than the limiter finds it: by 16× resampling
// through the long filter.
func truePeak(t *testing.T, s []float32) float64 {
	t.Helper()
	r, err := dsp.NewResampler(24000, 384000) // the ratio is what counts
	if err != nil {
		t.Fatal(err)
	}
	top := float32(0)
	for _, x := range r.Process(s, nil) {
		top = max(top, x, -x)
	}
	return audiotest.DB(float64(top))
}

func TestLimiterHoldsTheTruePeak(t *testing.T) {
	square := make([]float32, 96000)
	quarter := make([]float32, 96000)
	for i := range square {
		square[i] = 1
		if i/48%2 == 0 {
			square[i] = -1
		}
		quarter[i] = float32(1.4 * math.Sin(math.Pi/2*float64(i)+math.Pi/4))
	}
	bursts := audiotest.Noise(5, 3, 96000)
	for i := range bursts {
		if i/5000%3 != 0 {
			bursts[i] *= 0.05
		}
	}
	for name, c := range map[string]struct {
		s    []float32
		most float64 // dBTP; white noise has peaks that 4× does not see
	}{
		"square": {square, -1}, "a quarter of the rate": {quarter, -1},
		"noise": {audiotest.Noise(7, 2, 96000), -0.5}, "bursts of noise": {bursts, -0.5},
	} {
		for _, ahead := range []int{96, 240} {
			out := append([]float32(nil), c.s...)
			dsp.NewLimiter(-1, ahead).Process(out)
			if db := truePeak(t, out); db > c.most || db < -6 {
				t.Errorf("%s, look-ahead %d: true peak %.2f dBTP", name, ahead, db)
			}
			top := float32(0)
			for _, x := range out {
				top = max(top, x, -x)
			}
			if audiotest.DB(float64(top)) > -1 {
				t.Errorf("%s, look-ahead %d: sample peak %.2f dBFS", name, ahead, audiotest.DB(float64(top)))
			}
		}
	}
}

// between is the largest magnitude of a signal at its samples and at three
// places between two of them, in dB: Whittaker's interpolation over 24 samples.
func between(s []float32) float64 {
	top := 0.0
	for i := 12; i+13 < len(s); i++ {
		for p := range 4 {
			sum := 0.0
			for k := -11; k <= 12; k++ {
				x := float64(p)/4 - float64(k)
				v := 1.0
				if x != 0 {
					v = math.Sin(math.Pi*x) / (math.Pi * x)
				}
				sum += float64(s[i+k]) * v * (0.5 + 0.5*math.Cos(math.Pi*x/13))
			}
			top = max(top, math.Abs(sum))
		}
	}
	return audiotest.DB(top)
}

// TestLimiterHoldsThePeakBetweenLowSamples: signs that alternate but for one
// that repeats put the highest peak between samples that are low themselves;
// the limiter holds it and the meter of the air reads it.
func TestLimiterHoldsThePeakBetweenLowSamples(t *testing.T) {
	for _, level := range []float32{0.38, 0.399, 0.42} {
		s := make([]float32, 9600)
		for i := range s {
			s[i] = level * float32(1-2*(i%2))
			if i/200%2 == 1 {
				s[i] = -s[i]
			}
		}
		want := between(s)
		if want < -1 {
			t.Fatalf("the signal itself peaks at %.2f dBTP", want)
		}
		meter := dsp.NewLive()
		meter.Take(audiotest.Sine(1000, 0.82, 0, 4800)) // what it has read makes it skip the quiet
		meter.Take(s)
		meter.Take(make([]float32, 4800))
		if got := meter.Reading().TruePeak; math.Abs(got-want) > 0.2 {
			t.Errorf("±%.3f: the meter reads %.2f dBTP, the signal has %.2f", level, got, want)
		}
		dsp.NewLimiter(-1, 240).Process(s)
		if db := between(s); db > -1 {
			t.Errorf("±%.3f: %.2f dBTP pass the ceiling", level, db)
		}
	}
}

func TestLimiterLeavesQuietSoundAlone(t *testing.T) {
	in := audiotest.Noise(9, 0.5, 48000)
	out := append([]float32(nil), in...)
	l := dsp.NewLimiter(-1, 240)
	l.Process(out)
	for i := l.Delay(); i < len(in); i++ {
		if out[i] != in[i-l.Delay()] {
			t.Fatalf("sample %d: %v became %v", i, in[i-l.Delay()], out[i])
		}
	}
}

func TestLimiterRecovers(t *testing.T) {
	in := audiotest.Sine(440, 0.5, 0, 3*48000)
	in[1000] = 4
	l := dsp.NewLimiter(-1, 240)
	l.Process(in)
	if db := audiotest.DB(audiotest.RMS(in[96000:])) - audiotest.DB(0.5/math.Sqrt2); math.Abs(db) > 0.02 {
		t.Errorf("two seconds after a click the level is off by %.2f dB", db)
	}
}

func TestHighPass(t *testing.T) {
	for hz, want := range map[float64]float64{10: -24, 40: -3, 1000: 0, 15000: 0} {
		s := sine(hz, 48000, 48000)
		dsp.HighPass(40).Filter(s)
		if db := audiotest.DB(audiotest.RMS(s[9600:]) / audiotest.RMS(sine(hz, 48000, 48000)[9600:])); math.Abs(db-want) > 0.5 {
			t.Errorf("%.0f hz: %.2f dB, want %.0f", hz, db, want)
		}
	}
}

// EBU Tech 3341 cases in mono: a sine at -20 dBFS peak measures -23 LUFS, and
// gates leave out silence and what is far below the rest.
func TestLoudnessGates(t *testing.T) {
	loud := audiotest.Sine(1000, 0.1, 0, 10*48000)
	quiet := audiotest.Sine(1000, 0.1*math.Pow(10, -20/20.0), 0, 10*48000)
	for name, c := range map[string]struct {
		s    []float32
		want float64
	}{
		"steady": {loud, -23}, "with silence": {append(append([]float32{}, loud...), make([]float32, 480000)...), -23},
		"with a quiet part": {append(append([]float32{}, loud...), quiet...), -23},
		"short":             {loud[:9600], -23}, "silence": {make([]float32, 96000), -70}, "nothing": {nil, -70},
	} {
		l := dsp.NewLoudness()
		l.Take(c.s)
		if got := l.Integrated(); math.Abs(got-c.want) > 0.2 {
			t.Errorf("%s: %.2f LUFS, want %.0f", name, got, c.want)
		}
	}
}

func BenchmarkResample44100(b *testing.B) {
	r, err := dsp.NewResampler(44100, 48000)
	if err != nil {
		b.Fatal(err)
	}
	in, out := sine(440, 44100, 44100), []float32(nil)
	for b.Loop() { // an op is a second of sound
		out = r.Process(in, out[:0])
	}
}

func BenchmarkLimiterLoud(b *testing.B) {
	l, s := dsp.NewLimiter(-1, 240), audiotest.Noise(1, 1, 48000)
	for b.Loop() {
		l.Process(s)
	}
}
