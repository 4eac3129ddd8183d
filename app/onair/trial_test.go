package onair

import (
	"slices"
	"testing"
	"time"

	"loaxa/app/station"
)

// atNight is a desk at 02:00 of a night in which nothing is on the air.
type atNight struct {
	t     *testing.T
	s     State
	saved disk
}

var nightly = time.Date(2026, 11, 23, 2, 0, 0, 0, communeZone)

func (n *atNight) step(at time.Duration, in Input) Outcome {
	n.t.Helper()
	var o Outcome
	n.s, o = Decide(n.s, in, station.Stamp{Wall: nightly.Add(at), Mono: at, Quality: station.ClockGood})
	n.saved.save(n.t, o.Events)
	return o
}

func (n *atNight) hears(at time.Duration, id station.ClusterID, of station.BroadcastID, good uint64, amp float32) {
	h := station.ClusterHealth{Playing: of, PlayedUntil: int64(good) * 20000, Output: "card",
		Account: station.Account{Due: good, OnTime: good}, Sense: station.Sense{Has: amp > 0, Amp: amp}}
	n.step(at, Input{Fact: station.ClusterReport{ID: id, Up: true, Report: h}})
}

// check runs one from its first tick to its receipts.
func (n *atNight) check(from time.Duration) station.BroadcastID {
	n.t.Helper()
	n.step(from, Input{Tick: true})
	if len(n.s.Air) != 1 || n.s.Air[0].Trial != station.TrialNight {
		n.t.Fatalf("no check: %+v", n.s.Air)
	}
	return n.s.Air[0].ID
}

func (n *atNight) ends(at time.Duration, id station.BroadcastID) {
	n.step(at, Input{Fact: station.PieceEnded{Broadcast: id, Tag: "1"}})
	n.step(at, Input{Fact: station.Drained{Broadcast: id}})
	n.step(at+receiptWait, Input{Tick: true})
}

// TestTheSilentCheckOfTheNight: silence goes to every cluster once a night when
// nothing is on the air, each cluster's own account becomes a fact with its
// date, one that was linked and took nothing rings until a check finds it well.
func TestTheSilentCheckOfTheNight(t *testing.T) {
	n := &atNight{t, village(), disk{}}
	for i := range n.s.Roster {
		n.s.Roster[i].Kind = "IP"
	}
	for _, id := range []station.ClusterID{"c1", "c2"} {
		n.hears(0, id, 0, 0, 0)
	}
	id := n.check(time.Second)
	if p := n.s.Air[0].Pieces; len(p) != 1 || p[0].Kind != station.FromSilence {
		t.Fatalf("it would be heard: %+v", p)
	}
	n.step(2*time.Second, Input{Fact: station.PieceStarted{Broadcast: id, Tag: "1"}})
	n.hears(5*time.Second, "c1", id, 200, 0)
	n.ends(6*time.Second, id)
	want := map[station.ClusterID]station.TrialFound{"c1": station.FoundPlayed, "c2": station.FoundNothing, "c3": station.FoundAbsent}
	for c, found := range want {
		if got := n.s.Trials.Found[c].Night; got.Found != found || got.At < nightly.Unix() {
			t.Errorf("%s: %+v, want %s", c, got, found)
		}
	}
	ring := func(c station.ClusterID) bool {
		return slices.ContainsFunc(n.s.Faults, func(f station.Fault) bool { return f.Cluster == c && f.Reason == "trial-nothing" && !f.Over })
	}
	if ring("c1") || !ring("c2") || ring("c3") {
		t.Errorf("rings: %+v", n.s.Faults)
	}
	n.step(30*time.Minute, Input{Tick: true})
	if len(n.s.Air) != 0 {
		t.Error("a second check in one night")
	}

	back, err := Recover(n.saved, n.s.Settings)
	if err != nil || back.Trials.Night != "2026-11-23" || back.Trials.Found["c2"] != n.s.Trials.Found["c2"] {
		t.Errorf("after a restart: %+v %v", back.Trials, err)
	}

	id = n.check(24 * time.Hour)
	n.step(24*time.Hour, Input{Fact: station.PieceStarted{Broadcast: id, Tag: "1"}})
	n.hears(24*time.Hour+4*time.Second, "c2", id, 200, 0.1)
	n.ends(24*time.Hour+5*time.Second, id)
	if n.s.Trials.Found["c2"].Night.Found != station.FoundSound || ring("c2") {
		t.Errorf("it is well again: %+v", n.s.Trials.Found["c2"])
	}
}

