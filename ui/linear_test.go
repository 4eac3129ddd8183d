package ui_test

import (
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"loaxa/app/station"
	"loaxa/ui"
	"loaxa/ui/uitest"
)

// spoken gathers what a screen reader would read.
type spoken struct{ strings.Builder }

// since gives what was written after the last call.
func (s *spoken) since() string {
	out := s.String()
	s.Reset()
	return out
}

func inLines(t *testing.T, s *station.Snapshot, fn func(*uitest.Desk, *uitest.Driver, *spoken)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		desk, out := uitest.NewDesk(s), &spoken{}
		d := uitest.Drive(t, ui.NewLinear(desk.Options(), out), 40, 12)
		fn(desk, d, out)
		desk.Close()
		time.Sleep(5 * time.Second)
	})
}

func says(t *testing.T, text string, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(text, w) {
			t.Errorf("not told: %q in\n%s", w, text)
		}
	}
}

// What stands on the screen is told in lines, once, without strokes or
// commands to the terminal; time that passes says nothing.
func TestLinesAreToldOnce(t *testing.T) {
	inLines(t, uitest.Playing(), func(desk *uitest.Desk, d *uitest.Driver, out *spoken) {
		d.Press("f2")
		all := out.since()
		says(t, all, "Bản tin nông nghiệp", "LOA: 11 đang phát", "HUYỆN", "1 Tổ dân phố 2 · UBND", "hiện đúng", "F12 KHẨN CẤP")
		if m := regexp.MustCompile(`[\x1b─-◿⠀-⣿]`).FindString(all); m != "" {
			t.Errorf("a stroke or a command is told: %q in\n%s", m, all)
		}
		d.Pass(3 * time.Second)
		if more := out.since(); more != "" {
			t.Errorf("time alone was told: %q", more)
		}
		next := uitest.Playing()
		next.Rev++
		next.Clusters[5].State, next.Clusters[5].Since = station.ClusterLost, next.Now
		next.Events = append([]station.Event{{Kind: station.EvClusterLost, At: station.Stamp{Mono: next.Now.Mono, Wall: next.Now.Wall.Add(time.Second)}, Cluster: next.Clusters[5].ID, Title: "Thôn 4"}}, next.Events...)
		desk.Show(next)
		d.Pass(time.Second)
		says(t, out.since(), "1 mất", "Thôn 4")
	})
}

// The keys are the same: the selection is told, a window is told as it opens,
// letters are echoed, and what a key does is done.
func TestLinesTakeTheSameKeys(t *testing.T) {
	inLines(t, uitest.Playing(), func(desk *uitest.Desk, d *uitest.Driver, out *spoken) {
		out.since()
		d.Press("down")
		says(t, out.since(), "> 1 Tổ dân phố 2")
		d.Press("f12")
		says(t, out.since(), "KHẨN CẤP", "3 · DIỄN TẬP")
		d.Press("3")
		says(t, out.since(), "DIỄN TẬP KHẨN CẤP", "Ctrl+K: DIỄN TẬP ở cả xã")
		d.Press("ctrl+k")
		got := desk.Asked()
		if len(got) != 1 {
			t.Fatalf("asked for %+v", got)
		}
		if e, ok := got[0].(station.EmergencyStart); !ok || !e.Drill {
			t.Errorf("asked for %+v", got[0])
		}
		d.Press("esc", "esc", "f5")
		says(t, out.since(), "F5 Bảng điện tử", "UBND xã 96×32", "hiện đúng")
		d.Press("ctrl+e")
		out.since()
		d.Type("Họp")
		if echo := out.since(); !strings.Contains(echo, "H") || strings.Count(echo, "\n") > 3 {
			t.Errorf("typing told %q", echo)
		}
		d.Press("f3") // what was written is not thrown away
		says(t, out.since(), "Đang sửa dở")
	})
}
