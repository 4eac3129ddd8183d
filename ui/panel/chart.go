package panel

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"loaxa/app/station"
	"loaxa/ui/theme"
)

// Kilometres in a degree of latitude, WGS 84 near 14° N, rounded.
const kmPerDegree = 110.6

// chart is one drawing of the commune: a true-scale projection onto dots.
type chart struct {
	dots     *Dots
	lat, lon float64 // middle of the view
	perDot   float64 // kilometres
	cell     [][]mapCell
	hidden   int
	noPlace  int
}

type mapCell struct {
	s string
	r theme.Role
}

// Map is the commune with its clusters, true to scale.
func Map(s *Scene, a Area) []string {
	t := s.T.Map
	w, h := a.W-2, a.H-2
	title := "F2 " + fmt.Sprintf(t.Title, s.Snap.Station.Name)
	if s.Demo {
		title += " · " + t.Demo
	}
	if ansi.StringWidth(title) > a.W-4 {
		title = "F2 " + s.Snap.Station.Name
		if s.Demo {
			title = t.Demo + " · " + title
		}
	}
	focus := s.Cursor.Focus == FocusMap
	legend := h >= 14
	var names []Line
	if legend {
		names = legendLines(s, w)
		h -= len(names)
	}
	if w < 8 || h < 3 {
		return Box(s.Th, focus, title, "", nil, a)
	}
	c, ok := draw(s, w, h)
	if !ok {
		return Box(s.Th, focus, title, "", []Line{nil, L(theme.Dim, " "+t.Empty)}, a)
	}
	body := c.lines()
	body = append(body, names...)
	foot := c.scale(s, w)
	switch {
	case c.hidden > 0:
		foot += " · " + fmt.Sprintf(t.Hidden, c.hidden)
	case c.noPlace > 0:
		foot += " · " + fmt.Sprintf(t.NoPlace, c.noPlace)
	case w >= 40:
		foot += " · " + t.Zoom
	default:
		foot += " · " + t.ZoomShort
	}
	return Box(s.Th, focus, title, foot, body, a)
}

func legendLines(s *Scene, w int) (out []Line) {
	g := s.Th.G.State
	for _, l := range Wrap(fmt.Sprintf(s.T.Map.Legend, g.Playing, g.Idle, g.Shaky, g.Lost, g.Unknown), w-2) {
		out = append(out, L(theme.Dim, " "+strings.TrimSpace(l)))
	}
	return out
}

func placed(c *station.ClusterView) bool { return c.Lat != 0 || c.Lon != 0 }

// draw projects outline and clusters; false when there is nothing to place.
func draw(s *Scene, w, h int) (*chart, bool) {
	pts := slices.Clone(s.Snap.Station.Outline)
	c := &chart{dots: NewDots(w, h)}
	for i := range s.Snap.Clusters {
		if cl := &s.Snap.Clusters[i]; placed(cl) {
			pts = append(pts, station.LatLon{Lat: cl.Lat, Lon: cl.Lon})
		} else {
			c.noPlace++
		}
	}
	if len(pts) == 0 {
		return nil, false
	}
	c.fit(pts, w, h, s.Cursor)
	out := s.Snap.Station.Outline
	for i := 1; i < len(out); i++ {
		x0, y0 := c.at(out[i-1].Lat, out[i-1].Lon)
		x1, y1 := c.at(out[i].Lat, out[i].Lon)
		c.dots.Line(x0, y0, x1, y1)
	}
	c.cell = make([][]mapCell, h)
	for y := range c.cell {
		c.cell[y] = make([]mapCell, w)
		for x := range c.cell[y] {
			c.cell[y][x] = mapCell{c.dots.Cell(x, y, s.Th.G.ASCII), theme.Line}
		}
	}
	c.clusters(s)
	return c, true
}

// fit chooses the scale in which all points are seen, then the operator's zoom
// and pan.
func (c *chart) fit(pts []station.LatLon, w, h int, cur Cursor) {
	lo, hi := pts[0], pts[0]
	for _, p := range pts {
		lo.Lat, hi.Lat = min(lo.Lat, p.Lat), max(hi.Lat, p.Lat)
		lo.Lon, hi.Lon = min(lo.Lon, p.Lon), max(hi.Lon, p.Lon)
	}
	c.lat, c.lon = (lo.Lat+hi.Lat)/2, (lo.Lon+hi.Lon)/2
	tall := (hi.Lat - lo.Lat) * kmPerDegree
	broad := (hi.Lon - lo.Lon) * kmPerDegree * math.Cos(c.lat*math.Pi/180)
	const margin = 8 // dots kept free for labels at the right edge
	c.perDot = max(broad/float64(max(2, 2*w-margin)), tall/float64(max(2, 4*h-4)), 0.001)
	if cur.Zoom > 1 {
		c.perDot /= cur.Zoom
	}
	c.lat += cur.PanY / kmPerDegree
	c.lon += cur.PanX / (kmPerDegree * math.Cos(c.lat*math.Pi/180))
}

