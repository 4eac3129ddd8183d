package ui_test

import (
	"strings"
	"testing"
	"time"

	"loaxa/app/station"
	"loaxa/ui/uitest"
)

// TestATemplateAsksForTheLeastContentAndTheSirenWaitsForNothing: what is missing
// is said; Ctrl+K sounds the siren alone, the window stays, and the words follow
// TestTheComposerStaysOpenUnderTheSiren: three keys sound it, the words are
// written under it and take its place; the key pressed again airs nothing more.
func TestTheComposerStaysOpenUnderTheSiren(t *testing.T) {
	drive(t, uitest.Idle(), 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		d.Press("f12", "2", "ctrl+k")
		first, ok := desk.Asked()[0].(station.EmergencyStart)
		if !ok || first.Siren == "" || first.Text != "" {
			t.Fatalf("asked %+v", desk.Asked())
		}
		s := uitest.Idle()
		s.Rev += 5
		s.Open = []station.EmergencyView{{ID: 77, Broadcast: 77, OnAir: true, Since: uitest.Ago(0)}}
		s.Emergency = &s.Open[0]
		desk.Show(s)
		d.Pass(time.Second)
		d.Sees("CÒI ĐÃ HÚ. Viết tiếp lời")
		d.Press("ctrl+k", "ctrl+k")
		d.Sees("Viết lời rồi Ctrl+K")
		if n := len(desk.Asked()); n != 1 {
			t.Fatalf("%d asked", n)
		}
		d.Type("Lũ về nhanh, bà con lên chỗ cao")
		d.Press("ctrl+k")
		in, ok := desk.Asked()[1].(station.EmergencyStart)
		if !ok || in.Updates != 77 || in.Text != "Lũ về nhanh, bà con lên chỗ cao" {
			t.Errorf("asked %+v", desk.Asked()[1])
		}
		d.SeesNot("Viết tiếp lời")
	})
}

// in the same emergency.
func TestATemplateAsksForTheLeastContentAndTheSirenWaitsForNothing(t *testing.T) {
	drive(t, uitest.Playing(), 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		d.Press("f12", "2", "ctrl+t")
		d.Sees("Lũ, ngập", "Hồ xả lũ")
		d.Press("down", "enter")
		d.Sees("Lưu lượng lúc này", "CÒN THIẾU: hồ, xả từ lúc", "HÚ CÒI NGAY")
		d.Type("Ka Nak")
		d.Press("tab")
		d.Type("9 giờ 30")
		d.Press("ctrl+k")
		asked(t, desk, station.EmergencyStart{Siren: "din-33404-3", Kind: "spill", Targets: station.Everywhere()})
		d.Sees("CÒI ĐÃ HÚ", "CÒN THIẾU: lưu lượng lúc này")
		s := uitest.Playing()
		s.Rev += 5
		s.Open = []station.EmergencyView{{ID: 77, Broadcast: 77, OnAir: true, Since: uitest.Ago(0)}}
		s.Emergency = &s.Open[0]
		desk.Show(s)
		d.Pass(time.Second)
		d.Press("ctrl+k") // still missing: nothing more is asked for
		if n := len(desk.Asked()); n != 1 {
			t.Fatalf("%d asked", n)
		}
		d.Press("tab")
		d.Type("700")
		d.Press("tab")
		d.Type("1100")
		d.Press("tab", "tab", "tab", "ctrl+w") // the source is not known; the place
		d.Press("up", "up", "ctrl+w", "ctrl+w")
		d.Sees("bỏ, vì chưa rõ", "bỏ, vì không áp dụng")
		d.Press("ctrl+k")
		in := desk.Asked()[1].(station.EmergencyStart)
		if in.Updates != 77 || in.Kind != "spill" || len(in.Waived) != 2 {
			t.Errorf("asked %+v", in)
		}
		for _, want := range []string{"Ka Nak", "700 mét khối", "1100 mét khối", "không xuống sông"} {
			if !strings.Contains(in.Text, want) {
				t.Errorf("%q has no %q", in.Text, want)
			}
		}
		if strings.Contains(in.Text, "Nguồn tin") {
			t.Errorf("says a source that nobody gave: %q", in.Text)
		}
	})
}

// TestOneOfSeveralIsChosenAndRenewed: what is done is done to the one that is
// shown, and not to another that comes meanwhile.
func TestOneOfSeveralIsChosenAndRenewed(t *testing.T) {
	snap := uitest.Emergency(false)
	first := *snap.Emergency
	first.ID, first.Level = 41, 4
	second := station.EmergencyView{ID: 42, Broadcast: 42, Text: "Cháy rừng ở Thôn 2", Level: 2, Since: uitest.Ago(time.Minute), Targets: station.Targets{Zones: []string{"z"}},
		Repeat: station.Repeat{Every: 10 * time.Minute, Times: 3}, Next: uitest.Ago(-5 * time.Minute)}
	snap.Open = []station.EmergencyView{first, second}
	snap.Emergency = &snap.Open[0]
	drive(t, snap, 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		d.Press("f12")
		d.Sees("Tin 1/2", "Lũ về", "Tin mới thay tin này", "Nguy hiểm khác")
		d.Press("right")
		d.Sees("Tin 2/2", "Cháy rừng", "17:47")
		d.Press("3")
		later := *snap
		later.Rev++
		later.Open = append([]station.EmergencyView{{ID: 43, Level: 5, Text: "Vỡ đập", Since: uitest.Ago(0)}}, snap.Open...)
		later.Emergency = &later.Open[0]
		desk.Show(&later)
		d.Pass(time.Second)
		d.Press("ctrl+k")
		asked(t, desk, station.EmergencyEnd{Of: 42})
		d.Press("f12", "right", "right", "4")
		d.Sees("Cháy rừng ở Thôn 2")
		d.Type(" đã lan")
		d.Press("ctrl+r", "ctrl+k")
		in := desk.Asked()[1].(station.EmergencyStart)
		if in.Updates != 42 || in.Text != "Cháy rừng ở Thôn 2 đã lan" || !in.Targets.Equal(second.Targets) || in.Repeat.Times != 6 {
			t.Errorf("asked %+v", in)
		}
	})
}

// TestAChoiceDiesWithItsEmergency: one that ended meanwhile takes the choice
// that was made for it along.
func TestAChoiceDiesWithItsEmergency(t *testing.T) {
	snap := uitest.Emergency(false)
	snap.Emergency.ID = 41
	snap.Open = []station.EmergencyView{*snap.Emergency}
	drive(t, snap, 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		d.Press("f12", "1")
		later := *snap
		later.Rev++
		later.Open = []station.EmergencyView{{ID: 50, Text: "Vỡ đập", Since: uitest.Ago(0)}}
		later.Emergency = &later.Open[0]
		desk.Show(&later)
		d.Pass(time.Second)
		d.Press("ctrl+k")
		asked(t, desk)
	})
}
