package mirror_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"loaxa/store"
	"loaxa/store/mirror"
	"loaxa/store/storetest"
)

func TestMain(m *testing.M) {
	// Each step of the schedules flushes a disk, so the plain run draws fewer
	// than rapid would; -rapid.checks on the command line overrides.
	if err := flag.Set("rapid.checks", "50"); err != nil {
		panic(err)
	}
	goleak.VerifyTestMain(m)
}

const node = "station-key"

// fast is a timing for tests on real time.
var fast = mirror.Timing{Base: time.Millisecond, Cap: 5 * time.Millisecond}

func senderOptions(n *network) mirror.SenderOptions {
	return mirror.SenderOptions{
		Identity: mirror.Identity{Node: node, Name: "xã Thử", Build: "test", Boot: 1},
		Peer:     "district-key", Wall: storetest.Wall, Dial: n.dial, Timing: fast,
	}
}

var district = mirror.SessionOptions{Identity: mirror.Identity{Node: "district-key", Build: "test"}, Wall: storetest.Wall}

// serveReplica serves connections into r.
func serveReplica(r mirror.Sink) func(mirror.Conn) {
	return func(c mirror.Conn) {
		_ = mirror.NewSession(c, node, district).Run(context.Background(), func(mirror.Hello) (mirror.Sink, error) { return r, nil })
	}
}

func put(class, key, payload string) store.Write {
	return store.Write{Class: class, Key: key, Payload: []byte(payload)}
}

// start runs a sender until the test ends or stop is called.
func start(t *testing.T, s *mirror.Sender) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); _ = s.Run(ctx) }()
	stop = sync.OnceFunc(func() { cancel(); <-done })
	t.Cleanup(stop)
	return stop
}

// await waits until the link satisfies ok.
func await(t *testing.T, s *mirror.Sender, what string, ok func(mirror.Link) bool) mirror.Link {
	t.Helper()
	limit := time.After(30 * time.Second)
	for {
		ch := s.Changed()
		l := s.Link()
		if ok(l) {
			return l
		}
		select {
		case <-ch:
		case <-limit:
			t.Fatalf("%s: never came; the link is %+v", what, l)
		}
	}
}

func equal(t *testing.T, a, b interface{ Proof() (store.Proof, error) }) {
	t.Helper()
	pa, err := a.Proof()
	if err != nil {
		t.Fatal(err)
	}
	pb, err := b.Proof()
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Compare(pa, pb); err != nil {
		t.Error(err)
	}
}

func TestReplicaFollowsTheJournal(t *testing.T) {
	db, r, n := storetest.Open(t), storetest.OpenReplica(t, node), new(network)
	n.answer(serveReplica(r))
	defer n.wg.Wait()
	for i := range 300 {
		db.Append(put("queue", fmt.Sprint(i%10), strings.Repeat("x", i)), put("asrun", "", "start"))
	}
	s := mirror.NewSender(db, senderOptions(n))
	if l := s.Link(); l.Up || l.Known || l.Waiting != 600 || l.WaitingBytes == 0 {
		t.Errorf("before the first connection: %+v", l)
	}
	stop := start(t, s)
	await(t, s, "the backlog", func(l mirror.Link) bool { return l.Acked == db.Head() })
	equal(t, db, r)
	db.Append(store.Write{Class: "queue", Key: "3", Delete: true})
	l := await(t, s, "a live entry", func(l mirror.Link) bool { return l.Acked == db.Head() && l.RTT > 0 })
	if !l.Up || l.Waiting != 0 || l.WaitingBytes != 0 || l.PeerHello.Build != "test" || l.LastError != "" {
		t.Errorf("link: %+v", l)
	}
	equal(t, db, r)
	stop()
	if l := s.Link(); l.Up || !l.Known {
		t.Errorf("after the end: %+v", l)
	}
}

func TestLargestEntriesPass(t *testing.T) {
	db, r, n := storetest.Open(t), storetest.OpenReplica(t, node), new(network)
	n.answer(serveReplica(r))
	defer n.wg.Wait()
	noise := make([]byte, store.MaxPayload)
	for i := range noise {
		noise[i] = byte(i * i >> 3 * 7)
	}
	for i := range 20 {
		db.Append(store.Write{Class: "big", Key: strings.Repeat("k", store.MaxKey-2) + fmt.Sprintf("%02d", i), Payload: noise})
	}
	s := mirror.NewSender(db, senderOptions(n))
	defer start(t, s)()
	await(t, s, "large entries", func(l mirror.Link) bool { return l.Acked == db.Head() })
	equal(t, db, r)
}

// slowSink counts what lies between sender and disk.
type slowSink struct {
	*store.Replica
	gate chan struct{}
}

func (s slowSink) Apply(run store.Run) (store.Cursor, error) {
	<-s.gate
	return s.Replica.Apply(run)
}

