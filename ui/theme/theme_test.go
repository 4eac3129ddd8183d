package theme

import (
	"bytes"
	"image/color"
	"math"
	"slices"
	"strings"
	"testing"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
)

func TestGlyphsAreOneCellAndTellStatesApart(t *testing.T) {
	for _, g := range []Glyphs{braille, ascii} {
		seen := map[string]bool{}
		for _, s := range []string{g.State.Playing, g.State.Idle, g.State.Shaky, g.State.Lost, g.State.Unknown, g.State.Muted} {
			if ansi.StringWidth(s) != 1 {
				t.Errorf("glyph %q is %d cells wide", s, ansi.StringWidth(s))
			}
			if seen[s] {
				t.Errorf("glyph %q stands for two states", s)
			}
			seen[s] = true
		}
		for _, s := range append(append(g.Box[:], g.Bar[:]...), g.Play, g.Pause, g.Tick, g.Mark, g.Sep) {
			if ansi.StringWidth(s) != 1 {
				t.Errorf("glyph %q is %d cells wide", s, ansi.StringWidth(s))
			}
		}
	}
}

func TestEmergencyAndDrillLookDifferentInEveryTheme(t *testing.T) {
	for _, name := range Names {
		th := New(name, "")
		seen := map[string]Role{}
		for _, r := range []Role{Emergency, Drill, Good, Selected} {
			p := th.Paint(r, "x")
			if other, ok := seen[p]; ok {
				t.Errorf("%s: roles %d and %d look the same", name, r, other)
			}
			seen[p] = r
		}
	}
}

// TestSixteenColoursAreEnough: what must be told apart at a glance is still
// apart, and nothing is bold black, which many draw as grey.
func TestSixteenColoursAreEnough(t *testing.T) {
	for _, name := range Names {
		th := New(name, "").Few()
		seen := map[string]Role{}
		for r := Role(0); r < roles; r++ {
			var b bytes.Buffer
			if _, err := (&colorprofile.Writer{Forward: &b, Profile: colorprofile.ANSI}).WriteString(th.Paint(r, "x")); err != nil {
				t.Fatal(err)
			}
			p := b.String()
			if strings.Contains(p, "[1;30") || strings.Contains(p, "38;") || strings.Contains(p, "48;") {
				t.Errorf("%s: role %d is %q", name, r, p)
			}
			if !slices.Contains([]Role{Live, Emergency, Drill, Selected, Good, Bad, Warn}, r) || name == "mono" {
				continue
			}
			if other, ok := seen[p]; ok {
				t.Errorf("%s: roles %d and %d look the same", name, r, other)
			}
			seen[p] = r
		}
	}
}

func TestUnknownThemeIsNight(t *testing.T) {
	if got := New("none such", "").Name; got != "night" {
		t.Errorf("theme %q", got)
	}
}

// luminance is the relative one of WCAG 2.2.
func luminance(c color.Color) float64 {
	r, g, b, _ := c.RGBA()
	part := func(v uint32) float64 {
		f := float64(v) / 0xffff
		if f <= 0.04045 {
			return f / 12.92
		}
		return math.Pow((f+0.055)/1.055, 2.4)
	}
	return 0.2126*part(r) + 0.7152*part(g) + 0.0722*part(b)
}

// TestEveryWordCanBeReadOnItsGround measures the contrast of each role by WCAG
// 2.2, 1.4.3: 4.5 to 1 for words; strokes and the map are not words.
func TestEveryWordCanBeReadOnItsGround(t *testing.T) {
	for _, name := range Names {
		ground := New(name, "").Ground()
		if name == "mono" {
			if ground != nil {
				t.Error("mono takes the terminal's ground")
			}
			continue
		}
		for r := Role(0); r < roles; r++ {
			if r == Frame || r == Line || r == Road || r == Water {
				continue
			}
			st, on := palettes[name][r], ground
			if _, none := st.GetBackground().(lipgloss.NoColor); !none {
				on = st.GetBackground()
			}
			a, b := luminance(st.GetForeground()), luminance(on)
			if ratio := (max(a, b) + 0.05) / (min(a, b) + 0.05); ratio < 4.5 {
				t.Errorf("%s: role %d has a contrast of %.1f to 1", name, r, ratio)
			}
		}
	}
}
