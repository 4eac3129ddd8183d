// Package atlas makes a station's map of a GeoJSON file (RFC 7946): the
// commune's border, roads, rivers and hamlets. A file comes from outside: its
// size, depth, points and names are bounded, and what has more points than a
// map may have is simplified. The package owns no state.
//
// What a feature is, is read from its properties, the first that is there:
//
//	kind       outline, road, river, place
//	waterway   any value but "no": river
//	highway    any value but "no": road
//	boundary   any value but "no": outline
//	place      any value but "no": a place
//
// Without one of them a polygon is an outline, a line a road, a point with a
// name a place. The name is name:vi or name. The file's own source, attribution
// or name, in this order, says where it comes from.
package atlas

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"loaxa/app/station"
)

// Bounds of a file.
const (
	MaxBytes  = 32 << 20
	MaxPoints = 1_000_000
	MaxPlaces = 2000
	maxNested = 4 // geometry collections inside each other
)

// What can be wrong with a file. Read's errors wrap one of these.
var (
	ErrTooBig  = errors.New("the file has more than 32 MB or a million points")
	ErrNotMap  = errors.New("this is not a GeoJSON file")
	ErrDegrees = errors.New("its coordinates are not longitude and latitude in degrees: export it again as WGS 84 (EPSG:4326)")
	ErrEmpty   = errors.New("it has no border, road, river or named place")
)

type object struct {
	Type        string                     `json:"type"`
	Features    []json.RawMessage          `json:"features"`
	Geometry    json.RawMessage            `json:"geometry"`
	Geometries  []json.RawMessage          `json:"geometries"`
	Coordinates json.RawMessage            `json:"coordinates"`
	Properties  map[string]json.RawMessage `json:"properties"`
	Source      any                        `json:"source"`
	Attribution any                        `json:"attribution"`
	Name        any                        `json:"name"`
}

// reading is one file at work.
type reading struct {
	out    station.Map
	points int
}

// Read makes a map of a file.
func Read(r io.Reader) (station.Map, error) {
	b, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err != nil {
		return station.Map{}, err
	}
	if len(b) > MaxBytes {
		return station.Map{}, ErrTooBig
	}
	b = bytes.TrimPrefix(b, []byte("\ufeff"))
	if !utf8.Valid(b) {
		return station.Map{}, fmt.Errorf("%w: it is not UTF-8", ErrNotMap)
	}
	var top object
	if err := json.Unmarshal(b, &top); err != nil {
		return station.Map{}, fmt.Errorf("%w: %w", ErrNotMap, err)
	}
	w := &reading{}
	for _, s := range []any{top.Source, top.Attribution, top.Name} {
		if s, ok := s.(string); ok && w.out.Source == "" {
			w.out.Source = clean(s)
		}
	}
	if err := w.top(top); err != nil {
		return station.Map{}, err
	}
	if len(w.out.Lines) == 0 && len(w.out.Places) == 0 {
		return station.Map{}, ErrEmpty
	}
	w.out.Lines = simplify(w.out.Lines, station.MaxMapPoints)
	return w.out, nil
}

func (w *reading) top(o object) error {
	switch o.Type {
	case "FeatureCollection":
		for i, raw := range o.Features {
			var f object
			if err := json.Unmarshal(raw, &f); err != nil {
				return fmt.Errorf("%w: feature %d: %w", ErrNotMap, i+1, err)
			}
			if err := w.feature(f); err != nil {
				return fmt.Errorf("feature %d: %w", i+1, err)
			}
		}
		return nil
	case "Feature":
		return w.feature(o)
	case "Polygon", "MultiPolygon", "LineString", "MultiLineString", "Point", "MultiPoint", "GeometryCollection":
		return w.geometry(o, what{}, 0)
	}
	return fmt.Errorf("%w: type %.40q", ErrNotMap, o.Type)
}

// what a feature is, and its name.
type what struct{ kind, name string }

const placeKind = "place"

func (w *reading) feature(f object) error {
	if f.Type != "Feature" {
		return fmt.Errorf("%w: type %.40q", ErrNotMap, f.Type)
	}
	if len(f.Geometry) == 0 || string(f.Geometry) == "null" {
		return nil
	}
	var g object
	if err := json.Unmarshal(f.Geometry, &g); err != nil {
		return fmt.Errorf("%w: %w", ErrNotMap, err)
	}
	return w.geometry(g, whatOf(f.Properties), 0)
}

