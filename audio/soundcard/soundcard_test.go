package soundcard_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"loaxa/audio/audiotest"
	"loaxa/audio/frame"
	"loaxa/audio/soundcard"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestVirtualCrystalIsBent(t *testing.T) {
	for _, ppm := range []float64{0, 40, -40} {
		synctest.Test(t, func(t *testing.T) {
			var pulled atomic.Int64
			p, err := soundcard.OpenPlayer("virtual", ppm, func(out []float32) { pulled.Add(int64(len(out))) })
			if err != nil {
				t.Fatal(err)
			}
			defer p.Close()
			begin := time.Now()
			time.Sleep(time.Hour)
			synctest.Wait()
			n, at := p.Position()
			rate := float64(n) / at.Sub(begin).Seconds()
			if got := (rate/frame.Rate - 1) * 1e6; math.Abs(got-ppm) > 0.01 {
				t.Errorf("runs at %+.3f ppm, want %+.0f", got, ppm)
			}
			if pulled.Load() != n || p.Kind() != "virtual" {
				t.Errorf("%s pulled %d, says %d", p.Kind(), pulled.Load(), n)
			}
		})
	}
}

func TestWAVOutputIsReadableWhileItGrows(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pole.wav")
	synctest.Test(t, func(t *testing.T) {
		at := 0
		p, err := soundcard.OpenPlayer("wav:"+path, 0, func(out []float32) {
			at += copy(out, audiotest.Sine(440, 0.5, at, len(out)))
		})
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(3500 * time.Millisecond)
		synctest.Wait()
		killed := audiotest.ReadFile(t, path) // as a kill would leave it
		if len(killed) != 3*frame.Rate {
			t.Errorf("%d samples are named after 3.5 s", len(killed))
		}
		if err := p.Close(); err != nil {
			t.Fatal(err)
		}
		whole := audiotest.ReadFile(t, path)
		if len(whole) < 34*frame.Rate/10 || audiotest.SNR(audiotest.Sine(440, 0.5, 0, len(whole)), whole) < 80 {
			t.Errorf("%d samples at %.1f dB", len(whole), audiotest.SNR(audiotest.Sine(440, 0.5, 0, len(whole)), whole))
		}
	})
}

func TestBadConfigsAreRefused(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	pull := func([]float32) {}
	for config, want := range map[string]error{
		"": soundcard.ErrConfig, "tape": soundcard.ErrConfig, "wav:": soundcard.ErrConfig,
		"wav:/no/such/folder/a.wav": os.ErrNotExist,
	} {
		if _, err := soundcard.OpenPlayer(config, 0, pull); !errors.Is(err, want) {
			t.Errorf("output %q: %v", config, err)
		}
	}
	if _, err := soundcard.OpenPlayer("virtual", 5000, pull); !errors.Is(err, soundcard.ErrConfig) {
		t.Errorf("5000 ppm: %v", err)
	}
	for config, want := range map[string]error{
		"": soundcard.ErrConfig, "file:" + filepath.Dir(file): soundcard.ErrConfig, "file:/no/such": os.ErrNotExist,
	} {
		c, err := soundcard.OpenCapture(config)
		if !errors.Is(err, want) || !errors.Is(c.State().Err, want) {
			t.Errorf("input %q: %v, state %v", config, err, c.State().Err)
		}
		_ = c.Close()
	}
	if runtime.GOOS == "linux" {
		if _, err := soundcard.OpenPlayer("fifo:"+file, 0, pull); !errors.Is(err, soundcard.ErrNotFIFO) {
			t.Errorf("a file as fifo: %v", err)
		}
		c, err := soundcard.OpenCapture("fifo:" + file)
		if !errors.Is(err, soundcard.ErrNotFIFO) {
			t.Errorf("a file as fifo: %v", err)
		}
		_ = c.Close()
	}
}

// Without a card the answer is an error in words, never a silent success.
func TestNoCardIsSaid(t *testing.T) {
	p, err := soundcard.OpenPlayer("auto", 0, func(out []float32) { clear(out) })
	if err == nil {
		_ = p.Close()
		t.Skip("skipped: this machine has a sound card")
	}
	if !errors.Is(err, soundcard.ErrNoCard) {
		t.Errorf("%v", err)
	}
	c, err := soundcard.OpenCapture("auto")
	if !errors.Is(err, soundcard.ErrNoCard) {
		t.Errorf("%v", err)
	}
	defer c.Close()
	live := c.Live()
	defer live.Close()
	out := make([]float32, 960)
	if n := live.Read(out); n != 960 || live.Starved() != 960 {
		t.Errorf("%d samples, %d starved", n, live.Starved())
	}
	if s := c.State(); s.Kind != "none" || s.Flowing || s.Err == nil {
		t.Errorf("%+v", s)
	}
}

func fifo(t *testing.T) string {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("skipped: FIFOs are for Linux")
	}
	return filepath.Join(t.TempDir(), "mic.fifo")
}

// until waits for something that other goroutines bring about.
func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for range 1000 {
		if ok() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("never: %s", what)
}

