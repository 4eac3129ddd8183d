package panel

import (
	"math"
	"strconv"

	"github.com/charmbracelet/x/ansi"

	"loaxa/app/station"
	"loaxa/ui/theme"
)

// spot is a cluster on the map: the cell of its glyph and the cells of its
// label. n is 0 when the number found no room.
type spot struct {
	cl      *station.ClusterView
	x, y    int
	lx, ly  int
	n       int
	under   []mapCell // what the label covers
	leading int       // cells between glyph and label, drawn as a leader
}

// namesFrom is the zoom, and namesWide the width in cells, from which names
// stand beside the numbers.
const (
	namesFrom = 2
	namesWide = 76
)

// clusters puts the glyphs, those in trouble first so that none of them is
// hidden, then all numbers, then names where they collide with nothing.
func (c *chart) clusters(s *Scene) {
	for _, cl := range s.Ordered() {
		if !placed(cl) {
			continue
		}
		fx, fy := c.at(cl.Lat, cl.Lon)
		x, y := int(math.Floor(fx/2)), int(math.Floor(fy/4))
		if x < 0 || y < 0 || x >= c.dots.W || y >= c.dots.H || c.taken[y][x] {
			c.hidden++
			continue
		}
		c.taken[y][x] = true
		glyph, role := s.Glyph(s.State(cl))
		c.cell[y][x] = mapCell{glyph, c.role(s, cl, role)}
		c.spots = append(c.spots, spot{cl: cl, x: x, y: y})
	}
	for i := range c.spots {
		sp := &c.spots[i]
		if !c.place(sp, c.number(s, sp.cl), c.labelRole(s, sp.cl)) && !c.lead(sp, c.number(s, sp.cl), c.labelRole(s, sp.cl)) {
			c.bare++
		}
	}
	if s.Cursor.Zoom >= namesFrom || c.dots.W >= namesWide {
		for i := range c.spots {
			c.name(s, &c.spots[i])
		}
		c.places(s)
	}
	c.inset(s)
}

func (c *chart) role(s *Scene, cl *station.ClusterView, r theme.Role) theme.Role {
	if cl.ID == s.Cursor.Cluster && s.Cursor.Focus != FocusQueue {
		return theme.Selected
	}
	return r
}

func (c *chart) labelRole(s *Scene, cl *station.ClusterView) theme.Role {
	_, r := s.Glyph(s.State(cl))
	return c.role(s, cl, r)
}

func (c *chart) number(s *Scene, cl *station.ClusterView) string {
	n := strconv.Itoa(cl.Number)
	if s.Cursor.Marks[cl.ID] {
		n += s.Th.G.Mark
	}
	return n
}

// name puts the cluster's name behind its number, whole or cut, if that
// collides with nothing; else the number stays alone.
func (c *chart) name(s *Scene, sp *spot) {
	num, role := c.number(s, sp.cl), c.labelRole(s, sp.cl)
	old := *sp
	c.lift(sp)
	full := num + " " + Clean(sp.cl.Name)
	for _, words := range []string{full, Cut(full, 16), Cut(full, 10)} {
		if c.place(sp, words, role) {
			return
		}
	}
	if old.n > 0 && old.leading == 0 {
		c.put(sp, old.lx, old.ly, cellsOf(num), role)
	} else if old.n > 0 {
		c.lead(sp, num, role)
	}
}

// cellsOf splits a text into cells: a wide character is followed by an empty
// one, a mark goes with the letter before it.
func cellsOf(words string) (out []string) {
	for _, r := range words {
		switch w := ansi.StringWidth(string(r)); {
		case w == 0 && len(out) > 0:
			out[len(out)-1] += string(r)
		case w == 1:
			out = append(out, string(r))
		case w == 2:
			out = append(out, string(r), "")
		}
	}
	return out
}

