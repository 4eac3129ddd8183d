package boot

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2"

	"loaxa/app/station"
	"loaxa/app/trust"
	"loaxa/app/words"
)

// StationFile is the name of the station file inside the data folder.
const StationFile = "station.toml"

// maxSounds bounds the library's share of the disk, in GB.
const maxSounds = 100_000

// maxDaily bounds the day's share of sounds from above, in MB.
const maxDaily = 1_000_000

// maxStationFile bounds the station file, in bytes.
const maxStationFile = 256 << 10

// Config is the station file: only what is needed to start. Everything an
// operator may change later is a journal record.
type Config struct {
	Name     string     `toml:"name" comment:"the commune's name, as on the screen"`
	Language words.Lang `toml:"language" comment:"vi or en: what the station says and writes"`
	Listen   string     `toml:"listen" comment:"address for loudspeaker clusters and boards (TLS, known keys only)"`
	Page     string     `toml:"page" comment:"address for people's pages; keep it on 127.0.0.1"`
	Mic      string     `toml:"mic" comment:"auto, fifo:PATH, file:PATH or none"`
	Bitrate  int        `toml:"bitrate" comment:"of speech and music to the clusters, bit/s, 16000 to 64000"`
	Cross    float64    `toml:"crossfade" comment:"seconds by which two pieces of music overlap, 0.3 to 1; 0: not at all. Speech never does"`
	Demo     bool       `toml:"demo" comment:"a demonstration: everything is marked DEMO"`
	Upstream Upstream   `toml:"upstream" comment:"the district or province that mirrors this station"`
	Source   Source     `toml:"source" comment:"a second road for orders and directives of the tiers above"`
	Speech   Speech     `toml:"speech" comment:"what reads texts out"`
	Keep     Keep       `toml:"keep" comment:"where second copies of the journal go; empty: beside it"`
	Map      Map        `toml:"map" comment:"the commune's border for the map"`
	Outputs
}

// Upstream is where the mirror goes.
type Upstream struct {
	Label   string `toml:"label"`
	Address string `toml:"address" comment:"host:port, empty for none"`
	Peer    string `toml:"peer" comment:"fingerprint of the upstream's key"`
	Proxy   string `toml:"proxy" comment:"http://HOST:PORT on the way there; none: directly; empty: as the environment says"`

	Next  string   `toml:"next" comment:"fingerprint of the upstream's next key, before it changes over; empty: none"`
	Root  string   `toml:"root" comment:"fingerprint of the key that signs whose orders are taken; empty: no orders"`
	Areas []string `toml:"areas" comment:"areas of orders that this station lies in"`
	Daily int      `toml:"daily" comment:"MB of sounds a day that may come from above; 0: no bound"`

	Recordings int `toml:"recordings" comment:"MB a day of recordings of broadcasts that those above may fetch; 0: none go up"`
}

// Keep is where second copies of the journal go. Another disk or an SD card
// survives what the first disk does not.
type Keep struct {
	Side    string `toml:"side" comment:"folder of the side log, on another disk if there is one"`
	Copies  string `toml:"copies" comment:"folder of the hourly and daily copies"`
	Sounds  int    `toml:"sounds" comment:"GB of the disk that the library may use; 0: all there is"`
	Decoded int    `toml:"decoded" comment:"GB of the disk for decoded copies of what is aired soon, never more than a quarter of what is free; 0: none"`
}

// Map is the commune's border.
type Map struct {
	Outline [][2]float64 `toml:"outline" comment:"latitude, longitude of the border's corners"`
}

// DefaultConfig is what the first start of a station writes.
func DefaultConfig() Config {
	return Config{Name: "Đài truyền thanh xã", Language: words.Vietnamese, Listen: "127.0.0.1:7420", Page: "127.0.0.1:7421",
		Mic: "auto", Bitrate: 32000, Cross: 0.5, Upstream: Upstream{Label: "Huyện", Daily: 300}, Keep: Keep{Decoded: 2}}
}

// LoadConfig reads the station file in dir; the first run writes it.
func LoadConfig(dir string) (Config, error) {
	path := filepath.Join(dir, StationFile)
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		c := DefaultConfig()
		return c, WriteConfig(dir, c)
	}
	if err != nil {
		return Config{}, fmt.Errorf("station file: %w", err)
	}
	c, err := ParseConfig(b)
	if err != nil {
		return Config{}, fmt.Errorf("%s: %w", path, err)
	}
	return c, nil
}

