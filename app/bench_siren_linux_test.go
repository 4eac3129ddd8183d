package main

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"loaxa/app/attach"
	"loaxa/app/station"
)

// BenchmarkPressToSiren is from the order of an operator's console to the first
// sample of the siren at the output of one of twelve poles, all of them
// processes on this machine; the bar is 300 ms at p99.
func BenchmarkPressToSiren(b *testing.B) {
	v, s := benchStation(b, 12)
	pipe := filepath.Join(v.dir, "pole.pcm")
	if err := unix.Mkfifo(pipe, 0o600); err != nil {
		b.Skip("skipped: no FIFO here: ", err)
	}
	for i, c := range v.clusters {
		out := "virtual"
		if i == 0 {
			out = "fifo:" + pipe
		}
		start(b, "cluster", "--data", c, "--station", s.ready.Addr, "--peer", v.stationID, "--out", out)
	}
	sound := listenTo(b, pipe)
	eventually(b, "all are linked", func() bool {
		n := 0
		for _, c := range snapshot(b, v.station).Clusters {
			if c.State == station.ClusterIdle {
				n++
			}
		}
		return n == 12
	})
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	c := attach.NewClient(func(ctx context.Context) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "unix", filepath.Join(v.station, attach.SocketName))
	}, "bench")
	go func() { _ = c.RunOnce(ctx) }()
	for c.Snapshot() == nil {
		<-c.Changed()
	}
	var times []time.Duration
	ask := func(in station.Intent) {
		if a, err := c.Submit(ctx, in); err != nil || a.Refusal != nil {
			b.Fatal(err, a.Refusal)
		}
	}
	once := func() {
		for quiet := false; !quiet; {
			select {
			case <-sound:
			case <-time.After(time.Second):
				quiet = true
			}
		}
		began := time.Now()
		ask(station.EmergencyStart{Siren: "attention", Targets: station.Everywhere()})
		select {
		case at := <-sound:
			times = append(times, at.Sub(began))
		case <-time.After(20 * time.Second):
			b.Fatal("no siren within 20 s")
		}
		ask(station.EmergencyEnd{})
	}
	for range b.N {
		for range 10 {
			once()
		}
	}
	slices.Sort(times)
	b.ReportMetric(float64(times[len(times)/2]), "p50-ns")
	b.ReportMetric(float64(times[(len(times)*99-1)/100]), "p99-ns")
	b.ReportMetric(0, "ns/op")
}

// listenTo tells when samples that are to be heard come out of a pole's pipe;
// old news is dropped.
func listenTo(b *testing.B, pipe string) <-chan time.Time {
	b.Helper()
	f, err := os.OpenFile(pipe, os.O_RDWR, 0) // for writing too: it does not wait for the pole
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = f.Close() })
	sound := make(chan time.Time, 1)
	go func() {
		buf := make([]byte, 1920)
		for {
			n, err := f.Read(buf)
			if err != nil {
				return
			}
			for i := 1; i < n; i += 2 {
				if v := int16(uint16(buf[i-1]) | uint16(buf[i])<<8); v > 200 || v < -200 {
					select {
					case sound <- time.Now():
					default:
					}
					break
				}
			}
		}
	}()
	return sound
}