// place writes a label where it is next to its glyph and to no other: right of
// it, left of it, below, above.
func (c *chart) place(sp *spot, words string, r theme.Role) bool {
	cells := cellsOf(words)
	n := len(cells)
	for _, p := range [][2]int{{sp.x + 1, sp.y}, {sp.x - n, sp.y}, {sp.x, sp.y + 1}, {sp.x, sp.y - 1}, {sp.x - n + 1, sp.y + 1}, {sp.x - n + 1, sp.y - 1}} {
		if c.free(sp, p[0], p[1], n) {
			c.put(sp, p[0], p[1], cells, r)
			return true
		}
	}
	return false
}

// leader is the longest line between a glyph and its number, in cells.
const leader = 4

// lead writes the number farther off, with a line of dots from the glyph.
func (c *chart) lead(sp *spot, words string, r theme.Role) bool {
	cells := cellsOf(words)
	for gap := 1; gap <= leader; gap++ {
		line := make([]string, gap)
		for i := range line {
			line[i] = "·"
		}
		right := append(line, cells...)
		if c.free(sp, sp.x+1, sp.y, len(right)) {
			c.put(sp, sp.x+1, sp.y, right, r)
			sp.leading = gap
			return true
		}
		left := append(append([]string{}, cells...), line...)
		if c.free(sp, sp.x-len(left), sp.y, len(left)) {
			c.put(sp, sp.x-len(left), sp.y, left, r)
			sp.leading = gap
			return true
		}
	}
	return false
}

// free tells whether a label of n cells at x, y touches nothing but its own
// glyph: neither beside it nor, for a label above or below, behind it.
func (c *chart) free(sp *spot, x, y, n int) bool {
	if n < 1 || y < 0 || y >= c.dots.H || x < 0 || x+n > c.dots.W {
		return false
	}
	own := func(i, j int) bool { return i == sp.x && j == sp.y }
	for i := max(0, x-1); i <= min(x+n, c.dots.W-1); i++ {
		if c.taken[y][i] && !own(i, y) {
			return false
		}
		if y == sp.y {
			continue
		}
		for _, j := range [2]int{y - 1, y + 1} {
			if j >= 0 && j < c.dots.H && c.glyphAt(i, j) && !own(i, j) {
				return false
			}
		}
	}
	return true
}

func (c *chart) glyphAt(x, y int) bool {
	for i := range c.spots {
		if c.spots[i].x == x && c.spots[i].y == y {
			return true
		}
	}
	return false
}

func (c *chart) put(sp *spot, x, y int, cells []string, r theme.Role) {
	sp.lx, sp.ly, sp.n, sp.leading, sp.under = x, y, len(cells), 0, nil
	for i, ch := range cells {
		sp.under = append(sp.under, c.cell[y][x+i])
		c.cell[y][x+i], c.taken[y][x+i] = mapCell{ch, r}, true
	}
}

func (c *chart) lift(sp *spot) {
	for i := range sp.n {
		c.cell[sp.ly][sp.lx+i], c.taken[sp.ly][sp.lx+i] = sp.under[i], false
	}
	sp.n, sp.under = 0, nil
}

// places names the hamlets that no cluster names, where there is room.
func (c *chart) places(s *Scene) {
	for _, p := range s.ground().Places {
		fx, fy := c.at(p.Lat, p.Lon)
		x, y := int(math.Floor(fx/2)), int(math.Floor(fy/4))
		if x < 0 || y < 0 || x >= c.dots.W || y >= c.dots.H || c.taken[y][x] || c.named(p.Name) {
			continue
		}
		sp := spot{x: x, y: y}
		was := c.cell[y][x]
		c.cell[y][x], c.taken[y][x] = mapCell{"·", theme.Dim}, true
		if !c.place(&sp, Cut(Clean(p.Name), 20), theme.Dim) {
			c.cell[y][x], c.taken[y][x] = was, false
		}
	}
}

func (c *chart) named(name string) bool {
	for i := range c.spots {
		if c.spots[i].cl.Name == name {
			return true
		}
	}
	return false
}
