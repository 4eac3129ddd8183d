package bus_test

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"loaxa/audio/audiotest"
	"loaxa/audio/bus"
	"loaxa/audio/dsp"
	"loaxa/audio/frame"
	"loaxa/audio/source"
)

// An act planned for a sample begins there, not at the frame around it.
func TestPlannedActsBeginAtTheirSample(t *testing.T) {
	flatline := make([]float32, 400*frame.Samples)
	for i := range flatline {
		flatline[i] = 0.5
	}
	for _, k := range []int{1, 4801, 9599, 12_345} {
		b := flat()
		b.Play(piece("a", flatline))
		if err := errors.Join(b.Plan(int64(k), bus.ActSuspend), b.Plan(int64(k+24_001), bus.ActResume)); err != nil {
			t.Fatal(err)
		}
		out := render(b, 100)
		for i, x := range out[:k+24_001+2400] {
			falling, rising := i >= k && i < k+2400, i >= k+24_001
			want := i < k && x == 0.5 || falling && x < 0.5 || rising && x >= 0 || i >= k+2400 && x == 0
			if !want {
				t.Fatalf("suspended at %d, sample %d is %v", k, i, x)
			}
		}
		if x := out[k+24_001+2400]; x != 0.5 {
			t.Errorf("50 ms after the resume at %d it is %v", k+24_001, x)
		}
	}
	b := flat()
	for i := range 256 {
		if err := b.Plan(int64(i), bus.ActSkip); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Plan(1, bus.ActSkip); !errors.Is(err, bus.ErrPlan) {
		t.Errorf("%v", err)
	}
}

// level is the RMS in dBFS of a stretch, in seconds.
func level(s []float32, from, to float64) float64 {
	return audiotest.DB(audiotest.RMS(s[int(from*frame.Rate):int(to*frame.Rate)]))
}

// A bed goes down by 16 dB in 50 ms when somebody speaks, stays down in short
// pauses and comes back 0.3 + 0.8 s after the last word.
func TestBedGoesDownUnderAVoice(t *testing.T) {
	for _, depth := range []float64{0, 12, 20} {
		voice := make([]float32, 10*frame.Rate)
		for _, word := range [][2]float64{{2, 2.5}, {2.7, 4}} {
			copy(voice[int(word[0]*frame.Rate):], audiotest.Sine(400, 0.25, 0, int((word[1]-word[0])*frame.Rate)))
		}
		bed := audiotest.Sine(3000, 0.1, 0, 10*frame.Rate)
		b := flat()
		b.SetBed(bus.Bed{Tag: "bed", Source: &pcm{s: bed}, DuckDB: depth})
		b.Play(piece("voice", voice))
		out := render(b, 500)
		for i := range out { // what is left is the bed
			out[i] -= voice[i]
		}
		want := depth
		if want == 0 {
			want = 16
		}
		up := level(bed, 1, 2)
		for name, c := range map[string]struct{ from, to, want float64 }{
			"before": {1, 2, 0}, "under the words": {2.06, 2.5, -want}, "in the pause": {2.5, 2.7, -want},
			"under more words": {2.7, 4, -want}, "held": {4, 4.25, -want}, "after": {5.4, 8, 0},
		} {
			if got := level(out, c.from, c.to) - up; math.Abs(got-c.want) > 0.3 {
				t.Errorf("%.0f dB %s: %.1f dB", depth, name, got)
			}
		}
		if got := level(out, 4.55, 4.75) - up; got > -1 || got < -want+1 {
			t.Errorf("%.0f dB: half way up it is at %.1f dB", depth, got)
		}
	}
}

func TestBedEndsWithThePlaylistUnlessItStays(t *testing.T) {
	for _, stay := range []bool{false, true} {
		b := flat()
		b.Play(piece("voice", make([]float32, frame.Rate)))
		src := &pcm{s: audiotest.Sine(3000, 0.1, 0, 5*frame.Rate)}
		b.SetBed(bus.Bed{Tag: "bed", Source: src, Stay: stay})
		out := render(b, 400)
		got := ""
		for _, m := range b.Marks() {
			got += fmt.Sprintf("%d%s@%d ", m.Kind, m.Tag, m.At)
		}
		end := frame.Rate + 3*frame.Rate/2 - 1
		if stay {
			end = 5 * frame.Rate
		}
		if gaps := audiotest.Gaps(out, 1e-4, 4800); len(gaps) != 1 || math.Abs(float64(gaps[0].At-end)) > 2500 || !b.Ended() {
			t.Errorf("stay %v: silence %v, marks %s", stay, gaps, got)
		}
		for i := 1; i < len(out) && !stay; i++ {
			if d := math.Abs(float64(out[i] - out[i-1])); d > 0.05 {
				t.Fatalf("a step of %.3f at %d", d, i)
			}
		}
	}
	b := flat()
	b.SetBed(bus.Bed{Tag: "x", Source: &jumper{}, Stay: true})
	b.Play(piece("a", audiotest.Sine(440, 0.3, 0, 4800)))
	if out := render(b, 5); audiotest.SNR(audiotest.Sine(440, 0.3, 0, 4800), out) < 80 {
		t.Error("a broken bed disturbs what is said")
	}
	broken := 0
	for _, m := range b.Marks() {
		if m.Kind == bus.BedEnded && errors.Is(m.Err, source.ErrDamaged) {
			broken++
		}
	}
	if broken != 1 {
		t.Errorf("%d marks of a broken bed", broken)
	}
}

// sized is samples whose length is known.
type sized struct{ pcm }

func (s *sized) Len() int64 { return int64(len(s.s)) }

// In a cross-fade of two pieces that have nothing in common the power stays,
// and each piece has its own samples where it stands.
func TestCrossFadeKeepsThePower(t *testing.T) {
	const cross, first = 24_000, 100_000
	one, two := audiotest.Noise(1, 0.3, first), audiotest.Noise(2, 0.3, 90_000)
	b := flat()
	b.Play(bus.Piece{Tag: "a", Source: &sized{pcm{s: one}}, Cross: 2 * cross}, bus.Piece{Tag: "b", Source: &pcm{s: two}, Cross: cross})
	out := render(b, 200)
	for at := 0; at < 160_000; at += 8000 {
		if db := audiotest.DB(audiotest.RMS(out[at:at+8000])) - audiotest.DB(0.3/math.Sqrt(3)); math.Abs(db) > 0.3 {
			t.Errorf("at %d the level is off by %.2f dB", at, db)
		}
	}
	if audiotest.SNR(one[:first-cross], out) < 100 || audiotest.SNR(two[cross:], out[first:]) < 100 {
		t.Error("beside the fade the pieces are not themselves")
	}
	got := ""
	for _, m := range b.Marks() {
		if m.Kind < bus.AirWarn { // noise alone is dead air
			got += fmt.Sprintf("%d%s@%d ", m.Kind, m.Tag, m.At)
		}
	}
	if want := "1a@0 2a@76000 1b@76000 2b@166000 4@166000 "; got != want {
		t.Errorf("marks %q, want %q", got, want)
	}
	if tag, item, ok := b.ItemAt(80_000); tag != "b" || item != 4000 || !ok {
		t.Errorf("%s %d %v", tag, item, ok)
	}
}

// Speech and a siren at full gain, squares, and a quarter of the rate: nothing
// leaves the bus above -1 dBTP.
func TestNothingLeavesTheBusAboveItsCeiling(t *testing.T) {
	square := make([]float32, 96000)
	quarter := make([]float32, 96000)
	for i := range square {
		square[i] = 1
		if i/48%2 == 0 {
			square[i] = -1
		}
		quarter[i] = float32(math.Sin(math.Pi/2*float64(i) + math.Pi/4))
	}
	for name, make := range map[string]func(*bus.Bus){
		"square":  func(b *bus.Bus) { b.Play(bus.Piece{Source: &pcm{s: square}, Gain: 1}) },
		"quarter": func(b *bus.Bus) { b.Play(bus.Piece{Source: &pcm{s: quarter}, Gain: 2}) },
		"speech and siren": func(b *bus.Bus) {
			b.Play(bus.Piece{Source: &pcm{s: audiotest.Noise(3, 1, 96000)}, Gain: 1})
			b.SetBed(bus.Bed{Source: tone(t, "hue-storm", 0), Gain: 2, DuckDB: 0.1})
		},
	} {
		for _, live := range []bool{false, true} {
			b := bus.New(bus.Options{Live: live})
			make(b)
			out := render(b, 95)
			m := dsp.NewLoudness()
			m.Take(out)
			if db := m.PeakDB(); db > -1 || db < -7 {
				t.Errorf("%s, live %v: %.2f dBTP", name, live, db)
			}
			if r := b.Reading(); math.Abs(r.TruePeak-m.PeakDB()) > 0.2 {
				t.Errorf("%s: the meter says %.2f dBTP", name, r.TruePeak)
			}
		}
	}
}

// Dead air is told while a piece plays that should sound, and never in a pause
// that is meant.
func TestDeadAirIsMarked(t *testing.T) {
	hum := audiotest.Sine(50, 0.3, 0, 7*frame.Rate)
	b := flat()
	b.Play(piece("dead", hum), piece("good", audiotest.Sine(700, 0.3, 0, 3*frame.Rate)))
	render(b, 500)
	var got []bus.Kind
	for _, m := range b.Marks() {
		if m.Kind >= bus.AirWarn {
			got = append(got, m.Kind)
			if m.Kind != bus.AirBack && m.Air != dsp.AirHum {
				t.Errorf("%+v", m)
			}
		}
	}
	if fmt.Sprint(got) != fmt.Sprint([]bus.Kind{bus.AirWarn, bus.AirDead, bus.AirBack}) {
		t.Errorf("%v", got)
	}
	b = flat()
	b.Play(bus.Piece{Tag: "mic", Source: source.NewMic(nil)})
	render(b, 500)
	b.Suspend()
	render(b, 500)
	for _, m := range b.Marks() {
		if m.Kind >= bus.AirWarn {
			t.Errorf("a speaker who thinks: %+v", m)
		}
	}
}
