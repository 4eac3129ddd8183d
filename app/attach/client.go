package attach

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"loaxa/app/station"
)

// ErrDetached is returned while the station does not answer.
var ErrDetached error = &station.Worded{Why: "detached", Err: errors.New("the station on this machine does not answer")}

// Answer is the desk's answer as it comes over the socket.
type Answer struct {
	Seq     uint64              `json:"seq"`
	Saved   bool                `json:"saved"`
	Started station.BroadcastID `json:"started,omitempty"`
	Refusal *station.Refusal    `json:"refusal,omitempty"`
}

// Link says whether the station can be asked.
type Link struct {
	Up    bool
	Since time.Time
	Why   string
}

// Client keeps a connection to a station and its newest snapshot. All methods
// are safe for concurrent use.
type Client struct {
	dial    func(ctx context.Context) (net.Conn, error)
	build   string
	changed chan struct{} // one slot: newest wins
	snap    atomic.Pointer[station.Snapshot]
	link    atomic.Pointer[Link]
	mu      sync.Mutex // guards the fields below
	conn    *session
	waiting chan struct{} // closed when conn is set
	next    uint64
	quiet   time.Duration // quietWait
}

// session is one connection and what is asked on it.
type session struct {
	conn  net.Conn
	write sync.Mutex
	mu    sync.Mutex // guards asked
	asked map[uint64]*asked
	gone  chan struct{}
	me    atomic.Pointer[string] // who was let in
	hello hello
}

type asked struct {
	id       uint64
	done     chan message // buffered 1
	saved    chan message // buffered 1
	progress func(done, total int64)
}

// NewClient returns a client that connects in Run.
func NewClient(dial func(ctx context.Context) (net.Conn, error), build string) *Client {
	c := &Client{dial: dial, build: build, quiet: quietWait, changed: make(chan struct{}, 1), waiting: make(chan struct{})}
	c.link.Store(&Link{Since: time.Now(), Why: ErrDetached.Error()})
	return c
}

