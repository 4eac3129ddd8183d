package agent_test

import (
	"context"
	"encoding/binary"
	"errors"
	"math"
	"net"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"loaxa/app/agent"
	"loaxa/audio/codec"
	"loaxa/audio/frame"
	"loaxa/audio/soundcard"
	"loaxa/audio/wavfile"
	"loaxa/devices"
	"loaxa/devices/cluster"
	"loaxa/devices/devicetest"
)

// newStation is one in the test's bubble.
func newStation(t *testing.T, change func(*devices.Options)) *devicetest.Station {
	t.Helper()
	return devicetest.NewPiped(t, devicetest.NewKey(t), change)
}

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// boot runs a pole until the test or the returned function ends it.
func boot(t *testing.T, a *agent.Agent) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- a.Run(ctx) }()
	var once sync.Once
	stop = func() {
		once.Do(func() {
			cancel()
			if err := <-done; err != nil {
				t.Error(err)
			}
		})
	}
	t.Cleanup(stop)
	return stop
}

func options(s *devicetest.Station, key devicetest.Key, output string) agent.Options {
	return agent.Options{
		Dial:      func(ctx context.Context) (net.Conn, error) { return s.Dial(ctx, key) },
		StationID: s.Key.ID, Verify: s.Verify, ID: key.ID, Name: "pole", Build: "test", Epoch: 1, Output: output,
	}
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for range 3000 {
		if ok() {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatal("never: " + what)
}

func inStep(a *agent.Agent) func() bool { return func() bool { return a.Health().Step.BoundMS > 0 } }

// programme is a tone, encoded once, with what a decoder makes of its packets.
type programme struct {
	codec   frame.Codec
	packets [][]byte
	decoded []float32
}

func newProgramme(t *testing.T, frames int) programme {
	t.Helper()
	p := programme{codec: codec.Best()}
	enc, err := codec.NewEncoder(p.codec, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer enc.Close()
	dec, err := codec.NewDecoder(p.codec)
	if err != nil {
		t.Fatal(err)
	}
	defer dec.Close()
	for n := range frames {
		var in, out [frame.Samples]float32
		for i := range in {
			in[i] = float32(0.4 * math.Sin(2*math.Pi*440/48000*float64(n*frame.Samples+i)))
		}
		b, err := enc.Encode(nil, in[:])
		if err != nil {
			t.Fatal(err)
		}
		if err := dec.Decode(b, out[:]); err != nil {
			t.Fatal(err)
		}
		p.packets, p.decoded = append(p.packets, b), append(p.decoded, out[:]...)
	}
	return p
}

// air sends the programme as a stream to the clusters; lost names packets that
// are not sent.
func (p programme) air(t *testing.T, s *devicetest.Station, stream uint16, class uint8, at int64, ids []string, lost ...int) {
	t.Helper()
	err := s.Fleet.Open(devices.StreamOpen{
		Stream: stream, Broadcast: uint64(stream) * 10, Class: class, Codec: p.codec, Lead: 10 * time.Second,
	})
	if err == nil {
		err = s.Fleet.Assign(stream, ids, 0)
	}
	if err != nil {
		t.Fatal(err)
	}
	for i, b := range p.packets {
		if slices.Contains(lost, i) {
			continue
		}
		q := frame.Packet{Stream: stream, Seq: uint32(i), PlayAt: at + int64(i)*cluster.FrameMicros, Data: b}
		if i == 0 {
			q.Flags = frame.First
		}
		if i == len(p.packets)-1 {
			q.Flags |= frame.Last
		}
		s.Fleet.Send(q)
	}
}

// readWAV returns the samples of a file.
func readWAV(t *testing.T, path string) []float32 {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil || len(b) < 44 {
		t.Fatal(len(b), err)
	}
	out := make([]float32, (len(b)-44)/2)
	for i := range out {
		out[i] = float32(int16(binary.LittleEndian.Uint16(b[44+2*i:]))) / 32768
	}
	return out
}

// find is where in heard the reference begins: best match of its second tenth.
func find(heard, want []float32) int {
	probe := want[4800:9600]
	first := 0
	for first < len(heard) && heard[first] == 0 {
		first++
	}
	best, at := math.Inf(1), 0
	for a := max(first-960, 0); a < min(first+4800, len(heard)-len(probe)-4800); a++ {
		d := 0.0
		for i, v := range probe {
			e := float64(heard[a+4800+i] - v)
			if d += e * e; d > best {
				break
			}
		}
		if d < best {
			best, at = d, a
		}
	}
	return at
}

// likeness is the ratio of the reference to what differs from it, in dB.
func likeness(heard, want []float32) float64 {
	var s, n float64
	for i, v := range want {
		e := float64(heard[i] - v)
		s, n = s+float64(v)*float64(v), n+e*e
	}
	return 10 * math.Log10(s/n)
}

func TestProgrammeReachesTheOutputWhole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStation(t, nil)
		key := devicetest.NewKey(t)
		path := filepath.Join(t.TempDir(), "pole.wav")
		a := agent.New(options(s, key, "wav:"+path))
		stop := boot(t, a)
		eventually(t, "in step", inStep(a))
		p := newProgramme(t, 150)
		at := s.Now() + 1_000_000
		p.air(t, s, 1, 3, at, []string{key.ID})
		var playing, proved bool
		eventually(t, "said to be played to its end", func() bool {
			for {
				select {
				case r := <-s.Fleet.Reports():
					playing = playing || r.Health.Playing == 10
					off := r.Health.PlayedUntil - at - 150*cluster.FrameMicros // a sample lasts 21 µs
					proved = proved || off > -25 && off < 25 && r.Health.Playing == 0
				default:
					return proved
				}
			}
		})
		h := a.Health()
		stop()
		if !playing {
			t.Error("it never said that it played")
		}
		if h.Account != (cluster.Account{Due: 150, OnTime: 150, Broadcast: 10}) || h.Output != "wav" {
			t.Errorf("%+v", h)
		}
		heard := readWAV(t, path)
		from := find(heard, p.decoded)
		if db := likeness(heard[from:], p.decoded); db < 60 {
			t.Errorf("%.1f dB against the decoder", db)
		} else {
			t.Logf("%.1f dB against the decoder", db)
		}
		for i, v := range heard {
			if v != 0 && (i < from || i >= from+len(p.decoded)) {
				t.Fatalf("%g at %d, outside of what was sent (from %d)", v, i, from)
			}
		}
	})
}

func TestLossIsHiddenAndCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStation(t, nil)
		key := devicetest.NewKey(t)
		a := agent.New(options(s, key, "virtual"))
		boot(t, a)
		eventually(t, "in step", inStep(a))
		p := newProgramme(t, 60)
		p.air(t, s, 1, 3, s.Now()+500_000, []string{key.ID}, 20, 21, 40)
		eventually(t, "all due", func() bool { return a.Health().Account.Due == 60 })
		if got := a.Health().Account; got != (cluster.Account{Due: 60, OnTime: 57, Concealed: 3, Broadcast: 10}) {
			t.Fatalf("%+v", got)
		}
	})
}

func TestEmergencyCutsTheProgrammeAtItsSample(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStation(t, nil)
		key := devicetest.NewKey(t)
		path := filepath.Join(t.TempDir(), "pole.wav")
		a := agent.New(options(s, key, "wav:"+path))
		stop := boot(t, a)
		eventually(t, "in step", inStep(a))
		p := newProgramme(t, 200)
		at := s.Now() + 500_000
		p.air(t, s, 1, 3, at, []string{key.ID})
		cut := at + 1_000_000
		if err := s.Fleet.Cancel(1, cut); err != nil {
			t.Fatal(err)
		}
		s.Fleet.CloseStream(1)
		eventually(t, "silence after the cut", func() bool { h := a.Health(); return h.Account.Due == 50 && h.Playing == 0 })
		stop()
		heard := readWAV(t, path)
		from := find(heard, p.decoded)
		if db := likeness(heard[from:], p.decoded[:48000]); db < 60 {
			t.Errorf("before the cut: %.1f dB", db)
		}
		for i, v := range heard[from+48000+240+2:] {
			if v != 0 {
				t.Fatalf("%g, %d samples behind the cut", v, i)
			}
		}
	})
}

