package devices_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"loaxa/audio/frame"
	"loaxa/devices"
	"loaxa/devices/cluster"
	"loaxa/devices/devicetest"
	"loaxa/devices/sim"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// pole boots a simulated cluster of the station.
func pole(t *testing.T, s *devicetest.Station) (*sim.Pole, string) {
	t.Helper()
	key := devicetest.NewKey(t)
	return poleOf(t, s, key), key.ID
}

func poleOf(t *testing.T, s *devicetest.Station, key devicetest.Key) *sim.Pole {
	t.Helper()
	p := sim.NewPole(func(ctx context.Context, h cluster.Handlers) (*cluster.Link, error) { return s.Link(ctx, key, h) })
	if err := p.Boot(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Stop() })
	return p
}

// eventually waits for what must come; a minute means never.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for range 6000 {
		if ok() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("never: " + what)
}

func next(t *testing.T, f *devices.Fleet, want func(devices.Report) bool) devices.Report {
	t.Helper()
	for {
		select {
		case r, ok := <-f.Reports():
			if !ok {
				t.Fatal("reports ended")
			}
			if want(r) {
				return r
			}
		case <-time.After(time.Minute):
			t.Fatal("no such report")
		}
	}
}

func packet(stream uint16, seq int, playAt int64) frame.Packet {
	return frame.Packet{Stream: stream, Seq: uint32(seq), PlayAt: playAt, Data: []byte{byte(seq), byte(seq >> 8), 9}}
}

