package ui_test

import (
	"slices"
	"testing"
	"time"

	"loaxa/app/station"
	"loaxa/ui"
	"loaxa/ui/uitest"
)

// obey makes a desk that keeps the play list, the timetable and the library as
// the station does.
func obey(desk *uitest.Desk) {
	next, slot := station.EntryID(100), station.SlotID(100)
	desk.Answer = func(in station.Intent) (ui.Answer, error) {
		s := *desk.Snapshot()
		s.Rev++
		q := slices.Clone(s.Queue.Entries)
		at := func(id station.EntryID) int {
			return slices.IndexFunc(q, func(e station.QueueEntry) bool { return e.ID == id })
		}
		no := func() (ui.Answer, error) {
			return ui.Answer{Refusal: &station.Refusal{Code: station.UnknownEntry, Subject: "?"}}, nil
		}
		switch in := in.(type) {
		case station.QueueAdd:
			next++
			i := slices.IndexFunc(s.Items, func(it station.Item) bool { return it.ID == in.Item })
			to := in.At
			if to < 0 {
				to = len(q)
			}
			q = slices.Insert(q, to, station.QueueEntry{ID: next, Item: in.Item, Title: s.Items[i].Title, Length: s.Items[i].Length, Targets: in.Targets})
		case station.QueueRemove:
			i := at(in.ID)
			if i < 0 {
				return no()
			}
			q = slices.Delete(q, i, i+1)
		case station.QueueMove:
			i := at(in.ID)
			if i < 0 {
				return no()
			}
			e := q[i]
			q = slices.Insert(slices.Delete(q, i, i+1), in.To, e)
		case station.SlotPut:
			if in.Slot.ID == 0 {
				slot++
				in.Slot.ID = slot
			}
			s.Plan.Slots = append(slices.DeleteFunc(slices.Clone(s.Plan.Slots), func(o station.Slot) bool { return o.ID == in.Slot.ID }), in.Slot)
		case station.SlotRemove:
			s.Plan.Slots = slices.DeleteFunc(slices.Clone(s.Plan.Slots), func(o station.Slot) bool { return o.ID == in.ID })
		case station.ItemPut:
			s.Items = slices.Clone(s.Items)
			for i := range s.Items {
				if s.Items[i].ID == in.ID {
					s.Items[i].Title, s.Items[i].Kind = in.Title, in.Kind
				}
			}
		}
		s.Queue.Entries = q
		desk.Show(&s)
		return ui.Answer{Seq: 1, Saved: true}, nil
	}
}

func titles(desk *uitest.Desk) (out []string) {
	for _, e := range desk.Snapshot().Queue.Entries {
		out = append(out, e.Title)
	}
	return out
}

// TestTwelveActsAreTakenBackOneByOne: whatever was removed, moved and added, the
// list goes back through each of its states to the first.
func TestTwelveActsAreTakenBackOneByOne(t *testing.T) {
	drive(t, uitest.Playing(), 120, 36, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		obey(desk)
		d.Press("f3", "home", "down", "down")
		var states [][]string
		for _, key := range []string{"delete", "ctrl+down", "ctrl+down", "delete", "delete", "ctrl+up", "delete"} {
			states = append(states, titles(desk))
			d.Press(key)
			d.Pass(100 * time.Millisecond)
			d.Press("home", "down", "down")
		}
		d.Press("esc", "ctrl+o")
		for range 5 {
			states = append(states, titles(desk))
			d.Press("enter", "down")
			d.Pass(100 * time.Millisecond)
		}
		d.Press("esc")
		states = slices.CompactFunc(states, slices.Equal) // a move at the end of the list is none
		if len(states) < 10 {
			t.Errorf("only %d acts: %q", len(states), states)
			return
		}
		for i := len(states) - 1; i >= 0; i-- {
			d.Press("ctrl+z")
			d.Pass(100 * time.Millisecond)
			if got := titles(desk); !slices.Equal(got, states[i]) {
				t.Errorf("%d steps before the first act the list is\n%q, was\n%q", i, got, states[i])
				return
			}
		}
		d.Press("ctrl+z")
		d.Sees("Không có việc nào để làm lại")
	})
}

