package ui_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

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

// plainFrame is a frame of the theme without colours.
func plainFrame(t *testing.T, s *station.Snapshot, glyphs, lang string, w, h int, keys ...string) (frame string) {
	t.Helper()
	drive(t, s, w, h, func(o *ui.Options) { o.Glyphs, o.Lang, o.Theme = glyphs, lang, theme.Names[2] }, func(_ *uitest.Desk, d *uitest.Driver) {
		d.Press(keys...)
		frame = d.Frame()
	})
	return frame
}

// Each state of the microphone, of a board and of the tier above is told by
// words, with all colour taken away, on narrow and wide screens.
func TestMicBoardAndUpstreamDifferWithoutColour(t *testing.T) {
	mics := map[string]func(*station.Snapshot){}
	for _, st := range []station.MicState{station.MicNone, station.MicReady, station.MicBroken} {
		mics["closed "+string(st)] = func(s *station.Snapshot) { *s = *uitest.Playing(); s.Mic = station.MicView{State: st} }
	}
	for _, st := range []station.MicState{station.MicNoSignal, station.MicQuiet, station.MicGood, station.MicClipping, station.MicHowl} {
		mics["open "+string(st)] = func(s *station.Snapshot) { s.Mic.State = st }
	}
	mics["about to close"] = func(s *station.Snapshot) { s.Mic.Limit = s.Now.Mono - s.Mic.OpenedAt.Mono + 20*time.Second }
	mics["records"] = func(s *station.Snapshot) {
		*s = *uitest.Playing()
		s.Mic = station.MicView{State: station.MicGood, Stage: station.MicRecord, OpenedAt: uitest.Ago(0)}
	}
	mics["tries"] = func(s *station.Snapshot) {
		*s = *uitest.Playing()
		s.Mic = station.MicView{State: station.MicGood, Stage: station.MicTesting, OpenedAt: uitest.Ago(0)}
	}
	boards := map[string]func(*station.Snapshot){
		"right": func(*station.Snapshot) {},
		"wrong": func(s *station.Snapshot) { s.Boards[0].Shown = "other" },
		"sent":  func(s *station.Snapshot) { s.Boards[0].Shown = "" },
		"gone":  func(s *station.Snapshot) { s.Boards[0].Up = false },
		"never": func(s *station.Snapshot) {
			s.Boards[0].Up, s.Boards[0].Confirmed, s.Boards[0].Shown = false, station.Stamp{}, ""
		},
		"cut off": func(s *station.Snapshot) { s.Boards[0].Strip.Clips = true },
	}
	tiers := map[string]func(*station.Snapshot){
		"none":     func(s *station.Snapshot) { s.Upstream = station.UpstreamReport{} },
		"well":     func(s *station.Snapshot) { s.Upstream.Up, s.Upstream.Waiting = true, 0 },
		"sends":    func(s *station.Snapshot) { s.Upstream.Up, s.Upstream.Waiting = true, 5 },
		"cut":      func(*station.Snapshot) {},
		"internet": func(s *station.Snapshot) { s.Station.Internet = false },
	}
	for what, all := range map[string]map[string]func(*station.Snapshot){"microphone": mics, "board": boards, "upstream": tiers} {
		for _, lang := range []string{"vi", "en"} {
			for _, glyphs := range []string{"braille", "ascii"} {
				for _, size := range [][2]int{{80, 24}, {120, 36}} {
					shown := map[string]string{}
					for name, change := range all {
						s := uitest.Live()
						change(s)
						shown[name] = plainFrame(t, s, glyphs, lang, size[0], size[1])
					}
					apart(t, what+" "+lang+" "+glyphs, shown)
				}
			}
		}
	}
}

// A broken microphone is not named twice in a row.
func TestNoWordIsDoubled(t *testing.T) {
	s := uitest.Playing()
	s.Mic = station.MicView{State: station.MicBroken}
	for _, lang := range []string{"vi", "en"} {
		for _, size := range [][2]int{{60, 20}, {80, 24}, {120, 36}} {
			words := strings.Fields(strings.ToLower(plainFrame(t, s, "braille", lang, size[0], size[1])))
			for i, w := range words[1:] {
				if w == words[i] && strings.HasPrefix(w, "mic") {
					t.Errorf("%s at %d×%d: %q twice", lang, size[0], size[1], w)
				}
			}
		}
	}
}
