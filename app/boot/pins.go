package boot

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"

	"loaxa/app/station"
	"loaxa/app/trust"
)

// Pins are the keys that a station or district knows, and what it calls them.
type Pins struct {
	Stations []Peer            `json:"stations,omitempty"`
	Clusters []station.Cluster `json:"clusters,omitempty"`
	Boards   []station.Board   `json:"boards,omitempty"`
}

// Peer is a key with a name.
type Peer struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// maxPins bounds a pin file, in bytes.
const maxPins = 4 << 20

// LoadPins reads a pin file; an empty path means no pins.
func LoadPins(path string) (Pins, error) {
	var p Pins
	if path == "" {
		return p, nil
	}
	st, err := os.Stat(path)
	if err != nil {
		return p, fmt.Errorf("pin file: %w", err)
	}
	if st.Size() > maxPins {
		return p, fmt.Errorf("pin file %s has %d bytes, limit %d", path, st.Size(), maxPins)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return p, fmt.Errorf("pin file: %w", err)
	}
	return ParsePins(b)
}

// ParsePins reads the JSON of a pin file and checks every line of it.
func ParsePins(b []byte) (Pins, error) {
	var p Pins
	if err := json.Unmarshal(b, &p); err != nil {
		return p, fmt.Errorf("pin file: %w", err)
	}
	if len(p.Clusters) > station.MaxClusters || len(p.Boards) > 200 || len(p.Stations) > 10000 {
		return p, fmt.Errorf("pin file: too many lines (clusters %d, boards %d, stations %d)",
			len(p.Clusters), len(p.Boards), len(p.Stations))
	}
	var ids []string
	numbers := map[int]bool{}
	for _, s := range p.Stations {
		ids = append(ids, s.ID)
	}
	for _, c := range p.Clusters {
		ids = append(ids, string(c.ID))
		if c.Number < 1 || c.Number > 9999 || numbers[c.Number] {
			return p, fmt.Errorf("pin file: cluster number %d of %q is used twice or outside 1 to 9999", c.Number, c.Name)
		}
		numbers[c.Number] = true
	}
	for _, bd := range p.Boards {
		ids = append(ids, string(bd.ID))
		if bd.Width < 1 || bd.Height < 1 || bd.Width > station.MaxBoardWidth || bd.Height > station.MaxBoardHeight {
			return p, fmt.Errorf("pin file: board %q has %d×%d pixels", bd.Name, bd.Width, bd.Height)
		}
	}
	for i, id := range ids {
		if err := trust.CheckFingerprint(id); err != nil {
			return p, fmt.Errorf("pin file: %w", err)
		}
		if slices.Contains(ids[:i], id) {
			return p, fmt.Errorf("pin file: key %s stands there twice", id)
		}
	}
	return p, nil
}
