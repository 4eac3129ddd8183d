package boot

import (
	"errors"
	"net"
	"sync"
	"time"
)

// relay passes a demonstration's connections on, so that their line can be
// cut as a real one is: bytes stop, nobody is told.
type relay struct {
	l net.Listener

	mu    sync.Mutex
	to    string
	cut   bool
	open  map[net.Conn]net.Conn // from who called to whom it leads
	freed chan struct{}         // closed when a cut ends
	wg    sync.WaitGroup
}

// newRelay listens on loopback for connections to an address.
func newRelay(to string) (*relay, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	r := &relay{l: l, to: to, open: map[net.Conn]net.Conn{}, freed: make(chan struct{})}
	close(r.freed)
	r.wg.Go(r.accept)
	return r, nil
}

func (r *relay) addr() string { return r.l.Addr().String() }

func (r *relay) accept() {
	for {
		c, err := r.l.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			time.Sleep(50 * time.Millisecond)
			continue
		}
		r.wg.Go(func() { r.pass(c) })
	}
}

// set cuts or frees the line, and leads it elsewhere. Connections that do not
// fit any more are ended, but not by a cut: a dead line tells nobody.
func (r *relay) set(cut bool, to string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case cut == r.cut && to == r.to:
		return
	case cut && !r.cut:
		r.freed = make(chan struct{})
	case !cut && r.cut:
		close(r.freed)
	}
	if !cut {
		for a, b := range r.open {
			_ = a.Close()
			_ = b.Close()
		}
	}
	r.cut, r.to = cut, to
}

func (r *relay) close() {
	_ = r.l.Close()
	r.set(false, "")
	r.wg.Wait()
}

// wait holds while the line is cut; false: it leads elsewhere now.
func (r *relay) wait(to string) bool {
	for {
		r.mu.Lock()
		cut, same, freed := r.cut, r.to == to, r.freed
		r.mu.Unlock()
		if !cut {
			return same
		}
		<-freed
	}
}

func (r *relay) pass(a net.Conn) {
	defer func() { _ = a.Close() }()
	r.mu.Lock()
	to := r.to
	r.mu.Unlock()
	if to == "" || !r.wait(to) {
		return
	}
	b, err := net.DialTimeout("tcp", to, 5*time.Second)
	if err != nil {
		return
	}
	defer func() { _ = b.Close() }()
	r.mu.Lock()
	fits := r.to == to
	r.open[a] = b
	r.mu.Unlock()
	defer func() {
		r.mu.Lock()
		delete(r.open, a)
		r.mu.Unlock()
	}()
	if !fits {
		return
	}
	var both sync.WaitGroup
	both.Go(func() { r.copy(b, a, to) })
	both.Go(func() { r.copy(a, b, to) })
	both.Wait()
}

// copy ends both directions with the one.
func (r *relay) copy(dst, src net.Conn, to string) {
	defer func() { _ = dst.Close(); _ = src.Close() }()
	buf := make([]byte, 16<<10)
	for {
		n, err := src.Read(buf)
		if n > 0 && r.wait(to) {
			if _, err := dst.Write(buf[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}
