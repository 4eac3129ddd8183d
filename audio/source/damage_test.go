package source_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"loaxa/audio/audiotest"
	"loaxa/audio/ogg"
	"loaxa/audio/source"
)

// small makes a short file of each kind that a tool here can make.
func small(t testing.TB) map[string][]byte {
	t.Helper()
	wav := audiotest.WriteWAV(t, "s.wav", audiotest.Noise(1, 0.3, 9600))
	out := map[string][]byte{}
	read := func(name, path string) {
		if b, err := os.ReadFile(path); err == nil {
			out[name] = b
		}
	}
	read("wav", wav)
	for name, args := range map[string][]string{
		"mp3": {"lame", "--quiet", "-b", "48"}, "flac": {"sox"}, "ogg": {"sox"},
	} {
		path := filepath.Join(t.TempDir(), "s."+name)
		if tt, ok := t.(*testing.T); ok {
			tt.Run("make "+name, func(t *testing.T) { audiotest.Tool(t, args[0], append(args[1:], wav, path)...) })
		}
		read(name, path)
	}
	if tt, ok := t.(*testing.T); ok {
		tt.Run("make opus", func(t *testing.T) { read("opus", audiotest.WriteOpus(t, "s.opus", audiotest.Noise(1, 0.3, 9600))) })
	}
	for name, f := range map[string]audiotest.Form{
		"wav 24": {Rate: 44100, Channels: 2, Bits: 24}, "wav float": {Rate: 96000, Channels: 6, Bits: 32, Float: true},
	} {
		read(name, audiotest.WriteForm(t, "f.wav", f, 0.2, func(c int, at float64) float64 { return 0.3 * math.Sin(4000*at+float64(c)) }))
	}
	return out
}

// Thousands of damaged files: each is decoded, or refused with an error; none
// panics, hangs, gives nonsense or more than a file of its size can hold.
func TestFaultDamagedFilesDoNoHarm(t *testing.T) {
	rounds := 300
	switch {
	case os.Getenv("LOAXA_FAULTS") == "full" || os.Getenv("LOAXA_FAULTS") == "soak":
		rounds = 1000
	case testing.Short():
		rounds = 40
	}
	for name, data := range small(t) {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "damaged")
			refused := 0
			for seed := range rounds {
				audiotest.Damage(t, path, data, uint64(seed)*2654435761+1)
				if decodeBounded(t, path, seed) != nil {
					refused++
				}
			}
			if refused == 0 { // an ogg page's checksum refuses all, a wav hides most
				t.Error("none was refused: the damage proves nothing")
			}
		})
	}
}

func decodeBounded(t *testing.T, path string, seed int) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	done := make(chan error, 1)
	go func() {
		total := 0
		_, err := source.Decode(ctx, path, int64(seed%3)*4000, nil, func(s []float32) error {
			for _, x := range s {
				if x != x || x > 100 || x < -100 {
					t.Errorf("seed %d: a sample of %v", seed, x)
					return io.ErrUnexpectedEOF
				}
			}
			if total += len(s); total > 50_000_000 {
				t.Errorf("seed %d: a small file gives no end of sound", seed)
				return io.ErrUnexpectedEOF
			}
			return nil
		})
		done <- err
	}()
	select {
	case err := <-done:
		return err
	case <-time.After(60 * time.Second):
		t.Fatalf("seed %d: the decoder hangs", seed)
		return nil
	}
}

