package audiotest

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"loaxa/audio/source"
	"loaxa/audio/wavfile"
)

// WriteWAV writes samples to a new file in the test's folder and returns its
// path.
func WriteWAV(t testing.TB, name string, s []float32) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	w, err := wavfile.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write(s); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// ReadFile decodes an audio file whole.
func ReadFile(t testing.TB, path string) []float32 {
	t.Helper()
	var all []float32
	_, err := source.Decode(context.Background(), path, 0, nil, func(s []float32) error {
		all = append(all, s...)
		return nil
	})
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return all
}

// Tool runs an outside program; the test is skipped in words where it is not
// installed.
func Tool(t testing.TB, name string, args ...string) string {
	t.Helper()
	bin, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("skipped: %s is not installed", name)
	}
	out, err := exec.Command(bin, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %q: %v: %s", name, args, err, out)
	}
	return string(out)
}

// Damage writes a copy of a file with bytes flipped, chosen by a seed, and
// sometimes cut short.
func Damage(t testing.TB, path string, data []byte, seed uint64) {
	t.Helper()
	b := append([]byte(nil), data...)
	next := func(n int) int {
		seed = seed*6364136223846793005 + 1442695040888963407
		return int((seed >> 33) % uint64(n))
	}
	for range 1 + next(8) {
		at := next(len(b))
		if next(2) == 0 { // headers matter more than sound
			at = next(min(len(b), 256))
		}
		b[at] ^= byte(1 + next(255))
	}
	if next(4) == 0 {
		b = b[:next(len(b))]
	}
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}
