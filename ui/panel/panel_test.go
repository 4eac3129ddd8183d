package panel

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"loaxa/app/station"
	"loaxa/ui/text"
	"loaxa/ui/theme"
)

func bare(s *station.Snapshot) *Scene {
	return &Scene{Snap: s, Mono: s.Now.Mono, Wall: s.Now.Wall, T: text.For("vi"), Th: theme.New("mono", ""), Joined: true,
		Link: Link{Up: true}, Cursor: Cursor{Zoom: 1, Focus: FocusQueue}}
}

func TestCutsFallBetweenGraphemes(t *testing.T) {
	s := "Tie\u0302\u0301m chu\u0309ng"
	for w := range 12 {
		got := Pad(s, w)
		if ansi.StringWidth(got) != w {
			t.Errorf("%d cells: %q is %d", w, got, ansi.StringWidth(got))
		}
		for _, r := range []rune(got)[:min(1, len([]rune(got)))] {
			if r >= 0x300 && r <= 0x36f {
				t.Errorf("%q begins with a mark", got)
			}
		}
	}
	if got := Cut(s, 4); got != "Tie\u0302\u0301…" {
		t.Errorf("cut %q", got)
	}
}

func FuzzLineKeepsItsWidthAndHarmsNoTerminal(f *testing.F) {
	f.Add("Thôn 6\x1b[2J", 5)
	f.Add("\u202eabc\xff\x9b31m", 9)
	f.Add("👩‍👩‍👧 e\u0301", 3)
	f.Fuzz(func(t *testing.T, s string, w int) {
		if w < 1 || w > 300 || len(s) > 1<<12 {
			return
		}
		got := Line{{theme.Plain, s}, {theme.Warn, s}}.Fit(w)
		if got.Width() != w {
			t.Errorf("%q in %d cells is %d", s, w, got.Width())
		}
		for _, seg := range got {
			if Clean(seg.S) != seg.S {
				t.Errorf("%q reaches the terminal", seg.S)
			}
		}
	})
}

func TestDotsAreBraille(t *testing.T) {
	d := NewDots(2, 1)
	for _, p := range [][2]int{{0, 0}, {1, 3}, {2, 1}, {-1, 0}, {4, 0}, {0, 4}} {
		d.Set(p[0], p[1])
	}
	if got := d.Cell(0, 0, false) + d.Cell(1, 0, false); got != "⢁⠂" {
		t.Errorf("got %q", got)
	}
	if got := d.Cell(0, 0, true); got != "." {
		t.Errorf("ascii %q", got)
	}
}

// A line that runs far off the drawing is cut to it, at no cost, and what is
// inside stays where it was.
func TestLinesAreClipped(t *testing.T) {
	d := NewDots(5, 5)
	d.Line(-1e9, 7, 1e9, 7)
	d.Line(-10, -10, -5, 1e12)
	for x := range 10 {
		if d.bits[7/4*5+x/2]&brailleBit[3][x%2] == 0 {
			t.Errorf("dot %d of the line is dark", x)
		}
	}
	for y, b := range d.bits[:5] {
		if b != 0 {
			t.Errorf("cell %d above the line is lit", y)
		}
	}
}

// An exact preview is exact: every pixel of the strip is one dot.
func TestStripIsShownPixelForPixel(t *testing.T) {
	st := station.Strip{Width: 19, Height: 9, Window: 19, Bits: make([]byte, 3*9)}
	for i := range st.Bits {
		st.Bits[i] = byte(i*37 + 11)
	}
	d := StripDots(st, 0, 40, 40)
	if d.W != 10 || d.H != 3 {
		t.Fatalf("%d×%d cells", d.W, d.H)
	}
	for y := range 12 {
		for x := range 20 {
			lit := d.bits[y/4*d.W+x/2]&brailleBit[y%4][x%2] != 0
			if lit != st.At(x, y) {
				t.Errorf("pixel %d,%d: lit %v, strip %v", x, y, lit, st.At(x, y))
			}
		}
	}
	scrolled := StripDots(station.Strip{Width: 40, Height: 4, Window: 8, Bits: append(make([]byte, 4), 0x80)}, 39, 4, 1)
	if scrolled.W != 4 {
		t.Errorf("a window of 8 pixels is %d cells", scrolled.W)
	}
}

