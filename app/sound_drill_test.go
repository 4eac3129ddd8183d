package main

import (
	"path/filepath"
	"strings"
	"testing"

	"loaxa/app/station"
	"loaxa/audio/audiotest"
	"loaxa/audio/frame"
)

// TestASoundOfASignedOrderIsFetchedAndAired: the station has never had the
// sound; the officer's order names it by its SHA-256.
func TestASoundOfASignedOrderIsFetchedAndAired(t *testing.T) {
	t.Parallel() // it mostly waits
	h, v := newHeadquarters(t), newVillage(t, 1)
	h.obeys(v)
	wav := filepath.Join(v.dir, "c1.wav")
	up := start(t, "district", "--data", v.district, "--listen", "127.0.0.1:0", "--page", "127.0.0.1:0", "--pins", v.pins)
	s := start(t, "station", "--data", v.station, "--listen", "127.0.0.1:0", "--page", "127.0.0.1:0", "--pins", v.pins,
		"--mic", "none", "--district", up.ready.Addr, "--peer", v.upperID)
	pole := start(t, "cluster", "--data", v.clusters[0], "--station", s.ready.Addr, "--peer", v.stationID, "--out", "wav:"+wav)
	eventually(t, "the pole is there", func() bool { return snapshot(t, v.station).Clusters[0].State == station.ClusterIdle })
	must(t, "district", "order", "put", "--data", v.district,
		h.keys("set", "--add", h.path("issuer")+".pub=issue", "--add", h.path("chair")+".pub=approve,issue"))

	file := audiotest.WriteWAV(t, "Bản tin huyện.wav", audiotest.Sine(700, 0.3, 0, 4*frame.Rate))
	item := strings.Repeat("0", 64) // nobody has it
	for _, in := range []string{item, ""} {
		if in == "" {
			in = strings.Fields(must(t, "district", "sound", "--data", v.district, file))[0]
			item = in
		}
		must(t, "district", "order", "put", "--data", v.district, h.order("play-"+in[:4], "issuer", false, "--class", "operator", "--item", in, "--station", v.stationID))
	}
	eventually(t, "what nobody has is shown as on its way", func() bool { return snapshot(t, v.station).Upstream.Coming.Count > 0 })
	eventually(t, "the sound is in the library under its name, and on air", func() bool {
		for _, it := range snapshot(t, v.station).Items {
			if string(it.ID) == item && it.Title == "Bản tin huyện" && snapshot(t, v.station).Clusters[0].State == station.ClusterPlaying {
				return true
			}
		}
		return false
	})
	if st := must(t, "district", "status", "--json", "--data", v.district); !strings.Contains(st, `"sound"`) {
		t.Errorf("the district does not tell what it hands out: %s", st)
	}
	eventually(t, "it is over", func() bool { return len(snapshot(t, v.station).Air) == 0 })
	s.end()
	pole.end()
	up.end()
	if heard := audiotest.ReadFile(t, wav); firstSound(heard) >= len(heard) {
		t.Error("the pole was silent")
	}
}
