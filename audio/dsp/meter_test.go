package dsp_test

import (
	"math"
	"testing"

	"loaxa/audio/audiotest"
	"loaxa/audio/dsp"
)

// tones joins sines of 1 kHz. Levels are those of EBU Tech 3341, in dBFS of
// each of two channels: one channel must be 3 dB louder for the same loudness.
func tones(parts ...float64) []float32 {
	var s []float32
	for i := 0; i < len(parts); i += 2 {
		level := math.Sqrt2 * math.Pow(10, parts[i+1]/20)
		if parts[i+1] < -150 {
			level = 0
		}
		s = append(s, audiotest.Sine(1000, level, len(s), int(math.Round(parts[i]*48000)))...)
	}
	return s
}

func repeat(n int, parts ...float64) (all []float64) {
	for range n {
		all = append(all, parts...)
	}
	return all
}

// most feeds a meter in frames and returns the largest and last readings.
func most(s []float32) (top, last dsp.Reading) {
	m := dsp.NewLive()
	top = m.Reading()
	for len(s) > 0 {
		n := min(len(s), 480)
		m.Take(s[:n])
		s = s[n:]
		last = m.Reading()
		top.Momentary, top.ShortTerm = max(top.Momentary, last.Momentary), max(top.ShortTerm, last.ShortTerm)
	}
	return top, last
}

// The signals of EBU Tech 3341 (cases 1 to 5, 9, 10, 12, 13), made by formula,
// give the values that the document gives.
func TestEBUSignals(t *testing.T) {
	near := func(name string, got, want float64) {
		t.Helper()
		if math.Abs(got-want) > 0.1 {
			t.Errorf("%s: %.2f LUFS, want %.1f", name, got, want)
		}
	}
	for name, c := range map[string]struct {
		s    []float32
		want float64
		all  bool // momentary and short-term too
	}{
		"1": {tones(20, -23), -23, true}, "2": {tones(20, -33), -33, true},
		"3": {tones(10, -36, 60, -23, 10, -36), -23, false},
		"4": {tones(10, -72, 10, -36, 60, -23, 10, -36, 10, -72), -23, false},
		"5": {tones(20, -26, 20.1, -20, 20, -26), -23, false},
	} {
		_, last := most(c.s)
		near("case "+name+" integrated", last.Integrated, c.want)
		whole := dsp.NewLoudness()
		whole.Take(c.s)
		near("case "+name+" of a file", whole.Integrated(), c.want)
		if c.all {
			near("case "+name+" momentary", last.Momentary, c.want)
			near("case "+name+" short-term", last.ShortTerm, c.want)
		}
	}
	m := dsp.NewLive()
	for i, x := range tones(repeat(5, 1.34, -20, 1.66, -30)...) {
		m.Take([]float32{x})
		if i > 3*48000 && i%4800 == 0 {
			near("case 9", m.Reading().ShortTerm, -23)
		}
	}
	m = dsp.NewLive()
	for i, x := range tones(repeat(25, 0.18, -20, 0.22, -30)...) {
		m.Take([]float32{x})
		if i > 48000 && i%480 == 0 {
			near("case 12", m.Reading().Momentary, -23)
		}
	}
	for i := range 20 {
		top, _ := most(tones(0.15*float64(i), -200, 3, -23, 1, -200))
		near("case 10", top.ShortTerm, -23)
		top, _ = most(tones(0.02*float64(i), -200, 0.4, -23, 1, -200))
		near("case 13", top.Momentary, -23)
	}
}

// Cases 15 to 19: sines whose peaks lie between the samples.
func TestEBUTruePeaks(t *testing.T) {
	for name, c := range map[string]struct{ share, phase, level, want float64 }{
		"15": {4, 0, 0.5, -6}, "16": {4, 45, 0.5, -6}, "17": {6, 60, 0.5, -6}, "18": {8, 67.5, 0.5, -6}, "19": {4, 45, 1.41, 3},
	} {
		s := make([]float32, 48000)
		for i := range s {
			s[i] = float32(c.level * math.Sin(2*math.Pi*float64(i)/c.share+c.phase*math.Pi/180))
		}
		for i := range 960 { // a start from nothing would ring
			s[i] *= float32(i) / 960
			s[len(s)-1-i] *= float32(i) / 960
		}
		l := dsp.NewLoudness()
		l.Take(s)
		_, live := most(s)
		for _, got := range []float64{l.PeakDB(), live.TruePeak} {
			if got > c.want+0.2 || got < c.want-0.4 {
				t.Errorf("case %s: %.2f dBTP, want %.1f", name, got, c.want)
			}
		}
	}
}

