package soundcard_test

import (
	"sync"
	"testing"
	"time"

	"loaxa/audio/audiotest"
	"loaxa/audio/frame"
	"loaxa/audio/soundcard"
)

// ear collects what a tap is handed.
type ear struct {
	mu  sync.Mutex
	got []float32
}

func (e *ear) take(s []float32) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.got = append(e.got, s...)
}

func (e *ear) heard() []float32 {
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]float32(nil), e.got...)
}

// TestATapHearsWhatComesIn: with a file, the tap alone plays it; one that joins
// a live hears the live's samples and starts no second playing.
func TestATapHearsWhatComesIn(t *testing.T) {
	said := audiotest.Noise(3, 0.3, 20*frame.Rate)
	c, err := soundcard.OpenCapture("file:" + audiotest.WriteWAV(t, "a.wav", said))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	await := func(what string, ok func() bool) {
		t.Helper()
		for range 2000 {
			if ok() {
				return
			}
			time.Sleep(5 * time.Millisecond)
		}
		t.Fatal("never: " + what)
	}
	if !c.State().Closed {
		t.Error("a file that nobody plays is said to be open")
	}
	at := func(s []float32) int { // where in the file it begins
		for i := 0; i+100 < len(said); i++ {
			if d := said[i] - s[0]; d < 1e-4 && d > -1e-4 && near(said[i:i+100], s[:100]) {
				return i
			}
		}
		return -1
	}
	alone := &ear{}
	stop := c.Tap(alone.take)
	await("a third of a second is heard", func() bool { return len(alone.heard()) > frame.Rate/3 })
	if s := c.State(); s.Closed || !s.Flowing || s.Level.RMS < 0.01 {
		t.Errorf("while it is heard the input is %+v", s)
	}
	stop()
	await("it is closed again", func() bool { return c.State().Closed })
	if got := at(alone.heard()); got != 0 {
		t.Errorf("the tap alone began at sample %d of the file", got)
	}

	live := c.Live()
	defer func() { _ = live.Close() }()
	await("the live runs", func() bool { return c.State().Flowing && live.Stats().Fed > frame.Rate/4 })
	before := int(live.Stats().Fed)
	beside := &ear{}
	stop = c.Tap(beside.take)
	await("the tap hears the live", func() bool { return len(beside.heard()) > frame.Rate/4 })
	stop()
	if got := at(beside.heard()); got < before-frame.Samples {
		t.Errorf("the tap beside a live began at sample %d, the live was at %d", got, before)
	}
	n := len(beside.heard())
	time.Sleep(100 * time.Millisecond)
	if len(beside.heard()) > n {
		t.Error("a tap that was ended still hears")
	}
}

func near(a, b []float32) bool {
	for i := range a {
		if d := a[i] - b[i]; d > 1e-4 || d < -1e-4 {
			return false
		}
	}
	return true
}
