package audiotest

import (
	"context"
	"encoding/binary"
	"math"
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

// Form is how the samples of a WAV file are written.
type Form struct {
	Rate, Channels, Bits int
	Float                bool
}

// WriteForm writes a WAV file of a form to a new file in the test's folder: at
// is the value of a channel at a time in seconds.
func WriteForm(t testing.TB, name string, f Form, seconds float64, at func(channel int, t float64) float64) string {
	t.Helper()
	n := int(seconds * float64(f.Rate))
	size := n * f.Channels * f.Bits / 8
	form := uint16(1)
	if f.Float {
		form = 3
	}
	b := append(make([]byte, 0, 44+size), "RIFF"...)
	b = binary.LittleEndian.AppendUint32(b, uint32(36+size))
	b = append(b, "WAVEfmt \x10\x00\x00\x00"...)
	b = binary.LittleEndian.AppendUint16(b, form)
	b = binary.LittleEndian.AppendUint16(b, uint16(f.Channels))
	b = binary.LittleEndian.AppendUint32(b, uint32(f.Rate))
	b = binary.LittleEndian.AppendUint32(b, uint32(f.Rate*f.Channels*f.Bits/8))
	b = binary.LittleEndian.AppendUint16(b, uint16(f.Channels*f.Bits/8))
	b = binary.LittleEndian.AppendUint16(b, uint16(f.Bits))
	b = append(b, "data"...)
	b = binary.LittleEndian.AppendUint32(b, uint32(size))
	for i := range n {
		for c := range f.Channels {
			b = f.append(b, at(c, float64(i)/float64(f.Rate)))
		}
	}
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func (f Form) append(b []byte, x float64) []byte {
	if f.Float && f.Bits == 64 {
		return binary.LittleEndian.AppendUint64(b, math.Float64bits(x))
	}
	if f.Float {
		return binary.LittleEndian.AppendUint32(b, math.Float32bits(float32(x)))
	}
	scale := float64(int64(1) << (f.Bits - 1))
	v := int64(math.RoundToEven(min(max(x*scale, -scale), scale-1)))
	if f.Bits == 8 {
		v += 128
	}
	for range f.Bits / 8 {
		b = append(b, byte(v))
		v >>= 8
	}
	return b
}
