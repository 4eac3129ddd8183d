package agent_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"math"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"loaxa/app/agent"
	"loaxa/audio/audiotest"
	"loaxa/audio/frame"
	"loaxa/audio/source"
	"loaxa/audio/wavfile"
	"loaxa/devices"
	"loaxa/devices/cluster"
	"loaxa/devices/devicetest"
)

// siren opens an emergency's stream that never carries a packet, and lets the
// poles sound the tone that they hold.
func siren(t *testing.T, s *devicetest.Station, id string, at int64, tone string) {
	t.Helper()
	err := s.Fleet.Open(devices.StreamOpen{Stream: 1, Broadcast: 9, Class: 6, Codec: frame.L16, Live: true, Lead: 800 * time.Millisecond})
	if err == nil {
		err = s.Fleet.Assign(1, []string{id}, 0)
	}
	if err == nil {
		err = s.Fleet.Play(1, devices.AssetPlay{Stream: 2, Asset: devices.ToneAsset + tone, At: at, Gain: 1, Until: at + 60_000_000})
	}
	if err != nil {
		t.Fatal(err)
	}
}

func withTones(o *devices.Options) { o.Assets.Tones = agent.TonesName() }

func tone(t *testing.T, id string, n int) []float32 {
	t.Helper()
	p, ok := source.FindTone(source.Tones(), id)
	if !ok {
		t.Fatal(id)
	}
	src, err := source.NewTone(p, 0)
	if err != nil {
		t.Fatal(err)
	}
	out := make([]float32, n)
	src.Read(out)
	return out
}

// likeTone is how well the sound at index i of heard fits the tone's sample n
// within a few samples, in dB.
func likeTone(heard, want []float32, i, n, length int) float64 {
	best := math.Inf(-1)
	for d := -4; d <= 4; d++ {
		if i+d >= 0 && i+d+length <= len(heard) {
			best = max(best, likeness(heard[i+d:i+d+length], want[n:n+length]))
		}
	}
	return best
}

// TestASirenSoundsFromThePole: no packet of sound is sent at all, and the pole
// sounds the siren from its own table until it is cut.
func TestASirenSoundsFromThePole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStation(t, withTones)
		key := devicetest.NewKey(t)
		path := filepath.Join(t.TempDir(), "pole.wav")
		a := agent.New(options(s, key, "wav:"+path))
		stop := boot(t, a)
		eventually(t, "in step", inStep(a))
		at := s.Now() + 200_000
		siren(t, s, key.ID, at, "din-33404-3")
		eventually(t, "the siren is heard", func() bool { h := a.Health(); return h.Playing == 9 && h.Account.Due > 60 })
		cut := s.Now() + 300_000
		if err := s.Fleet.Cancel(1, cut); err != nil {
			t.Fatal(err)
		}
		eventually(t, "silence", func() bool { return a.Health().Playing == 0 && a.Health().BufferMS == 0 })
		h := a.Health()
		stop()
		if h.Account.Due != h.Account.OnTime || h.Account.Broadcast != 9 {
			t.Errorf("%+v", h.Account)
		}
		heard := readWAV(t, path)
		want := tone(t, "din-33404-3", 48000)
		from := find(heard, want)
		if db := likeness(heard[from:from+40000], want[:40000]); db < 50 {
			t.Errorf("%.1f dB against the tone", db)
		}
		end := from + int((cut-at)*48/1000)
		for i := end + 480*3; i < len(heard); i++ {
			if heard[i] != 0 {
				t.Fatalf("%g heard %d samples behind the cut", heard[i], i-end)
			}
		}
	})
}

