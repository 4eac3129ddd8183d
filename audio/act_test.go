package audio_test

import (
	"errors"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"loaxa/audio"
	"loaxa/audio/audiotest"
	"loaxa/audio/bus"
	"loaxa/audio/dsp"
	"loaxa/audio/frame"
	"loaxa/audio/source"
)

// What is planned for a moment happens at its sample on the air, a bed sounds
// under the playlist, and the meters know both.
func TestPlansAndBedsOnAStream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := audio.New(audio.Options{})
		run(t, e)
		tp := &tape{}
		closed := &counted{Source: tone(t, "all-clear")}
		if err := e.Open(audio.BusOptions{Stream: 1, Sink: tp, Codecs: []frame.Codec{frame.L16}, StartAt: 1_000_000, Hold: true,
			Pieces: []bus.Piece{{Tag: "a", Source: source.NewSilence(8 * frame.Rate)}}}); err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(e.SetBed(1, bus.Bed{Tag: "bed", Source: closed}), e.Plan(1, 3_000_500, bus.ActSuspend)); err != nil {
			t.Fatal(err)
		}
		time.Sleep(5 * time.Second)
		out := decode(t, tp.packets(), frame.L16, 1_000_000)
		suspended := (3_000_500 - 1_000_000) * 48 / 1000 // its sample of the stream
		look := func(from, to int) float64 { return audiotest.DB(audiotest.RMS(out[from:to])) }
		if before, after := look(suspended-960, suspended), look(suspended+2500, suspended+24000); before < -12 || after > -80 {
			t.Errorf("before the suspension %.0f dBFS, after it %.0f", before, after)
		}
		if r := e.Reading(1); r.TruePeak < -7 || r.Integrated < -20 || r.Momentary > -60 {
			t.Errorf("%+v", r)
		}
		if r := e.Reading(99); r.Integrated != -70 {
			t.Errorf("a stream that is not there reads %+v", r)
		}
		if err := e.SetBed(99, bus.Bed{Source: closed}); !errors.Is(err, audio.ErrStream) || closed.n == 0 {
			t.Errorf("%v; the refused bed was closed %d times", err, closed.n)
		}
		for range 300 {
			if err := e.Plan(1, 1<<40, bus.ActSkip); err != nil {
				if !errors.Is(err, bus.ErrPlan) {
					t.Error(err)
				}
				return
			}
		}
		t.Error("plans without end were taken")
	})
}

// Dead air is told for the moment at which it is heard.
func TestDeadAirOnAStream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := audio.New(audio.Options{})
		run(t, e)
		hum := source.Pattern{ID: "hum", Use: source.Call, Wave: source.Sine, Blasts: 1, Repeats: 1, Seconds: 6, From: 50, To: 50}
		s, err := source.NewTone(hum, 0)
		if err != nil {
			t.Fatal(err)
		}
		if err := e.Open(audio.BusOptions{Stream: 1, Sink: &tape{}, Codecs: []frame.Codec{frame.L16}, StartAt: 1_000_000,
			Pieces: []bus.Piece{{Tag: "hum", Source: s}}}); err != nil {
			t.Fatal(err)
		}
		at := map[bus.Kind]int64{}
		for _, m := range until(t, e, bus.Closed) {
			if m.Kind == bus.AirWarn || m.Kind == bus.AirDead {
				at[m.Kind] = m.PlayAt
				if m.Air != dsp.AirHum {
					t.Errorf("%+v", m)
				}
			}
		}
		for kind, want := range map[bus.Kind]int64{bus.AirWarn: 4_000_000, bus.AirDead: 6_000_000} {
			if math.Abs(float64(at[kind]-want)) > 450_000 {
				t.Errorf("kind %d at %d µs, want %d", kind, at[kind], want)
			}
		}
	})
}
