package multicast

import (
	"context"
	"net"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/pion/rtp"

	"loaxa/devices/devicetest"
)

// ear is a box that hears what reaches it, each packet for as long as it is.
type ear struct {
	net.Conn
	coding Coding
	now    func() int64

	mu    sync.Mutex
	heard []arrived
	stall chan struct{} // not nil: nothing is taken until it is closed
}

type arrived struct {
	at, until int64
	mark      int
}

func (e *ear) Write(b []byte) (int, error) {
	e.mu.Lock()
	stall := e.stall
	e.mu.Unlock()
	if stall != nil {
		<-stall
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	var p rtp.Packet
	if err := p.Unmarshal(b); err != nil {
		return 0, err
	}
	// What comes at once is heard one behind the other, as both halves of an L16 frame.
	long := int64(20_000 / e.coding.parts())
	at := e.now()
	if n := len(e.heard); n > 0 {
		at = max(at, e.heard[n-1].until)
	}
	e.heard = append(e.heard, arrived{at, at + long, devicetest.MarkOf(e.coding.Needs(), p.Payload)})
	return len(b), nil
}

func (e *ear) Close() error { return nil }

func (e *ear) mark(at int64) int {
	e.mu.Lock()
	defer e.mu.Unlock()
	i := slices.IndexFunc(e.heard, func(a arrived) bool { return a.at <= at && at < a.until })
	if i < 0 {
		return 0
	}
	return e.heard[i].mark
}

// TestTheDriversSuite: what every driver owes, in each coding; the boxes have
// both channels open, as one that prefers emergencies has.
func TestTheDriversSuite(t *testing.T) {
	for _, c := range []Coding{Opus, L16, PCMU} {
		t.Run(string(c), func(t *testing.T) {
			devicetest.CheckDriver(t, func(t *testing.T) *devicetest.Rig {
				start := time.Now()
				now := func() int64 { return time.Since(start).Microseconds() + 1_000_000 }
				e := &ear{coding: c, now: now}
				o := options(c)
				o.Now, o.Dial = now, func(Channel, int, string) (net.Conn, error) { return e, nil }
				d, err := Open(o)
				if err != nil {
					t.Fatal(err)
				}
				ctx, stop := context.WithCancel(t.Context())
				done := make(chan struct{})
				go func() { d.Run(ctx); close(done) }()
				return &devicetest.Rig{Driver: d, Now: now, At: e.mark, Stop: func() { stop(); <-done }, Stall: func(stall bool) {
					e.mu.Lock()
					defer e.mu.Unlock()
					if stall {
						e.stall = make(chan struct{})
						return
					}
					close(e.stall)
					e.stall = nil
				}}
			})
		})
	}
}
