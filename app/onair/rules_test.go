package onair

import (
	"slices"
	"testing"
	"time"

	"loaxa/app/station"
)

// toldDesk is a desk to which a story is told, one step a second.
type toldDesk struct {
	t  *testing.T
	s  State
	at time.Duration
}

func (d *toldDesk) do(in Input) Outcome {
	d.t.Helper()
	d.at += time.Second
	in.Actor = "hoa"
	var o Outcome
	if d.s, o = Decide(d.s, in, stamp(d.at)); o.Refusal != nil {
		d.t.Fatal(o.Refusal)
	}
	return o
}

// TestAMicrophoneWhoseSoundEndedIsFree: its recording ends with it, once.
func TestAMicrophoneWhoseSoundEndedIsFree(t *testing.T) {
	d := &toldDesk{t: t, s: village()}
	d.do(Input{Intent: station.LiveStart{Title: "Họp", Targets: station.Everywhere(), NoChime: true}})
	d.do(Input{Fact: station.PieceStarted{Broadcast: 1, Tag: "1"}})
	ends := 0
	for _, in := range []Input{{Fact: station.PieceEnded{Broadcast: 1, Tag: "1"}}, {Fact: station.Drained{Broadcast: 1}}} {
		for _, c := range d.do(in).Cues {
			if r, ok := c.(station.CueRecord); ok && !r.On && r.Key == liveKey(1) {
				ends++
			}
		}
		if v := d.s.viewMic(stamp(d.at)); v.Recording || v.Open {
			t.Errorf("after %T: %+v", in.Fact, v)
		}
	}
	if ends != 1 {
		t.Errorf("its recording was ended %d times", ends)
	}
}

// TestASlotThatNobodyHears is not aired into nothing: it was missed.
func TestASlotThatNobodyHears(t *testing.T) {
	d := &toldDesk{t: t, s: village()}
	d.do(Input{Intent: station.SlotPut{Slot: station.Slot{Title: "tin", Minute: 1080, Days: station.EveryDay, Mode: station.StartHard,
		Items: []station.ItemID{"news"}, Targets: station.Targets{Numbers: []int{3}}}}})
	d.do(Input{Intent: station.ClusterRemove{ID: "c3"}})
	d.at = 18 * time.Minute
	o := d.do(Input{Fact: station.SlotDue{Slot: 1, At: stamp(18 * time.Minute).Wall.Unix()}})
	missed := slices.ContainsFunc(o.Events, func(e station.Event) bool { return e.Kind == station.EvMissed && e.Reason == "unknown-target" })
	if !missed || len(d.s.Air) != 0 || len(d.s.Plan.Starts) != 1 || d.s.Plan.Starts[0].State != station.DueMissed {
		t.Errorf("events %+v, on the air %+v, starts %+v", o.Events, d.s.Air, d.s.Plan.Starts)
	}
}

// TestAPlaceThatChangesItsZone is heard no more where it is not, and what is
// heard nowhere then ends with a word.
func TestAPlaceThatChangesItsZone(t *testing.T) {
	d := &toldDesk{t: t, s: village()}
	d.do(Input{Intent: station.PlayNow{Items: []station.ItemID{"news"}, Targets: station.Targets{Zones: []string{"nam"}}}})
	d.do(Input{Fact: station.PieceStarted{Broadcast: 1, Tag: "1"}})
	c := *d.s.cluster("c3")
	c.Zones = []string{"bắc"}
	d.do(Input{Intent: station.ClusterPut{Cluster: c}})
	for _, b := range d.s.Air {
		if b.Phase == station.OnAir || b.Phase == station.Preparing {
			t.Errorf("heard nowhere and on the air: %+v", b)
		}
	}
}

// TestTheNextItemIsWhatIsDue again, whatever stood in for the one before.
func TestTheNextItemIsWhatIsDue(t *testing.T) {
	l := &ladder{t: t, s: village()}
	l.do(Input{Intent: station.PlayNow{Items: []station.ItemID{"news", "tune"}, Targets: station.Everywhere()}})
	l.do(Input{Fact: station.PieceStarted{Broadcast: 1, Tag: "1"}})
	l.dead(deadAfter + 2*time.Second)
	if l.s.find(1).Rung != station.RungStore {
		t.Fatalf("the step is %q", l.s.find(1).Rung)
	}
	l.do(Input{Fact: station.PieceEnded{Broadcast: 1, Tag: "1"}})
	l.do(Input{Fact: station.PieceStarted{Broadcast: 1, Tag: "2"}})
	if b := l.s.find(1); b.Rung != "" || b.Why != "" {
		t.Errorf("the next item is on step %+v", b.Ladder)
	}
}

// TestAMissedStartIsLetGo by a person: it is listed no more as missed, its fault
// is over, and one that was not missed cannot be.
func TestAMissedStartIsLetGo(t *testing.T) {
	d := &toldDesk{t: t, s: village()}
	d.do(Input{Intent: station.SlotPut{Slot: station.Slot{Title: "tin", Minute: 1080, Days: station.EveryDay, Mode: station.StartHard,
		Items: []station.ItemID{"news"}, Targets: station.Everywhere()}}})
	d.at = 50 * time.Minute
	at := stamp(18 * time.Minute).Wall.Unix()
	d.do(Input{Fact: station.SlotDue{Slot: 1, At: at, Late: true}})
	open := func() bool {
		return slices.ContainsFunc(d.s.Faults, func(f station.Fault) bool { return f.ID == "missed-1" && !f.Over })
	}
	if d.s.Plan.Starts[0].State != station.DueMissed || !open() {
		t.Fatalf("starts %+v, faults %+v", d.s.Plan.Starts, d.s.Faults)
	}
	d.do(Input{Intent: station.SlotSkip{ID: 1, At: at}})
	if st := d.s.Plan.Starts[0]; st.State != station.DueSkipped || st.Why != "by-hand" || open() {
		t.Errorf("start %+v, faults %+v", st, d.s.Faults)
	}
	if _, o := Decide(d.s, Input{Actor: "hoa", Intent: station.SlotSkip{ID: 1, At: at}}, stamp(d.at)); o.Refusal == nil {
		t.Error("what is over was passed over again")
	}
}
