package attach

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"loaxa/app/station"
)

// Desk is what is served. Submit's answer is encoded as it is; later, if not
// nil, waits for the answer that follows an urgent intent's: whether it is saved.
type Desk interface {
	Snapshot() *station.Snapshot
	Subscribe() (<-chan struct{}, func())
	Submit(ctx context.Context, in station.Intent, who station.Person) (answer any, later func(context.Context) (any, bool), err error)
}

// Parts are what a server serves beside the desk.
type Parts struct {
	Desk    Desk
	Meters  func() station.Meters
	Preview func(c station.Card, b station.BoardID) (station.Strip, error)
	Import  func(ctx context.Context, path, actor string, progress func(done, total int64)) (station.Item, error)
	Proof   func() (json.RawMessage, error)                                 // what the journal's state can be compared with
	Keep    func(ctx context.Context, what string) (json.RawMessage, error) // see Keep*; nil: unknown here
	Books   Books
	Stop    func(actor string) // ends the station in order; who asked hears of it first
	// Order judges an order or a key set that somebody brought; confirmed: who
	// brought it vouches for its times.
	Order func(ctx context.Context, doc []byte, actor string, confirmed bool) (any, error)
	Enrol func(in station.Invitation, actor string) (station.EnrolCode, error) // opens a code
	// DryRun says what the timetable will do; nil: unknown here.
	DryRun func(in station.DryAsk) station.DryRun
	Mics   func() ([]string, error) // the machine's microphones, as a rule names them; nil: unknown here
	ID     string                   // the station's fingerprint
	Build  string
	Persons
}

// Books are what the station has written down, and its map.
type Books interface {
	Log(ctx context.Context, q station.LogQuery) (station.LogPage, error)
	Aired(ctx context.Context, q station.LogQuery) ([]station.Aired, error)
	Export(ctx context.Context, q station.LogQuery, progress func(done, total int64)) (path string, err error)
	Map(ctx context.Context) (station.Map, error)
	ImportMap(ctx context.Context, path, actor string) (station.Map, error)
}

// snapshotEvery bounds how often a console is sent a picture.
const snapshotEvery = 40 * time.Millisecond

// beatEvery is the pause between signs of life: a station that hangs keeps its
// sockets open.
const beatEvery = time.Second

// Server serves a desk. The zero value is not usable; call NewServer.
type Server struct {
	parts Parts
	wg    sync.WaitGroup
}

// NewServer returns a server of parts; all funcs must be set.
func NewServer(parts Parts) *Server { return &Server{parts: parts} }

// Serve answers connections of l until ctx ends, then closes them all.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	stop := context.AfterFunc(ctx, func() { _ = l.Close() })
	defer stop()
	defer s.wg.Wait()
	slots := make(chan struct{}, maxConsoles) // full: the next one is turned away
	pause := acceptPause
	for {
		c, err := l.Accept()
		if err != nil {
			if ctx.Err() != nil || errors.Is(err, net.ErrClosed) {
				return nil
			}
			// Out of descriptors, say: the desk must be there when it is over.
			select {
			case <-ctx.Done():
				return nil
			case <-time.After(pause):
			}
			pause = min(2*pause, time.Second)
			continue
		}
		pause = acceptPause
		select {
		case slots <- struct{}{}:
			s.wg.Go(func() { defer func() { <-slots }(); s.serve(ctx, c) })
		default:
			_ = c.Close()
		}
	}
}

// Bounds of the socket.
const (
	maxConsoles = 64
	acceptPause = 5 * time.Millisecond
	laterWait   = 10 * time.Second // for the word that an urgent intent is saved
)

// client is one connection. Its writer owns the socket's writing side.
type client struct {
	*Server
	conn  net.Conn
	out   chan message // 64 answers; full: the reader waits, its console asked for them
	actor string
	who   atomic.Pointer[station.Person] // never nil
	wg    sync.WaitGroup
}

