package audio_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"loaxa/audio"
	"loaxa/audio/bus"
	"loaxa/audio/codec"
	"loaxa/audio/frame"
	"loaxa/audio/source"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

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

// until collects marks up to one of a kind.
func until(t *testing.T, e *audio.Engine, k bus.Kind) []audio.Mark {
	t.Helper()
	var all []audio.Mark
	timeout := time.After(time.Minute)
	for {
		select {
		case m := <-e.Marks():
			all = append(all, m)
			if m.Kind == k {
				return all
			}
		case <-timeout:
			t.Fatalf("no mark of kind %d, only %+v", k, all)
		}
	}
}

func kinds(marks []audio.Mark) (s string) {
	names := map[bus.Kind]string{bus.Started: "started", bus.Ended: "ended", bus.Broken: "broken", bus.Drained: "drained", bus.Closed: "closed"}
	for _, m := range marks {
		s += fmt.Sprintf("%s %s@%d ", names[m.Kind], m.Tag, m.PlayAt)
	}
	return s
}

// checkSequence proves that packets follow each other without a hole in number
// or time, begin with First and end with Last.
func checkSequence(t *testing.T, p []frame.Packet) {
	t.Helper()
	for i, q := range p {
		if q.Seq != uint32(i) || q.PlayAt != p[0].PlayAt+int64(i)*20_000 {
			t.Fatalf("packet %d has number %d and play-at %d", i, q.Seq, q.PlayAt)
		}
		if q.Flags&frame.First != 0 != (i == 0) || q.Flags&frame.Last != 0 != (i == len(p)-1) {
			t.Errorf("packet %d of %d has flags %b", i, len(p), q.Flags)
		}
	}
}

type sinkFunc func(frame.Packet)

func (f sinkFunc) Send(p frame.Packet) { f(p) }

// hung starves for 80 ms and then gives up, as a file does whose decoder hangs.
type hung struct{ starved int64 }

func (h *hung) Read(out []float32) int {
	clear(out)
	if h.starved >= 3840 {
		return 0
	}
	h.starved += int64(len(out))
	return len(out)
}
func (h *hung) Position() int64 { return 0 }
func (h *hung) Starved() int64  { return h.starved }
func (h *hung) Close() error    { return nil }
func (h *hung) Err() error {
	if h.starved >= 3840 {
		return source.ErrStalled
	}
	return nil
}

type counted struct {
	source.Source
	n int
}

func (c *counted) Close() error { c.n++; return c.Source.Close() }
