package boot

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"

	"loaxa/app/atlas"
	"loaxa/app/station"
)

// mapFile holds the imported map inside the data folder, with its hash.
const mapFile = "map.json"

// maxMapFile bounds it, in bytes: MaxMapPoints need a tenth.
const maxMapFile = 8 << 20

type mapForm struct {
	Sum string          `json:"sum"` // SHA-256 of Map, hex
	Map json.RawMessage `json:"map"`
}

// chart is the station's map: the imported one, else what the station file and
// the demonstration have. Safe for concurrent use.
type chart struct {
	dir string
	log *slog.Logger

	mu  sync.Mutex // guards m and rev
	m   station.Map
	rev string
}

// openChart reads the map; one that is damaged is said and passed over.
func openChart(dir string, conf Config, lg *slog.Logger) *chart {
	c := &chart{dir: dir, log: lg}
	m, err := readMap(filepath.Join(dir, mapFile))
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			lg.Warn("map not read, import it again", "why", err)
		}
		m = mapOf(conf)
	}
	c.set(m)
	return c
}

// mapOf is the map of a station that imported none.
func mapOf(conf Config) station.Map {
	var m station.Map
	if conf.Demo {
		m = demoMap()
	}
	if len(conf.Map.Outline) > 0 {
		line := station.MapLine{Kind: station.MapOutline, Name: conf.Name}
		for _, p := range conf.Map.Outline {
			line.Points = append(line.Points, station.LatLon{Lat: p[0], Lon: p[1]})
		}
		line.Points = append(line.Points, line.Points[0])
		m.Lines = append(m.Lines, line)
	}
	return m
}

func (c *chart) set(m station.Map) {
	b, err := json.Marshal(m)
	if err != nil { // only a number that is none; atlas lets none in
		return
	}
	h := sha256.Sum256(b)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.m, c.rev = m, hex.EncodeToString(h[:8])
}

// get is the map; its slices are never changed.
func (c *chart) get() station.Map {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.m
}

// version changes when the map does.
func (c *chart) version() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.rev
}

// load makes a GeoJSON file the map, on disk first.
func (c *chart) load(path, actor string) (station.Map, error) {
	st, err := os.Stat(path)
	if err != nil {
		return station.Map{}, fmt.Errorf("map: %w", err)
	}
	if !st.Mode().IsRegular() {
		return station.Map{}, fmt.Errorf("map: %s is not a file", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return station.Map{}, fmt.Errorf("map: %w", err)
	}
	defer func() { _ = f.Close() }() // read only
	m, err := atlas.Read(f)
	if err != nil {
		return station.Map{}, fmt.Errorf("map %s: %w", filepath.Base(path), err)
	}
	if m.Source == "" {
		m.Source = filepath.Base(path)
	}
	if err := writeMap(filepath.Join(c.dir, mapFile), m); err != nil {
		return station.Map{}, fmt.Errorf("map: %w", err)
	}
	c.set(m)
	c.log.Info("map imported", "by", actor, "lines", len(m.Lines), "places", len(m.Places))
	return m, nil
}

func writeMap(path string, m station.Map) error {
	body, err := json.Marshal(m)
	if err != nil {
		return err
	}
	h := sha256.Sum256(body)
	b, err := json.Marshal(mapForm{hex.EncodeToString(h[:]), body})
	if err != nil {
		return err
	}
	return writeFile(path, b, 0o640)
}

func readMap(path string) (m station.Map, err error) {
	f, err := os.Open(path)
	if err != nil {
		return m, err
	}
	defer func() { _ = f.Close() }() // read only
	b, err := io.ReadAll(io.LimitReader(f, maxMapFile))
	if err != nil {
		return m, err
	}
	var form mapForm
	if err := json.Unmarshal(b, &form); err != nil {
		return m, err
	}
	if h := sha256.Sum256(form.Map); hex.EncodeToString(h[:]) != form.Sum {
		return m, errors.New("it does not match its hash")
	}
	return m, json.Unmarshal(form.Map, &m)
}
