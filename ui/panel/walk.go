package panel

import (
	"math"

	"loaxa/app/station"
)

// Nearest is the cluster that lies next to another one in a direction, x to
// the east and y to the north, each −1, 0 or 1; "" for none. Something a
// little aside but near goes before something far straight ahead.
func Nearest(s *Scene, from station.ClusterID, x, y int) station.ClusterID {
	v := s.Cluster(from)
	if v == nil || !placed(v) {
		for _, c := range s.Ordered() {
			if placed(c) {
				return c.ID
			}
		}
		return ""
	}
	best, found := math.Inf(1), station.ClusterID("")
	k := math.Cos(v.Lat * math.Pi / 180)
	for _, c := range s.Ordered() {
		if !placed(c) || c.ID == from {
			continue
		}
		east, north := (c.Lon-v.Lon)*k, c.Lat-v.Lat
		ahead := east*float64(x) + north*float64(y)
		aside := math.Abs(east*float64(y)) + math.Abs(north*float64(x))
		if ahead <= 0 || aside > 2*ahead {
			continue
		}
		if far := ahead + 2*aside; far < best {
			best, found = far, c.ID
		}
	}
	return found
}

// InBox gives the clusters between two corners of the land.
func InBox(s *Scene, a, b station.LatLon) (ids []station.ClusterID) {
	for i := range s.Snap.Clusters {
		c := &s.Snap.Clusters[i]
		if placed(c) && between(c.Lat, a.Lat, b.Lat) && between(c.Lon, a.Lon, b.Lon) {
			ids = append(ids, c.ID)
		}
	}
	return ids
}

func between(v, a, b float64) bool { return v >= min(a, b) && v <= max(a, b) }

// chartOf draws the map of a panel again, to know what lies where.
func chartOf(s *Scene, a Area) (*chart, bool) {
	h := a.H - 2
	if h >= 14 {
		h -= len(legendLines(s, a.W-2))
	}
	if a.W-2 < 8 || h < 3 {
		return nil, false
	}
	return draw(s, a.W-2, h)
}

// OnMap is the cluster whose glyph or label stands at a cell of the map's
// panel, its frame included, or one cell beside it; "" for none.
func OnMap(s *Scene, a Area, x, y int) station.ClusterID {
	c, ok := chartOf(s, a)
	if !ok {
		return ""
	}
	x, y = x-1, y-1
	best, found := 2, station.ClusterID("")
	for i := range c.spots {
		sp := &c.spots[i]
		if y == sp.ly && x >= sp.lx && x < sp.lx+sp.n {
			return sp.cl.ID
		}
		if d := max(intAbs(sp.x-x), intAbs(sp.y-y)); d < best {
			best, found = d, sp.cl.ID
		}
	}
	return found
}

func intAbs(n int) int { return max(n, -n) }

// Land is the place at a cell of the map's panel.
func Land(s *Scene, a Area, x, y int) (station.LatLon, bool) {
	c, ok := chartOf(s, a)
	if !ok {
		return station.LatLon{}, false
	}
	dx, dy := float64(2*(x-1)+1)-float64(c.dots.W)+1, float64(4*(y-1)+2)-float64(2*c.dots.H)
	return station.LatLon{Lat: c.lat - dy*c.perDot/kmPerDegree,
		Lon: c.lon + dx*c.perDot/(kmPerDegree*math.Cos(c.lat*math.Pi/180))}, true
}

// Seen tells whether a cluster is inside the part of the land that a panel
// shows.
func Seen(s *Scene, a Area, id station.ClusterID) bool {
	v := s.Cluster(id)
	c, ok := chartOf(s, a)
	if !ok || v == nil || !placed(v) {
		return true
	}
	x, y := c.at(v.Lat, v.Lon)
	return x >= 2 && y >= 4 && x < float64(2*c.dots.W-2) && y < float64(4*c.dots.H-4)
}