func TestNothingIsAcknowledgedBeforeTheReceiversDisk(t *testing.T) {
	db, r, n := storetest.Open(t), storetest.OpenReplica(t, node), new(network)
	gate := make(chan struct{})
	n.answer(serveReplica(slowSink{r, gate}))
	defer n.wg.Wait()
	db.Append(put("a", "b", "c"))
	s := mirror.NewSender(db, senderOptions(n))
	stop := start(t, s)
	await(t, s, "the time answer behind the chunk", func(l mirror.Link) bool { return l.Up })
	time.Sleep(20 * time.Millisecond)
	if l := s.Link(); l.Acked.Seq != 0 || l.Waiting != 1 {
		t.Errorf("acknowledged before the commit: %+v", l)
	}
	close(gate)
	await(t, s, "the acknowledgement", func(l mirror.Link) bool { return l.Waiting == 0 })
	stop()
}

func TestForksAreNamedAndNothingIsTaken(t *testing.T) {
	r := storetest.OpenReplica(t, node)
	dir := t.TempDir()
	db := storetest.OpenAt(t, dir+"/a.db")
	for i := range 10 {
		db.Append(put("a", fmt.Sprint(i), "old"))
	}
	if err := db.HotCopy(dir + "/old.db"); err != nil {
		t.Fatal(err)
	}
	db.Append(put("a", "last", "one"))
	n := new(network)
	n.answer(serveReplica(r))
	defer n.wg.Wait()
	s := mirror.NewSender(db, senderOptions(n))
	stop := start(t, s)
	await(t, s, "first copy", func(l mirror.Link) bool { return l.Waiting == 0 && l.Known })
	stop()
	before := r.Cursor()

	old := storetest.OpenAt(t, dir+"/old.db")
	for _, step := range []struct{ words, add string }{
		{"set back without a new epoch", ""}, {"not the one received", "x"}, {"not ours", "y"},
	} {
		if step.add != "" {
			old.Append(put("a", step.add, "another"))
		}
		s := mirror.NewSender(old, senderOptions(n))
		stop := start(t, s)
		l := await(t, s, step.words, func(l mirror.Link) bool { return l.Forked })
		if !strings.Contains(l.LastError, step.words) {
			t.Errorf("words: %q, want %q", l.LastError, step.words)
		}
		stop()
		if r.Cursor() != before {
			t.Fatal("a fork moved the replica")
		}
	}
}

func TestNewEpochKeepsTheOldAsHistory(t *testing.T) {
	r, n := storetest.OpenReplica(t, node), new(network)
	n.answer(serveReplica(r))
	defer n.wg.Wait()
	first, second := storetest.Open(t), storetest.Open(t)
	for i, db := range []*store.DB{first, second} {
		db.Append(put("a", "k", fmt.Sprint(i)), put("b", fmt.Sprint(i), ""))
		s := mirror.NewSender(db, senderOptions(n))
		stop := start(t, s)
		await(t, s, "the copy", func(l mirror.Link) bool { return l.Known && l.Waiting == 0 })
		stop()
		equal(t, db, r)
	}
	if g, err := r.Generations(); g != 2 || err != nil {
		t.Errorf("%d generations, %v", g, err)
	}
	s := mirror.NewSender(first, senderOptions(n))
	stop := start(t, s)
	l := await(t, s, "the refusal", func(l mirror.Link) bool { return l.Forked })
	if !strings.Contains(l.LastError, "earlier epoch") {
		t.Errorf("words: %q", l.LastError)
	}
	stop()
	equal(t, second, r)
}

func TestRefusalsInWords(t *testing.T) {
	db := storetest.Open(t)
	hello := func(h mirror.Hello) func(mirror.Conn) {
		return func(c mirror.Conn) {
			defer c.Close()
			_, _ = c.ReadMessage()
			msg, _ := mirror.EncodeHello(mirror.KindWelcome, h)
			_ = c.WriteMessage(msg)
			_, _ = c.ReadMessage()
		}
	}
	id := mirror.Identity{Node: "district-key", Build: "v9"}
	for name, c := range map[string]struct {
		serve func(mirror.Conn)
		words string
	}{
		"nobody":      {nil, "connection refused"},
		"newer":       {hello(mirror.Hello{Min: 7, Max: 9, Identity: id}), "must be upgraded"},
		"other key":   {hello(mirror.Hello{Min: 1, Max: 1, Identity: mirror.Identity{Node: "x"}}), "expected is district-key"},
		"other epoch": {hello(mirror.Hello{Min: 1, Max: 1, Identity: id, Have: store.Cursor{Epoch: store.Epoch{1}}}), "stays with epoch 01"},
		"not known": {func(c mirror.Conn) {
			_ = mirror.NewSession(c, node, district).Run(context.Background(), func(mirror.Hello) (mirror.Sink, error) {
				return nil, &mirror.Bye{Code: mirror.ByeRefused, Words: "this station is not known here"}
			})
		}, "not known here"},
		"wrong name": {func(c mirror.Conn) {
			_ = mirror.NewSession(c, "another-key", district).Run(context.Background(), nil)
		}, "not the key of your connection"},
		"garbage": {func(c mirror.Conn) {
			defer c.Close()
			_, _ = c.ReadMessage()
			_ = c.WriteMessage([]byte("HTTP/1.1 200 OK"))
		}, "message of kind"},
	} {
		n := new(network)
		n.answer(c.serve)
		s := mirror.NewSender(db, senderOptions(n))
		stop := start(t, s)
		await(t, s, name, func(l mirror.Link) bool { return !l.Up && strings.Contains(l.LastError, c.words) })
		stop()
		n.wg.Wait()
	}
}