func (s *Server) serve(ctx context.Context, conn net.Conn) {
	ctx, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	c := &client{Server: s, conn: conn, out: make(chan message, 64), actor: s.parts.Actor(conn)}
	c.who.Store(&station.Person{System: c.actor})
	defer c.wg.Wait()
	defer cancel()
	if !c.greet() {
		return
	}
	subscribe := make(chan struct{}, 1) // one slot: asked once or more is the same
	c.wg.Go(func() { defer cancel(); c.write(ctx, subscribe) })
	c.read(ctx, subscribe)
}

func (c *client) greet() bool {
	_ = c.conn.SetDeadline(time.Now().Add(5 * time.Second))
	defer func() { _ = c.conn.SetDeadline(time.Time{}) }()
	m, err := readMessage(c.conn, maxToServer)
	var h hello
	if err != nil || m.Kind != kindHello || m.get(&h) != nil {
		return false
	}
	reply := message{Kind: kindHello}
	if err := speak(h); err != nil {
		reply.Error = err.Error()
	}
	if reply.put(hello{ProtocolMin, ProtocolMax, c.parts.Build, c.parts.ID, c.actor}) != nil {
		return false
	}
	return writeMessage(c.conn, reply) == nil && reply.Error == ""
}

// write sends answers as they come and the newest snapshot when there is one.
func (c *client) write(ctx context.Context, subscribe <-chan struct{}) {
	var changed <-chan struct{}
	var later <-chan time.Time
	beat := time.NewTicker(beatEvery)
	defer beat.Stop()
	send := func(m message) bool {
		_ = c.conn.SetWriteDeadline(time.Now().Add(10 * time.Second))
		return writeMessage(c.conn, m) == nil
	}
	for {
		ok, picture := true, false
		select {
		case <-ctx.Done():
			return
		case m := <-c.out:
			ok = send(m)
		case <-beat.C:
			ok = changed == nil || send(message{Kind: kindBeat})
		case <-subscribe:
			if changed == nil {
				signal, end := c.parts.Desk.Subscribe()
				defer end()
				changed, picture = signal, true
			}
		case <-changed:
			if later == nil {
				later = time.After(snapshotEvery)
			}
		case <-later:
			later, picture = nil, true
		}
		if picture {
			m := message{Kind: kindSnapshot}
			ok = m.put(c.parts.Desk.Snapshot()) == nil && send(m)
		}
		if !ok {
			return
		}
	}
}

// maxAtOnce bounds what one console may have under way, beside what is urgent.
const maxAtOnce = 16

// busy answers what finds no slot.
func (m message) busy() (any, error) {
	r := &station.Refusal{Code: station.DeskBusy}
	if m.in != nil {
		return Answer{Refusal: r}, nil
	}
	return nil, r
}

func (c *client) read(ctx context.Context, subscribe chan<- struct{}) {
	slots := make(chan struct{}, maxAtOnce) // full: the next is told that the desk is busy
	for {
		m, err := readMessage(c.conn, maxToServer)
		if err != nil {
			return
		}
		if m.Kind == kindSubscribe {
			select {
			case subscribe <- struct{}{}:
			default:
			}
			continue
		}
		if m.Kind == kindSubmit {
			in, err := station.DecodeIntent(m.Intent)
			if err != nil {
				c.reply(ctx, c.answer(m.ID, func() (any, error) { return nil, err }))
				continue
			}
			if station.Urgent(in) { // waits behind nothing
				c.wg.Go(func() { c.submit(ctx, m.ID, in) })
				continue
			}
			m.in = in
		}
		select {
		case slots <- struct{}{}:
		default: // never wait here: the next frame may be an emergency
			c.reply(ctx, c.answer(m.ID, m.busy))
			continue
		}
		c.wg.Go(func() {
			defer func() { <-slots }()
			if m.in != nil {
				c.submit(ctx, m.ID, m.in)
				return
			}
			c.reply(ctx, c.answer(m.ID, func() (any, error) { return c.do(ctx, m) }))
		})
	}
}

