package library_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"loaxa/audio/audiotest"
	"loaxa/audio/frame"
	"loaxa/audio/library"
	"loaxa/audio/source"
)

func idSum(t *testing.T, id string) (b [32]byte) {
	t.Helper()
	if n, err := hex.Decode(b[:], []byte(id)); err != nil || n != 32 {
		t.Fatalf("%q is no hash", id)
	}
	return b
}

// sweepWAV is a file that needs a resampler, so that a copy is worth it.
func sweepWAV(t *testing.T, hz, seconds float64) string {
	t.Helper()
	return audiotest.WriteForm(t, "s.wav", audiotest.Form{Rate: 44100, Channels: 2, Bits: 16}, seconds,
		func(c int, at float64) float64 { return (0.3 + 0.1*float64(c)) * math.Sin(hz*at*(1+at)) })
}

// shelf is a library with copies whose clock goes on with each use.
type shelf struct {
	*library.Library
	dir    string
	budget int64
	broken []error
	clock  time.Time
}

func newShelf(t *testing.T, budget int64) *shelf {
	t.Helper()
	l, dir := open(t)
	s := &shelf{Library: l, dir: dir, budget: budget, clock: time.Now()}
	err := l.KeepCopies(library.Copies{Budget: func() int64 { return s.budget }, Broken: func(err error) { s.broken = append(s.broken, err) },
		Now: func() time.Time { s.clock = s.clock.Add(time.Second); return s.clock }})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *shelf) take(t *testing.T, path string) library.Item {
	t.Helper()
	it, err := s.Import(context.Background(), path, nil)
	if err != nil {
		t.Fatal(err)
	}
	return it
}

func (s *shelf) copyPath(id library.ID) string {
	return filepath.Join(s.dir, "decoded", string(id)+".pcm")
}

// play reads an item from a sample on to its end.
func (s *shelf) play(t *testing.T, id library.ID, from int64) []float32 {
	t.Helper()
	src, err := s.Open(context.Background(), id, from)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	var out []float32
	for {
		buf := make([]float32, frame.Samples)
		for b := src.(source.Buffered); b.Ready() < len(buf); {
			time.Sleep(time.Millisecond)
		}
		n := src.Read(buf)
		if out = append(out, buf[:n]...); n < len(buf) {
			if src.Err() != nil || src.Starved() > 0 {
				t.Errorf("%v, %d samples missing", src.Err(), src.Starved())
			}
			return out
		}
	}
}

func equal(t *testing.T, what string, want, got []float32) {
	t.Helper()
	if len(want) != len(got) {
		t.Fatalf("%s: %d samples, want %d", what, len(got), len(want))
	}
	for i := range want {
		if math.Float32bits(want[i]) != math.Float32bits(got[i]) {
			t.Fatalf("%s: sample %d is %v, want %v", what, i, got[i], want[i])
		}
	}
}

// A copy gives the bits that the decoder gives, from every place, and goes on
// with the decoder's where it is damaged, without a gap and without a step.
func TestACopySoundsAsItsFile(t *testing.T) {
	files := map[string]string{"resampled wav": sweepWAV(t, 2000, 1.21)}
	t.Run("mp3", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "a.mp3")
		audiotest.Tool(t, "lame", "--quiet", "-b", "64", sweepWAV(t, 200, 6.5), path)
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		sameByCopy(t, b, 1)
	})
	for name, path := range files {
		t.Run(name, func(t *testing.T) {
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			sameByCopy(t, b, 6)
		})
	}
}

// sameByCopy plays a file beside its copy, whole, and damaged in so many ways.
func sameByCopy(t *testing.T, file []byte, ways int) {
	s := newShelf(t, 1<<30)
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	id := s.take(t, path).ID
	want := s.play(t, id, 0)
	made, err := s.Prepare(context.Background(), id, library.Prepared{})
	if err != nil || !s.HasCopy(id) || made.Samples != int64(len(want)) {
		t.Fatalf("%v, copy %v, %d samples", err, s.HasCopy(id), made.Samples)
	}
	if err := os.WriteFile(s.Path(id), []byte("RIFF is not what this is any more"), 0o600); err != nil { // the copy alone sounds
		t.Fatal(err)
	}
	equal(t, "from the start", want, s.play(t, id, 0))
	for _, from := range []int64{1, 4799, 4800, 41234, int64(len(want)) - 1, int64(len(want))} {
		equal(t, "from the middle", want[from:], s.play(t, id, from))
	}
	if len(s.broken) > 0 {
		t.Error(s.broken)
	}
	if err := os.WriteFile(s.Path(id), file, 0o600); err != nil {
		t.Fatal(err)
	}
	good, err := os.ReadFile(s.copyPath(id))
	if err != nil {
		t.Fatal(err)
	}
	for i, damage := range []func(b []byte) []byte{
		func(b []byte) []byte { b[len(b)*9/10] ^= 4; return b }, // in the middle
		func(b []byte) []byte { b[70] ^= 1; return b },          // at the start
		func(b []byte) []byte { b[9] ^= 1; return b },           // its head
		func(b []byte) []byte { return b[:len(b)/3] },           // cut short
		func(b []byte) []byte { b[30] ^= 1; return b },          // of another file
		func([]byte) []byte { return nil },                      // empty
	} {
		if i == ways {
			break
		}
		what := fmt.Sprint("damage ", i)
		if err := os.WriteFile(s.copyPath(id), damage(bytes.Clone(good)), 0o600); err != nil {
			t.Fatal(err)
		}
		s.broken = nil
		equal(t, what, want, s.play(t, id, 0))
		if len(s.broken) != 1 || !errors.Is(s.broken[0], source.ErrCopy) || s.HasCopy(id) {
			t.Errorf("%s: told %v, still there %v", what, s.broken, s.HasCopy(id))
		}
	}
}

