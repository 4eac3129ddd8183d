package onair

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"loaxa/app/station"
)

// drawBulletin draws, one time in eight, a priority bulletin from above or an
// answer which is first.
func drawBulletin(t *rapid.T, s State, targets station.Targets, id station.BroadcastID) (Input, bool) {
	switch rapid.IntRange(0, 23).Draw(t, "bulletin") {
	case 1:
		n := byte(s.Counters.Broadcast) + 1
		return Input{Intent: station.OrderReceived{Order: station.SignedOrder{Order: station.Order{ID: station.OrderID{n}, Issuer: "Huyện", Kind: station.OrderPlay,
			Class: station.Priority, Audience: station.Audience{Targets: targets}, Content: station.OrderContent{Text: "x"}}}}}, true
	case 2, 3:
		return Input{Intent: station.PriorityFirst{ID: id}}, true
	}
	return Input{}, false
}

// ranked finds a bulletin that is heard where one stands before it, and a
// question about what is over.
func ranked(s State, hears map[station.ClusterID]*Broadcast) error {
	for _, c := range s.openClashes() {
		if s.find(c.First) == nil || s.find(c.Second) == nil {
			return fmt.Errorf("the operator is asked about what is over: %+v", c)
		}
	}
	for i := range s.Air {
		b := &s.Air[i]
		if b.Class != station.Priority || b.Flags.Closing {
			continue
		}
		for _, c := range b.Targets.Match(s.Roster) {
			h := hears[c]
			if h == nil || h.ID == b.ID || h.Class != station.Priority {
				continue
			}
			if h.Rank < b.Rank || h.Rank == b.Rank && h.ID > b.ID {
				return fmt.Errorf("%s hears bulletin #%d (rank %d), not #%d (rank %d)", c, h.ID, h.Rank, b.ID, b.Rank)
			}
		}
	}
	return nil
}

func bulletin(n byte, text string, zones ...string) station.Order {
	to := station.Targets{Zones: zones}
	if len(zones) == 0 {
		to = station.Everywhere()
	}
	return station.Order{ID: station.OrderID{n}, Kind: station.OrderPlay, Class: station.Priority,
		Audience: station.Audience{Targets: to}, Content: station.OrderContent{Text: text}}
}

// sounding are the titles of what is on the air.
func (a *above) sounding() (out []string) {
	for _, b := range a.s.Air {
		if b.Flags.Opened {
			out = append(out, b.Title)
		}
	}
	return out
}

// heard plays what is open of a broadcast to its end.
func (a *above) heard(id station.BroadcastID) {
	a.t.Helper()
	for b := a.s.find(id); b != nil && b.Flags.Opened && len(b.Pieces) > 0; b = a.s.find(id) {
		tag := b.Pieces[0].Tag
		a.in(Input{Fact: station.PieceStarted{Broadcast: id, Tag: tag}})
		a.in(Input{Fact: station.PieceEnded{Broadcast: id, Tag: tag, Played: time.Minute}})
	}
	a.in(Input{Fact: station.Drained{Broadcast: id}})
}

func (a *above) logged(kind station.EventKind, reason, title string) bool {
	return slices.ContainsFunc(a.s.Recent, func(e station.Event) bool { return e.Kind == kind && e.Reason == reason && e.Title == title })
}

