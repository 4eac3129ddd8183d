package theme

import (
	"testing"

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

func TestUnknownThemeIsNight(t *testing.T) {
	if got := New("none such", "").Name; got != "night" {
		t.Errorf("theme %q", got)
	}
}
