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
