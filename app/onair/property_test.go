package onair

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"loaxa/app/station"
)

// actors draws anything that can reach the desk, in any order, sensible or not.
func drawInput(t *rapid.T, s State) Input {
	targets := rapid.SampledFrom([]station.Targets{{All: true}, {Zones: []string{"bắc"}}, {Numbers: []int{3}}, {Zones: []string{"không"}}}).Draw(t, "to")
	item := rapid.SampledFrom([]station.ItemID{"news", "music", "tune", "none"}).Draw(t, "item")
	entry := station.EntryID(rapid.IntRange(0, int(s.Counters.Entry)+1).Draw(t, "entry"))
	id := station.BroadcastID(rapid.IntRange(0, int(s.Counters.Broadcast)+1).Draw(t, "broadcast"))
	tag := rapid.SampledFrom([]string{"", "1", "2", "3", entryTag(entry)}).Draw(t, "tag")
	switch rapid.IntRange(0, 21).Draw(t, "what") {
	case 0:
		return Input{Intent: station.PlayNow{Items: []station.ItemID{item}, Targets: targets}}
	case 1, 2:
		return Input{Intent: station.QueueAdd{Item: item, Targets: targets, At: rapid.IntRange(-1, 4).Draw(t, "at")}}
	case 3:
		return Input{Intent: station.QueueRemove{ID: entry}}
	case 4:
		return Input{Intent: station.QueueMove{ID: entry, To: rapid.IntRange(-2, 9).Draw(t, "place")}}
	case 5:
		return Input{Intent: station.QueuePlay{}}
	case 6:
		return Input{Intent: station.QueuePause{}}
	case 7:
		return Input{Intent: station.QueueSkip{}}
	case 8:
		return Input{Intent: station.LiveStart{Title: "x", Targets: targets}}
	case 9:
		return Input{Intent: station.LiveStop{}}
	case 10:
		return Input{Intent: station.EmergencyStart{Text: "x", Targets: targets, Mic: rapid.Bool().Draw(t, "mic"), Drill: rapid.Bool().Draw(t, "drill")}}
	case 11:
		return Input{Intent: station.EmergencyEnd{}}
	case 12:
		return Input{Intent: station.StopAll{}}
	case 13, 14:
		return Input{Fact: station.PieceStarted{Broadcast: id, Tag: tag}}
	case 15, 16:
		return Input{Fact: station.PieceEnded{Broadcast: id, Tag: tag, Broken: rapid.SampledFrom([]string{"", "damaged"}).Draw(t, "broken")}}
	case 17:
		return Input{Fact: station.Drained{Broadcast: id}}
	case 18, 19:
		return Input{Fact: station.Closed{Broadcast: id, Tag: tag, At: time.Second}}
	case 20:
		return Input{Fact: station.MicReport{State: rapid.SampledFrom([]station.MicState{station.MicReady, station.MicNoSignal, station.MicNone}).Draw(t, "mic")}}
	}
	return Input{Tick: true}
}

// TestNothingBreaksTheDesk: whatever comes in whatever order, I1 to I3 hold,
// and what is on the air is what the highest class wants.
func TestNothingBreaksTheDesk(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := village()
		now := station.Stamp{}
		starts, ends := map[station.BroadcastID]int{}, map[station.BroadcastID]int{}
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			now.Mono += time.Duration(rapid.IntRange(0, int(time.Hour)).Draw(t, "passes"))
			in := drawInput(t, s)
			in.Actor = "x"
			var o Outcome
			s, o = Decide(s, in, now)
			for _, e := range o.Events {
				switch e.Kind {
				case station.EvStart:
					starts[e.Broadcast]++
				case station.EvEnd:
					ends[e.Broadcast]++
				}
			}
			if err := sound(s, starts, ends); err != nil {
				t.Fatalf("after %T %T: %v", in.Intent, in.Fact, err)
			}
		}
		s, o := Decide(s, Input{Intent: station.StopAll{}}, now)
		if len(s.Air) > 1 || len(s.Air) == 1 && !s.Air[0].Flags.Queue || s.Counters.Running {
			t.Fatalf("after stop-all the air is %+v (%d cues)", s.Air, len(o.Cues))
		}
	})
}

// sound says what of a state breaks an invariant.
func sound(s State, starts, ends map[station.BroadcastID]int) error {
	hears := map[station.ClusterID]*Broadcast{}
	for i := range s.Air {
		b := &s.Air[i]
		if starts[b.ID] > 1 || ends[b.ID] > 0 {
			return fmt.Errorf("I3: #%d is open with %d starts and %d ends", b.ID, starts[b.ID], ends[b.ID])
		}
		for _, c := range b.Assigned {
			if hears[c] != nil {
				return fmt.Errorf("I1: %s hears #%d and #%d", c, hears[c].ID, b.ID)
			}
			hears[c] = b
		}
	}
	for id, n := range ends {
		if n != 1 || starts[id] != 1 {
			return fmt.Errorf("I3: #%d has %d starts and %d ends", id, starts[id], n)
		}
	}
	for i := range s.Air {
		b := &s.Air[i]
		if b.Phase == station.Held || b.Flags.Closing {
			continue
		}
		ids, _ := b.Targets.Resolve(s.Roster)
		for _, c := range ids {
			if waitsForAnother(s, c, b.Class) {
				continue
			}
			if h := hears[c]; h == nil || h.Class < b.Class {
				return fmt.Errorf("I2: %s does not hear #%d of class %s", c, b.ID, b.Class)
			}
		}
	}
	return nil
}

// waitsForAnother: a broadcast of that class or higher has the cluster and only
// waits for playout to say where it was cut.
func waitsForAnother(s State, c station.ClusterID, class station.Class) bool {
	for i := range s.Air {
		b := &s.Air[i]
		ids, _ := b.Targets.Resolve(s.Roster)
		if b.Flags.Closing && b.Phase != station.Held && b.Class >= class && slices.Contains(ids, c) {
			return true
		}
	}
	return false
}
