package devices

import (
	"errors"
	"net"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"loaxa/devices/cluster"
)

// link is the station's end of one cluster's wire. The handler goroutine
// reads, one goroutine writes.
type link struct {
	fleet *Fleet
	ws    *websocket.Conn
	id    string
	hello cluster.Hello
	queue *queue
	lane  *lane // nil: none
	quit  chan struct{}
	once  sync.Once
	why   string       // set before quit is closed
	bye   *cluster.Bye // nil: none

	wants chan cluster.Want // 1: a cluster asks for one part at a time; full: it asks again

	health  Health       // the newest; guarded by the fleet's mutex
	claimed Health       // as the cluster said it, believed or not
	held    cluster.Held // what it last said; guarded by the fleet's mutex
}

var upgrader = websocket.Upgrader{
	HandshakeTimeout: cluster.HelloWait, ReadBufferSize: 1 << 10, WriteBufferSize: 4 << 10,
	WriteBufferPool: &sync.Pool{},
}

// endWait is what a link has for its goodbye.
const endWait = 1500 * time.Millisecond

var byeStopping = &cluster.Bye{Words: "the station stops"}

// maxHalf bounds connections that have not said HELLO.
const maxHalf = 64

func (f *Fleet) serve(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Origin") != "" || r.Header.Get("Cookie") != "" {
		http.Error(w, "this door is for machines", http.StatusForbidden)
		return
	}
	if r.TLS == nil {
		http.Error(w, "TLS is needed", http.StatusForbidden)
		return
	}
	peer, err := f.opt.Peer(r.TLS)
	if err != nil {
		http.Error(w, "no key was shown", http.StatusForbidden)
		return
	}
	f.mu.Lock()
	if f.closed || f.half >= maxHalf || len(f.links) >= f.opt.MaxLinks {
		f.mu.Unlock()
		http.Error(w, "busy, come again", http.StatusServiceUnavailable)
		return
	}
	f.half++
	f.running.Add(1)
	f.mu.Unlock()
	defer f.running.Done()
	l := f.greet(w, r, peer)
	f.mu.Lock()
	f.half--
	f.mu.Unlock()
	if l != nil {
		l.run(r.RemoteAddr)
	}
}

// greet upgrades and reads HELLO. nil: the connection is closed again.
func (f *Fleet) greet(w http.ResponseWriter, r *http.Request, peer string) *link {
	ws, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return nil // the upgrader has answered
	}
	ws.SetReadLimit(cluster.StationReadLimit)
	until := time.Now().Add(cluster.HelloWait)
	_ = ws.SetReadDeadline(until)
	_ = ws.SetWriteDeadline(until)
	hello, refusal := f.hello(ws, peer)
	if refusal != "" {
		f.opt.Log.Warn("cluster refused", "id", peer, "from", r.RemoteAddr, "why", refusal)
		say(ws, &cluster.Refuse{Words: refusal, After: 10})
		_ = ws.Close()
		return nil
	}
	l := &link{fleet: f, ws: ws, id: peer, hello: *hello, queue: newQueue(), quit: make(chan struct{}), lane: f.lanes.add(r.TLS),
		wants: make(chan cluster.Want, 1)}
	welcome := &cluster.Welcome{
		Protocol: cluster.ProtocolMax, Build: f.opt.Build, ID: f.opt.ID, Epoch: f.opt.Epoch, Now: f.opt.Now(),
	}
	if l.lane != nil {
		welcome.Port, welcome.Session = f.lanes.port, l.lane.seal.Session
	}
	if !say(ws, welcome) {
		f.lanes.remove(l.lane)
		_ = ws.Close()
		return nil
	}
	return l
}

func (f *Fleet) hello(ws *websocket.Conn, peer string) (*cluster.Hello, string) {
	kind, b, err := ws.ReadMessage()
	if err != nil || kind != websocket.BinaryMessage {
		return nil, "no HELLO was said"
	}
	c, err := cluster.DecodeControl(b)
	hello, ok := c.(*cluster.Hello)
	switch {
	case err != nil || !ok:
		return nil, "this is not a HELLO"
	case hello.Min > cluster.ProtocolMax || hello.Max < cluster.ProtocolMin:
		return nil, "this station does not speak the cluster's protocol: one of them needs an update"
	case hello.ID != peer:
		return nil, "HELLO names another key than the one shown"
	case !f.opt.Known(peer):
		return nil, "this station does not know the cluster's key"
	}
	return hello, ""
}

