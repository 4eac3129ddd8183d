package mirror

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"loaxa/store"
)

// SenderOptions say who sends to whom.
type SenderOptions struct {
	Identity Identity
	Peer     string // fingerprint the receiver must have; "" leaves that to Dial
	Wall     Clock
	Dial     func(ctx context.Context) (Conn, error)
	Timing   Timing
	// Acked is what an earlier run was told, and when: for Link until the peer
	// says it anew. A cursor that is not of the journal's chain is let go.
	Acked   store.Cursor
	LastAck time.Time
	// Accept judges an order from the receiver's side of the link; nil: orders
	// are left unanswered. It may take its time and runs in its own goroutine.
	Accept func(ctx context.Context, doc []byte) Receipt
	// Fetch is what brings blobs here; nil: none are asked for.
	Fetch *Fetch
	// Lend is what is handed up when the receiver asks for it; nil: its questions
	// are left unanswered.
	Lend *Lend
	// Jitter draws from [0, n); nil draws at random. Tests hand in a seeded one.
	Jitter func(n int64) int64
}

// Link is the state of the link upward, for screens. Its strings may be
// foreign text.
type Link struct {
	Up           bool
	Since        time.Time // wall time since when it is up or down
	Known        bool      // Acked was learnt from the peer in this process
	Acked        store.Cursor
	Waiting      uint64 // entries not acknowledged, as far as is known
	WaitingBytes uint64 // their stored size
	LastAck      time.Time
	LastError    string // why it is down, in words; "" while up
	Forked       bool   // the histories differ: only people can repair that
	PeerHello    Hello
	ClockOffset  time.Duration // the peer's clock minus ours, not signed: for screens only
	RTT          time.Duration // 0: not measured yet
}

// Sender keeps one receiver supplied with a journal for as long as Run runs.
type Sender struct {
	src   Source
	opt   SenderOptions
	state atomic.Pointer[linkState]
	order *accepting
	snaps snapshotting // of Run's goroutine, but for its channels

	mu    sync.Mutex // guards moved
	moved chan struct{}
}

// linkState is a Link with what Link computes when asked.
type linkState struct {
	Link
	ackedBytes uint64
}

// NewSender makes a Sender; Run starts it.
func NewSender(src Source, opt SenderOptions) *Sender {
	opt.Timing = opt.Timing.filled()
	if opt.Jitter == nil {
		opt.Jitter = rand.Int64N
	}
	s := &Sender{src: src, opt: opt, order: newAccepting(opt.Accept), moved: make(chan struct{}),
		snaps: snapshotting{wanted: make(chan struct{}, 1), made: make(chan made, 1)}}
	now, _ := opt.Wall()
	st := linkState{Link: Link{Since: now, LastError: "not connected yet"}}
	if a := opt.Acked; a.Epoch == src.Head().Epoch && a.Seq <= src.Head().Seq {
		if m, err := src.At(a.Seq); err == nil && m.H == a.H {
			st.Acked, st.LastAck, st.ackedBytes = a, opt.LastAck, m.Bytes
		}
	}
	s.state.Store(&st)
	return s
}

// Link tells the present state. It reads no disk while the journal rests.
func (s *Sender) Link() Link {
	st := s.state.Load()
	l := st.Link
	head := s.src.Head()
	if l.Acked.Epoch != head.Epoch || l.Acked.Seq > head.Seq {
		l.Waiting = head.Seq
	} else {
		l.Waiting = head.Seq - l.Acked.Seq
	}
	if m, err := s.src.At(head.Seq); err == nil && l.Waiting > 0 {
		l.WaitingBytes = m.Bytes - min(m.Bytes, st.ackedBytes)
	}
	return l
}

// Changed returns a channel that is closed when Link changes for another
// reason than new entries.
func (s *Sender) Changed() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.moved
}

// set changes the state; only Run's goroutine calls it.
func (s *Sender) set(change func(*linkState)) {
	st := *s.state.Load()
	change(&st)
	s.state.Store(&st)
	s.mu.Lock()
	close(s.moved)
	s.moved = make(chan struct{})
	s.mu.Unlock()
}

