// Package theme says how the screen's dozen roles look and which glyphs stand
// for the states. No meaning hangs on colour alone: each role has a word or a
// shape beside it. It owns no state; a Theme is never changed once made.
package theme

import (
	"image/color"
	"strings"

	"charm.land/lipgloss/v2"
)

// Role is what a piece of text means, never how it looks.
type Role uint8

// The roles.
const (
	Plain Role = iota
	Dim
	Title
	Frame
	Focus // frame and title of the panel with the keyboard
	Good
	Warn
	Bad
	Unsure
	Live      // the operator's voice is on air
	Emergency // red ground, with the word
	Drill     // another ground, with the word
	Selected
	Key
	Level
	Line  // outline of the commune
	Road  // on the map
	Water // rivers
	roles
)

// Raw is text that carries its own colours.
const (
	Raw Role = 255
)

// Theme is one way of drawing.
type Theme struct {
	Name string
	G    Glyphs
	pre  [roles]string
	post [roles]string
}

// Glyphs are the shapes: those of braille terminals or those of a console font
// of 512 glyphs. Each is one cell wide.
type Glyphs struct {
	ASCII bool
	State States
	Bar   [2]string // full, empty
	Box   [6]string // horizontal, vertical, four corners from the upper left, clockwise
	Play  string
	Pause string
	Tick  string
	Mark  string // a marked target
	Sep   string // between the halves of a line
	Scale [3]string
}

// States are the glyphs of clusters, different by shape.
type States struct{ Playing, Idle, Shaky, Lost, Unknown, Muted string }

var braille = Glyphs{
	State: States{"●", "○", "◐", "✕", "?", "Ø"},
	Bar:   [2]string{"▮", "▯"},
	Box:   [6]string{"─", "│", "╭", "╮", "╯", "╰"},
	Play:  "▶", Pause: "‖", Tick: "✓", Mark: "◆", Sep: "│",
	Scale: [3]string{"├", "─", "┤"},
}

var ascii = Glyphs{
	ASCII: true,
	State: States{"#", "o", "%", "X", "?", "-"},
	Bar:   [2]string{"=", "."},
	Box:   [6]string{"-", "|", "+", "+", "+", "+"},
	Play:  ">", Pause: "=", Tick: "v", Mark: "*", Sep: "|",
	Scale: [3]string{"|", "-", "|"},
}

// Names are the themes that New knows.
var Names = []string{"night", "day", "mono", "contrast"}

// New makes the theme of a name; an unknown name is "night". glyphs "ascii"
// asks for the small set of shapes.
func New(name, glyphs string) *Theme {
	styles, ok := palettes[name]
	if !ok {
		name, styles = "night", palettes["night"]
	}
	t := &Theme{Name: name, G: braille}
	if glyphs == "ascii" {
		t.G = ascii
	}
	t.take(styles)
	return t
}

func (t *Theme) take(styles [roles]lipgloss.Style) {
	for r := Role(0); r < roles; r++ {
		if pre, post, found := strings.Cut(styles[r].Render("@"), "@"); found {
			t.pre[r], t.post[r] = pre, post
		}
	}
}

// grounds are what the palettes are made for. Mono takes the terminal's.
var grounds = map[string]string{"night": "#101418", "day": "#ffffff", "contrast": "#000000"}

// Ground is the colour behind the theme's text, and Ink that of text without a
// colour; nil: whatever the terminal has.
func (t *Theme) Ground() color.Color {
	if g, ok := grounds[t.Name]; ok {
		return lipgloss.Color(g)
	}
	return nil
}

// Ink goes with Ground.
func (t *Theme) Ink() color.Color {
	if t.Ground() == nil {
		return nil
	}
	return palettes[t.Name][Plain].GetForeground()
}

// Paint puts s in the role's colours.
func (t *Theme) Paint(r Role, s string) string {
	if s == "" || r >= roles {
		return s
	}
	return t.pre[r] + s + t.post[r]
}

