package panel

import (
	"math"

	"loaxa/app/station"
	"loaxa/ui/theme"
)

// ground is what is drawn behind the clusters; empty where no map came.
func (s *Scene) ground() *station.Map {
	if s.Map != nil {
		return s.Map
	}
	return &station.Map{}
}

// pattern is how a kind of line is drawn: dots lit, dots dark, role, and its
// sign where there is no braille. Kinds differ by pattern, not by colour alone.
type pattern struct {
	kind    station.MapKind
	on, off int
	role    theme.Role
	sign    string
}

// patterns from the least to the most important: the last one names a cell
// that several lines cross.
var patterns = []pattern{
	{station.MapRoad, 4, 2, theme.Road, ":"},
	{station.MapRiver, 1, 1, theme.Water, "~"},
	{station.MapOutline, 1, 0, theme.Line, "."},
}

// ground fills the cells with the lines of the map.
func (c *chart) ground(s *Scene) {
	w, h := c.dots.W, c.dots.H
	c.cell, c.taken = make([][]mapCell, h), make([][]bool, h)
	for y := range c.cell {
		c.cell[y], c.taken[y] = make([]mapCell, w), make([]bool, w)
		for x := range c.cell[y] {
			c.cell[y][x] = mapCell{" ", theme.Line}
		}
	}
	for _, p := range patterns {
		layer := NewDots(w, h)
		for _, l := range s.ground().Lines {
			if l.Kind == p.kind {
				c.polyline(layer, l.Points, p)
			}
		}
		for i, b := range layer.bits {
			if b == 0 {
				continue
			}
			c.dots.bits[i] |= b
			sign := string(rune(0x2800 + int(c.dots.bits[i])))
			if s.Th.G.ASCII {
				sign = p.sign
			}
			c.cell[i/w][i%w] = mapCell{sign, p.role}
		}
	}
}

func (c *chart) polyline(d *Dots, pts []station.LatLon, p pattern) {
	at := 0.0
	for i := 1; i < len(pts); i++ {
		x0, y0 := c.at(pts[i-1].Lat, pts[i-1].Lon)
		x1, y1 := c.at(pts[i].Lat, pts[i].Lon)
		at = math.Mod(d.Dashed(x0, y0, x1, y1, p.on, p.off, at), 1e6)
	}
}

// Size of the overview, in cells, and the smallest map that shows it.
const (
	insetW, insetH   = 12, 5
	insetMapW        = 40
	insetMapH        = 12
	insetMarginCells = 1
)

// inset draws the whole commune small, with the part that is seen, into a
// corner that is free of clusters and labels.
func (c *chart) inset(s *Scene) {
	w, h := c.dots.W, c.dots.H
	if s.Cursor.Zoom <= 1 || w < insetMapW || h < insetMapH {
		return
	}
	for _, at := range [][2]int{{w - insetW, h - insetH}, {0, h - insetH}, {w - insetW, 0}, {0, 0}} {
		if c.clear(at[0]-insetMarginCells, at[1], insetW+2*insetMarginCells, insetH) {
			c.overview(s, at[0], at[1])
			return
		}
	}
}

func (c *chart) clear(x, y, w, h int) bool {
	for j := max(0, y); j < min(y+h, c.dots.H); j++ {
		for i := max(0, x); i < min(x+w, c.dots.W); i++ {
			if c.taken[j][i] {
				return false
			}
		}
	}
	return true
}

func (c *chart) overview(s *Scene, x, y int) {
	pts, _ := points(s)
	whole := &chart{dots: NewDots(insetW, insetH)}
	whole.fit(pts, insetW, insetH, Cursor{})
	for _, l := range s.ground().Lines {
		if l.Kind == station.MapOutline {
			whole.polyline(whole.dots, l.Points, patterns[2])
		}
	}
	view := NewDots(insetW, insetH)
	km := c.perDot / whole.perDot
	cx, cy := whole.at(c.lat, c.lon)
	rx, ry := float64(c.dots.W)*km, float64(2*c.dots.H)*km
	corner := [5][2]float64{{cx - rx, cy - ry}, {cx + rx, cy - ry}, {cx + rx, cy + ry}, {cx - rx, cy + ry}, {cx - rx, cy - ry}}
	for i := 1; i < 5; i++ {
		view.Line(corner[i-1][0], corner[i-1][1], corner[i][0], corner[i][1])
	}
	for j := range insetH {
		for i := range insetW {
			whole.dots.bits[j*insetW+i] |= view.bits[j*insetW+i]
			role := theme.Dim
			if view.bits[j*insetW+i] != 0 {
				role = theme.Key
			}
			c.cell[y+j][x+i] = mapCell{whole.dots.Cell(i, j, s.Th.G.ASCII), role}
			c.taken[y+j][x+i] = true
		}
	}
}
