package onair

import (
	"testing"
	"time"

	"loaxa/app/station"
)

// TestAStartToldAheadIsTheStations: its row has the station for its author and
// the planned second, though a person asked for something else in that moment.
func TestAStartToldAheadIsTheStations(t *testing.T) {
	s := village()
	do := func(at time.Duration, in Input) (o Outcome) {
		t.Helper()
		s, o = Decide(s, in, stamp(at))
		if o.Refusal != nil {
			t.Fatal(o.Refusal)
		}
		return o
	}
	do(0, Input{Actor: "hoa", Intent: station.SlotPut{Slot: station.Slot{Title: "x", Minute: 1080, Days: station.EveryDay, Mode: station.StartHard,
		Items: []station.ItemID{"news"}, Targets: station.Everywhere()}}})
	second := 18 * time.Minute
	do(second-500*time.Millisecond, Input{Fact: station.SlotDue{Slot: 1, At: stamp(second).Wall.Unix()}})
	o := do(second+2*time.Millisecond, Input{Actor: "lan", Intent: station.QueueAdd{Item: "tune", Targets: station.Everywhere(), At: -1}})
	if e := o.Events[0]; e.Kind != station.EvStart || e.Actor != "station" || e.At != stamp(second) {
		t.Errorf("the log has %+v", e)
	}
	if e := o.Events[1]; e.Kind != station.EvQueue || e.Actor != "lan" {
		t.Errorf("the log has %+v", e)
	}
}
