package onair

import (
	"testing"
	"time"

	"loaxa/app/station"
)

// TestEachKindOfDeadAirRings: silence, hum and noise in the place of a piece
// stand in the fault book once, under their own word, until there is sound
// again, the air is cut, or the broadcast ends.
func TestEachKindOfDeadAirRings(t *testing.T) {
	ends := map[string]Input{
		"sound":   {Fact: station.AirSound{Broadcast: 1}},
		"the cut": {Fact: station.Closed{Broadcast: 1}},
		"the end": {Intent: station.StopAll{}},
	}
	for name, end := range ends {
		for _, word := range station.AirFaults {
			s := village()
			step := func(at time.Duration, in Input) (o Outcome) {
				t.Helper()
				in.Actor = "hoa"
				s, o = Decide(s, in, stamp(at))
				if o.Refusal != nil {
					t.Fatal(o.Refusal)
				}
				return o
			}
			open := func() bool {
				for _, f := range s.Faults {
					if f.Kind == station.EvNoAir && f.Reason == word {
						return !f.Over
					}
				}
				return false
			}
			step(0, Input{Intent: station.LiveStart{Title: "Họp", Targets: station.Everywhere()}})
			step(time.Second, Input{Fact: station.PieceStarted{Broadcast: 1, Tag: "1"}})
			dead := Input{Fact: station.AirSound{Broadcast: 1, Wrong: word}}
			if o := step(6*time.Second, dead); !open() || len(o.Events) != 1 || o.Events[0].Kind != station.EvNoAir || o.Events[0].Reason != word {
				t.Errorf("%s does not ring: %+v", word, o.Events)
			}
			if o := step(7*time.Second, dead); len(o.Events) != 0 {
				t.Errorf("%s rings twice: %+v", word, o.Events)
			}
			step(8*time.Second, end)
			if open() {
				t.Errorf("%s rings on after %s", word, name)
			}
		}
	}
	s, o := Decide(village(), Input{Fact: station.AirSound{Broadcast: 9, Wrong: station.AirSilent}}, stamp(0))
	if len(s.Faults) != 0 || len(o.Events) != 0 {
		t.Error("a broadcast that is over rings")
	}
}
