package ui_test

import (
	"regexp"
	"strings"
	"testing"

	"loaxa/app/station"
	"loaxa/ui"
	"loaxa/ui/theme"
	"loaxa/ui/uitest"
)

// apart fails unless all of what is shown differs.
func apart(t *testing.T, where string, shown map[string]string) {
	t.Helper()
	seen := map[string]string{}
	for name, s := range shown {
		if s == "" {
			t.Errorf("%s: %s shows nothing", where, name)
		}
		if other, ok := seen[s]; ok {
			t.Errorf("%s: %s and %s both show %q", where, name, other, s)
		}
		seen[s] = name
	}
}

// Every state of a cluster is told by its shape on the map and by shape and
// words in the list, with all colour taken away.
func TestClusterStatesDifferWithoutColour(t *testing.T) {
	onMap, inList := regexp.MustCompile(`(\S)6[ │⠀-⣿]`), regexp.MustCompile(`(\S)\s+6 (Thôn 4 .*?)\s{2,}`)
	for _, glyphs := range []string{"braille", "ascii"} {
		for _, size := range [][2]int{{80, 24}, {120, 36}} {
			maps, rows := map[string]string{}, map[string]string{}
			for _, st := range []station.ClusterState{station.ClusterPlaying, station.ClusterIdle, station.ClusterShaky, station.ClusterLost, station.ClusterUnknown, station.ClusterMuted} {
				s := uitest.Live()
				s.Clusters[5].State, s.Clusters[5].Since = st, uitest.Ago(0)
				drive(t, s, size[0], size[1], func(o *ui.Options) { o.Glyphs = glyphs }, func(_ *uitest.Desk, d *uitest.Driver) {
					d.Press("6")
					for _, line := range strings.Split(d.Frame(), "\n")[3:] {
						bar := strings.LastIndexAny(line, "│|")
						if m := inList.FindStringSubmatch(line[:max(bar, 0)]); m != nil {
							rows[string(st)] = m[1] + " " + strings.Join(strings.Fields(m[2]), " ")
						}
						chart := string([]rune(line)[:size[0]*2/5])
						if m := onMap.FindStringSubmatch(chart); m != nil && maps[string(st)] == "" {
							maps[string(st)] = m[1]
						}
					}
				})
			}
			apart(t, glyphs+" map", maps)
			apart(t, glyphs+" list", rows)
		}
	}
}

// Every class on air, a drill and an open emergency are told by words at the
// head of the screen.
func TestClassesDifferWithoutColour(t *testing.T) {
	for _, lang := range []string{"vi", "en"} {
		for _, size := range [][2]int{{60, 20}, {80, 24}, {120, 36}} {
			heads := map[string]string{}
			look := func(name string, s *station.Snapshot) {
				drive(t, s, size[0], size[1], func(o *ui.Options) { o.Lang, o.Theme = lang, theme.Names[2] }, func(_ *uitest.Desk, d *uitest.Driver) {
					heads[name] = strings.Join(strings.Split(d.Frame(), "\n")[:2], "\n")
				})
			}
			look("nothing", uitest.Idle())
			look("drill", uitest.Emergency(true))
			look("emergency", uitest.Emergency(false))
			for c := station.Scheduled; c <= station.EmergencyLive; c++ {
				if c == station.Emergency {
					continue
				}
				s := uitest.Live()
				s.Air[0].Class = c
				if c == station.EmergencyLive {
					s.Emergency = uitest.Emergency(false).Emergency
				}
				look(c.String(), s)
			}
			apart(t, lang, heads)
		}
	}
}
