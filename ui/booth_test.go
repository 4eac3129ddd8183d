package ui_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"loaxa/app/station"
	"loaxa/ui/uitest"
)

// TestRecordingsAreHeardSentAndRemoved from F4, one that is selected by its id:
// a recording that comes between moves nothing under the hand.
func TestRecordingsAreHeardSentAndRemoved(t *testing.T) {
	drive(t, uitest.Playing(), 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		d.Press("6", "f4", "tab")
		d.Sees("Bản ghi trong kho: 1", "Đọc lại: Tiêm chủng", "Được đọc tối đa 10:00", "im lặng 02:00")
		d.Press("down", "f5")
		here := station.Targets{Clusters: []station.ClusterID{uitest.ClusterID(6)}}
		asked(t, desk, station.PlayNow{Items: []station.ItemID{"item-4"}, Targets: here})
		d.Press("ctrl+o")
		d.Press("delete")
		d.Sees("Enter: xóa hẳn bản ghi “Đọc lại: Tiêm chủng”")
		next := uitest.Playing()
		newer := next.Items[3]
		newer.ID, newer.Title, newer.At = "item-9", "Bản ghi mới", uitest.Moment
		next.Items = append(next.Items, newer)
		desk.Show(next)
		d.Pass(time.Second)
		d.Sees("Bản ghi trong kho: 2", "Enter: xóa hẳn bản ghi “Đọc lại: Tiêm chủng”")
		d.Press("delete") // another key: no
		d.SeesNot("xóa hẳn")
		d.Press("delete", "enter")
		queued := station.QueueAdd{Item: "item-4", Targets: station.Everywhere(), At: -1}
		asked(t, desk, station.PlayNow{Items: []station.ItemID{"item-4"}, Targets: here}, queued, station.ItemRemove{ID: "item-4"})
	})
}

// TestARecordingIsSeenBeforeItIsRemoved, on the smallest screen too.
func TestARecordingIsSeenBeforeItIsRemoved(t *testing.T) {
	for _, size := range [][2]int{{40, 12}, {60, 20}, {80, 24}} {
		drive(t, uitest.Playing(), size[0], size[1], nil, func(_ *uitest.Desk, d *uitest.Driver) {
			d.Press("f4", "tab", "down")
			d.Sees("Đọc lại", "Enter: phát ngay", "Delete:")
			d.Press("delete")
			d.Sees("Đọc lại", "Enter: xóa hẳn bản ghi", "phím khác")
		})
	}
}

// TestTheMicrophoneIsTriedFromF4 and closed again with the screen.
func TestTheMicrophoneIsTriedFromF4(t *testing.T) {
	drive(t, uitest.Playing(), 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		d.Press("f4", "ctrl+t")
		asked(t, desk, station.MicTest{On: true})
		s := uitest.Playing()
		s.Mic.Stage, s.Mic.State, s.Mic.OpenedAt = station.MicTesting, station.MicQuiet, s.Now
		desk.Show(s)
		d.Pass(time.Second)
		d.Sees("NHỎ QUÁ", "Ctrl+T: thôi thử")
		d.Press("esc")
		asked(t, desk, station.MicTest{On: true}, station.MicTest{})
	})
}

// TestTheLastHalfMinuteIsSaid on narrow and wide screens, and not before.
func TestTheLastHalfMinuteIsSaid(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {120, 36}} {
		for left, want := range map[time.Duration]bool{45 * time.Second: false, 25 * time.Second: true} {
			s := uitest.Live()
			s.Mic.Limit = s.Now.Mono - s.Mic.OpenedAt.Mono + left
			drive(t, s, size[0], size[1], nil, func(_ *uitest.Desk, d *uitest.Driver) {
				if got := strings.Contains(d.Frame(), "SẮP NGẮT 00:25"); got != want {
					t.Errorf("%v left at %v: said %v", left, size, got)
				}
			})
		}
	}
}

// TestFiguresOfF4AndF5AreTrue walks each figure of the two screens back to the
// snapshot.
func TestFiguresOfF4AndF5AreTrue(t *testing.T) {
	notFigures := regexp.MustCompile(`F1[0-2]|F[1-9]|Ctrl\+X×2|Ctrl\+\S+|[┃│╭╮╰╯─]`)
	for name, keys := range map[string][]string{"live": {"f4"}, "record": {"f4", "tab", "down"}, "boards": {"f5"}} {
		for _, size := range [][2]int{{80, 24}, {120, 36}, {200, 50}} {
			s := uitest.Playing()
			bornOut := truths(s)
			for _, it := range s.Items {
				bornOut[it.Length.String()] = it.Title
				for _, f := range figure.FindAllString(it.At.Format("02/01/2006")+" "+it.Title, -1) {
					bornOut[f] = it.Title
				}
			}
			hear := 0
			for _, c := range s.Clusters {
				if c.State == station.ClusterPlaying {
					hear++
				}
			}
			bornOut[fmt.Sprintf("%d/%d", hear, len(s.Clusters))] = "clusters that hear"
			recordings := 0
			for _, it := range s.Items {
				if it.Kind == station.KindRecording {
					recordings++
				}
			}
			drive(t, s, size[0], size[1], nil, func(_ *uitest.Desk, d *uitest.Driver) {
				d.Press(keys...)
				checked := 0
				for _, line := range strings.Split(d.Frame(), "\n")[2:] {
					if strings.Contains(line, "Bản ghi trong kho:") && !strings.Contains(line, "kho: "+string(rune('0'+recordings))) {
						t.Errorf("%s: %d recordings, said %s", name, recordings, line)
					}
					for _, f := range figure.FindAllString(notFigures.ReplaceAllString(line, " "), -1) {
						checked++
						if bornOut[f] == "" {
							t.Errorf("%s at %d×%d: nothing in the snapshot is %q:\n%s", name, size[0], size[1], f, line)
						}
					}
				}
				if checked < 3 {
					t.Errorf("%s: only %d figures were found", name, checked)
				}
			})
		}
	}
}

// TestTheMicrophoneIsChosenFromF4, by the name that the system gives it, and
// tried at once; what is handed in by another program is said in people's words.
func TestTheMicrophoneIsChosenFromF4(t *testing.T) {
	s := uitest.Playing()
	s.Mic.Name, s.Station.Rules.Mic = "mic-fifo", "card:Built-in Audio Analog Stereo"
	drive(t, s, 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		d.Press("f4")
		d.Sees("tiếng do chương trình khác đưa vào", "Ctrl+O: chọn micrô khác")
		d.SeesNot("fifo")
		d.Press("ctrl+o")
		d.Sees("để máy tự chọn", "USB Audio CODEC", "● Built-in Audio Analog Stereo")
		d.Press("esc")
		d.SeesNot("USB Audio CODEC")
		d.Press("ctrl+o", "up", "enter")
		rules := s.Station.Rules
		rules.Mic = "card:USB Audio CODEC"
		asked(t, desk, station.SettingsPut{Rules: rules}, station.MicTest{On: true})
		d.Sees("Đã chọn micrô: USB Audio CODEC")
	})
}
