package ui_test

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"loaxa/app/station"
	"loaxa/ui"
	"loaxa/ui/uitest"
)

// at is the cell where words stand on the screen.
func at(t *testing.T, d *uitest.Driver, words string) (x, y int) {
	t.Helper()
	for y, r := range strings.Split(d.Frame(), "\n") {
		if before, _, ok := strings.Cut(r, words); ok {
			return len([]rune(before)), y
		}
	}
	t.Fatalf("%q is not on the screen:\n%s", words, d.Frame())
	return 0, 0
}

func click(d *uitest.Driver, x, y int) {
	d.Send(tea.MouseClickMsg{X: x, Y: y, Button: tea.MouseLeft})
	d.Send(tea.MouseReleaseMsg{X: x, Y: y, Button: tea.MouseLeft})
}

// Every key of a screen's key line that is clicked does what it does when it
// is pressed.
func TestClickedKeyDoesWhatThePressedOneDoes(t *testing.T) {
	for name, keys := range screens {
		var hints []string
		drive(t, uitest.Live(), 160, 36, nil, func(_ *uitest.Desk, d *uitest.Driver) {
			d.Press(keys...)
			rows := strings.Split(d.Frame(), "\n")
			for _, k := range []string{"Enter", "Esc", "Tab", "Delete", "F3", "Ctrl+O", "Ctrl+N", "Ctrl+E", "Ctrl+T", "Ctrl+L", "Ctrl+A", "Ctrl+G"} {
				if strings.Contains(rows[len(rows)-1], k+" ") {
					hints = append(hints, k)
				}
			}
		})
		if len(hints) == 0 {
			t.Errorf("%s: no keys in the key line", name)
		}
		for _, k := range hints {
			var pressed, clicked string
			drive(t, uitest.Live(), 160, 36, nil, func(_ *uitest.Desk, d *uitest.Driver) {
				d.Press(append(keys[:len(keys):len(keys)], strings.ToLower(k))...)
				d.Pass(time.Second)
				pressed = d.Frame()
			})
			drive(t, uitest.Live(), 160, 36, nil, func(_ *uitest.Desk, d *uitest.Driver) {
				d.Press(keys...)
				rows := strings.Split(d.Frame(), "\n")
				before, _, _ := strings.Cut(rows[len(rows)-1], k+" ")
				click(d, len([]rune(before)), len(rows)-1)
				d.Pass(time.Second)
				clicked = d.Frame()
			})
			if pressed != clicked {
				t.Errorf("%s: a click on %s does something else than the key", name, k)
			}
		}
	}
}

// Whoever works with the mouse alone is no less there than who presses keys.
func TestClickedClusterStaysChosen(t *testing.T) {
	drive(t, uitest.Live(), 120, 36, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		d.Pass(2 * time.Minute)
		x, y := at(t, d, "11 Thôn 5 · Chợ")
		click(d, x, y)
		next := uitest.Live()
		next.Rev++
		desk.Show(next)
		d.Pass(3 * time.Second)
		d.Press("enter")
		d.Sees("Cụm loa 11 · Thôn 5")
	})
}

// A long recording does not lose the cluster at which it is to be heard.
func TestClusterStaysChosenBehindAWindow(t *testing.T) {
	drive(t, uitest.Playing(), 120, 36, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		d.Press("6", "f4", "tab", "enter")
		rec := uitest.Playing()
		rec.Rev, rec.Mic.Stage, rec.Mic.OpenedAt = 2, station.MicRecord, rec.Now
		desk.Show(rec)
		d.Pass(90 * time.Second)
		made := uitest.Playing()
		made.Rev, made.Mic.Last = 3, made.Items[0].ID
		desk.Show(made)
		d.Pass(time.Second)
		d.Sees("F5: nghe thử ở Thôn 4")
	})
}

// A line that nobody sees is not clicked.
func TestTooSmallWindowHasNoHiddenKeys(t *testing.T) {
	drive(t, uitest.Playing(), 50, 14, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		for x := range 50 {
			click(d, x, 13)
		}
		asked(t, desk)
	})
}

// The wheel is no choice of an emergency.
func TestWheelChoosesNoEmergency(t *testing.T) {
	drive(t, uitest.Playing(), 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		d.Press("ctrl+k")
		d.Send(tea.MouseWheelMsg{X: 10, Y: 10, Button: tea.MouseWheelDown})
		d.Press("ctrl+k")
		asked(t, desk)
	})
}

// A recording that was refused is not waited for, nor said to be kept.
func TestRefusedRecordingIsNotWaitedFor(t *testing.T) {
	drive(t, uitest.Playing(), 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		desk.Answer = func(station.Intent) (ui.Answer, error) {
			return ui.Answer{Refusal: &station.Refusal{Code: station.AlreadyLive}}, nil
		}
		d.Press("f4", "tab", "enter")
		d.SeesNot("Đang cất bản ghi")
		d.Sees("Enter: bắt đầu ghi")
		d.Press("esc")
		d.SeesNot("Bản ghi nằm trong kho")
	})
}

// Names with a hyphen are found as they are written.
func TestHyphenatedPlaceIsFound(t *testing.T) {
	s := uitest.Playing()
	s.Station.Zones[0].Name = "Ia-Pa"
	s.Clusters[5].Name = "Làng Kon-Brung"
	drive(t, s, 80, 24, nil, func(_ *uitest.Desk, d *uitest.Driver) {
		d.Press("ctrl+n")
		d.Type("vùng Ia-Pa")
		d.Press("enter")
		d.Sees("6 cụm")
		d.Press("ctrl+n")
		d.Type("tìm Kon-Brung")
		d.Press("enter")
		d.Sees("Làng Kon-Brung")
		d.SeesNot("Làng 7")
		d.Press("esc", "ctrl+r")
		d.Type("kon brung")
		d.Sees("Làng Kon-Brung")
	})
}

// One Esc leads back from a screen, however it was reached.
func TestScreensDoNotPileUp(t *testing.T) {
	drive(t, uitest.Playing(), 80, 24, nil, func(_ *uitest.Desk, d *uitest.Driver) {
		d.Press("f8")
		for range 3 {
			d.Press("ctrl+n")
			d.Type("nhật ký")
			d.Press("enter")
		}
		d.Press("esc")
		d.Sees("DEMO · F2")
	})
}

// A paste of anything neither airs nor leaves the frame.
func TestPasteOfControlCharacters(t *testing.T) {
	for name, keys := range map[string][]string{"emergency": {"f12", "2"}, "drill": {"f12", "3"}, "card": {"f5"}, "command": {"ctrl+n"}, "find": {"ctrl+r"}, "live": {"f4"}, "log": {"f8"}, "help": {"f1"}, "settings": {"f10"}} {
		drive(t, uitest.Playing(), 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
			d.Press(keys...)
			d.Send(tea.PasteMsg{Content: "lũ\x0b\x18\x18\x1b[2J\r\n\x07" + strings.Repeat("về\n", 400) + "\u202e\xff"})
			fits(t, d, 80, 24, name)
			asked(t, desk)
		})
	}
}
