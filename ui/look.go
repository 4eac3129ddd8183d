package ui

import (
	"image/color"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"loaxa/ui/theme"
)

// look is how the screen is drawn on this terminal.
type look struct {
	theme *theme.Theme
	drawn string // the last frame while nothing changed; "": draw anew
	auto  bool   // day or night as the terminal's ground is
	other bool   // the terminal's ground, as it said, is not the theme's
	light *bool  // the terminal's ground; nil: it did not say
	few   bool   // sixteen colours
}

func newLook(o Options) look {
	return look{theme: theme.New(o.Theme, o.Glyphs), auto: o.Theme == "auto"}
}

// ask asks the terminal for its ground: white letters on a white one can't be
// read. Without colours nothing depends on it.
func (l *look) ask() tea.Cmd {
	if l.theme.Ground() == nil {
		return nil
	}
	return tea.RequestBackgroundColor
}

// stand takes the terminal's answer.
func (l *look) stand(msg tea.BackgroundColorMsg) {
	light := !msg.IsDark()
	l.light = &light
	if l.auto {
		l.put(map[bool]string{true: "day", false: "night"}[light])
	}
	l.match()
}

// wear puts on the theme that the officer chose.
func (l *look) wear(name string) {
	l.auto = false
	l.put(name)
	l.match()
}

func (l *look) put(name string) {
	glyphs := "braille"
	if l.theme.G.ASCII {
		glyphs = "ascii"
	}
	l.theme, l.drawn = theme.New(name, glyphs), ""
	if l.few {
		l.theme = l.theme.Few()
	}
}

// colours takes what the terminal can draw: without any, states are bold and
// reversed.
func (l *look) colours(p colorprofile.Profile) {
	l.few = p == colorprofile.ANSI
	name := l.theme.Name
	if p == colorprofile.ASCII || p == colorprofile.NoTTY {
		name, l.auto = "mono", false
	}
	l.put(name)
	l.match()
}

func (l *look) match() {
	l.other = l.light != nil && *l.light != (l.theme.Name == "day")
}

// ground is the colour that the terminal must take on for the theme, and ink
// its text's; nil: its own will do, or it never said what it has.
func (l *look) ground() (ground, ink color.Color) {
	if !l.other {
		return nil, nil
	}
	return l.theme.Ground(), l.theme.Ink()
}
