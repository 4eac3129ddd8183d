package ui_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"loaxa/app/station"
	"loaxa/ui"
	"loaxa/ui/uitest"
)

// fresh is a station that nobody has answered for yet: nothing sounds.
func fresh() *station.Snapshot {
	s := uitest.Idle()
	s.Station.Demo = false
	s.Station.Rules.Ready, s.Station.Rules.Name = false, ""
	return s
}

func real(o *ui.Options) { o.Demo = false }

func change(desk *uitest.Desk, d *uitest.Driver, fn func(*station.Snapshot)) {
	s := *desk.Snapshot()
	s.Rev++
	fn(&s)
	desk.Show(&s)
	d.Pass(0)
}

// TestANewStationAsksThreeThings: name, microphone, loudspeaker; what was
// answered is saved together, and the microphone is closed again.
func TestANewStationAsksThreeThings(t *testing.T) {
	drive(t, fresh(), 80, 24, real, func(desk *uitest.Desk, d *uitest.Driver) {
		d.Sees("Câu 1/3", "Đài này tên là gì")
		uitest.Golden(t, "first-name-80x24", d.Frame())
		d.Type("xã Đăk Pơ mới")
		d.Press("enter")
		d.Sees("Câu 2/3")
		change(desk, d, func(s *station.Snapshot) { s.Mic.Stage, s.Mic.State = station.MicTesting, station.MicQuiet })
		d.Sees("Nói bình thường")
		change(desk, d, func(s *station.Snapshot) { s.Mic.State = station.MicGood })
		d.Sees("nghe rõ")
		change(desk, d, func(s *station.Snapshot) { s.Mic.State = station.MicQuiet }) // a breath between words
		d.Sees("nghe rõ")
		uitest.Golden(t, "first-mic-80x24", d.Frame())
		d.Press("enter")
		d.Sees("Câu 3/3")
		d.SeesNot("Đang kêu chuông")
		d.Press("down", "enter")
		d.Sees("Đang kêu chuông")
		uitest.Golden(t, "first-speaker-80x24", d.Frame())
		d.Press("down")
		d.SeesNot("Đang kêu chuông") // another one, not tried yet
		d.Press("enter", "f5", "enter")
		d.SeesNot("Câu 3/3")
		d.Sees("SẴN SÀNG")
		rules := desk.Snapshot().Station.Rules
		rules.Name, rules.Ready = "xã Đăk Pơ mới", true
		all := desk.Snapshot().Clusters
		want := []station.Intent{station.MicTest{On: true}, station.MicTest{}, nil, nil, nil, station.SettingsPut{Rules: rules}}
		got := desk.Asked()
		if len(got) != len(want) {
			t.Fatalf("asked for %+v", got)
		}
		for i, in := range got {
			if w := want[i]; w != nil {
				if diff := cmp.Diff(w, in); diff != "" {
					t.Errorf("intent %d (-want +got):\n%s", i, diff)
				}
			} else if x, ok := in.(station.SpeakerTest); !ok {
				t.Errorf("intent %d is %+v", i, in)
			} else if i == 3 && (x.ID == "" || x == got[2] || x != got[4]) {
				t.Errorf("rung %+v, then %+v, then %+v of %d clusters", got[2], x, got[4], len(all))
			}
		}
	})
}

// TestEveryQuestionCanBePassedOver: three times Esc makes a station ready with
// the name that it had.
func TestEveryQuestionCanBePassedOver(t *testing.T) {
	drive(t, fresh(), 120, 36, real, func(desk *uitest.Desk, d *uitest.Driver) {
		d.Type("thử")
		d.Press("esc", "esc", "esc")
		d.SeesNot("Câu 3/3")
		var put *station.SettingsPut
		for _, in := range desk.Asked() {
			if p, ok := in.(station.SettingsPut); ok {
				put = &p
			}
			if _, ok := in.(station.SpeakerTest); ok {
				t.Error("a loudspeaker was rung that nobody asked for")
			}
		}
		if put == nil || !put.Rules.Ready || put.Rules.Name != "" {
			t.Errorf("saved %+v", put)
		}
	})
}

// TestTheQuestionsStandInNobodysWay: not in the sample commune, not while
// something sounds, not twice; answered elsewhere they go; an emergency can be
// opened over them.
func TestTheQuestionsStandInNobodysWay(t *testing.T) {
	demo := fresh()
	demo.Station.Demo = true
	drive(t, demo, 80, 24, real, func(_ *uitest.Desk, d *uitest.Driver) { d.SeesNot("Câu 1/3") })
	ready := fresh()
	ready.Station.Rules.Ready = true
	drive(t, ready, 80, 24, real, func(_ *uitest.Desk, d *uitest.Driver) { d.SeesNot("Câu 1/3") })
	playing := uitest.Playing()
	playing.Station.Demo, playing.Station.Rules.Ready = false, false
	drive(t, playing, 80, 24, real, func(desk *uitest.Desk, d *uitest.Driver) {
		d.SeesNot("Câu 1/3")
		change(desk, d, func(s *station.Snapshot) { s.Air = nil })
		d.Sees("Câu 1/3")
		d.Press("f12")
		d.Sees("Còi, rồi đọc micrô")
		d.Press("esc")
		d.Sees("Câu 1/3")
		change(desk, d, func(s *station.Snapshot) { s.Station.Rules.Ready = true })
		d.SeesNot("Câu 1/3")
		change(desk, d, func(s *station.Snapshot) { s.Station.Rules.Ready = false })
		d.SeesNot("Câu 1/3")
	})
}

// TestAMachineWithoutMicrophoneOrCardIsToldSo: nothing is opened that is not
// there, and the station can be made ready all the same.
func TestAMachineWithoutMicrophoneOrCardIsToldSo(t *testing.T) {
	s := fresh()
	s.Clusters, s.Station.Missing = nil, []string{"card"}
	s.Mic.State, s.Mic.Why = station.MicBroken, "no-mic-card"
	drive(t, s, 80, 24, real, func(desk *uitest.Desk, d *uitest.Driver) {
		d.Press("enter")
		d.Sees("Chưa dùng được micrô", "máy không có micrô")
		d.Press("f4", "enter")
		d.Sees("Chưa có loa nào để thử")
		d.Press("f5", "enter")
		got := desk.Asked()
		if len(got) != 1 {
			t.Errorf("asked for %+v", got)
		}
	})
}

// TestANewCardReplacesTheOldOne: typing begins a new text, an arrow key lets
// the one on the board be changed.
func TestANewCardReplacesTheOldOne(t *testing.T) {
	published := func(keys ...string) string {
		var text string
		drive(t, uitest.Live(), 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
			d.Press("esc", "f5")
			d.Sees("Gõ chữ: viết tin mới")
			d.Press(keys...)
			d.SeesNot("Gõ chữ: viết tin mới")
			d.Press("f5", "enter")
			for _, in := range desk.Asked() {
				if p, ok := in.(station.CardPublish); ok {
					text = p.Text
				}
			}
		})
		return text
	}
	if got := published("H", "ọ", "p"); got != "Họp" {
		t.Errorf("typed at once: %q", got)
	}
	if got, old := published("left", "right", "!"), uitest.Live().Boards[0].Card.Text; got != old+"!" {
		t.Errorf("typed after an arrow: %q, the board had %q", got, old)
	}
}