// say writes before the writer goroutine runs.
func say(ws *websocket.Conn, c cluster.Control) bool {
	b, err := cluster.EncodeControl(c)
	return err == nil && ws.WriteMessage(websocket.BinaryMessage, b) == nil
}

// control queues a control message.
func (l *link) control(c cluster.Control) {
	b, err := cluster.EncodeControl(c)
	if err != nil {
		l.fleet.opt.Log.Error("control message", "err", err)
		return
	}
	l.queue.addControl(b)
}

// end makes the link close, saying goodbye first if there is one.
func (l *link) end(why string, bye *cluster.Bye) {
	l.once.Do(func() {
		l.why, l.bye = why, bye
		close(l.quit)
		time.AfterFunc(endWait, func() { _ = l.ws.Close() }) // the writer may hang in a write
	})
}

func (l *link) run(address string) {
	l.fleet.attach(l, address)
	written := make(chan struct{})
	go func() {
		defer close(written)
		l.write()
	}()
	served := make(chan struct{})
	go func() {
		defer close(served)
		l.serveParts()
	}()
	l.read()
	<-written
	<-served
	l.fleet.lanes.remove(l.lane)
	l.fleet.detach(l)
}

// attach makes the link the cluster's own; an older one is told and ended.
func (f *Fleet) attach(l *link, address string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if old := f.links[l.id]; old != nil {
		f.fold(old)
		old.end(WhyLost, &cluster.Bye{Words: "a newer connection of this cluster took over", After: 30})
	}
	f.links[l.id] = l
	if f.closed {
		l.end(WhyStopping, byeStopping)
	}
	st := f.past[l.id]
	if st == nil {
		st = &LinkStatus{ID: l.id}
		f.past[l.id] = st
	}
	st.Up, st.Name, st.Build, st.Output = true, l.hello.Name, l.hello.Build, l.hello.Output
	st.Address, st.Since = address, f.opt.Now()
	st.LastSaid = st.Since
	l.health = Health{Output: l.hello.Output, Version: l.hello.Build, Muted: f.muted[l.id]}
	l.control(&cluster.Mute{Muted: f.muted[l.id]})
	f.tellCarried(l)
	f.sendPlan(l)
	for _, s := range f.streams {
		if _, ok := s.members[l.id]; ok {
			s.members[l.id] = &member{}
			s.join([]string{l.id})
		}
	}
	f.mail.post(Report{ID: l.id, Up: true, New: true, Name: l.hello.Name, Health: l.health})
}

// fold keeps a link's counts; the caller holds mu.
func (f *Fleet) fold(l *link) {
	_, sent, dropped := l.queue.counts()
	st := f.past[l.id]
	st.Sent, st.Dropped = st.Sent+sent, st.Dropped+dropped
}

func (f *Fleet) detach(l *link) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.links[l.id] != l {
		return // replaced; the newer link speaks for the cluster
	}
	f.fold(l)
	delete(f.links, l.id)
	for _, s := range f.streams {
		if _, ok := s.members[l.id]; ok {
			s.members[l.id] = &member{}
		}
	}
	st := f.past[l.id]
	st.Up, st.Since = false, f.opt.Now()
	f.mail.post(Report{ID: l.id, Why: l.why, Name: l.hello.Name, Health: l.health})
}

func (l *link) quietAfter(d time.Duration) { _ = l.ws.SetReadDeadline(time.Now().Add(d)) }

func (l *link) read() {
	l.quietAfter(cluster.StationQuiet)
	l.ws.SetPongHandler(func(string) error {
		l.quietAfter(cluster.StationQuiet)
		return nil
	})
	for {
		kind, b, err := l.ws.ReadMessage()
		if err != nil {
			l.end(whyOf(err), nil)
			return
		}
		t2 := l.fleet.opt.Now()
		l.quietAfter(cluster.StationQuiet)
		if kind != websocket.BinaryMessage || l.take(b, t2) != nil {
			l.end(WhyGarbage, &cluster.Bye{Words: "that message cannot be read", After: 10})
			return
		}
	}
}

