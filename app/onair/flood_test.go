package onair

import (
	"fmt"
	"testing"
	"time"

	"loaxa/app/station"
)

// TestAHostilePoleFloodsNothing: its own words make no rows and push no alarm
// out, another pole's refusal is still told, and what it did alone is written
// within bounds.
func TestAHostilePoleFloodsNothing(t *testing.T) {
	s := village()
	bad, good := s.Roster[0].ID, s.Roster[1].ID
	rows := 0
	tell := func(at time.Duration, f station.Fact) (n int) {
		var out Outcome
		s, out = Decide(s, Input{Fact: f}, stamp(at))
		for _, e := range out.Events {
			if e.Kind == station.EvPoleRefused || e.Kind == station.EvPoleAlone {
				n++
			}
		}
		return n
	}
	for i := range 1000 {
		rows += tell(time.Hour, station.PoleRefused{Cluster: bad, Who: "x", Why: fmt.Sprintf("pole-%d", i)})
		rows += tell(time.Hour, station.PoleRefused{Cluster: bad, Who: fmt.Sprint(i), Why: "pole-order"})
	}
	if rows != 1 || len(s.Faults) != 1 {
		t.Errorf("%d rows, %d faults of a pole's words", rows, len(s.Faults))
	}
	if tell(time.Hour, station.PoleRefused{Cluster: good, Who: "x", Why: "pole-order"}) != 1 {
		t.Error("another pole's refusal is not told")
	}
	rows = 0
	for i := range 1000 {
		var did []station.PoleRow
		for k := range 6 {
			did = append(did, station.PoleRow{Number: uint64(i*6 + k + 1), Kind: "slot"})
		}
		rows += tell(time.Hour+time.Second, station.PoleAlone{ID: bad, Rows: did})
	}
	if rows != maxPoleHour {
		t.Errorf("%d rows of one pole in a moment", rows)
	}
	next := s.Books.PoleRows[bad] + 1
	if tell(2*time.Hour+2*time.Second, station.PoleAlone{ID: bad, Rows: []station.PoleRow{{Number: next, Kind: "slot"}}}) != 1 {
		t.Error("an hour later its rows are not taken")
	}
}
