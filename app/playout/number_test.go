package playout

import (
	"errors"
	"math"
	"testing"

	"loaxa/app/station"
)

// No number is given twice in a run. The last ones are the emergencies', and
// whoever looks after the station was told long before.
func TestStreamNumbersAreNeverUsedAgain(t *testing.T) {
	warned := 0
	p := New(Parts{Warn: func(string, error) { warned++ }})
	before := uint16(0)
	take := func(c station.Class) (n int) {
		for {
			next, err := p.number(c)
			if errors.Is(err, ErrNumbers) {
				return n
			}
			if err != nil || next <= before {
				t.Fatalf("%d after %d: %v", next, before, err)
			}
			before = next
			n++
			if n == math.MaxUint16-reserved-warnLast && warned != 0 {
				t.Error("warned too early")
			}
		}
	}
	if n := take(station.Scheduled); n != math.MaxUint16-reserved || warned != warnLast/warnEvery {
		t.Errorf("%d ordinary streams, %d warnings", n, warned)
	}
	if n := take(station.Live); n != 0 {
		t.Errorf("%d more for a live broadcast", n)
	}
	if n := take(station.Emergency); n != reserved {
		t.Errorf("%d kept for emergencies", n)
	}
}
