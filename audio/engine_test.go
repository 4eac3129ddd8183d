package audio_test

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"loaxa/audio"
	"loaxa/audio/audiotest"
	"loaxa/audio/bus"
	"loaxa/audio/codec"
	"loaxa/audio/frame"
	"loaxa/audio/source"
)

func TestToneComesOutWhereItShould(t *testing.T) {
	for _, c := range []frame.Codec{frame.L16, frame.PCMU, frame.Opus} {
		t.Run(c.String(), func(t *testing.T) {
			if c == frame.Opus && codec.OpusAvailable() != nil {
				t.Skipf("skipped: %v", codec.OpusAvailable())
			}
			synctest.Test(t, func(t *testing.T) {
				e := audio.New(audio.Options{})
				run(t, e)
				tp := &tape{}
				const start = 500_000
				err := e.Open(audio.BusOptions{Stream: 7, Live: true, Codecs: []frame.Codec{c}, Sink: tp, StartAt: start,
					Pieces: []bus.Piece{{Tag: "siren", Source: tone(t, "attention")}}})
				if err != nil {
					t.Fatal(err)
				}
				time.Sleep(5 * time.Second)
				got := decode(t, tp.packets(), c, start)
				want := make([]float32, len(got))
				tone(t, "attention").Read(want)
				if lag, like := audiotest.Delay(want, got, 960); math.Abs(lag) > 2 || like < 0.9 {
					t.Errorf("the tone stands %.1f samples away from its place, likeness %.3f", lag, like)
				}
			})
		})
	}
}

func TestFileIsHeardAsItIs(t *testing.T) {
	whole := audiotest.Noise(41, 0.3, 3*frame.Rate)
	f, err := source.OpenFile(context.Background(), audiotest.WriteWAV(t, "a.wav", whole), 0)
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		e := audio.New(audio.Options{})
		run(t, e)
		tp := &tape{}
		if err := e.Open(audio.BusOptions{Stream: 1, Sink: tp, Codecs: []frame.Codec{frame.L16}, StartAt: 1_000_000,
			Pieces: []bus.Piece{{Tag: "f", Source: f}}}); err != nil {
			t.Fatal(err)
		}
		marks := until(t, e, bus.Closed)
		if got := kinds(marks); got != "started f@1000000 ended f@4000000 drained @4000000 closed @4020000 " {
			t.Errorf("marks %q", got)
		}
		p := tp.packets()
		checkSequence(t, p)
		out := decode(t, p, frame.L16, 1_000_000)
		// The high-pass turns the lowest tones: what is above them must be there.
		if lag, like := audiotest.Delay(whole, out, 480); math.Abs(lag) > 0.1 || like < 0.99 {
			t.Errorf("it stands %.2f samples off, likeness %.4f", lag, like)
		}
		if gaps := audiotest.Gaps(out[:len(whole)], 1e-6, 100); len(gaps) != 0 {
			t.Errorf("gaps %v", gaps)
		}
	})
}

func TestLeadIsKept(t *testing.T) {
	for _, live := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			e := audio.New(audio.Options{})
			run(t, e)
			lead := map[bool]int64{true: 60_000, false: 2_000_000}[live]
			var least, most int64 = math.MaxInt64, 0
			sink := sinkFunc(func(p frame.Packet) {
				if p.Seq > 200 { // a programme's lead grows while it plays
					ahead := p.PlayAt - e.Now()
					least, most = min(least, ahead), max(most, ahead)
				}
			})
			if err := e.Open(audio.BusOptions{Stream: 1, Live: live, Sink: sink, Hold: true, Codecs: []frame.Codec{frame.L16}}); err != nil {
				t.Fatal(err)
			}
			time.Sleep(20 * time.Second)
			if err := e.Close(1); err != nil {
				t.Fatal(err)
			}
			until(t, e, bus.Closed) // the sink is quiet from here on
			if least < lead-20_000 || most > lead {
				t.Errorf("live %v: packets come %d to %d µs ahead, want up to %d", live, least, most, lead)
			}
		})
	}
}

