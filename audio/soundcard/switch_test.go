package soundcard_test

import (
	"math"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"loaxa/audio/audiotest"
	"loaxa/audio/soundcard"
)

// TestAnotherMicrophoneIsChosen: who listens hears the new device without
// joining again and nothing of the old one; one that does not open is said, and
// the next choice is heard again.
func TestAnotherMicrophoneIsChosen(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("skipped: FIFOs are made on Linux only")
	}
	dir := t.TempDir()
	a, b := filepath.Join(dir, "a"), filepath.Join(dir, "b")
	c, err := soundcard.OpenCapture("fifo:" + a)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	var heard ear
	defer c.Tap(heard.take)()
	live := c.Live()
	defer live.Close()
	send := func(path string, level float64) {
		t.Helper()
		w, err := os.OpenFile(path, os.O_RDWR, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer w.Close()
		before := live.Stats().Fed
		if _, err := w.Write(s16(audiotest.Sine(500, level, 0, 4800))); err != nil {
			t.Fatal(err)
		}
		until(t, "the samples of "+path+" come", func() bool { return live.Stats().Fed == before+4800 })
	}
	send(a, 0.1)
	if err := c.Switch("fifo:" + b); err != nil {
		t.Fatal(err)
	}
	if s := c.State(); s.Config != "fifo:"+b || s.Flowing {
		t.Errorf("before the new one's writer: %+v", s)
	}
	send(b, 0.5)
	got := heard.heard()
	if len(got) != 9600 || math.Abs(audiotest.RMS(got[:4800])-0.0707) > 0.002 || math.Abs(audiotest.RMS(got[4800:])-0.3536) > 0.002 {
		t.Errorf("%d samples of RMS %.4f and %.4f", len(got), audiotest.RMS(got[:4800]), audiotest.RMS(got[4800:]))
	}
	if err := c.Switch("file:" + filepath.Join(dir, "none")); err == nil || c.State().Err == nil || c.State().Kind != soundcard.KindNone {
		t.Errorf("a file that is not there: %v, %+v", err, c.State())
	}
	if err := c.Switch("fifo:" + a); err != nil || c.State().Err != nil {
		t.Fatal(err, c.State().Err)
	}
	send(a, 0.1)
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	if err := c.Switch("none"); err == nil {
		t.Error("a closed input was opened again")
	}
}
