package ui_test

import (
	"image/color"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"loaxa/ui"
	"loaxa/ui/uitest"
)

// TestLettersAreSeenOnAnyGround: a white terminal gets dark letters, and a
// theme chosen against the ground brings its own.
func TestLettersAreSeenOnAnyGround(t *testing.T) {
	white, black := tea.BackgroundColorMsg{Color: color.White}, tea.BackgroundColorMsg{Color: color.Black}
	for name, c := range map[string]struct {
		theme  string
		says   tea.Msg // the terminal, when asked; nil: nothing
		chosen string  // by the officer, afterwards
		dark   bool    // letters
		ground bool    // the theme's own is asked of the terminal
	}{
		"white":                    {theme: "auto", says: white, dark: true},
		"black":                    {theme: "auto", says: black},
		"silent":                   {theme: "auto"},
		"night wanted on white":    {theme: "night", says: white, ground: true},
		"day wanted on black":      {theme: "day", says: black, dark: true, ground: true},
		"night chosen on white":    {theme: "auto", says: white, chosen: "đêm", ground: true},
		"contrast chosen on white": {theme: "auto", says: white, chosen: "tương-phản", ground: true},
		"day chosen on white":      {theme: "night", says: white, chosen: "ngày", dark: true},
	} {
		t.Run(name, func(t *testing.T) {
			drive(t, uitest.Idle(), 80, 24, func(o *ui.Options) { o.Theme, o.Demo = c.theme, false }, func(_ *uitest.Desk, d *uitest.Driver) {
				if c.says != nil {
					d.Send(c.says)
				}
				if c.chosen != "" {
					d.Press(":")
					d.Type("giao-diện " + c.chosen)
					d.Press("enter")
				}
				v := d.Model.View()
				if got := v.BackgroundColor != nil; got != c.ground || got != (v.ForegroundColor != nil) {
					t.Errorf("ground %v, want %v", v.BackgroundColor, c.ground)
				}
				if got := strings.Contains(v.Content, "38;2;29;33;38m"); got != c.dark {
					t.Errorf("dark letters %v, want %v", got, c.dark)
				}
			})
		})
	}
}

// TestAnOldTerminalGetsWhatItCanDraw: sixteen colours, or none.
func TestAnOldTerminalGetsWhatItCanDraw(t *testing.T) {
	for p, want := range map[colorprofile.Profile]string{colorprofile.ANSI: "\x1b[97m", colorprofile.ASCII: "\x1b[2m", colorprofile.TrueColor: "\x1b[38;2;215;218;223m"} {
		drive(t, uitest.Idle(), 80, 24, func(o *ui.Options) { o.Theme = "auto" }, func(_ *uitest.Desk, d *uitest.Driver) {
			d.Send(tea.ColorProfileMsg{Profile: p})
			if got := d.Model.View().Content; !strings.Contains(got, want) || p != colorprofile.TrueColor && strings.Contains(got, "[38;2;2") {
				t.Errorf("%v: %q is not in %q", p, want, got)
			}
		})
	}
}
