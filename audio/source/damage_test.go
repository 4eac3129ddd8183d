package source_test

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"loaxa/audio/audiotest"
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
	return out
}

// Thousands of damaged files: each is decoded, or refused with an error; none
// panics, hangs, gives nonsense or more than a file of its size can hold.
func TestDamagedFilesDoNoHarm(t *testing.T) {
	rounds := 300
	if testing.Short() {
		rounds = 60
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
