package onair

import (
	"slices"
	"testing"
	"time"

	"loaxa/app/station"
)

// TestASensorThatIsTakenAwayAccusesNobody: its fault ends with it, also when the
// pole was silent meanwhile or the station began anew.
func TestASensorThatIsTakenAwayAccusesNobody(t *testing.T) {
	for why, with := range map[string]station.Sense{"horn-silent": {HasEar: true}, "amp-silent": {Has: true}} {
		for _, forgot := range []bool{false, true} {
			p := &pole{t: t, s: village()}
			p.says(0, time.Second, station.ClusterHealth{Output: "card"})
			p.step(time.Second, Input{Intent: station.PlayNow{Items: []station.ItemID{"news"}, Targets: station.Everywhere()}})
			p.step(time.Second, Input{Fact: station.PieceStarted{Broadcast: 1, Tag: "1"}})
			h := station.ClusterHealth{Output: "card", Playing: 1, Level: 0.2, Sense: with}
			p.says(time.Second, 70*time.Second, h)
			if !p.open(station.EvClusterFault, why) {
				t.Fatalf("%s does not ring", why)
			}
			h.Playing, h.Level = 0, 0
			p.says(70*time.Second, 72*time.Second, h)
			if !p.open(station.EvClusterFault, why) {
				t.Errorf("%s ends because nothing plays", why)
			}
			if forgot {
				k := *p.s.Known.Clusters["c1"]
				k.Odd.Ear, k.Odd.Amp = 0, 0
				p.s.Known.Clusters["c1"] = &k
			}
			h.Sense = station.Sense{}
			p.says(72*time.Second, 73*time.Second, h)
			if p.open(station.EvClusterFault, why) {
				t.Errorf("%s rings on without its sensor", why)
			}
		}
	}
}

// TestAClusterOffTheListTakesItsFaultsWithIt: every kind of them, also those of
// a board; those of the others stay, and the records go.
func TestAClusterOffTheListTakesItsFaultsWithIt(t *testing.T) {
	s := village()
	list := station.RosterSet{Clusters: s.Roster[1:]}
	for _, key := range []string{"trial-", "horn-", "amp-", "lost-", "pole-", "foreign-"} {
		for _, id := range []station.ClusterID{"c1", "c2"} {
			s.Faults = append(s.Faults, station.Fault{ID: key + string(id), Kind: station.EvClusterFault, Cluster: id, Reason: "x"})
		}
	}
	s.Faults = append(s.Faults, station.Fault{ID: "pole-refused-c1-why", Kind: station.EvPoleRefused, Cluster: "c1"},
		station.Fault{ID: "board-b1", Kind: station.EvBoardMismatch}, station.Fault{ID: "disk", Kind: station.EvDisk})
	s.Known.Clusters = map[station.ClusterID]*ClusterKnown{"c1": {}}
	s, out := Decide(s, Input{Fact: list}, stamp(time.Second))
	for _, f := range s.Faults {
		if f.Cluster == "c1" || f.ID == "board-b1" {
			t.Errorf("%s is still in the book", f.ID)
		}
	}
	if len(s.Faults) != 7 || !slices.ContainsFunc(s.Faults, func(f station.Fault) bool { return f.ID == "disk" }) {
		t.Errorf("%d faults are left: %+v", len(s.Faults), s.Faults)
	}
	if s.Known.Clusters["c1"] != nil {
		t.Error("what the cluster last said is kept")
	}
	gone := 0
	for _, e := range out.Events {
		for _, r := range e.Records {
			if r.Class == station.ClassFault && r.Value == nil {
				gone++
			}
		}
	}
	if gone != 8 {
		t.Errorf("%d records of faults go", gone)
	}
}
