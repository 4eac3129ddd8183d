package onair

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"loaxa/app/station"
)

// actors draws anything that can reach the desk, in any order, sensible or not.
func drawInput(t *rapid.T, s State, now station.Stamp) Input {
	targets := rapid.SampledFrom([]station.Targets{{All: true}, {Zones: []string{"bắc"}}, {Numbers: []int{3}}, {Zones: []string{"không"}}}).Draw(t, "to")
	item := rapid.SampledFrom([]station.ItemID{"news", "music", "tune", "none"}).Draw(t, "item")
	entry := station.EntryID(rapid.IntRange(0, int(s.Counters.Entry)+1).Draw(t, "entry"))
	id := station.BroadcastID(rapid.IntRange(0, int(s.Counters.Broadcast)+1).Draw(t, "broadcast"))
	tag := rapid.SampledFrom([]string{"", "1", "2", "3", entryTag(entry)}).Draw(t, "tag")
	if in, ok := drawBooks(t, s, now, targets, item, id); ok {
		return in
	}
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
		return Input{Intent: drawEmergency(t, targets, id)}
	case 11:
		return Input{Intent: station.EmergencyEnd{Of: id}}
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

// drawEmergency draws one of several that may be open at once.
func drawEmergency(t *rapid.T, targets station.Targets, id station.BroadcastID) station.EmergencyStart {
	in := station.EmergencyStart{Text: rapid.SampledFrom([]string{"x", "y", "z"}).Draw(t, "text"), Targets: targets, Mic: rapid.Bool().Draw(t, "mic"),
		Drill: rapid.Bool().Draw(t, "drill"), Level: rapid.IntRange(0, 5).Draw(t, "level")}
	if rapid.Bool().Draw(t, "plan") {
		in.Repeat = station.Repeat{Every: 10 * time.Minute, Times: rapid.IntRange(1, 3).Draw(t, "times")}
	}
	if rapid.IntRange(0, 3).Draw(t, "new") == 0 {
		in.Updates = id
	}
	return in
}

// drawBooks draws, one time in three, what is written down and how it comes.
func drawBooks(t *rapid.T, s State, now station.Stamp, targets station.Targets, item station.ItemID, id station.BroadcastID) (Input, bool) {
	slot := station.SlotID(rapid.IntRange(0, int(s.Counters.Slot)+1).Draw(t, "slot"))
	at := int64(rapid.IntRange(0, 9).Draw(t, "start")) * 86400
	cluster := rapid.SampledFrom([]station.ClusterID{"c1", "c2", "c3", "c9", ""}).Draw(t, "cluster")
	mode := rapid.SampledFrom([]station.StartMode{station.StartHard, station.StartWait, station.StartSoft, station.StartSkip}).Draw(t, "mode")
	yes := rapid.Bool().Draw(t, "yes")
	if in, ok := drawBulletin(t, s, targets, id); ok {
		return in, true
	}
	switch rapid.IntRange(0, 50).Draw(t, "book") {
	case 0, 1:
		return Input{Intent: station.SlotPut{Slot: station.Slot{ID: slot, Title: "s", Minute: 7 * 60, Days: station.EveryDay, Items: []station.ItemID{item},
			Targets: targets, Mode: mode, Off: yes && slot > 0}}}, true
	case 2:
		return Input{Intent: station.SlotRemove{ID: slot}}, true
	case 3:
		return Input{Intent: station.SlotSkip{ID: slot, At: at}}, true
	case 23:
		return Input{Intent: station.LateAnswer{ID: station.LateID(rapid.IntRange(0, int(s.Counters.Late)+1).Draw(t, "late")),
			Do: rapid.SampledFrom([]station.LateDo{station.LatePlay, station.LateSkip, station.LateLater}).Draw(t, "do"), At: now.Wall.Unix() + at/100}}, true
	case 24, 25:
		one := station.Slot{ID: slot, Title: "s", Minute: 7 * 60, Days: station.EveryDay, Items: []station.ItemID{item}, Targets: targets, Mode: mode}
		return Input{Intent: station.SlotsPut{Put: []station.Slot{{Title: "n", Minute: 8 * 60, Days: station.EveryDay, Items: []station.ItemID{"news"}, Targets: station.Everywhere(), Mode: mode}, one},
			Remove: []station.SlotID{slot + 1}[:at%2], File: "lich.csv"}}, true
	case 21, 22:
		return Input{Fact: station.SlotDue{Slot: slot, At: now.Wall.Unix() + 1}}, true // on its second, told ahead
	case 4, 5, 6:
		return Input{Fact: station.SlotDue{Slot: slot, At: at, Late: yes && at > 0}}, true
	case 7:
		return Input{Intent: station.EmergencyEnd{AllClear: true}}, true
	case 8:
		return Input{Intent: station.EmergencyCorrect{}}, true
	case 9:
		return Input{Intent: station.BroadcastEnd{ID: id}}, true
	case 10:
		return Input{Intent: station.RecordStart{}}, true
	case 11:
		return Input{Intent: station.RecordStop{Discard: yes}}, true
	case 12:
		return Input{Intent: station.MicTest{On: yes}}, true
	case 13:
		return Input{Intent: station.SpeakerTest{ID: cluster}}, true
	case 14:
		return Input{Intent: station.ClusterRemove{ID: cluster}}, yes
	case 15:
		return Input{Intent: station.ClusterPut{Cluster: station.Cluster{ID: cluster, Number: rapid.IntRange(0, 5).Draw(t, "number"), Name: "x", Zones: []string{"nam"}}}}, true
	case 16:
		return Input{Intent: station.ZoneRemove{ID: rapid.SampledFrom([]string{"bắc", "nam"}).Draw(t, "zone")}}, true
	case 17:
		return Input{Fact: station.Recorded{Key: liveKey(id), Of: id, Item: station.Item{ID: item, Length: time.Second}}}, true
	case 18:
		return Input{Intent: station.ItemRemove{ID: item}}, yes
	case 19:
		return Input{Intent: station.SettingsPut{Rules: station.Rules{Name: "x", MicLimit: time.Hour}}}, true
	case 20:
		return Input{Fact: station.RosterSet{Clusters: village().Roster[:rapid.IntRange(1, 3).Draw(t, "known")], Boards: village().Boards}}, true
	}
	return Input{}, false
}

// TestNothingBreaksTheDesk: whatever comes in whatever order, I1 to I3 hold,
// and what is on the air is what the highest class wants.
func TestNothingBreaksTheDesk(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := village()
		now := station.Stamp{Quality: station.ClockGood, Wall: time.Unix(0, 0)}
		rec := recorder{}
		starts, ends := map[station.BroadcastID]int{}, map[station.BroadcastID]int{}
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			now = later(t, now)
			in := drawInput(t, s, now)
			in.Actor = "x"
			var o Outcome
			before := s
			s, o = Decide(before, in, now)
			if again, o2 := Decide(before, in, now); !reflect.DeepEqual(again, s) || !reflect.DeepEqual(o, o2) {
				t.Fatalf("after %T %T: I5: the same input decided twice gives two results", in.Intent, in.Fact)
			}
			if err := inTime(before, o, now); err != nil {
				t.Fatalf("after %T %T: %v", in.Intent, in.Fact, err)
			}
			if f, ok := in.Fact.(station.Recorded); ok && rec[f.Key] {
				rec[f.Key] = false // it ended by itself
			}
			if err := rec.follow(o.Cues, s); err != nil {
				t.Fatalf("after %T %T: %v", in.Intent, in.Fact, err)
			}
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
		for _, e := range o.Events {
			if e.Kind == station.EvEnd {
				ends[e.Broadcast]++
			}
		}
		for id := range starts {
			if b := s.find(id); ends[id] != 1 && (b == nil || !b.Flags.Queue) {
				t.Fatalf("I3: #%d began and has %d ends in the log", id, ends[id])
			}
		}
		if len(s.Plan.Waiting) > 0 || s.Books.Notice != nil || len(s.Open) > 0 {
			t.Fatalf("after stop-all %+v waits, %+v is shown", s.Plan.Waiting, s.Books.Notice)
		}
		if len(s.Air) > 1 || len(s.Air) == 1 && !s.Air[0].Flags.Queue || s.Counters.Running {
			t.Fatalf("after stop-all the air is %+v (%d cues)", s.Air, len(o.Cues))
		}
	})
}

