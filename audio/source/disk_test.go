package source

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"loaxa/audio/frame"
	"loaxa/audio/wavfile"
)

// slowDisk gives a file whose reads take their time from a place on; with
// broken it never answers again there.
type slowDisk struct {
	*os.File
	at     int64 // bytes read
	from   int64
	pause  time.Duration
	broken error
}

func (s *slowDisk) Read(p []byte) (int, error) {
	if s.at >= s.from {
		time.Sleep(s.pause)
		if s.broken != nil {
			return 0, s.broken
		}
	}
	n, err := s.File.Read(p[:min(len(p), 9600)])
	s.at += int64(n)
	return n, err
}

// ramp is a WAV file of some seconds in which every sample differs from the one
// before: what is lost shows.
func ramp(t *testing.T, seconds int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "ramp.wav")
	w, err := wavfile.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	s := make([]float32, seconds*frame.Rate)
	for i := range s {
		s[i] = float32(1+i%30000) / 32768
	}
	if err := errors.Join(w.Write(s), w.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}

// listen reads a file at the pace of the clock to its end, or for as long as
// given, and returns what was no silence.
func listen(f *File, most time.Duration) (heard []float32) {
	out := make([]float32, frame.Samples)
	for ; most > 0; most -= frame.Duration {
		n := f.Read(out)
		for _, x := range out[:n] {
			if x != 0 {
				heard = append(heard, x)
			}
		}
		if n < len(out) {
			break
		}
		time.Sleep(frame.Duration)
	}
	return heard
}

func openSlowly(t *testing.T, path string, s *slowDisk) (*File, error) {
	t.Helper()
	return openFile(context.Background(), path, 0, func(path string) (file, error) {
		f, err := os.Open(path)
		s.File = f
		return s, err
	}, nil)
}

// A disk at a third of the pace that is needed makes silence, counted; no
// sample is lost and nothing breaks.
func TestASlowDiskMakesSilenceAndGoesOn(t *testing.T) {
	const seconds = 12
	path := ramp(t, seconds)
	synctest.Test(t, func(t *testing.T) {
		f, err := openSlowly(t, path, &slowDisk{from: 48000, pause: 60 * time.Millisecond})
		if err != nil {
			t.Fatal(err)
		}
		heard := listen(f, 5*time.Minute)
		if f.Err() != nil || len(heard) != seconds*frame.Rate || f.Starved() < 10*frame.Rate {
			t.Fatalf("%d samples heard, %d starved, %v", len(heard), f.Starved(), f.Err())
		}
		for i, x := range heard {
			if x != float32(1+i%30000)/32768 {
				t.Fatalf("sample %d is %v", i, x)
			}
		}
	})
}

// A disk so slow that the first half second takes longer than anybody waits is
// played all the same.
func TestAVerySlowOpenBeginsWithSilence(t *testing.T) {
	path := ramp(t, 2)
	synctest.Test(t, func(t *testing.T) {
		f, err := openSlowly(t, path, &slowDisk{from: 100, pause: 300 * time.Millisecond})
		if err != nil {
			t.Fatal(err)
		}
		if heard := listen(f, 3*time.Minute); f.Err() != nil || len(heard) != 2*frame.Rate {
			t.Errorf("%d samples, %v", len(heard), f.Err())
		}
	})
}

func TestADeadDiskIsAnError(t *testing.T) {
	path := ramp(t, 8)
	synctest.Test(t, func(t *testing.T) {
		for name, c := range map[string]struct {
			s    slowDisk
			want error
			open bool // fails at once
		}{
			"read error while it plays": {slowDisk{from: 400_000, broken: io.ErrClosedPipe}, io.ErrClosedPipe, false},
			"no answer while it plays":  {slowDisk{from: 400_000, pause: time.Hour, broken: io.ErrClosedPipe}, ErrStalled, false},
			"no answer at all":          {slowDisk{from: 0, pause: time.Hour, broken: io.ErrClosedPipe}, ErrStalled, true},
		} {
			begin := time.Now()
			f, err := openSlowly(t, path, &c.s)
			if c.open != (err != nil) || c.open && !errors.Is(err, c.want) {
				t.Errorf("%s: opened with %v", name, err)
			}
			if err == nil {
				heard := listen(f, time.Minute)
				if !errors.Is(f.Err(), c.want) || len(heard) < 3*frame.Rate {
					t.Errorf("%s: %d samples and %v", name, len(heard), f.Err())
				}
			}
			if d := time.Since(begin); d > 31*time.Second {
				t.Errorf("%s: it took %v", name, d)
			}
		}
		time.Sleep(2 * time.Hour) // the reads that hang come back: no goroutine stays
	})
}
