package atlas

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"loaxa/app/station"
)

const village = `{"type":"FeatureCollection","attribution":"Ủy ban xã","features":[
{"type":"Feature","properties":{"name":"xã Đak Pơ","boundary":"administrative"},"geometry":{"type":"MultiPolygon","coordinates":[[[[108.4,13.9],[108.6,13.9],[108.6,14.0],[108.4,13.9]]]]}},
{"type":"Feature","properties":{"name":"QL19","highway":"trunk"},"geometry":{"type":"LineString","coordinates":[[108.4,13.95,600],[108.5,13.96],[108.5,13.96]]}},
{"type":"Feature","properties":{"waterway":"stream"},"geometry":{"type":"MultiLineString","coordinates":[[[108.4,13.95],[108.5,13.96]],[[108.5,13.9],[108.51,13.9]]]}},
{"type":"Feature","properties":{"place":"hamlet","name":"Làng\u0007 3"},"geometry":{"type":"Point","coordinates":[108.442,14.0598]}},
{"type":"Feature","properties":{"amenity":"school"},"geometry":{"type":"Point","coordinates":[108.442,14.0598]}},
{"type":"Feature","properties":null,"geometry":null}]}`

func TestAMapIsRead(t *testing.T) {
	m, err := Read(strings.NewReader("\ufeff" + village))
	if err != nil {
		t.Fatal(err)
	}
	var kinds []string
	for _, l := range m.Lines {
		kinds = append(kinds, fmt.Sprintf("%s %s %d", l.Kind, l.Name, len(l.Points)))
	}
	if got := strings.Join(kinds, "; "); got != "outline xã Đak Pơ 4; road QL19 2; river  2; river  2" {
		t.Errorf("lines %s", got)
	}
	if len(m.Places) != 1 || m.Places[0].Name != "Làng 3" || m.Places[0].Lat != 14.0598 || m.Source != "Ủy ban xã" {
		t.Errorf("places %+v, source %q", m.Places, m.Source)
	}
}

func TestWhatIsNoMapIsRefusedInWords(t *testing.T) {
	deep := strings.Repeat(`{"type":"GeometryCollection","geometries":[`, 50) + strings.Repeat(`]}`, 50)
	for text, want := range map[string]error{
		``:                    ErrNotMap,
		`[]`:                  ErrNotMap,
		`{"type":"Topology"}`: ErrNotMap,
		"{\"type\":\"\xff\"}": ErrNotMap,
		deep:                  ErrNotMap,
		`{"type":"Point"}`:    ErrEmpty,
		`{"type":"LineString","coordinates":[[1],[2]]}`:                        ErrNotMap,
		`{"type":"LineString","coordinates":[[585000,1545000],[585001,1]]}`:    ErrDegrees,
		`{"type":"FeatureCollection","features":[]}`:                           ErrEmpty,
		`{"type":"FeatureCollection","features":[{"type":"Nothing"}]}`:         ErrNotMap,
		`{"type":"LineString","coordinates":[` + strings.Repeat(" ", MaxBytes): ErrTooBig,
	} {
		if _, err := Read(strings.NewReader(text)); !errors.Is(err, want) {
			t.Errorf("%.60q: %v, want %v", text, err, want)
		}
	}
}

// TestALongLineKeepsItsShape: a wave of 300 000 points fits, and no kept or
// dropped point is farther from the drawn line than the tolerance needed.
func TestALongLineKeepsItsShape(t *testing.T) {
	var l station.MapLine
	for i := range 300_000 {
		x := float64(i) / 300_000
		l.Points = append(l.Points, station.LatLon{Lat: 13.9 + 0.05*math.Sin(40*x), Lon: 108.4 + 0.2*x})
	}
	got := simplify([]station.MapLine{l}, station.MaxMapPoints)
	if len(got) != 1 || count(got) > station.MaxMapPoints || count(got) < 100 {
		t.Fatalf("%d lines, %d points", len(got), count(got))
	}
	ps := got[0].Points
	if ps[0] != l.Points[0] || ps[len(ps)-1] != l.Points[len(l.Points)-1] {
		t.Error("the ends moved")
	}
	for i := 0; i < len(l.Points); i += 997 {
		near := math.Inf(1)
		for j := 1; j < len(ps); j++ {
			near = min(near, distance(l.Points[i], ps[j-1], ps[j]))
		}
		if near > 30.0/111_320 {
			t.Fatalf("point %d lies %.0f m beside the drawn line", i, near*111_320)
		}
	}
}

func TestManySmallLinesGoTheSmallestFirst(t *testing.T) {
	var lines []station.MapLine
	for i := range 20_000 {
		d := 1e-6 * float64(i+1)
		lines = append(lines, station.MapLine{Points: []station.LatLon{{Lat: 13, Lon: 108}, {Lat: 13 + d, Lon: 108}}})
	}
	got := simplify(lines, station.MaxMapPoints)
	if n := count(got); n > station.MaxMapPoints || n == 0 || got[len(got)-1].Points[1] != lines[len(lines)-1].Points[1] {
		t.Errorf("%d points left", n)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(village))
	f.Add([]byte(`{"type":"MultiPoint","coordinates":[[1,2]],"properties":{"name":"x"}}`))
	f.Add([]byte(`{"type":"GeometryCollection","geometries":[{"type":"Polygon","coordinates":[[[1,2],[3,4]]]}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := Read(strings.NewReader(string(b)))
		if err != nil {
			return
		}
		if count(m.Lines) > station.MaxMapPoints || len(m.Places) > MaxPlaces {
			t.Fatal("more than a map may have")
		}
		for _, l := range m.Lines {
			for _, p := range l.Points {
				if !(math.Abs(p.Lat) <= 90 && math.Abs(p.Lon) <= 180) {
					t.Fatalf("a point at %v", p)
				}
			}
		}
	})
}
