package mirror_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"loaxa/store"
	"loaxa/store/mirror"
	"loaxa/store/storetest"
)

// world is a station and a district over a seeded network: journal, replica,
// and a sender that runs between crashes. Rapid draws what happens; the
// goroutines add their own interleavings.
type world struct {
	dir   string
	rng   *rand.Rand
	net   *network
	db    *store.DB
	rep   *store.Replica
	s     *mirror.Sender
	stop  func()
	acked atomic.Uint64 // highest entry the sender was ever told is safe, in this epoch
	epoch int           // how many lives the journal had
	n     int
}

// lossy is a Sink whose disk fails now and then, before or behind the commit.
type lossy struct {
	mirror.Sink
	mu  sync.Mutex
	rng *rand.Rand
}

var errDisk = errors.New("input/output error")

func (l *lossy) Apply(run store.Run) (store.Cursor, error) {
	l.mu.Lock()
	dice := l.rng.IntN(20)
	l.mu.Unlock()
	if dice == 0 {
		return l.Cursor(), errDisk
	}
	c, err := l.Sink.Apply(run)
	if dice == 1 && err == nil {
		return c, errDisk // applied, but the acknowledgement is never sent
	}
	return c, err
}

func newWorld(t *rapid.T, dir string, seed uint64) *world {
	w := &world{dir: dir, rng: rand.New(rand.NewPCG(seed, 1)), net: new(network), stop: func() {}}
	w.openStation(t)
	w.openDistrict(t)
	return w
}

func (w *world) stationFile() string {
	return filepath.Join(w.dir, fmt.Sprintf("station%d.db", w.epoch))
}

func (w *world) openStation(t *rapid.T) {
	db, err := store.Open(w.stationFile(), storetest.Options())
	if err != nil {
		t.Fatal(err)
	}
	w.db = db
	opt := senderOptions(w.net)
	opt.Timing.Base, opt.Timing.Cap = time.Microsecond, 500*time.Microsecond
	w.s = mirror.NewSender(db, opt)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); _ = w.s.Run(ctx) }()
	w.stop = func() { cancel(); <-done }
}

func (w *world) openDistrict(t *rapid.T) {
	r, err := store.OpenReplica(filepath.Join(w.dir, "replica.db"), node, storetest.Options())
	if err != nil {
		t.Fatal(err)
	}
	w.rep = r
	w.net.answer(serveReplica(&lossy{Sink: r, rng: rand.New(rand.NewPCG(w.rng.Uint64(), 3))}))
}

// crashDistrict cuts everything, closes the replica's file and opens it again.
func (w *world) crashDistrict(t *rapid.T) {
	w.net.answer(nil)
	w.net.cut(w.rng)
	w.net.wg.Wait()
	w.learn()
	if err := w.rep.Close(); err != nil {
		t.Fatal(err)
	}
	w.openDistrict(t)
}

func (w *world) crashStation(t *rapid.T) {
	w.net.cut(w.rng)
	w.stop()
	w.learn()
	if err := w.db.Close(); err != nil {
		t.Fatal(err)
	}
	w.openStation(t)
}

// oldDistrict puts an older copy of the replica in the place of the newer, as
// after the loss of a disk: the station must send again what that lacks.
func (w *world) oldDistrict(t *rapid.T) {
	w.net.answer(nil)
	w.net.cut(w.rng)
	w.net.wg.Wait()
	if err := w.rep.Close(); err != nil {
		t.Fatal(err)
	}
	old := filepath.Join(w.dir, "replica.old")
	if err := os.Rename(old, filepath.Join(w.dir, "replica.db")); err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	w.stop() // its memory of what was acknowledged is void
	if err := w.db.Close(); err != nil {
		t.Fatal(err)
	}
	w.acked.Store(0)
	w.openDistrict(t)
	w.openStation(t)
}

func (w *world) copyDistrict(t *rapid.T) {
	if err := w.rep.HotCopy(filepath.Join(w.dir, "replica.old")); err != nil {
		t.Fatal(err)
	}
}

// newLife gives the station a new journal, as a restore would.
func (w *world) newLife(t *rapid.T) {
	w.net.cut(w.rng)
	w.stop()
	if err := w.db.Close(); err != nil {
		t.Fatal(err)
	}
	w.epoch++
	w.acked.Store(0)
	w.openStation(t)
}

// learn keeps the highest acknowledged number.
func (w *world) learn() {
	l := w.s.Link()
	if l.Known && l.Acked.Epoch == w.db.Head().Epoch {
		w.acked.Store(max(w.acked.Load(), l.Acked.Seq))
	}
}

func (w *world) write(t *rapid.T) {
	var ws []store.Write
	for range rapid.IntRange(1, 40).Draw(t, "writes") {
		w.n++
		wr := store.Write{Class: []string{"queue", "asrun", "health"}[w.rng.IntN(3)], Key: fmt.Sprint(w.rng.IntN(9)), Version: uint16(w.n)}
		wr.Delete = w.rng.IntN(5) == 0
		if !wr.Delete {
			wr.Payload = make([]byte, w.rng.IntN(2000))
			for i := range wr.Payload {
				wr.Payload[i] = byte(w.rng.IntN(256)) & 0x1f
			}
		}
		ws = append(ws, wr)
	}
	if _, err := w.db.Append(ws...); err != nil {
		t.Fatal(err)
	}
}

