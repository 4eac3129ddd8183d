package dialog

import (
	"fmt"
	"slices"
	"time"

	"loaxa/app/station"
	"loaxa/ui/panel"
	"loaxa/ui/theme"
)

// View draws the screen: the boards, what the selected one shows beside what it
// would show, the composer.
func (c *Card) View(s *panel.Scene, a panel.Area) []string {
	t, w, h := s.T.Dialog.Card, a.W-2, a.H-2
	b := c.selected(s)
	if b == nil {
		return panel.Box(s.Th, true, "F5 "+t.Screen, "", fill([]panel.Line{nil, panel.L(theme.Dim, " "+s.T.Board.None)}, nil, h), a)
	}
	tail := c.tail(s, b, w)
	n := len(s.Snap.Boards)
	c.boards.at = c.board
	body := c.boards.rows(n, min(n, max(1, (h-14)/2)), func(i int) panel.Line { return c.boardLine(s, i, w) })
	strip, drawn := c.strips[b.ID]
	pixels := 2 + min(max(2, h-len(body)-len(tail)-5), (b.Height+3)/4) // with their headings
	wide := (min(b.Width, max(1, b.Strip.Window))+1)/2 + 2
	write := max(2, min(6, h-len(body)-len(tail)-pixels-2))
	body = append(body, panel.Line{{R: theme.Title, S: " " + fmt.Sprintf(t.Title, c.target(s, b))}})
	body = append(body, areaLines(s, &c.text, w, write)...)
	var next []panel.Line
	if drawn {
		next = panel.StripLines(s, strip, min(w-2, max(1, wide)), pixels-2)
	}
	will := append([]panel.Line{panel.L(theme.Dim, " "+t.Exact)}, inset(next)...)
	if !drawn {
		will = append(will, panel.L(theme.Dim, " "+t.Drawing))
	}
	label := t.Now
	if b.Shown != b.Want || !b.Up {
		label = t.Unproved
	}
	now := append([]panel.Line{panel.L(theme.Dim, " "+label)}, inset(panel.StripLines(s, b.Strip, max(1, wide), pixels-2))...)
	switch {
	case w >= 2*wide+4:
		body = append(body, beside(now, will, w/2)...)
	case len(body)+len(tail)+len(will)+len(now) <= h: // one under the other
		body = append(append(body, now...), will...)
	default: // one of them, the other by a key
		cards, one, other := s.T.Dialog.Day.Cards, will, 0
		if c.proof {
			one, other = now, 1
		}
		one[0] = append(one[0], panel.Seg{R: theme.Key, S: "  " + cards.Other[other]})
		body = append(body, one...)
	}
	return panel.Box(s.Th, true, "F5 "+t.Screen, foot(c.Hints(s)), fill(body, tail, h), a)
}

// target names what the card is for.
func (c *Card) target(s *panel.Scene, b *station.BoardView) string {
	switch n := len(c.to.marks); {
	case c.to.all:
		return s.T.Dialog.Card.All
	case n > 1:
		return fmt.Sprintf(s.T.Dialog.Day.Cards.Marked, n)
	case n == 1:
		for i := range s.Snap.Boards {
			if o := &s.Snap.Boards[i]; c.to.marks[o.ID] {
				return o.Name
			}
		}
	}
	return b.Name
}

// boardLine is one board: whether the card is for it, what it confirmed, its
// text.
func (c *Card) boardLine(s *panel.Scene, i, w int) panel.Line {
	b := &s.Snap.Boards[i]
	mark := "  "
	switch {
	case c.to.marks[b.ID]:
		mark = s.Th.G.Mark + " "
	case c.to.all, i == c.board:
		mark = s.Th.G.Play + " "
	}
	left := panel.Line{{R: theme.Key, S: " " + mark}, {R: theme.Title, S: fmt.Sprintf("%s %d×%d  ", panel.Clean(b.Name), b.Width, b.Height)}}
	left = append(left, panel.BoardProof(s, b, false)...)
	if c.to.all || c.to.marks[b.ID] {
		if st, ok := c.strips[b.ID]; ok && st.Clips {
			left = append(left, panel.Seg{R: theme.Warn, S: " · " + s.T.Dialog.Card.Clips})
		}
	}
	if b.Card.Until != 0 {
		left = append(left, panel.Seg{R: theme.Dim, S: " · " + fmt.Sprintf(s.T.Dialog.Day.Cards.Stands, endWords(time.Unix(b.Card.Until, 0).In(s.Wall.Location())))})
	}
	left = append(left, panel.Seg{S: "  "})
	return append(left, panel.CardText(s, b)...).Fit(w)
}

// tail is what is wrong with the card, and what will happen.
func (c *Card) tail(s *panel.Scene, b *station.BoardView, w int) (out []panel.Line) {
	t := s.T.Dialog.Card
	strip, drawn := c.strips[b.ID]
	switch {
	case c.why != "":
		out = append(out, panel.L(theme.Warn, " "+fmt.Sprintf(t.NoPreview, c.why)))
	case drawn && strip.Clips:
		out = append(out, panel.L(theme.Warn, " "+t.Clips))
	case drawn && strip.Speed > 0 && strip.Width > strip.Window:
		out = append(out, panel.L(theme.Plain, " "+t.Scrolls))
	case c.fresh:
		out = append(out, panel.L(theme.Dim, " "+t.Fresh))
	default:
		out = append(out, nil)
	}
	out = append(out, c.to.line(s, w))
	if !c.confirm {
		return append(out, panel.L(theme.Key, " "+t.Keys))
	}
	will := t.Will
	if c.value() == "" {
		will = t.WillDefault
	}
	words := fmt.Sprintf(will, c.target(s, b))
	if !c.to.until.IsZero() && c.value() != "" {
		words += " · " + fmt.Sprintf(s.T.Dialog.Day.Cards.Ends, endWords(c.to.until))
	}
	for _, l := range indent(words, w) {
		out = append(out, panel.L(theme.Live, " "+l+" "))
	}
	return append(out, panel.L(theme.Key, " "+t.Confirm))
}

func inset(lines []panel.Line) (out []panel.Line) {
	for _, l := range lines {
		out = append(out, append(panel.L(theme.Plain, " "), l...))
	}
	return out
}

// beside puts two columns side by side, the second at cell at.
func beside(left, right []panel.Line, at int) (out []panel.Line) {
	for i := range max(len(left), len(right)) {
		var l panel.Line
		if i < len(left) {
			l = slices.Clone(left[i])
		}
		l = l.Fit(at)
		if i < len(right) {
			l = append(l, right[i]...)
		}
		out = append(out, l)
	}
	return out
}
