package onair

import (
	"testing"
	"time"

	"loaxa/app/station"
)

// TestTheMicrophonesStages: who opens it sees it prepare, the chime counted
// down, MỜI ĐỌC, the silence counted, and what was kept.
func TestTheMicrophonesStages(t *testing.T) {
	s := village()
	step := func(at time.Duration, in Input) station.MicView {
		t.Helper()
		in.Actor = "hoa"
		var o Outcome
		s, o = Decide(s, in, stamp(at))
		if o.Refusal != nil {
			t.Fatal(o.Refusal)
		}
		return s.viewMic(stamp(at))
	}
	sec := time.Second
	report := func(at time.Duration, id station.ClusterID, of station.BroadcastID, until int64) station.MicView {
		return step(at, Input{Fact: station.ClusterReport{ID: id, Up: true, Report: station.ClusterHealth{Playing: of, PlayedUntil: until}}})
	}
	report(0, "c1", 0, 0)
	report(0, "c2", 0, 0)
	if v := s.viewMic(stamp(0)); v.Stage != station.MicClosed || v.Limit != 10*time.Minute || v.Silence != 2*time.Minute || v.Meant != 0 {
		t.Errorf("closed: %+v", v)
	}
	v := step(sec, Input{Intent: station.LiveStart{Title: "Họp", Targets: station.Everywhere()}})
	if v.Stage != station.MicPreparing || v.Ready != 2 || v.Meant != 3 || v.Open || v.Recording || v.Broadcast != 1 {
		t.Errorf("preparing: %+v", v)
	}
	v = step(2*sec, Input{Fact: station.PieceStarted{Broadcast: 1, Tag: "1"}})
	if v.Stage != station.MicChime || v.SpeakAt != stamp(4*sec) || v.Ready != 2 || v.Open {
		t.Errorf("chime: %+v, speak at %v", v, v.SpeakAt)
	}
	step(4*sec, Input{Fact: station.PieceEnded{Broadcast: 1, Tag: "1"}})
	v = step(4*sec, Input{Fact: station.PieceStarted{Broadcast: 1, Tag: "2"}})
	if v.Stage != station.MicSpeak || !v.Open || !v.Recording || v.OpenedAt != stamp(4*sec) || v.SpeakAt != (station.Stamp{}) {
		t.Errorf("speak: %+v", v)
	}
	if v = report(8*sec, "c1", 1, 1); v.Ready != 1 { // c2 was told more than ProofLife ago and does not play
		t.Errorf("one plays: %+v", v)
	}
	if v = report(8*sec, "c2", 1, 1); v.Ready != 2 {
		t.Errorf("two play: %+v", v)
	}
	if v = s.viewMic(stamp(8*sec + station.ProofLife + 1)); v.Ready != 0 {
		t.Errorf("the proof is old: %+v", v)
	}
	if v = step(20*sec, Input{Fact: station.MicReport{State: station.MicNoSignal}}); v.SilentAt != stamp(20*sec) {
		t.Errorf("silent since %v", v.SilentAt)
	}
	if v = step(25*sec, Input{Fact: station.MicReport{State: station.MicGood}}); v.SilentAt != (station.Stamp{}) {
		t.Errorf("heard again, silent since %v", v.SilentAt)
	}
	if v = step(30*sec, Input{Intent: station.LiveStop{}}); v.Stage != station.MicClosed || v.Recording || v.Last != "" {
		t.Errorf("closed again: %+v", v)
	}
	if v = step(31*sec, Input{Fact: station.Recorded{Key: "live-1", Of: 1, Item: station.Item{ID: "r1"}}}); v.Last != "r1" {
		t.Errorf("kept: %+v", v)
	}
	if v = step(40*sec, Input{Intent: station.RecordStart{}}); v.Stage != station.MicRecord || !v.Recording || v.Open || v.OpenedAt != stamp(40*sec) {
		t.Errorf("recording: %+v", v)
	}
	step(50*sec, Input{Intent: station.RecordStop{}})
	if v = step(51*sec, Input{Fact: station.Recorded{Key: "rec-1", Item: station.Item{ID: "r0", At: stamp(51 * sec).Wall}}}); v.Last != "r0" || v.Stage != station.MicClosed {
		t.Errorf("the newer: %+v", v)
	}
	if v = step(52*sec, Input{Intent: station.MicTest{On: true}}); v.Stage != station.MicTesting || v.Recording {
		t.Errorf("test: %+v", v)
	}
	// An emergency takes the microphone; its siren's length is not known here.
	v = step(53*sec, Input{Intent: station.EmergencyStart{Mic: true, Siren: "long", Targets: station.Everywhere()}})
	if v.Stage != station.MicPreparing {
		t.Errorf("emergency: %+v", v)
	}
	if v = step(54*sec, Input{Fact: station.PieceStarted{Broadcast: 2, Tag: "1"}}); v.Stage != station.MicChime || v.SpeakAt != (station.Stamp{}) {
		t.Errorf("siren: %+v", v)
	}
}

