package ui_test

import (
	"testing"
	"time"

	"loaxa/app/station"
	"loaxa/ui/uitest"
)

// overdue is an idle station on which two things came too late.
func overdue() *station.Snapshot {
	s := uitest.Idle()
	due := s.Now.Wall.Add(-42 * time.Minute)
	s.Late = []station.Late{
		{ID: 3, Title: "Thông báo tiêm chủng", Who: "N. T. Hoa", Class: station.Operator, Targets: station.Everywhere(), Due: due, Since: uitest.Ago(time.Minute), Why: "late"},
		{ID: 4, Title: "Bản tin nông nghiệp", Who: "N. T. Hoa", Class: station.Scheduled, Targets: station.Everywhere(), Due: due.Add(30 * time.Minute), Since: uitest.Ago(time.Second), Why: "late",
			Of: station.LateOf{Slot: 2, SlotAt: due.Add(30 * time.Minute).Unix()}},
	}
	s.Rev++
	return s
}

// TestWhatCameLateIsDecidedByTheOperator: the list opens by itself, and each of
// its things is played, put off or left out by two keys.
func TestWhatCameLateIsDecidedByTheOperator(t *testing.T) {
	for _, c := range []struct {
		keys []string
		want station.LateAnswer
		says string
	}{
		{[]string{"enter", "ctrl+g"}, station.LateAnswer{ID: 3, Do: station.LatePlay}, "Phát ngay: Thông báo tiêm chủng"},
		{[]string{"down", "enter", "up", "end", "ctrl+g"}, station.LateAnswer{ID: 4, Do: station.LateSkip}, "Đã bỏ: Bản tin nông nghiệp"},
	} {
		drive(t, uitest.Idle(), 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
			d.Pass(time.Second)
			desk.Show(overdue())
			d.Pass(time.Millisecond)
			d.Sees("Chờ quyết định", "Thông báo tiêm chủng", "quá giờ 42 phút", "quá giờ 12 phút")
			d.Press("enter") // was meant for something else
			d.SeesNot("Phát ngay ở")
			d.Pass(time.Second)
			d.Press(c.keys...)
			asked(t, desk, c.want)
			d.Sees(c.says)
		})
	}
}

// TestLaterNamesItsTime: "later" asks for a round time half an hour away or
// more, and the list then says when the station plays it.
func TestLaterNamesItsTime(t *testing.T) {
	drive(t, overdue(), 120, 36, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		d.Pass(time.Second)
		d.Press("enter", "down")
		uitest.Golden(t, "late-vi-120x36", d.Frame())
		d.Press("ctrl+g")
		in, ok := desk.Asked()[0].(station.LateAnswer)
		at := time.Unix(in.At, 0)
		if wait := at.Sub(overdue().Now.Wall); !ok || in.Do != station.LateLater || wait < 30*time.Minute || wait > 36*time.Minute || at.Minute()%5 != 0 {
			t.Fatalf("asked for %+v", in)
		}
		put := overdue()
		put.Rev += 2
		put.Late[0].At = in.At
		desk.Show(put)
		d.Pass(time.Second)
		d.Sees("sẽ phát lúc " + at.In(put.Now.Wall.Location()).Format("15:04"))
	})
}

// TestTheListIsFoundAgain: Esc leaves it for later; the main screen says how
// much waits, its key and F3 show it, and an answer that came from elsewhere
// closes it.
func TestTheListIsFoundAgain(t *testing.T) {
	drive(t, overdue(), 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		d.Pass(time.Second)
		d.Press("esc")
		d.SeesNot("Đã quá giờ thì đài không tự phát")
		d.Sees("CHỜ QUYẾT ĐỊNH: 2 việc")
		d.Press("f3")
		d.Sees("CHỜ QUYẾT ĐỊNH: 2 việc")
		d.Press("ctrl+v")
		d.Sees("Đã quá giờ thì đài không tự phát")
		uitest.Golden(t, "late-vi-80x24", d.Frame())
		none := uitest.Idle()
		none.Rev += 5
		desk.Show(none)
		d.Pass(time.Second)
		d.SeesNot("Chờ quyết định")
		d.Press("esc", "ctrl+v")
		d.Sees("Không còn việc nào chờ quyết định")
	})
}

// TestAClashThatWasLeftStandsOnTheList: after Esc the question of two bulletins
// is still to be answered there.
func TestAClashThatWasLeftStandsOnTheList(t *testing.T) {
	drive(t, bulletins(), 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		d.Pass(time.Second)
		d.Press("esc")
		d.Sees("CHỜ QUYẾT ĐỊNH: 1 việc")
		d.Press("ctrl+v")
		d.Sees("Hai tin ưu tiên cùng nơi", "chọn tin phát trước")
		d.Press("enter")
		d.Sees("Tin nào phát trước?")
		d.Press("down", "enter")
		asked(t, desk, station.PriorityFirst{ID: 72})
	})
}
