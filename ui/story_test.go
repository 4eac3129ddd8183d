package ui_test

import (
	"strings"
	"testing"

	"loaxa/app/station"
	"loaxa/ui"
	"loaxa/ui/uitest"
)

// TestABroadcastOfTheLogIsReadWhole: every word that was read, also on a small
// screen, where it goes on below; who, when and how it ended stand with it.
func TestABroadcastOfTheLogIsReadWhole(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {120, 36}} {
		drive(t, uitest.Playing(), size[0], size[1], nil, func(_ *uitest.Desk, d *uitest.Driver) {
			d.Press("f8", "down", "enter")
			d.Sees("Thực tế:", "Người phát: Nguyễn Thị Hoa", "cấp 3", "Nguyên văn:", "Nơi phát: 12 cụm loa")
			seen := map[string]bool{}
			for range 40 {
				for w := range strings.FieldsSeq(strings.ReplaceAll(d.Frame(), "│", " ")) {
					seen[w] = true
				}
				d.Press("down")
			}
			for w := range strings.FieldsSeq(uitest.SpillText) {
				if !seen[w] {
					t.Errorf("%dx%d: the word %q of the text is never on the screen", size[0], size[1], w)
				}
			}
			d.Press("end")
			d.Sees("nghe đủ")
			d.Press("esc")
			d.Sees("Buổi phát")
		})
	}
}

// TestABroadcastSaysWhenItWasDueAndWhatWasCut, and Enter lets its sound be
// heard at this machine alone; a second Enter ends that.
func TestABroadcastSaysWhenItWasDueAndWhatWasCut(t *testing.T) {
	drive(t, uitest.Playing(), 120, 36, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		d.Press("f8", "down", "down", "down", "enter")
		d.Sees("Theo lịch:", "trễ 00:08", "Bị ngắt 1 lần", "Diễn biến:", "phát tiếp “Bản tin sáng” từ 10:00")
		d.Press("ctrl+g")
		d.Sees("Chọn một cụm loa ở cuối trang")
		asked(t, desk)
		d.Press("enter", "enter")
		asked(t, desk, station.HearHere{Item: "item-4"}, station.HearHere{})
		d.Press("end", "ctrl+g")
		if got := desk.Asked(); len(got) != 3 {
			t.Errorf("asked %+v", got)
		} else if p, ok := got[2].(station.PlayNow); !ok || len(p.Targets.Clusters) != 1 {
			t.Errorf("asked %+v", got[2])
		}
	})
	drive(t, uitest.Playing(), 80, 24, func(o *ui.Options) { o.Books = nil }, func(_ *uitest.Desk, d *uitest.Driver) {
		d.Press("f8", "enter") // no books at all: no page, no fall
	})
}
