package mirror_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"loaxa/store"
	"loaxa/store/mirror"
	"loaxa/store/storetest"
)

// line is a network of virtual time: each direction has a rate and a delay,
// and a buffer behind which a writer waits, as behind a socket whose unsent
// bytes are bounded. It can be cut, and it can go dead without a word.
type line struct {
	rate  int // bytes/s, 0: without limit
	delay time.Duration
	serve func(c mirror.Conn)
	// queue is what lies between a writer and the far end, in bytes: what is
	// unsent and what a modem in between takes.
	queue int

	mu    sync.Mutex
	ends  []*lineEnd
	dead  bool // swallows everything, refuses nobody
	gone  bool // nobody answers
	wg    sync.WaitGroup
	dials int
}

type lineEnd struct {
	l        *line
	far      *lineEnd
	mu       sync.Mutex
	free     time.Time // when all that was written will have left
	deadline time.Time
	in       chan parcel // 4096: far above what the buffer holds of frames
	closed   chan struct{}
	once     sync.Once
}

type parcel struct {
	at  time.Time
	msg []byte
}

func (l *line) dial(context.Context) (mirror.Conn, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.dials++
	if l.gone {
		return nil, errors.New("connection refused")
	}
	a := &lineEnd{l: l, in: make(chan parcel, 4096), closed: make(chan struct{})}
	b := &lineEnd{l: l, in: make(chan parcel, 4096), closed: make(chan struct{})}
	a.far, b.far = b, a
	l.ends = append(l.ends, a)
	l.wg.Go(func() { l.serve(b); _ = b.Close() })
	return a, nil
}

// cut resets every connection; silence makes them dead instead.
func (l *line) cut() {
	l.mu.Lock()
	ends := l.ends
	l.ends = nil
	l.mu.Unlock()
	for _, e := range ends {
		_ = e.Close()
		_ = e.far.Close()
	}
}

func (l *line) set(dead, gone bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.dead, l.gone = dead, gone
}

func (l *line) isDead() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.dead
}

func (e *lineEnd) WriteMessage(b []byte) error {
	select {
	case <-e.closed:
		return errCut
	default:
	}
	e.mu.Lock()
	now := time.Now()
	if e.free.Before(now) {
		e.free = now
	}
	if e.l.rate > 0 {
		e.free = e.free.Add(time.Duration(len(b)+80) * time.Second / time.Duration(e.l.rate)) // 80: TLS, websocket, TCP, IP
	}
	p := parcel{e.free.Add(e.l.delay), append([]byte{}, b...)}
	wait := time.Duration(0)
	if e.l.rate > 0 {
		wait = e.free.Sub(now) - time.Duration(e.l.queue)*time.Second/time.Duration(e.l.rate)
	}
	e.mu.Unlock()
	if e.l.isDead() {
		return nil // lies in a buffer that never empties
	}
	select {
	case e.far.in <- p:
	case <-e.closed:
		return errCut
	}
	if wait > 0 {
		select {
		case <-time.After(wait):
		case <-e.closed:
			return errCut
		}
	}
	return nil
}

func (e *lineEnd) ReadMessage() ([]byte, error) {
	e.mu.Lock()
	over := time.After(time.Until(e.deadline))
	e.mu.Unlock()
	select {
	case p := <-e.in:
		time.Sleep(time.Until(p.at))
		return p.msg, nil
	case <-over:
		return nil, os.ErrDeadlineExceeded
	case <-e.closed:
		return nil, errCut
	}
}

func (e *lineEnd) SetReadDeadline(t time.Time) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.deadline = t
	return nil
}

func (e *lineEnd) SetWriteDeadline(time.Time) error { return nil }

// Close ends this end, and the far one when the line still carries the word.
func (e *lineEnd) Close() error {
	e.once.Do(func() { close(e.closed) })
	if !e.l.isDead() {
		e.far.once.Do(func() { close(e.far.closed) })
	}
	return nil
}

// village is a station and a district on a line of virtual time.
type village struct {
	t    *testing.T
	dir  string
	line *line
	db   *store.DB
	rep  *store.Replica
	s    *mirror.Sender
	box  *box
	stop func()

	mu     sync.Mutex
	orders map[string]int // how often each was handed over
}

var quick = store.Options{Wall: storetest.Wall, NoSync: true}

func newVillage(t *testing.T, l *line) *village {
	v := &village{t: t, dir: t.TempDir(), line: l, box: newBox(), orders: map[string]int{}}
	opt := district
	opt.Orders = v.box
	l.serve = func(c mirror.Conn) {
		_ = mirror.NewSession(c, node, opt).Run(context.Background(), func(mirror.Hello) (mirror.Sink, error) { return v.rep, nil })
	}
	v.openDistrict()
	v.openStation()
	return v
}

func (v *village) openDistrict() {
	r, err := store.OpenReplica(filepath.Join(v.dir, "replica.db"), node, quick)
	if err != nil {
		v.t.Fatal(err)
	}
	v.rep = r
}

