package ui_test

import (
	"testing"
	"time"

	"loaxa/app/station"
	"loaxa/ui/uitest"
)

// TestTheStepOfTheLadderIsSeen on the main screen with its reason, at both sizes.
func TestTheStepOfTheLadderIsSeen(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {120, 36}} {
		for rung, words := range map[station.Rung]string{station.RungStore: "BẬC 2: cụm loa tự phát", station.RungFiller: "BẬC 3: phát nhạc thay", station.RungSilence: "BẬC 4: LOA IM"} {
			s := uitest.Playing()
			s.Air[0].Ladder = station.Ladder{Rung: rung, Why: "no-proof"}
			drive(t, s, size[0], size[1], nil, func(desk *uitest.Desk, d *uitest.Driver) {
				d.Sees(words)
				desk.Show(uitest.Playing())
				d.Pass(time.Second)
				d.SeesNot("BẬC")
			})
		}
		s := uitest.Idle()
		s.Plan.Silent = &station.SilentView{Title: "Tin", Until: s.Now.Wall.Add(time.Minute), Ladder: station.Ladder{Rung: station.RungSilence, Why: "unknown-item"}}
		drive(t, s, size[0], size[1], nil, func(_ *uitest.Desk, d *uitest.Driver) { d.Sees("BẬC 4: LOA IM") })
	}
}
