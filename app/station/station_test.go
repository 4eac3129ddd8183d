package station

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

var roster = []Cluster{{ID: "a", Number: 1, Zones: []string{"bắc"}}, {ID: "b", Number: 2, Zones: []string{"bắc", "chợ"}}, {ID: "c", Number: 10, Zones: []string{"nam"}}}

func TestTargets(t *testing.T) {
	for typed, want := range map[string][]ClusterID{
		"":         {"a", "b", "c"},
		"all":      {"a", "b", "c"},
		"bắc":      {"a", "b"},
		"chợ, 10":  {"b", "c"},
		"10,1":     {"a", "c"},
		"nam,nam":  {"c"},
		"1,bắc, 2": {"a", "b"},
	} {
		got, unknown := ParseTargets(typed).Resolve(roster)
		if unknown != "" || !slices.Equal(got, want) {
			t.Errorf("%q: %v %q, want %v", typed, got, unknown, want)
		}
	}
	for typed, name := range map[string]string{"3": "3", "đông": "đông", "1,9": "9"} {
		if got, unknown := ParseTargets(typed).Resolve(roster); unknown != name || got != nil {
			t.Errorf("%q: %v, unknown %q, want %q", typed, got, unknown, name)
		}
	}
	if got, _ := (Targets{}).Resolve(roster); got != nil {
		t.Errorf("no target means %v", got)
	}
}

// TestPrecedenceIsOneTable: every class stands in it once, highest first, and
// a microphone never comes back by itself.
func TestPrecedenceIsOneTable(t *testing.T) {
	for i, s := range Precedence {
		if s.Class != Class(len(Precedence)-i) || s.Name == "" || s.Resume == 0 {
			t.Errorf("row %d: %+v", i, s)
		}
		if s.LiveLane != (s.Class >= Live) {
			t.Errorf("%s on the live lane: %t", s.Name, s.LiveLane)
		}
	}
	if StandingOf(Live).Resume != Drop || StandingOf(EmergencyLive).Resume != Drop {
		t.Error("a microphone opens by itself")
	}
}

func TestIntentsSurviveTheWire(t *testing.T) {
	untested := maps.Clone(intentKinds)
	for _, in := range []Intent{
		PlayNow{Items: []ItemID{"x"}, Targets: Everywhere(), Bed: "m"}, QueueAdd{Item: "x", At: -1}, QueueRemove{ID: 3}, QueueMove{ID: 3, To: 1},
		QueuePlay{}, QueuePause{}, QueueSkip{}, LiveStart{Title: "Tiêm chủng", Targets: Targets{Zones: []string{"bắc"}}}, LiveStop{},
		EmergencyStart{Text: "Lũ", Siren: "s", Level: 3, Mic: true, Drill: true}, EmergencyEnd{}, StopAll{}, CardPublish{Board: "b", Text: "x"},
		FaultAck{ID: "f"}, ClockConfirm{}, ClusterMute{ID: "c", Muted: true}, EmergencyEnd{AllClear: true}, EmergencyCorrect{}, BroadcastEnd{ID: 3},
		RecordStart{Title: "Bản tin"}, RecordStop{Discard: true}, MicTest{On: true}, SpeakerTest{ID: "c"}, LineCheck{}, HearHere{Item: "a"},
		SlotPut{Slot: Slot{ID: 1, Title: "Tiếp âm", Minute: 1080, Days: EveryDay, From: "2026-11-22", Items: []ItemID{"x"}, Targets: Everywhere(),
			Mode: StartHard, SlotSound: SlotSound{Bed: "m"}, SlotPast: SlotPast{Skip: []int64{1795345200}}}},
		SlotRemove{ID: 1}, SlotSkip{ID: 1, At: 1795345200}, SettingsPut{Rules: Rules{Name: "xã Đak Pơ", MicLimit: MaxMicLimit, Phrases: []string{"a"}}},
		ZonePut{Zone: Zone{ID: "cho", Name: "Chợ"}}, ZoneRemove{ID: "cho"}, ClusterPut{Cluster: Cluster{ID: "c", Number: 7, Lat: 13.9, Zones: []string{"cho"}}},
		ClusterRemove{ID: "c"}, BoardRemove{ID: "b"}, SendAgain{Of: 4, Items: []ItemID{"i"}, Clusters: []ClusterID{"c1"}}, ItemPut{ID: "x", Title: "t", Kind: KindMusic}, ItemRemove{ID: "x"}, PriorityFirst{ID: 3}, LateAnswer{ID: 3, Do: LateLater, At: 1795349400},
		SlotsPut{Put: []Slot{{Title: "Tin sáng", Minute: 330, Days: EveryDay, Items: []ItemID{"x"}, Mode: StartHard}}, Remove: []SlotID{2}, File: "lich.csv", Undo: true},
	} {
		b, err := EncodeIntent(in)
		if err != nil {
			t.Fatal(err)
		}
		got, err := DecodeIntent(b)
		if err != nil || !reflect.DeepEqual(got, in) {
			t.Errorf("%T came back as %#v, %v", in, got, err)
		}
		delete(untested, reflect.TypeOf(in).Name())
	}
	for name := range untested {
		t.Errorf("intent %s is not tested", name)
	}
	if _, err := DecodeIntent([]byte(`{"kind":"Dance","body":{}}`)); err == nil {
		t.Error("an unknown intent was taken")
	}
	table := SlotsPut{File: "lich.csv"}
	for range MaxSlots {
		table.Put = append(table.Put, Slot{Title: strings.Repeat("ă", MaxTitle), Items: slices.Repeat([]ItemID{ItemID(strings.Repeat("f", 64))}, MaxSlotItems), Targets: Everywhere()})
	}
	if b, err := EncodeIntent(table); err != nil || len(b) <= MaxIntent {
		t.Errorf("the largest timetable: %d bytes, %v", len(b), err)
	}
	if _, err := EncodeIntent(PlayNow{Items: table.Put[0].Items, Targets: Targets{Zones: []string{strings.Repeat("x", MaxIntent)}}}); err == nil {
		t.Error("an intent that nobody would take goes out")
	}
}

