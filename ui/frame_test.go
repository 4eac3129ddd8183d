package ui_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"loaxa/app/station"
	"loaxa/ui"
	"loaxa/ui/uitest"
)

// drive shows a snapshot on a screen of w by h and hands the driver to fn,
// all in a bubble of its own time.
func drive(t *testing.T, s *station.Snapshot, w, h int, change func(*ui.Options), fn func(*uitest.Desk, *uitest.Driver)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		desk := uitest.NewDesk(s)
		o := desk.Options()
		if change != nil {
			change(&o)
		}
		d := uitest.Drive(t, ui.New(o), w, h)
		fn(desk, d)
		desk.Close()
		time.Sleep(3 * time.Second) // the last beat ends
	})
}

func TestMainScreen(t *testing.T) {
	scenes := map[string]func() *station.Snapshot{
		"live": uitest.Live, "playing": uitest.Playing, "idle": uitest.Idle,
		"emergency": func() *station.Snapshot { return uitest.Emergency(false) },
		"drill":     func() *station.Snapshot { return uitest.Emergency(true) },
	}
	for name, make := range scenes {
		for _, lang := range []string{"vi", "en"} {
			for _, size := range [][2]int{{40, 12}, {80, 24}, {120, 36}, {200, 50}} {
				golden := fmt.Sprintf("%s-%s-%dx%d", name, lang, size[0], size[1])
				t.Run(golden, func(t *testing.T) {
					drive(t, make(), size[0], size[1], func(o *ui.Options) { o.Lang = lang }, func(_ *uitest.Desk, d *uitest.Driver) {
						uitest.Golden(t, golden, d.Frame())
					})
				})
			}
		}
	}
}