// TestAPowerCutInMidSiren: who comes late is in phase with those who never left.
func TestAPowerCutInMidSiren(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStation(t, withTones)
		key := devicetest.NewKey(t)
		at := s.Now()
		siren(t, s, key.ID, at, "din-33404-3")
		path := filepath.Join(t.TempDir(), "pole.wav")
		a := agent.New(options(s, key, "wav:"+path))
		stop := boot(t, a)
		var due uint64
		var until int64
		eventually(t, "it sounds", func() bool {
			h := a.Health()
			due, until = h.Account.Due, h.PlayedUntil
			return h.Playing == 9 && due > 50
		})
		if until-at < 1_000_000 {
			t.Error("it did not join in the middle")
		}
		stop()
		heard := readWAV(t, path)
		want := tone(t, "din-33404-3", 48000*60)
		// The file's samples are the pole's clock, not the station's: find the phase
		// at one place and hold the rest against it.
		first := 0
		for first < len(heard) && math.Abs(float64(heard[first])) < 1e-4 {
			first++
		}
		first += 4800
		best, phase := math.Inf(-1), 0
		for n := 0; n < 48000; n++ { // the sweep's period is a second
			if db := likeness(heard[first:first+200], want[n:n+200]); db > best {
				best, phase = db, n
			}
		}
		if best < 25 {
			t.Fatalf("it is no siren: %.1f dB", best)
		}
		if db := likeTone(heard, want, first+9600, phase+9600, 2000); db < 15 {
			t.Errorf("%.1f dB half a second on: it jumped", db)
		}
	})
}

// files is a station's library on disk.
type files struct {
	mu    sync.Mutex
	bytes map[string][]byte
	asked []int64
}

func (f *files) add(b []byte) string {
	sum := sha256.Sum256(b)
	name := hex.EncodeToString(sum[:])
	if f.bytes == nil {
		f.bytes = map[string][]byte{}
	}
	f.bytes[name] = b
	return name
}

func (f *files) read(asset string, offset int64, buf []byte) (int, int64, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	b, ok := f.bytes[asset]
	if !ok {
		return 0, 0, errors.New("no such file")
	}
	f.asked = append(f.asked, offset)
	return copy(buf, b[min(offset, int64(len(b))):]), int64(len(b)), nil
}

// recording is a WAV file of a tone.
func recording(t *testing.T, seconds int) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "r.wav")
	w, err := wavfile.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write(audiotest.Sine(440, 0.4, 0, seconds*frame.Rate)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func plan(t *testing.T, s *devicetest.Station, p cluster.Plan) []byte {
	t.Helper()
	p.Station = s.Key.ID
	if p.Version == 0 {
		p.Version = 1
	}
	if p.Until == 0 {
		p.Until = time.Now().Add(48 * time.Hour).Unix()
	}
	if p.After == 0 {
		p.After = 5
	}
	p.Zone = 7 * 3600
	b, err := p.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestAFileComesInParts: a transfer that broke off goes on where it was, and a
// file that was damaged on the pole's disk is fetched again.
func TestAFileComesInParts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		lib := &files{}
		b := recording(t, 2)
		name := lib.add(b)
		s := newStation(t, func(o *devices.Options) { o.Assets.Read = lib.read })
		key := devicetest.NewKey(t)
		dir := t.TempDir()
		half := int64(len(b)/2) / cluster.PartBytes * cluster.PartBytes
		if err := os.MkdirAll(filepath.Join(dir, "assets"), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "assets", name+".part"), b[:half], 0o600); err != nil {
			t.Fatal(err)
		}
		s.Fleet.SetPlan(key.ID, plan(t, s, cluster.Plan{Keep: []cluster.PlanFile{{Asset: name, Bytes: int64(len(b))}}}))
		opt := options(s, key, "virtual")
		opt.Data = dir
		held := func() bool {
			h, _ := s.Fleet.Holds(key.ID)
			return len(h.Assets) == 1 && h.Assets[0] == name && h.Plan == 1
		}
		stop := boot(t, agent.New(opt))
		eventually(t, "the file is held", held)
		stop()
		lib.mu.Lock()
		if lib.asked[0] != half {
			t.Errorf("the transfer began at %d, not at %d", lib.asked[0], half)
		}
		lib.mu.Unlock()
		path := filepath.Join(dir, "assets", name)
		got, err := os.ReadFile(path)
		if err != nil || string(got) != string(b) {
			t.Fatal(len(got), err)
		}
		got[len(got)/2] ^= 1
		if err := os.WriteFile(path, got, 0o600); err != nil {
			t.Fatal(err)
		}
		stop = boot(t, agent.New(opt))
		eventually(t, "the damaged file is replaced", func() bool {
			got, err := os.ReadFile(path)
			return err == nil && string(got) == string(b)
		})
		eventually(t, "the file is held again", held)
		stop()
	})
}
