package devices

import (
	"crypto/rand"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"math"
	"net"
	"sync"
	"time"

	"loaxa/audio/frame"
	"loaxa/devices/cluster"
)

// lanes is the fleet's datagram socket: the live lane of every cluster whose
// probes get through. One goroutine reads, one writes.
type lanes struct {
	conn net.PacketConn
	port uint16
	now  func() int64
	out  chan outgoing // 512: 10 s of a stream; full: dropped, the repeats and the websocket fill in

	mu       sync.Mutex
	sessions map[uint32]*lane
}

// outgoing is one message for many lanes, by how many repeats it carries.
type outgoing struct {
	to     []*lane
	forms  [cluster.MaxRepeats + 1][]byte // equal where there is nothing to repeat
	copies int
}

// lane is one link's; the lanes' mutex guards all but seal.
type lane struct {
	seal   *cluster.Sealing
	addr   net.Addr
	heard  int64 // µs of the newest probe; 0: none
	proven bool  // an echo of ours came back: the lane is open both ways
	loss   float64
	past   []cluster.Probe // newest last
	sent   uint64          // datagrams
}

// How a lane is judged. Figures in µs.
const (
	laneSure   = 700_000 // a probe is no older: the lane is open
	laneUnsure = int64(cluster.ProbeLife / time.Microsecond)
	freshFor   = 500_000   // a stream's first sound goes both ways
	openFor    = 2_000_000 // and its OPEN again and again
	pastProbes = 5         // 2 s
	blind      = 50        // datagrams that were sent and not yet told of: a second of sound
)

func newLanes(conn net.PacketConn, now func() int64) *lanes {
	a := &lanes{conn: conn, now: now, out: make(chan outgoing, 512), sessions: map[uint32]*lane{}}
	if u, ok := conn.LocalAddr().(*net.UDPAddr); ok {
		a.port = uint16(u.Port)
	}
	return a
}

// add makes a lane for a connection; nil where there is no socket. Its keys
// come from the connection's TLS.
func (a *lanes) add(cs *tls.ConnectionState) *lane {
	if a == nil || a.port == 0 {
		return nil
	}
	for {
		var b [4]byte
		_, _ = rand.Read(b[:])
		id := binary.BigEndian.Uint32(b[:])
		seal, err := cluster.NewSealing(id, cs.ExportKeyingMaterial, true)
		if err != nil {
			return nil
		}
		a.mu.Lock()
		_, taken := a.sessions[id]
		l := &lane{seal: seal}
		if !taken {
			a.sessions[id] = l
		}
		a.mu.Unlock()
		if !taken {
			return l
		}
	}
}

func (a *lanes) remove(l *lane) {
	if l == nil {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.sessions, l.seal.Session)
}

// ways tells on which ways a lane's cluster is to be sent live sound.
func (a *lanes) ways(l *lane, now int64) (datagram, websocket bool) {
	if l == nil {
		return false, true
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if !l.proven || l.loss > 0.9 {
		return false, true
	}
	switch age := now - l.heard; {
	case age <= laneSure:
		return true, false
	case age <= laneUnsure:
		return true, true
	}
	return false, true
}

// repeats is how many earlier frames a lane needs. The caller holds mu.
func (l *lane) repeats() int {
	switch {
	case l.loss < 0.005:
		return 0
	case l.loss < 0.05:
		return 1
	}
	return cluster.MaxRepeats
}

// probe takes what a pole says of its lane.
func (a *lanes) probe(l *lane, p cluster.Probe, from net.Addr) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if n := len(l.past); n > 0 && p.Number <= l.past[n-1].Number {
		return // an older one came late
	}
	l.addr, l.heard = from, a.now()
	l.proven = l.proven || p.Echo > 0
	if len(l.past) >= pastProbes {
		l.past = l.past[1:]
	}
	l.past = append(l.past, p)
	first := l.past[0]
	switch due := p.Sent - first.Sent; {
	case p.Sent < first.Sent || p.Opened < first.Opened:
		l.past = l.past[len(l.past)-1:]
	case due >= 20:
		l.loss = max(1-float64(p.Opened-first.Opened)/float64(due), 0)
	case due == 0 && l.sent > p.Sent+blind:
		l.loss = 1 // its probes come, nothing gets there
	}
}

// read takes datagrams until the socket is closed.
func (a *lanes) read() {
	buf := make([]byte, cluster.MaxDatagram+1)
	for {
		n, from, err := a.conn.ReadFrom(buf)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			time.Sleep(10 * time.Millisecond) // a full table of the kernel's, say
			continue
		}
		id, ok := cluster.SessionOf(buf[:n])
		if !ok {
			continue
		}
		a.mu.Lock()
		l := a.sessions[id]
		a.mu.Unlock()
		if l == nil {
			continue
		}
		message, err := l.seal.Open(buf[:n])
		if err != nil {
			continue
		}
		p, err := cluster.ParseProbe(message)
		if err != nil {
			continue
		}
		a.probe(l, p, from)
		a.write(l, from, cluster.AppendEcho(nil, p.Number))
	}
}

func (a *lanes) write(l *lane, to net.Addr, message []byte) {
	_, _ = a.conn.WriteTo(l.seal.Seal(nil, message), to)
	a.mu.Lock()
	l.sent++
	a.mu.Unlock()
}

// run writes what is sent until quit.
func (a *lanes) run(quit <-chan struct{}) {
	for {
		select {
		case <-quit:
			return
		case o := <-a.out:
			for _, l := range o.to {
				a.mu.Lock()
				to, n := l.addr, l.repeats()
				a.mu.Unlock()
				for range o.copies {
					a.write(l, to, o.forms[n])
				}
			}
		}
	}
}

// send queues a message; a full queue drops it.
func (a *lanes) send(o outgoing) {
	if len(o.to) == 0 {
		return
	}
	select {
	case a.out <- o:
	default:
	}
}

// tell sends a control message to lanes, twice: its news cannot wait for a
// stalled websocket, which carries it too.
func (a *lanes) tell(to []*lane, c cluster.Control) {
	if a == nil || len(to) == 0 {
		return
	}
	if b, err := cluster.EncodeControl(c); err == nil && len(b)+32 <= cluster.MaxDatagram {
		a.send(outgoing{to: to, forms: alike(b), copies: 2})
	}
}

func alike(b []byte) (f [cluster.MaxRepeats + 1][]byte) {
	for i := range f {
		f[i] = b
	}
	return f
}

// forms are the messages of a packet with none, one and two repeats; nil where
// it is too large for a datagram.
func forms(earlier []frame.Packet, p frame.Packet) ([cluster.MaxRepeats + 1][]byte, bool) {
	var f [cluster.MaxRepeats + 1][]byte
	for i := range f {
		b, err := cluster.AppendRepeated(nil, earlier[max(len(earlier)-i, 0):], p)
		switch {
		case err == nil && len(b)+32 <= cluster.MaxDatagram:
			f[i] = b
		case i == 0:
			return f, false
		default:
			f[i] = f[i-1]
		}
	}
	return f, true
}

// status is what is known of a lane.
func (a *lanes) status(l *lane) (open bool, loss float64) {
	if a == nil || l == nil {
		return false, 0
	}
	open, _ = a.ways(l, a.now())
	a.mu.Lock()
	defer a.mu.Unlock()
	if math.IsNaN(l.loss) {
		return open, 0
	}
	return open, l.loss
}
