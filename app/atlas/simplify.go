package atlas

import (
	"math"

	"loaxa/app/station"
)

// pieceLen bounds what is simplified at once, in points: the rule's worst case
// grows with the square.
const pieceLen = 512

// simplify takes points out until at most most are left, by Douglas and
// Peucker's rule with a tolerance that doubles from one metre. Lines that are
// smaller than the tolerance go.
func simplify(lines []station.MapLine, most int) []station.MapLine {
	const metre = 1.0 / 111_320 // degrees of latitude
	for eps := metre; count(lines) > most; eps *= 2 {
		var keep []station.MapLine
		for _, l := range lines {
			if extent(l.Points) < eps {
				continue
			}
			l.Points = thin(l.Points, eps)
			keep = append(keep, l)
		}
		lines = keep
	}
	return lines
}

func count(lines []station.MapLine) (n int) {
	for _, l := range lines {
		n += len(l.Points)
	}
	return n
}

// extent is the diagonal of the box around a line, in degrees of latitude.
func extent(ps []station.LatLon) float64 {
	low, high := ps[0], ps[0]
	for _, p := range ps {
		low.Lat, high.Lat = min(low.Lat, p.Lat), max(high.Lat, p.Lat)
		low.Lon, high.Lon = min(low.Lon, p.Lon), max(high.Lon, p.Lon)
	}
	return math.Hypot(high.Lat-low.Lat, (high.Lon-low.Lon)*math.Cos(low.Lat*math.Pi/180))
}

// thin keeps the points that lie farther than eps from the line without them.
func thin(ps []station.LatLon, eps float64) []station.LatLon {
	out := []station.LatLon{ps[0]}
	for from := 0; from < len(ps)-1; from += pieceLen {
		out = rule(out, ps[from:min(from+pieceLen, len(ps)-1)+1], eps)
	}
	return out
}

// rule appends what it keeps of ps behind the first, which is in out.
func rule(out, ps []station.LatLon, eps float64) []station.LatLon {
	if len(ps) < 2 {
		return out
	}
	far, at := 0.0, 0
	for i := 1; i < len(ps)-1; i++ {
		if d := distance(ps[i], ps[0], ps[len(ps)-1]); d > far {
			far, at = d, i
		}
	}
	if far <= eps {
		return append(out, ps[len(ps)-1])
	}
	return rule(rule(out, ps[:at+1], eps), ps[at:], eps)
}

// distance of p from the segment a–b, in degrees of latitude.
func distance(p, a, b station.LatLon) float64 {
	flat := math.Cos(a.Lat * math.Pi / 180)
	px, py := (p.Lon-a.Lon)*flat, p.Lat-a.Lat
	bx, by := (b.Lon-a.Lon)*flat, b.Lat-a.Lat
	t := 0.0
	if l := bx*bx + by*by; l > 0 {
		t = min(max((px*bx+py*by)/l, 0), 1)
	}
	return math.Hypot(px-t*bx, py-t*by)
}
