package ui_test

import (
	"slices"
	"testing"

	"loaxa/app/station"
	"loaxa/ui/uitest"
)

// TestMusicIsChosenUnderWhatIsPlayedNow: Ctrl+N in the library goes through the
// music under a spoken item, Ctrl+G plays it with that; music itself gets none.
func TestMusicIsChosenUnderWhatIsPlayedNow(t *testing.T) {
	sn := uitest.Idle()
	for i := range sn.Items {
		sn.Items[i].Kind = station.KindMusic
	}
	talk := slices.MinFunc(sn.Items, func(a, b station.Item) int { return int(a.Length - b.Length) }).ID
	for i := range sn.Items {
		if sn.Items[i].ID == talk {
			sn.Items[i].Kind, sn.Items[i].Title = station.KindBulletin, "Tin thời tiết"
		}
	}
	drive(t, sn, 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		d.Press("esc", "ctrl+o")
		d.Type("thoi tiet")
		d.Sees("nhạc nền khi phát ngay: không có")
		d.Press("ctrl+n")
		d.SeesNot("nhạc nền khi phát ngay: không có")
		d.Press("ctrl+g")
		in, ok := desk.Asked()[0].(station.PlayNow)
		if !ok || in.Bed == "" || in.Bed == talk || in.Items[0] != talk {
			t.Fatalf("asked %+v", desk.Asked())
		}
		d.Press("ctrl+o")
		d.SeesNot("nhạc nền khi phát ngay")
		d.Press("ctrl+n", "ctrl+g")
		if in, ok := desk.Asked()[1].(station.PlayNow); !ok || in.Bed != "" {
			t.Errorf("under music: %+v", desk.Asked())
		}
	})
}
