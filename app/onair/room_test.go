package onair

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"loaxa/app/station"
)

// warned is a desk whose list of open emergencies is full: the first ones were
// read and nobody ended them, the last is being read.
func warned(t *testing.T) *above {
	t.Helper()
	a := newAbove(t)
	a.in(Input{Fact: station.ClusterReport{ID: "c1", Up: true}})
	for n := range station.MaxOpen {
		o := flood(byte(n + 1))
		o.Content.Text, o.Content.Level = fmt.Sprintf("Tin %d", n+1), 1+n%3
		if out := a.order(o); out.Refusal != nil {
			t.Fatal(n, out.Refusal)
		}
		b := a.s.Air[len(a.s.Air)-1]
		if n < station.MaxOpen-1 {
			a.in(Input{Fact: station.PieceStarted{Broadcast: b.ID, Tag: "1"}})
			a.in(Input{Fact: station.Drained{Broadcast: b.ID}})
		}
	}
	if len(a.s.Open) != station.MaxOpen {
		t.Fatalf("%d are open", len(a.s.Open))
	}
	return a
}

func (a *above) texts() (out []string) {
	for _, em := range a.s.Open {
		out = append(out, em.Text)
	}
	slices.Sort(out)
	return out
}

// TestAFullListNeverSilencesAWarning: one that was read and that nobody ended
// makes room, the lowest level first, and the log says why it is not open any
// more; what is being read stays.
func TestAFullListNeverSilencesAWarning(t *testing.T) {
	a := warned(t)
	reading := a.s.Air[0].Of
	was := a.s.Open
	new := flood(99)
	new.Content.Text = "Lũ quét"
	out := a.order(new)
	if out.Refusal != nil {
		t.Fatalf("an empty office silenced a warning: %v", out.Refusal)
	}
	if len(a.s.Open) != station.MaxOpen || a.s.emergency(reading) == nil || !slices.Contains(a.texts(), "Lũ quét") {
		t.Fatalf("open are %q", a.texts())
	}
	var gone station.EmergencyView
	for _, em := range was {
		if a.s.emergency(em.ID) == nil {
			gone = em
		}
	}
	low := 5
	for _, em := range was {
		if !em.OnAir {
			low = min(low, em.Level)
		}
	}
	if gone.ID == 0 || gone.OnAir || gone.Level != low {
		t.Errorf("%+v made room; the lowest level was %d", gone, low)
	}
	said := slices.ContainsFunc(out.Events, func(e station.Event) bool { return e.Kind == station.EvEmergencyEnd && e.Reason == "replaced" })
	if !said {
		t.Errorf("nobody is told: %+v", out.Events)
	}
}

// TestTheSameWarningAgainTakesItsOwnPlace: the one that was read makes room for
// it, not another; one that is being read is not begun anew.
func TestTheSameWarningAgainTakesItsOwnPlace(t *testing.T) {
	a := newAbove(t)
	first, other := flood(1), flood(2)
	other.Content.Text = "Bão"
	for _, o := range []station.Order{other, first} {
		a.order(o)
		b := a.s.Air[len(a.s.Air)-1]
		a.in(Input{Fact: station.PieceStarted{Broadcast: b.ID, Tag: "1"}})
		a.in(Input{Fact: station.Drained{Broadcast: b.ID}})
	}
	again := flood(3)
	if out := a.order(again); out.Refusal != nil {
		t.Fatal(out.Refusal)
	}
	if got := a.texts(); !slices.Equal(got, []string{"Bão", "Lũ về"}) {
		t.Errorf("open are %q", got)
	}
	a.now += time.Second
}

// TestWhatEndsMakesRoomInTheSameMoment: what may not be pushed off ends, and
// whoever waited behind it has the air in the same decision.
func TestWhatEndsMakesRoomInTheSameMoment(t *testing.T) {
	s := village()
	at := time.Duration(0)
	step := func(in Input) Outcome {
		t.Helper()
		at += time.Second
		in.Actor = "hoa"
		var o Outcome
		if s, o = Decide(s, in, stamp(at)); o.Refusal != nil {
			t.Fatal(o.Refusal)
		}
		return o
	}
	everywhere, north, south := station.Everywhere(), station.Targets{Zones: []string{"bắc"}}, station.Targets{Zones: []string{"nam"}}
	step(Input{Intent: station.PlayNow{Items: []station.ItemID{"news"}, Targets: south}})
	step(Input{Fact: station.PieceStarted{Broadcast: 1, Tag: "1"}})
	step(Input{Intent: station.LiveStart{Title: "Họp", Targets: everywhere}})
	step(Input{Fact: station.Closed{Broadcast: 1, Tag: "1", At: time.Second}})
	// The emergency takes the north and the south; the talk has no place left.
	step(Input{Intent: station.EmergencyStart{Text: "Lũ", Targets: north}})
	if b := s.find(2); b == nil || len(b.Assigned) != 1 {
		t.Fatalf("the talk is heard in %+v", b)
	}
	o := step(Input{Intent: station.EmergencyStart{Text: "Bão", Targets: south}})
	if s.find(2) != nil {
		t.Fatal("a talk that nobody hears goes on")
	}
	for _, c := range o.Cues {
		if open, ok := c.(station.CueOpen); ok && open.Class < station.Emergency {
			t.Errorf("%+v was opened under an emergency", open)
		}
	}
	step(Input{Intent: station.EmergencyEnd{Of: s.Open[1].ID}})
	step(Input{Intent: station.EmergencyEnd{Of: s.Open[0].ID}})
	if b := s.find(1); b == nil || !b.Flags.Opened || len(b.Assigned) != 1 {
		t.Errorf("what waited did not come back: %+v", s.Air)
	}
}

// TestATooLateOneMakesRoom: what waited beyond its limit goes, and what waited
// behind it has its place at once, not at the next knock.
func TestATooLateOneMakesRoom(t *testing.T) {
	s := village()
	at := time.Duration(0)
	step := func(in Input) Outcome {
		in.Actor = "hoa"
		var o Outcome
		s, o = Decide(s, in, stamp(at))
		if o.Refusal != nil {
			t.Fatal(o.Refusal)
		}
		return o
	}
	step(Input{Intent: station.PlayNow{Items: []station.ItemID{"news"}, Targets: station.Everywhere()}})
	step(Input{Fact: station.PieceStarted{Broadcast: 1, Tag: "1"}})
	at += 10 * time.Second
	step(Input{Intent: station.EmergencyStart{Text: "Lũ", Mic: false, Targets: station.Everywhere()}})
	step(Input{Fact: station.Closed{Broadcast: 1, Tag: "1", At: 10 * time.Second}})
	at += 31 * time.Minute // the item is too late by now
	step(Input{Intent: station.PlayNow{Items: []station.ItemID{"music"}, Targets: station.Everywhere()}})
	young := s.Counters.Broadcast
	o := step(Input{Intent: station.EmergencyEnd{Of: s.Open[0].ID}})
	if s.find(1) != nil {
		t.Error("what is too late is still there")
	}
	opened, ok := cueOpened(o)
	if !ok || opened.Broadcast != young {
		t.Errorf("the air is empty: %+v", o.Cues)
	}
}
