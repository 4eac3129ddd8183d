package agent_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"loaxa/app/agent"
	"loaxa/audio/frame"
	"loaxa/audio/wavfile"
	"loaxa/devices"
	"loaxa/devices/cluster"
	"loaxa/devices/devicetest"
)

// instead is a station that airs an item of 8 s as a programme, in time with
// its clock, to poles that may hold it.
type instead struct {
	t       *testing.T
	s       *devicetest.Station
	lib     *files
	asset   string
	sound   []float32
	at      int64 // µs of its first sample
	packets int
}

const insteadSeconds = 8

func newInstead(t *testing.T) *instead {
	t.Helper()
	x := &instead{t: t, lib: &files{}, packets: insteadSeconds * 50, sound: make([]float32, insteadSeconds*frame.Rate)}
	r := rand.New(rand.NewPCG(6, 1))
	for i := range x.sound { // like nothing but itself, a sample earlier or later
		x.sound[i] = float32(int16(r.IntN(16000)-8000)) / 32768
	}
	path := filepath.Join(t.TempDir(), "item.wav")
	w, err := wavfile.Create(path)
	if err == nil {
		err = w.Write(x.sound)
	}
	if err == nil {
		err = w.Close()
	}
	b, e := os.ReadFile(path)
	if err != nil || e != nil {
		t.Fatal(err, e)
	}
	x.asset = x.lib.add(b)
	x.s = newStation(t, func(o *devices.Options) { o.Assets.Read = x.lib.read })
	return x
}

// pole boots one that writes to a file; with holds it has the item.
func (x *instead) pole(name string, holds bool) (a *agent.Agent, key devicetest.Key, wav, dir string, stop func()) {
	x.t.Helper()
	key, dir = devicetest.NewKey(x.t), x.t.TempDir()
	if holds {
		x.s.Fleet.SetPlan(key.ID, plan(x.t, x.s, cluster.Plan{Keep: []cluster.PlanFile{{Asset: x.asset, Bytes: int64(len(x.lib.bytes[x.asset]))}}}))
	}
	wav = filepath.Join(dir, name+".wav")
	opt := options(x.s, key, "wav:"+wav)
	opt.Data = dir
	a = agent.New(opt)
	stop = boot(x.t, a)
	eventually(x.t, "in step", inStep(a))
	eventually(x.t, "the item is held", func() bool {
		h, _ := x.s.Fleet.Holds(key.ID)
		return !holds || len(h.Assets) == 1
	})
	return a, key, wav, dir, stop
}

// begin opens stream 1 to poles and lets those that hold the item sound it.
func (x *instead) begin(ids ...string) {
	x.t.Helper()
	x.at = x.s.Now() + 200_000
	err := x.s.Fleet.Open(devices.StreamOpen{Stream: 1, Broadcast: 9, Class: 3, Codec: frame.L16, Lead: 2 * time.Second})
	if err == nil {
		err = x.s.Fleet.Assign(1, ids, 0)
	}
	if err == nil {
		err = x.s.Fleet.Play(1, devices.AssetPlay{Stream: 2, Asset: x.asset, At: x.at, Gain: 1, Until: x.at + insteadSeconds*1_000_000, Instead: true})
	}
	if err != nil {
		x.t.Fatal(err)
	}
}

// send sends the packets from..to two seconds ahead of their moment.
func (x *instead) send(from, to int) {
	for i := from; i < to; i++ {
		at := x.at + int64(i)*cluster.FrameMicros
		if early := at - 2_000_000 - x.s.Now(); early > 0 {
			time.Sleep(time.Duration(early) * time.Microsecond)
		}
		var data []byte
		for _, v := range x.sound[i*frame.Samples : (i+1)*frame.Samples] {
			data = binary.BigEndian.AppendUint16(data, uint16(int16(v*32768)))
		}
		p := frame.Packet{Stream: 1, Seq: uint32(i), PlayAt: at, Codec: frame.L16, Data: data}
		if i == 0 {
			p.Flags |= frame.First
		}
		if i == x.packets-1 {
			p.Flags |= frame.Last
		}
		x.s.Fleet.Send(p)
	}
}

func (x *instead) sent(id string) uint64 {
	for _, l := range x.s.Fleet.Links() {
		if l.ID == id {
			return l.Sent
		}
	}
	return 0
}

// whole compares what a pole's output got with the item; broke is the tenth of
// a second in which its file broke, -1: none.
func (x *instead) whole(wav string, broke int) {
	x.t.Helper()
	heard := readWAV(x.t, wav)
	from := find(heard, x.sound)
	if len(heard) < from+len(x.sound) {
		x.t.Fatalf("%d samples from %d", len(heard), from)
	}
	for n := 0; n+4800 <= len(x.sound); n += 4800 {
		least := 40.0
		if k := n / 4800; broke >= 0 && (k == broke || k == broke-1) { // the stream is faded in for 5 ms
			least = 15
		}
		if db := likeness(heard[from+n:from+n+4800], x.sound[n:n+4800]); db < least {
			x.t.Errorf("%.1f dB at %.1f s", db, float64(n)/frame.Rate)
		}
	}
}