// TestTheSilentCheckIsInNobodysWay: whatever is to be heard ends it, and what
// was cut says nothing of any cluster; it is made again later in the night. Not
// by day, and not right before a start of the timetable.
func TestTheSilentCheckIsInNobodysWay(t *testing.T) {
	n := &atNight{t, village(), disk{}}
	for i := range n.s.Roster {
		n.s.Roster[i].Kind = "IP"
	}
	n.s.Plan.Due = []station.DueView{{At: nightly.Add(5 * time.Minute), State: station.DueComing}}
	n.step(0, Input{Tick: true})
	if len(n.s.Air) != 0 {
		t.Error("right before a start")
	}
	n.s.Plan.Due = nil
	n.s.Air = []Broadcast{{ID: 900, Class: station.Operator, Phase: station.Held, Flags: Flags{Queue: true}, Targets: station.Everywhere()}}
	n.step(time.Second, Input{Tick: true})
	if len(n.s.Air) != 2 {
		t.Fatal("a list that somebody held keeps the check away for ever")
	}
	n.s.Air, n.s.Trials = nil, Trials{}
	n.s.Roster[2].Muted = true
	id := n.check(time.Second)
	if to := n.s.Air[0].Targets.Clusters; len(to) != len(n.s.Roster)-1 || slices.Contains(to, n.s.Roster[2].ID) {
		t.Errorf("what is muted is asked: %v", to)
	}
	n.step(2*time.Second, Input{Fact: station.PieceStarted{Broadcast: id, Tag: "1"}})
	o := n.step(3*time.Second, Input{Intent: station.PlayNow{Items: []station.ItemID{"news"}, Targets: station.Targets{Numbers: []int{1}}}, Actor: "hoa"})
	if len(n.s.Air) != 1 || n.s.Air[0].ID == id || !slices.ContainsFunc(o.Cues, func(c station.Cue) bool { return c == station.Cue(station.CueClose{Broadcast: id}) }) {
		t.Fatalf("the check stands in the way: %+v", n.s.Air)
	}
	n.step(10*time.Second, Input{Tick: true})
	if len(n.s.Trials.Found) != 0 || n.s.Trials.Night != "" {
		t.Errorf("what was cut counts: %+v", n.s.Trials)
	}
	n.step(11*time.Second, Input{Intent: station.StopAll{}})
	n.step(5*time.Minute, Input{Tick: true})
	if len(n.s.Air) != 0 {
		t.Error("again at once")
	}
	n.check(11 * time.Minute)
	n.step(11*time.Minute, Input{Intent: station.StopAll{}})
	n.step(8*time.Hour, Input{Tick: true})
	if len(n.s.Air) != 0 {
		t.Error("by day")
	}
}

// TestALoudspeakerTestIsAFactWithADate.
func TestALoudspeakerTestIsAFactWithADate(t *testing.T) {
	n := &atNight{t, village(), disk{}}
	n.s.Settings.Chime, n.s.Settings.ToneLength = "chime", map[string]time.Duration{"chime": 2 * time.Second}
	n.hears(8*time.Hour, "c1", 0, 0, 0)
	n.step(8*time.Hour, Input{Intent: station.SpeakerTest{ID: "c1"}, Actor: "hoa"})
	id := n.s.Air[0].ID
	n.step(8*time.Hour, Input{Fact: station.PieceStarted{Broadcast: id, Tag: "1"}})
	n.hears(8*time.Hour+time.Second, "c1", id, 25, 0)
	n.ends(8*time.Hour+3*time.Second, id)
	if got := n.s.Trials.Found["c1"]; got.Tone.Found != station.FoundPart || got.Tone.At != nightly.Unix()+8*3600+7 || got.Night.At != 0 {
		t.Errorf("%+v", got)
	}
}
