package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"loaxa/app/district"
	"loaxa/app/station"
	"loaxa/audio/audiotest"
	"loaxa/audio/frame"
	"loaxa/store/storetest"
)

// ownMemory is what a process holds beside its files, in MB: mapped pages of a
// journal grow with it and are the kernel's.
func ownMemory(t testing.TB, pid int) float64 {
	t.Helper()
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	for l := range strings.Lines(string(b)) {
		if f := strings.Fields(l); len(f) == 3 && f[0] == "RssAnon:" {
			kb, err := strconv.ParseFloat(f[1], 64)
			if err != nil {
				t.Fatal(err)
			}
			return kb / 1024
		}
	}
	t.Skip("skipped: /proc of this machine does not tell RssAnon")
	return 0
}

// fitted is by how much a straight line through the samples rises from the
// first to the last.
func fitted(samples []float64) float64 {
	n := float64(len(samples))
	var sx, sy, sxx, sxy float64
	for i, y := range samples {
		x := float64(i)
		sx, sy, sxx, sxy = sx+x, sy+y, sxx+x*x, sxy+x*y
	}
	return (n*sxy - sx*sy) / (n*sxx - sx*sx) * (n - 1)
}

// pageOf reads a page of a running district as a program does.
func pageOf(t testing.TB, v village, url string) []byte {
	t.Helper()
	token, err := os.ReadFile(filepath.Join(v.district, "page.token"))
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+strings.TrimSpace(string(token)))
	return askOnce(t, req)
}

// TestFaultTwoProcessesForMinutes: a station and its district as they are run,
// with programmes all the time and the district's pages read: their memory
// stays as it is once they are warm, and both hold the same at the end.
func TestFaultTwoProcessesForMinutes(t *testing.T) {
	minutes := storetest.Rounds(t, 0, 0, 10, 60)
	const (
		every = 5 * time.Second
		most  = 6.0 // MB that the line through the samples may rise: what the collector of garbage leaves moves more than a leak of a MB an hour
	)
	v := newVillage(t, 1)
	up := start(t, "district", "--data", v.district, "--listen", "127.0.0.1:0", "--page", "127.0.0.1:0", "--pins", v.pins)
	s := start(t, "station", "--data", v.station, "--listen", "127.0.0.1:0", "--page", "127.0.0.1:0", "--pins", v.pins,
		"--mic", "none", "--district", up.ready.Addr, "--peer", v.upperID)
	start(t, "cluster", "--data", v.clusters[0], "--station", s.ready.Addr, "--peer", v.stationID, "--out", "virtual")
	eventually(t, "the pole is there", func() bool {
		c := snapshot(t, v.station).Clusters
		return len(c) == 1 && c[0].State == station.ClusterIdle
	})
	file := audiotest.WriteWAV(t, "Bản tin.wav", audiotest.Sine(300, 0.2, 0, frame.Rate))
	samples := map[string][]float64{}
	pids := map[string]int{"station": s.cmd.Process.Pid, "district": up.cmd.Process.Pid}
	length := time.Duration(minutes) * time.Minute
	for began, next := time.Now(), time.Now(); time.Since(began) < length; {
		call("ctl", "--data", v.station, "play", file) // refused while the one before still ends
		pageOf(t, v, "http://"+up.ready.Page+"/status.json")
		pageOf(t, v, "http://"+up.ready.Page+"/metrics")
		time.Sleep(700 * time.Millisecond)
		if time.Now().Before(next) {
			continue
		}
		next = next.Add(every)
		if time.Since(began) > length/5 { // warm
			for name, pid := range pids {
				samples[name] = append(samples[name], ownMemory(t, pid))
			}
		}
	}
	for name, m := range samples {
		rise := fitted(m)
		t.Logf("%s: %d samples, %.1f MB at first, %.1f at last, the line rises by %.1f MB", name, len(m), m[0], m[len(m)-1], rise)
		if len(m) < 10 || rise > most {
			t.Errorf("%s: memory is not flat: the line through %d samples rises by %.1f MB, %v", name, len(m), rise, m)
		}
	}
	var st district.Status
	if err := json.Unmarshal(pageOf(t, v, "http://"+up.ready.Page+"/status.json"), &st); err != nil || len(st.Stations) != 1 {
		t.Fatalf("%+v: %v", st, err)
	}
	if got := must(t, "verify", "--data", v.station, "--against", v.district, "--wait", "70s"); !strings.Contains(got, "equal") {
		t.Errorf("the books of both: %s", got)
	}
	if n := st.Stations[0].Seq; n < uint64(60*minutes) {
		t.Errorf("only %d entries in %d minutes: nothing was tried", n, minutes)
	} else {
		t.Logf("%d entries", n)
	}
}

// askOnce asks without keeping the connection.
func askOnce(t testing.TB, req *http.Request) []byte {
	t.Helper()
	c := http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	b, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s %s %v", req.URL, resp.Status, b, err)
	}
	return b
}