// ParseConfig reads a station file strictly: an unknown key is an error that
// names its line.
func ParseConfig(b []byte) (Config, error) {
	c := DefaultConfig()
	if len(b) > maxStationFile {
		return c, fmt.Errorf("station file has %d bytes, limit %d", len(b), maxStationFile)
	}
	if !utf8.Valid(b) {
		return c, errors.New("station file is not UTF-8")
	}
	err := toml.NewDecoder(bytes.NewReader(b)).DisallowUnknownFields().Decode(&c)
	var strict *toml.StrictMissingError
	var bad *toml.DecodeError
	switch {
	case errors.As(err, &strict) && len(strict.Errors) > 0:
		e := strict.Errors[0]
		row, _ := e.Position()
		return c, fmt.Errorf("line %d: unknown key %q: take it out or correct it", row, e.Key())
	case errors.As(err, &bad):
		row, _ := bad.Position()
		return c, fmt.Errorf("line %d: %w", row, err)
	case err != nil:
		return c, err
	}
	return c, c.validate()
}

func (c Config) validate() error {
	switch {
	case c.Name == "" || utf8.RuneCountInString(c.Name) > station.MaxTitle:
		return fmt.Errorf("name: 1 to %d characters", station.MaxTitle)
	case c.Language != words.Vietnamese && c.Language != words.English:
		return fmt.Errorf("language: %q is neither vi nor en", c.Language)
	case c.Cross != 0 && !(c.Cross >= 0.3 && c.Cross <= 1):
		return fmt.Errorf("crossfade: %v is neither 0 nor 0.3 to 1", c.Cross)
	case c.Bitrate < 16000 || c.Bitrate > 64000:
		return fmt.Errorf("bitrate: %d is outside 16000 to 64000", c.Bitrate)
	case c.Keep.Sounds < 0 || c.Keep.Sounds > maxSounds:
		return fmt.Errorf("keep.sounds: %d is outside 0 to %d GB", c.Keep.Sounds, maxSounds)
	case c.Keep.Decoded < 0 || c.Keep.Decoded > maxSounds:
		return fmt.Errorf("keep.decoded: %d is outside 0 to %d GB", c.Keep.Decoded, maxSounds)
	case c.Upstream.Daily < 0 || c.Upstream.Daily > maxDaily:
		return fmt.Errorf("upstream.daily: %d is outside 0 to %d MB", c.Upstream.Daily, maxDaily)
	case c.Upstream.Recordings < 0 || c.Upstream.Recordings > maxDaily:
		return fmt.Errorf("upstream.recordings: %d is outside 0 to %d MB", c.Upstream.Recordings, maxDaily)
	case len(c.Map.Outline) > 10000:
		return fmt.Errorf("map.outline: %d corners, limit 10000", len(c.Map.Outline))
	}
	for name, a := range map[string]string{"listen": c.Listen, "page": c.Page, "upstream.address": c.Upstream.Address} {
		if a == "" {
			continue
		}
		if _, _, err := net.SplitHostPort(a); err != nil {
			return fmt.Errorf("%s: %q is not host:port", name, a)
		}
	}
	for name, fp := range map[string]string{"root": c.Upstream.Root, "next": c.Upstream.Next} {
		if fp == "" {
			continue
		}
		if err := trust.CheckFingerprint(fp); err != nil {
			return fmt.Errorf("upstream.%s: %w", name, err)
		}
	}
	if len(c.Upstream.Areas) > station.MaxOrderAreas {
		return fmt.Errorf("upstream.areas: %d areas, limit %d", len(c.Upstream.Areas), station.MaxOrderAreas)
	}
	if err := c.Source.validate(); err != nil {
		return err
	}
	if err := c.Outputs.validate(c.Demo); err != nil {
		return err
	}
	if err := c.Speech.validate(); err != nil {
		return err
	}
	if c.Upstream.Address != "" {
		if err := trust.CheckFingerprint(c.Upstream.Peer); err != nil {
			return fmt.Errorf("upstream.peer: %w", err)
		}
		if _, err := proxyOf(c.Upstream.Proxy, c.Upstream.Address); err != nil {
			return fmt.Errorf("upstream.proxy: %w", err)
		}
	}
	return nil
}

// WriteConfig writes the station file whole or not at all.
func WriteConfig(dir string, c Config) error {
	b, err := toml.Marshal(c)
	if err != nil {
		return fmt.Errorf("station file: %w", err)
	}
	return writeFile(filepath.Join(dir, StationFile), b, 0o640)
}

// writeFile replaces a file under a temporary name, synced before the rename.
func writeFile(path string, b []byte, mode fs.FileMode) error {
	f, err := os.OpenFile(path+".new", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, mode)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}