func (v *village) openStation() {
	db, err := store.Open(filepath.Join(v.dir, "station.db"), quick)
	if err != nil {
		v.t.Fatal(err)
	}
	v.db = db
	v.s = mirror.NewSender(db, mirror.SenderOptions{
		Identity: mirror.Identity{Node: node, Build: "test", Boot: 1}, Peer: "district-key", Wall: storetest.Wall, Dial: v.line.dial,
		Accept: func(_ context.Context, doc []byte) mirror.Receipt {
			v.mu.Lock()
			defer v.mu.Unlock()
			v.orders[string(doc)]++
			return mirror.Receipt{Code: "obeyed", Final: true, Saved: true}
		},
	})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); _ = v.s.Run(ctx) }()
	v.stop = func() { cancel(); <-done }
}

func (v *village) closeStation() {
	v.stop()
	if err := v.db.Close(); err != nil {
		v.t.Fatal(err)
	}
}

func (v *village) closeDistrict() {
	v.line.set(false, true)
	v.line.cut()
	v.line.wg.Wait()
	if err := v.rep.Close(); err != nil {
		v.t.Fatal(err)
	}
}

func (v *village) end() {
	v.closeStation()
	v.closeDistrict()
	for _, f := range []string{"station.db", "replica.db"} {
		if _, err := store.ProveFile(filepath.Join(v.dir, f)); err != nil {
			v.t.Error(err)
		}
	}
}

// caught waits in virtual time until the district has everything.
func (v *village) caught(limit time.Duration) time.Duration {
	v.t.Helper()
	began := time.Now()
	for {
		if l := v.s.Link(); l.Known && l.Up && l.Acked == v.db.Head() {
			return time.Since(began)
		}
		if time.Since(began) > limit {
			v.t.Fatalf("not caught up within %v: %+v", limit, v.s.Link())
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// day is entries as a station writes them.
func dayWrites(rng *rand.Rand, n int) (ws []store.Write) {
	for range n {
		ws = append(ws, store.Write{Class: "asrun", Version: 1, Payload: fmt.Appendf(nil,
			`{"kind":"receipt","broadcast":%d,"class":3,"cluster":"%016x%016x","number":%d,"at":{"wall":"2026-11-%02dT%02d:%02d:%02d.%09d+07:00","mono":%d,"quality":2},"duration":%d}`,
			rng.IntN(5000), rng.Uint64N(12)*0x9e3779b97f4a7c15, rng.Uint64N(12)*0x9e3779b97f4a7c15, rng.IntN(12), rng.IntN(30)+1, rng.IntN(24), rng.IntN(60), rng.IntN(60), rng.IntN(1e9), rng.Int64N(1e15), rng.Int64N(1e12))})
	}
	return ws
}

// A backlog of a month on a line of 256 kbit/s is through in two minutes, and
// orders and their receipts pass in two seconds all the while.
func TestFaultAMonthsBacklogOnASlowLine(t *testing.T) {
	for name, queue := range map[string]int{"short queue": 16 << 10, "a modem that takes all": 1 << 20} {
		t.Run(name, func(t *testing.T) { backlog(t, queue) })
	}
}

func backlog(t *testing.T, queue int) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		l := &line{rate: 256_000 / 8, delay: 100 * time.Millisecond, queue: queue, gone: true}
		v := newVillage(t, l)
		defer v.end()
		rng := rand.New(rand.NewPCG(1, 30))
		for range 30 {
			if _, err := v.db.Append(dayWrites(rng, 1000)...); err != nil {
				t.Fatal(err)
			}
		}
		l.set(false, false)
		for !v.s.Link().Up {
			time.Sleep(100 * time.Millisecond)
		}
		began, n, slowest := time.Now(), 0, time.Duration(0)
		for v.s.Link().Acked != v.db.Head() {
			ref, sent := v.box.put(fmt.Sprint("order ", n)), time.Now()
			for !v.box.answer(ref).Final {
				if time.Sleep(10 * time.Millisecond); time.Since(sent) > time.Minute {
					t.Fatal("an order stays unanswered")
				}
			}
			slowest = max(slowest, time.Since(sent))
			n++
			time.Sleep(time.Duration(rng.IntN(3000)) * time.Millisecond)
		}
		took := time.Since(began)
		t.Logf("30,000 entries in %v, %d orders meanwhile, the slowest answered after %v", took, n, slowest)
		if took > 2*time.Minute {
			t.Errorf("a month's backlog took %v", took)
		}
		if slowest > 2*time.Second || n < 10 {
			t.Errorf("%d orders, the slowest took %v there and back", n, slowest)
		}
		equal(t, v.db, v.rep)
	})
}

// A line that goes dead without a word is found out by both ends within 75 s,
// and the way back is found without help.
func TestFaultADeadLineIsFoundOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &line{delay: 50 * time.Millisecond}
		v := newVillage(t, l)
		defer v.end()
		if _, err := v.db.Append(put("queue", "a", "1")); err != nil {
			t.Fatal(err)
		}
		v.caught(time.Minute)
		l.set(true, false)
		died := time.Now()
		if _, err := v.db.Append(put("queue", "a", "2")); err != nil {
			t.Fatal(err)
		}
		for v.s.Link().Up {
			if time.Sleep(time.Second); time.Since(died) > 76*time.Second {
				t.Fatalf("dead for %v and still called up", time.Since(died))
			}
		}
		l.set(false, false)
		v.caught(3 * time.Minute)
		equal(t, v.db, v.rep)
	})
}
