package report

import (
	"slices"
	"testing"
	"time"

	"loaxa/app/station"
)

// TestTheStoryOfABroadcast: its rows from the first on, oldest first, those of
// others and the receipts left out; one that never ends is bounded.
func TestTheStoryOfABroadcast(t *testing.T) {
	b := &book{}
	b.put(1, station.Event{Kind: station.EvStart, Broadcast: 7, Title: "x", EventTimes: station.EventTimes{Due: 5}})
	b.put(2, station.Event{Kind: station.EvStart, Broadcast: 8})
	b.put(3, station.Event{Kind: station.EvSuspend, Broadcast: 7})
	b.put(4, station.Event{Kind: station.EvEnd, Broadcast: 7})
	b.put(5, receipt(7, "c1", time.Second, ""))
	b.put(6, station.Event{Kind: station.EvRecorded, Broadcast: 7, Item: "r"})
	p, err := Story(t.Context(), b, station.LogQuery{Broadcast: 7, Began: (*b)[0].Seq})
	var kinds []station.EventKind
	for _, r := range p.Rows {
		kinds = append(kinds, r.Kind)
	}
	if err != nil || p.More || !slices.Equal(kinds, []station.EventKind{station.EvStart, station.EvSuspend, station.EvEnd, station.EvRecorded}) || p.Rows[0].Due != 5 {
		t.Errorf("%v, more %t: %v", err, p.More, kinds)
	}
	for range storyRows {
		b.put(7, station.Event{Kind: station.EvItem, Broadcast: 7})
	}
	if p, err = Story(t.Context(), b, station.LogQuery{Broadcast: 7, Began: (*b)[0].Seq}); err != nil || !p.More || len(p.Rows) != storyRows {
		t.Errorf("%v, more %t, %d rows", err, p.More, len(p.Rows))
	}
	if p, err = Story(t.Context(), b, station.LogQuery{Broadcast: 7}); err != nil || len(p.Rows) != 0 {
		t.Errorf("without a first row: %v, %d rows", err, len(p.Rows))
	}
}
