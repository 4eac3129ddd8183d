package dsp_test

import (
	"math"
	"testing"

	"loaxa/audio/audiotest"
	"loaxa/audio/dsp"
)

const second = 48000

// talk is speech as far as loudness goes: bursts of noise with pauses between.
func talk(seed uint64, level float64, n int) []float32 {
	s := audiotest.Noise(seed, level, n)
	for i := range s {
		if at := i % (second * 5 / 2); at > second*3/2 { // 1.5 s of words, 1 s of none
			s[i] *= 0.0003
		}
	}
	return s
}

func loudness(s []float32) float64 {
	l := dsp.NewLoudness()
	l.Take(s)
	return l.Integrated()
}

// leveled applies in pieces of odd lengths and returns the gain by second.
func leveled(l *dsp.Leveler, s []float32) (gains []float64) {
	for at, n := 0, 0; at < len(s); at += n {
		n = min(441+at%977, len(s)-at)
		l.Apply(s[at : at+n])
		if (at+n)/second > len(gains) {
			gains = append(gains, l.GainDB())
		}
	}
	return gains
}

// A loud and a quiet station, music and speech, end at the target within 1 dB,
// as far as the bounds let them, and no faster than may be.
func TestALevelerBringsStationsToOneLoudness(t *testing.T) {
	const target = -16.0
	for name, c := range map[string]struct {
		make func(level float64) []float32
		at   float64 // LUFS that comes in
		want float64
	}{
		"loud music":       {func(v float64) []float32 { return audiotest.Noise(1, v, 24*second) }, -8, -16},
		"quiet music":      {func(v float64) []float32 { return audiotest.Noise(2, v, 32*second) }, -24, -16},
		"loud speech":      {func(v float64) []float32 { return talk(3, v, 30*second) }, -9, -16},
		"quiet speech":     {func(v float64) []float32 { return talk(4, v, 45*second) }, -21, -16},
		"far too quiet":    {func(v float64) []float32 { return audiotest.Noise(5, v, 40*second) }, -38, -26},
		"as it should be":  {func(v float64) []float32 { return talk(6, v, 20*second) }, -16, -16},
		"a tone, too loud": {func(v float64) []float32 { return audiotest.Sine(440, v, 0, 24*second) }, -6, -16},
	} {
		t.Run(name, func(t *testing.T) {
			s := c.make(0.1)
			for range 2 { // to the loudness that is to come in
				s = c.make(0.1 * math.Pow(10, (c.at-loudness(s))/20))
				if math.Abs(loudness(s)-c.at) < 0.1 {
					break
				}
			}
			gains := leveled(dsp.NewLeveler(target), s)
			if got := loudness(s[len(s)-8*second:]); math.Abs(got-c.want) > 1 {
				t.Errorf("ends at %.1f LUFS, want %.1f; gains %.1f", got, c.want, gains)
			}
			for i := 1; i < len(gains); i++ {
				if d := gains[i] - gains[i-1]; d > 0.53 || d < -1.05 || math.Abs(gains[i]) > dsp.LevelMost {
					t.Fatalf("second %d: from %.2f to %.2f dB", i, gains[i-1], gains[i])
				}
			}
		})
	}
}

// Silence, hiss and the ground noise of a hall are no programme: the gain stands
// still however long they last. A programme that really is quieter is followed.
func TestALevelerLiftsNoPause(t *testing.T) {
	for name, pause := range map[string][]float32{
		"silence": make([]float32, 90*second), "hiss": audiotest.Noise(7, 0.001, 90*second),
	} {
		l := dsp.NewLeveler(-16)
		leveled(l, talk(8, 0.05, 60*second))
		before := l.GainDB()
		leveled(l, pause)
		if d := l.GainDB() - before; math.Abs(d) > 0.11 {
			t.Errorf("%s moves the gain by %.2f dB", name, d)
		}
	}
	l := dsp.NewLeveler(-16)
	leveled(l, audiotest.Noise(9, 0.3, 30*second))
	loud := l.GainDB()
	room := audiotest.Noise(10, 0.03, 12*second) // 20 LU under it: a pause of a concert
	if leveled(l, room); math.Abs(l.GainDB()-loud) > 0.11 {
		t.Errorf("a pause of 12 s moves the gain from %.2f to %.2f dB", loud, l.GainDB())
	}
	leveled(l, audiotest.Noise(9, 0.3, 5*second))
	quiet := audiotest.Noise(11, 0.03, 90*second)
	if leveled(l, quiet); math.Abs(loudness(quiet[80*second:])+16) > 1 && l.GainDB() < dsp.LevelMost-0.35 {
		t.Errorf("another programme ends at %.1f LUFS with %.2f dB", loudness(quiet[80*second:]), l.GainDB())
	}
}
