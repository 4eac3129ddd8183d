package ui_test

import (
	"fmt"
	"testing"
	"time"

	"loaxa/app/station"
	"loaxa/ui"
	"loaxa/ui/uitest"
)

// staffed is a station with accounts, in the middle of a programme.
func staffed() *station.Snapshot {
	s := uitest.Playing()
	s.Station.People, s.Station.Rules.LockAfter = uitest.Staff(), 10*time.Minute
	return s
}

// byPIN is a console of a station with accounts.
func byPIN(p *uitest.People) func(*ui.Options) {
	return func(o *ui.Options) { o.Demo, o.People = false, p }
}

// TestALockedScreenShowsAndAsks: the map and what is on air are seen; a key
// asks for the PIN, and nothing is submitted before the right one.
func TestALockedScreenShowsAndAsks(t *testing.T) {
	for _, lang := range []string{"vi", "en"} {
		for _, size := range [][2]int{{80, 24}, {120, 36}} {
			p := &uitest.People{}
			drive(t, staffed(), size[0], size[1], func(o *ui.Options) { byPIN(p)(o); o.Lang = lang }, func(desk *uitest.Desk, d *uitest.Driver) {
				name := fmt.Sprintf("%s-%dx%d", lang, size[0], size[1])
				uitest.Golden(t, "locked-"+name, d.Frame())
				d.Press("ctrl+g")
				uitest.Golden(t, "unlock-"+name, d.Frame())
				if lang == "en" {
					return
				}
				d.Sees("Mã PIN", "N. T. Hoa")
				d.Type("1111")
				d.Press("enter")
				d.Sees("Mã PIN không đúng")
				d.Type("1111\n1111\n")
				d.Sees("mới gõ tiếp được")
				d.Type(uitest.PIN)
				d.SeesNot(uitest.PIN)
				d.Press("ctrl+g", "delete", "f3", "esc", "f10", "esc", "ctrl+q")
				if got := desk.Asked(); len(got) != 0 || d.Quit {
					t.Errorf("a locked screen did %v, quit %v", got, d.Quit)
				}
				d.Press("esc")
				d.Type(uitest.PIN)
				d.Press("enter")
				d.Sees("Đã mở khóa: N. T. Hoa")
				d.Press("ctrl+g")
				if len(desk.Asked()) != 1 {
					t.Errorf("unlocked, it did %v", desk.Asked())
				}
			})
		}
	}
}

// TestDangerNeedsNoPIN: from a locked screen three keys sound the siren, and
// two stop everything; closing an open microphone needs none either.
func TestDangerNeedsNoPIN(t *testing.T) {
	p := &uitest.People{}
	drive(t, staffed(), 80, 24, byPIN(p), func(desk *uitest.Desk, d *uitest.Driver) {
		d.Press("f12", "1", "ctrl+k")
		if got := desk.Asked(); len(got) != 1 {
			t.Fatalf("the siren: %v", got)
		} else if in, ok := got[0].(station.EmergencyStart); !ok || in.Drill {
			t.Fatalf("%+v", got)
		}
		d.Press("ctrl+g") // over an open PIN window too
		d.Sees("Màn hình khóa")
		d.Press("f12")
		d.Sees("Còi, rồi đọc micrô")
		d.Press("esc", "ctrl+x", "ctrl+x")
		if got := desk.Asked(); len(got) != 2 {
			t.Fatalf("the stop: %v", got)
		}
	})
	live := staffed()
	live.Mic, live.Air = uitest.Live().Mic, uitest.Live().Air
	drive(t, live, 80, 24, byPIN(p), func(desk *uitest.Desk, d *uitest.Driver) {
		d.Press("f4")
		if got := desk.Asked(); len(got) != 1 || got[0] != (station.LiveStop{}) {
			t.Errorf("an open microphone: %v", got)
		}
	})
}

// TestAnIdleScreenLocks: a window that was open is not seen then and comes back
// with the PIN; while the microphone is open nothing locks.
func TestAnIdleScreenLocks(t *testing.T) {
	p := &uitest.People{}
	drive(t, staffed(), 80, 24, byPIN(p), func(desk *uitest.Desk, d *uitest.Driver) {
		d.Type(uitest.PIN + "\n")
		d.Press("f10")
		d.Sees("Cài đặt")
		d.Pass(9 * time.Minute)
		d.Sees("Cài đặt")
		d.Pass(61 * time.Second)
		d.SeesNot("Cài đặt")
		d.Sees("MÀN HÌNH KHÓA", "F2 xã Đak Pơ")
		if p.Me() != "" {
			t.Error("the station was not told")
		}
		d.Type(uitest.PIN + "\n")
		d.Sees("Cài đặt")
		d.Press("esc")
		change(desk, d, func(s *station.Snapshot) { s.Mic, s.Air = uitest.Live().Mic, uitest.Live().Air })
		d.Pass(11 * time.Minute)
		d.SeesNot("MÀN HÌNH KHÓA")
		d.Press("ctrl+]")
		d.Sees("Đã khóa màn hình")
	})
}

