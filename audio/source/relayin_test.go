package source

import (
	"bytes"
	"context"
	"io"
	"math"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"loaxa/audio/dsp"
)

// nonsense is a decoder that a far station makes give what is no number.
type nonsense struct{ left int }

func (n *nonsense) Stream(out [][2]float64) (int, bool) {
	if n.left--; n.left < 0 {
		return 0, false
	}
	for i := range out {
		out[i] = [2]float64{[]float64{math.NaN(), math.Inf(1), 1e300, 0.1}[i%4], 0}
	}
	return len(out), true
}

func (n *nonsense) Err() error     { return nil }
func (n *nonsense) Seek(int) error { return nil }

// One sample that is no number would stay in the filters of the station for good.
func TestARelayGivesNumbersOnly(t *testing.T) {
	level := dsp.NewLeveler(-16)
	err := relayDecode(&nonsense{left: 50}, 44100, func(s []float32) error {
		level.Apply(s)
		for _, x := range s {
			if !(x > -64 && x < 64) {
				t.Fatalf("a sample of %v", x)
			}
		}
		return nil
	})
	if g := level.GainDB(); err != io.EOF || g != g {
		t.Errorf("%v, gain %v", err, g)
	}
}

// FuzzRelay: whatever a far station sends, what is heard is numbers, and the
// connection ends.
func FuzzRelay(f *testing.F) {
	for _, s := range []string{"", "#EXTM3U\n", "<html>", "ID3\x04\x00\x00\x00\x00\x00\x0a0123456789\xff\xfb\x90\xc4", "RIFF0000WAVE"} {
		f.Add([]byte(s))
	}
	f.Add(bytes.Repeat(append([]byte("\xff\xfb\x90\xc4"), make([]byte, 413)...), 20))
	if names, err := filepath.Glob("testdata/fuzz/FuzzDecode/*"); err == nil && len(names) > 0 {
		if b, err := os.ReadFile(names[0]); err == nil {
			f.Add(b)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		r := &Relay{opt: RelayOptions{Length: 1 << 40, Open: func(context.Context, bool) (io.ReadCloser, bool, error) {
			return io.NopCloser(bytes.NewReader(b)), false, nil
		}}, level: dsp.NewLeveler(-16), primed: true}
		r.room = sync.NewCond(&r.mu)
		ended := make(chan struct{})
		var gave int64
		go func() {
			defer close(ended)
			gave, _ = r.once(t.Context(), false) // why it ended is its own
		}()
		heard := make([]float32, 4800)
		for began := time.Now(); ; {
			if time.Since(began) > time.Minute {
				t.Fatal("the connection does not end")
			}
			over := false
			select {
			case <-ended:
				over = true
			case <-time.After(50 * time.Microsecond):
			}
			r.primed = true // by itself it waits for more than is left
			r.Read(heard)
			for _, x := range heard {
				if !(x > -64 && x < 64) {
					t.Fatalf("a sample of %v", x)
				}
			}
			if over { // what is left in the ring is of the same samples
				break
			}
		}
		if gave > int64(len(b)+1)*12000 { // Opus holds 120 ms in one byte
			t.Errorf("%d samples of %d bytes", gave, len(b))
		}
	})
}
