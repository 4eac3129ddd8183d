package ui_test

import (
	"strings"
	"testing"

	"loaxa/app/station"
	"loaxa/ui/uitest"
)

// TestWhatGoesUpIsOnTheCardOfTheTierAbove: a recording that is fetched, and a
// day's share that is used up; nothing is said where nothing goes up.
func TestWhatGoesUpIsOnTheCardOfTheTierAbove(t *testing.T) {
	for want, going := range map[string]station.SoundGoing{
		"lấy bản ghi “Tiêm chủng”": {Title: "Tiêm chủng", Percent: 34, Size: 5 << 20},
		"34% (5,0 MB)":             {Title: "Tiêm \x1b[31mchủng", Percent: 34, Size: 5 << 20},
		"hết mức bản ghi":          {Spent: true},
	} {
		for _, again := range []station.SoundGoing{going, {}} {
			s := uitest.Live()
			s.Upstream.Up, s.Upstream.Going = true, again
			drive(t, s, 120, 36, nil, func(_ *uitest.Desk, d *uitest.Driver) {
				d.Press("f9", "tab")
				frame := strings.Join(strings.Fields(d.Frame()), " ")
				if shown := strings.Contains(frame, want); shown != (again == going) {
					t.Errorf("%+v: %q shown %t:\n%s", again, want, shown, d.Frame())
				}
				if strings.Contains(frame, "\x1b[31m") {
					t.Error("foreign text reached the terminal")
				}
			})
		}
	}
}
