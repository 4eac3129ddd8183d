package onair

import (
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
	if len(s.Known.Clusters["c1"].Heard) != 0 {
		t.Error("a closed account is kept for ever")
	}
}
