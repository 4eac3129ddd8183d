package rundown

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"loaxa/app/station"
)

func fileSnap() *station.Snapshot {
	s := commune(4)
	s.Items = []station.Item{{ID: "news", Title: "Bản tin"}, {ID: "tune", Title: "Nhạc hiệu"}}
	s.Station.Zones = []station.Zone{{ID: "a", Name: "Phía Đông"}}
	return s
}

func TestATimetableFileIsRead(t *testing.T) {
	file := "\ufeffGiờ;Tên;Bài;Ngày;Nơi;Cách;Ngày lễ;Từ;Đến;Nhạc nền\r\n" +
		"05:00;Chào buổi sáng;Nhạc hiệu | bản tin;T2-T6, CN;cả xã;Đ;nghỉ lễ;1/12/2026;31/12/2026;nhạc hiệu\r\n" +
		"17h30;;Bản tin;;Phía Đông, 2;n\r\n"
	got, err := ReadFile([]byte(file), fileSnap())
	if err != nil {
		t.Fatal(err)
	}
	want := []station.Slot{
		{Title: "Chào buổi sáng", Minute: 300, Days: 1<<0 | 1<<1 | 1<<2 | 1<<3 | 1<<4 | 1<<6, Items: []station.ItemID{"tune", "news"}, Targets: station.Everywhere(),
			Mode: station.StartHard, Feast: station.FeastNot, From: "2026-12-01", Until: "2026-12-31", SlotSound: station.SlotSound{Bed: "tune"}},
		{Title: "Bản tin", Minute: 17*60 + 30, Days: station.EveryDay, Items: []station.ItemID{"news"}, Mode: station.StartSoft,
			Targets: station.Targets{Zones: []string{"a"}, Clusters: []station.ClusterID{"c2"}}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
}

// TestAWrongTimetableFileNamesEveryPlace, and nothing of it is taken.
func TestAWrongTimetableFileNamesEveryPlace(t *testing.T) {
	file := "time,title,items\n25:00,x,Bản tin\n05:00,x,Chuyện lạ\n05:00,x,Bản tin,T8,xóm nhỏ,Q,never,32/1/2026,soon,lạ\n06:00,good,Bản tin\n"
	got, err := ReadFile([]byte(file), fileSnap())
	if got != nil || err == nil {
		t.Fatalf("taken: %+v", got)
	}
	var at []string
	for _, e := range err.(interface{ Unwrap() []error }).Unwrap() {
		var f *FileError
		if !errors.As(e, &f) {
			t.Fatalf("%v", e)
		}
		at = append(at, string(rune('0'+f.Line))+" "+f.Column)
	}
	if want := []string{"2 time", "3 items", "4 days", "4 where", "4 mode", "4 holidays", "4 from", "4 until", "4 bed"}; !slices.Equal(at, want) {
		t.Errorf("wrong places %q, want %q", at, want)
	}
	for _, bad := range []string{"", "\n", "05:00,x,Bản tin,,,,,,,,more\n", "\xff\xfe", "05:00,x,\"Bản tin\n", strings.Repeat("05:00,x,Bản tin\n", station.MaxSlots+1)} {
		if got, err := ReadFile([]byte(bad), fileSnap()); err == nil {
			t.Errorf("%.20q is taken: %d slots", bad, len(got))
		}
	}
}

// FuzzTimetableFile: whatever a file holds, what comes out of it are slots that
// the desk's bounds hold for.
func FuzzTimetableFile(f *testing.F) {
	f.Add([]byte("05:00;Chào;Nhạc hiệu|Bản tin;T2-T6, CN;cả xã;Đ;nghỉ lễ;1/12/2026;31/12/2026\n17h30;;Bản tin;;Phía Đông, 2;n"))
	f.Add([]byte("time,title,items\n5.30,x,\"Bản tin\"\n"))
	f.Add([]byte("\ufeff\"05:00\",,Bản tin,1-5,*,hard"))
	snap := fileSnap()
	f.Fuzz(func(t *testing.T, b []byte) {
		slots, err := ReadFile(b, snap)
		if err != nil && slots != nil || err == nil && len(slots) == 0 || len(slots) > station.MaxSlots {
			t.Fatalf("%d slots, %v", len(slots), err)
		}
		for _, sl := range slots {
			if sl.Minute < 0 || sl.Minute >= 1440 || sl.Days == 0 || sl.Days > station.EveryDay || len(sl.Items) == 0 || sl.Title == "" || sl.Mode == "" ||
				!sl.Targets.All && len(sl.Targets.Zones)+len(sl.Targets.Clusters) == 0 {
				t.Fatalf("%q gave %+v", b, sl)
			}
		}
	})
}
