package receive

import (
	"errors"
	"testing"

	"loaxa/audio/frame"
)

// TestAnEmergencyFindsAPlaceInAFullTable: one ordinary stream too many is
// refused, an emergency takes the place of the oldest, and where all places are
// emergencies' it is refused like any other.
func TestAnEmergencyFindsAPlaceInAFullTable(t *testing.T) {
	r := New()
	defer r.Close()
	open := func(n uint16, class uint8) error {
		return r.Open(Open{Stream: n, Broadcast: uint64(n), Class: class, Codec: frame.L16, First: 1_000_000})
	}
	for n := range uint16(maxStreams) {
		class := uint8(3)
		if n == 0 {
			class = 4
		}
		if err := open(n+1, class); err != nil {
			t.Fatal(err)
		}
	}
	if err := open(100, 3); !errors.Is(err, ErrFull) {
		t.Fatalf("one too many: %v", err)
	}
	for n := range uint16(maxStreams) {
		if err := open(200+n, 6); err != nil {
			t.Fatalf("emergency %d: %v", n, err)
		}
		if n == 0 && (r.mix.find(2) != nil || r.mix.find(1) == nil || r.mix.find(3) == nil) {
			t.Error("another than the oldest of the least class went")
		}
	}
	if err := open(300, 6); !errors.Is(err, ErrFull) {
		t.Errorf("one emergency too many: %v", err)
	}
}