// Run keeps the connection until ctx ends: it dials again each 200 ms.
func (c *Client) Run(ctx context.Context) error {
	for {
		err := c.once(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if errors.Is(err, ErrProtocol) {
			return err
		}
		if was := c.link.Load(); was.Up || was.Why != err.Error() {
			c.link.Store(&Link{Since: time.Now(), Why: err.Error()})
			c.signal()
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// RunOnce keeps one connection until it or ctx ends: for a command, which is
// better told that the station is gone than kept waiting.
func (c *Client) RunOnce(ctx context.Context) error {
	err := c.once(ctx)
	if ctx.Err() != nil {
		return nil
	}
	return err
}

func (c *Client) signal() {
	select {
	case c.changed <- struct{}{}:
	default:
	}
}

func (c *Client) once(ctx context.Context) error {
	conn, err := c.dial(ctx)
	if err != nil {
		return ErrDetached
	}
	defer func() { _ = conn.Close() }()
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	s := &session{conn: conn, asked: map[uint64]*asked{}, gone: make(chan struct{})}
	if err := s.greet(c.build); err != nil {
		return err
	}
	c.mu.Lock()
	c.conn = s
	close(c.waiting)
	c.mu.Unlock()
	defer func() {
		c.mu.Lock()
		c.conn, c.waiting = nil, make(chan struct{})
		c.mu.Unlock()
		close(s.gone)
	}()
	if err := s.send(message{Kind: kindSubscribe}); err != nil {
		return err
	}
	beats := false // an older station sends none
	for {
		m, err := readMessage(conn, maxToClient)
		if err != nil {
			return ErrDetached
		}
		if beats = beats || m.Kind == kindBeat; beats {
			_ = conn.SetReadDeadline(time.Now().Add(c.quiet))
		}
		c.take(s, m)
	}
}

// quietWait is how long a station may say nothing before nobody knows what it
// does: what it proved of the loudspeakers is no older than that.
const quietWait = station.ProofLife

func (c *Client) take(s *session, m message) {
	switch m.Kind {
	case kindSnapshot:
		var snap station.Snapshot
		if m.get(&snap) != nil {
			return
		}
		c.snap.Store(&snap)
		if !c.link.Load().Up {
			c.link.Store(&Link{Up: true, Since: time.Now()})
		}
		c.signal()
	case kindProgress, kindAnswer, kindSaved:
		s.mu.Lock()
		a := s.asked[m.ID]
		s.mu.Unlock()
		switch {
		case a == nil:
		case m.Kind == kindAnswer:
			deliver(a.done, m)
		case m.Kind == kindSaved:
			deliver(a.saved, m)
		case a.progress != nil:
			a.progress(m.Done, m.Total)
		}
	}
}

// deliver never waits: who answers twice is not heard twice.
func deliver(c chan<- message, m message) {
	select {
	case c <- m:
	default:
	}
}

func (s *session) greet(build string) error {
	_ = s.conn.SetDeadline(time.Now().Add(5 * time.Second))
	m := message{Kind: kindHello}
	if err := m.put(hello{ProtocolMin, ProtocolMax, build, "", ""}); err != nil {
		return err
	}
	if err := s.send(m); err != nil {
		return ErrDetached
	}
	r, err := readMessage(s.conn, maxToClient)
	if err != nil || r.Kind != kindHello || r.get(&s.hello) != nil {
		return ErrDetached
	}
	_ = s.conn.SetDeadline(time.Time{})
	return speak(s.hello)
}

func (s *session) send(m message) error {
	s.write.Lock()
	defer s.write.Unlock()
	return writeMessage(s.conn, m)
}

// ask waits for a connection and its answer as long as ctx lets it.
func (c *Client) ask(ctx context.Context, m message, progress func(done, total int64), v any) error {
	s, a, err := c.begin(ctx, m, progress)
	if err != nil {
		return err
	}
	defer s.forget(a)
	return s.await(ctx, a.done, v)
}

// begin sends a question; forget must follow.
func (c *Client) begin(ctx context.Context, m message, progress func(done, total int64)) (*session, *asked, error) {
	c.mu.Lock()
	s, waiting := c.conn, c.waiting
	c.next++
	m.ID = c.next
	c.mu.Unlock()
	if s == nil {
		select {
		case <-waiting:
			return c.begin(ctx, m, progress)
		case <-ctx.Done():
			return nil, nil, ErrDetached
		}
	}
	a := &asked{id: m.ID, done: make(chan message, 1), saved: make(chan message, 1), progress: progress}
	s.mu.Lock()
	s.asked[m.ID] = a
	s.mu.Unlock()
	if err := s.send(m); err != nil {
		s.forget(a)
		return nil, nil, ErrDetached
	}
	return s, a, nil
}

func (s *session) forget(a *asked) {
	s.mu.Lock()
	delete(s.asked, a.id)
	s.mu.Unlock()
}

func (s *session) await(ctx context.Context, answer <-chan message, v any) error {
	select {
	case r := <-answer:
		if r.Refusal != nil {
			return r.Refusal
		}
		if r.Error != "" {
			return told(r)
		}
		return r.get(v)
	case <-s.gone:
		return ErrDetached
	case <-ctx.Done():
		return fmt.Errorf("the station has not answered: %w", ctx.Err())
	}
}

// told is the error that the station told.
func told(r message) error {
	if r.Why != "" {
		return &station.Worded{Why: r.Why, Err: errors.New(r.Error)}
	}
	return errors.New(r.Error)
}

// Snapshot is the newest picture, nil before the first.
func (c *Client) Snapshot() *station.Snapshot { return c.snap.Load() }

// Changed is a one-slot signal that Snapshot or Link changed.
func (c *Client) Changed() <-chan struct{} { return c.changed }

// Link says whether the station answers, and since when.
func (c *Client) Link() Link { return *c.link.Load() }

// Submit asks the desk for in.
func (c *Client) Submit(ctx context.Context, in station.Intent) (Answer, error) {
	b, err := station.EncodeIntent(in)
	if err != nil {
		return Answer{}, err
	}
	var a Answer
	err = c.ask(ctx, message{Kind: kindSubmit, Intent: b}, nil, &a)
	return a, err
}

// SubmitSaved asks the desk for in, tells decided at once what it decided, and
// returns when the disk has it or the desk says that it has not.
func (c *Client) SubmitSaved(ctx context.Context, in station.Intent, decided func(Answer)) (a Answer, err error) {
	b, err := station.EncodeIntent(in)
	if err != nil {
		return a, err
	}
	s, q, err := c.begin(ctx, message{Kind: kindSubmit, Intent: b}, nil)
	if err != nil {
		return a, err
	}
	defer s.forget(q)
	if err = s.await(ctx, q.done, &a); err != nil || a.Saved || a.Refusal != nil || !station.Urgent(in) {
		return a, err
	}
	decided(a)
	err = s.await(ctx, q.saved, &a)
	return a, err
}

// Meters asks for the levels of this moment.
func (c *Client) Meters(ctx context.Context) (m station.Meters, err error) {
	err = c.ask(ctx, message{Kind: kindMeters}, nil, &m)
	return m, err
}

// Preview asks for the card's pixels on the board.
func (c *Client) Preview(ctx context.Context, card station.Card, board station.BoardID) (s station.Strip, err error) {
	m := message{Kind: kindPreview}
	if err := m.put(previewAsk{card, board}); err != nil {
		return s, err
	}
	err = c.ask(ctx, m, nil, &s)
	return s, err
}

// Import brings the file at an absolute path of the station's machine into its
// library. progress is called with bytes done and in all; it may be nil.
func (c *Client) Import(ctx context.Context, path string, progress func(done, total int64)) (it station.Item, err error) {
	err = c.ask(ctx, message{Kind: kindImport, Path: path}, progress, &it)
	return it, err
}

// What Keep can ask for.
const (
	KeepVerify = "verify" // every entry checked; the answer is its proof
	KeepCopy   = "copy"   // a verified copy; the answer is its path on the station's machine
)

// Keep asks what keeps the journal to work and waits for its answer.
func (c *Client) Keep(ctx context.Context, what string) (json.RawMessage, error) {
	var b []byte
	err := c.ask(ctx, message{Kind: kindKeep, Path: what}, nil, &b)
	return b, err
}

// Proof asks for what the journal's state can be compared with.
func (c *Client) Proof(ctx context.Context) (json.RawMessage, error) {
	var b []byte
	err := c.ask(ctx, message{Kind: kindProof}, nil, &b)
	return b, err
}