// Run connects, sends, and connects again with growing, fully jittered pauses
// until ctx ends, whose error it returns. It must run once.
func (s *Sender) Run(ctx context.Context) error {
	defer s.order.all.Wait()
	if s.opt.Fetch != nil {
		defer s.opt.Fetch.all.Wait()
	}
	if s.opt.Lend != nil {
		defer s.opt.Lend.all.Wait()
	}
	defer s.endSnapshots()
	for attempt := 0; ; attempt++ {
		began := time.Now()
		err := s.once(ctx)
		if ctx.Err() != nil {
			s.down(errors.New("stopped"))
			return ctx.Err()
		}
		s.down(err)
		if bye := (*Bye)(nil); errors.As(err, &bye) && (bye.Code == ByeFork || bye.Code == ByeCannot) {
			s.dropSnapshot() // what was refused is not offered again
		}
		if time.Since(began) >= s.opt.Timing.Settled {
			attempt = 0
		}
		if !sleep(ctx, s.pause(attempt, err)) {
			return ctx.Err()
		}
	}
}

// pause is drawn from [0, min(Cap, Base·2^attempt)), behind what the peer asked.
func (s *Sender) pause(attempt int, err error) time.Duration {
	t := s.opt.Timing
	bound := t.Cap
	if attempt < 20 && t.Base<<attempt < t.Cap {
		bound = t.Base << attempt
	}
	if errors.Is(err, errForked) {
		bound = t.Cap // nothing changes soon
	}
	d := time.Duration(s.opt.Jitter(int64(bound)))
	var bye *Bye
	if errors.As(err, &bye) {
		d += min(time.Duration(bye.RetryAfter)*time.Millisecond, 10*time.Minute)
	}
	return d
}

func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

func (s *Sender) down(err error) {
	now, _ := s.opt.Wall()
	s.set(func(st *linkState) {
		if st.Up {
			st.Since = now
		}
		st.Up, st.RTT, st.LastError = false, 0, words(err)
		st.Forked = errors.Is(err, errForked)
	})
}

func words(err error) string {
	if err == nil {
		return "the link ended"
	}
	return cut(err.Error(), 300)
}

// errForked marks the end of a session whose histories differ.
var errForked = errors.New("the histories differ")

// farewellTime is how long a stopping sender tries to say BYE.
const farewellTime = 500 * time.Millisecond

// once lives through one connection.
func (s *Sender) once(ctx context.Context) error {
	dctx, cancel := context.WithTimeout(ctx, s.opt.Timing.Hello)
	conn, err := s.opt.Dial(dctx)
	cancel()
	if err != nil {
		return err
	}
	defer conn.Close()
	// A goroutine stuck in a read or write is freed by Close, which leaves the
	// writer a moment for its BYE.
	ended := make(chan struct{})
	defer close(ended)
	stop := context.AfterFunc(ctx, func() {
		select {
		case <-time.After(farewellTime):
		case <-ended:
		}
		conn.Close()
	})
	defer stop()
	welcome, err := s.hello(conn)
	if err != nil {
		return err
	}
	acked, below, err := s.resume(welcome)
	if err != nil {
		code := uint(ByeCannot)
		if errors.Is(err, errForked) {
			code = ByeFork
		}
		_ = send(conn, s.opt.Timing.Write, func() ([]byte, error) { return encodeBye(Bye{Code: code, Words: words(err)}) })
		return err
	}
	now, _ := s.opt.Wall()
	var mark store.Mark
	if !below {
		if mark, err = s.src.At(acked.Seq); err != nil {
			return err
		}
	}
	s.set(func(st *linkState) {
		st.Up, st.Since, st.LastError, st.Forked = true, now, "", false
		st.Known, st.Acked, st.PeerHello, st.ackedBytes = true, acked, welcome, mark.Bytes
	})
	return newStream(s, conn, welcome, acked, below).run(ctx)
}

