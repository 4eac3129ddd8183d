package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"loaxa/app/station"
	"loaxa/audio/audiotest"
	"loaxa/audio/frame"
)

// TestTheProofOfWhoHeardIt: what was played on two poles of three stands in the
// log, with receipts, and comes out as a file.
func TestTheProofOfWhoHeardIt(t *testing.T) {
	t.Parallel() // it mostly waits
	v := newVillage(t, 3)
	s := start(t, "station", "--data", v.station, "--listen", "127.0.0.1:0", "--page", "127.0.0.1:0", "--mic", "none", "--pins", v.pins)
	for _, c := range v.clusters[:2] {
		start(t, "cluster", "--data", c, "--station", s.ready.Addr, "--peer", v.stationID, "--out", "virtual")
	}
	eventually(t, "the poles are there", func() bool {
		sn := snapshot(t, v.station)
		return sn.Clusters[0].State == station.ClusterIdle && sn.Clusters[1].State == station.ClusterIdle
	})
	must(t, "ctl", "--data", v.station, "play", audiotest.WriteWAV(t, "Bản tin.wav", audiotest.Sine(300, 0.2, 0, 5*frame.Rate)))
	var aired []station.Aired
	eventually(t, "the receipts are written", func() bool {
		aired = nil
		if err := json.Unmarshal([]byte(must(t, "ctl", "--data", v.station, "aired", "--json")), &aired); err != nil {
			t.Fatal(err)
		}
		return len(aired) == 1 && len(aired[0].Receipts) == 3
	})
	a := aired[0]
	heard := map[string]station.HeardState{}
	for _, r := range a.Receipts {
		heard[r.Name] = r.Heard
	}
	if heard["Thôn 1"] != station.HeardAll || heard["Thôn 2"] != station.HeardAll || heard["Thôn 3"] != station.HeardUnknown {
		t.Errorf("of %v on air: %+v", a.Duration, a.Receipts)
	}
	if a.Title != "Bản tin" || a.Duration.Round(frame.Duration*10).Seconds() != 5 || a.Reason != "done" {
		t.Errorf("aired %+v", a)
	}
	var page station.LogPage
	if err := json.Unmarshal([]byte(must(t, "ctl", "--data", v.station, "log", "--json", "--text", "bản")), &page); err != nil || len(page.Rows) == 0 {
		t.Fatalf("%d rows, %v", len(page.Rows), err)
	}
	path := strings.TrimSpace(must(t, "ctl", "--data", v.station, "export"))
	b, err := os.ReadFile(path)
	if err != nil || filepath.Dir(path) != filepath.Join(v.station, "exports") {
		t.Fatalf("%s: %v", path, err)
	}
	if text := string(b); !strings.HasPrefix(text, "\ufeffSố;Ngày;") || !strings.Contains(text, ";Bản tin;") || !strings.Contains(text, ";3;2;0;0;1;") {
		t.Errorf("the file:\n%s", text)
	}
}

// TestAMapAndAFolderAreImported: the map is there after a restart too.
func TestAMapAndAFolderAreImported(t *testing.T) {
	v := newVillage(t, 1)
	args := []string{"station", "--data", v.station, "--listen", "127.0.0.1:0", "--page", "127.0.0.1:0", "--mic", "none"}
	s := start(t, args...)
	before := snapshot(t, v.station).Station.MapRev
	dir := t.TempDir()
	file := filepath.Join(dir, "xã.geojson")
	geo := `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"highway":"primary","name":"QL19"},"geometry":{"type":"LineString","coordinates":[[108.4,13.9],[108.5,13.95]]}}]}`
	if err := os.WriteFile(file, []byte(geo), 0o600); err != nil {
		t.Fatal(err)
	}
	if out := must(t, "import", "--data", v.station, file); !strings.Contains(out, "1 lines, 2 points") {
		t.Errorf("import said %q", out)
	}
	after := before
	eventually(t, "the map has another version", func() bool {
		after = snapshot(t, v.station).Station.MapRev
		return after != before && after != ""
	})
	s.end()
	start(t, args...)
	if got := snapshot(t, v.station).Station.MapRev; got != after {
		t.Errorf("after a restart it is %q, was %q", got, after)
	}
	wav := audiotest.WriteWAV(t, "a.wav", audiotest.Sine(300, 0.2, 0, frame.Rate))
	if err := os.Rename(wav, filepath.Join(dir, "nhạc.wav")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "hỏng.mp3"), []byte("this is no sound"), 0o600); err != nil {
		t.Fatal(err)
	}
	out, errs, code := call("import", "--data", v.station, dir)
	if code != 1 || !strings.Contains(out, "nhạc") || !strings.Contains(errs, "hỏng.mp3") || !strings.Contains(errs, "1 of 2") {
		t.Errorf("exit %d, %q, %q", code, out, errs)
	}
	if _, _, code := call("import", "--data", v.station, filepath.Join(dir, "nothing")); code != 2 {
		t.Errorf("a file that is not there: exit %d", code)
	}
}
