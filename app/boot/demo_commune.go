package boot

import (
	"strings"

	"loaxa/app/station"
	"loaxa/app/words"
)

// The demonstration commune: xã Đak Pơ, all of it marked DEMO. The points lie
// inside the commune but are no surveyed sites; the outline is our own drawing.
var demoClusters = []station.Cluster{
	{Number: 1, Name: "Tổ dân phố 2 · UBND", Kind: "IP", Lat: 13.9733, Lon: 108.5525, Zones: []string{"trung-tam"}},
	{Number: 2, Name: "Thôn 2 Hà Tam", Kind: "IP", Lat: 13.9623, Lon: 108.4544, Zones: []string{"ha-tam"}},
	{Number: 3, Name: "Làng 3", Kind: "IP 4G", Lat: 14.0598, Lon: 108.4420, Zones: []string{"yang-bac"}},
	{Number: 4, Name: "Làng Jro Ktu Đak Yang", Kind: "IP 4G", Lat: 14.0090, Lon: 108.4296, Zones: []string{"yang-bac"}},
	{Number: 5, Name: "Thôn 1 · Nhà văn hóa", Kind: "IP", Lat: 14.0216, Lon: 108.5012, Zones: []string{"trung-tam"}},
	{Number: 6, Name: "Thôn 4", Kind: "IP 4G", Lat: 13.9207, Lon: 108.5627, Zones: []string{"dong-nam"}},
	{Number: 7, Name: "Làng 7", Kind: "IP 4G", Lat: 13.9478, Lon: 108.5054, Zones: []string{"ha-tam"}},
	{Number: 8, Name: "Làng Bung Bang Hven", Kind: "IP 4G", Lat: 13.9853, Lon: 108.4873, Zones: []string{"yang-bac"}},
	{Number: 9, Name: "Thôn 3 Hà Tam", Kind: "IP 4G", Lat: 13.8968, Lon: 108.5138, Zones: []string{"ha-tam"}},
	{Number: 10, Name: "Thôn 6", Kind: "IP 4G", Lat: 13.8881, Lon: 108.6055, Zones: []string{"dong-nam"}},
	{Number: 11, Name: "Thôn 5 · Chợ", Kind: "IP", Lat: 13.9900, Lon: 108.5750, Zones: []string{"trung-tam"}},
	{Number: 12, Name: "Làng 8", Kind: "IP 4G", Lat: 13.9450, Lon: 108.5900, Zones: []string{"dong-nam"}},
}

var demoZones = []station.Zone{
	{ID: "trung-tam", Name: "Trung tâm"}, {ID: "ha-tam", Name: "Hà Tam"}, {ID: "yang-bac", Name: "Yang Bắc"}, {ID: "dong-nam", Name: "Đông Nam"},
}

var demoBoard = station.Board{Name: "UBND xã", Width: 96, Height: 32}

var demoOutline = [][2]float64{
	{14.055, 108.425}, {14.067, 108.445}, {14.062, 108.462}, {14.045, 108.478}, {14.040, 108.500}, {14.036, 108.530},
	{14.022, 108.552}, {14.012, 108.575}, {13.990, 108.592}, {13.968, 108.605}, {13.945, 108.612}, {13.915, 108.619},
	{13.885, 108.616}, {13.880, 108.603}, {13.892, 108.585}, {13.900, 108.560}, {13.889, 108.540}, {13.884, 108.515},
	{13.890, 108.500}, {13.905, 108.492}, {13.925, 108.470}, {13.945, 108.440}, {13.965, 108.425}, {13.985, 108.415},
	{14.010, 108.416}, {14.035, 108.418},
}

// demoConfig is the station file of the demonstration.
func demoConfig(lang words.Lang, mic string) Config {
	c := DefaultConfig()
	c.Name, c.Language, c.Demo = "xã Đak Pơ", lang, true
	c.Listen, c.Page, c.Mic = "127.0.0.1:0", "127.0.0.1:0", mic
	c.Upstream.Label, c.Upstream.Recordings = "Huyện Đak Pơ", 50
	c.Source.Folder = "from-above"
	c.Map.Outline = demoOutline
	c.Gateway = []Gateway{{Place: Place{Name: "Đường FM cũ · Hà Tam", Number: 13, Zones: []string{"ha-tam"}, Lat: 13.9350, Lon: 108.4700,
		Head: "Mẫu", Phone: "0900 000 013"}, Kind: "FM", Output: "virtual"}}
	return c
}

// demoMap is what lies inside the border of the demonstration: hamlets whose
// names are on record at points that are not surveyed, and a road of our own.
func demoMap() station.Map {
	m := station.Map{Source: "DEMO", Lines: []station.MapLine{{Kind: station.MapRoad, Name: "Đường mẫu (DEMO)", Points: []station.LatLon{
		{Lat: 13.9665, Lon: 108.6050}, {Lat: 13.9720, Lon: 108.5810}, {Lat: 13.9733, Lon: 108.5525}, {Lat: 13.9790, Lon: 108.5260},
		{Lat: 13.9700, Lon: 108.5010}, {Lat: 13.9640, Lon: 108.4760}, {Lat: 13.9623, Lon: 108.4544}, {Lat: 13.9660, Lon: 108.4245},
	}}}}
	for _, n := range []int{1, 2, 4, 8} {
		c := demoClusters[n-1]
		name, _, _ := strings.Cut(c.Name, " · ")
		m.Places = append(m.Places, station.MapPlace{Name: name, LatLon: station.LatLon{Lat: c.Lat, Lon: c.Lon}})
	}
	return m
}
