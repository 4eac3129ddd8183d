package station

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// CAPEarshot is how far a cluster is taken to be heard, in kilometres: a nominal
// figure for horns on a pole over houses, not a measurement.
const CAPEarshot = 0.3

// Bounds of the shapes of a message.
const (
	maxCAPPoints  = 10_000 // of the polygons of one message that is read, together
	mostCAPPoints = 400    // … that is written
	maxCAPShapes  = 200    // in one message that is read
)

// CAPAreas are the places of a message for other people's maps. Each place with
// a position is a circle of CAPEarshot about its cluster. No names mean the
// whole commune: its outline where closed is one, else a circle about every
// cluster, and its code.
func CAPAreas(names []string, whole, commune string, roster []Cluster, m Map) (out []CAPArea) {
	if len(names) == 0 {
		a := CAPArea{Desc: whole, Polygon: outlines(m)}
		for i := 0; len(a.Polygon) == 0 && i < len(roster) && len(a.Circle) < MaxAlertPlaces; i++ {
			if placed(roster[i]) {
				a.Circle = append(a.Circle, circle(roster[i]))
			}
		}
		if commune != "" {
			a.Geocode = []CAPValue{{capCommune, commune}}
		}
		return []CAPArea{a}
	}
	found := false
	for _, name := range names {
		a := CAPArea{Desc: name}
		if i := slices.IndexFunc(roster, func(c Cluster) bool { return c.Name == name }); i >= 0 && placed(roster[i]) {
			a.Circle, found = []string{circle(roster[i])}, true
		}
		out = append(out, a)
	}
	if !found && commune != "" { // a code beside a circle would mean the whole commune
		out[0].Geocode = []CAPValue{{capCommune, commune}}
	}
	return out
}

func placed(c Cluster) bool { return c.Lat != 0 || c.Lon != 0 }

func circle(c Cluster) string {
	return fmt.Sprintf("%s %s", point(LatLon{c.Lat, c.Lon}), strconv.FormatFloat(CAPEarshot, 'f', -1, 64))
}

// point writes a place to about a metre.
func point(p LatLon) string {
	return strconv.FormatFloat(p.Lat, 'f', 5, 64) + "," + strconv.FormatFloat(p.Lon, 'f', 5, 64)
}

// outlines are the closed borders of a map, thinned out.
func outlines(m Map) (out []string) {
	for _, l := range m.Lines {
		n := len(l.Points)
		if l.Kind != MapOutline || n < 4 || l.Points[0] != l.Points[n-1] {
			continue
		}
		var ps []string
		step := (n + mostCAPPoints - 1) / mostCAPPoints
		for i := 0; i < n-1; i += step {
			ps = append(ps, point(l.Points[i]))
		}
		out = append(out, strings.Join(append(ps, ps[0]), " "))
	}
	return out
}

// shape is a place of a message: a ring of points, or one with a radius.
type shape struct {
	ring   []LatLon
	radius float64 // kilometres
}

// shapes reads what of the message's places can be read.
func (i *CAPInfo) shapes() (out []shape) {
	left := maxCAPPoints
	for _, a := range i.Area {
		for _, s := range a.Polygon {
			var ring []LatLon
			for f := range strings.FieldsSeq(s) {
				p, ok := readPoint(f)
				if left--; !ok || left < 0 {
					ring = nil
					break
				}
				ring = append(ring, p)
			}
			if len(ring) >= 4 && len(out) < maxCAPShapes {
				out = append(out, shape{ring: ring})
			}
		}
		for _, s := range a.Circle {
			f := strings.Fields(s)
			if len(f) != 2 || len(out) == maxCAPShapes {
				continue
			}
			p, ok := readPoint(f[0])
			r, err := strconv.ParseFloat(f[1], 64)
			if ok && err == nil && r >= 0 && r <= 20_100 { // half around the earth
				out = append(out, shape{[]LatLon{p}, r})
			}
		}
	}
	return out
}

func readPoint(s string) (LatLon, bool) {
	a, b, ok := strings.Cut(s, ",")
	lat, err1 := strconv.ParseFloat(a, 64)
	lon, err2 := strconv.ParseFloat(b, 64)
	return LatLon{lat, lon}, ok && err1 == nil && err2 == nil && math.Abs(lat) <= 90 && math.Abs(lon) <= 180
}

// Within are the clusters that are heard in the places of the message: those in
// a shape of it or within CAPEarshot of one, and those that it names. shaped:
// it has shapes; then a cluster without a position is not among them.
func (i *CAPInfo) Within(roster []Cluster) (ids []ClusterID, shaped bool) {
	all := i.shapes()
	for _, c := range roster {
		at := LatLon{c.Lat, c.Lon}
		if i.names(c) || placed(c) && slices.ContainsFunc(all, func(s shape) bool { return s.near(at) }) {
			ids = append(ids, c.ID)
		}
	}
	return ids, len(all) > 0
}

// names tells whether an area of the message is called like the cluster.
func (i *CAPInfo) names(c Cluster) bool {
	return slices.ContainsFunc(i.Area, func(a CAPArea) bool {
		for d := range strings.SplitSeq(a.Desc, ",") {
			if strings.EqualFold(clean(d), c.Name) {
				return c.Name != ""
			}
		}
		return false
	})
}

// kmDegree is a degree of latitude.
const kmDegree = 111.2

// near tells whether what sounds at p is heard in the shape. The earth is taken
// as flat about p: the shapes that matter are near.
func (s shape) near(p LatLon) bool {
	east := kmDegree * math.Cos(p.Lat*math.Pi/180)
	flat := func(q LatLon) (x, y float64) { return (q.Lon - p.Lon) * east, (q.Lat - p.Lat) * kmDegree }
	if len(s.ring) == 1 {
		x, y := flat(s.ring[0])
		return math.Hypot(x, y) <= s.radius+CAPEarshot
	}
	in := false
	for i := range s.ring {
		x1, y1 := flat(s.ring[i])
		x2, y2 := flat(s.ring[(i+1)%len(s.ring)])
		if (y1 > 0) != (y2 > 0) && x1+(x2-x1)*(-y1)/(y2-y1) > 0 {
			in = !in
		}
		if apart(x1, y1, x2, y2) <= CAPEarshot {
			return true
		}
	}
	return in
}

// apart is how far a line between two points is from the origin.
func apart(x1, y1, x2, y2 float64) float64 {
	dx, dy := x2-x1, y2-y1
	t := 0.0
	if d := dx*dx + dy*dy; d > 0 {
		t = max(0, min(1, -(x1*dx+y1*dy)/d))
	}
	return math.Hypot(x1+t*dx, y1+t*dy)
}
