package cluster

import (
	"testing"

	"loaxa/audio/frame"
)

// TestALongEmergencyIsNotForgotten: more streams are opened than a link keeps,
// the oldest of all is an emergency's.
func TestALongEmergencyIsNotForgotten(t *testing.T) {
	l := &Link{opened: map[uint16]session{}, welcome: Welcome{Protocol: 1, Epoch: 9}}
	l.opt.Verify = func([]byte, []byte) bool { return true }
	for n := uint16(1); n <= 3*MaxStreams; n++ {
		class := uint8(3)
		if n == 1 {
			class = 6
		}
		if !l.accept(&Open{Protocol: 1, Epoch: 9, Stream: n, Class: class, Codec: frame.Opus}) {
			t.Fatal(n)
		}
	}
	if len(l.opened) != MaxStreams || l.opened[1].class != 6 || l.opened[3*MaxStreams].class != 3 || l.opened[2].class != 0 {
		t.Errorf("%d streams: %v", len(l.opened), l.opened)
	}
}
