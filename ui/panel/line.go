// Package panel draws the parts of the main screen. Each panel is a function
// of a Scene and an area; nothing in here can reach the desk, keeps state or
// starts anything. Every panel gives exactly as many lines as it was given,
// each exactly as wide, in cells.
package panel

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"loaxa/ui/theme"
)

// Seg is a run of text in one role.
type Seg struct {
	R theme.Role
	S string
}

// Line is a row of a panel before it is cut and coloured.
type Line []Seg

// L makes a line of one role.
func L(r theme.Role, s string) Line { return Line{{r, s}} }

// Width is the line's width in cells.
func (l Line) Width() int {
	w := 0
	for _, s := range l {
		w += ansi.StringWidth(s.S)
	}
	return w
}

// Clean takes out what would move the terminal's cursor or turn the text
// around: titles come from files and names from other machines.
func Clean(s string) string {
	bad := func(r rune) bool {
		return unicode.IsControl(r) || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == 0xfeff
	}
	if strings.IndexFunc(s, bad) < 0 && utf8.ValidString(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if bad(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "?"))
}

func (l Line) clean() Line {
	for i, s := range l {
		if s.R == theme.Raw {
			continue
		}
		if c := Clean(s.S); c != s.S {
			out := append(Line(nil), l...)
			for j := i; j < len(out); j++ {
				if out[j].R != theme.Raw {
					out[j].S = Clean(out[j].S)
				}
			}
			return out
		}
	}
	return l
}

// Fit cuts or fills the line to exactly w cells; what is cut ends in "…".
// Cuts fall between grapheme clusters. What could harm the screen is taken
// out on the way.
func (l Line) Fit(w int) Line {
	if w <= 0 {
		return nil
	}
	l = l.clean()
	have := l.Width()
	if have <= w {
		if have < w {
			return append(l[:len(l):len(l)], Seg{theme.Plain, strings.Repeat(" ", w-have)})
		}
		return l
	}
	var out Line
	left := w
	for _, s := range l {
		n := ansi.StringWidth(s.S)
		if n < left {
			out = append(out, s)
			left -= n
			continue
		}
		out = append(out, Seg{s.R, Cut(s.S+"…", left)})
		break
	}
	return out.Fit(w)
}

// Paint colours a line that was fitted.
func (l Line) Paint(th *theme.Theme) string {
	var b strings.Builder
	for _, s := range l {
		b.WriteString(th.Paint(s.R, s.S))
	}
	return b.String()
}

// Over gives every part of the line one role.
func (l Line) Over(r theme.Role) Line {
	var b strings.Builder
	for _, s := range l {
		b.WriteString(ansi.Strip(s.S))
	}
	return L(r, b.String())
}

// Spread puts left and right at the two ends of w cells; left is cut first.
func Spread(left, right Line, w int) Line {
	right = right.clean()
	r := right.Width()
	if r >= w {
		return right.Fit(w)
	}
	return append(left.Fit(w-r), right...)
}

// Cut shortens s to at most w cells, with "…" where something was lost.
func Cut(s string, w int) string {
	if w <= 0 {
		return ""
	}
	return ansi.Truncate(s, w, "…")
}

// Pad cuts or fills s to exactly w cells.
func Pad(s string, w int) string {
	s = Cut(s, w)
	return s + strings.Repeat(" ", max(0, w-ansi.StringWidth(s)))
}

// PadLeft is Pad with the text at the right edge.
func PadLeft(s string, w int) string {
	s = Cut(s, w)
	return strings.Repeat(" ", max(0, w-ansi.StringWidth(s))) + s
}

// Area is a panel's room in cells, its frame included.
type Area struct{ W, H int }

// Box frames body in an area. Lines that are missing are blank, lines too many
// are left out.
func Box(th *theme.Theme, focus bool, title, foot string, body []Line, a Area) []string {
	if a.W < 4 || a.H < 2 {
		return blank(a)
	}
	frame, name := theme.Frame, theme.Title
	if focus {
		frame, name = theme.Focus, theme.Focus
	}
	return box(th, frame, name, title, foot, body, a)
}

// Alarm is Box in the colours of a role, for windows that must stand out.
func Alarm(th *theme.Theme, r theme.Role, title string, body []Line, a Area) []string {
	if a.W < 4 || a.H < 2 {
		return blank(a)
	}
	return box(th, r, r, title, "", body, a)
}

func box(th *theme.Theme, frame, name theme.Role, title, foot string, body []Line, a Area) []string {
	out := make([]string, 0, a.H)
	out = append(out, edge(th, frame, name, title, a.W, th.G.Box[2], th.G.Box[3]))
	side := th.Paint(frame, th.G.Box[1])
	for i := 0; i < a.H-2; i++ {
		var l Line
		if i < len(body) {
			l = body[i]
		}
		out = append(out, side+l.Fit(a.W-2).Paint(th)+side)
	}
	return append(out, edge(th, frame, theme.Dim, foot, a.W, th.G.Box[5], th.G.Box[4]))
}

func edge(th *theme.Theme, frame, name theme.Role, s string, w int, left, right string) string {
	h := th.G.Box[0]
	s = Clean(s)
	if s == "" {
		return th.Paint(frame, left+strings.Repeat(h, w-2)+right)
	}
	s = Cut(s, w-4)
	if s == "" {
		return edge(th, frame, name, "", w, left, right)
	}
	fill := max(0, w-4-ansi.StringWidth(s))
	return th.Paint(frame, left) + th.Paint(name, " "+s+" ") + th.Paint(frame, strings.Repeat(h, fill)+right)
}

func blank(a Area) []string {
	out := make([]string, max(a.H, 0))
	for i := range out {
		out[i] = strings.Repeat(" ", max(a.W, 0))
	}
	return out
}

// Beside joins two blocks of lines of equal height.
func Beside(l, r []string) []string {
	out := make([]string, 0, len(l))
	for i := range l {
		if i < len(r) {
			out = append(out, l[i]+r[i])
		}
	}
	return out
}

// Wrap breaks s at spaces into lines of at most w cells.
func Wrap(s string, w int) []string {
	if w < 1 {
		return nil
	}
	return strings.Split(ansi.Wrap(s, w, ""), "\n")
}
