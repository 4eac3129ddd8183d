package district

import (
	"net/http"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// collector reads the figures when somebody asks.
type collector struct {
	s    *Server
	desc map[string]*prometheus.Desc
}

// The figures, each with its labels. A station is named by its id: names are
// foreign text, may change and may be used twice; station_info joins them.
var figures = []struct {
	name, help string
	labels     []string
}{
	{"info", "Build of the district; always 1.", []string{"build", "id"}},
	{"station_info", "Name and build that a station gives itself; always 1.", []string{"station", "name", "build"}},
	{"station_up", "1 while the station is connected.", []string{"station"}},
	{"station_link_age_seconds", "Time since the station connected or went.", []string{"station"}},
	{"station_entries", "Entries of the station's journal on our disk.", []string{"station"}},
	{"station_behind_entries", "Entries that the station has told of and that are not here yet.", []string{"station"}},
	{"station_orders_waiting", "Orders and key sets that the station has not answered for good.", []string{"station"}},
	{"station_on_air", "Broadcasts that are open at the station.", []string{"station"}},
	{"station_emergency", "1 while an emergency is open at the station; drills are not counted.", []string{"station"}},
	{"station_faults_open", "Faults that are open at the station.", []string{"station"}},
	{"station_replica_fault", "1 when the station's replica cannot be used.", []string{"station"}},
	{"orders_carried", "Orders and key sets in the folder.", nil},
}

func newCollector(s *Server) *collector {
	c := &collector{s, map[string]*prometheus.Desc{}}
	for _, f := range figures {
		c.desc[f.name] = prometheus.NewDesc("loaxa_district_"+f.name, f.help, f.labels, nil)
	}
	return c
}

// Describe implements prometheus.Collector.
func (c *collector) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range c.desc {
		ch <- d
	}
}

// Collect implements prometheus.Collector.
func (c *collector) Collect(ch chan<- prometheus.Metric) {
	put := func(name string, v float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(c.desc[name], prometheus.GaugeValue, v, labels...)
	}
	st := c.s.Status()
	put("info", 1, st.Build, st.ID)
	put("orders_carried", float64(len(st.Orders)))
	for i := range st.Stations {
		s := &st.Stations[i]
		put("station_info", 1, s.ID, strings.ToValidUTF8(s.Name, "?"), strings.ToValidUTF8(s.Build, "?"))
		put("station_up", yes(s.Connected), s.ID)
		put("station_link_age_seconds", max(0, st.Now.Sub(s.Since).Seconds()), s.ID)
		put("station_entries", float64(s.Seq), s.ID)
		put("station_behind_entries", float64(s.Behind()), s.ID)
		put("station_orders_waiting", float64(s.Waiting), s.ID)
		put("station_replica_fault", yes(s.Books == nil || s.Books.Error != ""), s.ID)
		if s.Books == nil {
			continue
		}
		put("station_on_air", float64(len(s.Books.Air)), s.ID)
		put("station_emergency", yes(s.emergency()), s.ID)
		put("station_faults_open", float64(len(s.Books.Faults)), s.ID)
	}
}

func yes(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// metrics serves Prometheus' text form, version 0.0.4, or what the asker
// prefers of its forms.
func (s *Server) metrics() http.Handler {
	reg := prometheus.NewRegistry()
	reg.MustRegister(newCollector(s))
	return promhttp.HandlerFor(reg, promhttp.HandlerOpts{ErrorHandling: promhttp.HTTPErrorOnError, MaxRequestsInFlight: 4})
}