// at gives the dot of a place; x to the right, y down.
func (c *chart) at(lat, lon float64) (x, y float64) {
	x = (lon-c.lon)*kmPerDegree*math.Cos(c.lat*math.Pi/180)/c.perDot + float64(c.dots.W) - 1
	y = (c.lat-lat)*kmPerDegree/c.perDot + float64(2*c.dots.H)
	return x, y
}

// clusters puts the glyphs, those in trouble first so that none of them is
// hidden, then the numbers where they do not collide.
func (c *chart) clusters(s *Scene) {
	type spot struct {
		cl   *station.ClusterView
		x, y int
	}
	var spots []spot
	taken := map[[2]int]bool{}
	for _, cl := range s.Ordered() {
		if !placed(cl) {
			continue
		}
		fx, fy := c.at(cl.Lat, cl.Lon)
		x, y := int(math.Floor(fx/2)), int(math.Floor(fy/4))
		if x < 0 || y < 0 || x >= c.dots.W || y >= c.dots.H {
			c.hidden++
			continue
		}
		if taken[[2]int{x, y}] {
			c.hidden++
			continue
		}
		taken[[2]int{x, y}] = true
		glyph, role := s.Glyph(s.State(cl))
		if cl.ID == s.Cursor.Cluster && s.Cursor.Focus != FocusQueue {
			role = theme.Selected
		}
		c.cell[y][x] = mapCell{glyph, role}
		spots = append(spots, spot{cl, x, y})
	}
	names := s.Cursor.Zoom >= 2 || c.dots.W >= 76
	for _, sp := range spots {
		_, role := s.Glyph(s.State(sp.cl))
		if sp.cl.ID == s.Cursor.Cluster && s.Cursor.Focus != FocusQueue {
			role = theme.Selected
		}
		num := strconv.Itoa(sp.cl.Number)
		if s.Cursor.Marks[sp.cl.ID] {
			num += s.Th.G.Mark
		}
		words := []string{num}
		if names {
			words = []string{num + " " + sp.cl.Name, num}
		}
		c.label(sp.x, sp.y, words, role, taken)
	}
}

// label writes the first of words that fits free of glyphs and other labels:
// right of the glyph, left of it, above, below.
func (c *chart) label(x, y int, words []string, r theme.Role, taken map[[2]int]bool) {
	for _, word := range words {
		rs := []rune(word)
		for _, p := range [][2]int{{x + 1, y}, {x - len(rs), y}, {x, y - 1}, {x, y + 1}} {
			if !c.free(p[0], p[1], len(rs), taken) {
				continue
			}
			for i, ch := range rs {
				taken[[2]int{p[0] + i, p[1]}] = true
				c.cell[p[1]][p[0]+i] = mapCell{string(ch), r}
			}
			return
		}
	}
}

func (c *chart) free(x, y, n int, taken map[[2]int]bool) bool {
	if y < 0 || y >= c.dots.H || x < 0 || x+n > c.dots.W {
		return false
	}
	for i := -1; i <= n; i++ { // a cell of air on both sides, but for the glyph's own
		if taken[[2]int{x + i, y}] && i >= 0 && i < n {
			return false
		}
	}
	return !taken[[2]int{x + n, y}] || n == 0
}

func (c *chart) lines() []Line {
	out := make([]Line, len(c.cell))
	for y, cells := range c.cell {
		var l Line
		for _, m := range cells {
			if n := len(l); n > 0 && l[n-1].R == m.r {
				l[n-1].S += m.s
				continue
			}
			l = append(l, Seg{m.r, m.s})
		}
		out[y] = l
	}
	return out
}

// scale draws a bar of a round length, at most a quarter of the width.
func (c *chart) scale(s *Scene, w int) string {
	km := 0.05
	for _, k := range []float64{0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100} {
		if k/(2*c.perDot) <= float64(w)/4 {
			km = k
		}
	}
	n := max(2, int(math.Round(km/(2*c.perDot))))
	words := fmt.Sprintf(s.T.Unit.Kilometre, strconv.FormatFloat(km, 'f', -1, 64))
	if km < 1 {
		words = fmt.Sprintf(s.T.Unit.Metre, strconv.Itoa(int(km*1000)))
	}
	g := s.Th.G.Scale
	return g[0] + strings.Repeat(g[1], n-2) + g[2] + " " + words
}

// Offset is how far a cluster lies from the middle of the whole map, in
// kilometres east and north; 0, 0 for one without a place.
func Offset(s *Scene, id station.ClusterID) (east, north float64) {
	v := s.Cluster(id)
	if v == nil || !placed(v) {
		return 0, 0
	}
	at := *s
	at.Cursor = Cursor{}
	c, ok := draw(&at, 40, 20)
	if !ok {
		return 0, 0
	}
	return (v.Lon - c.lon) * kmPerDegree * math.Cos(c.lat*math.Pi/180), (v.Lat - c.lat) * kmPerDegree
}