// What lies about itself, or holds no sound, is refused, or plays for what it
// is: no nonsense, no memory for what a header promises.
func TestHostileFiles(t *testing.T) {
	le := binary.LittleEndian
	head := func(form, channels, bits int, rate, data uint32, body []byte) []byte {
		b := []byte("RIFF\xff\xff\xff\x7fWAVEfmt \x10\x00\x00\x00")
		b = le.AppendUint16(le.AppendUint16(b, uint16(form)), uint16(channels))
		b = le.AppendUint32(le.AppendUint32(b, rate), rate)
		b = le.AppendUint16(le.AppendUint16(b, uint16(channels*bits/8)), uint16(bits))
		return append(le.AppendUint32(append(b, "data"...), data), body...)
	}
	nan := make([]byte, 0, 4*9600)
	for i := range 9600 {
		nan = le.AppendUint32(nan, []uint32{0x7fc00000, 0x7f800000, 0xff800000, 0x7f7fffff}[i%4])
	}
	tiny := []byte("RIFF\xff\xff\xff\x7fWAVE")
	for range 100_000 {
		tiny = append(tiny, "junk\x00\x00\x00\x00"...)
	}
	var flood bytes.Buffer // an Ogg stream whose packets hold next to nothing
	w, err := ogg.NewWriter(&flood, 1, ogg.Head{Channels: 1, PreSkip: 65535, GainDB: 127}, 0)
	if err != nil {
		t.Fatal(err)
	}
	for range 2000 {
		if err := w.Write([]byte{0xe0}, 120); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(1 << 62); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		data []byte
		most int // samples
		err  bool
	}{
		"nan":                       {head(3, 1, 32, 48000, 38400, nan), 9600, false},
		"promises 2 GB":             {head(1, 1, 16, 48000, 1<<31-1, make([]byte, 200)), 200, false},
		"one sample":                {head(1, 1, 16, 48000, 2, []byte{1, 2}), 1, false},
		"half a sample":             {head(1, 6, 32, 48000, 23, make([]byte, 23)), 0, false},
		"rate 1":                    {head(1, 1, 16, 1, 200, make([]byte, 200)), 0, true},
		"rate 4 GHz":                {head(1, 1, 16, 1<<32-1, 200, make([]byte, 200)), 0, true},
		"no channels":               {head(1, 0, 16, 48000, 200, make([]byte, 200)), 0, true},
		"200 channels":              {head(1, 200, 16, 48000, 200, make([]byte, 200)), 0, true},
		"a hundred thousand chunks": {tiny, 0, true},
		"opus of nothing":           {flood.Bytes(), 240_000, false},
		"flac that is a head":       {append([]byte("fLaC\x80\x00\x00\x22"), make([]byte, 34)...), 0, true},
		"mp3 that is a tag":         {append([]byte("ID3\x04\x00\x00\x7f\x7f\x7f\x7f"), make([]byte, 500)...), 0, true},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "x")
			if err := os.WriteFile(path, c.data, 0o600); err != nil {
				t.Fatal(err)
			}
			n := 0
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := source.Decode(context.Background(), path, 0, nil, func(s []float32) error {
				for _, x := range s {
					if x != x || x > 8 || x < -8 {
						t.Fatalf("a sample of %v", x)
					}
				}
				n += len(s)
				return nil
			})
			runtime.ReadMemStats(&after)
			if n > c.most || c.err != (err != nil) {
				t.Errorf("%d samples, %v", n, err)
			}
			if used := after.TotalAlloc - before.TotalAlloc; used > 64<<20 {
				t.Errorf("%d MB were used for %d bytes", used>>20, len(c.data))
			}
			f, err := source.OpenFile(context.Background(), path, 0)
			if err == nil {
				audiotest.CheckSource(t, func() source.Source {
					f, err := source.OpenFile(context.Background(), path, 0)
					if err != nil && !errors.Is(err, source.ErrDamaged) {
						t.Fatal(err)
					}
					return f
				})
				_ = f.Close()
			}
		})
	}
}

func FuzzDecode(f *testing.F) {
	for _, form := range []audiotest.Form{{Rate: 8000, Channels: 1, Bits: 16}, {Rate: 44100, Channels: 6, Bits: 32, Float: true}} {
		b, err := os.ReadFile(audiotest.WriteForm(f, "f.wav", form, 0.001, func(int, float64) float64 { return 0.1 }))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte("fLaC\x00\x00\x00\x22"))
	f.Add([]byte("\xff\xfb\x90\xc4"))
	f.Add(append([]byte("OggS\x00\x02"), make([]byte, 60)...))
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, b []byte) {
		path := filepath.Join(dir, "x")
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		n := 0
		_, _ = source.Decode(context.Background(), path, 0, nil, func(s []float32) error { // what it says of damage is its own
			for _, x := range s {
				if x != x {
					t.Fatal("not a number")
				}
			}
			if n += len(s); n > 1<<26 {
				t.Fatalf("%d samples of %d bytes", n, len(b))
			}
			return nil
		})
	})
}

func FuzzSniff(f *testing.F) {
	for _, s := range []string{"RIFF0000WAVE", "ID3\x04\x00\x00\x00\x00\x00\x0a0123456789\xff\xfb\x90\xc4", "OggS", "fLaC", "\xff\xf1P@\x02\x9f\xfc", ""} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		r := bytes.NewReader(b)
		kind, err := source.Sniff(r)
		if (kind == "") != (err != nil) {
			t.Errorf("kind %q, error %v", kind, err)
		}
		if err == nil && r.Len() != len(b) {
			t.Errorf("the reader was left %d bytes on", len(b)-r.Len())
		}
	})
}

func FuzzPattern(f *testing.F) {
	f.Add(3, 20.0, 10.0, 3, 400.0, 800.0, 4.0, int64(1000))
	f.Add(1, 0.05, 0.0, 1, 20.0, 12000.0, 0.01, int64(-5))
	f.Fuzz(func(t *testing.T, blasts int, sec, gap float64, repeats int, from, to, period float64, at int64) {
		p := source.Pattern{ID: "x", Wave: source.Rich, Blasts: blasts, Seconds: sec, Gap: gap, Repeats: repeats, From: from, To: to, Period: period}
		s, err := source.NewTone(p, at)
		if err != nil {
			return
		}
		if s.Len() <= 0 || s.Len() > 3600*48000 {
			t.Fatalf("length %d", s.Len())
		}
		if x := p.At(at); x != x || x > 1 || x < -1 {
			t.Errorf("sample %d is %v", at, x)
		}
	})
}
