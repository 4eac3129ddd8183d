package panel

import (
	"fmt"
	"strings"

	"loaxa/app/station"
	"loaxa/ui/theme"
)

// Board is the first board's pixels, one to one, with what the board itself
// says that it shows.
func Board(s *Scene, a Area) []string {
	t, w, rows := s.T.Board, a.W-2, a.H-2
	if len(s.Snap.Boards) == 0 {
		return Box(s.Th, false, "F5 "+t.Title, "", []Line{nil, L(theme.Dim, " "+t.None)}, a)
	}
	b := &s.Snap.Boards[0]
	title := "F5 " + fmt.Sprintf(t.TitleExact, b.Name, b.Width, b.Height)
	foot := ""
	if n := len(s.Snap.Boards) - 1; n > 0 {
		foot = fmt.Sprintf(t.More, n)
	}
	body := StripLines(s, b.Strip, w, max(0, rows-1))
	if s.Th.G.ASCII {
		body = cardLines(s, b, w, rows-1)
	}
	for len(body) < rows-1 {
		body = append(body, nil)
	}
	body = append(body[:max(0, rows-1)], append(L(theme.Plain, " "), BoardProof(s, b, true)...))
	return Box(s.Th, false, title, foot, body, a)
}

// BoardLines is the first board in two lines: its proof and its text.
func BoardLines(s *Scene, w int) []Line {
	t := s.T.Board
	if len(s.Snap.Boards) == 0 {
		return []Line{L(theme.Dim, " "+t.None), nil}
	}
	b := &s.Snap.Boards[0]
	head := Line{{theme.Title, " " + fmt.Sprintf(t.Line, b.Width, b.Height) + " "}}
	out := []Line{append(head, BoardProof(s, b, false)...)}
	return append(out, append(L(theme.Plain, " "), CardText(s, b)...))
}

// CardText is what the board is to show, in one line.
func CardText(s *Scene, b *station.BoardView) Line {
	txt := strings.Join(strings.Fields(strings.ReplaceAll(b.Card.Text, "\n", " / ")), " ")
	switch {
	case b.Card.Emergency && b.Card.Drill:
		return Line{{theme.Drill, " " + s.T.Board.Drill + " "}, {theme.Plain, " “" + txt + "”"}}
	case b.Card.Emergency:
		return Line{{theme.Emergency, " " + s.T.Board.Emergency + " "}, {theme.Plain, " “" + txt + "”"}}
	case txt == "":
		return L(theme.Dim, s.T.Board.Default)
	}
	return L(theme.Plain, "“"+txt+"”")
}

func cardLines(s *Scene, b *station.BoardView, w, rows int) []Line {
	var out []Line
	for _, l := range Wrap(b.Card.Text, w-2) {
		out = append(out, L(theme.Plain, " "+l))
	}
	return out[:min(len(out), max(rows, 0))]
}

// StripLines draws a strip's pixels in braille, in the colour of its level.
func StripLines(s *Scene, st station.Strip, w, rows int) []Line {
	from := 0
	if st.Speed > 0 && st.Width > st.Window && st.Width > 0 {
		from = int(s.Mono.Seconds()*float64(st.Speed)) % st.Width
	}
	d := StripDots(st, from, w, rows)
	role := theme.Warn
	if st.Colour >= 3 {
		role = theme.Bad
	}
	var out []Line
	for y := 0; y < d.H; y++ {
		var b strings.Builder
		for x := 0; x < d.W; x++ {
			b.WriteString(d.Cell(x, y, s.Th.G.ASCII))
		}
		out = append(out, Line{{role, b.String()}})
	}
	return out
}

// BoardProof says whether the board confirmed the very pixels it should show.
func BoardProof(s *Scene, b *station.BoardView, long bool) Line {
	t := s.T.Board
	switch {
	case !s.Link.Up:
		return L(theme.Unsure, "? "+s.T.Proof.NoLink)
	case !b.Up && b.Confirmed == (station.Stamp{}):
		return L(theme.Unsure, "? "+t.Never)
	case !b.Up:
		return L(theme.Bad, s.Th.G.State.Lost+" "+fmt.Sprintf(t.Down, s.T.Age(s.Age(b.Since))))
	case b.Shown == "":
		return L(theme.Warn, s.Th.G.State.Shaky+" "+t.Unsent)
	case b.Shown != b.Want:
		return L(theme.Bad, s.Th.G.State.Lost+" "+t.Mismatch)
	}
	words := t.ConfirmedShort
	if long {
		words = t.Confirmed
	}
	l := L(theme.Good, s.Th.G.Tick+" "+fmt.Sprintf(words, s.T.Age(s.Age(b.Confirmed))))
	if b.Strip.Clips {
		l = append(l, Seg{theme.Warn, " · " + t.Clips})
	}
	return l
}
