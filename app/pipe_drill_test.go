package main

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"loaxa/app/station"
	"loaxa/audio/audiotest"
	"loaxa/audio/frame"
)

// TestAPoleBehindTwoNATsIsHeardOverTheDistrict: it never learns the station's
// address; what it plays, proves and measures is as of any other. A key that
// the station does not know, and another station's name, are refused.
func TestAPoleBehindTwoNATsIsHeardOverTheDistrict(t *testing.T) {
	t.Parallel() // it mostly waits
	v := newVillage(t, 1)
	out := filepath.Join(v.dir, "c1.wav")
	district := start(t, "district", "--data", v.district, "--listen", "127.0.0.1:0", "--page", "127.0.0.1:0", "--pins", v.pins)
	start(t, "station", "--data", v.station, "--listen", "127.0.0.1:0", "--page", "127.0.0.1:0", "--pins", v.pins,
		"--mic", "none", "--district", district.ready.Addr, "--peer", v.upperID)
	over := func(data, peer, out string) *proc {
		return start(t, "cluster", "--data", data, "--relay", district.ready.Addr, "--relay-peer", v.upperID, "--peer", peer, "--out", out)
	}
	pole := over(v.clusters[0], v.stationID, "wav:"+out)
	thief := over(filepath.Join(v.dir, "thief"), v.stationID, "virtual")
	stray := over(filepath.Join(v.dir, "stray"), keyOf(t, filepath.Join(v.dir, "other")), "virtual")
	eventually(t, "the pole is linked and measures its line", func() bool {
		c := snapshot(t, v.station).Clusters
		return len(c) == 1 && c[0].State == station.ClusterIdle && c[0].Health.BoundMS > 0
	})
	for _, p := range []*proc{thief, stray} {
		eventually(t, "a stranger is refused", func() bool {
			return strings.Contains(p.err.String(), "403 Forbidden")
		})
	}
	if got := must(t, "cluster", "status", "--data", v.clusters[0], "--lang", "en"); !strings.Contains(got, "linked") || !strings.Contains(got, "idle") {
		t.Errorf("the pole's page says %q", got)
	}
	if got := must(t, "cluster", "status", "--data", filepath.Join(v.dir, "thief"), "--lang", "vi"); !strings.Contains(got, "MẤT LIÊN LẠC") {
		t.Errorf("the page of a pole without a station says %q", got)
	}
	file := audiotest.WriteWAV(t, "tin.wav", audiotest.Sine(440, 0.2, 0, 6*frame.Rate))
	must(t, "ctl", "--data", v.station, "play", file)
	eventually(t, "the pole proves that it plays", func() bool {
		return snapshot(t, v.station).Clusters[0].State == station.ClusterPlaying
	})
	eventually(t, "it is over", func() bool { return len(snapshot(t, v.station).Air) == 0 })
	time.Sleep(time.Second) // the pole's file is whole at every second
	pole.end()
	heard, seconds := audiotest.ReadFile(t, out), 0
	for i := 0; i+frame.Rate/2 <= len(heard); i += frame.Rate / 2 {
		if tone(heard[i:i+frame.Rate/2], 440) > 0.9 {
			seconds++
		}
	}
	if seconds < 8 {
		t.Errorf("%d half seconds of the tone were heard, want 10 or more of 12", seconds)
	}
}
