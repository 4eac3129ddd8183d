package source_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"loaxa/audio/audiotest"
	"loaxa/audio/source"
)

// Whatever stands in a copy's place: it gives numbers that its head announced,
// or none.
func FuzzReadCopy(f *testing.F) {
	of := [32]byte{1, 2, 3}
	path := filepath.Join(f.TempDir(), "copy")
	write := func(t testing.TB, n int) []byte {
		file, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		w, err := source.NewCopyWriter(file, of)
		if err := errors.Join(err, w.Take(audiotest.Sine(440, 0.3, 0, n)), w.Close(), file.Close()); err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	for _, n := range []int{0, 1, 4800, 4801} {
		b := write(f, n)
		f.Add(b, int64(0))
		f.Add(b[:len(b)/2], int64(4800))
	}
	f.Fuzz(func(t *testing.T, b []byte, from int64) {
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		said, got := int64(0), int64(0)
		next, err := source.ReadCopy(context.Background(), path, of, from, func(i source.Info) { said = i.Expected }, func(s []float32) error {
			for _, x := range s {
				if !(x >= -64 && x <= 64) {
					t.Fatalf("sample %v", x)
				}
			}
			got += int64(len(s))
			return nil
		})
		if from = max(from, 0); next != from+got || got > said || got > int64(len(b)) {
			t.Errorf("%d samples of %d from %d on, next %d", got, said, from, next)
		}
		if err == nil && from < said && next != said {
			t.Errorf("ended at %d of %d", next, said)
		}
		if err != nil && !errors.Is(err, source.ErrCopy) {
			t.Errorf("%v is no word for a copy", err)
		}
	})
}

// copyOf is a decoded copy of a file's first samples, under the hash of zeros.
func copyOf(t testing.TB, path string, n int) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "copy")
	file, err := os.Create(to)
	if err != nil {
		t.Fatal(err)
	}
	w, err := source.NewCopyWriter(file, [32]byte{})
	if err := errors.Join(err, w.Take(audiotest.ReadFile(t, path)[:n]), w.Close(), file.Close()); err != nil {
		t.Fatal(err)
	}
	return to
}

// spoil turns a bit in the middle of a file.
func spoil(t testing.TB, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)/2] ^= 1
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func mustCopied(t testing.TB, path, copied string, from int64) *source.File {
	t.Helper()
	f, err := source.OpenCopied(context.Background(), source.Copied{Path: path, Copy: copied}, from)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}
