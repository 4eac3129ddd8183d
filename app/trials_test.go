//go:build unix

package main

import (
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"loaxa/app/station"
)

// breakIt asks a demonstration's supervisor for a trial.
func breakIt(t *testing.T, demo, name, subject string, on bool) {
	t.Helper()
	c, err := net.Dial("unix", filepath.Join(demo, "trials.sock"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	_ = c.SetDeadline(time.Now().Add(20 * time.Second))
	var told struct {
		Error string `json:"error"`
	}
	ask := map[string]any{"set": true, "name": name, "subject": subject, "on": on}
	if err := json.NewEncoder(c).Encode(ask); err != nil {
		t.Fatal(err)
	}
	if err := json.NewDecoder(c).Decode(&told); err != nil || told.Error != "" {
		t.Fatalf("trial %s: %v %s", name, err, told.Error)
	}
}

func stateOf(s *station.Snapshot, number int) station.ClusterState {
	for _, c := range s.Clusters {
		if c.Number == number {
			return c.State
		}
	}
	return ""
}

func hasFault(s *station.Snapshot, kind station.EventKind, words string) bool {
	for _, f := range s.Faults {
		if f.Kind == kind && strings.Contains(f.Subject+f.Reason, words) {
			return true
		}
	}
	return false
}

// TestTrialsBreakTheSampleCommune breaks every part of the running sample
// commune that can be broken, sees the station say so, and mends it again.
func TestTrialsBreakTheSampleCommune(t *testing.T) {
	dir := t.TempDir()
	env := []string{"XDG_RUNTIME_DIR=" + filepath.Join(dir, "run"), "XDG_STATE_HOME=" + dir}
	if err := os.MkdirAll(filepath.Join(dir, "run"), 0o700); err != nil {
		t.Fatal(err)
	}
	demo := filepath.Join(dir, "d")
	cmd := program("demo", "--data", demo, "--clusters", "4", "--headless", "--mic", "none")
	cmd.Env = append(cmd.Env, env...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Signal(os.Interrupt); _ = cmd.Wait() })
	data := filepath.Join(demo, "station")
	eventually(t, "the station is there", func() bool { _, err := os.Stat(filepath.Join(data, "desk.sock")); return err == nil })
	see := func(what string, ok func(*station.Snapshot) bool) {
		t.Helper()
		eventually(t, what, func() bool { return ok(snapshot(t, data)) })
	}
	all := func(s *station.Snapshot) bool {
		for n := 1; n <= 4; n++ {
			if stateOf(s, n) != station.ClusterPlaying {
				return false
			}
		}
		return s.Upstream.Up
	}
	see("all four play, the district hears", all)

	breakIt(t, demo, "district", "", true)
	see("the line to the district is dead", func(s *station.Snapshot) bool { return !s.Upstream.Up && s.Upstream.Waiting > 0 && s.Station.Internet })
	if s := snapshot(t, data); stateOf(s, 1) != station.ClusterPlaying {
		t.Error("the station stopped playing with the district's line")
	}
	breakIt(t, demo, "district", "", false)
	see("everything was sent", func(s *station.Snapshot) bool { return s.Upstream.Up && s.Upstream.Waiting < 3 })

	breakIt(t, demo, "cluster", "1", true)
	see("cluster 1 is lost", func(s *station.Snapshot) bool { return stateOf(s, 1) == station.ClusterLost })
	breakIt(t, demo, "cluster", "1", false)
	see("cluster 1 is back", all)

	breakIt(t, demo, "internet", "", true)
	see("the SIM clusters are gone, the others play", func(s *station.Snapshot) bool {
		return !s.Station.Internet && stateOf(s, 3) == station.ClusterLost && stateOf(s, 4) == station.ClusterLost && stateOf(s, 2) == station.ClusterPlaying
	})
	breakIt(t, demo, "internet", "", false)
	see("the internet is back", all)

	breakIt(t, demo, "foreign", "", true)
	see("the stranger was turned away, his cluster plays nothing", func(s *station.Snapshot) bool {
		return hasFault(s, station.EvStranger, "") && stateOf(s, 3) == station.ClusterLost
	})
	breakIt(t, demo, "foreign", "", false)
	see("cluster 3 is back", all)

	breakIt(t, demo, "forged", "", true)
	see("the false district was refused", func(s *station.Snapshot) bool { return !s.Upstream.Up })
	breakIt(t, demo, "forged", "", false)
	see("the true district is back", all)

	answers := func() bool {
		c, err := net.Dial("unix", filepath.Join(data, "desk.sock"))
		if err != nil {
			return false
		}
		_ = c.Close()
		return true
	}
	breakIt(t, demo, "power", "", true)
	eventually(t, "the station is off", func() bool { return !answers() })
	eventually(t, "the station starts again by itself", answers)
	see("all play on", all)
}
