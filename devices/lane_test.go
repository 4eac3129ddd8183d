package devices_test

import (
	"context"
	"math/rand/v2"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"loaxa/audio/frame"
	"loaxa/devices"
	"loaxa/devices/cluster"
	"loaxa/devices/devicetest"
	"loaxa/devices/sim"
)

// lossy drops what it reads and writes, by chance; 1 drops all.
type lossy struct {
	net.Conn
	share *atomic.Int64 // per mille
	mu    *sync.Mutex
	r     *rand.Rand
}

func (c lossy) lost() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.r.Int64N(1000) < c.share.Load()
}

func (c lossy) Read(b []byte) (int, error) {
	for {
		n, err := c.Conn.Read(b)
		if err != nil || !c.lost() {
			return n, err
		}
	}
}

func (c lossy) Write(b []byte) (int, error) {
	if c.lost() {
		return len(b), nil
	}
	return c.Conn.Write(b)
}

// held is a connection that can be kept from reading, as on a stalled path.
type held struct {
	net.Conn
	gate *sync.RWMutex
}

func (c held) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.gate.RLock()
	defer c.gate.RUnlock()
	return n, err
}

// laned is a station and a pole with a datagram lane that loses a share of
// what goes over it, and a websocket that can be held.
type laned struct {
	*devicetest.Station
	pole *sim.Pole
	id   string
	loss atomic.Int64
	gate sync.RWMutex
}

func newLaned(t *testing.T) *laned {
	t.Helper()
	udp, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &laned{Station: devicetest.NewStation(t, func(o *devices.Options) { o.Datagrams = udp })}
	key := devicetest.NewKey(t)
	s.id = key.ID
	s.pole = sim.NewPole(func(ctx context.Context, h cluster.Handlers) (*cluster.Link, error) {
		return s.LinkOver(ctx, key, h, func(c net.Conn) net.Conn { return held{c, &s.gate} }, func(c net.Conn) net.Conn {
			return lossy{c, &s.loss, &sync.Mutex{}, rand.New(rand.NewPCG(5, 6))}
		})
	})
	if err := s.pole.Boot(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.pole.Stop() })
	eventually(t, "the lane is open", func() bool { return s.status().Datagrams })
	return s
}

func (s *laned) status() devices.LinkStatus {
	for _, l := range s.Fleet.Links() {
		if l.ID == s.id {
			return l
		}
	}
	return devices.LinkStatus{}
}

// air sends n live frames at their pace, faster by speed.
func (s *laned) air(t *testing.T, stream uint16, n, speed int) {
	t.Helper()
	if err := s.Fleet.Open(devices.StreamOpen{Stream: stream, Broadcast: uint64(stream), Codec: frame.Opus, Live: true, Lead: 60 * time.Millisecond}); err != nil {
		t.Fatal(err)
	}
	if err := s.Fleet.Assign(stream, []string{s.id}, 0); err != nil {
		t.Fatal(err)
	}
	tick := time.NewTicker(frame.Duration / time.Duration(speed))
	defer tick.Stop()
	at := s.Now() + 60_000
	for i := range n {
		s.Fleet.Send(frame.Packet{Stream: stream, Seq: uint32(i), PlayAt: at + int64(i)*cluster.FrameMicros, Codec: frame.Opus, Data: []byte{1, byte(i)}})
		<-tick.C
	}
}

// heard tells which frames of a stream the pole was passed, and how many of
// them by a repeat alone.
func (s *laned) heard(stream uint16) (seqs map[uint32]bool, repaired int) {
	seqs = map[uint32]bool{}
	for _, p := range s.pole.Heard().Packets {
		if p.Stream == stream && !seqs[p.Seq] {
			seqs[p.Seq] = true
			if p.Flags&frame.Repeat != 0 {
				repaired++
			}
		}
	}
	return seqs, repaired
}

// TestLiveSoundGoesByDatagram: a stream begins on both ways and goes on by
// datagram; nothing is missing, and the websocket rests.
func TestLiveSoundGoesByDatagram(t *testing.T) {
	s := newLaned(t)
	before := s.status().Sent
	s.air(t, 1, 200, 2)
	eventually(t, "all frames", func() bool { seqs, _ := s.heard(1); return len(seqs) == 200 })
	if n := s.status().Sent - before; n == 0 || n > 80 {
		t.Errorf("%d of 200 frames went over the websocket: only the stream's first half second should", n)
	}
	if n := s.pole.Link().Rejected().Sum(); n != 0 {
		t.Errorf("%d messages rejected on a good lane", n)
	}
}