// True to scale: a square of the land is a square of dots.
func TestMapIsTrueToScale(t *testing.T) {
	const lat, lon, d = 14.0, 108.5, 0.05
	k := math.Cos(lat * math.Pi / 180)
	square := &station.Map{Lines: []station.MapLine{{Kind: station.MapOutline, Points: []station.LatLon{{Lat: lat - d, Lon: lon - d/k}, {Lat: lat + d, Lon: lon + d/k}}}}}
	for _, size := range [][2]int{{30, 12}, {46, 18}, {90, 40}} {
		s := bare(&station.Snapshot{})
		s.Map = square
		c, ok := draw(s, size[0], size[1])
		if !ok {
			t.Fatal("nothing drawn")
		}
		x0, y0 := c.at(lat-d, lon-d/k)
		x1, y1 := c.at(lat+d, lon+d/k)
		if wide, tall := x1-x0, y0-y1; math.Abs(wide-tall) > 0.02*tall {
			t.Errorf("%v: %.1f dots wide, %.1f tall", size, wide, tall)
		}
		for _, v := range []float64{x0, x1, y0, y1} {
			if v < 0 {
				t.Errorf("%v: %.1f is off the map", size, v)
			}
		}
	}
}

// Labels never cover a glyph or each other, and what cannot be shown is
// counted.
func TestCrowdedMapLosesNoClusterInSilence(t *testing.T) {
	snap := &station.Snapshot{}
	for i := range 400 {
		snap.Clusters = append(snap.Clusters, station.ClusterView{State: station.ClusterIdle, Cluster: station.Cluster{ID: station.ClusterID(fmt.Sprint(i)),
			Number: i + 1, Lat: 14 + 0.001*float64(i%20), Lon: 108 + 0.001*float64(i/20)}})
	}
	snap.Clusters[399].State = station.ClusterLost
	s := bare(snap)
	c, _ := draw(s, 30, 12)
	glyphs := 0
	for _, row := range c.cell {
		for _, m := range row {
			if m.s == "○" || m.s == "✕" {
				glyphs++
			}
		}
	}
	if glyphs+c.hidden != 400 || c.hidden == 0 {
		t.Errorf("%d glyphs and %d hidden of 400", glyphs, c.hidden)
	}
	all := strings.Join(Map(s, Area{40, 16}), "\n")
	if !strings.Contains(all, "✕") || !strings.Contains(all, "bị che") {
		t.Errorf("the lost cluster or the hidden ones are not shown:\n%s", all)
	}
}

func TestLevelsHaveWords(t *testing.T) {
	s := bare(&station.Snapshot{})
	for _, c := range []struct {
		m    station.Meter
		want string
	}{{station.Meter{}, "KHÔNG CÓ TIẾNG"}, {station.Meter{Peak: 0.01, RMS: 0.003}, "NHỎ QUÁ"}, {station.Meter{Peak: 0.5, RMS: 0.1}, "VỪA"},
		{station.Meter{Peak: 1, RMS: 0.5}, "TO QUÁ"}} {
		if got, _ := LevelWord(s, c.m); got != c.want {
			t.Errorf("%+v is %q, want %q", c.m, got, c.want)
		}
	}
	last := -1
	for v := float32(1e-7); v < 2; v *= 1.3 {
		n := Filled(v, 20)
		if n < last || n < 0 || n > 20 {
			t.Errorf("%g fills %d after %d", v, n, last)
		}
		last = n
	}
	if last != 20 || Filled(float32(math.NaN()), 20) > 20 {
		t.Errorf("full scale fills %d of 20", last)
	}
}

