package onair

import (
	"testing"
	"time"

	"loaxa/app/station"
)

// TestARuleThatIsYoungerThanTheSlot: a start in hours of peace that were set
// after it is not aired, and says by which rule.
func TestARuleThatIsYoungerThanTheSlot(t *testing.T) {
	s := village()
	do := func(at time.Duration, in Input) Outcome {
		t.Helper()
		in.Actor = "hoa"
		var o Outcome
		if s, o = Decide(s, in, stamp(at)); o.Refusal != nil {
			t.Fatal(o.Refusal)
		}
		return o
	}
	do(0, Input{Intent: station.SlotPut{Slot: station.Slot{Title: "tin", Minute: 18 * 60, Days: station.EveryDay, Mode: station.StartHard,
		Items: []station.ItemID{"news"}, Targets: station.Everywhere()}}})
	rules := s.rules()
	rules.Quiet = station.Quiet{From: 17*60 + 30, Until: 19 * 60}
	do(time.Minute, Input{Intent: station.SettingsPut{Rules: rules}})
	at := stamp(18 * time.Minute)
	do(18*time.Minute, Input{Fact: station.SlotDue{Slot: 1, At: at.Wall.Unix()}})
	if len(s.Air) != 0 || len(s.Plan.Starts) != 1 || s.Plan.Starts[0].State != station.DueMissed || s.Plan.Starts[0].Why != "quiet-hours" {
		t.Errorf("on the air %+v, starts %+v", s.Air, s.Plan.Starts)
	}
}

// TestTheWayRoundThePeace is asked for twice by the same person within a minute,
// holds for a while and no longer.
func TestTheWayRoundThePeace(t *testing.T) {
	play := station.PlayNow{Items: []station.ItemID{"news"}, Targets: station.Everywhere()}
	quiet := func() State {
		s := village()
		rules := s.rules()
		rules.Quiet = station.Quiet{From: 17 * 60, Until: 23 * 60}
		s, _ = Decide(s, Input{Actor: "hoa", Intent: station.SettingsPut{Rules: rules}}, stamp(0))
		return s
	}
	ask := func(s State, who string, at time.Duration) (State, bool) {
		s, o := Decide(s, Input{Actor: who, Intent: play}, stamp(at))
		return s, o.Refusal == nil
	}
	for name, story := range map[string]struct {
		who   string
		again time.Duration
		want  bool
	}{"the same, at once": {"hoa", 20 * time.Second, true}, "the same, much later": {"hoa", 3 * time.Minute, false}, "another person": {"tam", 20 * time.Second, false}} {
		s, first := ask(quiet(), "hoa", time.Minute)
		if first {
			t.Fatalf("%s: the first was not refused", name)
		}
		s, ok := ask(s, story.who, time.Minute+story.again)
		if ok != story.want {
			t.Errorf("%s: taken %t", name, ok)
		}
		if !ok {
			continue
		}
		if _, ok := ask(s, "tam", 100*time.Minute); !ok {
			t.Errorf("%s: within two hours it is refused again", name)
		}
		if _, ok := ask(s, "tam", 4*time.Hour); ok {
			t.Errorf("%s: four hours later the way is open still", name)
		}
	}
}

// TestARepeatPlanAfterARestart goes on where it stood: a clock that was set back
// cannot make it wait longer than one step of the plan.
func TestARepeatPlanAfterARestart(t *testing.T) {
	for _, c := range []struct{ next, back, want time.Duration }{
		{4 * time.Minute, 0, 4 * time.Minute}, {4 * time.Minute, 10 * 365 * 24 * time.Hour, 10 * time.Minute}, {-time.Minute, 0, 0}} {
		s := village()
		now := stamp(time.Hour)
		next := station.Stamp{Wall: now.Wall.Add(c.next), Quality: station.ClockGood}
		s.Open = []station.EmergencyView{{ID: 1, Text: "Lũ", Targets: station.Everywhere(), Repeat: station.Repeat{Every: 10 * time.Minute, Times: 2}, Next: next}}
		now.Wall = now.Wall.Add(-c.back)
		d := &decision{s: s.clone(), now: now}
		d.openAgain()
		if got := d.s.Open[0].Next.Mono - now.Mono; got != c.want {
			t.Errorf("%v to go, clock %v back: it waits %v, want %v", c.next, c.back, got, c.want)
		}
	}
}
