package onair

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"loaxa/app/station"
)

func (a *above) alert(id station.BroadcastID) (al station.Alert) {
	a.t.Helper()
	b, ok := a.d[station.ClassAlert][fmt.Sprint(id)]
	if !ok {
		a.t.Fatalf("no words of #%d are kept", id)
	}
	if err := json.Unmarshal(b, &al); err != nil {
		a.t.Fatal(err)
	}
	return al
}

// TestTheWholeWordOfAnEmergencyIsKept: of its updates with what they take the
// place of, of its correction, and of every reading.
func TestTheWholeWordOfAnEmergencyIsKept(t *testing.T) {
	a := newAbove(t)
	long := "Lũ về.\nBà con lên chỗ cao."
	start := func(in station.EmergencyStart) station.BroadcastID {
		in.Targets = station.Targets{Zones: []string{"bắc"}}
		if o := a.in(Input{Intent: in, Actor: "Hoa"}); o.Refusal != nil {
			t.Fatal(o.Refusal)
		}
		return a.s.lead().ID
	}
	first := start(station.EmergencyStart{Text: long, Level: 3, Kind: "flood", Repeat: station.Repeat{Every: 2 * time.Minute, Times: 1}})
	if al := a.alert(first); al.Type != station.AlertNew || al.Text != long || al.Level != 3 || al.Who != "Hoa" || len(al.Places) != 2 || len(al.Refs) != 0 {
		t.Errorf("kept %+v", al)
	}
	a.in(Input{Fact: station.Drained{Broadcast: first}})
	a.now += 3 * time.Minute
	a.in(Input{Tick: true})
	if al := a.alert(a.s.lead().Broadcast); a.s.lead().Broadcast == first || al.Of != first {
		t.Errorf("the second reading: %+v", al)
	}
	second := start(station.EmergencyStart{Text: "Nước rút chậm", Updates: first})
	third := start(station.EmergencyStart{Text: "Nước còn cao", Updates: second})
	if al := a.alert(third); al.Type != station.AlertUpdate || len(al.Refs) != 2 || al.Refs[0].ID != first || al.Refs[1].ID != second {
		t.Errorf("the update: %+v", al)
	}
	a.in(Input{Intent: station.EmergencyCorrect{}, Actor: "Hoa"})
	last := a.s.Counters.Broadcast
	if al := a.alert(last); al.Type != station.AlertCancel || al.Clear || len(al.Refs) != 3 || al.Refs[2].ID != third || al.ID != last || al.Text == "" {
		t.Errorf("the correction: %+v", al)
	}
}
