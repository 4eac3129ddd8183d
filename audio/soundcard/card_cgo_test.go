//go:build cgo

package soundcard

import (
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gen2brain/malgo"
)

// nullBackend is miniaudio's clocked device without hardware; the library's own
// constant for it names another backend.
const nullBackend = malgo.Backend(14)

// The life of a card, on a device that every machine has: it pulls at its own
// pace, comes back after it was lost, and ends.
func TestCardLivesThroughALoss(t *testing.T) {
	var pulled, lost atomic.Int64
	c, err := openCard("", malgo.Playback, [][]malgo.Backend{{nullBackend}}, func(out, in []float32) {
		pulled.Add(int64(len(out)))
		lost.Add(int64(len(in)))
	})
	if err != nil {
		t.Fatal(err)
	}
	grows := func(what string) {
		t.Helper()
		from := pulled.Load()
		for range 1000 {
			if pulled.Load() > from+960 {
				return
			}
			time.Sleep(10 * time.Millisecond)
		}
		t.Fatalf("%s nothing is pulled", what)
	}
	grows("at first")
	c.lost <- struct{}{}
	time.Sleep(50 * time.Millisecond)
	grows("after a loss")
	n, at := c.Position()
	if n <= 0 || time.Since(at) > time.Minute || c.Kind() != KindCard || lost.Load() != 0 {
		t.Errorf("%s at %d, %v; %d samples came in", c.Kind(), n, at, lost.Load())
	}
	for range 2 {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestNoBackendIsNoCard(t *testing.T) {
	if _, err := openCard("", malgo.Capture, nil, nil); !errors.Is(err, ErrNoCard) {
		t.Errorf("%v", err)
	}
}
