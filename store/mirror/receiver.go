package mirror

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"loaxa/store"
)

// Credit is how many bytes of chunks a receiver takes unacknowledged.
const Credit = 256 << 10

// SessionOptions say who receives.
type SessionOptions struct {
	Identity Identity
	Wall     Clock
	Timing   Timing
	Orders   Outbox // what goes down; nil: nothing
	Blobs    Shelf  // what may be asked for by its SHA-256; nil: nothing
	Fetch    *Fetch // what brings blobs here from this sender; nil: none are asked for
}

// SessionState is one connection as the receiver sees it, for screens. The
// Hello is foreign text.
type SessionState struct {
	Hello     Hello
	Since     time.Time // wall time of its WELCOME; zero before
	At        store.Cursor
	Head      uint64 // the sender's last number, as far as it was told
	LastAck   time.Time
	Snapshot  bool     // one is being taken
	Mended    []string // records a snapshot found wrong here and replaced, class/key, the first of them
	Blob      BlobSent
	LastError string // why a chunk or the whole peer was refused, in words
}

// Session is the receiving end of one connection.
type Session struct {
	conn  Conn
	peer  string
	opt   SessionOptions
	state atomic.Pointer[SessionState]
	// out: 64 answers; full makes the reader wait, which the sender feels as
	// missing credit and the write deadline ends.
	out    chan []byte
	pieces chan []byte   // size 1: one piece of a blob is asked for at a time; full: dropped
	bye    chan Bye      // size 1: the first reason to end wins
	quit   chan struct{} // closed when the reader has ended
	gone   chan struct{} // closed when the writer has ended
	taking taking        // of the reading goroutine
	met    chan struct{} // closed when the WELCOME stands in out: before it nothing is sent
}

// NewSession makes the receiving end of conn. peer is the fingerprint that the
// connection proved.
func NewSession(conn Conn, peer string, opt SessionOptions) *Session {
	opt.Timing = opt.Timing.filled()
	s := &Session{
		conn: conn, peer: peer, opt: opt,
		out: make(chan []byte, 64), pieces: make(chan []byte, 1), bye: make(chan Bye, 1), quit: make(chan struct{}), gone: make(chan struct{}), met: make(chan struct{}),
	}
	s.state.Store(&SessionState{})
	return s
}

// State tells the present state.
func (s *Session) State() SessionState { return *s.state.Load() }

// Peer is the fingerprint that the connection proved.
func (s *Session) Peer() string { return s.peer }

// End says why and closes the connection; any goroutine may call it.
func (s *Session) End(b Bye) {
	select {
	case s.bye <- b:
	default:
	}
}

// Run serves the connection until it ends and returns why. admit is asked once
// a HELLO of the proved peer has come; it opens the replica, or refuses: a *Bye
// goes to the peer as it is, another error as ByeCannot.
func (s *Session) Run(ctx context.Context, admit func(Hello) (Sink, error)) error {
	stop := context.AfterFunc(ctx, func() { s.End(Bye{Code: ByeDown, Words: "going down"}) })
	defer stop()
	var writer sync.WaitGroup
	writer.Go(s.write)
	err := s.read(ctx, admit)
	var bye *Bye
	if errors.As(err, &bye) && !errors.Is(err, errSaid) {
		s.note(func(st *SessionState) { st.LastError = cut(bye.Words, 300) })
		s.End(*bye)
	}
	close(s.quit)
	writer.Wait()
	s.conn.Close()
	if s.opt.Fetch != nil {
		s.opt.Fetch.all.Wait()
	}
	return err
}

// errSaid marks an end that the peer itself announced.
var errSaid = errors.New("the peer says")

// answer hands a message to the writer, whose deadline bounds the wait.
func (s *Session) answer(msg []byte, err error) error {
	if err != nil {
		return err
	}
	select {
	case s.out <- msg:
		return nil
	case <-s.gone:
		return errors.New("mirror: the connection was ended")
	}
}

// read is the one reading goroutine: greet, then take what comes.
func (s *Session) read(ctx context.Context, admit func(Hello) (Sink, error)) error {
	sink, err := s.greet(admit)
	if err != nil {
		return err
	}
	for {
		msg, err := receive(s.conn, s.opt.Timing.Dead)
		if err != nil {
			return err
		}
		if err := s.take(ctx, sink, msg); err != nil {
			return err
		}
	}
}

func (s *Session) note(change func(*SessionState)) {
	st := *s.state.Load()
	change(&st)
	s.state.Store(&st)
}

// greet hears HELLO, has the replica opened, and answers with the verdict.
func (s *Session) greet(admit func(Hello) (Sink, error)) (Sink, error) {
	msg, err := receive(s.conn, s.opt.Timing.Hello)
	if err != nil {
		return nil, err
	}
	h, err := DecodeHello(KindHello, msg)
	if err != nil {
		return nil, &Bye{Code: ByeProtocol, Words: err.Error()}
	}
	if _, ok := protocol(h); !ok {
		return nil, &Bye{Code: ByeUpgrade, Words: fmt.Sprintf("this program (%s) speaks protocols %d to %d, you (%s) %d to %d: one side must be upgraded",
			s.opt.Identity.Build, MinProtocol, MaxProtocol, h.Build, h.Min, h.Max)}
	}
	if h.Node != s.peer {
		return nil, &Bye{Code: ByeRefused, Words: "the name in your hello is not the key of your connection"}
	}
	sink, err := admit(h)
	if err != nil {
		var bye *Bye
		if !errors.As(err, &bye) {
			bye = &Bye{Code: ByeCannot, Words: err.Error()}
		}
		return nil, bye
	}
	return sink, s.welcome(h, sink)
}

