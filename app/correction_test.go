package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"loaxa/app/station"
)

// TestACorrectionSurvivesAKill: a false alarm is taken back, the station is
// killed while the correction is read; after the start it is read again and on
// the board, and the false alarm does not come back.
func TestACorrectionSurvivesAKill(t *testing.T) {
	t.Parallel() // it mostly waits
	v := newVillage(t, 1)
	args := []string{"station", "--data", v.station, "--listen", "127.0.0.1:0", "--page", "127.0.0.1:0", "--mic", "none", "--pins", v.pins}
	s := start(t, args...)
	args[4] = s.ready.Addr
	start(t, "cluster", "--data", v.clusters[0], "--station", s.ready.Addr, "--peer", v.stationID, "--out", "virtual")
	if slices.Contains(snapshot(t, v.station).Station.Missing, "speech") {
		t.Skip("skipped: no speech engine here, and a correction is words")
	}
	plays := func(title string) bool {
		snap := snapshot(t, v.station)
		return len(snap.Air) > 0 && strings.HasPrefix(snap.Air[0].Title, title) && snap.Clusters[0].State == station.ClusterPlaying &&
			snap.Clusters[0].Broadcast == snap.Air[0].ID
	}
	eventually(t, "the roster is known", func() bool { return len(snapshot(t, v.station).Clusters) == 1 })
	must(t, "ctl", "--data", v.station, "emergency", "Vỡ đập, bà con chạy ngay")
	eventually(t, "the false alarm is heard", func() bool { return plays("Vỡ đập") })
	must(t, "ctl", "--data", v.station, "emergency", "correct")
	corrected := func() bool {
		snap := snapshot(t, v.station)
		return snap.Emergency == nil && strings.HasPrefix(snap.Boards[0].Card.Text, "ĐÍNH CHÍNH")
	}
	if !corrected() {
		t.Error("the answer came and the false alarm stands")
	}
	eventually(t, "the correction is heard", func() bool { return plays("Đính chính") })
	time.Sleep(time.Second) // the words of it are on disk
	s.kill()
	s = start(t, args...)
	if !corrected() {
		t.Errorf("after the kill: %+v, board %+v", snapshot(t, v.station).Emergency, snapshot(t, v.station).Boards[0].Card)
	}
	eventually(t, "the correction is heard again", func() bool { return plays("Đính chính") })
	s.end()
}