// Bursts of 5 kHz as IEC 60268-10 gives them for a meter of type I, and its
// return of 20 dB in 1.7 s.
func TestPPMReadsBurstsAsTheStandardSays(t *testing.T) {
	for ms, c := range map[float64]struct{ want, within float64 }{
		1000: {0, 0.2}, 10: {-1, 0.5}, 5: {-2, 1}, 3: {-4, 1}, 0.4: {-15, 4},
	} {
		var p dsp.PPM
		p.Take(audiotest.Sine(5000, 0.5, 0, int(ms*48)))
		if got := p.DB() - audiotest.DB(0.5); math.Abs(got-c.want) > c.within {
			t.Errorf("%v ms: %.2f dB, want %v", ms, got, c.want)
		}
	}
	var p dsp.PPM
	p.Take(audiotest.Sine(1000, 1, 0, 48000))
	from := p.DB()
	p.Take(make([]float32, 17*4800))
	if fell := from - p.DB(); math.Abs(fell-20) > 0.5 {
		t.Errorf("it fell by %.1f dB in 1.7 s", fell)
	}
	if p = (dsp.PPM{}); p.DB() != -120 {
		t.Errorf("silence reads %.1f", p.DB())
	}
}

// hum is a bad earth: 50 Hz and what a rectifier adds.
func hum(hz, level float64, n int) []float32 {
	s := make([]float32, n)
	for i := range s {
		for k, a := range []float64{1, 0.7, 0.5, 0.2, 0.2, 0.1, 0.1} {
			s[i] += float32(level * a * math.Sin(2*math.Pi*hz*float64(k+1)*float64(i)/48000+float64(k)))
		}
	}
	return s
}

// pink is white noise through three poles, -3 dB an octave.
func pink(seed uint64, level float64, n int) []float32 {
	s := audiotest.Noise(seed, level, n)
	var a, b, c float64
	for i, x := range s {
		w := float64(x)
		a, b, c = 0.99765*a+w*0.0990460, 0.963*b+w*0.2965164, 0.57*c+w*1.0526913
		s[i] = float32((a + b + c + w*0.1848) / 4)
	}
	return s
}

// speech has pitch, formants and pauses.
func speech(n int, level float64) []float32 {
	s, breath := make([]float32, n), audiotest.Noise(11, 0.05, n)
	phase := 0.0
	for i := range s {
		t := float64(i) / 48000
		env := max(0, math.Sin(2*math.Pi*2.7*t)) * (0.6 + 0.4*math.Sin(2*math.Pi*0.4*t))
		phase += (130 + 25*math.Sin(2*math.Pi*0.9*t)) / 48000
		v := 0.0
		for k := 1.0; k < 14; k++ {
			v += math.Sin(2*math.Pi*k*phase) / k
		}
		s[i] = float32(level * env * (v/2 + float64(breath[i])))
	}
	return s
}

func watch(t *testing.T, s []float32) []dsp.AirFact {
	t.Helper()
	w := dsp.NewAirWatch()
	for len(s) > 0 {
		n := min(len(s), 960)
		w.Take(s[:n])
		s = s[n:]
	}
	return w.Facts()
}

// Each of these is dead air: a warning at 3 s, dead at 5 s, back after 2 s.
func TestDeadAirIsKnown(t *testing.T) {
	const lead, dead = 4 * 48000, 8 * 48000
	for name, c := range map[string]struct {
		s   []float32
		why dsp.Air
	}{
		"silence": {make([]float32, dead), dsp.AirSilence}, "faint": {audiotest.Noise(1, 0.002, dead), dsp.AirSilence},
		"hum": {hum(50, 0.1, dead), dsp.AirHum}, "a generator's hum": {hum(51.3, 0.05, dead), dsp.AirHum},
		"white noise": {audiotest.Noise(2, 0.3, dead), dsp.AirNoise}, "pink noise": {pink(3, 0.5, dead), dsp.AirNoise},
	} {
		s := append(append(speech(lead, 0.5), c.s...), speech(lead, 0.5)...)
		got := watch(t, s)
		if len(got) != 3 || got[0].Kind != dsp.AirWarn || got[1].Kind != dsp.AirDead || got[2].Kind != dsp.AirBack ||
			got[0].Why != c.why || got[1].Why != c.why {
			t.Errorf("%s: %+v", name, got)
			continue
		}
		for i, want := range []float64{4 + 3, 4 + 5, 12 + 2} {
			if at := float64(got[i].At) / 48000; at < want-0.2 || at > want+0.7 {
				t.Errorf("%s: step %d at %.2f s, want %.1f", name, i, at, want)
			}
		}
	}
}

