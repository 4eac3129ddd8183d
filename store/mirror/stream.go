package mirror

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"loaxa/store"
)

// maxNacks is how often a sender goes back without progress before it gives
// up the connection.
const maxNacks = 3

// chunkTime is how much of the measured goodput one chunk may take, so that
// the line is free for something urgent soon.
const chunkTime = 250 * time.Millisecond

// windowTime is how much of the measured goodput may be under way: what lies
// in a modem's queue goes before an order's receipt. windowLeast keeps a long
// way filled, in bytes.
const (
	windowTime  = time.Second
	windowLeast = 24 << 10
)

// stream is a sender's session behind a WELCOME. Its fields belong to the
// writing goroutine, except the mailbox.
type stream struct {
	s      *Sender
	conn   Conn
	mail   mailbox
	chunks chunker

	next    uint64     // next entry to send
	high    uint64     // last entry ever sent on this connection
	prev    store.Hash // chain hash of entry next-1
	under   []flight   // sent and not acknowledged, oldest first
	pending uint64     // bytes of under
	credit  uint64
	below   bool    // the receiver stands below the floor: a snapshot first
	begun   bool    // it was told of the snapshot
	nacks   int     // since the last progress
	done    uint64  // bytes acknowledged on this connection
	goodput float64 // bytes per second, smoothed; 0: not measured
}

// flight is one chunk under way.
type flight struct {
	to    uint64
	bytes uint64
	done  uint64 // stream.done when it was sent
	sent  time.Time
}

// mailbox holds the newest message of each kind for the writer: acknowledgements
// are cumulative, so the newest says all, and the reader never waits.
type mailbox struct {
	mu     sync.Mutex
	ack    *Ack
	nack   *Nack
	answer *Time
	want   *snapWant
	t3     int64    // when answer came, Unix µs
	piece  []byte   // of a blob that was asked for; below all else
	orders [][]byte // receipts of orders, at most orderRoom: no more are judged at once
	err    error
	signal chan struct{} // size 1: one wake-up is enough, the mail lies in the fields
}

func newStream(s *Sender, conn Conn, w Hello, acked store.Cursor, below bool) *stream {
	return &stream{
		s: s, conn: conn, mail: mailbox{signal: make(chan struct{}, 1)},
		next: acked.Seq + 1, high: acked.Seq, prev: acked.H, credit: w.Credit, below: below,
	}
}

// run sends until the connection or ctx ends.
func (t *stream) run(ctx context.Context) error {
	over := make(chan struct{})
	go func() { defer close(over); t.read(ctx) }()
	defer func() { t.conn.Close(); <-over }()
	err := t.write(ctx)
	var broke *writeError
	if !errors.As(err, &broke) || ctx.Err() != nil {
		return err
	}
	// A peer that ends the link says why and closes; our write may find it closed
	// before our reader has come to its word.
	select {
	case <-over:
	case <-time.After(farewellTime):
	}
	t.mail.mu.Lock()
	defer t.mail.mu.Unlock()
	var bye *Bye
	if errors.As(t.mail.err, &bye) {
		return t.mail.err
	}
	return err
}

// write sends what is to be sent until something fails or ctx ends.
func (t *stream) write(ctx context.Context) error {
	ping := time.NewTimer(0)
	defer ping.Stop()
	if t.s.opt.Fetch != nil {
		t.s.opt.Fetch.begin()
	}
	if t.below {
		if err := t.s.prepare(); err != nil {
			return err
		}
	}
	for {
		changed, blobs := t.s.src.Changed(), t.blobs()
		if err := t.open(); err != nil {
			return err
		}
		sent, err := t.chunk()
		if err != nil {
			return err
		}
		if sent {
			continue
		}
		if err := t.ask(); err != nil {
			return err
		}
		if err := t.give(); err != nil {
			return err
		}
		select {
		case <-changed:
		case <-blobs:
		case <-t.mail.signal:
		case m := <-t.s.snaps.made:
			t.s.snaps.busy, t.s.snaps.snap = false, m.snap
			if m.err != nil {
				return m.err
			}
		case <-t.mends():
			if err := t.s.prepare(); err != nil {
				return err
			}
		case <-ping.C:
			ping.Reset(t.s.ping())
			now, _ := t.s.opt.Wall()
			if err := t.send(func() ([]byte, error) { return encodeTime(Time{T0: now.UnixMicro()}) }); err != nil {
				return err
			}
		case <-ctx.Done():
			return t.send(func() ([]byte, error) { return encodeBye(Bye{Code: ByeDown, Words: "going down"}) })
		}
	}
}

