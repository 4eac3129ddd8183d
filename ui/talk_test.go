package ui_test

import (
	"errors"
	"testing"

	tea "charm.land/bubbletea/v2"

	"loaxa/app/station"
	"loaxa/ui"
	"loaxa/ui/uitest"
)

var (
	holdF4   = tea.KeyPressMsg{Code: tea.KeyF4}
	holdsF4  = tea.KeyPressMsg{Code: tea.KeyF4, IsRepeat: true}
	letGoF4  = tea.KeyReleaseMsg{Code: tea.KeyF4}
	tells    = tea.KeyboardEnhancementsMsg{Flags: 3}
	onlyDown = tea.KeyboardEnhancementsMsg{Flags: 1}
)

// booth opens F4 on a terminal that says so of itself.
func booth(d *uitest.Driver, terminal tea.KeyboardEnhancementsMsg) {
	d.Press("f4")
	d.Send(terminal)
}

var reading = station.LiveStart{Title: "Thông báo", Targets: station.Everywhere()}

// TestTheMicrophoneIsHeldOpen: F4 held opens it, its repeats do nothing, its
// release closes it; a second release is nothing.
func TestTheMicrophoneIsHeldOpen(t *testing.T) {
	drive(t, uitest.Idle(), 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		d.Send(holdsF4) // held since before: no window opens
		d.SeesNot("PHÁT TRỰC TIẾP")
		booth(d, tells)
		d.Sees("Giữ F4: nói, thả tay là ngừng")
		d.Send(holdsF4)
		asked(t, desk)
		d.Send(holdF4)
		asked(t, desk, reading)
		d.Sees("ĐANG GIỮ F4")
		desk.Show(later(uitest.Live()))
		d.Send(holdsF4)
		d.Send(holdsF4)
		asked(t, desk, reading)
		d.Send(letGoF4)
		asked(t, desk, reading, station.LiveStop{})
		d.Sees("Đã thả F4")
		d.Send(letGoF4)
		asked(t, desk, reading, station.LiveStop{})
	})
}

// later is a picture that is newer than the one before it.
func later(s *station.Snapshot) *station.Snapshot {
	s.Rev += 50
	return s
}

// TestWhereNoReleaseIsToldF4Toggles: it is neither held nor said to be.
func TestWhereNoReleaseIsToldF4Toggles(t *testing.T) {
	drive(t, uitest.Idle(), 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		booth(d, onlyDown)
		d.SeesNot("Giữ F4")
		d.Send(holdF4)
		asked(t, desk)
		d.Press("enter")
		desk.Show(later(uitest.Live()))
		d.Send(letGoF4)
		asked(t, desk, reading)
		d.Press("f4")
		asked(t, desk, reading, station.LiveStop{})
	})
}

// TestLeavingTheWindowClosesTheMicrophone: the held one at once; the other too,
// unless the operator said that it stays. One that another console opened, and
// one of an emergency, are not ours to close.
func TestLeavingTheWindowClosesTheMicrophone(t *testing.T) {
	open := func(desk *uitest.Desk, d *uitest.Driver, keys ...string) {
		d.Press("f4")
		d.Press(keys...)
		d.Press("enter")
		desk.Show(later(uitest.Live()))
	}
	drive(t, uitest.Idle(), 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		booth(d, tells)
		d.Send(holdF4)
		d.Send(tea.BlurMsg{})
		asked(t, desk, reading, station.LiveStop{})
		d.Sees("Đã rời màn hình đài")
	})
	drive(t, uitest.Idle(), 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		open(desk, d)
		d.Send(tea.BlurMsg{})
		asked(t, desk, reading, station.LiveStop{})
	})
	drive(t, uitest.Idle(), 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		d.Press("f4")
		d.Sees("Rời sang cửa sổ khác thì ngừng mic")
		d.Press("ctrl+r")
		d.Sees("mic vẫn mở")
		d.Press("enter")
		desk.Show(later(uitest.Live()))
		d.Send(tea.BlurMsg{})
		asked(t, desk, reading)
	})
	for _, s := range []*station.Snapshot{uitest.Live(), uitest.Emergency(false)} { // not opened here
		drive(t, s, 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
			d.Send(tea.BlurMsg{})
			d.Send(letGoF4)
			asked(t, desk)
		})
	}
}

// TestNoStopOvertakesItsStart: let go before the station answered, the stop goes
// when the answer is there; where no answer comes it goes too; what was refused
// needs none.
func TestNoStopOvertakesItsStart(t *testing.T) {
	for name, c := range map[string]struct {
		answer ui.Answer
		err    error
		stops  int
	}{
		"opened":  {ui.Answer{Saved: true}, nil, 1},
		"unheard": {ui.Answer{}, errors.New("no answer"), 1},
		"refused": {ui.Answer{Refusal: &station.Refusal{Code: station.EmergencyOnAir}}, nil, 0},
	} {
		drive(t, uitest.Idle(), 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
			slow := make(chan struct{})
			desk.Answer = func(in station.Intent) (ui.Answer, error) {
				if _, start := in.(station.LiveStart); start {
					<-slow
					return c.answer, c.err
				}
				return ui.Answer{Saved: true}, nil
			}
			booth(d, tells)
			d.Send(holdF4)
			d.Send(letGoF4)
			for _, in := range desk.Asked() {
				if _, stop := in.(station.LiveStop); stop {
					t.Errorf("%s: a stop before its start", name)
				}
			}
			close(slow)
			d.Pass(1)
			n := 0
			for _, in := range desk.Asked() {
				if _, stop := in.(station.LiveStop); stop {
					n++
				}
			}
			if n != c.stops {
				t.Errorf("%s: %d stops: %v", name, n, desk.Asked())
			}
		})
	}
}

// TestTheBytesOfAHeldKey as the terminals with the kitty keyboard send them,
// in both forms of F4, and what they say of themselves and of being left.
func TestTheBytesOfAHeldKey(t *testing.T) {
	got := decode(t, "\x1b[?3u", "\x1b[1;1:1S", "\x1b[1;1:2S", "\x1b[1;1:3S", "\x1b[O")
	if len(got) != 5 {
		t.Fatalf("%d messages: %v", len(got), got)
	}
	says, ok := got[0].(tea.KeyboardEnhancementsMsg)
	if !ok || !says.SupportsEventTypes() {
		t.Errorf("what it tells is %#v", got[0])
	}
	press, ok := got[1].(tea.KeyPressMsg)
	again, ok2 := got[2].(tea.KeyPressMsg)
	if !ok || !ok2 || press.Code != tea.KeyF4 || press.IsRepeat || !again.IsRepeat {
		t.Errorf("pressed and held: %#v, %#v", got[1], got[2])
	}
	if up, ok := got[3].(tea.KeyReleaseMsg); !ok || up.Code != tea.KeyF4 {
		t.Errorf("let go: %#v", got[3])
	}
	if _, ok := got[4].(tea.BlurMsg); !ok {
		t.Errorf("left: %#v", got[4])
	}
}