// TestAMusicFillIsTakenBackAsOne, though it was several entries, and leaves what
// somebody else added.
func TestAMusicFillIsTakenBackAsOne(t *testing.T) {
	snap := uitest.Playing()
	for i := range snap.Items {
		snap.Items[i].Kind = station.KindMusic
		snap.Items[i].Length = time.Minute
	}
	snap.Queue.Entries = snap.Queue.Entries[:2]
	drive(t, snap, 120, 36, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		obey(desk)
		d.Press("f3", "ctrl+n", "enter")
		d.Pass(time.Second)
		if n := len(titles(desk)); n < 5 {
			t.Errorf("the fill brought the list to %d entries", n)
			return
		}
		s := *desk.Snapshot()
		s.Queue.Entries = append(slices.Clone(s.Queue.Entries), station.QueueEntry{ID: 900, Item: "other", Title: "của người khác"})
		desk.Show(&s)
		d.Pass(100 * time.Millisecond)
		d.Press("ctrl+z")
		d.Pass(100 * time.Millisecond)
		if got := titles(desk); !slices.Equal(got, []string{"Bản tin nông nghiệp", "Nhạc hiệu", "của người khác"}) {
			t.Errorf("the list is %q", got)
		}
	})
}

// TestTheTimetableAndTheLibraryGoBackToo.
func TestTheTimetableAndTheLibraryGoBackToo(t *testing.T) {
	drive(t, uitest.Playing(), 120, 36, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		obey(desk)
		slots := func() (out []string) {
			for _, sl := range desk.Snapshot().Plan.Slots {
				out = append(out, sl.Title)
			}
			slices.Sort(out)
			return out
		}
		before := slots()
		d.Press("f3", "f3", "ctrl+o")
		d.Type("Thể dục")
		d.Press("down")
		d.Type("6:00")
		d.Press("down", "down", "enter", "enter", "esc", "down", "down", "down", "down", "down", "down", "enter")
		d.Pass(100 * time.Millisecond)
		if !slices.Contains(slots(), "Thể dục") {
			t.Errorf("the timetable has %q", slots())
			return
		}
		d.Press("delete", "enter") // the first of the list
		d.Pass(100 * time.Millisecond)
		d.Press("ctrl+z")
		d.Pass(100 * time.Millisecond)
		d.Press("ctrl+z")
		d.Pass(100 * time.Millisecond)
		if got := slots(); !slices.Equal(got, before) {
			t.Errorf("the timetable is %q, was %q", got, before)
		}
		d.Press("f3", "ctrl+e")
		d.Type(" số 2")
		d.Press("down", "right", "down", "enter")
		d.Pass(100 * time.Millisecond)
		if it := desk.Snapshot().Items[0]; it.Title != "Bản tin nông nghiệp số 2" || it.Kind != station.KindJingle {
			t.Errorf("the item is %+v", it)
		}
		d.Press("ctrl+z")
		d.Pass(100 * time.Millisecond)
		if it := desk.Snapshot().Items[0]; it.Title != "Bản tin nông nghiệp" || it.Kind != station.KindBulletin {
			t.Errorf("the item is %+v", it)
		}
	})
}

// TestAnActIsNotForgottenBeforeItIsSeen: Ctrl+Z that comes before the picture of
// what was added waits for it.
func TestAnActIsNotForgottenBeforeItIsSeen(t *testing.T) {
	drive(t, uitest.Playing(), 120, 36, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		d.Press("ctrl+o", "enter", "esc", "ctrl+z")
		d.Sees("chờ một chút")
		s := *desk.Snapshot()
		s.Rev++
		s.Queue.Entries = append(slices.Clone(s.Queue.Entries), station.QueueEntry{ID: 77, Item: "item-1"})
		desk.Show(&s)
		d.Pass(100 * time.Millisecond)
		d.Press("ctrl+z")
		asked(t, desk, station.QueueAdd{Item: "item-1", Targets: station.Everywhere(), At: -1}, station.QueueRemove{ID: 77})
	})
}
