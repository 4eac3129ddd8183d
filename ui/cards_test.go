package ui_test

import (
	"testing"
	"time"

	"loaxa/app/station"
	"loaxa/ui/uitest"
)

// TestACardForSeveralBoardsWithItsOwnEnd: boards are marked, the end is typed as
// people write it, and the line that asks says both.
func TestACardForSeveralBoardsWithItsOwnEnd(t *testing.T) {
	s := uitest.Playing()
	for _, name := range []string{"Chợ", "Trường"} {
		b := s.Boards[0]
		b.ID, b.Name = station.BoardID("board-"+name), name
		s.Boards = append(s.Boards, b)
	}
	at := uitest.Moment // 17:42 on 22/11/2026
	for typed, want := range map[string]time.Time{
		"18:00":       time.Date(2026, 11, 22, 18, 0, 0, 0, at.Location()),
		"17h":         time.Date(2026, 11, 23, 17, 0, 0, 0, at.Location()),
		"24/11":       time.Date(2026, 11, 24, 23, 59, 0, 0, at.Location()),
		"24/11 18:00": time.Date(2026, 11, 24, 18, 0, 0, 0, at.Location()),
		"":            {},
	} {
		drive(t, s, 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
			d.Press("f5")
			d.Type("HỌP DÂN")
			d.Press("ctrl+t", "tab", "tab", "ctrl+t", "ctrl+r")
			d.Sees("Tin cho bảng 2 bảng đã đánh dấu", "Hiện đến:", "3 ngày")
			d.Type("hôm qua")
			d.Press("enter")
			d.Sees("Chưa hiểu giờ này")
			for range 8 {
				d.Press("backspace")
			}
			d.Type(typed)
			d.Press("enter", "f5")
			in := station.CardPublish{Boards: []station.BoardID{s.Boards[0].ID, s.Boards[2].ID}, Text: "HỌP DÂN"}
			if !want.IsZero() {
				in.Until = want.Unix()
				d.Sees("tự gỡ lúc " + want.Format("15:04 02/01/2006"))
			}
			d.Press("enter")
			asked(t, desk, in)
		})
	}
}

// TestTheConfirmedFrameStandsUnderTheDraft on a narrow screen where both fit.
func TestTheConfirmedFrameStandsUnderTheDraft(t *testing.T) {
	s := uitest.Playing()
	s.Boards[0].Up, s.Boards[0].Shown = true, s.Boards[0].Want
	s.Boards[0].Width, s.Boards[0].Height = 64, 16
	drive(t, s, 80, 24, nil, func(_ *uitest.Desk, d *uitest.Driver) {
		d.Press("f5")
		d.Sees("Bảng đang hiện:", "Hình trên bảng, đúng từng điểm:")
	})
}

// TestTheConfirmedFrameIsAKeyAway on a small screen where only one picture fits,
// also before Enter publishes.
func TestTheConfirmedFrameIsAKeyAway(t *testing.T) {
	s := uitest.Playing()
	s.Boards[0].Up, s.Boards[0].Shown = true, s.Boards[0].Want
	drive(t, s, 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		d.Press("f5")
		d.Sees("Hình trên bảng, đúng từng điểm:", "PgDn: bảng đang hiện")
		d.Type("HỌP")
		d.Press("f5", "pgdown")
		d.Sees("Bảng đang hiện:", "PgDn: tin đang viết", "⡇")
		d.SeesNot("Hình trên bảng")
		d.Press("pgup")
		d.Sees("Hình trên bảng, đúng từng điểm:")
		asked(t, desk)
		d.Press("enter")
		if n := len(desk.Asked()); n != 1 {
			t.Errorf("%d asked", n)
		}
	})
}
