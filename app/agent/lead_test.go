package agent_test

import (
	"context"
	"net"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"loaxa/app/agent"
	"loaxa/audio"
	"loaxa/audio/audiotest"
	"loaxa/audio/bus"
	"loaxa/audio/frame"
	"loaxa/audio/source"
	"loaxa/devices"
	"loaxa/devices/devicetest"
)

// longer is a connection whose way can be made longer while it is used: what
// comes is handed on in order, so much later.
type longer struct {
	net.Conn
	way   *atomic.Int64 // ns
	comes chan late
	left  []byte
	gone  chan struct{}
	close func()
}

type late struct {
	b   []byte
	at  time.Time
	err error
}

func newLonger(c net.Conn, way *atomic.Int64) *longer {
	l := &longer{Conn: c, way: way, comes: make(chan late, 4096), gone: make(chan struct{})} // a second of anything
	l.close = sync.OnceFunc(func() { close(l.gone) })
	go func() {
		for {
			b := make([]byte, 4096)
			n, err := c.Read(b)
			select {
			case l.comes <- late{b[:n], time.Now().Add(time.Duration(way.Load())), err}:
			case <-l.gone:
				return
			}
			if err != nil {
				return
			}
		}
	}()
	return l
}

func (l *longer) Read(b []byte) (int, error) {
	if len(l.left) == 0 {
		var p late
		select {
		case p = <-l.comes:
		case <-l.gone:
			return 0, net.ErrClosed
		}
		time.Sleep(time.Until(p.at))
		if l.left = p.b; p.err != nil {
			return 0, p.err
		}
	}
	n := copy(b, l.left)
	l.left = l.left[n:]
	return n, nil
}

func (l *longer) Close() error {
	l.close()
	return l.Conn.Close()
}

// speaker says a word of 1.2 s, is silent for 0.8, and so on: like nothing but
// itself, so that places in it are told apart.
type speaker struct {
	source.Source
	word []float32
	pos  int64
}

func (s *speaker) Read(out []float32) int {
	for i := range out {
		k := (s.pos + int64(i)) % (2 * frame.Rate)
		out[i] = 0
		if k < int64(len(s.word)) {
			out[i] = s.word[k]
		}
	}
	s.pos += int64(len(out))
	return len(out)
}
func (s *speaker) Position() int64 { return s.pos }
func (s *speaker) Pauses() bool    { return true }
func (s *speaker) Err() error      { return nil }
func (s *speaker) Close() error    { return nil }
func (s *speaker) Starved() int64  { return 0 }

// TestTheLiveLeadFollowsALineThatChanges: of two poles one gets a longer way in
// the middle of a talk. The lead goes up, both go on in step, whole after a
// moment; when the way is short again the lead goes down in the pauses, and
// nothing is missed.
func TestTheLiveLeadFollowsALineThatChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStation(t, nil)
		eng := audio.New(audio.Options{Epoch: time.Now().Add(-time.Duration(s.Now()) * time.Microsecond)})
		ctx, cancel := context.WithCancel(context.Background())
		over := make(chan struct{})
		go func() { defer close(over); _ = eng.Run(ctx) }()
		defer func() { cancel(); <-over }()

		var way atomic.Int64
		key, ids, wav := [2]devicetest.Key{}, []string{}, [2]string{}
		var poles [2]*agent.Agent
		var stop [2]func()
		for i := range poles {
			key[i], wav[i] = devicetest.NewKey(t), filepath.Join(t.TempDir(), "pole.wav")
			ids = append(ids, key[i].ID)
			opt := options(s, key[i], "wav:"+wav[i])
			if i == 1 {
				opt.Dial = func(ctx context.Context) (net.Conn, error) {
					c, err := s.Dial(ctx, key[1])
					if err != nil {
						return nil, err
					}
					return newLonger(c, &way), nil
				}
			}
			poles[i] = agent.New(opt)
			stop[i] = boot(t, poles[i])
			eventually(t, "in step", inStep(poles[i]))
		}
		time.Sleep(5 * time.Second)

		lead := s.Fleet.LiveLead()
		err := s.Fleet.Open(devices.StreamOpen{Stream: 1, Broadcast: 9, Class: 4, Codec: frame.L16, Live: true, Lead: lead})
		if err == nil {
			err = s.Fleet.Assign(1, ids, 0)
		}
		if err == nil {
			err = eng.Open(audio.BusOptions{Stream: 1, Live: true, Lead: lead, Codecs: []frame.Codec{frame.L16}, Sink: s.Fleet,
				Pieces: []bus.Piece{{Tag: "mic", Source: &speaker{word: audiotest.Sine(440, 0.3, 0, frame.Rate*12/10)}}}})
		}
		if err != nil {
			t.Fatal(err)
		}
		talk := func(seconds int) (lead time.Duration) {
			for range seconds {
				time.Sleep(time.Second)
				lead = s.Fleet.LiveLead()
				if err := eng.SetLead(1, lead); err != nil {
					t.Fatal(err)
				}
			}
			return lead
		}
		if l := talk(5); l > 70*time.Millisecond {
			t.Errorf("on a short way the lead is %v", l)
		}
		way.Store(int64(150 * time.Millisecond))
		if l := talk(8); l < 165*time.Millisecond || l > 260*time.Millisecond {
			t.Errorf("on a way of 150 ms the lead is %v", l)
		}
		bad := func(i int) uint64 {
			a := poles[i].Health().Account
			return a.Concealed + a.Late + a.Dropped
		}
		if n := bad(0); n != 0 {
			t.Errorf("who has the short way missed %d frames", n)
		}
		before := bad(1)
		talk(8)
		if n := bad(1) - before; n != 0 {
			t.Errorf("who has the long way missed %d frames after the lead was raised", n)
		}
		way.Store(0)
		if l := talk(90); l > 100*time.Millisecond {
			t.Errorf("a minute and a half after the way was short again the lead is %v", l)
		}
		if n := bad(1) - before + bad(0); n != 0 {
			t.Errorf("%d frames were missed while the lead went down", n)
		}
		stop[0]()
		stop[1]()
		inPhase(t, readWAV(t, wav[0]), readWAV(t, wav[1]))
	})
}

// inPhase proves that two outputs give the same from the middle to the end, as
// words between pauses, none of them with a hole.
func inPhase(t *testing.T, a, b []float32) {
	t.Helper()
	n := min(len(a), len(b))
	a, b = a[len(a)-n:], b[len(b)-n:]
	probe, best, shift := a[n/2:n/2+3*frame.Rate], 0.0, 0
	for d := -frame.Rate / 10; d <= frame.Rate/10; d++ {
		sum := 0.0
		for i := 0; i < len(probe); i += 7 {
			sum += float64(probe[i]) * float64(b[n/2+d+i])
		}
		if sum > best {
			best, shift = sum, d
		}
	}
	if db := likeness(b[n/2+shift:n-frame.Rate], a[n/2:n-frame.Rate-shift]); db < 25 {
		t.Errorf("%.1f dB between the two from the middle on", db)
	}
	words := 0
	for _, g := range audiotest.Gaps(a[n/2:], 0.01, frame.Rate/100) {
		if words++; g.Samples < frame.Rate/2 && g.At > 0 {
			t.Errorf("a hole of %d samples", g.Samples)
		}
	}
	if words < 20 {
		t.Errorf("%d pauses", words)
	}
}