// inTime finds what comes on air though its time was over: suspended for longer
// than its class may be, or ended.
func inTime(before State, o Outcome, now station.Stamp) error {
	over := map[station.BroadcastID]bool{}
	for _, e := range o.Events {
		switch e.Kind {
		case station.EvEnd:
			over[e.Broadcast] = true
		case station.EvStart, station.EvResume, station.EvItem:
			if over[e.Broadcast] {
				return fmt.Errorf("#%d sounds after its end", e.Broadcast)
			}
		}
	}
	for _, c := range o.Cues {
		open, ok := c.(station.CueOpen)
		if !ok {
			continue
		}
		b := before.find(open.Broadcast)
		if b == nil {
			continue // it begins now
		}
		limit := station.StandingOf(b.Class).LateBy
		if b.Phase == station.Suspended && limit > 0 && now.Mono-b.Since.Mono > limit {
			return fmt.Errorf("#%d of class %s sounds %v late", b.ID, b.Class, now.Mono-b.Since.Mono)
		}
	}
	return nil
}

func later(t *rapid.T, now station.Stamp) station.Stamp {
	by := time.Duration(rapid.IntRange(0, int(time.Hour)).Draw(t, "passes"))
	if rapid.IntRange(0, 2).Draw(t, "at once") == 0 {
		by %= 300 * time.Millisecond
	}
	now.Mono, now.Wall = now.Mono+by, now.Wall.Add(by)
	return now
}