// Copies keep within their budget: what was used longest ago goes first, what is
// to stay stays, and what does not fit is only verified.
func TestCopiesKeepWithinTheirBudget(t *testing.T) {
	one := source.CopySize(frame.Rate)
	s := newShelf(t, 3*one+100)
	var ids []library.ID
	for i := range 5 {
		ids = append(ids, s.take(t, sweepWAV(t, float64(1000+100*i), 1)).ID)
	}
	prepare := func(i int, keep ...int) error {
		t.Helper()
		_, err := s.Prepare(context.Background(), ids[i], library.Prepared{Samples: frame.Rate, Lazy: true, Keep: func(id library.ID) bool {
			for _, k := range keep {
				if ids[k] == id {
					return true
				}
			}
			return false
		}})
		if used := s.UsedCopies(); used > s.budget {
			t.Errorf("%d bytes of %d", used, s.budget)
		}
		s.play(t, ids[i], 0) // used now
		return err
	}
	has := func(what string, want ...bool) {
		t.Helper()
		for i, w := range want {
			if s.HasCopy(ids[i]) != w {
				t.Errorf("%s: copy of %d: %v", what, i, !w)
			}
		}
	}
	for i := range 3 {
		if err := prepare(i); err != nil {
			t.Fatal(err)
		}
	}
	s.play(t, ids[0], 0)
	if err := prepare(3); err != nil {
		t.Fatal(err)
	}
	has("the one used longest ago goes", true, false, true, true, false)
	if err := prepare(4, 0, 2, 3); !errors.Is(err, library.ErrNoRoom) {
		t.Errorf("where all are to stay: %v", err)
	}
	has("all stay", true, false, true, true, false)
	s.budget = one + 100
	if err := s.ShrinkCopies(func(id library.ID) bool { return id == ids[2] }); err != nil {
		t.Error(err)
	}
	has("the disk is full", false, false, true, false, false)
	s.budget = 0
	if err := s.ShrinkCopies(func(library.ID) bool { return true }); err != nil || s.UsedCopies() > 0 {
		t.Errorf("none are wanted: %v, %d bytes", err, s.UsedCopies())
	}
	if it, err := s.Prepare(context.Background(), ids[1], library.Prepared{}); err != nil || it.Samples != frame.Rate {
		t.Errorf("verified alone: %v, %d samples", err, it.Samples)
	}
}

// While one copy is held up, as by an emergency, an item is verified all the same,
// and no second copy is made.
func TestAVerificationWaitsForNoCopy(t *testing.T) {
	s := newShelf(t, 1<<30)
	first, second := s.take(t, sweepWAV(t, 900, 2)).ID, s.take(t, sweepWAV(t, 1100, 1)).ID
	held, free := make(chan struct{}), make(chan struct{})
	once := sync.OnceFunc(func() { close(held) })
	ended := make(chan error, 1)
	go func() {
		_, err := s.Prepare(context.Background(), first, library.Prepared{Pace: func(context.Context, time.Duration) error { once(); <-free; return nil }})
		ended <- err
	}()
	<-held
	if it, err := s.Prepare(context.Background(), second, library.Prepared{}); err != nil || it.Samples != frame.Rate || s.HasCopy(second) {
		t.Errorf("the second: %v, %d samples, copy %v", err, it.Samples, s.HasCopy(second))
	}
	if _, err := s.Prepare(context.Background(), second, library.Prepared{Lazy: true}); !errors.Is(err, library.ErrBusy) {
		t.Errorf("only its copy: %v", err)
	}
	close(free)
	if err := <-ended; err != nil || !s.HasCopy(first) {
		t.Errorf("the first: %v, copy %v", err, s.HasCopy(first))
	}
}

// What is not well has no copy and says so; what is stopped leaves nothing.
func TestNoCopyOfWhatIsNotWell(t *testing.T) {
	s := newShelf(t, 1<<30)
	id := s.take(t, sweepWAV(t, 900, 1)).ID
	ctx, cancel := context.WithCancel(context.Background())
	_, err := s.Prepare(ctx, id, library.Prepared{Pace: func(ctx context.Context, _ time.Duration) error { cancel(); return ctx.Err() }})
	if cancel(); err != nil && !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	b, err := os.ReadFile(s.Path(id))
	if err != nil {
		t.Fatal(err)
	}
	_ = os.Remove(s.copyPath(id)) // where the machine was quicker than the pace
	if err := os.WriteFile(s.Path(id), b[:len(b)/2], 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Prepare(context.Background(), id, library.Prepared{}); !errors.Is(err, library.ErrChanged) {
		t.Errorf("half of the file: %v", err)
	}
	if left := s.UsedCopies(); left != 0 {
		t.Errorf("%d bytes are left", left)
	}
	if _, err := s.Sweep(func(library.ID) bool { return false }); err != nil {
		t.Error(err)
	}
}
