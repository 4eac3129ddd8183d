package rundown

import (
	"slices"
	"testing"
	"time"

	"loaxa/app/station"
)

// TestAFileIsHeldAgainstTheTimetable: what is new, what is changed and what is
// so already; what the tier above put there is left alone; overlaps are named.
func TestAFileIsHeldAgainstTheTimetable(t *testing.T) {
	snap := fileSnap()
	all := station.Everywhere()
	snap.Items[0].Length = time.Minute
	snap.Plan.Slots = []station.Slot{
		{ID: 4, Title: "Sáng", Minute: 300, Days: station.EveryDay, Items: []station.ItemID{"news"}, Targets: all, Mode: station.StartHard, By: "Hoa", Off: true, SlotSound: station.SlotSound{Bed: "tune"}},
		{ID: 5, Title: "Chiều", Minute: 1020, Days: station.EveryDay, Items: []station.ItemID{"news"}, Targets: all, Mode: station.StartHard, By: "Hoa"},
		{ID: 6, Title: "Huyện", Minute: 1080, Days: station.EveryDay, Items: []station.ItemID{"news"}, Targets: all, Mode: station.StartHard, Above: "Huyện"},
	}
	file := "05:00;Sáng;Bản tin;;;Đ\n17:00;Chiều;Nhạc hiệu;;;Đ\n18:00;Huyện;Bản tin;;;Đ\n19:00;Tối;Bản tin;;;Đ\n"
	got, err := Merge([]byte(file), snap, at(22, 12, 0), saigon)
	if err != nil || len(got.Wrong) > 0 {
		t.Fatal(err, got.Wrong)
	}
	var ids []station.SlotID
	var same []bool
	for _, c := range got.Changes {
		ids, same = append(ids, c.Slot.ID), append(same, c.Same)
	}
	if !slices.Equal(ids, []station.SlotID{4, 5, 0, 0}) || !slices.Equal(same, []bool{true, false, false, false}) {
		t.Errorf("changes %+v", got.Changes)
	}
	if got.Changes[0].Slot.Bed != "tune" || !got.Changes[0].Slot.Off {
		t.Errorf("what a file cannot say is lost: %+v", got.Changes[0].Slot)
	}
	if !slices.ContainsFunc(got.Overlaps, func(f station.DryFinding) bool { return f.Title == "Huyện" && f.With == "Huyện" }) {
		t.Errorf("overlaps %+v", got.Overlaps)
	}

	got, err = Merge([]byte("05:00;x;Bản tin\n25:00;y;Chuyện lạ\n"), snap, at(22, 12, 0), saigon)
	want := []station.FileWrong{{Line: 2, Column: "time", Value: "25:00"}, {Line: 2, Column: "items", Value: "Chuyện lạ"}}
	if err != nil || len(got.Changes) > 0 || !slices.Equal(got.Wrong, want) {
		t.Errorf("%v, wrong %+v", err, got.Wrong)
	}
	if _, err = Merge([]byte("\xff\xfe\x00"), snap, at(22, 12, 0), saigon); err == nil {
		t.Error("what is no text is read")
	}
}

// TestAFileAndWhatGivesWay: overlaps are answered slot by slot, those of the
// file among themselves too; what cannot be answered is left.
func TestAFileAndWhatGivesWay(t *testing.T) {
	snap := fileSnap()
	snap.Items[0].Length = time.Minute
	snap.Plan.Slots = []station.Slot{{ID: 4, Title: "Sáng", Minute: 300, Days: station.EveryDay, Items: []station.ItemID{"news"}, Targets: station.Everywhere(), Mode: station.StartHard}}
	file, err := Merge([]byte("05:00;Mới;Bản tin;;;Đ\n05:00;Mới nữa;Bản tin;;;Đ;;;;Bản tin\n"), snap, at(22, 12, 0), saigon)
	if err != nil {
		t.Fatal(err)
	}
	settle := func(over station.OverlapKind) (out []station.Slot, left int) {
		puts, found := Settle(file, snap, at(22, 12, 0), saigon, over)
		return puts, len(found)
	}
	if puts, left := settle("keep"); len(puts) != 2 || left == 0 || puts[0].Title != "Mới" || puts[0].ID != 0 || puts[1].Bed == "" {
		t.Errorf("as they stand: %+v, %d left", puts, left)
	}
	if puts, left := settle(station.OverlapShift); len(puts) != 2 || left != 0 || puts[0].Minute != 301 || puts[1].Minute != 302 {
		t.Errorf("moved: %+v, %d left", puts, left)
	}
	puts, left := settle(station.OverlapReplace)
	if len(puts) != 3 || left != 0 {
		t.Fatalf("in their place: %+v, %d left", puts, left)
	}
	for _, p := range puts {
		if p.Off == (p.Title == "Mới nữa") || p.ID != 0 == (p.Title != "Sáng") {
			t.Errorf("in their place: %+v", p)
		}
	}
	snap.Plan.Slots[0].Above = "Huyện"
	if _, left := settle(station.OverlapReplace); left == 0 {
		t.Error("the timetable of the tier above gave way")
	}
	with := snap.Plan.Slots[0]
	with.Above, with.Bed = "", "old"
	snap.Plan.Slots[0] = with
	file, _ = Merge([]byte("05:00;Sáng;Bản tin;;;Đ;;;;Bản tin\n"), snap, at(22, 12, 0), saigon)
	if c := file.Changes[0]; c.Slot.ID != 4 || c.Slot.Bed == "old" || c.Same {
		t.Errorf("the bed that a file names is lost: %+v", c)
	}
}