// TestAPoleThatHoldsTheItemIsNotSentIt: of two poles that sound the same, each
// sample at its moment, one is sent a second and a half of it.
func TestAPoleThatHoldsTheItemIsNotSentIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := newInstead(t)
		a, ka, wavA, _, stopA := x.pole("a", true)
		_, kb, wavB, _, stopB := x.pole("b", false)
		x.begin(ka.ID, kb.ID)
		x.send(0, x.packets)
		x.s.Fleet.EndPlay(1, 2, x.at+insteadSeconds*1_000_000)
		time.Sleep(2500 * time.Millisecond)
		if n := x.sent(kb.ID); n != uint64(x.packets) {
			t.Errorf("who does not hold it was sent %d frames", n)
		}
		if n := x.sent(ka.ID); n > 100 {
			t.Errorf("who holds it was sent %d of %d frames", n, x.packets)
		}
		h := a.Health().Account
		if h.Broadcast != 9 || h.Due != uint64(x.packets) || h.OnTime != h.Due {
			t.Errorf("%+v", h)
		}
		stopA()
		stopB()
		x.whole(wavA, -1)
		x.whole(wavB, -1)
	})
}

// TestABrokenCopyGivesWayToTheStream: the pole's file ends in its middle, and
// nobody hears it.
func TestABrokenCopyGivesWayToTheStream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := newInstead(t)
		a, key, wav, dir, stop := x.pole("a", true)
		path := filepath.Join(dir, "assets", x.asset)
		if err := os.WriteFile(path, broken(t, path), 0o600); err != nil {
			t.Fatal(err)
		}
		x.begin(key.ID)
		x.send(0, x.packets)
		time.Sleep(2500 * time.Millisecond)
		if n := x.sent(key.ID); n < 150 || n > 350 {
			t.Errorf("%d of %d frames were sent", n, x.packets)
		}
		if h := a.Health().Account; h.Due < uint64(x.packets) || h.OnTime != h.Due {
			t.Errorf("%+v", h)
		}
		stop()
		x.whole(wav, 40)
	})
}

// broken is a file of which half is missing, as a bad disk leaves it: the
// length that it says is the old one.
func broken(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Clone(b[:len(b)/2])
}

// TestAnItemFromTheStoreIsCutAtASample and is not heard behind it.
func TestAnItemFromTheStoreIsCutAtASample(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := newInstead(t)
		a, key, wav, _, stop := x.pole("a", true)
		x.begin(key.ID)
		x.send(0, 250)
		cut := x.at + 4_010_000 // in the middle of a frame
		if err := x.s.Fleet.Cancel(1, cut); err != nil {
			t.Fatal(err)
		}
		eventually(t, "silence", func() bool { return a.Health().Playing == 0 && a.Health().BufferMS == 0 })
		stop()
		heard := readWAV(t, wav)
		from := find(heard, x.sound)
		end := from + int((cut-x.at)*48/1000)
		if db := likeness(heard[end-4800:end-480], x.sound[end-from-4800:end-from-480]); db < 40 {
			t.Errorf("%.1f dB before the cut", db)
		}
		for i := end + 480; i < len(heard); i++ {
			if heard[i] != 0 {
				t.Fatalf("%g heard %d samples behind the cut", heard[i], i-end)
			}
		}
	})
}

// TestNobodyIsLeftWithAnItemThatCannotBeStopped: a pole that loses its station
// in the middle of an item of its store plays what is buffered, no more, and
// goes on in step when the station is there again.
func TestNobodyIsLeftWithAnItemThatCannotBeStopped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := newInstead(t)
		key, dir := devicetest.NewKey(t), t.TempDir()
		x.s.Fleet.SetPlan(key.ID, plan(t, x.s, cluster.Plan{Keep: []cluster.PlanFile{{Asset: x.asset, Bytes: int64(len(x.lib.bytes[x.asset]))}}}))
		var way absent
		way.Store(x.s)
		var cord cords
		opt := options(x.s, key, "virtual")
		opt.Dial, opt.Data = cord.dial(way.dial(key)), dir
		a := agent.New(opt)
		boot(t, a)
		eventually(t, "the item is held", func() bool { h, _ := x.s.Fleet.Holds(key.ID); return len(h.Assets) == 1 })
		x.begin(key.ID)
		x.send(0, 150)
		way.Store(nil)
		cord.pull()
		lost := time.Now()
		eventually(t, "silence", func() bool { return a.Health().Playing == 0 })
		if d := time.Since(lost); d > 4*time.Second {
			t.Errorf("it played on for %v", d)
		}
		way.Store(x.s)
		back := time.Now()
		x.send(150, x.packets)
		eventually(t, "it is heard again", func() bool { return a.Health().Playing == 9 || time.Since(back) > 10*time.Second })
		if h := a.Health(); h.Playing != 9 || !h.Account.Whole() {
			t.Errorf("%+v", h)
		}
	})
}

// cords are the connections of a pole, to be pulled.
type cords struct{ c chan net.Conn }

func (c *cords) dial(dial func(context.Context) (net.Conn, error)) func(context.Context) (net.Conn, error) {
	c.c = make(chan net.Conn, 16) // more than a test dials
	return func(ctx context.Context) (net.Conn, error) {
		conn, err := dial(ctx)
		if err == nil {
			c.c <- conn
		}
		return conn, err
	}
}

func (c *cords) pull() {
	for len(c.c) > 0 {
		_ = (<-c.c).Close()
	}
}
