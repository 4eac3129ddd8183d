package ui_test

import (
	"context"
	"errors"
	"testing"

	"loaxa/app/station"
	"loaxa/ui"
	"loaxa/ui/uitest"
)

// capBooks notes what is to be written as CAP.
type capBooks struct {
	uitest.Books
	asked *[]station.LogQuery
	err   error
}

func (b capBooks) Export(_ context.Context, q station.LogQuery, _ func(done, total int64)) (string, error) {
	*b.asked = append(*b.asked, q)
	return "exports/canh-bao-40.xml", b.err
}

// TestAnEmergencyOfTheLogIsWrittenAsCAP from its row in F8; what has no words
// kept says so, and a bulletin offers no such key.
func TestAnEmergencyOfTheLogIsWrittenAsCAP(t *testing.T) {
	for err, says := range map[error]string{nil: "Đã ghi: exports/canh-bao-40.xml", &station.Worded{Why: "no-alert", Err: errors.New("x")}: "không có toàn văn của tin này"} {
		var got []station.LogQuery
		drive(t, uitest.Playing(), 120, 36, func(o *ui.Options) { o.Books = capBooks{asked: &got, err: err} }, func(_ *uitest.Desk, d *uitest.Driver) {
			d.Press("f8", "down", "enter")
			d.Sees("Ctrl+E xuất tệp CAP")
			d.Press("ctrl+e")
			d.Sees(says)
			if len(got) != 1 || !got[0].CAP || got[0].Broadcast != 40 {
				t.Fatalf("asked for %+v", got)
			}
			d.Press("esc", "down", "down", "enter", "ctrl+e")
			d.SeesNot("xuất tệp CAP")
			if len(got) != 1 {
				t.Errorf("a bulletin was asked for: %+v", got)
			}
		})
	}
}
