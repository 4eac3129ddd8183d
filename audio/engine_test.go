package audio_test

import (
	"context"
	"math"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"loaxa/audio"
	"loaxa/audio/bus"
	"loaxa/audio/codec"
	"loaxa/audio/frame"
	"loaxa/audio/source"
)

// tape keeps the packets a stream sent.
type tape struct {
	mu sync.Mutex
	p  []frame.Packet
}

func (t *tape) Send(p frame.Packet) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.p = append(t.p, p)
}

func (t *tape) packets() []frame.Packet {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append([]frame.Packet(nil), t.p...)
}

func tone(t *testing.T, id string) source.Source {
	t.Helper()
	p, ok := source.FindTone(source.Tones(), id)
	if !ok {
		t.Fatalf("no tone %s", id)
	}
	s, err := source.NewTone(p, 0)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// decode plays packets of one codec as a pole would: each at its play-at.
func decode(t *testing.T, p []frame.Packet, c frame.Codec, start int64) []float32 {
	t.Helper()
	dec, err := codec.NewDecoder(c)
	if err != nil {
		t.Fatal(err)
	}
	defer dec.Close()
	var out []float32
	pcm := make([]float32, frame.Samples)
	for _, q := range p {
		if q.Codec != c {
			continue
		}
		clear(pcm)
		if q.Flags&frame.Silence == 0 {
			if err := dec.Decode(q.Data, pcm); err != nil {
				t.Fatal(err)
			}
		}
		at := int((q.PlayAt - start) * 6 / 125)
		for len(out) < at+len(pcm) {
			out = append(out, 0)
		}
		for i, x := range pcm {
			if at+i >= 0 {
				out[at+i] = x
			}
		}
	}
	return out
}

func run(t *testing.T, e *audio.Engine) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- e.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-done })
}

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
				best, at := -2.0, 0
				for lag := -200; lag <= 200; lag++ {
					if r := correlate(got[5000:40000], want[5000+lag:40000+lag]); r > best {
						best, at = r, lag
					}
				}
				if at < -3 || at > 3 || best < 0.9 {
					t.Errorf("the tone stands %d samples away from its place, likeness %.3f", at, best)
				}
			})
		})
	}
}

func correlate(a, b []float32) float64 {
	var ab, aa, bb float64
	for i := range a {
		ab += float64(a[i]) * float64(b[i])
		aa += float64(a[i]) * float64(a[i])
		bb += float64(b[i]) * float64(b[i])
	}
	return ab / math.Sqrt(aa*bb+1e-30)
}

func TestFileToOpus(t *testing.T) {
	sox, err := exec.LookPath("sox")
	if err != nil {
		t.Skip("skipped: sox is not installed")
	}
	path := filepath.Join(t.TempDir(), "a.flac")
	if out, err := exec.Command(sox, "-n", "-r", "44100", "-b", "16", path, "synth", "3", "sine", "440", "gain", "-6").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	f, err := source.OpenFile(context.Background(), path, 0)
	if err != nil {
		t.Fatal(err)
	}
	e := audio.New(audio.Options{})
	run(t, e)
	tp := &tape{}
	if err := e.Open(audio.BusOptions{Stream: 1, Sink: tp, Pieces: []bus.Piece{{Tag: "f", Source: f}}}); err != nil {
		t.Fatal(err)
	}
	for m := range e.Marks() {
		t.Logf("%+v", m)
		if m.Kind == bus.Closed {
			break
		}
	}
	if n := len(tp.packets()); n != 151 {
		t.Errorf("3 s of sound were %d packets, want 150 and the last", n)
	}
}