func open(t *testing.T, s *devicetest.Station, stream uint16, live bool, ids ...string) {
	t.Helper()
	err := s.Fleet.Open(devices.StreamOpen{
		Stream: stream, Broadcast: 100 + uint64(stream), Class: 3, Codec: frame.Opus, Live: live, Lead: 2 * time.Second,
	})
	if err == nil {
		err = s.Fleet.Assign(stream, ids, 0)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestPacketsReachEveryAssignedCluster(t *testing.T) {
	s := devicetest.NewStation(t, nil)
	a, idA := pole(t, s)
	b, idB := pole(t, s)
	c, _ := pole(t, s)
	eventually(t, "three links", func() bool { return len(s.Fleet.Links()) == 3 })
	open(t, s, 1, false, idA, idB)
	at := s.Now() + 2_000_000
	for i := range 12 {
		p := packet(1, i, at+int64(i)*cluster.FrameMicros)
		if i == 11 {
			p.Flags |= frame.Last
		}
		s.Fleet.Send(p)
	}
	for _, p := range []*sim.Pole{a, b} {
		eventually(t, "all packets", func() bool { return len(p.Heard().Packets) == 12 })
		h := p.Heard()
		for i, q := range h.Packets {
			if q.Seq != uint32(i) || q.PlayAt != at+int64(i)*cluster.FrameMicros || q.Codec != frame.Opus ||
				!bytes.Equal(q.Data, []byte{byte(i), 0, 9}) {
				t.Fatalf("packet %d is %+v", i, q)
			}
		}
		if len(h.Opens) != 1 || h.Opens[0].First != at || h.Opens[0].Broadcast != 101 {
			t.Fatalf("opened %+v", h.Opens)
		}
	}
	if n := len(c.Heard().Packets); n != 0 {
		t.Fatalf("a cluster that was not assigned got %d packets", n)
	}
}

func TestJoinerGetsWhatLiesAheadAndLeaverIsCut(t *testing.T) {
	s := devicetest.NewStation(t, nil)
	a, idA := pole(t, s)
	b, idB := pole(t, s)
	eventually(t, "two links", func() bool { return len(s.Fleet.Links()) == 2 })
	open(t, s, 1, false, idA)
	past := s.Now() - 200_000
	for i := range 60 { // ten are played, fifty lie ahead
		s.Fleet.Send(packet(1, i, past+int64(i)*cluster.FrameMicros))
	}
	if err := s.Fleet.Assign(1, []string{idB}, past+1_000_000); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the joiner's packets", func() bool { h := b.Heard().Packets; return len(h) > 0 && h[len(h)-1].Seq == 59 })
	h := b.Heard()
	if first := h.Packets[0]; first.PlayAt < past+200_000 || h.Opens[0].First != first.PlayAt || h.Opens[0].FirstSeq != first.Seq {
		t.Fatalf("joined at %+v, opened %+v", first, h.Opens[0])
	}
	eventually(t, "the leaver's cancel", func() bool { return len(a.Heard().Cancels) == 1 })
	if c := a.Heard().Cancels[0]; c.Stream != 1 || c.From != past+1_000_000 {
		t.Fatalf("cut %+v", c)
	}
}

func TestCancelIsFinal(t *testing.T) {
	s := devicetest.NewStation(t, nil)
	a, id := pole(t, s)
	eventually(t, "a link", func() bool { return len(s.Fleet.Links()) == 1 })
	open(t, s, 1, false, id)
	at := s.Now() + 2_000_000
	for i := range 9 { // the last four wait for their batch
		s.Fleet.Send(packet(1, i, at+int64(i)*cluster.FrameMicros))
	}
	cut := at + 7*cluster.FrameMicros
	if err := s.Fleet.Cancel(1, cut); err != nil {
		t.Fatal(err)
	}
	s.Fleet.Send(packet(1, 9, at+10_000_000)) // was on its way
	late, idLate := pole(t, s)
	eventually(t, "another link", func() bool { return len(s.Fleet.Links()) == 2 })
	if err := s.Fleet.Assign(1, []string{id, idLate}, 0); err != nil {
		t.Fatal(err)
	}
	s.Fleet.CloseStream(1)
	s.Fleet.Mute(id, true) // comes behind all the rest
	eventually(t, "the mute", func() bool { return a.Heard().Muted })
	eventually(t, "the joiner's cut", func() bool { return len(late.Heard().Cancels) == 1 })
	for _, h := range []sim.Heard{a.Heard(), late.Heard()} {
		if len(h.Packets) != 7 || len(h.Cancels) != 1 || h.Cancels[0].From != cut {
			t.Fatalf("%d packets, cuts %+v", len(h.Packets), h.Cancels)
		}
	}
	if err := s.Fleet.Open(devices.StreamOpen{Stream: 1, Codec: frame.Opus}); !errors.Is(err, devices.ErrStream) {
		t.Fatalf("a stream number was used twice: %v", err)
	}
}

func TestCloseEndsBehindTheLastPacket(t *testing.T) {
	s := devicetest.NewStation(t, nil)
	a, id := pole(t, s)
	eventually(t, "a link", func() bool { return len(s.Fleet.Links()) == 1 })
	open(t, s, 1, false, id)
	at := s.Now() + 2_000_000
	for i := range 3 {
		s.Fleet.Send(packet(1, i, at+int64(i)*cluster.FrameMicros))
	}
	s.Fleet.CloseStream(1)
	eventually(t, "the end", func() bool { return len(a.Heard().Cancels) == 1 })
	eventually(t, "the batch", func() bool { return len(a.Heard().Packets) == 3 })
	if end := a.Heard().Cancels[0]; end.From != at+3*cluster.FrameMicros {
		t.Fatalf("ended at %d", end.From)
	}
}

func TestLinksComeAndGo(t *testing.T) {
	s := devicetest.NewStation(t, nil)
	p, id := pole(t, s)
	up := next(t, s.Fleet, func(r devices.Report) bool { return r.ID == id })
	if !up.Up || !up.New || up.Health.Output != "virtual" {
		t.Fatalf("%+v", up)
	}
	if err := p.Link().Report(cluster.Health{Playing: 5, Output: "virtual", Level: 0.25}); err != nil {
		t.Fatal(err)
	}
	r := next(t, s.Fleet, func(r devices.Report) bool { return r.Health.Playing == 5 })
	if r.Health.Level != 0.25 || !r.Up {
		t.Fatalf("%+v", r)
	}
	_ = p.Stop()
	down := next(t, s.Fleet, func(r devices.Report) bool { return !r.Up })
	if down.ID != id || down.Why != devices.WhyLost || down.Health.Playing != 5 {
		t.Fatalf("%+v", down)
	}
	if l := s.Fleet.Links(); len(l) != 1 || l[0].Up {
		t.Fatalf("%+v", l)
	}
}

func TestNewerConnectionTakesOver(t *testing.T) {
	s := devicetest.NewStation(t, nil)
	key := devicetest.NewKey(t)
	old := poleOf(t, s, key)
	next(t, s.Fleet, func(r devices.Report) bool { return r.Up })
	open(t, s, 1, true, key.ID)
	young := poleOf(t, s, key)
	var words *cluster.Refused
	if err := old.Wait(); !errors.As(err, &words) || !strings.Contains(words.Words, "newer") {
		t.Fatalf("the older link ended with %v", err)
	}
	s.Fleet.Send(packet(1, 0, s.Now()+500_000))
	eventually(t, "sound on the newer link", func() bool { return len(young.Heard().Packets) == 1 })
	if l := s.Fleet.Links(); len(l) != 1 || !l[0].Up {
		t.Fatalf("%+v", l)
	}
}

func TestRebootedPoleHearsTheRunningStream(t *testing.T) {
	s := devicetest.NewStation(t, nil)
	p, id := pole(t, s)
	eventually(t, "a link", func() bool { return len(s.Fleet.Links()) == 1 })
	open(t, s, 1, true, id)
	s.Fleet.Mute(id, true)
	s.Fleet.Send(packet(1, 0, s.Now()+60_000_000))
	eventually(t, "sound", func() bool { return len(p.Heard().Packets) == 1 })
	_ = p.Stop()
	next(t, s.Fleet, func(r devices.Report) bool { return !r.Up })
	s.Fleet.Send(packet(1, 1, s.Now()+60_020_000))
	if err := p.Boot(t.Context()); err != nil {
		t.Fatal(err)
	}
	eventually(t, "what lies ahead", func() bool { return len(p.Heard().Packets) == 3 })
	if h := p.Heard(); h.Packets[1].Seq != 0 || h.Packets[2].Seq != 1 || !h.Muted {
		t.Fatalf("%+v", h)
	}
}

func TestStalledClusterHarmsNobody(t *testing.T) {
	t.Parallel()
	s := devicetest.NewStation(t, nil)
	bad, idBad := pole(t, s)
	good, idGood := pole(t, s)
	eventually(t, "two links", func() bool { return len(s.Fleet.Links()) == 2 })
	if err := s.Fleet.Open(devices.StreamOpen{Stream: 1, Codec: frame.L16, Live: true, Lead: 2 * time.Second}); err != nil {
		t.Fatal(err)
	}
	if err := s.Fleet.Assign(1, []string{idBad, idGood}, 0); err != nil {
		t.Fatal(err)
	}
	bad.Stall()
	const total = 1000 // of 2 kB over 4 s: more than buffers and age allow
	for i := range total {
		p := packet(1, i, s.Now()+2_000_000)
		p.Data = make([]byte, cluster.MaxFrameBytes)
		s.Fleet.Send(p)
		time.Sleep(4 * time.Millisecond)
	}
	eventually(t, "all packets at the good cluster", func() bool { return len(good.Heard().Packets) == total })
	eventually(t, "the stalled one to be given up", func() bool {
		for _, l := range s.Fleet.Links() {
			if l.ID == idBad {
				return l.Dropped > 0 && !l.Up
			}
			if l.ID == idGood && (l.Dropped != 0 || !l.Up) {
				t.Fatalf("the good cluster lost %d", l.Dropped)
			}
		}
		return false
	})
	down := next(t, s.Fleet, func(r devices.Report) bool { return !r.Up })
	if down.ID != idBad || down.Why != devices.WhySlow {
		t.Fatalf("%+v", down)
	}
}

func TestDoorRefuses(t *testing.T) {
	stranger := devicetest.NewKey(t)
	s := devicetest.NewStation(t, func(o *devices.Options) {
		o.Known = func(id string) bool { return id != stranger.ID }
	})
	var words *cluster.Refused
	if _, err := s.Link(t.Context(), stranger, cluster.Handlers{}); !errors.As(err, &words) || !strings.Contains(words.Words, "does not know") {
		t.Errorf("unknown key: %v", err)
	}
	key := devicetest.NewKey(t)
	dial := func(o cluster.LinkOptions) error {
		conn, err := s.Dial(t.Context(), key)
		if err != nil {
			t.Fatal(err)
		}
		_, err = cluster.DialLink(t.Context(), conn, o)
		return err
	}
	if err := dial(cluster.LinkOptions{Hello: cluster.Hello{ID: stranger.ID}}); !errors.As(err, &words) {
		t.Errorf("another's id: %v", err)
	}
	if err := dial(cluster.LinkOptions{Hello: cluster.Hello{ID: key.ID}, StationID: "else"}); err == nil {
		t.Error("a pole took another station for its own")
	}
	for _, name := range []string{"Origin", "Cookie"} {
		req, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://"+s.Address()+cluster.Path, nil)
		req.Header.Set(name, "x")
		tr := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true, Certificates: []tls.Certificate{key.Cert}}}
		res, err := (&http.Client{Transport: tr}).Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		tr.CloseIdleConnections()
		if res.StatusCode != http.StatusForbidden {
			t.Errorf("%s: status %d", name, res.StatusCode)
		}
	}
}
