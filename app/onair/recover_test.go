package onair

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"loaxa/app/station"
)

// disk is the records of a journal, as a restart finds them.
type disk map[string]map[string][]byte

func (d disk) save(t interface{ Fatal(...any) }, events []station.Event) {
	for _, e := range events {
		for _, r := range e.Records {
			if d[r.Class] == nil {
				d[r.Class] = map[string][]byte{}
			}
			if r.Value == nil {
				delete(d[r.Class], r.Key)
				continue
			}
			b, err := json.Marshal(r.Value)
			if err != nil {
				t.Fatal(err)
			}
			d[r.Class][r.Key] = b
		}
	}
}

func (d disk) Each(class string, fn func(string, []byte) error) error {
	for k, v := range d[class] {
		if err := fn(k, v); err != nil {
			return err
		}
	}
	return nil
}

// TestARestartFindsWhatWasDecided: at any moment the records alone give back
// the queue, the counters, the emergency, the cards and every open broadcast.
func TestARestartFindsWhatWasDecided(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, d, now := village(), disk{}, station.Stamp{Quality: station.ClockGood, Wall: time.Unix(0, 0)}
		s.Books.Zones = nil // no record made those
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			now = later(t, now)
			in := drawInput(t, s, now)
			in.Actor = "x"
			var o Outcome
			s, o = Decide(s, in, now)
			d.save(t, o.Events)
		}
		got, err := Recover(d, s.Settings)
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Queue)+len(s.Queue) > 0 && !reflect.DeepEqual(got.Queue, s.Queue) {
			t.Fatalf("queue %+v, was %+v", got.Queue, s.Queue)
		}
		if got.Counters != s.Counters || got.Cards["b1"].Text != s.Cards["b1"].Text {
			t.Fatalf("counters %+v cards %v, were %+v %v", got.Counters, got.Cards, s.Counters, s.Cards)
		}
		if (got.lead() == nil) != (s.lead() == nil) || got.lead() != nil && got.lead().Text != s.lead().Text {
			t.Fatalf("emergency %v, was %v", got.lead(), s.lead())
		}
		if len(got.Air) != len(s.Air) {
			t.Fatalf("%d broadcasts, were %d", len(got.Air), len(s.Air))
		}
		if !same(got.Books, s.Books) || !same(got.Plan.Slots, s.Plan.Slots) || !same(got.Plan.Starts, s.Plan.Starts) {
			t.Fatalf("books %+v %+v,\nwere %+v %+v", got.Books, got.Plan, s.Books, s.Plan)
		}
		got.Roster, got.Boards, got.Items = s.Roster, s.Boards, s.Items
		again, o := Restarted(got, nil, station.Stamp{Wall: now.Wall})
		for _, b := range again.Air {
			if station.StandingOf(b.Class).Resume == station.Drop {
				t.Fatalf("a %s went on by itself after a restart", b.Class)
			}
		}
		if err := sound(again, nil, nil); err != nil {
			t.Fatalf("after the restart: %v (%d cues)", err, len(o.Cues))
		}
	})
}

// same compares as the disk does: an empty list is none.
func same(a, b any) bool {
	x, err1 := json.Marshal(a)
	y, err2 := json.Marshal(b)
	none := func(b []byte) string { return strings.ReplaceAll(string(b), "[]", "null") }
	return err1 == nil && err2 == nil && none(x) == none(y)
}

// TestTheItemResumesWhereThePlayheadStood: the journal knows the entry, the
// playhead its place, also when the entry changed in the last second.
func TestTheItemResumesWhereThePlayheadStood(t *testing.T) {
	s, d := village(), disk{}
	for _, in := range []Input{
		{Intent: station.QueueAdd{Item: "news", Targets: station.Everywhere(), At: -1}},
		{Intent: station.QueueAdd{Item: "music", Targets: station.Everywhere(), At: -1}},
		{Intent: station.QueuePlay{}},
		{Fact: station.PieceStarted{Broadcast: 1, Tag: "e1"}},
	} {
		var o Outcome
		s, o = Decide(s, in, station.Stamp{})
		d.save(t, o.Events)
	}
	for head, want := range map[station.Moving]string{
		{Tag: "e1", At: 31 * time.Second}: "e1",
		{Tag: "e2", At: 2 * time.Second}:  "e2",
	} {
		got, err := Recover(d, s.Settings)
		if err != nil {
			t.Fatal(err)
		}
		got.Roster, got.Items = s.Roster, s.Items
		_, o := Restarted(got, Playhead{1: head}, station.Stamp{Mono: time.Second})
		var open *station.CueOpen
		for _, c := range o.Cues {
			if c, ok := c.(station.CueOpen); ok {
				open = &c
			}
		}
		if open == nil || open.Pieces[0].Tag != want || open.Pieces[0].From != head.At {
			t.Errorf("playhead %+v: opened %+v", head, open)
		}
	}
}

// TestAnEmergencyIsReadAgainFromItsSiren: the words sounded when the power
// went; after it the siren comes first again.
func TestAnEmergencyIsReadAgainFromItsSiren(t *testing.T) {
	s, d := village(), disk{}
	for _, in := range []Input{
		{Intent: station.EmergencyStart{Text: "Lũ", Targets: station.Everywhere()}},
		{Fact: station.PieceStarted{Broadcast: 1, Tag: "1"}},
		{Fact: station.PieceEnded{Broadcast: 1, Tag: "1"}},
		{Fact: station.PieceStarted{Broadcast: 1, Tag: "2"}},
	} {
		var o Outcome
		s, o = Decide(s, in, station.Stamp{Wall: morning})
		d.save(t, o.Events)
	}
	got, err := Recover(d, s.Settings)
	if err != nil {
		t.Fatal(err)
	}
	got.Roster = s.Roster
	_, o := Restarted(got, nil, station.Stamp{Mono: time.Second, Wall: morning.Add(time.Minute)})
	var kinds []station.SourceKind
	for _, c := range o.Cues {
		if c, ok := c.(station.CueOpen); ok {
			for _, p := range c.Pieces {
				kinds = append(kinds, p.Kind)
			}
		}
	}
	if len(kinds) != 3 || kinds[0] != station.FromTone || kinds[1] != station.FromSpeech {
		t.Errorf("after the restart it airs %v", kinds)
	}
}

var morning = time.Date(2026, 11, 22, 5, 0, 0, 0, time.UTC)

// TestTheListForgetsWhatWasHeard: what the playhead says was heard to its end
// is out of the queue for good, also after one more restart.
func TestTheListForgetsWhatWasHeard(t *testing.T) {
	s, d := village(), disk{}
	for _, in := range []Input{
		{Intent: station.QueueAdd{Item: "news", Targets: station.Everywhere(), At: -1}},
		{Intent: station.QueueAdd{Item: "music", Targets: station.Everywhere(), At: -1}},
		{Intent: station.QueuePlay{}},
		{Fact: station.PieceStarted{Broadcast: 1, Tag: "e1"}},
	} {
		var o Outcome
		s, o = Decide(s, in, station.Stamp{Wall: morning})
		d.save(t, o.Events)
	}
	for round, head := range []Playhead{{1: {Tag: "e2", At: time.Second}}, nil} {
		got, err := Recover(d, s.Settings)
		if err != nil {
			t.Fatal(err)
		}
		got.Roster, got.Items = s.Roster, s.Items
		again, o := Restarted(got, head, station.Stamp{Wall: morning.Add(time.Minute)})
		d.save(t, o.Events)
		if len(again.Queue) != 1 || again.Queue[0].ID != 2 {
			t.Fatalf("round %d: the queue is %+v", round, again.Queue)
		}
	}
}