// Nothing of this is dead air.
func TestWhatIsHeardIsNotDeadAir(t *testing.T) {
	const n = 12 * 48000
	sweep := make([]float32, n)
	phase := 0.0
	for i := range sweep {
		t := float64(i) / 48000
		phase += (600 + 200*math.Sin(t)) / 48000
		sweep[i] = float32(0.3 * math.Sin(2*math.Pi*phase))
	}
	chord := make([]float32, n)
	for i := range chord {
		for _, hz := range []float64{220, 277.18, 329.63, 440} {
			chord[i] += float32(0.1 * math.Sin(2*math.Pi*hz*float64(i)/48000))
		}
	}
	noisy := speech(n, 0.5)
	for i, x := range audiotest.Noise(5, 0.02, n) {
		noisy[i] += x
	}
	pauses := append(append(speech(3*48000, 0.5), make([]float32, 2*48000)...), speech(3*48000, 0.5)...)
	for name, s := range map[string][]float32{
		"speech": speech(n, 0.5), "soft speech": speech(n, 0.03), "speech over noise": noisy, "a pause of 2 s": pauses,
		"siren": sweep, "all-clear": audiotest.Sine(500, 0.5, 0, n), "steady 800": audiotest.Sine(800, 0.5, 0, n), "chord": chord,
	} {
		if got := watch(t, s); len(got) != 0 {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// What comes and goes does not make the watch chase it.
func TestDeadAirHasHysteresis(t *testing.T) {
	var s []float32
	s = append(s, make([]float32, 6*48000)...)
	for range 10 { // a second of sound now and then
		s = append(append(s, audiotest.Sine(440, 0.3, 0, 48000)...), make([]float32, 2*48000)...)
	}
	if got := watch(t, s); len(got) != 2 {
		t.Errorf("%+v", got)
	}
	w := dsp.NewAirWatch()
	w.Take(make([]float32, 4*48000))
	w.Rest(48000) // nothing is due any more
	w.Take(make([]float32, 2*48000))
	if got := w.Facts(); len(got) != 1 || got[0].Kind != dsp.AirWarn {
		t.Errorf("%+v", got)
	}
}

func BenchmarkLiveMeters(b *testing.B) {
	s := speech(48000, 0.5)
	m, w := dsp.NewLive(), dsp.NewAirWatch()
	for b.Loop() { // an op is a second of sound
		m.Take(s)
		w.Take(s)
	}
}

// The meter leaves out what cannot be a new peak: it never leaves out one.
func TestTheLiveMeterLosesNoPeak(t *testing.T) {
	for seed := range uint64(40) {
		s := audiotest.Noise(seed, 0.05+0.02*float64(seed), 24_000)
		switch seed % 4 {
		case 1: // signs that alternate but for one that repeats, at all heights
			for i := range s {
				s[i] = float32(math.Copysign(math.Abs(float64(s[i])), float64(1-2*(i%2))))
				if i/37%2 == 0 {
					s[i] = -s[i]
				}
			}
		case 2: // low: its peaks are long
			for i := 1; i < len(s); i++ {
				s[i] = 0.9*s[i-1] + 0.1*s[i]
			}
		case 3:
			for i := range s {
				s[i] *= float32(i%6000) / 6000
			}
		}
		var exact dsp.TruePeak
		want := float32(0)
		for _, x := range s {
			want = max(want, exact.Next(x))
		}
		m := dsp.NewLive()
		m.Take(s)
		if got := m.Reading().TruePeak; math.Abs(got-20*math.Log10(float64(want))) > 1e-4 {
			t.Errorf("seed %d: the meter says %.4f dBTP, each sample looked at %.4f", seed, got, 20*math.Log10(float64(want)))
		}
	}
}