// ping is the next pause between signs of life: the middle ± 20 %.
func (s *Sender) ping() time.Duration {
	p := s.opt.Timing.Ping
	return p - p/5 + time.Duration(s.opt.Jitter(int64(2*p/5)+1))
}

func (t *stream) send(make func() ([]byte, error)) error {
	return send(t.conn, t.s.opt.Timing.Write, make)
}

// read puts what comes into the mailbox until the connection ends.
func (t *stream) read(ctx context.Context) {
	for {
		msg, err := receive(t.conn, t.s.opt.Timing.Dead)
		if err == nil {
			err = t.sort(ctx, msg)
		}
		if err != nil {
			t.mail.put(func(m *mailbox) { m.err = err })
			return
		}
	}
}

func (m *mailbox) put(change func(*mailbox)) {
	m.mu.Lock()
	change(m)
	m.mu.Unlock()
	select {
	case m.signal <- struct{}{}:
	default:
	}
}

func (t *stream) sort(ctx context.Context, msg []byte) error {
	if len(msg) == 0 {
		return errEmpty
	}
	switch Kind(msg[0]) {
	case KindAck:
		a, err := DecodeAck(msg)
		t.mail.put(func(m *mailbox) { m.ack = &a })
		return err
	case KindNack:
		n, err := decodeNack(msg)
		t.mail.put(func(m *mailbox) { m.nack = &n })
		return err
	case KindTime:
		a, err := decodeTime(msg)
		now, _ := t.s.opt.Wall()
		t.mail.put(func(m *mailbox) { m.answer, m.t3 = &a, now.UnixMicro() })
		return err
	case KindSnapWant:
		w, err := decodeWant(msg)
		t.mail.put(func(m *mailbox) { m.want = &w })
		return err
	case KindBlobPart:
		return t.piece(ctx, msg)
	case KindBlobWant:
		return t.asks(msg)
	case KindOrder:
		doc, err := decodeOrder(msg)
		if err != nil {
			return err
		}
		t.s.order.take(ctx, doc, func(receipt []byte) {
			t.mail.put(func(m *mailbox) {
				if len(m.orders) < orderRoom { // the connection may have ended
					m.orders = append(m.orders, receipt)
				}
			})
		})
	case KindBye:
		b, err := decodeBye(msg)
		if err != nil {
			return err
		}
		return fmt.Errorf("mirror: the peer says: %w", b)
	}
	return nil // a kind of a newer peer
}

// open takes what lies in the mailbox.
func (t *stream) open() error {
	m := &t.mail
	m.mu.Lock()
	ack, nack, answer, want, t3, orders, err := m.ack, m.nack, m.answer, m.want, m.t3, m.orders, m.err
	m.ack, m.nack, m.answer, m.want, m.orders = nil, nil, nil, nil, nil
	m.mu.Unlock()
	for _, receipt := range orders {
		if err := t.send(func() ([]byte, error) { return receipt, nil }); err != nil {
			return err
		}
	}
	if ack != nil {
		if err := t.acked(ack); err != nil {
			return err
		}
	}
	if answer != nil {
		t.clock(answer, t3)
	}
	if nack != nil {
		if err := t.refused(nack); err != nil {
			return err
		}
	}
	if err != nil {
		return err
	}
	return t.snapshot(want)
}