// TestBrokenGlassIsShownUntilLookedAt, locked or not.
func TestBrokenGlassIsShownUntilLookedAt(t *testing.T) {
	s := staffed()
	s.Faults = append(s.Faults, station.Fault{ID: "break-glass-1", Kind: station.EvGlass, Subject: "root", Reason: "glass-emergency", Since: s.Now})
	p := &uitest.People{}
	drive(t, s, 80, 24, byPIN(p), func(desk *uitest.Desk, d *uitest.Driver) {
		d.Sees("CHÚ Ý: 1 lần khẩn cấp")
		uitest.Golden(t, "glass-vi-80x24", d.Frame())
		d.Type(uitest.PIN + "\n")
		d.Pass(time.Minute)
		d.Sees("CHÚ Ý: 1 lần khẩn cấp")
		change(desk, d, func(s *station.Snapshot) {
			f := s.Faults[len(s.Faults)-1]
			f.Acked, f.Over = true, true
			s.Faults = []station.Fault{f}
		})
		d.SeesNot("CHÚ Ý")
	})
}

// TestThePeopleOfAStation: the first account is made on F10 and lets its maker
// in; PINs that differ and the station's refusals are said in the form.
func TestThePeopleOfAStation(t *testing.T) {
	p := &uitest.People{}
	s := uitest.Idle()
	s.Station.Demo, s.Station.Rules.Ready = false, true
	drive(t, s, 80, 24, byPIN(p), func(desk *uitest.Desk, d *uitest.Driver) {
		p.Desk = desk
		d.Press("f10", "f10", "f10", "f10", "f10", "f10")
		d.Sees("Chưa đặt mã PIN")
		d.Press("ctrl+o")
		d.Type("N. T. Hoa")
		d.Press("down", "down")
		d.Type("2468")
		d.Press("down")
		d.Type("2469")
		d.Press("down", "down", "down", "enter")
		d.Sees("không giống nhau")
		d.SeesNot("2468")
		d.Press("backspace")
		d.Type("8")
		d.Press("down", "down", "down", "enter")
		d.Sees("Đã mở khóa: N. T. Hoa", "người trực đài")
		uitest.Golden(t, "people-vi-80x24", d.Frame())
		want := station.AccountChange{User: station.User{Name: "N. T. Hoa", Role: station.RoleOperator}, PIN: "2468"}
		if got := p.Changes(); len(got) != 1 || got[0].Name != want.Name || got[0].Role != want.Role || got[0].PIN != want.PIN {
			t.Fatalf("%+v", got)
		}
		p.Refuse = &station.Refusal{Code: station.LastOperator}
		d.Press("delete", "enter")
		d.Sees("ít nhất một người trực")
	})
}

// TestANewStationIsOfferedAPIN after its questions; to go without one is said
// in plain words.
func TestANewStationIsOfferedAPIN(t *testing.T) {
	for _, skip := range []bool{true, false} {
		p := &uitest.People{}
		drive(t, fresh(), 80, 24, byPIN(p), func(desk *uitest.Desk, d *uitest.Driver) {
			p.Desk = desk
			d.Press("esc", "esc", "esc")
			change(desk, d, func(s *station.Snapshot) { s.Station.Rules.Ready = true })
			d.Sees("Mã PIN cho người trực", "KHÔNG đặt mã PIN")
			if skip {
				uitest.Golden(t, "first-pin-80x24", d.Frame())
				d.Press("esc")
				d.Sees("Chưa đặt mã PIN")
				if len(p.Changes()) != 0 {
					t.Error("a PIN came of nothing")
				}
				return
			}
			d.Type("Hoa")
			d.Press("enter")
			d.Type("2468\n2468\n\n")
			d.Sees("Đã mở khóa: Hoa")
			d.Press("enter")
			d.SeesNot("Mã PIN cho người trực")
		})
	}
}
