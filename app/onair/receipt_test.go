package onair

import (
	"slices"
	"testing"
	"time"

	"loaxa/app/station"
)

// TestTheReceiptSaysWhatWasHeard: one pole heard all, one missed a second, one
// was never there; reports repeat and overlap, and what ends late still counts.
func TestTheReceiptSaysWhatWasHeard(t *testing.T) {
	s := village()
	at := func(sec int) station.Stamp {
		return station.Stamp{Mono: time.Duration(sec) * time.Second, Wall: morning.Add(time.Duration(sec) * time.Second)}
	}
	var got []station.Event
	step := func(sec int, in Input) {
		var o Outcome
		s, o = Decide(s, in, at(sec))
		for _, e := range o.Events {
			for _, r := range e.Records {
				if row, ok := r.Value.(station.Event); ok && row.Kind == station.EvReceipt {
					got = append(got, row)
				}
			}
		}
	}
	report := func(sec int, id station.ClusterID, due, late uint64) {
		step(sec, Input{Fact: station.ClusterReport{ID: id, Up: true, Report: station.ClusterHealth{Playing: 1,
			PlayedUntil: int64(due) * 20000, Output: "card", Account: station.Account{Due: due, OnTime: due - late, Late: late}}}})
	}
	step(0, Input{Intent: station.PlayNow{Items: []station.ItemID{"news"}, Targets: station.Everywhere()}})
	step(0, Input{Fact: station.PieceStarted{Broadcast: 1, Tag: "1"}})
	for sec := 1; sec <= 10; sec++ {
		report(sec, "c1", uint64(50*sec), 0)
		report(sec, "c1", uint64(50*sec), 0) // said again
		report(sec, "c2", uint64(50*sec), uint64(min(50, 10*sec)))
	}
	step(10, Input{Fact: station.PieceEnded{Broadcast: 1, Tag: "1"}})
	step(10, Input{Fact: station.Drained{Broadcast: 1}})
	report(11, "c1", 525, 0) // its last half second, told late
	report(12, "c3", 0, 0)
	if len(got) > 0 {
		t.Fatalf("the receipt came before the last reports: %+v", got)
	}
	step(15, Input{Tick: true})
	want := map[station.ClusterID]time.Duration{"c1": 10500 * time.Millisecond, "c2": 9 * time.Second, "c3": 0}
	if len(got) != len(want) {
		t.Fatalf("%d receipts: %+v", len(got), got)
	}
	for _, e := range got {
		if e.Duration != want[e.Cluster] {
			t.Errorf("%s heard %v, the receipt says %v", e.Cluster, want[e.Cluster], e.Duration)
		}
	}
	if len(s.known("c1").Heard) != 0 {
		t.Error("a closed account is kept for ever")
	}
}

// TestAnOrderlyStopWritesWhatIsKnown: of what ended a second ago, and of what is
// on the air; a pole that never came is said to be unknown.
func TestAnOrderlyStopWritesWhatIsKnown(t *testing.T) {
	s := village()
	at := func(sec int) station.Stamp {
		return station.Stamp{Mono: time.Duration(sec) * time.Second, Wall: morning}
	}
	step := func(sec int, in Input) { s, _ = Decide(s, in, at(sec)) }
	play := func(sec int, id station.BroadcastID) {
		step(sec, Input{Intent: station.PlayNow{Items: []station.ItemID{"news"}, Targets: station.Everywhere()}})
		step(sec, Input{Fact: station.PieceStarted{Broadcast: id, Tag: "1"}})
		step(sec+3, Input{Fact: station.ClusterReport{ID: "c1", Up: true, Report: station.ClusterHealth{Playing: id,
			PlayedUntil: 5_000_000 * int64(id), Output: "card", Account: station.Account{Due: 150, OnTime: 150}}}})
	}
	play(0, 1)
	step(5, Input{Fact: station.PieceEnded{Broadcast: 1, Tag: "1"}})
	step(5, Input{Fact: station.Drained{Broadcast: 1}})
	play(5, 2)
	s.Known.Clusters["c2"] = &ClusterKnown{}
	after, out := Stopped(s, at(8))
	got := map[station.BroadcastID][]string{}
	for _, e := range out.Events {
		row := e.Records[0].Value.(station.Event)
		if row.Cluster == "c1" || row.Cluster == "c2" {
			got[row.Broadcast] = append(got[row.Broadcast], string(row.Cluster)+" "+row.Duration.String()+row.Reason)
		}
	}
	for id := station.BroadcastID(1); id <= 2; id++ {
		if !slices.Equal(got[id], []string{"c1 3s", "c2 0sno-report"}) {
			t.Errorf("broadcast %d: %q", id, got[id])
		}
	}
	if len(after.Air) != 1 || len(after.Receipts) != 0 {
		t.Errorf("after the stop: %d on air, %d receipts open", len(after.Air), len(after.Receipts))
	}
}
