package onair

import (
	"testing"
	"time"

	"loaxa/app/station"
)

// TestCardsOfSeveralBoards have an end of their own, by a clock that is sure;
// an emergency between does not lengthen it.
func TestCardsOfSeveralBoards(t *testing.T) {
	s := village()
	for _, id := range []station.BoardID{"b2", "b3"} {
		s.Boards = append(s.Boards, station.Board{ID: id, Name: string(id), Width: 32, Height: 16})
	}
	put := func(at time.Duration, in station.CardPublish) *station.Refusal {
		var o Outcome
		s, o = Decide(s, Input{Actor: "hoa", Intent: in}, stamp(at))
		return o.Refusal
	}
	tick := func(at time.Duration, q station.ClockQuality) (over int) {
		now := stamp(at)
		now.Quality = q
		var o Outcome
		s, o = Decide(s, Input{Tick: true}, now)
		for _, e := range o.Events {
			if e.Kind == station.EvCard && e.Reason == "card-over" {
				over++
			}
		}
		return over
	}
	shows := func(want ...string) {
		t.Helper()
		for i, b := range s.Boards {
			if got := s.Card(b.ID).Text; got != want[i] {
				t.Errorf("%s shows %q, want %q", b.ID, got, want[i])
			}
		}
	}
	end := stamp(time.Hour).Wall.Unix()
	for _, bad := range []station.CardPublish{{Text: "x", Until: stamp(-time.Hour).Wall.Unix()}, {Text: "x", Until: stamp(400 * 24 * time.Hour).Wall.Unix()},
		{Text: "x", Boards: []station.BoardID{"b1", "gone"}}} {
		if r := put(0, bad); r == nil {
			t.Errorf("taken: %+v", bad)
		}
	}
	shows("", "", "")
	if r := put(0, station.CardPublish{Text: "HỌP", Boards: []station.BoardID{"b1", "b3"}, Until: end}); r != nil {
		t.Fatal(r)
	}
	put(0, station.CardPublish{Text: "CHỢ", Board: "b2"})
	shows("HỌP", "CHỢ", "HỌP")
	if n := tick(2*time.Hour, station.ClockUnknown); n != 0 {
		t.Error("a clock that is not sure took a card down")
	}
	if n := tick(59*time.Minute, station.ClockGood); n != 0 {
		t.Error("it went before its end")
	}
	s, _ = Decide(s, Input{Actor: "hoa", Intent: station.EmergencyStart{Text: "LŨ", Targets: station.Everywhere()}}, stamp(59*time.Minute))
	if n := tick(time.Hour, station.ClockGood); n != 2 {
		t.Errorf("%d went at their end", n)
	}
	shows("LŨ", "LŨ", "LŨ")
	s, _ = Decide(s, Input{Actor: "hoa", Intent: station.EmergencyEnd{}}, stamp(61*time.Minute))
	shows("", "CHỢ", "")
	if n := tick(2*time.Hour, station.ClockGood); n != 0 {
		t.Errorf("it went twice: %d", n)
	}
}
