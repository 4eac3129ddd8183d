package onair

import (
	"testing"
	"time"

	"loaxa/app/station"
)

// TestCapsOfPlaces: what comes on air beside a school is held to the cap, by
// whose rule the log says; an emergency passes and the log says that too.
func TestCapsOfPlaces(t *testing.T) {
	s := village()
	at := time.Duration(0)
	step := func(in Input) Outcome {
		t.Helper()
		at += time.Second
		var o Outcome
		s, o = Decide(s, in, stamp(at))
		return o
	}
	rules := s.rules()
	rules.Caps = station.Caps{School: 5}
	if o := step(Input{Actor: "hoa", Intent: station.SettingsPut{Rules: rules}}); o.Refusal == nil || o.Refusal.Subject != "caps" {
		t.Errorf("a cap below which words are lost: %v", o.Refusal)
	}
	rules.Caps = station.Caps{School: 60}
	near := *s.cluster("c2")
	near.Near = "bar"
	if o := step(Input{Actor: "hoa", Intent: station.ClusterPut{Cluster: near}}); o.Refusal == nil {
		t.Error("an unknown place is taken")
	}
	near.Near = station.PlaceSchool
	for _, in := range []station.Intent{station.SettingsPut{Rules: rules}, station.ClusterPut{Cluster: near}} {
		if o := step(Input{Actor: "hoa", Intent: in}); o.Refusal != nil {
			t.Fatal(o.Refusal)
		}
	}
	loud := func(o Outcome) (out []station.Event) {
		for _, e := range o.Events {
			if e.Kind == station.EvLoud {
				out = append(out, e)
			}
		}
		return out
	}
	play := func(to station.Targets) Outcome {
		return step(Input{Actor: "tam", Intent: station.PlayNow{Items: []station.ItemID{"news"}, Targets: to}})
	}
	if got := loud(play(station.Targets{Clusters: []station.ClusterID{"c1"}})); len(got) != 0 {
		t.Errorf("where there is no school: %v", got)
	}
	step(Input{Actor: "tam", Intent: station.StopAll{}})
	if got := loud(play(station.Everywhere())); len(got) != 1 || got[0].Reason != station.LoudCapped || got[0].Targets != 1 || got[0].Actor != "hoa" {
		t.Errorf("held: %+v", got)
	}
	o := step(Input{Actor: "tam", Intent: station.EmergencyStart{Text: "Lũ về", Siren: "long", Targets: station.Everywhere()}})
	if got := loud(o); len(got) != 1 || got[0].Reason != station.LoudPassed || got[0].Targets != 1 {
		t.Errorf("an emergency: %+v, %v", got, o.Refusal)
	}
}