// No state is ever shown better than it was said.
func TestStateIsNeverBetterThanItsProof(t *testing.T) {
	now := station.Stamp{Mono: time.Hour}
	v := station.ClusterView{State: station.ClusterPlaying, Proof: now, Health: station.ClusterHealth{Output: "card"}}
	s := bare(&station.Snapshot{Now: now})
	for _, c := range []struct {
		name   string
		change func()
		want   station.ClusterState
	}{
		{"fresh proof", func() {}, station.ClusterPlaying},
		{"at its limit", func() { s.Mono += station.ProofLife }, station.ClusterPlaying},
		{"past it", func() { s.Mono++ }, station.ClusterShaky},
		{"never any", func() { v.Proof = station.Stamp{} }, station.ClusterShaky},
		{"virtual", func() { s.Mono, v.Proof, v.Health.Output = now.Mono, now, "virtual" }, station.ClusterShaky},
		{"virtual in the sample commune", func() { s.Demo = true }, station.ClusterPlaying},
		{"station gone", func() { s.Link.Up = false }, station.ClusterUnknown},
	} {
		c.change()
		if got := s.State(&v); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// TestOnlyAnAmplifierThatSoundsIsSaidTo: a loudspeaker that is unplugged never
// shows that there is sound.
func TestOnlyAnAmplifierThatSoundsIsSaidTo(t *testing.T) {
	now := station.Stamp{Mono: time.Hour}
	s := bare(&station.Snapshot{Now: now})
	for amp, want := range map[station.Sense]bool{{}: false, {Has: true}: false, {Amp: 0.2}: false,
		{Has: true, Amp: 0.001}: false, {Has: true, Amp: 0.2}: true} {
		v := station.ClusterView{State: station.ClusterPlaying, Proof: now, Health: station.ClusterHealth{Output: "card", Level: 0.2, Sense: amp}}
		words := ""
		for _, seg := range Proof(s, &v, true) {
			words += seg.S
		}
		if got := strings.Contains(words, "có tiếng"); got != want {
			t.Errorf("%+v: %q", amp, words)
		}
	}
}

// TestMusicFitsAndRepeatsNothingWhileOthersFit: the sum never passes the gap, no
// piece comes twice while one that was not used fits, and what is in the list
// comes last.
func TestMusicFitsAndRepeatsNothingWhileOthersFit(t *testing.T) {
	snap := &station.Snapshot{}
	for i := range 12 {
		snap.Items = append(snap.Items, station.Item{ID: station.ItemID(fmt.Sprint("m", i)), Kind: station.KindMusic, Length: time.Duration(60+17*i) * time.Second})
	}
	snap.Items = append(snap.Items, station.Item{ID: "news", Kind: station.KindBulletin, Length: time.Second}, station.Item{ID: "empty", Kind: station.KindMusic})
	length := map[station.ItemID]time.Duration{}
	for _, it := range snap.Items {
		length[it.ID] = it.Length
	}
	for gap := time.Duration(0); gap < 90*time.Minute; gap += 13 * time.Second {
		ids, sum := (&Scene{Snap: snap}).FitMusic(gap)
		total, times := time.Duration(0), map[station.ItemID]int{}
		for i, id := range ids {
			if times[id]++; times[id] > 1 {
				for other, n := range length {
					if strings.HasPrefix(string(other), "m") && times[other] < times[id]-1 && n <= gap-total {
						t.Fatalf("gap %v: %q comes again as number %d, and %q fits", gap, id, i, other)
					}
				}
			}
			total += length[id]
		}
		if total != sum || sum > gap || times["news"]+times["empty"] > 0 {
			t.Fatalf("gap %v: %v of %v, %v", gap, sum, total, ids)
		}
		if gap >= time.Minute && len(ids) == 0 {
			t.Fatalf("gap %v: nothing", gap)
		}
	}
	snap.Queue.Entries = []station.QueueEntry{{Item: "m11"}}
	if ids, _ := (&Scene{Snap: snap}).FitMusic(5 * time.Minute); len(ids) == 0 || ids[0] == "m11" {
		t.Errorf("what is in the list already comes first: %v", ids)
	}
}
