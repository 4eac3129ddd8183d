package ui_test

import (
	"strings"
	"testing"

	"loaxa/app/station"
	"loaxa/ui/uitest"
)

// TestAnOverlapIsAnsweredOnTheForm: let it be, in its place, behind it, or moved;
// each line says what will happen, and one Ctrl+Z takes all of it back.
func TestAnOverlapIsAnsweredOnTheForm(t *testing.T) {
	old := uitest.Playing().Plan.Slots
	for downs, want := range map[int]func(sl station.Slot, other station.Slot) []station.Intent{
		1: func(sl, o station.Slot) []station.Intent {
			o.Off = true
			return []station.Intent{station.SlotsPut{Put: []station.Slot{sl, o}}}
		},
		2: func(sl, _ station.Slot) []station.Intent {
			sl.Mode = station.StartSoft
			return []station.Intent{station.SlotsPut{Put: []station.Slot{sl}}}
		},
		3: func(sl, o station.Slot) []station.Intent {
			sl.Minute = o.Minute + 12
			return []station.Intent{station.SlotsPut{Put: []station.Slot{sl}}}
		},
	} {
		drive(t, uitest.Playing(), 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
			d.Press("f3", "f3", "ctrl+o")
			d.Type("Tin chiều")
			d.Press("down")
			d.Type("18h05")
			d.Press("down", "down")
			d.Type("tiem")
			d.Press("enter", "esc", "down", "down", "down", "down", "down", "down", "enter")
			d.Sees("vẫn để trùng", "phát thay: “Bản tin nông nghiệp” thôi phát", "phát nối tiếp", "dời sang")
			for range downs {
				d.Press("down")
			}
			d.Press("enter")
			asked(t, desk)
			d.Press("ctrl+g")
			sl := station.Slot{Title: "Tin chiều", Minute: 18*60 + 5, Days: station.EveryDay, Mode: station.StartHard, Items: []station.ItemID{"item-4"}, Targets: station.Everywhere()}
			var other station.Slot
			for _, o := range old {
				if o.Title == "Bản tin nông nghiệp" {
					other = o
				}
			}
			asked(t, desk, want(sl, other)...)
		})
	}
}

// TestCapsOfPlacesAreSet by four numbers, and what stands beside a cluster by
// its name.
func TestCapsOfPlacesAreSet(t *testing.T) {
	drive(t, uitest.Playing(), 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		d.Press("f10", "up", "down", "down", "down", "down", "down", "down", "down", "down", "down")
		for range 8 {
			d.Press("backspace")
		}
		d.Type("60 5 50 50")
		d.Press("down", "down", "enter")
		d.Sees("Mức loa chưa đúng")
		for range 8 {
			d.Press("backspace")
		}
		d.Press("backspace", "backspace")
		d.Type("60 40 50 0")
		d.Press("down", "down", "enter")
		put, ok := desk.Asked()[0].(station.SettingsPut)
		if want := (station.Caps{School: 60, Health: 40, Worship: 50}); !ok || put.Rules.Caps != want {
			t.Errorf("asked %+v", desk.Asked())
		}
	})
}

// TestTheVoiceIsChosen by its region and pace, in one line of the settings.
func TestTheVoiceIsChosen(t *testing.T) {
	drive(t, uitest.Playing(), 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		d.Press("f10")
		for range 10 {
			d.Press("down")
		}
		d.Sees("Giọng đọc máy", "miền Bắc, đọc vừa", "lexicon.txt")
		d.Press("right", "right", "right", "right")
		d.Sees("miền Trung, đọc chậm")
		d.Press("down", "enter")
		put, ok := desk.Asked()[0].(station.SettingsPut)
		if want := (station.Speech{Region: "central", Rate: 120}); !ok || put.Rules.Speech != want {
			t.Errorf("asked %+v", desk.Asked())
		}
	})
}

// TestWithoutAVoiceAPersonReads: the composer says so, and for how long.
func TestWithoutAVoiceAPersonReads(t *testing.T) {
	drive(t, uitest.Playing(), 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		change(desk, d, func(s *station.Snapshot) { s.Station.Missing = []string{"speech"} })
		d.Press("f12", "2")
		d.SeesNot("tự đọc")
		d.Type(strings.Repeat("lũ về rồi bà con ơi ", 7))
		d.Sees("Sau còi, bấm F4 tự đọc tin này vào micrô: chừng 20 giây")
	})
}

// TestAMissedStartIsPlayedOrLetGo from today's list: the choice says what each
// does, and another key than the one that asked does it.
func TestAMissedStartIsPlayedOrLetGo(t *testing.T) {
	s := uitest.Playing()
	var missed station.DueView
	for _, d := range s.Plan.Due {
		if d.State == station.DueMissed {
			missed = d
		}
	}
	if missed.Slot == 0 {
		t.Fatal("the sample has no missed start")
	}
	var slot station.Slot
	for _, sl := range s.Plan.Slots {
		if sl.ID == missed.Slot {
			slot = sl
		}
	}
	for downs, want := range []station.Intent{station.PlayNow{Items: slot.Items, Targets: slot.Targets}, station.SlotSkip{ID: missed.Slot, At: missed.At.Unix()}} {
		drive(t, uitest.Playing(), 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
			d.Press("f3", "home", "enter")
			d.Sees("đã lỡ. Chọn:", "Phát bù ngay", "bỏ, không phát nữa")
			for range downs {
				d.Press("down")
			}
			d.Press("enter")
			asked(t, desk)
			d.Press("ctrl+g")
			asked(t, desk, want)
		})
	}
}