func fg(c string) lipgloss.Style { return lipgloss.NewStyle().Foreground(lipgloss.Color(c)) }

func on(f, b string) lipgloss.Style { return fg(f).Background(lipgloss.Color(b)).Bold(true) }

func on1(f, b string) lipgloss.Style { return fg(f).Background(lipgloss.Color(b)) }

var palettes = map[string][roles]lipgloss.Style{
	"night": {
		Plain: fg("#d7dadf"), Dim: fg("#7f8894"), Title: fg("#e8eaed").Bold(true), Frame: fg("#4c5561"),
		Focus: fg("#7cc4ff").Bold(true), Good: fg("#6fce7c"), Warn: fg("#f2c14e").Bold(true), Bad: fg("#ff8a5c").Bold(true),
		Unsure: fg("#b9a7e0"), Live: on("#101418", "#f2c14e"), Emergency: on("#ffffff", "#c4161c"),
		Drill: on("#ffffff", "#6a3fa0"), Selected: on("#ffffff", "#2b5f8f"), Key: fg("#7cc4ff"), Level: fg("#6fce7c"),
		Line: fg("#7fa08a"), Road: fg("#5b5145"), Water: fg("#3f6585"),
	},
	"day": {
		Plain: fg("#1d2126"), Dim: fg("#5d6670"), Title: fg("#000000").Bold(true), Frame: fg("#9aa3ad"),
		Focus: fg("#0b5cad").Bold(true), Good: fg("#1b7a2e"), Warn: fg("#8a5a00").Bold(true), Bad: fg("#b03a00").Bold(true),
		Unsure: fg("#5b3fa0"), Live: on("#000000", "#ffc933"), Emergency: on("#ffffff", "#c4161c"),
		Drill: on("#ffffff", "#6a3fa0"), Selected: on("#ffffff", "#0b5cad"), Key: fg("#0b5cad"), Level: fg("#1b7a2e"),
		Line: fg("#4f7a5c"), Road: fg("#b7a58c"), Water: fg("#7fa6c9"),
	},
	"mono": {
		Plain: lipgloss.NewStyle(), Dim: lipgloss.NewStyle().Faint(true), Title: bold(), Frame: lipgloss.NewStyle().Faint(true),
		Focus: bold(), Good: lipgloss.NewStyle(), Warn: bold(), Bad: bold().Underline(true), Unsure: lipgloss.NewStyle().Italic(true),
		Live: bold().Reverse(true), Emergency: bold().Reverse(true), Drill: bold().Reverse(true).Underline(true),
		Selected: lipgloss.NewStyle().Reverse(true), Key: bold(), Level: lipgloss.NewStyle(), Line: lipgloss.NewStyle().Faint(true),
		Road: lipgloss.NewStyle().Faint(true), Water: lipgloss.NewStyle().Faint(true),
	},
	"contrast": {
		Plain: on1("#ffffff", "#000000"), Dim: on1("#ffffff", "#000000"), Title: on("#ffffff", "#000000"), Frame: on1("#ffffff", "#000000"),
		Focus: on("#ffff00", "#000000"), Good: on("#00ff00", "#000000"), Warn: on("#ffff00", "#000000"), Bad: on("#ff8080", "#000000").Underline(true),
		Unsure: on("#ffb0ff", "#000000"), Live: on("#000000", "#ffff00"), Emergency: on("#ffffff", "#d00000"), Drill: on("#000000", "#e0a0ff"),
		Selected: on("#000000", "#ffffff"), Key: on("#00ffff", "#000000"), Level: on("#00ff00", "#000000"), Line: on1("#ffffff", "#000000"),
		Road: on1("#b0b0b0", "#000000"), Water: on1("#80c0ff", "#000000"),
	},
}

func bold() lipgloss.Style { return lipgloss.NewStyle().Bold(true) }
