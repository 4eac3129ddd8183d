package onair

import (
	"testing"
	"time"

	"loaxa/app/station"
)

// shelved is the village with music, speech and a jingle.
func shelved() State {
	s := village()
	s.Settings.Cross = 500 * time.Millisecond
	for _, it := range []station.Item{
		{ID: "low", Title: "Nhạc nền", Kind: station.KindMusic, Length: time.Minute}, {ID: "song", Title: "Bài hát", Kind: station.KindMusic, Length: time.Minute},
		{ID: "words", Title: "Bản tin", Kind: station.KindBulletin, Length: time.Minute}, {ID: "short", Title: "Ngắn", Kind: station.KindMusic, Length: time.Second},
		{ID: "radio", Title: "VOV1", Codec: station.CodecRelay, Kind: station.KindMusic, Length: time.Hour},
		{ID: "jingle", Title: "Nhạc hiệu", Kind: station.KindJingle, Length: time.Minute},
	} {
		s, _ = Decide(s, Input{Fact: station.ItemAdded{Item: it}}, stamp(0))
	}
	return s
}

// TestABedGoesUnderWhatIsSpokenAlone and music beside music overlaps.
func TestABedGoesUnderWhatIsSpokenAlone(t *testing.T) {
	s, out := Decide(shelved(), Input{Actor: "an", Intent: station.PlayNow{Items: []station.ItemID{"jingle", "words", "song", "radio"}, Targets: station.Everywhere(), Bed: "low"}}, stamp(1))
	if out.Refusal != nil {
		t.Fatal(out.Refusal)
	}
	open, ok := out.Cues[0].(station.CueOpen)
	if !ok || len(open.Pieces) != 4 {
		t.Fatalf("%+v", out.Cues)
	}
	for i, want := range []station.Piece{{}, {Bed: "low"}, {Cross: 500 * time.Millisecond}, {}} {
		if p := open.Pieces[i]; p.Bed != want.Bed || p.Cross != want.Cross {
			t.Errorf("%s has the bed %q and overlaps by %v", p.Title, p.Bed, p.Cross)
		}
	}
	if _, o := Decide(s, Input{Intent: station.ItemRemove{ID: "low"}}, stamp(2)); o.Refusal == nil || o.Refusal.Code != station.ItemInUse {
		t.Errorf("a bed that sounds is removed: %v", o.Refusal)
	}
	s, out = Decide(s, Input{Fact: station.BedStarted{Broadcast: open.Broadcast, Item: "low"}}, stamp(2))
	if len(out.Events) != 1 || out.Events[0].Kind != station.EvBed || out.Events[0].Title != "Nhạc nền" || out.Events[0].Item != "low" {
		t.Errorf("the log says %+v", out.Events)
	}
	s, out = Decide(s, Input{Fact: station.BedStarted{Broadcast: open.Broadcast, Item: "low", Broken: "damaged"}}, stamp(3))
	if len(s.Faults) != 1 || s.Faults[0].Subject != "Nhạc nền" || len(out.Events) != 1 || len(s.Air) != 1 {
		t.Errorf("a bed that broke: %+v %+v", s.Faults, out.Events)
	}
}

func TestABedThatCannotBeOneIsRefused(t *testing.T) {
	slot := station.Slot{Title: "x", Minute: 300, Days: station.EveryDay, Items: []station.ItemID{"words"}, Targets: station.Everywhere(), Mode: station.StartSoft}
	for bed, want := range map[station.ItemID]station.RefusalCode{"gone": station.UnknownItem, "words": station.BadBed, "short": station.BadBed, "radio": station.BadBed, "low": "", "": ""} {
		slot.Bed = bed
		s, out := Decide(shelved(), Input{Intent: station.SlotPut{Slot: slot}}, stamp(1))
		if out.Refusal == nil != (want == "") || out.Refusal != nil && out.Refusal.Code != want {
			t.Errorf("%q: %v, want %q", bed, out.Refusal, want)
		}
		if want == "" && s.Plan.Slots[0].Bed != bed {
			t.Errorf("the slot forgot its bed %q", bed)
		}
	}
	slot.Bed = "low"
	s, _ := Decide(shelved(), Input{Intent: station.SlotPut{Slot: slot}}, stamp(1))
	if _, out := Decide(s, Input{Intent: station.ItemRemove{ID: "low"}}, stamp(2)); out.Refusal == nil {
		t.Error("the bed of a slot is removed from the library")
	}
}