func FuzzDecodeIntent(f *testing.F) {
	f.Add([]byte(`{"kind":"LiveStart","body":{"title":"x","targets":{"all":true}}}`))
	f.Add([]byte(`{"kind":"QueueMove","body":{"id":18446744073709551615,"to":-9}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		in, err := DecodeIntent(b)
		if err == nil && in == nil {
			t.Fatal("nothing, and no error")
		}
	})
}

func FuzzTargets(f *testing.F) {
	f.Add("all")
	f.Add("1,bắc,,*")
	f.Fuzz(func(t *testing.T, s string) {
		ids, unknown := ParseTargets(s).Resolve(roster)
		if len(ids) > len(roster) || unknown != "" && ids != nil {
			t.Fatalf("%v %q", ids, unknown)
		}
	})
}

// TestADayIsACalendarDay: a slot starts at its minute in the zone that it is
// asked in, on its days only.
func TestADayIsACalendarDay(t *testing.T) {
	zone := time.FixedZone("+07", 7*3600)
	sl := Slot{Minute: 6*60 + 5, Days: 1 << 6, From: "2026-11-22", Until: "2026-11-29"} // Sundays
	for day, want := range map[int]bool{15: false, 21: false, 22: true, 23: false, 29: true} {
		at, ok := sl.On(time.Date(2026, 11, day, 23, 59, 0, 0, zone))
		if ok != want || ok && !at.Equal(time.Date(2026, 11, day, 6, 5, 0, 0, zone)) {
			t.Errorf("on the %d: %v %t", day, at, ok)
		}
	}
	if d := Days(1 << 0); !d.Has(time.Monday) || d.Has(time.Sunday) || d.Has(time.Tuesday) || !EveryDay.Has(time.Sunday) {
		t.Error("bit 0 is Monday")
	}
}

// TestMatchPassesOverWhatIsNoMore: what is on air stays where it can be heard.
func TestMatchPassesOverWhatIsNoMore(t *testing.T) {
	got := Targets{Zones: []string{"đông", "nam"}, Numbers: []int{1, 99}, Clusters: []ClusterID{"z"}}.Match(roster)
	if !slices.Equal(got, []ClusterID{"a", "c"}) {
		t.Errorf("heard on %v", got)
	}
}
