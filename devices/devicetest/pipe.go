package devicetest

import (
	"context"
	"net"
	"sync"
	"testing"
	"time"

	"loaxa/devices"
)

// NewPiped starts a station behind pipes in memory instead of sockets, as tests
// in a bubble of their own time need it; change may be nil.
func NewPiped(t testing.TB, key Key, change func(*devices.Options)) *Station {
	t.Helper()
	return newStation(t, key, newPipes(), change)
}

// pipes is a listener whose connections are made in memory. dials holds none:
// who dials waits until the station takes it.
type pipes struct {
	dials  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func newPipes() *pipes {
	return &pipes{dials: make(chan net.Conn), closed: make(chan struct{})}
}

// Accept waits for a dial.
func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.dials:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

// Close refuses further dials.
func (p *pipes) Close() error {
	p.once.Do(func() { close(p.closed) })
	return nil
}

// Addr is of no network.
func (p *pipes) Addr() net.Addr { return pipeAddr{} }

type pipeAddr struct{}

func (pipeAddr) Network() string { return "pipe" }
func (pipeAddr) String() string  { return "127.0.0.1:1" }

func (p *pipes) dial(ctx context.Context) (net.Conn, error) {
	n, f := net.Pipe()
	near, far := wire{n}, wire{f}
	select {
	case p.dials <- far:
		return near, nil
	case <-p.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// wireDelay is how long a write takes: a link whose round trip takes no time at
// all tells nothing of its clock.
const wireDelay = 100 * time.Microsecond

type wire struct{ net.Conn }

func (w wire) Write(b []byte) (int, error) {
	time.Sleep(wireDelay)
	return w.Conn.Write(b)
}
