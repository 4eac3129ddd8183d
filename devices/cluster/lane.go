package cluster

import (
	"net"
	"sync"
	"time"
)

// lane is a pole's end of the datagrams of one link.
type lane struct {
	link *Link
	conn net.Conn
	seal *Sealing

	mu     sync.Mutex
	number uint64 // of the newest probe
	echo   uint64 // number of the newest echo
}

// openLane starts the datagrams where both ends have them. A lane that cannot
// be had is not missed: the websocket carries everything.
func (l *Link) openLane() *sync.WaitGroup {
	var running sync.WaitGroup
	w := l.welcome
	if w.Port == 0 || l.opt.Datagrams == nil || l.export == nil {
		return &running
	}
	seal, err := NewSealing(w.Session, l.export, false)
	if err != nil {
		return &running
	}
	conn, err := l.opt.Datagrams(w.Port)
	if err != nil {
		return &running
	}
	a := &lane{link: l, conn: conn, seal: seal}
	running.Go(func() {
		<-l.quit
		_ = conn.Close()
	})
	running.Go(a.probe)
	running.Go(a.read)
	return &running
}

// probe keeps the way through the carrier's address translation open.
func (a *lane) probe() {
	t := time.NewTicker(ProbeEvery)
	defer t.Stop()
	for {
		a.mu.Lock()
		a.number++
		p := Probe{Echo: a.echo, Number: a.number}
		a.mu.Unlock()
		p.Opened, p.Sent = a.seal.Counts()
		// A way that is closed says so by an error now and then; it may open.
		_, _ = a.conn.Write(a.seal.Seal(nil, AppendProbe(nil, p)))
		select {
		case <-a.link.quit:
			return
		case <-t.C:
		}
	}
}

func (a *lane) read() {
	buf := make([]byte, MaxDatagram+1)
	for {
		n, err := a.conn.Read(buf)
		select {
		case <-a.link.quit:
			return
		default:
		}
		if err != nil { // nobody is at the port yet, say
			time.Sleep(10 * time.Millisecond)
			continue
		}
		message, err := a.seal.Open(buf[:n])
		if err != nil || a.take(message) != nil {
			a.link.count(func(r *Rejected) { r.Malformed++ })
		}
	}
}

// take passes a message on. It holds no more than what opens, fills or cuts a
// stream: all else has an order and goes over the websocket.
func (a *lane) take(b []byte) error {
	kind, err := KindOf(b)
	if err != nil {
		return err
	}
	switch kind {
	case KindEcho:
		n, err := ParseEcho(b)
		if err != nil {
			return err
		}
		a.mu.Lock()
		defer a.mu.Unlock()
		if n <= a.number {
			a.echo = max(a.echo, n)
		}
	case KindAudio:
		packets, err := parseRepeated(b)
		if err != nil {
			return err
		}
		a.link.taking.Lock()
		defer a.link.taking.Unlock()
		a.link.sound(packets)
	case KindControl:
		c, err := DecodeControl(b)
		if err != nil {
			return err
		}
		a.link.taking.Lock()
		defer a.link.taking.Unlock()
		switch c := c.(type) {
		case *Open:
			if _, ok := a.link.opened[c.Stream]; !ok {
				a.link.takeControl(c)
			}
		case *Play, *Cancel:
			a.link.takeControl(c)
		default:
		}
	default: // a kind of a newer station
	}
	return nil
}