// check is P1 and P2: what was applied is a prefix of the journal, and what was
// acknowledged is in it.
func (w *world) check(t *rapid.T) {
	w.learn() // before the cursor, so that it can only be older
	acked := w.acked.Load()
	c := w.rep.Cursor()
	if c.Epoch != w.db.Head().Epoch {
		if acked > 0 {
			t.Fatalf("entry %d was acknowledged, the replica is in another epoch", acked)
		}
		return
	}
	if c.Seq < acked {
		t.Fatalf("P2: entry %d was acknowledged, the replica ends at %d", acked, c.Seq)
	}
	m, err := w.db.At(c.Seq)
	if err != nil || m.H != c.H {
		t.Fatalf("P1: the replica's entry %d is not the journal's: %v", c.Seq, err)
	}
	es, err := w.rep.Entries(max(c.Seq, 20)-19, 20, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	mine, err := w.db.Entries(max(c.Seq, 20)-19, len(es), 1<<20)
	if err != nil || len(mine) < len(es) {
		t.Fatalf("P1: %d entries of %d, %v", len(mine), len(es), err)
	}
	for i := range es {
		if es[i].H != mine[i].H || string(es[i].Payload) != string(mine[i].Payload) {
			t.Fatalf("P1: entry %d differs", es[i].Seq)
		}
	}
}

// heal lets everything through and waits for equality.
func (w *world) heal(t *rapid.T) {
	w.net.answer(serveReplica(w.rep))
	w.net.cut(w.rng)
	limit := time.After(time.Minute)
	for {
		ch := w.s.Changed()
		if w.s.Link().Known && w.s.Link().Acked == w.db.Head() {
			break
		}
		select {
		case <-ch:
		case <-limit:
			t.Fatalf("no convergence: %+v, replica %+v, journal %+v", w.s.Link(), w.rep.Cursor(), w.db.Head())
		}
	}
	a, err := w.db.Proof()
	if err != nil {
		t.Fatal(err)
	}
	b, err := w.rep.Proof()
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Compare(a, b); err != nil {
		t.Fatalf("after healing: %v", err)
	}
}

func (w *world) end(t *rapid.T) {
	w.stop()
	w.net.answer(nil)
	w.net.cut(w.rng)
	w.net.wg.Wait()
	for _, r := range []*store.Reader{&w.db.Reader, &w.rep.Reader} {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
		if _, err := store.ProveFile(r.Path()); err != nil {
			t.Error(err)
		}
	}
}

// P1, P2, P3 and P5 over cuts, lost tails, failing disks, crashes of either
// side, and new lives of the journal.
func TestNoScheduleBreaksThePrefix(t *testing.T) {
	base := t.TempDir()
	run := 0
	rapid.Check(t, func(rt *rapid.T) {
		run++
		dir := filepath.Join(base, fmt.Sprint(run))
		if err := os.Mkdir(dir, 0o700); err != nil {
			rt.Fatal(err)
		}
		w := newWorld(rt, dir, rapid.Uint64().Draw(rt, "seed"))
		defer os.RemoveAll(dir)
		defer w.end(rt)
		rt.Repeat(map[string]func(*rapid.T){
			"write":                 w.write,
			"write 2":               w.write,
			"wait":                  func(*rapid.T) { time.Sleep(time.Duration(w.rng.IntN(2000)) * time.Microsecond) },
			"cut":                   func(*rapid.T) { w.net.cut(w.rng) },
			"crash of the district": w.crashDistrict,
			"crash of the station":  w.crashStation,
			"new life": func(t *rapid.T) {
				if w.epoch > 4 {
					t.Skip("enough lives")
				}
				w.newLife(t)
			},
			"copy of the district":     w.copyDistrict,
			"old copy of the district": w.oldDistrict,
			"heal":                     w.heal,
			"":                         w.check,
		})
		w.heal(rt)
	})
}

// P3: any chunks, any number of times, in any order, change nothing that the
// orderly road does not.
func TestReplayedChunksChangeNothing(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		db, r := storetest.Open(t), storetest.OpenReplica(t, node)
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 2))
		for i := range 40 {
			if _, err := db.Append(store.Write{Class: "c", Key: fmt.Sprint(rng.IntN(6)), Delete: rng.IntN(4) == 0, Payload: []byte(fmt.Sprint(i))}); err != nil {
				rt.Fatal(err)
			}
		}
		if err := r.Adopt(db.Head().Epoch); err != nil {
			rt.Fatal(err)
		}
		for range rapid.IntRange(1, 60).Draw(rt, "chunks") {
			from := uint64(rng.IntN(40)) + 1
			run := cutRun(rt, db, from, rng.IntN(10)+1)
			before := r.Cursor()
			at, err := r.Apply(run)
			var gap *store.GapError
			switch {
			case from > before.Seq+1:
				if !errors.As(err, &gap) || at != before {
					rt.Fatalf("a gap before %d: %v", from, err)
				}
			case err != nil:
				rt.Fatalf("chunk from %d at %d: %v", from, before.Seq, err)
			case at.Seq != max(before.Seq, run.To()):
				rt.Fatalf("after %d to %d the cursor is %d, was %d", from, run.To(), at.Seq, before.Seq)
			}
		}
		if _, err := r.Apply(cutRun(rt, db, 1, 40)); err != nil {
			rt.Fatal(err)
		}
		equal(t, db, r)
		if err := errors.Join(db.Close(), r.Close()); err != nil {
			rt.Fatal(err)
		}
	})
}

func cutRun(t *rapid.T, db *store.DB, from uint64, n int) store.Run {
	es, err := db.Entries(from, n, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	m, err := db.At(from - 1)
	if err != nil {
		t.Fatal(err)
	}
	return store.Run{Epoch: db.Head().Epoch, From: from, Prev: m.H, Last: es[len(es)-1].H, Items: es}
}