// send writes one message within the deadline. One goroutine at a time.
func send(conn Conn, limit time.Duration, make func() ([]byte, error)) error {
	msg, err := make()
	if err != nil {
		return err
	}
	if err := conn.SetWriteDeadline(time.Now().Add(limit)); err != nil {
		return fmt.Errorf("mirror: %w", err)
	}
	if err := conn.WriteMessage(msg); err != nil {
		return &writeError{err}
	}
	return nil
}

// writeError is a connection that broke while something was written.
type writeError struct{ err error }

func (w *writeError) Error() string { return "mirror: " + w.err.Error() }
func (w *writeError) Unwrap() error { return w.err }

// hello says who we are and hears who answers.
func (s *Sender) hello(conn Conn) (Hello, error) {
	now, _ := s.opt.Wall()
	err := send(conn, s.opt.Timing.Write, func() ([]byte, error) {
		return EncodeHello(KindHello, Hello{
			Min: MinProtocol, Max: MaxProtocol, Identity: s.opt.Identity,
			Head: s.src.Head(), Floor: s.src.Floor(), Wall: now.UnixMilli(),
		})
	})
	if err != nil {
		return Hello{}, err
	}
	msg, err := receive(conn, s.opt.Timing.Hello)
	if err != nil {
		return Hello{}, err
	}
	if len(msg) > 0 && Kind(msg[0]) == KindBye {
		bye, err := decodeBye(msg)
		if err != nil {
			return Hello{}, err
		}
		return Hello{}, fmt.Errorf("mirror: the peer says: %w", bye)
	}
	w, err := DecodeHello(KindWelcome, msg)
	if err != nil {
		return w, err
	}
	if _, ok := protocol(w); !ok {
		return w, fmt.Errorf("mirror: the peer (%s) speaks protocols %d to %d, this program %d to %d: one side must be upgraded",
			w.Build, w.Min, w.Max, MinProtocol, MaxProtocol)
	}
	if s.opt.Peer != "" && w.Node != s.opt.Peer {
		return w, fmt.Errorf("mirror: the peer calls itself %s, expected is %s", w.Node, s.opt.Peer)
	}
	return w, nil
}

func receive(conn Conn, limit time.Duration) ([]byte, error) {
	if err := conn.SetReadDeadline(time.Now().Add(limit)); err != nil {
		return nil, fmt.Errorf("mirror: %w", err)
	}
	msg, err := conn.ReadMessage()
	if err != nil {
		return nil, fmt.Errorf("mirror: %w", err)
	}
	return msg, nil
}

// resume decides whether the journal can go on behind the receiver's cursor;
// below: only behind a snapshot, since what follows it is no longer kept.
func (s *Sender) resume(w Hello) (_ store.Cursor, below bool, err error) {
	have, head := w.Have, s.src.Head()
	if w.Verdict == Fork {
		return have, false, fmt.Errorf("mirror: %w: the peer says: %s", errForked, w.Words)
	}
	if have.Epoch != head.Epoch {
		return have, false, fmt.Errorf("mirror: the peer stays with epoch %s, this journal has epoch %s: %s", have.Epoch, head.Epoch, w.Words)
	}
	if have.Seq > head.Seq {
		return have, false, fmt.Errorf("mirror: %w: the peer holds %d entries, this journal only %d: it was set back", errForked, have.Seq, head.Seq)
	}
	if have.Seq+1 < s.src.Floor() {
		if v, _ := protocol(w); v < snapProtocol {
			return have, false, fmt.Errorf("mirror: the peer needs entry %d, the first one kept is %d: it needs a snapshot, which its version cannot take",
				have.Seq+1, s.src.Floor())
		}
		return have, true, nil
	}
	m, err := s.src.At(have.Seq)
	if err != nil {
		return have, false, err
	}
	if m.H != have.H {
		return have, false, fmt.Errorf("mirror: %w: entry %d of the peer is not ours", errForked, have.Seq)
	}
	return have, false, nil
}
