package onair

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"loaxa/app/station"
)

// crowd is a desk of so many clusters in fifty zones, all reporting, with a
// broadcast of a class of its own on each of so many places.
func crowd(b testing.TB, clusters, broadcasts int) (State, station.Stamp) {
	b.Helper()
	s := village()
	s.Roster = nil
	for i := range clusters {
		s.Roster = append(s.Roster, station.Cluster{ID: station.ClusterID(fmt.Sprintf("%032d", i)), Number: i + 1, Name: fmt.Sprintf("Thôn %d", i+1),
			Zones: []string{fmt.Sprintf("z%d", i%50), fmt.Sprintf("w%d", i%7)}})
	}
	now := stamp(time.Second)
	do := func(in Input) {
		now.Mono += time.Millisecond
		var o Outcome
		if s, o = Decide(s, in, now); o.Refusal != nil {
			b.Fatal(o.Refusal)
		}
	}
	for i := range s.Roster {
		do(Input{Fact: station.ClusterReport{ID: s.Roster[i].ID, Up: true}})
	}
	for i := range broadcasts {
		to := station.Targets{Zones: []string{fmt.Sprintf("z%d", i%50), fmt.Sprintf("w%d", i%7)}}
		switch {
		case i%25 == 0:
			do(Input{Intent: station.EmergencyStart{Text: fmt.Sprint(i), Level: 1 + i%5, Targets: to}})
		default:
			do(Input{Intent: station.PlayNow{Items: []station.ItemID{"tune"}, Targets: to}})
		}
	}
	return s, now
}

// BenchmarkDecide is one decision of a desk of 1000 clusters with 50 broadcasts;
// the bar is 1 ms.
func BenchmarkDecide(b *testing.B) {
	s, now := crowd(b, 1000, 50)
	id := s.Air[len(s.Air)-1].ID
	for name, in := range map[string]Input{
		"emergency": {Intent: station.EmergencyStart{Text: "x", Targets: station.Everywhere(), Level: 5}, Actor: "hoa"},
		"report":    {Fact: station.ClusterReport{ID: s.Roster[500].ID, Up: true}},
		"piece":     {Fact: station.PieceStarted{Broadcast: id, Tag: "1"}},
		"tick":      {Tick: true},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				Decide(s, in, now)
			}
		})
	}
}

// TestADeskOfAThousandGivesEachClusterOneBroadcast: the quick way to the
// assignment is the same as the plain one.
func TestADeskOfAThousandGivesEachClusterOneBroadcast(t *testing.T) {
	s, now := crowd(t, 1000, 50)
	s, _ = Decide(s, Input{Intent: station.EmergencyStart{Text: "x", Targets: station.Targets{Zones: []string{"w1"}}, Level: 5}, Actor: "hoa"}, now)
	hears := map[station.ClusterID]station.Class{}
	for _, b := range s.Air {
		for _, c := range b.Assigned {
			if hears[c] != 0 {
				t.Fatalf("I1: %s hears two", c)
			}
			hears[c] = b.Class
		}
	}
	for _, c := range s.Roster {
		best := station.Class(0)
		for _, b := range s.Air {
			if b.Class > best && slices.Contains(b.Targets.Match([]station.Cluster{c}), c.ID) {
				best = b.Class
			}
		}
		if hears[c.ID] != best {
			t.Fatalf("I2: %s hears class %s, %s wants it", c.ID, hears[c.ID], best)
		}
	}
}
