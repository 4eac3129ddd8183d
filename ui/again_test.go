package ui_test

import (
	"slices"
	"testing"

	"loaxa/app/station"
	"loaxa/ui/uitest"
)

// TestSendAgainAsksAndSends: the receipt's key says where it would be heard,
// any other key than Enter leaves it.
func TestSendAgainAsksAndSends(t *testing.T) {
	drive(t, uitest.Playing(), 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		d.Press("f8", "down", "down", "down", "enter", "ctrl+r")
		d.Sees("Phát lại ngay, chỉ ở nơi chưa nghe đủ")
		d.Press("down")
		asked(t, desk)
		d.Press("ctrl+r", "enter")
		in, ok := desk.Asked()[0].(station.SendAgain)
		if !ok || len(in.Clusters) != 1 || !slices.Equal(in.Items, []station.ItemID{"item-4"}) {
			t.Errorf("asked %+v", desk.Asked())
		}
	})
}
