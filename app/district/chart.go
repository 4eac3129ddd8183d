package district

import (
	"fmt"
	"math"
)

// Size of the map in units of its drawing, and what is left free around.
const (
	chartWidth  = 720.0
	chartHeight = 480.0
	chartMargin = 48.0
	labelHigh   = 15.0
	labelLetter = 7.6 // width of a letter
	leastSpan   = 2.0 // km across: one station alone is not drawn at any scale
)

// mapPin is one station on the map.
type mapPin struct {
	ID, Name string
	Up       bool
	Alarm    bool // an emergency is on air there
	X, Y     float64
	LX, LY   float64 // of its label
	Label    bool    // there is room for it
	poles    []Pole
	lat, lon float64
}

type mapDot struct{ X, Y float64 }

// mapView is the drawing: true to scale, north above.
type mapView struct {
	W, H   float64
	Pins   []*mapPin
	Dots   []mapDot // clusters
	Bar    float64  // length of the scale's bar
	Km     string
	Absent []string // stations whose place nobody knows
}

// drawMap places the stations at the middle of their clusters.
func drawMap(list []StationStatus) *mapView {
	v := &mapView{W: chartWidth, H: chartHeight}
	for i := range list {
		s := &list[i]
		p := &mapPin{ID: s.ID, Name: s.Title(), Up: s.Connected, Alarm: s.emergency()}
		if s.Books != nil {
			p.take(s.Books.Clusters)
		}
		if len(p.poles) == 0 {
			v.Absent = append(v.Absent, p.Name)
			continue
		}
		v.Pins = append(v.Pins, p)
	}
	if len(v.Pins) > 0 {
		v.place()
	}
	return v
}

func (p *mapPin) take(poles []Pole) {
	for _, c := range poles {
		if math.Abs(c.Lat) > 89 || math.Abs(c.Lon) > 180 || c.Lat == 0 && c.Lon == 0 || math.IsNaN(c.Lat+c.Lon) {
			continue
		}
		p.poles = append(p.poles, c)
		p.lat += c.Lat
		p.lon += c.Lon
	}
	if n := float64(len(p.poles)); n > 0 {
		p.lat, p.lon = p.lat/n, p.lon/n
	}
}

// kmPerDegree of latitude, mean.
const kmPerDegree = 111.2

// place projects around the middle: a degree of longitude is as long as the
// cosine of the latitude makes it.
func (v *mapView) place() {
	south, north, west, east := 90.0, -90.0, 180.0, -180.0
	for _, p := range v.Pins {
		for _, c := range p.poles {
			south, north, west, east = min(south, c.Lat), max(north, c.Lat), min(west, c.Lon), max(east, c.Lon)
		}
	}
	lat, lon := (south+north)/2, (west+east)/2
	cos := max(0.05, math.Cos(lat*math.Pi/180))
	wide := max(leastSpan, (east-west)*kmPerDegree*cos)
	high := max(leastSpan, (north-south)*kmPerDegree)
	scale := min((chartWidth-2*chartMargin)/wide, (chartHeight-2*chartMargin)/high) // units a km
	at := func(la, lo float64) (x, y float64) {
		return round(chartWidth/2 + (lo-lon)*kmPerDegree*cos*scale), round(chartHeight/2 - (la-lat)*kmPerDegree*scale)
	}
	for _, p := range v.Pins {
		p.X, p.Y = at(p.lat, p.lon)
		for _, c := range p.poles {
			x, y := at(c.Lat, c.Lon)
			v.Dots = append(v.Dots, mapDot{x, y})
		}
	}
	v.labels()
	km := math.Pow(10, math.Floor(math.Log10(chartWidth/4/scale)))
	for _, f := range []float64{5, 2} {
		if km*f*scale <= chartWidth/4 {
			km *= f
			break
		}
	}
	v.Bar, v.Km = round(km*scale), fmt.Sprintf("%g km", km)
}

func round(x float64) float64 { return math.Round(x*10) / 10 }

type labelBox struct{ x, y, w float64 }

func (b labelBox) hits(o labelBox) bool {
	return b.x < o.x+o.w && o.x < b.x+b.w && math.Abs(b.y-o.y) < labelHigh
}

// labels sets each name beside its station where no other stands; a name
// without room is left to the list below.
func (v *mapView) labels() {
	var taken []labelBox
	for _, p := range v.Pins {
		taken = append(taken, labelBox{p.X - 9, p.Y + 4, 18})
	}
	for _, p := range v.Pins {
		w := labelLetter * float64(len([]rune(p.Name)))
		for _, at := range [][2]float64{{13, 5}, {-13 - w, 5}, {-w / 2, -14}, {-w / 2, 24}} {
			b := labelBox{p.X + at[0], p.Y + at[1], w}
			free := b.x > 2 && b.x+w < chartWidth-2 && b.y > labelHigh && b.y < chartHeight-4
			for _, o := range taken {
				free = free && !b.hits(o)
			}
			if free {
				p.LX, p.LY, p.Label = round(b.x), round(b.y), true
				taken = append(taken, b)
				break
			}
		}
	}
}
