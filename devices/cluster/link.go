package cluster

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"loaxa/audio/frame"
)

// Refused is the station's no, or its goodbye, in its words.
type Refused struct {
	Words string
	After time.Duration // to wait before coming again; 0: as after a lost link
}

func (r *Refused) Error() string { return "station says: " + r.Words }

func refused(words string, after uint16) *Refused {
	return &Refused{words, time.Duration(after) * time.Second}
}

// Handlers take what a station sends, in order, on the reader's goroutine;
// none may block. A stream's Open comes before its Audio.
type Handlers struct {
	Order  func(Order)          // a document to be checked; nil: not taken
	Audio  func([]frame.Packet) // the packets may be kept
	Open   func(Open)
	Cancel func(Cancel)
	Mute   func(bool)
	Time   func(Exchange)
	Play   func(Play)    // of an asset; nil: not played
	Other  func(Control) // Part, PlanMessage, AloneTaken; nil: not taken
}

// LinkOptions is what a cluster needs to talk to its station.
type LinkOptions struct {
	Hello     Hello  // Min and Max are set by DialLink
	StationID string // fingerprint the station must have; signed streams name it
	Verify    func(message, signature []byte) bool
	Now       func() int64 // µs of the cluster's monotonic clock
	Handlers  Handlers
	// Datagrams opens a socket to a UDP port of the station's host; nil: the
	// live lane stays on the websocket.
	Datagrams func(port uint16) (net.Conn, error)
}

// Rejected counts what the link did not pass on.
type Rejected struct {
	Unopened  uint64 // frames of streams that no accepted OPEN names
	Unsigned  uint64 // OPENs whose signature is not the station's
	Epoch     uint64 // OPENs of another epoch
	Malformed uint64 // messages that could not be read
}

// Sum is all of it.
func (r Rejected) Sum() uint64 { return r.Unopened + r.Unsigned + r.Epoch + r.Malformed }

// Link is a cluster's end of the wire.
type Link struct {
	ws      *websocket.Conn
	opt     LinkOptions
	welcome Welcome
	out     chan []byte   // 64 messages: a station that reads nothing for so long is gone
	ask     chan struct{} // one question for the time; a second would learn nothing new
	quit    chan struct{} // closed by Close
	once    sync.Once
	export  Exporter // nil: the connection has none

	taking sync.Mutex         // held while a message is taken: the websocket and the datagrams meet here
	opened map[uint16]session // guarded by taking
	plays  map[uint16]bool    // Play was accepted; guarded by taking

	mu       sync.Mutex
	rejected Rejected
	bye      *Refused
}

// DialLink says HELLO over a connection whose TLS is done and waits for the
// station's answer. It owns conn from then on. A refusal is a *Refused.
func DialLink(ctx context.Context, conn net.Conn, opt LinkOptions) (*Link, error) {
	l := &Link{
		opt: opt, out: make(chan []byte, 64), ask: make(chan struct{}, 1),
		quit: make(chan struct{}), opened: map[uint16]session{}, plays: map[uint16]bool{},
	}
	d := websocket.Dialer{
		NetDialContext:   func(context.Context, string, string) (net.Conn, error) { return conn, nil },
		HandshakeTimeout: HelloWait, ReadBufferSize: 4 << 10, WriteBufferSize: 1 << 10,
	}
	ws, _, err := d.DialContext(ctx, "ws://station"+Path, http.Header{})
	if err != nil {
		_ = conn.Close()
		return nil, fmt.Errorf("cluster link: %w", err)
	}
	l.ws = ws
	if t, ok := conn.(interface{ ConnectionState() tls.ConnectionState }); ok {
		cs := t.ConnectionState()
		l.export = cs.ExportKeyingMaterial
	}
	if err := l.hello(); err != nil {
		_ = ws.Close()
		return nil, fmt.Errorf("cluster link: %w", err)
	}
	return l, nil
}

func (l *Link) hello() error {
	h := l.opt.Hello
	h.Min, h.Max = ProtocolMin, ProtocolMax
	b, err := EncodeControl(&h)
	if err != nil {
		return err
	}
	l.ws.SetReadLimit(ClusterReadLimit)
	until := time.Now().Add(HelloWait)
	_ = l.ws.SetReadDeadline(until)
	_ = l.ws.SetWriteDeadline(until)
	if err := l.ws.WriteMessage(websocket.BinaryMessage, b); err != nil {
		return err
	}
	kind, b, err := l.ws.ReadMessage()
	if err != nil {
		return err
	}
	if kind != websocket.BinaryMessage {
		return ErrMessage
	}
	c, err := DecodeControl(b)
	if err != nil {
		return err
	}
	switch c := c.(type) {
	case *Refuse:
		return refused(c.Words, c.After)
	case *Welcome:
		if c.ID != l.opt.StationID {
			return fmt.Errorf("station %q answered, not %q", c.ID, l.opt.StationID)
		}
		if c.Protocol < ProtocolMin || c.Protocol > ProtocolMax {
			return fmt.Errorf("protocol %d: %w", c.Protocol, ErrVersion)
		}
		l.welcome = *c
		return nil
	}
	return ErrMessage
}

// Welcome is what the station said of itself.
func (l *Link) Welcome() Welcome { return l.welcome }

// Rejected counts what was not passed on so far.
func (l *Link) Rejected() Rejected {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.rejected
}

// Close ends the link; Run returns. Whoever comes second does not wait for the
// first one's goodbye.
func (l *Link) Close() {
	first := false
	l.once.Do(func() {
		close(l.quit)
		first = true
	})
	if first {
		_ = l.ws.Close()
	}
}

