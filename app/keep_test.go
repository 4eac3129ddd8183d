package main

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"filippo.io/age"

	"loaxa/app/boot"
	"loaxa/app/onair"
	"loaxa/app/station"
	"loaxa/app/trust"
	"loaxa/audio/audiotest"
	"loaxa/audio/frame"
)

// keptStation starts a station with three entries in its queue.
func keptStation(t *testing.T) (village, *proc, []string) {
	t.Helper()
	v := newVillage(t, 1)
	args := []string{"station", "--data", v.station, "--listen", "127.0.0.1:0", "--page", "127.0.0.1:0", "--mic", "none"}
	s := start(t, append(args, "--pins", v.pins)...)
	for i := range 3 {
		must(t, "ctl", "--data", v.station, "queue", "add", audiotest.WriteWAV(t, "bai.wav", audiotest.Sine(float64(300+i), 0.1, 0, frame.Rate)))
	}
	return v, s, args
}

func queueOf(t *testing.T, dir string) (out []string) {
	t.Helper()
	for _, e := range snapshot(t, dir).Queue.Entries {
		out = append(out, string(e.Item))
	}
	return out
}

// TestADamagedJournalIsRepairedAndSaid destroys the station's journal: the next
// start has everything again, knows its poles, says what happened once, and
// keeps the old file.
func TestADamagedJournalIsRepairedAndSaid(t *testing.T) {
	v, s, args := keptStation(t)
	want := queueOf(t, v.station)
	s.kill()
	path := filepath.Join(v.station, "station.db")
	st, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, make([]byte, st.Size()), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, _, code := call("doctor", "--data", v.station); code != 1 || !strings.Contains(out, "fail  journal") {
		t.Errorf("a damaged journal is no failure to doctor: %d\n%s", code, out)
	}
	s = start(t, args...)
	sn := snapshot(t, v.station)
	if got := queueOf(t, v.station); len(want) != 3 || !slices.Equal(got, want) {
		t.Errorf("the queue is %v, was %v", got, want)
	}
	if len(sn.Clusters) != 1 || sn.Station.Repair == nil || len(sn.Station.Repair.Lost) != 0 || sn.Station.Repair.Cause != station.RepairDamaged {
		t.Fatalf("%d clusters, repair %+v", len(sn.Clusters), sn.Station.Repair)
	}
	repaired := func() (n int) {
		for _, f := range snapshot(t, v.station).Faults {
			if f.Kind == station.EvRepaired && f.Reason == "journal-whole" && !f.Over {
				n++
			}
		}
		return n
	}
	eventually(t, "the repair stands on the list of faults", func() bool { return repaired() == 1 })
	if _, err := os.Stat(filepath.Join(v.station, sn.Station.Repair.Kept)); err != nil {
		t.Errorf("the old file: %v", err)
	}
	eventually(t, "a copy is made", func() bool { return snapshot(t, v.station).Saved.Keep.Copies > 0 })
	if out, _, code := call("doctor", "--data", v.station); code != 0 || !strings.Contains(out, "nothing is known to be lost") {
		t.Errorf("doctor: %d\n%s", code, out)
	}
	s.end()
	must(t, "verify", "--data", v.station)
	s = start(t, args...)
	if n := repaired(); n > 1 {
		t.Errorf("the next start says it again: %d", n)
	}
	s.end()
}