func whyOf(err error) string {
	var e net.Error
	if errors.As(err, &e) && e.Timeout() || errors.Is(err, os.ErrDeadlineExceeded) {
		return WhySilent
	}
	if errors.Is(err, websocket.ErrReadLimit) {
		return WhyGarbage
	}
	return WhyLost
}

func (l *link) take(b []byte, t2 int64) error {
	kind, err := cluster.KindOf(b)
	if err != nil {
		return err
	}
	switch kind {
	case cluster.KindAsk:
		t1, err := cluster.ParseAsk(b)
		if err != nil {
			return err
		}
		l.queue.addTime(timeAsk{t1, t2})
	case cluster.KindControl:
		c, err := cluster.DecodeControl(b)
		if err != nil {
			return err
		}
		if r, ok := c.(*cluster.Refusal); ok {
			if l.fleet.opt.Refused != nil {
				l.fleet.opt.Refused(Refusal{l.id, *r})
			}
			return nil
		}
		if h, ok := c.(*Health); ok {
			l.fleet.said(l, *h, t2)
		} else {
			l.takeAsset(c)
		}
	default: // a kind of a newer cluster
	}
	return nil
}

func (f *Fleet) said(l *link, h Health, at int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.links[l.id] != l {
		return
	}
	claimed := h
	if odd(l.claimed, h, at) {
		h.Playing, h.PlayedUntil, h.Why = 0, 0, WhyOdd
	} else {
		f.learn(l.id, h.Step, at)
	}
	l.health, l.claimed = h, claimed
	st := f.past[l.id]
	st.LastSaid, st.Output = at, h.Output
	f.mail.post(Report{ID: l.id, Up: true, Name: l.hello.Name, Health: h})
}

// write is the only goroutine that writes. It closes the connection, which
// ends the reader.
func (l *link) write() {
	defer func() { _ = l.ws.Close() }()
	ping := time.NewTicker(cluster.PingEvery)
	defer ping.Stop()
	for {
		select {
		case <-l.quit:
			l.goodbye()
			return
		default:
		}
		j := l.queue.next(l.fleet.opt.Now())
		if j.full {
			l.end(WhySlow, nil)
			return
		}
		if err, did := l.do(j); err != nil {
			if errors.Is(err, websocket.ErrCloseSent) {
				return // the reader closed the door, and says why
			}
			why := whyOf(err)
			if why == WhySilent {
				why = WhySlow
			}
			l.end(why, nil)
			return
		} else if did {
			continue
		}
		select {
		case <-l.queue.wake:
		case <-ping.C:
			_ = l.ws.WriteControl(websocket.PingMessage, nil, time.Now().Add(cluster.WriteWait))
		case <-l.quit:
		}
	}
}

func (l *link) do(j job) (err error, did bool) {
	_ = l.ws.SetWriteDeadline(time.Now().Add(cluster.WriteWait))
	switch {
	case j.time != nil:
		b := cluster.AppendAnswer(nil, j.time.t1, j.time.t2, l.fleet.opt.Now())
		return l.ws.WriteMessage(websocket.BinaryMessage, b), true
	case j.control != nil:
		return l.ws.WriteMessage(websocket.BinaryMessage, j.control), true
	case j.sound != nil:
		return l.ws.WritePreparedMessage(j.sound.message), true
	}
	return nil, false
}

// goodbye has a second: the far end may be gone.
func (l *link) goodbye() {
	if l.bye == nil {
		return
	}
	until := time.Now().Add(time.Second)
	_ = l.ws.SetWriteDeadline(until)
	if !say(l.ws, l.bye) {
		return
	}
	code := websocket.CloseNormalClosure
	switch {
	case l.why == WhyRevoked:
		code = cluster.CloseRevoked
	case l.why == WhyLost:
		code = cluster.CloseReplaced
	}
	_ = l.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, ""), until)
}
