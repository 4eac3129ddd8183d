package onair

import (
	"testing"
	"time"

	"loaxa/app/station"
)

// tooLate is a desk on which a bulletin of the tier above waited behind a talk
// for longer than its class may.
func tooLate(t *testing.T, expires time.Duration) (*above, station.Late) {
	a := newAbove(t)
	a.in(Input{Intent: station.SettingsPut{Rules: station.Rules{Name: "x", MicLimit: 4 * time.Hour, MicSilence: time.Hour}}})
	a.in(Input{Intent: station.LiveStart{Title: "Họp", Targets: station.Everywhere(), NoChime: true}})
	a.in(Input{Fact: station.PieceStarted{Broadcast: 1, Tag: "1"}})
	o := bulletin(7, "Cắt điện")
	o.Expires = stamp(expires).Wall.UnixMilli()
	a.order(o)
	a.now += 2*time.Hour + time.Second
	a.in(Input{Tick: true})
	a.in(Input{Intent: station.LiveStop{}})
	if len(a.s.Plan.Late) != 1 || len(a.s.Air) != 0 {
		t.Fatalf("late %+v, air %+v", a.s.Plan.Late, a.s.Air)
	}
	return a, a.s.Plan.Late[0]
}

// TestALateBulletinIsPlayedByAWord: as the bulletin that it is, and the book of
// its order follows it.
func TestALateBulletinIsPlayedByAWord(t *testing.T) {
	a, l := tooLate(t, 12*time.Hour)
	if r := a.state(station.OrderID{7}); r.State != station.OrderStarted {
		t.Fatalf("the order's book is closed: %+v", r)
	}
	if o := a.in(Input{Intent: station.LateAnswer{ID: l.ID, Do: station.LatePlay}, Actor: "Hoa"}); o.Refusal != nil {
		t.Fatal(o.Refusal)
	}
	b := a.s.Air[0]
	if b.Class != station.Priority || b.Who != "Ban chỉ huy" || !b.Flags.Opened || len(a.s.Plan.Late) != 0 {
		t.Errorf("on air %+v", b)
	}
	a.in(Input{Fact: station.PieceStarted{Broadcast: b.ID, Tag: b.Pieces[len(b.Pieces)-1].Tag}})
	a.in(Input{Fact: station.Drained{Broadcast: b.ID}})
	a.now += time.Hour
	a.in(Input{Tick: true})
	if r := a.state(station.OrderID{7}); r.State != station.OrderDone || r.Broadcast != b.ID || len(a.s.Upper.Open) != 0 {
		t.Errorf("the order's book: %+v, open %+v", r, a.s.Upper.Open)
	}
}

// TestALateOrderEndsOnTheList: what ran out or was cancelled cannot be played.
func TestALateOrderEndsOnTheList(t *testing.T) {
	a, l := tooLate(t, 3*time.Hour)
	if o := a.in(Input{Intent: station.LateAnswer{ID: l.ID, Do: station.LateLater, At: stamp(4 * time.Hour).Wall.Unix()}}); o.Refusal == nil || o.Refusal.Code != station.OrderExpired {
		t.Errorf("put off beyond its end: %v", o.Refusal)
	}
	a.now = 3 * time.Hour
	if o := a.in(Input{Intent: station.LateAnswer{ID: l.ID, Do: station.LatePlay}}); o.Refusal == nil || o.Refusal.Code != station.OrderExpired {
		t.Errorf("played after its end: %v", o.Refusal)
	}
	a.in(Input{Tick: true})
	if len(a.s.Plan.Late) != 0 || len(a.s.Upper.Open) != 0 {
		t.Errorf("late %+v, open %+v", a.s.Plan.Late, a.s.Upper.Open)
	}

	a, _ = tooLate(t, 12*time.Hour)
	a.order(station.Order{ID: station.OrderID{8}, Kind: station.OrderCancel, Class: station.Priority, Supersedes: station.OrderID{7}, Audience: station.Audience{Targets: station.Everywhere()}})
	if len(a.s.Plan.Late) != 0 {
		t.Errorf("a cancelled order waits: %+v", a.s.Plan.Late)
	}
}

// TestTheListIsBounded: the oldest goes, and the log says so.
func TestTheListIsBounded(t *testing.T) {
	a := newAbove(t)
	d := &decision{s: a.s.clone(), now: stamp(time.Hour)}
	for i := range station.MaxLate + 3 {
		d.list(station.Late{Title: "x", Pieces: []station.Piece{{Kind: station.FromItem, Item: "news"}}, Of: station.LateOf{Slot: 1, SlotAt: int64(i)}})
	}
	gone := 0
	for _, e := range d.out.Events {
		if e.Kind == station.EvLateOver && e.Reason == "full" {
			gone++
		}
	}
	if n := len(d.s.Plan.Late); n != station.MaxLate || gone != 3 || d.s.Plan.Late[0].ID != 4 {
		t.Errorf("%d on the list, %d let go, first %d", n, gone, d.s.Plan.Late[0].ID)
	}
}