// TestBackupGoesToANewMachine: an encrypted backup of the running station makes
// the same station in an empty folder; nothing is restored by mistake.
func TestBackupGoesToANewMachine(t *testing.T) {
	t.Parallel() // it mostly waits
	v, s, args := keptStation(t)
	id, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	key, file, plain := filepath.Join(v.dir, "key.txt"), filepath.Join(v.dir, "b.age"), filepath.Join(v.dir, "b.tgz")
	if err := os.WriteFile(key, []byte(id.String()+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	chart := filepath.Join(v.dir, "xã.geojson")
	geo := `{"type":"Feature","properties":{"highway":"primary","name":"QL19"},"geometry":{"type":"LineString","coordinates":[[108.4,13.9],[108.5,13.95]]}}`
	if err := os.WriteFile(chart, []byte(`{"type":"FeatureCollection","features":[`+geo+`]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	must(t, "import", "--data", v.station, chart)
	must(t, "backup", "--data", v.station, "--age", id.Recipient().String(), file)
	must(t, "backup", "--data", v.station, plain)
	want := queueOf(t, v.station)
	refuse(t, "a station runs", "restore", "--data", v.station, "--yes", plain)
	refuse(t, "no recipient", "backup", "--data", v.station, "--age", "age1x", file)
	s.end()
	before, _ := os.ReadFile(filepath.Join(v.station, "station.db"))
	refuse(t, "not confirmed", "restore", "--data", v.station, plain)
	refuse(t, "--identity", "restore", "--data", v.station, "--yes", file)
	cut, _ := os.ReadFile(plain)
	if err := os.WriteFile(plain+".cut", cut[:len(cut)*2/3], 0o600); err != nil {
		t.Fatal(err)
	}
	refuse(t, "damaged or cut short", "restore", "--data", v.station, "--yes", plain+".cut")
	if err := os.WriteFile(plain+".short", cut[:600], 0o600); err != nil {
		t.Fatal(err)
	}
	refuse(t, "not a backup", "restore", "--data", v.station, "--damaged", "--yes", plain+".short")
	other := filepath.Join(v.dir, "other")
	keyOf(t, other)
	refuse(t, "--other", "restore", "--data", other, "--yes", plain)
	if after, _ := os.ReadFile(filepath.Join(v.station, "station.db")); !slices.Equal(before, after) {
		t.Error("a refused restore changed the journal")
	}
	dir := filepath.Join(v.dir, "new")
	must(t, "restore", "--data", dir, "--identity", key, "--yes", file)
	args[2] = dir
	s = start(t, args...)
	for _, item := range want {
		if b, err := os.ReadFile(filepath.Join(dir, "library", "blobs", item)); err != nil || fmt.Sprintf("%x", sha256.Sum256(b)) != item {
			t.Errorf("the sound %.12s did not come along: %v", item, err)
		}
	}
	if m, err := os.ReadFile(filepath.Join(dir, "map.json")); err != nil || !strings.Contains(string(m), "QL19") {
		t.Errorf("the map did not come along: %v", err)
	}
	if s.ready.ID != v.stationID || !slices.Equal(queueOf(t, dir), want) {
		t.Errorf("station %s with queue %v, want %s with %v", s.ready.ID, queueOf(t, dir), v.stationID, want)
	}
	s.end()
	must(t, "verify", "--data", dir)
	if in, err := os.Open(file); err == nil {
		defer in.Close()
		if b, _ := io.ReadAll(in); strings.Contains(string(b), "PRIVATE KEY") {
			t.Error("the key can be read in an encrypted backup")
		}
	}
	torn := filepath.Join(v.dir, "torn")
	must(t, "restore", "--data", torn, "--damaged", "--yes", plain+".cut")
	must(t, "verify", "--data", torn)
	must(t, "restore", "--data", v.station, "--yes", plain)
	if _, err := os.Stat(filepath.Join(v.station, trust.KeyFile)); err != nil {
		t.Error(err)
	}
}

func refuse(t *testing.T, word string, args ...string) {
	t.Helper()
	out, errs, code := call(args...)
	if code == 0 || !strings.Contains(errs, word) {
		t.Errorf("loaxa %s: exit %d: %s%s; want a refusal with %q", strings.Join(args, " "), code, errs, out, word)
	}
}

// TestTheSideLogsDiskIsGone: orders are saved, the screen says what is missing,
// doctor names the folder, and when the disk is back so is the side log.
func TestTheSideLogsDiskIsGone(t *testing.T) {
	v := newVillage(t, 1)
	disk := filepath.Join(v.dir, "stick")
	if err := os.WriteFile(disk, nil, 0o600); err != nil { // a file where the folder should be
		t.Fatal(err)
	}
	conf, err := boot.LoadConfig(v.station)
	if err != nil {
		t.Fatal(err)
	}
	conf.Keep.Side = filepath.Join(disk, "side")
	if err := boot.WriteConfig(v.station, conf); err != nil {
		t.Fatal(err)
	}
	s := start(t, "station", "--data", v.station, "--listen", "127.0.0.1:0", "--page", "127.0.0.1:0", "--mic", "none", "--pins", v.pins)
	var a onair.Answer
	if err := json.Unmarshal([]byte(must(t, "ctl", "--data", v.station, "card", "Thông báo")), &a); err != nil || !a.Saved {
		t.Errorf("an order without the side log: %+v, %v", a, err)
	}
	failing := func() bool {
		sn := snapshot(t, v.station)
		i := slices.IndexFunc(sn.Faults, func(f station.Fault) bool { return f.ID == "side" })
		return sn.Saved.Keep.SideFailing && i >= 0 && !sn.Faults[i].Over
	}
	eventually(t, "the side log is said to fail", failing)
	if out, _, code := call("doctor", "--data", v.station); code != 1 || !strings.Contains(out, disk) {
		t.Errorf("doctor: %d\n%s", code, out)
	}
	if err := os.Remove(disk); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the side log is written again", func() bool {
		_, _, _ = call("ctl", "--data", v.station, "card", "Thông báo")
		return !failing()
	})
	s.end()
	must(t, "verify", "--data", v.station)
}
