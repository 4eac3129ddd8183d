package onair

import (
	"testing"
	"time"

	"loaxa/app/station"
)

func stampAt(sec int) station.Stamp {
	return station.Stamp{Mono: time.Duration(sec) * time.Second, Wall: morning.Add(time.Duration(sec) * time.Second)}
}

// cueOpened is the sound that an outcome begins.
func cueOpened(o Outcome) (c station.CueOpen, ok bool) {
	for _, q := range o.Cues {
		if c, ok = q.(station.CueOpen); ok {
			return c, true
		}
	}
	return c, false
}

// TestSendAgainOnlyWhereItWasMissed: items at the clusters named; an open
// emergency with its siren, while the others are left in peace; a closed one
// never.
func TestSendAgainOnlyWhereItWasMissed(t *testing.T) {
	s, o := Decide(village(), Input{Intent: station.SendAgain{Of: 77, Items: []station.ItemID{"news"}, Clusters: []station.ClusterID{"c2"}}}, stampAt(1))
	c, ok := cueOpened(o)
	if o.Refusal != nil || !ok || len(c.Clusters) != 1 || c.Clusters[0] != "c2" || c.Pieces[0].Item != "news" || c.Class != station.Operator {
		t.Errorf("%+v %+v", o.Refusal, c)
	}
	if _, o = Decide(s, Input{Intent: station.SendAgain{Of: 77, Clusters: []station.ClusterID{"c2"}}}, stampAt(2)); o.Refusal == nil || o.Refusal.Code != station.NoEmergency {
		t.Errorf("without items: %+v", o.Refusal)
	}
	if _, o = Decide(s, Input{Intent: station.SendAgain{Of: 77, Items: []station.ItemID{"news"}, Clusters: []station.ClusterID{"nowhere"}}}, stampAt(2)); o.Refusal == nil {
		t.Error("a cluster that nobody knows was taken")
	}
	s, _ = Decide(village(), Input{Intent: station.EmergencyStart{Text: "Nước lên", Targets: station.Everywhere()}}, stampAt(1))
	id := s.Open[0].ID
	s, _ = Decide(s, Input{Fact: station.PieceStarted{Broadcast: id, Tag: s.Air[0].Pieces[0].Tag}}, stampAt(1))
	s, _ = Decide(s, Input{Fact: station.Drained{Broadcast: id}}, stampAt(60))
	s, o = Decide(s, Input{Intent: station.SendAgain{Of: id, Clusters: []station.ClusterID{"c3"}}}, stampAt(70))
	c, ok = cueOpened(o)
	if o.Refusal != nil || !ok || len(c.Clusters) != 1 || c.Clusters[0] != "c3" || c.Class != station.Emergency ||
		c.Pieces[0].Kind != station.FromTone || !s.Open[0].OnAir {
		t.Errorf("%+v %+v", o.Refusal, c)
	}
}

// TestWhatAPoleDidAloneIsWrittenOnce, however often it is told.
func TestWhatAPoleDidAloneIsWrittenOnce(t *testing.T) {
	s := village()
	rows := 0
	tell := func(from, until int) {
		f := station.PoleAlone{ID: "c1"}
		for n := from; n <= until; n++ {
			f.Rows = append(f.Rows, station.PoleRow{Number: uint64(n), At: morning.Unix(), Kind: "slot", Title: "Bản tin", Played: time.Minute})
		}
		var o Outcome
		s, o = Decide(s, Input{Fact: f}, stampAt(5))
		for _, e := range o.Events {
			for _, r := range e.Records {
				if row, ok := r.Value.(station.Event); ok && row.Kind == station.EvPoleAlone && row.Reason == "pole-slot" && row.Duration == time.Minute {
					rows++
				}
			}
		}
	}
	tell(1, 3)
	tell(1, 3)
	tell(2, 5)
	if rows != 5 || s.Books.PoleRows["c1"] != 5 {
		t.Errorf("%d rows, the newest is %d", rows, s.Books.PoleRows["c1"])
	}
}
