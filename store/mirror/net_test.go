package mirror_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"sync"
	"time"

	"loaxa/store/mirror"

	"loaxa/store"
)

// pipe is an in-memory Conn pair whose ends can be cut. Like a real socket it
// loses what is under way when it is cut: a random tail of it.
type pipe struct {
	mu    sync.Mutex
	cond  chan struct{} // closed and replaced at each change
	queue [2][][]byte   // messages towards end 0 and 1
	cut   bool
}

const pipeRoom = 16 // messages; then the writer waits, as on a slow line

type pipeEnd struct {
	p           *pipe
	side        int
	mu          sync.Mutex
	read, write time.Time
}

var errCut = errors.New("connection reset")

func newPipe() (*pipe, *pipeEnd, *pipeEnd) {
	p := &pipe{cond: make(chan struct{})}
	return p, &pipeEnd{p: p, side: 0}, &pipeEnd{p: p, side: 1}
}

func (p *pipe) wake() {
	close(p.cond)
	p.cond = make(chan struct{})
}

// Cut ends the connection; of what is under way only keep messages a side
// arrive.
func (p *pipe) Cut(keep int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cut = true
	for i := range p.queue {
		p.queue[i] = p.queue[i][:min(keep, len(p.queue[i]))]
	}
	p.wake()
}

// until waits for ready, which is called under the lock, or the deadline.
func (p *pipe) until(deadline time.Time, ready func() (bool, error)) error {
	for {
		p.mu.Lock()
		ok, err := ready()
		ch := p.cond
		if ok || err != nil {
			p.mu.Unlock()
			return err
		}
		p.mu.Unlock()
		var over <-chan time.Time
		if !deadline.IsZero() {
			t := time.NewTimer(time.Until(deadline))
			defer t.Stop()
			over = t.C
		}
		select {
		case <-ch:
		case <-over:
			return os.ErrDeadlineExceeded
		}
	}
}

func (e *pipeEnd) ReadMessage() (msg []byte, err error) {
	e.mu.Lock()
	deadline := e.read
	e.mu.Unlock()
	err = e.p.until(deadline, func() (bool, error) {
		q := &e.p.queue[e.side]
		if len(*q) > 0 {
			msg, *q = (*q)[0], (*q)[1:]
			e.p.wake()
			return true, nil
		}
		if e.p.cut {
			return false, errCut
		}
		return false, nil
	})
	return msg, err
}

func (e *pipeEnd) WriteMessage(b []byte) error {
	e.mu.Lock()
	deadline := e.write
	e.mu.Unlock()
	return e.p.until(deadline, func() (bool, error) {
		q := &e.p.queue[1-e.side]
		switch {
		case e.p.cut:
			return false, errCut
		case len(*q) >= pipeRoom:
			return false, nil
		}
		*q = append(*q, append([]byte{}, b...))
		e.p.wake()
		return true, nil
	})
}

func (e *pipeEnd) SetReadDeadline(t time.Time) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.read = t
	return nil
}

func (e *pipeEnd) SetWriteDeadline(t time.Time) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.write = t
	return nil
}

func (e *pipeEnd) Close() error {
	e.p.Cut(pipeRoom)
	return nil
}

// network connects senders with whoever serves at the far end.
type network struct {
	mu    sync.Mutex
	serve func(c mirror.Conn) // nil: nobody there
	pipes []*pipe
	wg    sync.WaitGroup
}

func (n *network) dial(context.Context) (mirror.Conn, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.serve == nil {
		return nil, errors.New("connection refused")
	}
	p, near, far := newPipe()
	n.pipes = append(n.pipes, p)
	serve := n.serve
	n.wg.Go(func() { serve(far) })
	return near, nil
}

// cut cuts every connection.
func (n *network) cut(rng *rand.Rand) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, p := range n.pipes {
		p.Cut(rng.IntN(4))
	}
	n.pipes = nil
}

func (n *network) answer(serve func(c mirror.Conn)) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.serve = serve
}

// sameRun tells whether two runs say the same, byte for byte.
func sameRun(a, b store.Run) bool {
	if a.Epoch != b.Epoch || a.From != b.From || a.Prev != b.Prev || a.Last != b.Last || len(a.Items) != len(b.Items) {
		return false
	}
	for i := range a.Items {
		if string(store.AppendWire(nil, &a.Items[i])) != string(store.AppendWire(nil, &b.Items[i])) {
			return false
		}
	}
	return true
}