func TestReceiverRefusesOldAndStrangePeers(t *testing.T) {
	old, _ := mirror.EncodeHello(mirror.KindHello, mirror.Hello{Min: 9, Max: 9, Identity: mirror.Identity{Node: node}})
	for name, c := range map[string]struct {
		msg   []byte
		words string
	}{
		"garbage": {[]byte("GET / HTTP/1.1"), "message of kind"},
		"empty":   {[]byte{}, "an empty message"},
		"newer":   {old, "must be upgraded"},
	} {
		_, near, far := newPipe()
		_ = near.WriteMessage(c.msg)
		err := mirror.NewSession(far, node, district).Run(context.Background(), func(mirror.Hello) (mirror.Sink, error) {
			t.Errorf("%s: was admitted", name)
			return nil, errors.New("no")
		})
		var bye *mirror.Bye
		if !errors.As(err, &bye) || !strings.Contains(bye.Words, c.words) {
			t.Errorf("%s: %v", name, err)
		}
		if msg, err := near.ReadMessage(); err != nil || mirror.Kind(msg[0]) != mirror.KindBye {
			t.Errorf("%s: the peer heard %q, %v", name, msg, err)
		}
	}
}

// A dead line is noticed by both ends without any traffic, and pings keep a
// quiet one alive: both in bubble time.
func TestSilenceEndsALinkAndPingsKeepIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db, r, n := storetest.Open(t), storetest.OpenReplica(t, node), new(network)
		ended := make(chan error, 10)
		silent := make(chan bool)
		n.answer(func(c mirror.Conn) {
			s := mirror.NewSession(c, node, district)
			ended <- s.Run(context.Background(), func(mirror.Hello) (mirror.Sink, error) { return r, nil })
		})
		opt := senderOptions(n)
		opt.Timing = mirror.Timing{}
		opt.Jitter = func(n int64) int64 { return n / 2 }
		opt.Dial = func(ctx context.Context) (mirror.Conn, error) {
			c, err := n.dial(ctx)
			return &mutable{Conn: c, silent: silent}, err
		}
		s := mirror.NewSender(db, opt)
		stop := start(t, s)
		time.Sleep(time.Hour)
		l := s.Link()
		if !l.Up || len(ended) != 0 {
			t.Errorf("a quiet hour ended the link: %+v", l)
		}
		close(silent) // from now on nothing comes through, and nothing fails
		time.Sleep(2 * time.Minute)
		if err := <-ended; err == nil {
			t.Error("the receiver ended without an error")
		}
		if l = s.Link(); l.Up || l.LastError == "" {
			t.Errorf("after two silent minutes: %+v", l)
		}
		stop()
		n.wg.Wait()
	})
}

// mutable swallows everything once silent is closed.
type mutable struct {
	mirror.Conn
	silent chan bool
}

func (m *mutable) WriteMessage(b []byte) error {
	select {
	case <-m.silent:
		return nil
	default:
		return m.Conn.WriteMessage(b)
	}
}

func TestEvictionTellsThePeer(t *testing.T) {
	db, r, n := storetest.Open(t), storetest.OpenReplica(t, node), new(network)
	sessions := make(chan *mirror.Session, 100)
	n.answer(func(c mirror.Conn) {
		s := mirror.NewSession(c, node, district)
		sessions <- s
		_ = s.Run(context.Background(), func(mirror.Hello) (mirror.Sink, error) { return r, nil })
	})
	defer n.wg.Wait()
	opt := senderOptions(n)
	opt.Jitter = func(n int64) int64 { return n - 1 }
	opt.Timing.Base, opt.Timing.Cap = time.Hour, time.Hour
	s := mirror.NewSender(db, opt)
	defer start(t, s)()
	await(t, s, "the link", func(l mirror.Link) bool { return l.Up })
	(<-sessions).End(mirror.Bye{Code: mirror.ByeReplaced, Words: "a newer connection came"})
	l := await(t, s, "the end", func(l mirror.Link) bool { return !l.Up })
	if !strings.Contains(l.LastError, "a newer connection came (4001)") {
		t.Errorf("words: %q", l.LastError)
	}
}
