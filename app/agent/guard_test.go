package agent

import (
	"testing"
	"time"

	"loaxa/app/station"
	"loaxa/devices/cluster"
)

// A line that breaks each half second makes an emergency begin again and again:
// it is never refused for that. A flood of programmes is, and leaves room for
// an emergency.
func TestAnEmergencyIsNotRefusedForABadLine(t *testing.T) {
	g, w := &guard{}, wallTime{time.Unix(1795000000, 0), true}
	g.set(cluster.Guard{}, time.UTC)
	for i := range 1000 {
		if _, ok := g.admit(uint8(station.Emergency), 7, w); !ok {
			t.Fatalf("refused at its beginning number %d", i+1)
		}
	}
	refused := 0
	for i := range uint64(1000) {
		if _, ok := g.admit(uint8(station.Operator), 100+i, w); !ok {
			refused++
		}
	}
	if admitted := 1000 - refused; admitted != cluster.DefaultPerMinute-1 {
		t.Errorf("%d programmes a minute were let begin", admitted)
	}
	if _, ok := g.admit(uint8(station.Emergency), 8, w); !ok {
		t.Error("another emergency found no room behind the programmes")
	}
}
