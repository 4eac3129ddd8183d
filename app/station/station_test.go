package station

import (
	"reflect"
	"slices"
	"testing"
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
	for _, in := range []Intent{
		PlayNow{Items: []ItemID{"x"}, Targets: Everywhere()}, QueueAdd{Item: "x", At: -1}, QueueRemove{ID: 3}, QueueMove{ID: 3, To: 1},
		QueuePlay{}, QueuePause{}, QueueSkip{}, LiveStart{Title: "Tiêm chủng", Targets: Targets{Zones: []string{"bắc"}}}, LiveStop{},
		EmergencyStart{Text: "Lũ", Siren: "s", Level: 3, Mic: true, Drill: true}, EmergencyEnd{}, StopAll{}, CardPublish{Board: "b", Text: "x"},
		FaultAck{ID: "f"}, ClusterMute{ID: "c", Muted: true},
	} {
		b, err := EncodeIntent(in)
		if err != nil {
			t.Fatal(err)
		}
		got, err := DecodeIntent(b)
		if err != nil || !reflect.DeepEqual(got, in) {
			t.Errorf("%T came back as %#v, %v", in, got, err)
		}
		delete(seen, reflect.TypeOf(in).Name())
	}
	for name := range seen {
		t.Errorf("intent %s is not tested", name)
	}
	if _, err := DecodeIntent([]byte(`{"kind":"Dance","body":{}}`)); err == nil {
		t.Error("an unknown intent was taken")
	}
}

var seen = func() map[string]bool {
	m := map[string]bool{}
	for name := range intentKinds {
		m[name] = true
	}
	return m
}()

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
