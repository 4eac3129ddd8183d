package main

import (
	"math"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"loaxa/app/station"
	"loaxa/audio/audiotest"
)

// TestAnotherStationIsPassedOn: a server of another station is relayed to the
// cluster; it falls silent, and approved music stands in for it with its reason;
// what is no address and a page that is no sound are refused or told, in words.
func TestAnotherStationIsPassedOn(t *testing.T) {
	t.Parallel() // it mostly waits
	v := newVillage(t, 1)
	s := start(t, "station", "--data", v.station, "--listen", "127.0.0.1:0", "--page", "127.0.0.1:0", "--mic", "none", "--pins", v.pins)
	out := filepath.Join(v.dir, "out.wav")
	pole := start(t, "cluster", "--data", v.clusters[0], "--station", s.ready.Addr, "--peer", v.stationID, "--out", "wav:"+out)
	stream, err := os.ReadFile(audiotest.WriteOpus(t, "far.opus", audiotest.Sine(600, 0.2, 0, 60*48000)))
	if err != nil {
		t.Fatal(err)
	}
	var asked atomic.Int32
	var dead atomic.Bool
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		for at := 0; at < len(stream); at += len(stream) / 300 { // 200 ms each
			if _, err := w.Write(stream[at:min(at+len(stream)/300, len(stream))]); err != nil || dead.Load() {
				<-r.Context().Done()
				return
			}
			_ = http.NewResponseController(w).Flush()
			time.Sleep(100 * time.Millisecond)
		}
	})}
	go func() { _ = srv.Serve(l) }()
	defer func() { _ = srv.Close() }()
	address := "http://" + l.Addr().String() + "/live"
	ctl := func(args ...string) string {
		t.Helper()
		return must(t, append([]string{"ctl", "--data", v.station}, args...)...)
	}
	refuses(t, 2, "http or https", "ctl", "--data", v.station, "relay", "ftp://x/y")
	refuses(t, 1, "1 to 360", "ctl", "--data", v.station, "relay", address, "--minutes", "9999")
	if got := ctl("relay", address, "--minutes", "20", "--title", "Đài tỉnh"); !strings.Contains(got, "20m0s  Đài tỉnh") {
		t.Errorf("the relay is %q", got)
	}
	eventually(t, "it is in the library", func() bool {
		for _, it := range snapshot(t, v.station).Items {
			if it.Title == "Đài tỉnh" && it.Relay() && it.Length == 20*time.Minute {
				return true
			}
		}
		return false
	})
	ctl("play", address+" 20")
	eventually(t, "it is heard", func() bool {
		c := snapshot(t, v.station).Clusters[0]
		return c.State == station.ClusterPlaying && c.Health.Level > 0.05
	})
	if asked.Load() != 1 {
		t.Errorf("%d connections", asked.Load())
	}
	dead.Store(true)
	eventually(t, "its silence rings", func() bool { return hasFault(snapshot(t, v.station), station.EvNoAir, "air-silence") })
	ctl("stop")
	eventually(t, "the air is free", func() bool { return len(snapshot(t, v.station).Air) == 0 })
	pole.end()
	loud := 0
	for heard := audiotest.ReadFile(t, out); len(heard) >= 48000; heard = heard[48000:] {
		var re, im float64
		for i, x := range heard[:48000] {
			sin, cos := math.Sincos(2 * math.Pi * 600 * float64(i) / 48000)
			re, im = re+float64(x)*cos, im+float64(x)*sin
		}
		if math.Hypot(re, im)/24000 > 0.1 {
			loud++
		}
	}
	if loud < 3 {
		t.Errorf("the far station was heard for %d s", loud)
	}
}