func s16(s []float32) []byte {
	var b []byte
	for _, x := range s {
		b = binary.LittleEndian.AppendUint16(b, uint16(int16(math.Round(float64(x)*32768))))
	}
	return b
}

func TestFIFOIn(t *testing.T) {
	path := fifo(t)
	c, err := soundcard.OpenCapture("fifo:" + path)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if s := c.State(); s.Flowing || s.Kind != "fifo" {
		t.Errorf("before a writer: %+v", s)
	}
	w, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	live := c.Live()
	defer live.Close()
	in := audiotest.Noise(31, 0.4, 4800)
	b := s16(in)
	for _, cut := range []int{1, 1000, 3001, 7777, len(b)} { // odd pieces
		n := min(cut, len(b))
		if _, err := w.Write(b[:n]); err != nil {
			t.Fatal(err)
		}
		b = b[n:]
	}
	until(t, "the samples come", func() bool { return live.Stats().Fed == 4800 })
	out := make([]float32, 1000)
	live.Read(out)
	if db, _ := audiotest.NullDepth(in[3500:4200], out, 3000); db < 60 {
		t.Errorf("%.1f dB", db)
	}
	if s := c.State(); !s.Flowing || s.Err != nil || s.Level.Peak < 0.39 {
		t.Errorf("%+v", s)
	}
	// Half a sample left by a writer that dies does not turn the next to noise.
	if _, err := w.Write([]byte{7}); err != nil {
		t.Fatal(err)
	}
	_ = w.Close()
	until(t, "the half sample is dropped", func() bool { return c.State().Odd == 1 })
	if w, err = os.OpenFile(path, os.O_WRONLY, 0); err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if _, err := w.Write(append([]byte("RIFF"), make([]byte, 2000)...)); err != nil {
		t.Fatal(err)
	}
	until(t, "a file instead of samples is said", func() bool { return errors.Is(c.State().Err, soundcard.ErrNotPCM) })
	if got := live.Stats().Fed; got != 4800 {
		t.Errorf("%d samples of it were taken", got-4800)
	}
	time.Sleep(300 * time.Millisecond) // a pause
	if _, err := w.Write(s16(in)); err != nil {
		t.Fatal(err)
	}
	until(t, "samples are taken again", func() bool { return live.Stats().Fed == 9600 && c.State().Err == nil })
}

func TestFIFOOut(t *testing.T) {
	path := fifo(t)
	at := 0
	p, err := soundcard.OpenPlayer("fifo:"+path, 0, func(out []float32) {
		at += copy(out, audiotest.Sine(440, 0.5, at, len(out)))
	})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	until(t, "without a reader samples are dropped in pace", func() bool { return p.Dropped() > 4800 })
	r, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 19200)
	if _, err := r.Read(buf[:2]); err != nil {
		t.Fatal(err)
	}
	before := p.Dropped()
	got := 0
	for got < len(buf) {
		n, err := r.Read(buf[got:])
		if err != nil {
			t.Fatal(err)
		}
		got += n
	}
	if bytes.Equal(buf, make([]byte, len(buf))) || p.Dropped() != before {
		t.Errorf("a reader that keeps up loses %d samples", p.Dropped()-before)
	}
	_ = r.Close()
	until(t, "a reader that left is noticed", func() bool { return p.Dropped() > before })
}

func TestFileIsPlayedOnceForEachLive(t *testing.T) {
	in := audiotest.Noise(32, 0.4, frame.Rate/2)
	path := audiotest.WriteWAV(t, "talk.wav", in)
	raw := filepath.Join(t.TempDir(), "talk.raw")
	if err := os.WriteFile(raw, s16(in), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{path, raw} {
		synctest.Test(t, func(t *testing.T) {
			c, err := soundcard.OpenCapture("file:" + path)
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			for range 2 {
				live := c.Live()
				var out []float32
				for range 100 {
					time.Sleep(20 * time.Millisecond)
					pcm := make([]float32, frame.Samples)
					live.Read(pcm)
					out = append(out, pcm...)
				}
				if db, _ := audiotest.NullDepth(in[480:20000], out, 9600); db < 60 {
					t.Errorf("%s: %.1f dB %+v", path, db, live.Stats())
				}
				if live.Position() < int64(len(in)-10) || live.Starved() < frame.Rate {
					t.Errorf("%s: %d samples, %d starved", path, live.Position(), live.Starved())
				}
				if c.State().Flowing {
					t.Error("after its end there is still a signal")
				}
				_ = live.Close()
			}
		})
	}
}

func FuzzPCMReader(f *testing.F) {
	f.Add([]byte("RIFF0000"), 3)
	f.Add([]byte{1, 2, 3, 4, 5}, 1)
	f.Fuzz(func(t *testing.T, b []byte, cut int) {
		var whole, parts soundcard.PCMReader
		a, errA := whole.Take(b, nil)
		cut = min(max(cut, 0), len(b))
		c, _ := parts.Take(b[:cut], nil)
		c, errC := parts.Take(b[cut:], c)
		if errA == nil && errC == nil && len(a) != len(c) || len(a) > len(b)/2 {
			t.Errorf("%d samples whole, %d in two", len(a), len(c))
		}
	})
}
