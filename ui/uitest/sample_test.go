package uitest_test

import (
	"fmt"
	"image/color"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"loaxa/app/station"
	"loaxa/ui"
	"loaxa/ui/panel"
	"loaxa/ui/text"
	"loaxa/ui/theme"
	"loaxa/ui/uitest"
)

func scene(s *station.Snapshot) *panel.Scene {
	return &panel.Scene{Snap: s, Mono: s.Now.Mono, Wall: s.Now.Wall, T: text.For("vi"), Th: theme.New("night", ""), Joined: true,
		Link: panel.Link{Up: true}, Demo: true, Cursor: panel.Cursor{Zoom: 1}}
}

func samples() map[string]*station.Snapshot {
	return map[string]*station.Snapshot{"live": uitest.Live(), "playing": uitest.Playing(), "idle": uitest.Idle(),
		"emergency": uitest.Emergency(false), "drill": uitest.Emergency(true)}
}

// A picture that contradicts itself is a defect: the counts of line 2, the
// list's glyphs and the map's glyphs are the same clusters.
func TestSampleAgreesWithItself(t *testing.T) {
	for name, snap := range samples() {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				desk := uitest.NewDesk(snap)
				d := uitest.Drive(t, ui.New(desk.Options()), 120, 36)
				lines := strings.Split(d.Frame(), "\n")
				s := scene(snap)
				n := s.Counts()
				total := 0
				words := map[station.ClusterState]string{station.ClusterPlaying: "đang phát", station.ClusterShaky: "chập chờn",
					station.ClusterLost: "mất", station.ClusterUnknown: "không rõ", station.ClusterIdle: "chờ"}
				for st, k := range n {
					total += k
					if want := fmt.Sprintf("%d %s", k, words[st]); k > 0 && !strings.Contains(lines[1], want) {
						t.Errorf("line 2 does not say %q: %s", want, lines[1])
					}
					glyph, _ := s.Glyph(st)
					onMap, inList := 0, 0
					for _, l := range lines[3:20] {
						cells := []rune(l)
						onMap += strings.Count(string(cells[:48]), glyph)
						inList += strings.Count(string(cells[49:53]), glyph)
					}
					if inList != k || onMap != k {
						t.Errorf("%s: %d in line 2, %d in the list, %d on the map", st, k, inList, onMap)
					}
				}
				if total != len(snap.Clusters) {
					t.Errorf("%d clusters counted, there are %d", total, len(snap.Clusters))
				}
				desk.Close()
				time.Sleep(3 * time.Second)
			})
		})
	}
}

func TestCountdownsAddUp(t *testing.T) {
	for name, snap := range samples() {
		s := scene(snap)
		rows, total := panel.Rundown(s)
		var sum time.Duration
		at := s.Wall
		for _, r := range rows {
			if r.Left > r.Entry.Length || r.Left < 0 {
				t.Errorf("%s: %q has %v left of %v", name, r.Entry.Title, r.Left, r.Entry.Length)
			}
			if !r.Start.IsZero() && !r.Start.Equal(at) {
				t.Errorf("%s: %q starts at %v, the one before ends at %v", name, r.Entry.Title, r.Start, at)
			}
			at = at.Add(r.Left)
			sum += r.Left
		}
		if sum != total {
			t.Errorf("%s: the parts are %v, the whole %v", name, sum, total)
		}
	}
	s := scene(uitest.Live())
	if rows, _ := panel.Rundown(s); rows[0].Left != 7*time.Minute+35*time.Second || !rows[0].Cut || !rows[1].Start.IsZero() {
		t.Errorf("what the microphone cut has %v left, cut %v, next at %v", rows[0].Left, rows[0].Cut, rows[1].Start)
	}
	m := s.Snap.Mic
	if spoken, left := s.Age(m.OpenedAt), m.Limit-s.Age(m.OpenedAt); spoken+left != m.Limit {
		t.Errorf("spoken %v and left %v are not the limit %v", spoken, left, m.Limit)
	}
	if u := s.Snap.Upstream; s.Wall.Sub(u.Since) != 2*time.Hour+14*time.Minute+7*time.Second {
		t.Errorf("cut for %v", s.Wall.Sub(u.Since))
	}
}

func TestPictureShowsColoursDotsAndFrames(t *testing.T) {
	img := uitest.PNG("\x1b[38;2;255;0;0m⣿\x1b[m \x1b[48;2;0;0;255m x\x1b[m", 4, 1)
	at := func(x, y int) color.RGBA { return img.At(x, y).(color.RGBA) }
	red, blue := 0, 0
	for y := range img.Bounds().Dy() {
		for x := range img.Bounds().Dx() {
			switch c := at(x, y); {
			case c.R == 255 && c.G == 0 && c.B == 0:
				red++
				if x >= img.Bounds().Dx()/4 {
					t.Fatalf("a red pixel at %d, outside its cell", x)
				}
			case c.B == 255 && c.R == 0:
				blue++
			}
		}
	}
	if red != 8*25 || blue == 0 {
		t.Errorf("%d red pixels, want eight dots of 25; %d blue", red, blue)
	}
}
