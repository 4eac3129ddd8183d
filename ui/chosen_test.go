package ui_test

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"golang.org/x/text/unicode/norm"

	"loaxa/app/station"
	"loaxa/ui"
	"loaxa/ui/theme"
	"loaxa/ui/uitest"
)

func TestPlacesAreFoundWithoutToneMarksAndByZone(t *testing.T) {
	drive(t, uitest.Playing(), 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		d.Press("ctrl+r")
		d.Type("bung bang")
		d.Press("enter", "esc")
		d.Sees("Nơi phát: Làng Bung Bang Hven · 1/1")
		d.Press("f4")
		d.Sees("Làng Bung Bang Hven")
		d.Press("esc", "ctrl+n")
		d.Type("vung ha tam")
		d.Press("enter")
		d.Sees("6 cụm · 6/6")
		d.Press("ctrl+a", "/")
		d.Type("Yang")
		d.Press("enter", "enter")
		d.Sees("Nơi phát: cả xã 12 cụm · 11/12 cụm liên lạc được")
		asked(t, desk)
	})
}

func TestBoxAndWalkOnTheMap(t *testing.T) {
	drive(t, uitest.Playing(), 120, 36, nil, func(_ *uitest.Desk, d *uitest.Driver) {
		d.Press("f2", "3", "end")
		d.Sees("Góc thứ nhất ở Làng 3")
		d.Press("1", "end")
		d.Sees("5/5 cụm liên lạc được") // 3, 5, 2, 11 and 1
	})
}

func TestMouseChoosesAndNeverAirs(t *testing.T) {
	drive(t, uitest.Live(), 120, 36, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		click := func(x, y int) {
			d.Send(tea.MouseClickMsg{X: x, Y: y, Button: tea.MouseLeft})
			d.Send(tea.MouseReleaseMsg{X: x, Y: y, Button: tea.MouseLeft})
		}
		rows := strings.Split(d.Frame(), "\n")
		at := func(words string) (int, int) {
			for y, r := range rows {
				if i := strings.Index(r, words); i >= 0 {
					return len([]rune(r[:i])), y
				}
			}
			t.Fatalf("%q is not on the screen", words)
			return 0, 0
		}
		x, y := at("11 Thôn 5 · Chợ")
		click(x, y)
		d.Press("enter")
		d.Sees("Cụm loa 11 · Thôn 5")
		d.Press("esc")
		click(at("F12 KHẨN CẤP"))
		d.Sees("Còi, rồi đọc micrô")
		click(at("F12 KHẨN CẤP"))
		d.Press("esc", "esc")
		click(at("Ctrl+X×2"))
		d.Sees("ngừng hết mọi loa")
		asked(t, desk)
		d.Send(tea.MouseClickMsg{X: 2, Y: 3, Button: tea.MouseLeft})
		d.Send(tea.MouseReleaseMsg{X: 45, Y: 19, Button: tea.MouseLeft})
		d.Sees("12 cụm · 10/12")
	})
}

func TestCommandLineCompletesSuggestsAndObeys(t *testing.T) {
	drive(t, uitest.Playing(), 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		line := func(words string) {
			d.Press("ctrl+n")
			d.Type(words)
			d.Press("enter")
		}
		line("dưng")
		asked(t, desk, station.QueuePause{})
		line("thoatt")
		d.Sees("có phải: thoát?")
		line("xem 6")
		d.Sees("Cụm loa 6 · Thôn 4")
		d.Press("esc")
		line("diễn-tập")
		d.Sees("DIỄN TẬP KHẨN CẤP")
		d.Press("esc", "esc")
		line("ngôn-ngữ en")
		d.Sees("EMERGENCY")
		d.Press("ctrl+n", "up", "esc", ":")
		d.Type("giao")
		d.Press("tab")
		d.Sees("giao-diện")
		asked(t, desk, station.QueuePause{})
	})
}

func TestHelpIsSearched(t *testing.T) {
	drive(t, uitest.Live(), 80, 24, nil, func(_ *uitest.Desk, d *uitest.Driver) {
		d.Press("f1")
		d.Type("khan cap")
		d.Sees("F12, Ctrl+K", ":khẩn")
		d.SeesNot("Ctrl+Z")
	})
}