// acked moves the link's cursor, after checking that it is a point of our chain.
func (t *stream) acked(a *Ack) error {
	old := t.s.state.Load().Acked
	if a.At.Epoch != old.Epoch || a.At.Seq > t.high {
		return fmt.Errorf("mirror: the peer acknowledged entry %d, the last one sent is %d", a.At.Seq, t.high)
	}
	if a.At.Seq < old.Seq {
		return fmt.Errorf("mirror: the peer went back from entry %d to %d", old.Seq, a.At.Seq)
	}
	m, err := t.s.src.At(a.At.Seq)
	if err != nil {
		return err
	}
	if m.H != a.At.H {
		return fmt.Errorf("mirror: %w: the peer acknowledged another entry %d", errForked, a.At.Seq)
	}
	t.credit = a.Credit
	n := 0
	for _, f := range t.under {
		if f.to > a.At.Seq {
			break
		}
		t.pending -= f.bytes
		t.done += f.bytes
		t.measure(f)
		n++
	}
	t.under = t.under[n:]
	if a.At.Seq > old.Seq {
		t.nacks = 0
	}
	if a.At.Seq >= t.next { // behind a refusal, what was under way came through
		t.next, t.prev = a.At.Seq+1, m.H
	}
	now, _ := t.s.opt.Wall()
	t.s.set(func(st *linkState) { st.Acked, st.ackedBytes, st.LastAck = a.At, m.Bytes, now })
	t.snapped(a.At)
	return nil
}

// refused goes back to where the receiver wants to go on.
func (t *stream) refused(n *Nack) error {
	if n.Reason == ReasonFork {
		return fmt.Errorf("mirror: %w: the peer says: %s", errForked, n.Words)
	}
	if n.Reason == ReasonDisk || n.Reason == ReasonEpoch {
		return fmt.Errorf("mirror: the peer cannot take entries: %s", n.Words)
	}
	if t.nacks++; t.nacks > maxNacks {
		return fmt.Errorf("mirror: the peer refused entry %d %d times: %s", n.Want.Seq+1, t.nacks, n.Words)
	}
	if n.Want.Epoch != t.s.src.Head().Epoch || n.Want.Seq > t.high {
		return errors.New("mirror: the peer asks for what was not sent")
	}
	m, err := t.s.src.At(n.Want.Seq)
	if err != nil {
		return err
	}
	if m.H != n.Want.H {
		return fmt.Errorf("mirror: %w: entry %d of the peer is not ours", errForked, n.Want.Seq)
	}
	t.next, t.prev, t.under, t.pending = n.Want.Seq+1, m.H, nil, 0
	return nil
}

// clock takes the answer to a question about time.
func (t *stream) clock(a *Time, t3 int64) {
	rtt := time.Duration(t3-a.T0-(a.T2-a.T1)) * time.Microsecond
	if rtt < 0 || rtt > t.s.opt.Timing.Dead {
		return // a clock was set meanwhile
	}
	off := time.Duration((a.T1-a.T0)/2+(a.T2-t3)/2) * time.Microsecond
	t.s.set(func(st *linkState) { st.ClockOffset, st.RTT = off, max(rtt, 1) })
}

// chunk sends the next piece if there is one and credit for it.
func (t *stream) chunk() (bool, error) {
	head := t.s.src.Head()
	last, hold := t.bound(head.Seq)
	if hold || t.next > last || (t.pending > 0 && t.pending+MinChunk > t.window()) {
		return false, nil
	}
	size := MaxChunk / 4
	if t.goodput > 0 {
		size = int(min(max(t.goodput*chunkTime.Seconds(), MinChunk), MaxChunk))
	}
	if t.pending > 0 {
		size = min(size, int(t.window()-t.pending))
	}
	es, err := t.s.src.Entries(t.next, int(min(maxRun, last-t.next+1)), size)
	if err != nil {
		return false, err
	}
	if len(es) == 0 {
		return false, nil
	}
	end := es[len(es)-1]
	run := store.Run{Epoch: head.Epoch, From: t.next, Prev: t.prev, Last: end.H, Items: es}
	msg, err := t.chunks.encode(run)
	if err != nil {
		return false, err
	}
	if err := t.send(func() ([]byte, error) { return msg, nil }); err != nil {
		return false, err
	}
	t.under = append(t.under, flight{end.Seq, uint64(len(msg)), t.done, time.Now()})
	t.pending += uint64(len(msg))
	t.next, t.prev, t.high = end.Seq+1, end.H, max(t.high, end.Seq)
	return true, nil
}
