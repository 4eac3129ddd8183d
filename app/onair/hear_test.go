package onair

import (
	"testing"
	"time"

	"loaxa/app/station"
)

// TestAnItemIsHeardAtTheDeskAlone: nothing of it goes to a cluster, and never
// beside an open microphone, which would carry it on air.
func TestAnItemIsHeardAtTheDeskAlone(t *testing.T) {
	s := village()
	s.Settings.NoCard = false
	s.Items = map[station.ItemID]station.Item{"a": {ID: "a", Title: "Bản tin", Length: time.Minute}}
	hear := func(id station.ItemID) ([]station.Cue, station.RefusalCode) {
		t.Helper()
		next, o := Decide(s, Input{Intent: station.HearHere{Item: id}, Actor: "hoa"}, stamp(time.Second))
		if o.Refusal != nil {
			return o.Cues, o.Refusal.Code
		}
		s = next
		return o.Cues, ""
	}
	for id, want := range map[station.ItemID]station.CueMonitor{"a": {Item: "a"}, "": {}} {
		if cues, why := hear(id); why != "" || len(cues) != 1 || cues[0] != station.Cue(want) {
			t.Errorf("%q: %v, %q", id, cues, why)
		}
	}
	if cues, why := hear("gone"); why != station.UnknownItem || len(cues) != 0 {
		t.Errorf("an unknown item: %v, %q", cues, why)
	}
	quiet := s
	s.Settings.NoCard = true
	if _, why := hear("a"); why != station.NoCard {
		t.Errorf("without a card: %q", why)
	}
	s, _ = Decide(quiet, Input{Fact: station.ClusterReport{ID: "c1", Up: true}}, stamp(0))
	s, _ = Decide(s, Input{Intent: station.LiveStart{Title: "Họp", Targets: station.Everywhere()}, Actor: "hoa"}, stamp(0))
	if _, why := hear("a"); why != station.MicBusy {
		t.Errorf("beside an open microphone: %q", why)
	}
	if _, why := hear(""); why != "" {
		t.Errorf("silence beside an open microphone: %q", why)
	}
}
