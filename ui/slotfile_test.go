package ui_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"loaxa/app/station"
	"loaxa/ui"
	"loaxa/ui/uitest"
)

// tableOf reads a file as a slot that is new, one that is changed and one that
// is as it was; "bad" is a file with wrong places.
func tableOf(b []byte, s *station.Snapshot) (station.SlotFile, error) {
	if string(b) == "bad" {
		return station.SlotFile{Wrong: []station.FileWrong{{Line: 3, Column: "time", Value: "25:00"}, {Line: 9}}}, nil
	}
	old := s.Plan.Slots[0]
	changed := old
	changed.Mode = station.StartSoft
	fresh := station.Slot{Title: "Bản tin tối", Minute: 1200, Days: station.EveryDay, Items: old.Items, Targets: station.Everywhere(), Mode: station.StartHard}
	return station.SlotFile{Changes: []station.SlotChange{{Slot: fresh}, {Slot: changed}, {Slot: s.Plan.Slots[1], Same: true}},
		Overlaps: []station.DryFinding{{Title: "Bản tin tối", With: "Ca nhạc", First: s.Now.Wall}}}, nil
}

func tables(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"lich.csv": "good", "hong.csv": "bad", "nhac.mp3": "x"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestATimetableComesFromAFile: its path is completed, what it changes is shown
// before anything is written, and one key takes all of it back.
func TestATimetableComesFromAFile(t *testing.T) {
	dir := tables(t)
	drive(t, uitest.Playing(), 120, 36, func(o *ui.Options) { o.Slots = tableOf }, func(desk *uitest.Desk, d *uitest.Driver) {
		d.Press("f3", "f3", "ctrl+r")
		d.Sees("Nhập lịch phát từ tệp CSV")
		d.Type(dir + "/li")
		d.Press("tab")
		d.Sees("lich.csv")
		d.Press("enter")
		d.Sees("1 mục mới, 1 mục sửa, 1 mục như cũ", "Bản tin tối", "TRÙNG GIỜ", "Ctrl+G")
		asked(t, desk)
		d.Press("ctrl+g")
		before := desk.Snapshot()
		was := before.Plan.Slots[0]
		changed := was
		changed.Mode = station.StartSoft
		fresh := station.Slot{Title: "Bản tin tối", Minute: 1200, Days: station.EveryDay, Items: was.Items, Targets: station.Everywhere(), Mode: station.StartHard}
		put := station.SlotsPut{Put: []station.Slot{fresh, changed}, File: "lich.csv"}
		asked(t, desk, put)
		d.Sees("Đã nhập 2 mục")
		after := uitest.Playing()
		after.Rev += 5
		fresh.ID = 99
		after.Plan.Slots = append([]station.Slot{changed}, append(after.Plan.Slots[1:], fresh)...)
		desk.Show(after)
		d.Pass(time.Second)
		d.Press("ctrl+z")
		asked(t, desk, put, station.SlotsPut{Put: []station.Slot{was}, Remove: []station.SlotID{99}, File: "lich.csv", Undo: true})
	})
}

// TestAWrongTimetableFileIsNotTaken: its places are named in the officer's
// words; a file that is not there, or another kind of file, says so.
func TestAWrongTimetableFileIsNotTaken(t *testing.T) {
	dir := tables(t)
	drive(t, uitest.Playing(), 80, 24, func(o *ui.Options) { o.Slots = tableOf }, func(desk *uitest.Desk, d *uitest.Driver) {
		d.Press("f3", "f3", "ctrl+r")
		d.Type(dir + "/hong.csv")
		d.Press("enter")
		d.Sees("2 chỗ chưa đúng", "dòng 3, cột giờ: “25:00”", "dòng 9: thừa cột")
		d.Press("ctrl+g")
		asked(t, desk)
		d.Press("esc")
		for range 8 {
			d.Press("backspace")
		}
		d.Type("khong.csv")
		d.Press("enter")
		d.Sees("Không đọc được")
		d.Press("esc", "esc")
		d.SeesNot("Nhập lịch phát từ tệp")
	})
}