func TestPoleFindsARestartedStation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s1 := newStation(t, nil)
		key := devicetest.NewKey(t)
		var mu sync.Mutex
		now := s1
		opt := options(s1, key, "virtual")
		opt.Dial = func(ctx context.Context) (net.Conn, error) {
			mu.Lock()
			defer mu.Unlock()
			return now.Dial(ctx, key)
		}
		s2 := devicetest.NewPiped(t, s1.Key, func(o *devices.Options) { o.Epoch = 78 })
		a := agent.New(opt)
		boot(t, a)
		eventually(t, "in step", inStep(a))
		p := newProgramme(t, 400)
		p.air(t, s1, 1, 3, s1.Now()+300_000, []string{key.ID})
		eventually(t, "sound", func() bool { return a.Health().Playing == 10 })
		mu.Lock()
		now = s2
		mu.Unlock()
		s1.Close()
		eventually(t, "the new station", func() bool { l := s2.Fleet.Links(); return len(l) == 1 && l[0].Up })
		newProgramme(t, 50).air(t, s2, 1, 3, s2.Now()+1_000_000, []string{key.ID})
		eventually(t, "the new station's sound", func() bool { h := a.Health(); return h.Account.Due == 50 && h.Account.OnTime > 40 })
	})
}

func TestTapGivesWhatTheOutputGot(t *testing.T) {
	s := devicetest.NewStation(t, nil)
	key := devicetest.NewKey(t)
	dir := t.TempDir()
	opt := options(s, key, "wav:"+filepath.Join(dir, "pole.wav"))
	socket := filepath.Join(dir, "tap")
	opt.Listen = func() (net.Listener, error) { return net.Listen("unix", socket) }
	a := agent.New(opt)
	stop := boot(t, a)
	eventually(t, "in step", inStep(a))
	conn, err := net.Dial("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	w, err := wavfile.Create(filepath.Join(dir, "tap.wav"))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	heard := make(chan error, 1)
	go func() {
		_, err := agent.Listen(ctx, conn, w)
		heard <- errors.Join(err, w.Close())
	}()
	newProgramme(t, 50).air(t, s, 1, 3, s.Now()+500_000, []string{key.ID})
	eventually(t, "played", func() bool { h := a.Health(); return h.Account.Due == 50 && h.Playing == 0 })
	cancel()
	if err := <-heard; err != nil {
		t.Fatal(err)
	}
	stop()
	sound := func(name string) []float32 {
		s := readWAV(t, filepath.Join(dir, name))
		i := slices.IndexFunc(s, func(v float32) bool { return v != 0 })
		if i < 0 || len(s) < i+48000 {
			t.Fatalf("%s: no sound", name)
		}
		return s[i : i+48000]
	}
	if !slices.Equal(sound("tap.wav"), sound("pole.wav")) {
		t.Fatal("the tap gave something else")
	}
}

func TestMissingCardIsSaidNeverHidden(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStation(t, nil)
		key := devicetest.NewKey(t)
		opt := options(s, key, "auto")
		opt.OpenOutput = func(string, float64, soundcard.Pull) (soundcard.Player, error) { return nil, soundcard.ErrNoCard }
		boot(t, agent.New(opt))
		eventually(t, "a report of it", func() bool {
			r := <-s.Fleet.Reports()
			return r.Health.Output == "none" && r.Health.Why != ""
		})
	})
}

func TestMuteIsReportedAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStation(t, nil)
		key := devicetest.NewKey(t)
		a := agent.New(options(s, key, "virtual"))
		boot(t, a)
		eventually(t, "a link", inStep(a))
		s.Fleet.Mute(key.ID, true)
		eventually(t, "muted", func() bool { return (<-s.Fleet.Reports()).Health.Muted })
		s.Fleet.Mute(key.ID, false)
		eventually(t, "not muted", func() bool { return !(<-s.Fleet.Reports()).Health.Muted })
	})
}

func TestWrongOutputIsAnErrorAtOnce(t *testing.T) {
	a := agent.New(agent.Options{Output: "gramophone"})
	if err := a.Run(t.Context()); !errors.Is(err, soundcard.ErrConfig) {
		t.Fatal(err)
	}
}
