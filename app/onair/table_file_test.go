package onair

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"loaxa/app/station"
)

// tableSlot is a slot of a file at a minute of the day.
func tableSlot(title string, minute int) station.Slot {
	return station.Slot{Title: title, Minute: minute, Days: station.EveryDay, Items: []station.ItemID{"news"}, Targets: station.Everywhere(), Mode: station.StartHard}
}

// askDesk asks as one person would; the state goes on, refused or not.
func askDesk(s *State, in station.Intent) (out Outcome) {
	*s, out = Decide(*s, Input{Intent: in, Actor: "hoa"}, day(10))
	return out
}

// TestATimetableFileIsOneAct: a slot that is refused in the middle leaves
// nothing of those before it, and is named; what is taken is one row of the
// log with all its records; one more act takes all of it back.
func TestATimetableFileIsOneAct(t *testing.T) {
	s := village()
	askDesk(&s, station.SlotPut{Slot: tableSlot("Chiều", 1020)})
	old := s.Plan.Slots[0]
	changed := old
	changed.Mode = station.StartSoft
	file := station.SlotsPut{Put: []station.Slot{tableSlot("Sáng", 330), changed, tableSlot("Hỏng", 700), tableSlot("Tối", 1200)}, File: "/nhà/lich.csv"}
	file.Put[2].Items = []station.ItemID{"nobody"}

	before := s.clone()
	out := askDesk(&s, file)
	if r := out.Refusal; r == nil || r.Code != station.UnknownItem || r.Of != "11:40 Hỏng" {
		t.Fatalf("refusal %+v", out.Refusal)
	}
	if !reflect.DeepEqual(s.Plan, before.Plan) || s.Counters != before.Counters {
		t.Errorf("a refused file left %+v", s.Plan.Slots)
	}
	for _, e := range out.Events {
		for _, r := range e.Records {
			if r.Class != station.ClassAsRun {
				t.Errorf("a refused file writes %s %s", r.Class, r.Key)
			}
		}
	}

	file.Put = slices.Delete(file.Put, 2, 3)
	out = askDesk(&s, file)
	if out.Refusal != nil || len(out.Events) != 1 || len(s.Plan.Slots) != 3 {
		t.Fatalf("%+v, %d events, %d slots", out.Refusal, len(out.Events), len(s.Plan.Slots))
	}
	if e := out.Events[0]; e.Kind != station.EvSlot || e.Title != "lich.csv" || e.Reason != "slots-file" || e.Targets != 3 || e.Actor != "hoa" {
		t.Errorf("the row is %+v", e)
	}
	if n := slotRecords(out); n != 3 {
		t.Errorf("%d records of slots in one transaction", n)
	}

	back := station.SlotsPut{Put: []station.Slot{old}, File: "lich.csv", Undo: true}
	for _, sl := range s.Plan.Slots {
		if sl.ID != old.ID {
			back.Remove = append(back.Remove, sl.ID)
		}
	}
	out = askDesk(&s, back)
	if out.Refusal != nil || len(out.Events) != 1 || out.Events[0].Reason != "slots-file-back" || !reflect.DeepEqual(s.Plan.Slots, []station.Slot{old}) {
		t.Errorf("%+v, taken back %+v, want %+v", out.Refusal, s.Plan.Slots, old)
	}
	if out = askDesk(&s, back); out.Refusal == nil || out.Refusal.Code != station.UnknownSlot {
		t.Errorf("what is gone is taken back again: %+v", out.Refusal)
	}
}

func slotRecords(out Outcome) (n int) {
	for _, e := range out.Events {
		for _, r := range e.Records {
			if r.Class == station.ClassSlot {
				n++
			}
		}
	}
	return n
}

// TestTheLargestTimetableIsOneTransaction: 200 slots taken out and 200 put in.
func TestTheLargestTimetableIsOneTransaction(t *testing.T) {
	s := village()
	fill := func(word string) (in station.SlotsPut) {
		in.File = "lich.csv"
		for i := range station.MaxSlots {
			in.Put = append(in.Put, tableSlot(fmt.Sprint(word, i), i))
		}
		return in
	}
	if out := askDesk(&s, fill("a")); out.Refusal != nil {
		t.Fatal(out.Refusal)
	}
	in := fill("b")
	for _, sl := range s.Plan.Slots {
		in.Remove = append(in.Remove, sl.ID)
	}
	if out := askDesk(&s, in); out.Refusal != nil || slotRecords(out) != 2*station.MaxSlots || len(out.Events) != 1 || len(out.Events[0].Records) > 1024 {
		t.Fatalf("%+v, %d records of slots", out.Refusal, slotRecords(out))
	}
	in = fill("c")
	if out := askDesk(&s, in); out.Refusal == nil || out.Refusal.Code != station.TooMany || len(s.Plan.Slots) != station.MaxSlots {
		t.Errorf("one too many: %+v, %d slots", out.Refusal, len(s.Plan.Slots))
	}
	if out := askDesk(&s, station.SlotsPut{Put: in.Put[:station.MaxSlotsPut+1]}); out.Refusal == nil || out.Refusal.Code != station.TooMany {
		t.Errorf("rows without end: %+v", out.Refusal)
	}
}
