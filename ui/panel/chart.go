package panel

import (
	"fmt"
	"math"
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
	taken    [][]bool // by glyphs, labels and the overview
	spots    []spot
	hidden   int // clusters under another one or out of sight
	noPlace  int
	bare     int // clusters whose number found no room
}

type mapCell struct {
	s string
	r theme.Role
}

// Map is the commune with its clusters, true to scale.
func Map(s *Scene, a Area) []string {
	t := s.T.Map
	w, h := a.W-2, a.H-2
	title := mapTitle(s, a.W-4)
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
	case c.bare > 0:
		foot += " · " + fmt.Sprintf(t.Bare, c.bare)
	case w >= 40:
		foot += " · " + t.Zoom
	default:
		foot += " · " + t.ZoomShort
	}
	return Box(s.Th, focus, title, foot, body, a)
}

// mapTitle keeps the mark DEMO and the source whatever the room.
func mapTitle(s *Scene, w int) string {
	t := s.T.Map
	title, mark := "F2 "+fmt.Sprintf(t.Title, s.Snap.Station.Name), ""
	if s.Demo {
		mark = t.Demo
	}
	if src := s.ground().Source; src != "" && src != mark {
		title += " · " + fmt.Sprintf(t.Source, src)
	}
	if mark == "" {
		return title
	}
	if ansi.StringWidth(title+" · "+mark) > w {
		return mark + " · F2 " + s.Snap.Station.Name
	}
	return title + " · " + mark
}

func legendLines(s *Scene, w int) (out []Line) {
	g := s.Th.G.State
	for _, l := range Wrap(fmt.Sprintf(s.T.Map.Legend, g.Playing, g.Idle, g.Shaky, g.Lost, g.Unknown), w-2) {
		out = append(out, L(theme.Dim, " "+strings.TrimSpace(l)))
	}
	return out
}

func placed(c *station.ClusterView) bool { return c.Lat != 0 || c.Lon != 0 }

// points are all places that the whole map must show.
func points(s *Scene) (pts []station.LatLon, noPlace int) {
	for _, l := range s.ground().Lines {
		if l.Kind == station.MapOutline {
			pts = append(pts, l.Points...)
		}
	}
	for i := range s.Snap.Clusters {
		if cl := &s.Snap.Clusters[i]; placed(cl) {
			pts = append(pts, station.LatLon{Lat: cl.Lat, Lon: cl.Lon})
		} else {
			noPlace++
		}
	}
	return pts, noPlace
}

// draw projects ground and clusters; false when there is nothing to place.
func draw(s *Scene, w, h int) (*chart, bool) {
	pts, none := points(s)
	if len(pts) == 0 || w < 1 || h < 1 {
		return nil, false
	}
	c := &chart{dots: NewDots(w, h), noPlace: none}
	c.fit(pts, w, h, s.Cursor)
	c.ground(s)
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
	pts, _ := points(s)
	c := &chart{dots: NewDots(40, 20)}
	c.fit(pts, 40, 20, Cursor{})
	return (v.Lon - c.lon) * kmPerDegree * math.Cos(c.lat*math.Pi/180), (v.Lat - c.lat) * kmPerDegree
}
