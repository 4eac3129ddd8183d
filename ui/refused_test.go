package ui_test

import (
	"testing"
	"time"

	"loaxa/app/station"
	"loaxa/ui"
	"loaxa/ui/uitest"
)

// refusing answers every intent with a refusal.
func refusing(desk *uitest.Desk) {
	desk.Answer = func(station.Intent) (ui.Answer, error) {
		return ui.Answer{Refusal: &station.Refusal{Code: station.DeskBusy}}, nil
	}
}

// TestNothingIsTakenBackThatWasNotDone: a deletion that was left, and a removal
// that the desk refused, leave nothing behind that Ctrl+Z could double.
func TestNothingIsTakenBackThatWasNotDone(t *testing.T) {
	drive(t, uitest.Playing(), 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		d.Press("f3", "f3", "delete", "esc", "ctrl+z")
		asked(t, desk)
		d.Press("delete", "enter", "ctrl+z")
		got := desk.Asked()
		if len(got) != 2 {
			t.Fatalf("asked %+v", got)
		}
		if put, ok := got[1].(station.SlotPut); !ok || put.Slot.ID != 0 || put.Slot.Title == "" {
			t.Errorf("taken back with %+v", got[1])
		}
	})
	drive(t, uitest.Playing(), 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		refusing(desk)
		d.Press("f3", "down", "delete", "ctrl+z")
		asked(t, desk, station.QueueRemove{ID: 2})
	})
}

// TestAnAcknowledgementMeansTheFaultThatWasSelected, though others came above it.
func TestAnAcknowledgementMeansTheFaultThatWasSelected(t *testing.T) {
	drive(t, uitest.Live(), 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		d.Press("f9")
		s := *desk.Snapshot()
		s.Faults = append([]station.Fault{{ID: "newer", Kind: station.EvDisk, Since: uitest.Ago(0)}}, s.Faults...)
		desk.Show(&s)
		d.Pass(100 * time.Millisecond)
		d.Press("enter")
		asked(t, desk, station.FaultAck{ID: "f2"})
	})
}

// TestAnotherKeyConfirms: what Enter asks about, Enter does not do.
func TestAnotherKeyConfirms(t *testing.T) {
	drive(t, uitest.Playing(), 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		d.Press("f3", "up", "enter", "enter", "enter") // the start that was missed
		asked(t, desk)
		d.Sees("Phát bù ngay", "Ctrl+G: đồng ý")
		d.Press("ctrl+g")
		if in, ok := desk.Asked()[0].(station.PlayNow); !ok || len(in.Items) != 1 {
			t.Errorf("asked %+v", desk.Asked())
		}
	})
}

// TestWhatWasTypedComesBackWhenRefused, and an F-key does not throw it away.
func TestWhatWasTypedComesBackWhenRefused(t *testing.T) {
	drive(t, uitest.Playing(), 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		refusing(desk)
		d.Press("f3", "f3", "enter")
		d.Type(" mới")
		d.Press("f8")
		d.Sees("Đang sửa dở", "mới")
		d.Press("down", "down", "down", "down", "down", "down", "down", "down", "down", "enter")
		if put, ok := desk.Asked()[0].(station.SlotPut); !ok || put.Slot.Title != "Nhạc hiệu và bản tin sáng mới" {
			t.Errorf("asked %+v", desk.Asked())
		}
		d.Sees("bản tin sáng mới", "Đài đang bận")
	})
}

// TestARecordingThatDidNotBeginIsNotWaitedFor: the window says why and may be
// tried again.
func TestARecordingThatDidNotBeginIsNotWaitedFor(t *testing.T) {
	drive(t, uitest.Playing(), 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		refusing(desk)
		d.Press("f4", "tab", "enter")
		d.Sees("Enter: bắt đầu ghi", "Đài đang bận")
		d.Press("enter")
		if n := len(desk.Asked()); n != 2 {
			t.Errorf("%d tries reached the desk", n)
		}
	})
}

// TestAnEmergencysRecordingIsNotAiredAgain from the log, and an item that left
// the library is not dropped from its slot in silence.
func TestAnEmergencysRecordingIsNotAiredAgain(t *testing.T) {
	drive(t, uitest.Playing(), 80, 24, func(o *ui.Options) { o.Books = recorded{} }, func(desk *uitest.Desk, d *uitest.Driver) {
		d.Press("f8", "down", "enter", "ctrl+g")
		asked(t, desk)
		d.Sees("Không phát lại bản ghi khẩn cấp")
	})
	snap := uitest.Playing()
	snap.Plan.Slots[0].Items = append(snap.Plan.Slots[0].Items, "gone")
	drive(t, snap, 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		d.Press("f3", "f3", "enter", "down", "down", "down", "down", "down", "down", "down", "down", "down", "enter")
		if put := desk.Asked()[0].(station.SlotPut); len(put.Slot.Items) != 2 || put.Slot.Items[1] != "gone" {
			t.Errorf("the slot has %v now", put.Slot.Items)
		}
	})
}

// TestALongFaultIsReadInFull: a line too long for the list ends below it.
func TestALongFaultIsReadInFull(t *testing.T) {
	drive(t, uitest.Playing(), 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		s := *desk.Snapshot()
		s.Faults = []station.Fault{{ID: "s", Kind: station.EvStranger, Subject: "203.113.131.144:40815", Reason: "wrong-key", Since: uitest.Ago(0)}}
		desk.Show(&s)
		d.Press("f9")
		d.Sees("203.113.131.144:40815", "khóa không phải của tuyến trên đã")
	})
}
