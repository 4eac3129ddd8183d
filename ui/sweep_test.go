package ui_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"loaxa/app/station"
	"loaxa/ui"
	"loaxa/ui/theme"
	"loaxa/ui/uitest"
)

// uncoloured takes out colours, and only those.
func uncoloured(l string) string {
	var b strings.Builder
	for {
		before, after, found := strings.Cut(l, "\x1b[")
		b.WriteString(before)
		end := strings.TrimLeft(after, "0123456789;")
		if !found {
			return b.String()
		}
		if !strings.HasPrefix(end, "m") {
			b.WriteString("\x1b")
			l = after
			continue
		}
		l = end[1:]
	}
}

// fits fails unless the frame is exactly h lines of exactly w cells.
func fits(t *testing.T, d *uitest.Driver, w, h int, what string) {
	t.Helper()
	lines := strings.Split(d.Colour(), "\n")
	if len(lines) != h {
		t.Errorf("%s at %d×%d: %d lines", what, w, h, len(lines))
	}
	for i, l := range lines {
		if strings.IndexFunc(uncoloured(l), unicode.IsControl) >= 0 {
			t.Errorf("%s at %d×%d: a control character reached the screen: %q", what, w, h, l)
		}
		if got := ansi.StringWidth(l); got != w {
			t.Errorf("%s at %d×%d: line %d is %d cells: %q", what, w, h, i+1, got, ansi.Strip(l))
		}
	}
}

// long gives every name and text of a sample more than it has room for.
func long() *station.Snapshot {
	s := uitest.Emergency(false)
	for i := range s.Clusters {
		s.Clusters[i].Name = strings.Repeat("Làng \x1b[2JBung\r\a Bang Hven ", 5)
		s.Clusters[i].Head = strings.Repeat("Nguyễn ", 20)
		s.Clusters[i].Number = 900 + i
	}
	s.Station.Name = strings.Repeat("xã Đak Pơ ", 9)
	s.Air[0].Title, s.Air[0].Who = strings.Repeat("tiêm chủng\n", 30), strings.Repeat("Hoa ", 40)
	for i := range s.Queue.Entries {
		s.Queue.Entries[i].Title = strings.Repeat("e\u0302\u0301", 150)
	}
	s.Events = append([]station.Event{{Kind: station.EvItem, Title: "a\x1b]0;x\a\n\u202eb\xff"}}, s.Events...)
	s.Items[0].Title = "\x1b[31m\x9b2J"
	s.Boards[0].Name, s.Boards[0].Card.Text = strings.Repeat("bảng ", 30), strings.Repeat("chữ ", 90)
	s.Mic.Name, s.Mic.Why = strings.Repeat("hw:0 ", 20), strings.Repeat("lỗi ", 30)
	s.Upstream.Waiting = 1 << 60
	return s
}

func TestNothingOverflowsAtAnySize(t *testing.T) {
	windows := map[string][]string{"main": nil, "help": {"f1"}, "emergency": {"f12", "2"}, "end": {"f12", "4"}, "live": {"f4"}, "library": {"ctrl+o"},
		"card": {"f5"}, "publish": {"f5", "f5"}, "cluster": {"ctrl+y", "enter"}, "faults": {"f9"}, "log": {"f8"}, "quit": {"ctrl+q"}, "queue": {"f3"}, "zoomed": {"pgup", "pgup", "f2", "left"}}
	snaps := map[string]*station.Snapshot{"live": uitest.Live(), "long": long(), "empty": {}, "playing": uitest.Playing()}
	for sname, snap := range snaps {
		for wname, keys := range windows {
			drive(t, snap, 80, 24, func(o *ui.Options) { o.Demo = sname == "live" }, func(_ *uitest.Desk, d *uitest.Driver) {
				d.Press(keys...)
				step := 53 // of the windows; the main screen is swept closer
				if wname == "main" {
					step = 13
				}
				for w := 40; w <= 200; w += step {
					for h := 12; h <= 60; h += 1 + step/2 {
						d.Resize(w, h)
						fits(t, d, w, h, sname+" "+wname)
					}
				}
				for _, z := range [][2]int{{60, 20}, {59, 20}, {80, 24}, {111, 33}, {112, 34}, {120, 36}, {200, 60}, {1, 1}, {5, 3}} {
					d.Resize(z[0], z[1])
					fits(t, d, z[0], z[1], sname+" "+wname)
				}
			})
		}
	}
}

func TestSmallWindowSaysSoAndStillStops(t *testing.T) {
	drive(t, uitest.Live(), 50, 14, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		d.Sees("nhỏ quá", "60×20", "TRỰC TIẾP")
		d.Press("ctrl+x", "ctrl+x")
		asked(t, desk, station.StopAll{})
	})
}

