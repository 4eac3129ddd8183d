package agent_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"net"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"loaxa/app/agent"
	"loaxa/audio/codec"
	"loaxa/audio/frame"
	"loaxa/devices"
	"loaxa/devices/cluster"
	"loaxa/devices/devicetest"
)

// cutter is a way to the station that can be cut.
type cutter struct {
	mu   sync.Mutex
	dial func(context.Context) (net.Conn, error)
	conn net.Conn
	cut  bool
}

func (c *cutter) reach(ctx context.Context) (net.Conn, error) {
	c.mu.Lock()
	cut := c.cut
	c.mu.Unlock()
	if cut {
		return nil, errors.New("no way to the station")
	}
	conn, err := c.dial(ctx)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.conn = conn
	return conn, err
}

func (c *cutter) set(cut bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.cut = cut; cut && c.conn != nil {
		_ = c.conn.Close()
	}
}

// sweep is a tone that rises all the time, so that no frame is like another.
func sweep(t *testing.T, frames int) programme {
	t.Helper()
	p := programme{codec: frame.L16}
	enc, err := codec.NewEncoder(p.codec, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer enc.Close()
	for n := range frames {
		var in [frame.Samples]float32
		for i := range in {
			s := float64(n*frame.Samples+i) / frame.Rate
			in[i] = float32(0.4 * math.Sin(2*math.Pi*(200*s+40*s*s)))
		}
		b, err := enc.Encode(nil, in[:])
		if err != nil {
			t.Fatal(err)
		}
		p.packets, p.decoded = append(p.packets, b), append(p.decoded, in[:]...)
	}
	return p
}

// TestTheAccountIsTheTruth: the way to a pole is cut at random while a programme
// runs, and what the pole says that it played is held against what its output
// was given, frame by frame: every missed one named, none invented. Nor does it
// say that it plays while nothing was heard for a second.
func TestTheAccountIsTheTruth(t *testing.T) {
	for seed := range uint64(6) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { truth(t, rand.New(rand.NewPCG(seed, 6))) })
		})
	}
}

const truthFrames = 1000 // 20 s

func truth(t *testing.T, r *rand.Rand) {
	s := newStation(t, nil)
	key := devicetest.NewKey(t)
	path := filepath.Join(t.TempDir(), "pole.wav")
	opt := options(s, key, "wav:"+path)
	way := &cutter{dial: opt.Dial}
	opt.Dial = way.reach
	a := agent.New(opt)
	stop := boot(t, a)
	eventually(t, "in step", inStep(a))
	time.Sleep(3 * time.Second)
	p := sweep(t, truthFrames)
	lead := time.Duration(300+r.IntN(1700)) * time.Millisecond
	err := s.Fleet.Open(devices.StreamOpen{Stream: 1, Broadcast: 10, Class: 3, Codec: p.codec, Lead: lead})
	if err == nil {
		err = s.Fleet.Assign(1, []string{key.ID}, 0)
	}
	if err != nil {
		t.Fatal(err)
	}
	at := s.Now() + lead.Microseconds()
	next, cut := 80+r.IntN(100), false
	lies := 0
	for i, b := range p.packets {
		q := frame.Packet{Stream: 1, Seq: uint32(i), PlayAt: at + int64(i)*cluster.FrameMicros, Data: b}
		if i == truthFrames-1 {
			q.Flags = frame.Last
		}
		s.Fleet.Send(q)
		time.Sleep(frame.Duration)
		if h := a.Health(); h.Playing != 0 && h.PlayedUntil < s.Now()-1_000_000 {
			lies++
		}
		if i == next && i < truthFrames-250 {
			cut = !cut
			way.set(cut)
			next += 20 + r.IntN(120)
		}
	}
	way.set(false)
	eventually(t, "it is over", func() bool { h := a.Health(); return h.Playing == 0 && h.BufferMS == 0 && s.Now() > at+21_000_000 })
	got := a.Health().Account
	stop()
	heard := readWAV(t, path)
	from, whole, last := find(heard, p.decoded), 0, -1
	for i := range truthFrames {
		lo := from + i*frame.Samples
		if lo+frame.Samples > len(heard) {
			break
		}
		if likeness(heard[lo:lo+frame.Samples], p.decoded[i*frame.Samples:(i+1)*frame.Samples]) > 10 {
			whole, last = whole+1, i
		}
	}
	t.Logf("lead %v: %d of %d frames were heard; the pole says %+v", lead, whole, truthFrames, got)
	if good := int(got.OnTime + got.Repaired); good < whole-3 || good > whole+3 { // a fade at each end spoils a frame
		t.Errorf("%d frames were heard, the pole says %d", whole, good)
	}
	// Of what was sent after the pole was gone for good it cannot know.
	if !got.Whole() || got.Due > truthFrames || int(got.Due) < last+1 || last == truthFrames-1 && got.Due != truthFrames {
		t.Errorf("due %d of %d, the last that was heard is %d: %+v", got.Due, truthFrames, last, got)
	}
	if lies > 0 {
		t.Errorf("it said %d times that it plays, a second after the last that was heard", lies)
	}
	if whole == truthFrames && lead < 700*time.Millisecond {
		t.Error("no cut was felt: the test shows nothing")
	}
}