// recorder is what playout keeps of the microphone: by key, whether it runs.
type recorder map[string]bool

// follow finds a recording that begins twice, ends twice, has company, or runs
// while nobody is to speak.
func (r recorder) follow(cues []station.Cue, s State) error {
	for _, c := range cues {
		c, ok := c.(station.CueRecord)
		if !ok {
			continue
		}
		on, known := r[c.Key]
		if c.On && known || !c.On && !on {
			return fmt.Errorf("recording %s: on %t, was known %t, ran %t", c.Key, c.On, known, on)
		}
		r[c.Key] = c.On
	}
	running := 0
	for _, on := range r {
		if on {
			running++
		}
	}
	want := 0
	if b := s.liveAir(); b != nil && b.Flags.Record || s.Mic.Record != nil {
		want = 1
	}
	if running != want {
		return fmt.Errorf("%d recordings of one microphone, want %d", running, want)
	}
	return nil
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
	for i := range s.Air {
		b := &s.Air[i]
		if b.Of != 0 && s.emergency(b.Of) == nil {
			return fmt.Errorf("#%d reads an emergency that is over", b.ID)
		}
		if b.Class == station.Emergency && b.Flags.Opened && len(b.Assigned) != len(b.Targets.Match(s.Roster)) {
			return fmt.Errorf("#%d is heard in %v: somebody hears no part or half of it", b.ID, b.Assigned)
		}
	}
	for i := range s.Open {
		if i > 0 && openOrder(s.Open[i-1], s.Open[i]) >= 0 || s.Open[i].Drill && len(s.Open) > 1 {
			return fmt.Errorf("open are %+v", s.Open)
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
		for _, c := range b.Targets.Match(s.Roster) {
			if waitsForAnother(s, c, b.Class) {
				continue
			}
			if h := hears[c]; h == nil || h.Class < b.Class {
				return fmt.Errorf("I2: %s does not hear #%d of class %s", c, b.ID, b.Class)
			}
			if h := hears[c]; h.ID != b.ID && h.Class == b.Class && b.Slot.Hard && (!h.Slot.Hard || h.ID < b.ID) {
				return fmt.Errorf("I2: %s hears #%d, not slot #%d that starts on the second", c, h.ID, b.ID)
			}
		}
	}
	if err := ranked(s, hears); err != nil {
		return err
	}
	for i, st := range s.Plan.Starts {
		if i > 0 && startOrder(s.Plan.Starts[i-1], st) >= 0 {
			return fmt.Errorf("start %s is told twice", st.key())
		}
	}
	return nil
}

// waitsForAnother: a broadcast of that class or higher has the cluster and only
// waits for playout to say where it was cut.
func waitsForAnother(s State, c station.ClusterID, class station.Class) bool {
	for i := range s.Air {
		b := &s.Air[i]
		if b.Flags.Closing && b.Phase != station.Held && b.Class >= class && slices.Contains(b.Targets.Match(s.Roster), c) {
			return true
		}
	}
	return false
}