// mouse is something that a hand on a mouse does somewhere on the screen.
func mouse(r *rand.Rand, w, h int) tea.Msg {
	m := tea.Mouse{X: r.IntN(w), Y: r.IntN(h), Button: tea.MouseLeft}
	switch r.IntN(5) {
	case 0:
		m.Button = tea.MouseWheelUp
		return tea.MouseWheelMsg(m)
	case 1:
		m.Button = tea.MouseWheelDown
		return tea.MouseWheelMsg(m)
	case 2:
		return tea.MouseMotionMsg(m)
	case 3:
		return tea.MouseReleaseMsg(m)
	}
	return tea.MouseClickMsg(m)
}

// TestMonkey presses keys at random. Whatever comes, nothing panics, the frame
// keeps its shape, and no siren sounds without its guard: the window's key, a
// choice, and Ctrl+K after it.
func TestMonkey(t *testing.T) {
	keys := []string{"enter", "esc", "tab", "up", "down", "left", "right", "space", "backspace", "delete", "f12", "ctrl+k", "ctrl+k",
		"1", "2", "3", "4", "x", "ệ", "?", "/", "+", "-"}
	for _, b := range ui.Bindings {
		keys = append(keys, b.Keys...)
	}
	keys = slices.DeleteFunc(keys, func(k string) bool { return k == "ctrl+@" })
	snaps := []*station.Snapshot{uitest.Live(), uitest.Playing(), uitest.Idle(), uitest.Emergency(false), uitest.Emergency(true), {}}
	choices := []string{"1", "2", "3", "4", "up", "down"}
	seed := uint64(20261122)
	r := rand.New(rand.NewPCG(seed, 1))
	fired := 0
	sizes := [][2]int{{80, 24}, {120, 36}, {200, 50}, {60, 20}}
	for round := range 40 {
		w, h := sizes[round%len(sizes)][0], sizes[round%len(sizes)][1]
		drive(t, snaps[round%len(snaps)], w, h, func(o *ui.Options) { o.Demo = round%5 == 0 }, func(desk *uitest.Desk, d *uitest.Driver) {
			opened, chosen := false, false
			var last []string
			for step := range 2500 {
				k := keys[r.IntN(len(keys))]
				before := len(desk.Asked())
				if step%7 == 3 {
					m := mouse(r, w, h)
					k = fmt.Sprintf("%T", m)
					d.Send(m)
				} else {
					d.Press(k)
				}
				last = append(last, k)
				for _, in := range desk.Asked()[before:] {
					start, siren := in.(station.EmergencyStart)
					if _, wrong := in.(station.EmergencyCorrect); wrong && (!opened || k != "f8" && k != "ctrl+k") {
						t.Errorf("seed %d round %d step %d: %s corrected unguarded", seed, round, step, k)
					}
					if siren && (k != "ctrl+k" || !opened || !chosen) {
						t.Errorf("seed %d round %d step %d: %s sounded a siren unguarded after %v: %+v", seed, round, step, k, last[max(0, len(last)-14):], in)
					}
					if siren {
						fired++
						stays := start.Text == "" && !start.Mic && !start.Drill // the window waits for its words
						opened, chosen = stays, stays
					}
				}
				switch {
				case k == "f12" || k == "ctrl+k" || k == "tea.MouseClickMsg": // on the key line
					opened = true
				case opened && (slices.Contains(choices, k) || k == "tea.MouseWheelMsg"):
					chosen = true
				}
				if step%50 == 0 {
					fits(t, d, w, h, fmt.Sprintf("round %d step %d", round, step))
					desk.Show(snaps[r.IntN(len(snaps))])
				}
			}
		})
	}
	if fired == 0 {
		t.Error("the monkey never found the emergency: the guard was not tried")
	}
}

func TestThemesAndGlyphs(t *testing.T) {
	for _, name := range theme.Names {
		for _, size := range [][2]int{{40, 12}, {80, 24}, {120, 36}, {200, 50}} {
			for _, lang := range []string{"vi", "en"} {
				drive(t, uitest.Live(), size[0], size[1], func(o *ui.Options) { o.Theme, o.Lang = name, lang }, func(_ *uitest.Desk, d *uitest.Driver) {
					uitest.Golden(t, fmt.Sprintf("colour-%s-%s-%dx%d", name, lang, size[0], size[1]), strings.ReplaceAll(d.Colour(), "\x1b", "␛"))
				})
			}
		}
	}
	drive(t, uitest.Live(), 80, 24, func(o *ui.Options) { o.Glyphs = "ascii" }, func(_ *uitest.Desk, d *uitest.Driver) {
		uitest.Golden(t, "ascii-80x24", d.Frame())
		for _, r := range d.Frame() {
			if r >= 0x2500 {
				t.Errorf("%q is no character of a console font", r)
				break
			}
		}
	})
}