// TestWhatBecameOfAStart: the picture of the timetable says it, also of what
// waits, and leaves out what was not in the timetable when its time was.
func TestWhatBecameOfAStart(t *testing.T) {
	s := village()
	evening := stamp(18 * time.Minute).Wall
	slot := func(title string, minute int, mode station.StartMode) {
		s, _ = Decide(s, Input{Intent: station.SlotPut{Slot: station.Slot{Title: title, Minute: minute, Days: station.EveryDay, Mode: mode,
			Items: []station.ItemID{"news"}, Targets: station.Everywhere()}}}, stamp(0))
	}
	slot("sáng", 330, station.StartHard)
	slot("chiều", 1080, station.StartHard)
	slot("nối", 1080, station.StartSoft)
	due := func(id station.SlotID, at time.Time, st station.DueState) station.DueView {
		return station.DueView{Slot: id, At: at, State: st}
	}
	see := func(at time.Duration, want ...string) {
		t.Helper()
		var got []string
		for _, d := range s.viewPlan().Due {
			got = append(got, string(d.State)+" "+d.Why)
		}
		if len(got) != len(want) {
			t.Fatalf("at %v: %q, want %q", at, got, want)
		}
		for i := range got {
			if got[i] != want[i] {
				t.Errorf("at %v: %q, want %q", at, got, want)
			}
		}
	}
	step := func(at time.Duration, in Input) { s, _ = Decide(s, in, stamp(at)) }
	step(0, Input{Fact: station.DueReport{Due: []station.DueView{due(1, evening.Add(-750*time.Minute), station.DueDone),
		due(2, evening, station.DueComing), due(3, evening, station.DueComing)}}})
	see(0, "coming ", "coming ")
	at := 18 * time.Minute
	step(at, Input{Fact: station.SlotDue{Slot: 2, At: evening.Unix()}})
	step(at, Input{Fact: station.SlotDue{Slot: 3, At: evening.Unix()}})
	see(at, "coming waits", "coming waits")
	step(at, Input{Fact: station.PieceStarted{Broadcast: 1, Tag: "1"}})
	see(at, "on-air ", "coming waits")
	step(at+time.Minute, Input{Fact: station.Drained{Broadcast: 1}})
	see(at, "done ", "coming waits")
	step(at+time.Minute, Input{Intent: station.StopAll{}})
	see(at, "done ", "skipped stop-all")
}

// TestAWrongClocksMemoryIsForgotten: hours ahead it aired the evening's start
// at noon; put right, the evening has its start again. Minutes ahead, it has not.
func TestAWrongClocksMemoryIsForgotten(t *testing.T) {
	for ahead, want := range map[time.Duration]bool{5 * time.Hour: true, time.Hour: false} {
		s := village()
		s, _ = Decide(s, Input{Intent: station.SlotPut{Slot: station.Slot{Title: "x", Minute: 1080, Days: station.EveryDay,
			Mode: station.StartHard, Items: []station.ItemID{"news"}, Targets: station.Everywhere()}}}, stamp(-time.Hour))
		at := stamp(18 * time.Minute)
		s, _ = Decide(s, Input{Fact: station.SlotDue{Slot: 1, At: at.Wall.Unix()}}, at)
		s, _ = Decide(s, Input{Fact: station.Drained{Broadcast: 1}}, at)
		right := stamp(18*time.Minute - ahead)
		right.Mono = at.Mono + time.Second
		s, _ = Decide(s, Input{Tick: true}, right)
		again := stamp(18 * time.Minute)
		again.Mono += ahead
		s, _ = Decide(s, Input{Fact: station.SlotDue{Slot: 1, At: at.Wall.Unix()}}, again)
		if got := len(s.Air) == 1; got != want {
			t.Errorf("clock %v ahead: aired again %t, want %t", ahead, got, want)
		}
	}
}

