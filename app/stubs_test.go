package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"loaxa/app/trust"
	"loaxa/audio/frame"
	"loaxa/devices/cluster"
)

// asStubs makes the test binary be many poles that take sound and play none:
// what a station's end costs is measured with a thousand of them on one machine.
const asStubs = "LOAXA_TEST_AS_STUBS"

// counted is what stubs took since they started.
type counted struct {
	Linked int    // poles
	Frames uint64 // of 20 ms
	OnTime uint64 // of them, before their play-at
	Bytes  uint64 // of TCP that came
}

type stubs struct {
	linked                atomic.Int64
	frames, onTime, bytes atomic.Uint64
	start                 time.Time
}

func (s *stubs) now() int64 { return time.Since(s.start).Microseconds() }

// runStubs is DIR COUNT ADDR STATION: a line of JSON a second until killed.
func runStubs(args []string) int {
	n, err := strconv.Atoi(args[1])
	if err != nil {
		return 2
	}
	s := &stubs{start: time.Now()}
	var wg sync.WaitGroup
	ctx, cancel := context.WithCancel(context.Background())
	slots := make(chan struct{}, 16) // handshakes at a time
	for i := range n {
		wg.Go(func() {
			for ctx.Err() == nil {
				slots <- struct{}{}
				if err := s.pole(ctx, filepath.Join(args[0], fmt.Sprintf("c%d", i+1)), args[2], args[3], func() { <-slots }); err != nil && ctx.Err() == nil {
					fmt.Fprintln(os.Stderr, err)
				}
				time.Sleep(time.Second)
			}
		})
	}
	out := json.NewEncoder(os.Stdout)
	for out.Encode(counted{int(s.linked.Load()), s.frames.Load(), s.onTime.Load(), s.bytes.Load()}) == nil { // until nobody reads
		time.Sleep(200 * time.Millisecond)
	}
	cancel()
	wg.Wait()
	return 0
}

// metered counts what comes.
type metered struct {
	net.Conn
	bytes *atomic.Uint64
}

func (m metered) Read(p []byte) (int, error) {
	n, err := m.Conn.Read(p)
	m.bytes.Add(uint64(n))
	return n, err
}

func (s *stubs) pole(ctx context.Context, dir, addr, peer string, linked func()) error {
	done := sync.OnceFunc(linked)
	defer done()
	id, err := trust.Load(dir)
	if err != nil {
		return err
	}
	conf, err := id.ClientConfig(peer, time.Now)
	if err != nil {
		return err
	}
	raw, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	var ahead atomic.Int64 // of the station's clock, µs
	l, err := cluster.DialLink(ctx, tls.Client(metered{raw, &s.bytes}, conf), cluster.LinkOptions{
		Hello: cluster.Hello{ID: id.ID(), Build: "stub", Name: "stub", Epoch: 1}, StationID: peer,
		Verify: func([]byte, []byte) bool { return true }, Now: s.now,
		Handlers: cluster.Handlers{Open: func(cluster.Open) {}, Cancel: func(cluster.Cancel) {}, Mute: func(bool) {},
			Time: func(x cluster.Exchange) { ahead.Store((x.T2 - x.T1 + x.T3 - x.T4) / 2) },
			Audio: func(ps []frame.Packet) {
				s.frames.Add(uint64(len(ps)))
				now := s.now() + ahead.Load()
				for _, p := range ps {
					if p.PlayAt >= now {
						s.onTime.Add(1)
					}
				}
			}},
	})
	if err != nil {
		return err
	}
	done()
	s.linked.Add(1)
	defer s.linked.Add(-1)
	go func() {
		for i := 0; ctx.Err() == nil; i++ {
			if i < 5 || i%3 == 0 {
				l.Ask()
			}
			if l.Report(cluster.Health{Output: "virtual", Version: "stub"}) != nil {
				return
			}
			time.Sleep(2 * time.Second)
		}
	}()
	return l.Run(ctx)
}

// crowd is a running process of stubs.
type crowdOf struct {
	*proc
	mu  sync.Mutex
	now counted
}

// crowd starts n stubs of a village and waits until all are linked.
func crowd(b testing.TB, v village, n int, addr string) *crowdOf { //nolint:unparam // of many sizes
	b.Helper()
	cmd := program(v.dir, strconv.Itoa(n), addr, v.stationID)
	cmd.Env = slices.Concat(os.Environ(), []string{asStubs + "=1"})
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		b.Fatal(err)
	}
	c := &crowdOf{proc: &proc{t: b, cmd: cmd, gone: make(chan struct{})}}
	go func() {
		defer close(c.gone)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			var now counted
			if json.Unmarshal(lines.Bytes(), &now) == nil {
				c.mu.Lock()
				c.now = now
				c.mu.Unlock()
			}
		}
		_ = cmd.Wait()
	}()
	b.Cleanup(c.kill)
	eventually(b, "all stubs are linked", func() bool { return c.counted().Linked == n })
	return c
}

func (c *crowdOf) counted() counted {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}
