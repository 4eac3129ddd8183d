package dsp_test

import (
	"math"
	"testing"

	"loaxa/audio/audiotest"
	"loaxa/audio/dsp"
)

// before is a microphone before a horn: what it heard of sound that was played
// so long ago, so loud, in a room with noise. It returns in how many of the
// seconds after the third the ear had its proof.
func before(out []float32, delay, gain, noise float64, wander int) (proved, seconds int) {
	const block = 480
	e := dsp.NewEar()
	room := audiotest.Noise(5, noise, len(out))
	lag := int(delay * 48000)
	for at := 0; at+block <= len(out); at += block {
		e.Played(out[at : at+block])
		mic := make([]float32, block)
		for i := range mic {
			mic[i] = room[at+i]
			if k := at + i - lag - (at/48000%2)*wander; k >= 0 {
				mic[i] += float32(gain) * out[k]
			}
		}
		e.Listened(mic)
		if at%48000 == 0 && at >= 4*48000 {
			seconds++
			if e.Heard() {
				proved++
			}
		}
	}
	return proved, seconds
}

// TestTheEarHearsItsHorn: speech and noise-like music at any delay of the sound
// cards, quieter than the room, with blocks that come unevenly.
func TestTheEarHearsItsHorn(t *testing.T) {
	n := 20 * 48000
	sounds := map[string][]float32{"speech": speech(n, 0.3), "band": audiotest.Noise(7, 0.1, n)}
	for name, s := range sounds {
		for _, delay := range []float64{0.005, 0.12, 0.4} {
			if proved, of := before(s, delay, 0.1, 0.003, 200); proved < of*9/10 {
				t.Errorf("%s after %.3f s: heard in %d of %d seconds", name, delay, proved, of)
			}
		}
		if proved, of := before(s, 0.12, 0, 0.02, 0); proved > 0 {
			t.Errorf("%s: a dead horn is heard in %d of %d seconds", name, proved, of)
		}
	}
	quiet := make([]float32, n)
	if proved, _ := before(quiet, 0.12, 1, 0.05, 0); proved > 0 {
		t.Error("silence is heard")
	}
}

// TestAnotherVoiceIsNoProof: somebody speaks at the pole while it plays
// something else, and its horn is dead.
func TestAnotherVoiceIsNoProof(t *testing.T) {
	n := 20 * 48000
	e := dsp.NewEar()
	out, other := speech(n, 0.3), audiotest.Noise(13, 0.05, n)
	for i, phase := 0, 0.0; i < n; i++ {
		at := float64(i) / 48000
		phase += (195 + 40*math.Sin(2*math.Pi*0.63*at) + 15*math.Sin(2*math.Pi*1.9*at)) / 48000
		for k := 1.0; k < 12; k++ {
			other[i] += float32(0.3 * max(0, math.Sin(2*math.Pi*3.3*at)) * math.Sin(2*math.Pi*k*phase) / k)
		}
	}
	for at := 0; at+480 <= n; at += 480 {
		e.Played(out[at : at+480])
		e.Listened(other[at : at+480])
		if e.Heard() {
			t.Fatalf("proved after %.1f s", float64(at)/48000)
		}
	}
}
