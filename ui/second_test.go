package ui_test

import (
	"fmt"
	"testing"
	"time"

	"loaxa/app/station"
	"loaxa/ui/uitest"
)

// TestAnEmergencySpeaksTheSecondLanguage: a recording of the library after the
// words, a text for the boards, and a siren pattern chosen by hand; siren first
// still takes three keys.
func TestAnEmergencySpeaksTheSecondLanguage(t *testing.T) {
	snap := uitest.Playing()
	snap.Items = append(snap.Items, station.Item{ID: "bana", Title: "Lũ, tiếng Ba Na", Kind: station.KindRecording, Length: time.Minute})
	drive(t, snap, 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		d.Press("f12", "2")
		d.Type("Lũ về")
		d.Press("ctrl+n")
		d.Sees("Tiếng thứ hai", "không có bản ghi", "Lũ, tiếng Ba Na")
		d.Type("Đak huch")
		d.Press("up") // nothing stands above
		for range 30 {
			d.Press("down")
		}
		d.Press("enter")
		d.Sees("bản ghi “Lũ, tiếng Ba Na”", "chữ trên bảng")
		d.Press("ctrl+g")
		d.Sees("còi: ")
		d.Press("ctrl+k")
		in, ok := desk.Asked()[0].(station.EmergencyStart)
		if !ok || in.Second != (station.Second{Item: "bana", Text: "Đak huch"}) || in.Siren == "" || in.Text != "Lũ về" {
			t.Errorf("asked for %+v", in)
		}
	})
}

// TestEveryHeadIsCountedWhoMustBeRung: where the list of telephones is longer
// than the window, it says how many more there are.
func TestEveryHeadIsCountedWhoMustBeRung(t *testing.T) {
	snap := uitest.Idle()
	for i := range snap.Clusters {
		c := &snap.Clusters[i]
		c.State, c.Phone, c.Head = station.ClusterLost, fmt.Sprintf("0900 000 %03d", i+1), "Mẫu"
	}
	drive(t, snap, 80, 24, nil, func(_ *uitest.Desk, d *uitest.Driver) {
		d.Press("f12")
		d.Sees("0900 000 001", "0900 000 008", "và 4 nơi nữa chưa chắc nghe")
	})
}
