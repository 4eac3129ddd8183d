package onair

import (
	"slices"
	"testing"
	"time"

	"loaxa/app/station"
)

const market = station.ClusterID(station.SentOnlyPrefix + "239.192.7.1:5004")

// withMarket is the village with a loudspeaker that says nothing back.
func withMarket() State {
	s, _ := Decide(village(), Input{Fact: station.SentOnlySet{Clusters: []station.Cluster{{ID: market, Number: 2, Name: "Chợ", Kind: "RTP", Zones: []string{"bắc"}}}}}, stampAt(0))
	return s
}

func viewOf(s *State, id station.ClusterID, now station.Stamp) station.ClusterView {
	for i := range s.Air {
		if slices.Contains(s.Air[i].Assigned, id) {
			return viewCluster(*s.cluster(id), s.known(id), &s.Air[i], now, true)
		}
	}
	return viewCluster(*s.cluster(id), s.known(id), nil, now, true)
}

// TestWhatSaysNothingBackIsNeverGreen: it is chosen by its zone as any cluster,
// its number gives way to a cluster's, and of what was sent the log says so.
func TestWhatSaysNothingBackIsNeverGreen(t *testing.T) {
	s := withMarket()
	if c := s.cluster(market); c == nil || c.Number != 4 {
		t.Fatalf("its place in the list: %+v", c)
	}
	var receipts []station.Event
	step := func(sec int, in Input) (o Outcome) {
		s, o = Decide(s, in, stampAt(sec))
		for _, e := range o.Events {
			for _, r := range e.Records {
				if row, ok := r.Value.(station.Event); ok && row.Kind == station.EvReceipt && row.Cluster == market {
					receipts = append(receipts, row)
				}
			}
		}
		if v := viewOf(&s, market, stampAt(sec)); v.State == station.ClusterPlaying || v.State == station.ClusterIdle || v.Proof != (station.Stamp{}) {
			t.Fatalf("second %d: %+v", sec, v)
		}
		return o
	}
	step(0, Input{Fact: station.SentReport{ID: market, Up: true}})
	o := step(1, Input{Intent: station.PlayNow{Items: []station.ItemID{"news"}, Targets: station.Targets{Zones: []string{"bắc"}}}})
	if c, ok := cueOpened(o); !ok || !slices.Contains(c.Clusters, market) {
		t.Fatalf("it is left out of its zone: %+v", c)
	}
	step(1, Input{Fact: station.PieceStarted{Broadcast: 1, Tag: "1"}})
	for sec := 2; sec <= 6; sec++ {
		step(sec, Input{Fact: station.SentReport{ID: market, Up: true, Sending: 1, Sent: map[station.BroadcastID]time.Duration{1: time.Second, 99: time.Second}}})
		if v := viewOf(&s, market, stampAt(sec)); v.State != station.ClusterUnknown || v.Why != station.WhySent {
			t.Fatalf("sound is sent: %+v", v)
		}
	}
	if v := viewOf(&s, market, stampAt(12)); v.Why != station.WhySentOnly {
		t.Errorf("nothing was sent for six seconds: %q", v.Why)
	}
	step(6, Input{Fact: station.Drained{Broadcast: 1}})
	step(11, Input{Tick: true})
	if len(receipts) != 1 || receipts[0].Duration != 5*time.Second || receipts[0].Reason != station.WhySentOnly {
		t.Errorf("receipts %+v", receipts)
	}
	if n := len(s.known(market).Heard); n != 0 {
		t.Errorf("%d accounts are kept that nobody waits for", n)
	}
}

// TestAWireThatTakesNothingRings, and is quiet again when it takes sound.
func TestAWireThatTakesNothingRings(t *testing.T) {
	s := withMarket()
	open := func() (n int) {
		for _, f := range s.Faults {
			if f.Cluster == market && !f.Over {
				n++
			}
		}
		return n
	}
	s, _ = Decide(s, Input{Fact: station.SentReport{ID: market, Why: "not-sent"}}, stampAt(1))
	if v := viewOf(&s, market, stampAt(1)); v.State != station.ClusterLost || v.Why != "not-sent" || open() != 1 {
		t.Errorf("%+v, %d faults", v, open())
	}
	s, _ = Decide(s, Input{Fact: station.SentReport{ID: market, Up: true}}, stampAt(2))
	if v := viewOf(&s, market, stampAt(2)); v.State != station.ClusterUnknown || open() != 0 {
		t.Errorf("%+v, %d faults", v, open())
	}
	before := len(s.Roster)
	s, _ = Decide(s, Input{Fact: station.SentReport{ID: "c1", Up: true, Sending: 1}}, stampAt(3))
	if s.known("c1").Ever || len(s.Roster) != before {
		t.Error("a cluster that reports was taken for one that does not")
	}
}

// TestTheListOfThoseThatSayNothing: the operator's edits, mutes and removals
// stand above the station file; what the file drops is gone; a list of clusters
// leaves them alone.
func TestTheListOfThoseThatSayNothing(t *testing.T) {
	s := withMarket()
	list := station.SentOnlySet{Clusters: []station.Cluster{{ID: market, Number: 9, Name: "Chợ mới", Kind: "RTP"}, {ID: "c1", Number: 1, Name: "no such"}}}
	c := *s.cluster(market)
	c.Name, c.Number = "Chợ Đak Pơ", 40
	s, o := Decide(s, Input{Intent: station.ClusterPut{Cluster: c}}, stampAt(1))
	if o.Refusal != nil {
		t.Fatal(o.Refusal)
	}
	s, _ = Decide(s, Input{Intent: station.ClusterMute{ID: market, Muted: true}}, stampAt(2))
	s, o = Decide(s, Input{Fact: list}, stampAt(3))
	if c := s.cluster(market); c == nil || c.Name != "Chợ Đak Pơ" || !c.Muted || len(s.Roster) != 4 {
		t.Errorf("the operator's word: %+v of %d", c, len(s.Roster))
	}
	if !slices.Contains(o.Cues, station.Cue(station.CueMute{Cluster: market, Muted: true})) {
		t.Error("the mute is not told again")
	}
	s, _ = Decide(s, Input{Fact: station.RosterSet{Clusters: village().Roster[:2]}}, stampAt(4))
	if s.cluster(market) == nil || len(s.Roster) != 3 {
		t.Errorf("a list of clusters took it off: %+v", s.Roster)
	}
	s, _ = Decide(s, Input{Intent: station.ClusterRemove{ID: market}}, stampAt(5))
	s, _ = Decide(s, Input{Fact: list}, stampAt(6))
	if s.cluster(market) != nil {
		t.Error("what the operator took off came back with the file")
	}
	s, _ = Decide(s, Input{Fact: station.SentOnlySet{}}, stampAt(7))
	s, _ = Decide(s, Input{Fact: list}, stampAt(8))
	if c := s.cluster(market); c == nil || c.Name != "Chợ mới" {
		t.Errorf("named anew it is a new one: %+v", c)
	}
	s, o = Decide(s, Input{Fact: station.SentOnlySet{}}, stampAt(9))
	gone := slices.ContainsFunc(o.Events, func(e station.Event) bool {
		return slices.ContainsFunc(e.Records, func(r station.Record) bool { return r.Key == string(market) && r.Value == nil })
	})
	if s.cluster(market) != nil || !gone || s.Known.Clusters[market] != nil {
		t.Error("what the file dropped is still there")
	}
}