// TestTheOperatorSaysWhichBulletinIsFirst: the one that came first sounds until
// somebody answers; then the chosen one, and the other after it from its
// beginning.
func TestTheOperatorSaysWhichBulletinIsFirst(t *testing.T) {
	a := newAbove(t)
	a.order(bulletin(1, "Họp dân"))
	a.order(bulletin(2, "Cắt điện", "bắc"))
	first, second := a.s.Air[0].ID, a.s.Air[1].ID
	if got := a.sounding(); !slices.Equal(got, []string{"Họp dân"}) {
		t.Fatalf("on the air: %v", got)
	}
	q := a.s.openClashes()
	if len(q) != 1 || q[0].First != first || q[0].Second != second || !a.logged(station.EvClash, "", "Họp dân / Cắt điện") {
		t.Fatalf("asked %+v, log %+v", q, a.s.Recent)
	}
	rows := len(a.s.Recent)
	a.in(Input{Tick: true})
	if len(a.s.Recent) != rows {
		t.Error("the same question is put into the log twice")
	}
	if o := a.in(Input{Intent: station.PriorityFirst{ID: second}, Actor: "Hoa"}); o.Refusal != nil {
		t.Fatal(o.Refusal)
	}
	if e := a.s.Recent; !slices.ContainsFunc(e, func(e station.Event) bool {
		return e.Kind == station.EvClashOver && e.Actor == "Hoa" && e.Reason == "by-hand" && e.Title == "Cắt điện"
	}) {
		t.Errorf("the log does not say who chose: %+v", e)
	}
	if got := a.s.openClashes(); len(got) != 0 {
		t.Errorf("asked again: %v", got)
	}
	if got := a.s.find(second).Assigned; len(got) != 2 {
		t.Errorf("the chosen one is heard at %v", got)
	}
	a.heard(second)
	if a.s.find(second) != nil {
		t.Fatal("the chosen one did not end")
	}
	a.in(Input{Fact: station.Closed{Broadcast: first}})
	if b := a.s.find(first); b == nil || len(b.Assigned) != 3 || b.Pieces[0].Kind != station.FromTone || b.Pieces[0].From != 0 {
		t.Errorf("the other one: %+v", b)
	}
}

// TestABulletinIsFirstByRule where nobody answers, and the log says so; an
// answer about what does not clash is refused.
func TestABulletinIsFirstByRule(t *testing.T) {
	a := newAbove(t)
	a.order(bulletin(1, "Họp dân", "bắc"))
	a.order(bulletin(2, "Tiêm chủng", "nam"))
	if len(a.s.openClashes()) != 0 || len(a.sounding()) != 2 {
		t.Fatalf("asked %v, on the air %v", a.s.openClashes(), a.sounding())
	}
	first := a.s.Air[0].ID
	if o := a.in(Input{Intent: station.PriorityFirst{ID: first}}); o.Refusal == nil || o.Refusal.Code != station.NoClash {
		t.Errorf("refusal %v", o.Refusal)
	}
	a.order(bulletin(3, "Cắt điện", "bắc"))
	a.heard(first)
	if !a.logged(station.EvClashOver, "unanswered", "Họp dân") || len(a.s.openClashes()) != 0 {
		t.Errorf("log %+v", a.s.Recent)
	}
	if !slices.Contains(a.sounding(), "Cắt điện") {
		t.Errorf("on the air %v", a.sounding())
	}
}

// TestAnAnswerOutlivesARestart, and three bulletins are never in a ring.
func TestAnAnswerOutlivesARestart(t *testing.T) {
	a := newAbove(t)
	for i, text := range []string{"một", "hai", "ba"} {
		a.order(bulletin(byte(i+1), text))
	}
	if n := len(a.s.openClashes()); n != 3 {
		t.Fatalf("%d questions", n)
	}
	one, two, three := a.s.Air[0].ID, a.s.Air[1].ID, a.s.Air[2].ID
	a.in(Input{Intent: station.PriorityFirst{ID: one}})
	a.in(Input{Intent: station.PriorityFirst{ID: three}})
	a.in(Input{Intent: station.PriorityFirst{ID: two}})
	if got := a.sounding(); !slices.Equal(got, []string{"hai"}) {
		t.Fatalf("on the air %v: the newest answer must hold", got)
	}
	s, err := Recover(a.d, a.s.Settings)
	if err != nil {
		t.Fatal(err)
	}
	s.Roster = a.s.Roster
	a.s, _ = Restarted(s, nil, stamp(a.now))
	a.in(Input{Tick: true})
	if got := a.sounding(); !slices.Equal(got, []string{"hai"}) || len(a.s.openClashes()) != 0 {
		t.Errorf("after the restart %v, asked %v", got, a.s.openClashes())
	}
}