// TestRepeatsMakeLossSmall: at 10 % of lost datagrams less than 1 % of the
// sound is missing, at 30 % a siren is still a siren.
func TestRepeatsMakeLossSmall(t *testing.T) {
	for _, c := range []struct {
		loss    int64
		missing int // of 1000
	}{{100, 12}, {300, 60}} {
		s := newLaned(t)
		s.loss.Store(c.loss)
		s.air(t, 1, 300, 4) // the station learns of the loss
		s.air(t, 2, 1000, 4)
		time.Sleep(100 * time.Millisecond)
		seqs, repaired := s.heard(2)
		if missing := 1000 - len(seqs); missing > c.missing {
			t.Errorf("at %d per mille of loss %d of 1000 frames are missing", c.loss, missing)
		}
		if repaired == 0 {
			t.Errorf("nothing was repaired at %d per mille of loss", c.loss)
		}
		if got := s.status().Loss; got < float64(c.loss)/2000 {
			t.Errorf("a loss of %d per mille is taken for %.3f", c.loss, got)
		}
		_ = s.pole.Stop()
		s.Close()
	}
}

// TestALaneThatShutsIsLeft: when datagrams stop getting through the sound goes
// on over the websocket, after less than a second and a half.
func TestALaneThatShutsIsLeft(t *testing.T) {
	s := newLaned(t)
	go func() {
		time.Sleep(time.Second)
		s.loss.Store(1000)
	}()
	s.air(t, 1, 250, 1)
	eventually(t, "the last frame", func() bool { seqs, _ := s.heard(1); return seqs[249] })
	seqs, _ := s.heard(1)
	if missing := 250 - len(seqs); missing > 75 {
		t.Errorf("%d frames were lost with the lane", missing)
	}
	if s.status().Datagrams {
		t.Error("the lane is still said to be open")
	}
	s.loss.Store(0)
	eventually(t, "the lane is open again", func() bool { return s.status().Datagrams })
}

// TestAStalledWebsocketDelaysNoLiveSound: while nothing gets through the
// websocket a new stream is opened, heard and cut by datagram.
func TestAStalledWebsocketDelaysNoLiveSound(t *testing.T) {
	s := newLaned(t)
	s.gate.Lock()
	s.air(t, 1, 50, 1)
	seqs, _ := s.heard(1)
	if err := s.Fleet.Cancel(1, 0); err != nil {
		t.Error(err)
	}
	eventually(t, "the cut", func() bool { return len(s.pole.Heard().Cancels) > 0 })
	s.gate.Unlock()
	if len(seqs) < 48 {
		t.Errorf("%d of 50 frames were heard in time", len(seqs))
	}
	eventually(t, "the websocket goes on", func() bool { return s.status().Up })
}

// TestStrangersDatagrams: what anybody sends to either end opens nothing and
// moves no address.
func TestStrangersDatagrams(t *testing.T) {
	udp, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	recorded := make(chan []byte, 16) // the pole's first datagrams; more are not kept
	s := &laned{Station: devicetest.NewStation(t, func(o *devices.Options) { o.Datagrams = udp })}
	key := devicetest.NewKey(t)
	s.id = key.ID
	s.pole = sim.NewPole(func(ctx context.Context, h cluster.Handlers) (*cluster.Link, error) {
		return s.LinkOver(ctx, key, h, func(c net.Conn) net.Conn { return c }, func(c net.Conn) net.Conn { return recorder{c, recorded} })
	})
	if err := s.pole.Boot(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.pole.Stop() })
	eventually(t, "the lane is open", func() bool { return s.status().Datagrams })
	stranger, err := net.Dial("udp", udp.LocalAddr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = stranger.Close() }()
	old := <-recorded
	r := rand.New(rand.NewPCG(7, 8))
	for i := range 2000 {
		b := append([]byte(nil), old...) // a replay, or one with a bit changed
		if i > 0 {
			b[r.IntN(len(b))] ^= 1 << r.IntN(8)
		}
		_, _ = stranger.Write(b)
	}
	_ = stranger.SetReadDeadline(time.Now().Add(300 * time.Millisecond))
	if n, err := stranger.Read(make([]byte, 64)); err == nil {
		t.Errorf("a stranger was answered with %d bytes", n)
	}
	s.air(t, 1, 50, 2)
	eventually(t, "all frames at the pole", func() bool { seqs, _ := s.heard(1); return len(seqs) == 50 })
}

type recorder struct {
	net.Conn
	to chan<- []byte
}

func (c recorder) Write(b []byte) (int, error) {
	select {
	case c.to <- append([]byte(nil), b...):
	default:
	}
	return c.Conn.Write(b)
}