func (s *Session) welcome(h Hello, sink Sink) error {
	verdict, why, err := judge(h, sink)
	if err != nil {
		return &Bye{Code: ByeCannot, Words: err.Error()}
	}
	have := sink.Cursor()
	now, _ := s.opt.Wall()
	s.note(func(st *SessionState) { st.Hello, st.Since, st.At, st.Head = h, now, have, h.Head.Seq })
	err = s.answer(EncodeHello(KindWelcome, Hello{
		Min: MinProtocol, Max: MaxProtocol, Identity: s.opt.Identity, Have: have,
		Wall: now.UnixMilli(), Credit: Credit, Verdict: verdict, Words: why,
	}))
	if err == nil && verdict == Fork {
		err = &Bye{Code: ByeFork, Words: why}
	}
	if err == nil {
		close(s.met)
	}
	return err
}

// judge compares a sender's head with the replica, and begins a new generation
// where the sender's epoch is new.
func judge(h Hello, sink Sink) (Verdict, string, error) {
	have := sink.Cursor()
	if h.Head.Epoch == have.Epoch {
		switch {
		case h.Head.Seq < have.Seq:
			return Fork, fmt.Sprintf("your journal ends at entry %d, %d were received: it was set back without a new epoch", h.Head.Seq, have.Seq), nil
		case h.Head.Seq == have.Seq && h.Head.H != have.H:
			return Fork, fmt.Sprintf("your entry %d is not the one received", have.Seq), nil
		}
		return Resume, "", nil
	}
	known, err := sink.Knows(h.Head.Epoch)
	if err != nil {
		return 0, "", err
	}
	if known {
		return Fork, fmt.Sprintf("your journal is back in the earlier epoch %s: an old copy was put in place", h.Head.Epoch), nil
	}
	if err := sink.Adopt(h.Head.Epoch); err != nil {
		return 0, "", err
	}
	if have.Epoch.IsZero() {
		return NewEpoch, "", nil
	}
	return NewEpoch, fmt.Sprintf("epoch %s with %d entries is kept as history", have.Epoch, have.Seq), nil
}

// take handles one message behind the WELCOME.
func (s *Session) take(ctx context.Context, sink Sink, msg []byte) error {
	if len(msg) == 0 {
		return errEmpty
	}
	switch Kind(msg[0]) {
	case KindChunk:
		return s.chunk(sink, msg)
	case KindSnapBegin, KindSnapPart:
		return s.snap(sink, msg)
	case KindBlobWant:
		return s.blob(msg)
	case KindBlobPart:
		return s.piece(ctx, msg)
	case KindTime:
		q, err := decodeTime(msg)
		if err != nil {
			return &Bye{Code: ByeProtocol, Words: err.Error()}
		}
		now, _ := s.opt.Wall()
		return s.answer(encodeTime(Time{q.T0, now.UnixMicro(), now.UnixMicro()}))
	case KindReceipt:
		ref, v, err := decodeReceipt(msg)
		if err != nil {
			return &Bye{Code: ByeProtocol, Words: err.Error()}
		}
		if s.opt.Orders != nil {
			s.opt.Orders.Receipt(ref, v)
		}
	case KindBye:
		b, err := decodeBye(msg)
		if err != nil {
			return err
		}
		return fmt.Errorf("mirror: %w: %w", errSaid, b)
	}
	return nil // a kind of a newer peer
}

// chunk applies a chunk and acknowledges it, or refuses it.
func (s *Session) chunk(sink Sink, msg []byte) error {
	run, err := DecodeChunk(msg)
	if err != nil {
		return &Bye{Code: ByeProtocol, Words: err.Error()}
	}
	at, err := sink.Apply(run)
	if err == nil {
		now, _ := s.opt.Wall()
		s.note(func(st *SessionState) { st.At, st.LastAck, st.Head = at, now, max(st.Head, at.Seq) })
		return s.answer(EncodeAck(Ack{At: at, Credit: Credit}))
	}
	return s.refuse(sink, err)
}

// refuse says why a chunk was not applied. What sending again can mend keeps
// the connection; the rest ends it.
func (s *Session) refuse(sink Sink, err error) error {
	n := Nack{Want: sink.Cursor(), Reason: ReasonDisk, Words: err.Error()}
	end := &Bye{Code: ByeBusy, Words: "the replica cannot be written: " + err.Error(), RetryAfter: 5000}
	var gap *store.GapError
	var fork *store.ForkError
	switch {
	case errors.As(err, &gap):
		n.Reason, end = ReasonGap, nil
	case errors.Is(err, store.ErrDamaged):
		n.Reason, end = ReasonHash, nil
	case errors.As(err, &fork):
		n.Reason, end = ReasonFork, &Bye{Code: ByeFork, Words: err.Error()}
	case errors.Is(err, store.ErrEpoch):
		n.Reason, end = ReasonEpoch, &Bye{Code: ByeCannot, Words: err.Error()}
	}
	s.note(func(st *SessionState) { st.LastError = cut(err.Error(), 300) })
	if err := s.answer(encodeNack(n)); err != nil {
		return err
	}
	if end != nil {
		return end
	}
	return nil
}