func (c *client) reply(ctx context.Context, m message) {
	select {
	case c.out <- m:
	case <-ctx.Done():
	}
}

// submit answers twice when the second answer follows the first.
func (c *client) submit(ctx context.Context, id uint64, in station.Intent) {
	var later func(context.Context) (any, bool)
	c.reply(ctx, c.answer(id, func() (v any, err error) {
		v, later, err = c.parts.Desk.Submit(ctx, in, *c.who.Load())
		return v, err
	}))
	if later == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, laterWait)
	defer cancel()
	if v, ok := later(ctx); ok {
		r := c.answer(id, func() (any, error) { return v, nil })
		r.Kind = kindSaved
		c.reply(ctx, r)
	}
}

func (c *client) answer(id uint64, do func() (any, error)) message {
	r := message{Kind: kindAnswer, ID: id}
	v, err := do()
	if err == nil {
		err = r.put(v)
	}
	if err != nil {
		r.Error, r.Body = err.Error(), nil
		var w *station.Worded
		if errors.As(err, &w) {
			r.Why = w.Why
		}
		_ = errors.As(err, &r.Refusal)
	}
	return r
}

func (c *client) do(ctx context.Context, m message) (any, error) {
	if r := c.leave(m.Kind); r != nil {
		return nil, r
	}
	switch m.Kind {
	case kindMeters:
		return c.parts.Meters(), nil
	case kindPreview:
		var p previewAsk
		if err := m.get(&p); err != nil {
			return nil, err
		}
		return c.parts.Preview(p.Card, p.Board)
	case kindImport:
		return c.parts.Import(ctx, m.Path, c.name(), c.progress(m.ID))
	case kindProof:
		b, err := c.parts.Proof()
		return []byte(b), err
	case kindKeep:
		if c.parts.Keep == nil {
			return nil, ErrUnknown
		}
		b, err := c.parts.Keep(ctx, m.Path)
		return []byte(b), err
	case kindOrder:
		var a orderAsk
		if err := m.get(&a); err != nil {
			return nil, err
		}
		if c.parts.Order == nil {
			return nil, ErrUnknown
		}
		return c.parts.Order(ctx, a.Doc, c.name(), a.Confirmed)
	case kindEnrol:
		return c.enrol(m)
	case kindUnlock, kindLock, kindPeople:
		return c.persons(m)
	case kindDryRun:
		return c.dryRun(m)
	case kindMics:
		if c.parts.Mics == nil {
			return nil, ErrUnknown
		}
		return c.parts.Mics()
	case kindStop:
		// The answer goes out before the socket closes.
		time.AfterFunc(stopAfter, func() { c.parts.Stop(c.name()) })
		return true, nil
	}
	return c.books(ctx, m)
}

// stopAfter lets the answer to kindStop reach who asked.
const stopAfter = 100 * time.Millisecond

func (c *client) progress(id uint64) func(done, total int64) {
	return func(done, total int64) {
		select {
		case c.out <- message{Kind: kindProgress, ID: id, Done: done, Total: total}:
		default: // progress is worth no wait
		}
	}
}

// books answers what is asked of the log and the map.
func (c *client) books(ctx context.Context, m message) (any, error) {
	b := c.parts.Books
	switch m.Kind {
	case kindMap:
		return b.Map(ctx)
	case kindMapImport:
		return b.ImportMap(ctx, m.Path, c.name())
	case kindLog, kindAired, kindExport:
	default:
		return nil, ErrUnknown
	}
	var q station.LogQuery
	if err := m.get(&q); err != nil {
		return nil, err
	}
	switch m.Kind {
	case kindLog:
		return b.Log(ctx, q)
	case kindAired:
		return b.Aired(ctx, q)
	default:
		return b.Export(ctx, q, c.progress(m.ID))
	}
}