// Ask asks for the time; the answer comes to Handlers.Time.
func (l *Link) Ask() {
	select {
	case l.ask <- struct{}{}:
	default:
	}
}

// Report sends the cluster's health. It does not wait.
func (l *Link) Report(h Health) error { return l.Say(&h) }

// Say sends a control message. It does not wait.
func (l *Link) Say(c Control) error {
	b, err := EncodeControl(c)
	if err != nil {
		return err
	}
	select {
	case l.out <- b:
		return nil
	default:
		l.Close()
		return errors.New("cluster link: the station does not read")
	}
}

// Run reads until the link ends, and says why: a *Refused when the station
// said goodbye in words. It returns with all its goroutines ended.
func (l *Link) Run(ctx context.Context) error {
	stop := context.AfterFunc(ctx, l.Close)
	defer stop()
	written := make(chan struct{})
	go func() {
		defer close(written)
		l.write()
	}()
	lane := l.openLane()
	l.quietAfter(ClusterQuiet)
	ping := l.ws.PingHandler()
	l.ws.SetPingHandler(func(s string) error {
		l.quietAfter(ClusterQuiet)
		return ping(s)
	})
	err := l.read()
	l.Close()
	<-written
	lane.Wait()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.bye != nil {
		return l.bye
	}
	return fmt.Errorf("cluster link: %w", err)
}

func (l *Link) quietAfter(d time.Duration) { _ = l.ws.SetReadDeadline(time.Now().Add(d)) }

func (l *Link) read() error {
	for {
		kind, b, err := l.ws.ReadMessage()
		if err != nil {
			return err
		}
		t4 := l.opt.Now()
		l.quietAfter(ClusterQuiet)
		if kind != websocket.BinaryMessage {
			return ErrMessage
		}
		if err := l.take(b, t4); err != nil {
			l.count(func(r *Rejected) { r.Malformed++ })
			return err
		}
	}
}

func (l *Link) take(b []byte, t4 int64) error {
	l.taking.Lock()
	defer l.taking.Unlock()
	kind, err := KindOf(b)
	if err != nil {
		return err
	}
	switch kind {
	case KindAudio:
		return l.takeAudio(b)
	case KindAnswer:
		x, err := ParseAnswer(b)
		if err != nil {
			return err
		}
		if x.T4 = t4; x.T1 <= t4 && x.T2 <= x.T3 {
			l.opt.Handlers.Time(x)
		}
		return nil
	case KindControl:
		c, err := DecodeControl(b)
		if err != nil {
			return err
		}
		l.takeControl(c)
		return nil
	default:
		return nil // a kind of a newer station
	}
}

func (l *Link) takeAudio(b []byte) error {
	packets, err := ParseAudio(b)
	if err != nil {
		return err
	}
	l.sound(packets)
	return nil
}

// sound passes on what an accepted OPEN allows. The caller holds taking.
func (l *Link) sound(packets []frame.Packet) {
	open, ok := l.opened[packets[0].Stream]
	if !ok {
		l.count(func(r *Rejected) { r.Unopened += uint64(len(packets)) })
		return
	}
	for i := range packets {
		packets[i].Codec = open.codec
	}
	l.opt.Handlers.Audio(packets)
}

func (l *Link) takeControl(c Control) {
	switch c := c.(type) {
	case *Order:
		if l.opt.Handlers.Order != nil {
			l.opt.Handlers.Order(*c)
		}
	case *Open:
		if l.accept(c) {
			l.opt.Handlers.Open(*c)
		}
	case *Cancel:
		if _, ok := l.opened[c.Stream]; ok || l.plays[c.Stream] {
			l.opt.Handlers.Cancel(*c)
		}
	case *Play:
		if l.opt.Handlers.Play != nil && !l.plays[c.Stream] && l.acceptPlay(c) {
			l.opt.Handlers.Play(*c)
		}
	case *Part, *PlanMessage, *AloneTaken:
		if l.opt.Handlers.Other != nil {
			l.opt.Handlers.Other(c)
		}
	case *Mute:
		l.opt.Handlers.Mute(c.Muted)
	case *Bye:
		l.mu.Lock()
		l.bye = refused(c.Words, c.After)
		l.mu.Unlock()
	}
}

func (l *Link) accept(o *Open) bool {
	switch {
	case o.Epoch != l.welcome.Epoch || o.Protocol != l.welcome.Protocol:
		l.count(func(r *Rejected) { r.Epoch++ })
		return false
	case !l.opt.Verify(o.SignedBytes(l.opt.StationID), o.Signature):
		l.count(func(r *Rejected) { r.Unsigned++ })
		return false
	}
	if _, ok := l.opened[o.Stream]; !ok && len(l.opened) >= MaxStreams {
		l.forget()
	}
	l.opened[o.Stream] = session{o.Codec, o.Class}
	return true
}

func (l *Link) count(f func(*Rejected)) {
	l.mu.Lock()
	f(&l.rejected)
	l.mu.Unlock()
}

// write sends questions for the time before anything else.
func (l *Link) write() {
	send := func(b []byte) bool {
		_ = l.ws.SetWriteDeadline(time.Now().Add(WriteWait))
		if l.ws.WriteMessage(websocket.BinaryMessage, b) != nil {
			l.Close()
			return false
		}
		return true
	}
	for {
		select {
		case <-l.ask:
			if !send(AppendAsk(nil, l.opt.Now())) {
				return
			}
			continue
		default:
		}
		select {
		case <-l.ask:
			if !send(AppendAsk(nil, l.opt.Now())) {
				return
			}
		case b := <-l.out:
			if !send(b) {
				return
			}
		case <-l.quit:
			return
		}
	}
}