func TestCutTellsWhereTheAirWas(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := audio.New(audio.Options{})
		run(t, e)
		tp := &tape{}
		f := source.NewSilence(100 * frame.Rate)
		if err := e.Open(audio.BusOptions{Stream: 3, Sink: tp, StartAt: 100_000, Codecs: []frame.Codec{frame.L16},
			Pieces: []bus.Piece{{Tag: "a", Source: source.NewSilence(2 * frame.Rate)}, {Tag: "b", Source: f}}}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(5 * time.Second)
		at := e.Now() + 30_000
		where, err := e.Where(3, at)
		if err != nil {
			t.Fatal(err)
		}
		p, err := e.Cut(3, at)
		if err != nil || p != where {
			t.Fatalf("%+v, %v; it was %+v", p, err, where)
		}
		if want := (at-100_000)*6/125 - 2*frame.Rate; p.Tag != "b" || p.Sample != want || !p.Sounds {
			t.Errorf("cut at %+v, want b at %d", p, want)
		}
		sent := len(tp.packets())
		time.Sleep(time.Second)
		if len(tp.packets()) != sent {
			t.Error("packets follow a cut")
		}
		if _, err := e.Cut(3, at); !errors.Is(err, audio.ErrStream) {
			t.Errorf("%v", err)
		}
	})
}

func TestSilenceCostsNoBytes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := audio.New(audio.Options{})
		run(t, e)
		tp := &tape{}
		if err := e.Open(audio.BusOptions{Stream: 1, Live: true, Hold: true, Sink: tp, Codecs: []frame.Codec{frame.L16},
			Pieces: []bus.Piece{{Tag: "c", Source: tone(t, "attention")}}}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(6 * time.Second)
		if err := e.Play(1, bus.Piece{Tag: "d", Source: tone(t, "attention")}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(600 * time.Millisecond)
		if l := e.Level(1); l.RMS < 0.1 || l.Peak < 0.3 {
			t.Errorf("while it sounds the level is %+v", l)
		}
		time.Sleep(5 * time.Second)
		if l := e.Level(1); l.RMS > 1e-3 {
			t.Errorf("in silence the level is %+v", l)
		}
		if err := e.Close(1); err != nil {
			t.Fatal(err)
		}
		until(t, e, bus.Closed)
		p := tp.packets()
		checkSequence(t, p)
		silent := 0
		for _, q := range p {
			if q.Flags&frame.Silence != 0 {
				silent++
				if len(q.Data) != 0 {
					t.Fatal("silence has bytes")
				}
			}
		}
		if silent < 200 || silent > 400 {
			t.Errorf("%d silent packets of %d", silent, len(p))
		}
	})
}

func TestABrokenPieceIsSkippedAtOnce(t *testing.T) {
	data, err := os.ReadFile(audiotest.WriteWAV(t, "a.wav", audiotest.Noise(1, 0.3, 4800)))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "b.wav")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		e := audio.New(audio.Options{})
		run(t, e)
		tp := &tape{}
		if err := e.Open(audio.BusOptions{Stream: 1, Sink: tp, Codecs: []frame.Codec{frame.L16}, StartAt: 200_000, Pieces: []bus.Piece{
			{Tag: "a", Source: tone(t, "attention")}, {Tag: "x", Source: &hung{}}, {Tag: "b", Source: tone(t, "attention")},
		}}); err != nil {
			t.Fatal(err)
		}
		var broken, next audio.Mark
		for _, m := range until(t, e, bus.Closed) {
			if m.Kind == bus.Broken {
				broken = m
			}
			if m.Kind == bus.Started && m.Tag == "b" {
				next = m
			}
		}
		if broken.Tag != "x" || !errors.Is(broken.Err, source.ErrStalled) || next.PlayAt-3_000_000 > 100_000 {
			t.Errorf("broken %+v, the next starts at %d", broken, next.PlayAt)
		}
	})
}

func TestStreamsDoNotDisturbEachOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := audio.New(audio.Options{})
		run(t, e)
		tapes := map[uint16]*tape{}
		for id := range uint16(5) {
			tapes[id] = &tape{}
			if err := e.Open(audio.BusOptions{Stream: id, Live: id%2 == 0, Sink: tapes[id], Codecs: []frame.Codec{frame.L16},
				Pieces: []bus.Piece{{Tag: "t", Source: tone(t, "attention")}}}); err != nil {
				t.Fatal(err)
			}
		}
		closed := &counted{Source: tone(t, "chime")}
		if err := e.Open(audio.BusOptions{Stream: 3, Pieces: []bus.Piece{{Source: closed}}, Codecs: []frame.Codec{frame.L16}}); !errors.Is(err, audio.ErrTaken) || closed.n == 0 {
			t.Errorf("%v; the refused source was closed %d times", err, closed.n)
		}
		time.Sleep(100 * time.Millisecond)
		if err := e.Suspend(1); err != nil {
			t.Fatal(err)
		}
		if err := e.SetCodecs(2, frame.L16, frame.PCMU); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Second)
		for id, tp := range tapes {
			p := tp.packets()
			if id == 2 {
				fresh := 0
				for _, q := range p {
					if q.Codec == frame.PCMU && q.Flags&frame.Discontinuity != 0 {
						fresh++
					}
				}
				if fresh != 1 {
					t.Errorf("a new codec began %d times", fresh)
				}
				continue
			}
			if id != 1 {
				checkSequence(t, p)
			}
		}
		if s := e.Stats(); s.LateFrames != 0 || s.MarksLost != 0 {
			t.Errorf("%+v", s)
		}
	})
}

func TestAStoppedEngineRefuses(t *testing.T) {
	e := audio.New(audio.Options{})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- e.Run(ctx) }()
	src := &counted{Source: source.NewSilence(-1)}
	if err := e.Open(audio.BusOptions{Stream: 1, Pieces: []bus.Piece{{Source: src}}, Codecs: []frame.Codec{frame.L16}}); err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if src.n == 0 {
		t.Error("its sources stay open")
	}
	if err := e.Close(1); !errors.Is(err, audio.ErrStopped) {
		t.Errorf("%v", err)
	}
	if err := e.Open(audio.BusOptions{Stream: 1, Codecs: []frame.Codec{9}}); !errors.Is(err, codec.ErrUnknown) {
		t.Errorf("%v", err)
	}
}

func BenchmarkSecondOfProgramme(b *testing.B) {
	dir := b.TempDir()
	wav := audiotest.WriteWAV(b, "a.wav", audiotest.Noise(1, 0.3, 60*frame.Rate))
	mp3 := filepath.Join(dir, "a.mp3")
	audiotest.Tool(b, "lame", "--quiet", "-b", "128", wav, mp3)
	c := codec.Best()
	enc, err := codec.NewEncoder(c, 0)
	if err != nil {
		b.Fatal(err)
	}
	defer enc.Close()
	open := func() *bus.Bus {
		f, err := source.OpenFile(context.Background(), mp3, 0)
		if err != nil {
			b.Fatal(err)
		}
		u := bus.New(bus.Options{})
		u.Play(bus.Piece{Tag: "a", Source: f})
		return u
	}
	u := open()
	out, packet := make([]float32, frame.Samples), []byte(nil)
	for b.Loop() { // an op is a second: decode, chain, encode
		for range 50 {
			if u.Ended() {
				u = open()
			}
			for !u.Ready(frame.Samples) {
				time.Sleep(100 * time.Microsecond)
			}
			u.Render(out)
			if packet, err = enc.Encode(packet[:0], out); err != nil {
				b.Fatal(err)
			}
		}
	}
	u.Close()
}