func whatOf(p map[string]json.RawMessage) what {
	get := func(key string) string {
		var s string
		_ = json.Unmarshal(p[key], &s) // a number or null is no word
		return s
	}
	k := what{name: clean(get("name:vi"))}
	if k.name == "" {
		k.name = clean(get("name"))
	}
	switch kind := get("kind"); kind {
	case string(station.MapOutline), string(station.MapRoad), string(station.MapRiver), placeKind:
		k.kind = kind
		return k
	}
	for _, t := range []struct{ key, kind string }{{"waterway", string(station.MapRiver)}, {"highway", string(station.MapRoad)},
		{"boundary", string(station.MapOutline)}, {placeKind, placeKind}} {
		if v := get(t.key); v != "" && v != "no" {
			k.kind = t.kind
			return k
		}
	}
	return k
}

func (w *reading) geometry(g object, k what, depth int) error {
	switch g.Type {
	case "Point", "MultiPoint":
		return w.places(g, k)
	case "LineString":
		return w.lines(g.Coordinates, 0, k, station.MapRoad)
	case "MultiLineString":
		return w.lines(g.Coordinates, 1, k, station.MapRoad)
	case "Polygon":
		return w.lines(g.Coordinates, 1, k, station.MapOutline)
	case "MultiPolygon":
		return w.lines(g.Coordinates, 2, k, station.MapOutline)
	case "GeometryCollection":
		if depth == maxNested {
			return fmt.Errorf("%w: geometries lie too deep in each other", ErrNotMap)
		}
		for _, raw := range g.Geometries {
			var in object
			if err := json.Unmarshal(raw, &in); err != nil {
				return fmt.Errorf("%w: %w", ErrNotMap, err)
			}
			if err := w.geometry(in, k, depth+1); err != nil {
				return err
			}
		}
		return nil
	}
	return fmt.Errorf("%w: geometry %.40q", ErrNotMap, g.Type)
}

// position is longitude, latitude and perhaps a height.
type position []float64

func (w *reading) point(p position) (station.LatLon, error) {
	if w.points++; w.points > MaxPoints {
		return station.LatLon{}, ErrTooBig
	}
	if len(p) < 2 {
		return station.LatLon{}, fmt.Errorf("%w: a position of %d numbers", ErrNotMap, len(p))
	}
	if math.Abs(p[0]) > 180 || math.Abs(p[1]) > 90 {
		return station.LatLon{}, ErrDegrees
	}
	return station.LatLon{Lat: p[1], Lon: p[0]}, nil
}

func (w *reading) places(g object, k what) error {
	if k.name == "" || k.kind != "" && k.kind != placeKind || len(w.out.Places) >= MaxPlaces {
		return nil
	}
	var p position
	if g.Type == "MultiPoint" {
		var all []position
		if err := json.Unmarshal(g.Coordinates, &all); err != nil {
			return fmt.Errorf("%w: %w", ErrNotMap, err)
		}
		if len(all) == 0 {
			return nil
		}
		p = all[0]
	} else if err := json.Unmarshal(g.Coordinates, &p); err != nil {
		return fmt.Errorf("%w: %w", ErrNotMap, err)
	}
	at, err := w.point(p)
	if err == nil {
		w.out.Places = append(w.out.Places, station.MapPlace{Name: k.name, LatLon: at})
	}
	return err
}

// lines reads lists of positions that lie in so many lists.
func (w *reading) lines(raw json.RawMessage, nested int, k what, otherwise station.MapKind) error {
	if k.kind == placeKind {
		return nil // a village's area is no line of ours
	}
	if nested > 0 {
		var parts []json.RawMessage
		if err := json.Unmarshal(raw, &parts); err != nil {
			return fmt.Errorf("%w: %w", ErrNotMap, err)
		}
		for _, p := range parts {
			if err := w.lines(p, nested-1, k, otherwise); err != nil {
				return err
			}
		}
		return nil
	}
	var all []position
	if err := json.Unmarshal(raw, &all); err != nil {
		return fmt.Errorf("%w: %w", ErrNotMap, err)
	}
	l := station.MapLine{Kind: station.MapKind(k.kind), Name: k.name}
	if l.Kind == "" {
		l.Kind = otherwise
	}
	for _, p := range all {
		at, err := w.point(p)
		if err != nil {
			return err
		}
		if n := len(l.Points); n == 0 || l.Points[n-1] != at {
			l.Points = append(l.Points, at)
		}
	}
	if len(l.Points) >= 2 {
		w.out.Lines = append(w.out.Lines, l)
	}
	return nil
}

// clean makes a name fit to be shown: composed, no control characters and no
// marks that turn the direction of writing, at most MaxName characters.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == utf8.RuneError {
			return -1
		}
		return r
	}, norm.NFC.String(s))
	if r := []rune(s); len(r) > station.MaxName {
		s = string(r[:station.MaxName])
	}
	return strings.TrimSpace(s)
}
