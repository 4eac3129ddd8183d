package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"loaxa/app/attach"
	"loaxa/app/station"
	"loaxa/audio/audiotest"
	"loaxa/audio/frame"
)

// use is what a process has used up to now: CPU time, and memory that it holds.
func use(b *testing.B, pid int) (cpu time.Duration, rss int64) {
	b.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		b.Skip("no /proc of this machine to read")
	}
	f := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+2:]))
	const ticks = 100 // a second, of every Linux
	for _, i := range []int{11, 12} {
		n, err := strconv.ParseInt(f[i], 10, 64)
		if err != nil {
			b.Fatal(err)
		}
		cpu += time.Duration(n) * time.Second / ticks
	}
	pages, err := strconv.ParseInt(f[21], 10, 64)
	if err != nil {
		b.Fatal(err)
	}
	return cpu, pages * int64(os.Getpagesize())
}

const benchFor = 8 * time.Second

// watch reports what the process uses over benchFor.
func watch(b *testing.B, p *proc) {
	b.Helper()
	watchPID(b, p.cmd.Process.Pid)
}

func watchPID(b *testing.B, pid int) {
	b.Helper()
	before, _ := use(b, pid)
	began := time.Now()
	time.Sleep(benchFor)
	after, rss := use(b, pid)
	b.ReportMetric(100*float64(after-before)/float64(time.Since(began)), "%core")
	b.ReportMetric(float64(rss)/1e6, "MB")
	b.ReportMetric(0, "ns/op")
}

func benchStation(b *testing.B, n int) (village, *proc) {
	b.Helper()
	v := newVillage(b, n)
	return v, start(b, "station", "--data", v.station, "--listen", "127.0.0.1:0", "--page", "127.0.0.1:0", "--mic", "none", "--pins", v.pins)
}

func BenchmarkStationIdle(b *testing.B) {
	for range b.N {
		_, s := benchStation(b, 12)
		time.Sleep(2 * time.Second) // the start is not idle
		watch(b, s)
		s.kill()
	}
}

// screenOf opens a console of 120 by 36 cells on a terminal of its own.
func screenOf(b *testing.B, v village) *terminal {
	b.Helper()
	c := onTerminal(b, 120, 36, nil, "console", "--data", v.station)
	c.shows("LOA:")
	return c
}

// BenchmarkConsoleIdle is a console of a station that plays nothing.
func BenchmarkConsoleIdle(b *testing.B) {
	for range b.N {
		v, s := benchStation(b, 12)
		c := screenOf(b, v)
		time.Sleep(2 * time.Second)
		watchPID(b, c.cmd.Process.Pid)
		_ = c.cmd.Process.Kill()
		s.kill()
	}
}

// BenchmarkConsoleOnAir is a console while twelve poles play and report.
func BenchmarkConsoleOnAir(b *testing.B) {
	for range b.N {
		v, s, poles := onAir(b)
		c := screenOf(b, v)
		time.Sleep(2 * time.Second)
		watchPID(b, c.cmd.Process.Pid)
		_ = c.cmd.Process.Kill()
		for _, p := range poles {
			p.kill()
		}
		s.kill()
	}
}

// BenchmarkConsoleFirstFrame is from the start of the console's program to its
// first true frame on the terminal.
func BenchmarkConsoleFirstFrame(b *testing.B) {
	v, _ := benchStation(b, 60)
	eventually(b, "the roster is known", func() bool { return len(snapshot(b, v.station).Clusters) == 60 })
	var times []time.Duration
	for b.Loop() {
		began := time.Now()
		c := screenOf(b, v)
		times = append(times, time.Since(began))
		_ = c.cmd.Process.Kill()
		<-c.end
	}
	slices.Sort(times)
	b.ReportMetric(float64(times[(len(times)*99-1)/100]), "p99-ns")
}

// BenchmarkStationOnAir has twelve poles as processes beside it; what they use
// is not counted.
func BenchmarkStationOnAir(b *testing.B) {
	for range b.N {
		_, s, poles := onAir(b)
		watch(b, s)
		for _, p := range poles {
			p.kill()
		}
		s.kill()
	}
}

// onAir is a station whose twelve poles play.
func onAir(b *testing.B) (v village, s *proc, poles []*proc) {
	b.Helper()
	v, s = benchStation(b, 12)
	for _, c := range v.clusters {
		poles = append(poles, start(b, "cluster", "--data", c, "--station", s.ready.Addr, "--peer", v.stationID, "--out", "virtual"))
	}
	must(b, "ctl", "--data", v.station, "play", audiotest.WriteWAV(b, "dai.wav", audiotest.Noise(1, 0.2, 60*frame.Rate)))
	eventually(b, "all play", func() bool {
		n := 0
		for _, c := range snapshot(b, v.station).Clusters {
			if c.State == station.ClusterPlaying {
				n++
			}
		}
		return n == 12
	})
	return v, s, poles
}

// BenchmarkAttach is from the connection to the first true picture.
func BenchmarkAttach(b *testing.B) {
	v, _ := benchStation(b, 60)
	eventually(b, "the roster is known", func() bool { return len(snapshot(b, v.station).Clusters) == 60 })
	dial := func(ctx context.Context) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "unix", filepath.Join(v.station, attach.SocketName))
	}
	var times []time.Duration
	for b.Loop() {
		began := time.Now()
		ctx, cancel := context.WithCancel(context.Background())
		c := attach.NewClient(dial, "bench")
		ended := make(chan error, 1) // one end
		go func() { ended <- c.RunOnce(ctx) }()
		for c.Snapshot() == nil {
			<-c.Changed()
		}
		times = append(times, time.Since(began))
		cancel()
		if err := <-ended; err != nil {
			b.Fatal(err)
		}
	}
	slices.Sort(times)
	b.ReportMetric(float64(times[(len(times)*99-1)/100]), "p99-ns")
}
