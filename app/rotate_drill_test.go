package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"loaxa/app/station"
	"loaxa/app/trust"
)

// TestMachinesChangeTheirKeys: district, station and pole each announce a next
// key over their links and change over; they are called what they were, find
// each other again, and the old keys open nothing.
func TestMachinesChangeTheirKeys(t *testing.T) {
	t.Parallel() // it mostly waits
	v := newVillage(t, 1)
	dirs := []string{v.district, v.station, v.clusters[0]}
	run := func() (all []*proc) {
		up := start(t, "district", "--data", v.district, "--listen", "127.0.0.1:0", "--page", "127.0.0.1:0", "--pins", v.pins)
		s := start(t, "station", "--data", v.station, "--listen", "127.0.0.1:0", "--page", "127.0.0.1:0", "--pins", v.pins,
			"--mic", "none", "--district", up.ready.Addr, "--peer", v.upperID)
		pole := start(t, "cluster", "--data", v.clusters[0], "--station", s.ready.Addr, "--peer", v.stationID, "--out", "virtual")
		eventually(t, "all are linked", func() bool {
			snap := snapshot(t, v.station)
			return snap.Upstream.Up && snap.Clusters[0].State == station.ClusterIdle
		})
		return []*proc{pole, s, up}
	}
	oldKey, err := os.ReadFile(filepath.Join(v.clusters[0], trust.KeyFile))
	if err != nil {
		t.Fatal(err)
	}
	var next []string // fingerprints
	for _, d := range dirs {
		must(t, "identity", "prepare", "--data", d)
		n, err := trust.LoadNext(d)
		if err != nil || n == "" {
			t.Fatalf("%s: %q %v", d, n, err)
		}
		next = append(next, n)
	}
	all := run()
	for name, k := range map[string]struct{ dir, key string }{"the station, of the pole": {v.station, next[2]}, "the pole, of the station": {v.clusters[0], next[1]},
		"the station, of the district": {v.station, next[0]}, "the district, of the station": {v.district, next[1]}} {
		eventually(t, name+": the next key is known", func() bool {
			b, err := os.ReadFile(filepath.Join(k.dir, "kin.json"))
			return err == nil && strings.Contains(string(b), `"next": "`+k.key+`"`)
		})
	}
	if out := must(t, "identity", "show", "--data", v.station); !strings.Contains(out, "told     "+trust.Short(keyOf(t, v.clusters[0]))) {
		t.Errorf("who was told is not shown: %s", out)
	}
	for _, p := range all {
		p.end()
	}
	for i, d := range dirs {
		if out := must(t, "identity", "change", "--data", d); field(t, out, "key") != trust.Short(next[i]) {
			t.Errorf("%s: the key in use is not the one that was announced: %s", d, out)
		}
	}
	all = run() // called what they were, by --peer and the pin file
	old := filepath.Join(v.dir, "old")
	if err := os.MkdirAll(old, 0o750); err != nil {
		t.Fatal(err)
	}
	known, err := os.ReadFile(filepath.Join(v.clusters[0], "kin.json"))
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{trust.KeyFile: oldKey, "kin.json": known} {
		if err := os.WriteFile(filepath.Join(old, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	start(t, "cluster", "--data", old, "--station", all[1].ready.Addr, "--peer", v.stationID, "--out", "virtual")
	eventually(t, "the old key is refused", func() bool {
		b, err := os.ReadFile(filepath.Join(v.station, "station.log"))
		return err == nil && strings.Contains(string(b), trust.ErrOldKey.Error())
	})
	if got := snapshot(t, v.station); got.Clusters[0].State != station.ClusterIdle || len(got.Clusters) != 1 {
		t.Errorf("after the thief: %+v", got.Clusters)
	}
}