// What is typed arrives composed in every field, as Telex, VNI and ibus send
// it: letters apart from their marks, late, or replaced by backspaces.
func TestVietnameseArrivesComposedInEveryField(t *testing.T) {
	for name, keys := range map[string][]string{"emergency": {"f12", "2"}, "live": {"f4"}, "card": {"f5"}, "find": {"ctrl+r"}, "command": {"ctrl+n"}, "help": {"f1"}} {
		drive(t, uitest.Playing(), 120, 36, nil, func(_ *uitest.Desk, d *uitest.Driver) {
			d.Press(keys...)
			d.Type(norm.NFD.String("đường "))
			d.Type("Tham")
			d.Press("backspace", "backspace") // ibus takes its pre-edit back
			d.Type("ắm")
			if f := d.Frame(); !strings.Contains(f, "đường Thắm") {
				t.Errorf("%s does not hold what was typed:\n%s", name, f)
			}
		})
	}
}

func TestTwoFailuresAreSaidTogether(t *testing.T) {
	s := uitest.Live()
	s.Station.Internet = false
	drive(t, s, 160, 36, nil, func(_ *uitest.Desk, d *uitest.Driver) {
		d.Sees("INTERNET MẤT 2 giờ: 7 cụm dùng SIM và tuyến trên không tới được, 312 mục chờ gửi")
	})
	drive(t, s, 80, 24, nil, func(_ *uitest.Desk, d *uitest.Driver) { d.Sees("INTERNET MẤT 2 giờ, 7 cụm SIM") })
}

// No state hangs on colour: with colours taken away each still reads different.
func TestStatesCanBeToldApartWithoutColour(t *testing.T) {
	seen := map[string]string{}
	for name, s := range map[string]*station.Snapshot{"live": uitest.Live(), "playing": uitest.Playing(), "idle": uitest.Idle(),
		"emergency": uitest.Emergency(false), "drill": uitest.Emergency(true)} {
		drive(t, s, 80, 24, func(o *ui.Options) { o.Theme = theme.Names[2] }, func(_ *uitest.Desk, d *uitest.Driver) {
			first, _, _ := strings.Cut(d.Frame(), "\n")
			first = strings.Join(strings.Fields(first)[:3], " ")
			if other := seen[first]; other != "" {
				t.Errorf("%s and %s both begin %q", name, other, first)
			}
			seen[first] = name
		})
	}
}

// Keys from the first frame to what counts, none more than an officer has.
func TestKeysAreFew(t *testing.T) {
	type way struct {
		snap *station.Snapshot
		keys []string
		most int
		want station.Intent
	}
	held := uitest.Playing()
	held.Queue.Running, held.Air[0].Phase = false, station.Held
	for name, w := range map[string]way{
		"sound": {held, []string{"ctrl+g"}, 4, station.QueuePlay{}}, "live": {uitest.Playing(), []string{"f4", "enter"}, 3, nil},
		"siren": {uitest.Playing(), []string{"f12", "1", "ctrl+k"}, 3, nil}, "drill": {uitest.Playing(), []string{"f12", "3", "ctrl+k"}, 3, nil},
		"correction": {uitest.Emergency(false), []string{"f12", "f8"}, 2, station.EmergencyCorrect{}}} {
		drive(t, w.snap, 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
			d.Press(w.keys...)
			if n := len(desk.Asked()); n != 1 || len(w.keys) > w.most {
				t.Errorf("%s: %d keys asked for %d things", name, len(w.keys), n)
			} else if w.want != nil && desk.Asked()[0] != w.want {
				t.Errorf("%s asked %#v", name, desk.Asked()[0])
			}
		})
	}
	drive(t, uitest.Live(), 80, 24, nil, func(_ *uitest.Desk, d *uitest.Driver) {
		d.Press("f8")
		d.Pass(100 * time.Millisecond)
		d.Sees("Xả lũ hồ An Khê", "nghe đủ")
	})
}
