package onair

import (
	"encoding/json"
	"testing"
	"time"

	"loaxa/app/station"
)

// TestDirectivesAreDoneWholeOrNotAtAll: the issuer's slots are replaced, the
// station's own stay; one slot that cannot be aired, and nothing is changed.
func TestDirectivesAreDoneWholeOrNotAtAll(t *testing.T) {
	now := station.Stamp{Mono: time.Hour, Wall: time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC), Quality: station.ClockGood}
	s := State{Settings: Settings{Tones: []string{"siren"}, DefaultSiren: "siren", Zone: time.UTC}, Items: map[station.ItemID]station.Item{"a": {ID: "a", Title: "Bài", Length: time.Minute}},
		Roster: []station.Cluster{{ID: "c1", Number: 1, Name: "Thôn 1"}}}
	do := func(in station.Intent, actor string) Outcome {
		var out Outcome
		s, out = Decide(s, Input{Intent: in, Actor: actor}, now)
		return out
	}
	direct := func(kind station.DirectiveKind, body any) station.DirectiveReceived {
		b, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		return station.DirectiveReceived{Directive: station.Directive{ID: station.OrderID{byte(kind)}, Issuer: "Huyện", Kind: kind, Version: 1, Body: b}, Via: "folder"}
	}
	slot := func(title string, items ...station.ItemID) station.Slot {
		return station.Slot{Title: title, Minute: 300, Days: 127, Items: items, Targets: station.Everywhere(), Mode: station.StartSoft}
	}
	if out := do(station.SlotPut{Slot: slot("của xã", "a")}, "Hoa"); out.Refusal != nil {
		t.Fatal(out.Refusal)
	}
	titles := func() (all []string) {
		for _, sl := range s.Plan.Slots {
			all = append(all, sl.Title+"/"+sl.Above)
		}
		return all
	}
	for _, want := range []string{"cũ", "mới"} {
		if out := do(direct(station.DirectTimetable, station.TimetableBody{Slots: []station.Slot{slot(want, "a")}}), "Huyện"); out.Refusal != nil {
			t.Fatal(out.Refusal)
		}
		if got := titles(); len(got) != 2 || got[0] != "của xã/" || got[1] != want+"/Huyện" {
			t.Fatalf("slots %v", got)
		}
	}
	if out := do(direct(station.DirectTimetable, station.TimetableBody{Slots: []station.Slot{slot("x", "a"), slot("thiếu", "none")}}), "Huyện"); out.Refusal == nil || out.Refusal.Code != station.UnknownItem {
		t.Errorf("a sound that is not here: %v", out.Refusal)
	}
	if got := titles(); len(got) != 2 || got[1] != "mới/Huyện" {
		t.Errorf("half of it was done: %v", got)
	}
	hotline := "0900 000 114"
	if out := do(direct(station.DirectSettings, station.SettingsBody{Hotline: &hotline}), "Huyện"); out.Refusal != nil || s.Books.Rules.Hotline != hotline {
		t.Errorf("settings: %v %+v", out.Refusal, s.Books.Rules)
	}
	out := do(direct(station.DirectNotice, station.NoticeBody{Text: "Họp giao ban\n8 giờ"}), "Huyện")
	rung := false
	for _, f := range s.Faults {
		rung = rung || f.Kind == station.EvDirective && f.Subject == "Huyện: Họp giao ban" && !f.Acked
	}
	kept := false
	for _, e := range out.Events {
		for _, r := range e.Records {
			kept = kept || r.Class == station.ClassDirect && r.Key == station.OrderID{byte(station.DirectNotice)}.String()
		}
	}
	if out.Refusal != nil || !rung || !kept || len(out.Cues) != 0 {
		t.Errorf("a notice: %v, rung %t, kept %t, cues %v", out.Refusal, rung, kept, out.Cues)
	}
}