func TestWindows(t *testing.T) {
	for name, keys := range map[string][]string{"emergency": {"f12", "2"}, "drill": {"f12", "3"}, "live": {"f4"}, "library": {"ctrl+o"},
		"cluster": {"enter"}, "help": {"f1"}, "quit": {"ctrl+q"}} {
		for _, size := range [][2]int{{80, 24}, {120, 36}} {
			snap := uitest.Live()
			if name == "live" {
				snap = uitest.Playing()
			}
			drive(t, snap, size[0], size[1], nil, func(_ *uitest.Desk, d *uitest.Driver) {
				d.Press(keys...)
				uitest.Golden(t, fmt.Sprintf("window-%s-%dx%d", name, size[0], size[1]), d.Frame())
			})
		}
	}
}

// screens are the full-size screens and the keys that lead to them.
var screens = map[string][]string{
	"log": {"f8", "down"}, "log-receipts": {"f8", "down", "enter"}, "log-who": {"f8", "down", "enter", "end"}, "log-all": {"f8", "f8"}, "today": {"f3"}, "today-fill": {"f3", "ctrl+n"},
	"plan": {"f3", "f3"}, "plan-edit": {"f3", "f3", "down", "enter", "down", "down", "down"}, "plan-delete": {"f3", "f3", "delete"},
	"plan-items": {"f3", "f3", "enter", "down", "down", "down", "enter", "down"}, "plan-week": {"f3", "f3", "tab"}, "plan-dry": {"f3", "f3", "tab", "tab"},
	"store": {"f3", "f3", "f3"}, "store-path": {"f3", "f3", "f3", "tab"}, "boards": {"f5", "end", "!"}, "above": {"f9", "tab"}, "log-day": {"f8", "left"}, "faults": {"f9"}, "faults-open": {"f9", "right", "down"},
	"settings": {"f10", "down"}, "settings-phrases": {"f10", "f10"}, "settings-zones": {"f10", "f10", "f10"}, "settings-zone": {"f10", "f10", "f10", "enter"},
	"settings-clusters": {"f10", "f10", "f10", "f10"}, "settings-cluster": {"f10", "f10", "f10", "f10", "enter", "down"},
	"settings-enrol": {"f10", "f10", "f10", "f10", "ctrl+o", "T", "h", "ô", "n", "enter", "enter", "enter", "enter"}, "settings-machine": {"f10", "f10", "f10", "f10", "f10"},
}

func TestScreens(t *testing.T) {
	for name, keys := range screens {
		for _, size := range [][2]int{{80, 24}, {120, 36}} {
			snap := uitest.Playing()
			if name == "boards" {
				snap = twoBoards()
			}
			if strings.HasPrefix(name, "faults") {
				snap = uitest.Live()
			}
			drive(t, snap, size[0], size[1], nil, func(_ *uitest.Desk, d *uitest.Driver) {
				d.Press(keys...)
				uitest.Golden(t, fmt.Sprintf("screen-%s-%dx%d", name, size[0], size[1]), d.Frame())
			})
		}
	}
	for _, name := range []string{"log", "today", "settings"} {
		drive(t, uitest.Live(), 200, 50, func(o *ui.Options) { o.Lang = "en" }, func(_ *uitest.Desk, d *uitest.Driver) {
			d.Press(screens[name]...)
			uitest.Golden(t, "screen-"+name+"-en-200x50", d.Frame())
		})
	}
}

// TestScreensFit shows every screen on every size: nothing overflows.
func TestScreensFit(t *testing.T) {
	for name, keys := range screens {
		for _, size := range [][2]int{{40, 12}, {60, 20}, {61, 21}, {80, 24}, {100, 30}, {120, 36}, {133, 41}, {200, 50}, {250, 80}} {
			drive(t, long(), size[0], size[1], nil, func(_ *uitest.Desk, d *uitest.Driver) {
				d.Press(keys...)
				fits(t, d, size[0], size[1], name)
			})
		}
	}
}

func TestDemoCardGoesWithTheFirstKey(t *testing.T) {
	drive(t, uitest.Playing(), 120, 36, func(o *ui.Options) { o.Demo = true }, func(_ *uitest.Desk, d *uitest.Driver) {
		d.Sees("Không ra loa thật", "F12 khẩn cấp")
		d.Press("esc")
		d.SeesNot("Không ra loa thật. Thử")
	})
}

// An idle screen asks for no levels; one that sounds asks about 15 times a
// second.
func TestLevelsAreAskedForWhileSomethingSounds(t *testing.T) {
	for _, c := range []struct {
		snap     *station.Snapshot
		min, max int
	}{{uitest.Idle(), 0, 0}, {uitest.Live(), 14, 17}} {
		synctest.Test(t, func(t *testing.T) {
			desk := &counting{Desk: uitest.NewDesk(c.snap)}
			o := desk.Options()
			o.Meters = desk
			d := uitest.Drive(t, ui.New(o), 80, 24)
			desk.n = 0
			d.Pass(time.Second)
			if desk.n < c.min || desk.n > c.max {
				t.Errorf("%d questions in a second, want %d to %d", desk.n, c.min, c.max)
			}
			desk.Close()
			time.Sleep(3 * time.Second)
		})
	}
}