// TestATimetableWithoutAClockRings, and is quiet when the clock is right.
func TestATimetableWithoutAClockRings(t *testing.T) {
	s := village()
	wrong := stamp(0)
	wrong.Quality = station.ClockUnsure
	s, _ = Decide(s, Input{Tick: true}, wrong)
	if len(s.Faults) > 0 {
		t.Fatalf("without a timetable: %+v", s.Faults)
	}
	s, _ = Decide(s, Input{Intent: station.SlotPut{Slot: station.Slot{Title: "x", Minute: 1080, Days: station.EveryDay, Mode: station.StartHard,
		Items: []station.ItemID{"news"}, Targets: station.Everywhere()}}}, wrong)
	s, _ = Decide(s, Input{Tick: true}, wrong)
	if len(s.Faults) != 1 || s.Faults[0].Reason != "clock-unknown" || s.Faults[0].Over {
		t.Fatalf("faults %+v", s.Faults)
	}
	s, _ = Decide(s, Input{Tick: true}, stamp(time.Second))
	if !s.Faults[0].Over {
		t.Error("the clock is right and the fault stays")
	}
}

// TestEachMicrophoneFaultRings: what is wrong with an open microphone stands in
// the fault book under its own name until it is well again; a microphone that
// nobody uses may be silent, but not be pulled out.
func TestEachMicrophoneFaultRings(t *testing.T) {
	for _, word := range station.MicFaults {
		s := village()
		step := func(at time.Duration, in Input) (o Outcome) {
			t.Helper()
			in.Actor = "hoa"
			s, o = Decide(s, in, stamp(at))
			if o.Refusal != nil {
				t.Fatal(o.Refusal)
			}
			return o
		}
		rings := func() (open, over bool) {
			for _, f := range s.Faults {
				if f.Kind == station.EvMicFault && f.Reason == word {
					return !f.Over, f.Over
				}
			}
			return false, false
		}
		sec := time.Second
		wrong := Input{Fact: station.MicReport{State: station.MicGood, Name: "USB", Wrong: word}}
		step(0, wrong)
		if open, _ := rings(); open != (word == station.MicUnplugged) {
			t.Errorf("%s rings while nobody uses the microphone: %v", word, open)
		}
		step(0, Input{Fact: station.MicReport{State: station.MicGood, Name: "USB"}})
		step(sec, Input{Intent: station.LiveStart{Title: "Họp", Targets: station.Everywhere()}})
		step(2*sec, Input{Fact: station.PieceStarted{Broadcast: 1, Tag: "1"}})
		step(4*sec, Input{Fact: station.PieceEnded{Broadcast: 1, Tag: "1"}})
		step(4*sec, Input{Fact: station.PieceStarted{Broadcast: 1, Tag: "2"}})
		o := step(5*sec, wrong)
		if open, _ := rings(); !open || len(o.Events) != 1 || o.Events[0].Kind != station.EvMicFault || o.Events[0].Reason != word {
			t.Errorf("%s does not ring: %+v", word, o.Events)
		}
		if o = step(6*sec, wrong); len(o.Events) != 0 {
			t.Errorf("%s rings twice: %+v", word, o.Events)
		}
		step(7*sec, Input{Fact: station.MicReport{State: station.MicGood, Name: "USB"}})
		if _, over := rings(); !over {
			t.Errorf("%s rings on", word)
		}
	}
}
