package record_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"loaxa/audio/audiotest"
	"loaxa/audio/frame"
	"loaxa/audio/record"
	"loaxa/audio/source"
	"loaxa/audio/wavfile"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func samplesOf(t *testing.T, path string) (all []float32) {
	t.Helper()
	if _, err := source.Decode(context.Background(), path, 0, nil, func(s []float32) error { all = append(all, s...); return nil }); err != nil {
		t.Fatal(err)
	}
	return all
}

// TestWhatIsSaidIsInTheFile: sample for sample, in blocks of any size.
func TestWhatIsSaidIsInTheFile(t *testing.T) {
	dir := t.TempDir()
	r, err := record.Begin(dir, record.Note{Key: "live-3", Title: "Họp thôn", Of: 3, Began: time.Unix(9, 0)}, nil)
	if err != nil {
		t.Fatal(err)
	}
	said := audiotest.Sine(300, 0.5, 0, 3*frame.Rate)
	for from, n := 0, 1; from < len(said); n = n*3%1000 + 1 {
		to := min(from+n, len(said))
		r.Take(said[from:to])
		from = to
	}
	path, note, dropped, err := r.End()
	if err != nil || dropped != 0 || note.Of != 3 {
		t.Fatalf("end: %+v, %d dropped, %v", note, dropped, err)
	}
	got := samplesOf(t, path)
	if len(got) != len(said) {
		t.Fatalf("%d samples, want %d", len(got), len(said))
	}
	for i := range said {
		if d := got[i] - said[i]; d > 1e-4 || d < -1e-4 {
			t.Fatalf("sample %d is %g, want %g", i, got[i], said[i])
		}
	}
	if err := record.Forget(path); err != nil {
		t.Fatal(err)
	}
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

// TestAtEveryMomentTheFileIsARecording: the folder is copied while the recording
// goes on, as a power cut would leave it.
func TestAtEveryMomentTheFileIsARecording(t *testing.T) {
	dir := t.TempDir()
	r, err := record.Begin(dir, record.Note{Key: "rec-1", Title: "Thử"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	second := make([]float32, frame.Rate)
	for i := range second {
		second[i] = 0.25
	}
	for n := 1; n <= 3; n++ {
		r.Take(second)
		var b []byte
		for len(b) < 44+2*n*frame.Rate {
			if b, err = os.ReadFile(filepath.Join(dir, "rec-1.wav")); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Millisecond)
		}
		then := t.TempDir()
		note, err := os.ReadFile(filepath.Join(dir, "rec-1.json"))
		if err != nil {
			t.Fatal(err)
		}
		for name, data := range map[string][]byte{"rec-1.wav": b[:len(b)-1001], "rec-1.json": note} { // cut inside a sample
			if err := os.WriteFile(filepath.Join(then, name), data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		paths, notes, err := record.Left(then)
		if err != nil || len(paths) != 1 || notes[0].Title != "Thử" {
			t.Fatalf("left: %v %+v %v", paths, notes, err)
		}
		if got := len(samplesOf(t, paths[0])); got != n*frame.Rate-501 {
			t.Errorf("after %d s there are %d samples", n, got)
		}
	}
	if _, _, _, err := r.End(); err != nil {
		t.Fatal(err)
	}
}

// stuck is a disk that does not answer until it is let go, then is full.
type stuck struct {
	once  sync.Once
	reach chan struct{}
	let   chan struct{}
	err   error
}

func (s *stuck) Write([]float32) error {
	s.once.Do(func() { close(s.reach) })
	<-s.let
	return s.err
}
func (s *stuck) Sync() error  { return nil }
func (s *stuck) Close() error { return nil }

// TestASlowDiskDelaysNoSound: Take returns while the disk hangs; what is too
// old is dropped and counted.
func TestASlowDiskDelaysNoSound(t *testing.T) {
	d := &stuck{reach: make(chan struct{}), let: make(chan struct{})}
	r, err := record.Begin(t.TempDir(), record.Note{Key: "rec-1"}, func(string) (record.File, error) { return d, nil })
	if err != nil {
		t.Fatal(err)
	}
	block := make([]float32, frame.Samples)
	r.Take(block)
	<-d.reach
	for range 30 * 50 { // half a minute, none of which returns if Take waits
		r.Take(block)
	}
	close(d.let)
	_, _, dropped, err := r.End()
	if err != nil || dropped != 20*frame.Rate {
		t.Errorf("%d samples dropped, want %d; %v", dropped, 20*frame.Rate, err)
	}
}

func TestAFullDiskEndsTheRecordingOnly(t *testing.T) {
	d := &stuck{reach: make(chan struct{}), let: make(chan struct{}), err: syscall.ENOSPC}
	close(d.let)
	r, err := record.Begin(t.TempDir(), record.Note{Key: "rec-1"}, func(string) (record.File, error) { return d, nil })
	if err != nil {
		t.Fatal(err)
	}
	r.Take(make([]float32, frame.Samples))
	<-r.Failed()
	r.Take(make([]float32, frame.Samples))
	if _, _, _, err := r.End(); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("the end says %v", err)
	}
}

func TestNothingSaidIsNoRecording(t *testing.T) {
	r, err := record.Begin(t.TempDir(), record.Note{Key: "rec-1"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, _, err := r.End(); !errors.Is(err, record.ErrEmpty) {
		t.Errorf("the end says %v", err)
	}
	if _, err := record.Begin(t.TempDir(), record.Note{Key: "../x"}, nil); !errors.Is(err, record.ErrKey) {
		t.Errorf("a key that leaves the folder: %v", err)
	}
}

func TestRepairMakesAnyFileReadable(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.wav")
	for _, n := range []int{0, 10, 44, 45, 1000} {
		if err := os.WriteFile(path, make([]byte, n), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := wavfile.Repair(path); err != nil {
			t.Fatal(err)
		}
		if b, err := os.ReadFile(path); err != nil || string(b[:4]) != "RIFF" || len(b) < 44 {
			t.Errorf("a file of %d bytes: %q, %v", n, b[:min(8, len(b))], err)
		}
	}
}
