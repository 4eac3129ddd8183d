package mirror_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"loaxa/store"
	"loaxa/store/mirror"
)

// shelf is blobs in memory that counts what it hands out and may lie.
type shelf struct {
	mu    sync.Mutex
	blobs map[mirror.Ref][]byte
	given int
	lies  int // so many pieces have a wrong bit
}

func (s *shelf) put(b []byte) mirror.Ref {
	s.mu.Lock()
	defer s.mu.Unlock()
	ref := mirror.Ref(sha256.Sum256(b))
	s.blobs[ref] = b
	return ref
}

func (s *shelf) handedOut() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.given
}

func (s *shelf) Piece(ref mirror.Ref, offset int64, most int) (mirror.Piece, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b, ok := s.blobs[ref]
	if !ok {
		return mirror.Piece{}, fs.ErrNotExist
	}
	offset = min(offset, int64(len(b)))
	data := bytes.Clone(b[offset:min(len(b), int(offset)+most)])
	s.given += len(data)
	if s.lies > 0 && len(data) > 0 {
		s.lies--
		data[0] ^= 1
	}
	return mirror.Piece{Ref: ref, Offset: offset, Size: int64(len(b)), Name: "bản tin", Data: data}, nil
}

// carriage is a station that fetches from a district's shelf over a line of
// virtual time.
type carriage struct {
	*village
	shelf *shelf
	fetch *mirror.Fetch
	start time.Time
	daily int64

	mu  sync.Mutex
	got map[mirror.Ref]string // name of each taken
}

func newCarriage(t *testing.T, l *line, daily int64) *carriage {
	c := &carriage{shelf: &shelf{blobs: map[mirror.Ref][]byte{}}, start: time.Now(), daily: daily, got: map[mirror.Ref]string{}}
	c.village = newVillage(t, l)
	c.village.stop()
	c.line.cut()
	c.line.wg.Wait()
	opt := district
	opt.Orders, opt.Blobs = c.box, c.shelf
	c.line.serve = func(conn mirror.Conn) {
		_ = mirror.NewSession(conn, node, opt).Run(context.Background(), func(mirror.Hello) (mirror.Sink, error) { return c.rep, nil })
	}
	c.again()
	return c
}

// again stops the station's link and starts it with a new Fetch, as a restart does.
func (c *carriage) again() {
	c.village.stop()
	c.line.cut()
	f, err := mirror.NewFetch(mirror.FetchOptions{Dir: filepath.Join(c.dir, "coming"), Daily: c.daily,
		Wall: func() (time.Time, store.Quality) { return time.Now(), 0 },
		Take: func(_ context.Context, ref mirror.Ref, path, name string) error {
			b, err := os.ReadFile(path)
			if err != nil || mirror.Ref(sha256.Sum256(b)) != ref {
				c.t.Errorf("a blob of %d bytes that is not %x was handed over: %v", len(b), ref[:4], err)
			}
			c.mu.Lock()
			defer c.mu.Unlock()
			c.got[ref] = name
			return nil
		}})
	if err != nil {
		c.t.Fatal(err)
	}
	c.fetch = f
	opt := mirror.SenderOptions{Identity: mirror.Identity{Node: node, Build: "test", Boot: 1}, Peer: "district-key", Fetch: f,
		Wall: func() (time.Time, store.Quality) { return time.Now(), 0 }, Dial: c.line.dial,
		Accept: func(_ context.Context, doc []byte) mirror.Receipt {
			c.village.mu.Lock()
			defer c.village.mu.Unlock()
			c.orders[string(doc)]++
			return mirror.Receipt{Code: "obeyed", Final: true, Saved: true}
		}}
	c.s = mirror.NewSender(c.db, opt)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); _ = c.s.Run(ctx) }()
	c.village.stop = func() { cancel(); <-done }
}

func (c *carriage) has(ref mirror.Ref) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.got[ref] == "bản tin"
}

func (c *carriage) until(what string, limit time.Duration, ok func() bool) {
	c.t.Helper()
	for began := time.Now(); !ok(); time.Sleep(50 * time.Millisecond) {
		if time.Since(began) > limit {
			c.t.Fatalf("%s: not within %v: %+v, link %+v", what, limit, c.fetch.State(), c.s.Link())
		}
	}
}

func noise(n int) []byte {
	b := make([]byte, n)
	r := rand.NewChaCha8([32]byte{7})
	_, _ = r.Read(b)
	return b
}

const day = 24 * time.Hour

func TestABlobComesInPiecesOverALineThatIsCut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCarriage(t, &line{rate: 256_000 / 8, delay: 40 * time.Millisecond, queue: 64 << 10}, 0)
		defer c.end()
		b := noise(2 << 20)
		ref := c.shelf.put(b)
		if !c.fetch.Want(ref, time.Now().Add(day)) {
			t.Fatal("not wanted")
		}
		cuts := 0
		for i := 0; !c.has(ref); i++ {
			if i > 60 {
				t.Fatalf("not here after %v: %+v", time.Since(c.start), c.fetch.State())
			}
			time.Sleep(9 * time.Second)
			switch {
			case c.has(ref):
			case i%4 == 3: // the station begins anew: what is half here is gone on with
				c.again()
				c.fetch.Want(ref, time.Now().Add(day))
				cuts++
			default:
				c.line.cut()
				cuts++
			}
		}
		if cuts < 5 {
			t.Errorf("only %d cuts: the line is too fast for this test", cuts)
		}
		if c.shelf.given > len(b)*5/4 {
			t.Errorf("%d bytes were sent of a blob of %d: it was not gone on with", c.shelf.given, len(b))
		}
		if st := c.fetch.State(); st.Count != 0 {
			t.Errorf("still on its way: %+v", st)
		}
	})
}

func TestAnOrderPassesWhileBlobsCome(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCarriage(t, &line{rate: 256_000 / 8, delay: 40 * time.Millisecond, queue: 64 << 10}, 0)
		defer c.end()
		for i := range 4 {
			c.fetch.Want(c.shelf.put(noise(1<<20+i)), time.Now().Add(day))
		}
		c.until("pieces come", time.Minute, func() bool { return c.fetch.State().Have > 100<<10 })
		worst := time.Duration(0)
		for i := range 30 {
			time.Sleep(700 * time.Millisecond)
			began := time.Now()
			doc := fmt.Sprint("order ", i)
			ref := c.box.put(doc)
			c.until("the order's receipt", 10*time.Second, func() bool { return c.box.answer(ref).Final })
			worst = max(worst, time.Since(began))
		}
		if worst > 2*time.Second {
			t.Errorf("an order took %v while blobs came", worst)
		}
		if st := c.fetch.State(); st.Have < 400<<10 {
			t.Errorf("blobs stood still: %+v", st)
		}
	})
}

func TestTheDaysShareOfBlobsIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const share = 300 << 10
		c := newCarriage(t, &line{rate: 4 << 20, delay: 40 * time.Millisecond, queue: 64 << 10}, share)
		defer c.end()
		ref := c.shelf.put(noise(3 * share / 2))
		c.fetch.Want(ref, time.Now().Add(30*day))
		c.until("the share is used", time.Minute, func() bool { return c.fetch.State().Spent })
		c.again() // a restart does not make the day anew
		c.fetch.Want(ref, time.Now().Add(30*day))
		time.Sleep(3 * time.Hour)
		if given := c.shelf.handedOut(); given > share || c.has(ref) {
			t.Errorf("%d bytes were taken on one day, the share is %d", given, share)
		}
		time.Sleep(day)
		c.until("it is whole on the next day", time.Hour, func() bool { return c.has(ref) })
	})
}

func TestWhatIsNotItsHashIsNotHandedOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCarriage(t, &line{rate: 4 << 20, delay: 40 * time.Millisecond, queue: 64 << 10}, 0)
		defer c.end()
		c.shelf.lies = 1
		ref := c.shelf.put(noise(100 << 10))
		missing := mirror.Ref{1}
		c.fetch.Want(missing, time.Now().Add(time.Hour))
		c.fetch.Want(ref, time.Now().Add(time.Hour))
		c.until("the lie is found", time.Minute, func() bool { return c.fetch.State().Why != "" && c.fetch.State().Have == 0 })
		if c.has(ref) {
			t.Error("a wrong blob was handed over")
		}
		c.until("it is fetched anew, beside one that is missing", 10*time.Minute, func() bool { return c.has(ref) })
		time.Sleep(time.Hour)
		if st := c.fetch.State(); st.Count != 0 {
			t.Errorf("what nobody wants any more is still wanted: %+v", st)
		}
	})
}

func TestWishesForBlobsAreBounded(t *testing.T) {
	f, err := mirror.NewFetch(mirror.FetchOptions{Dir: t.TempDir(), Wall: func() (time.Time, store.Quality) { return time.Now(), 0 }})
	if err != nil {
		t.Fatal(err)
	}
	taken := 0
	for i := range 1000 {
		if f.Want(mirror.Ref{byte(i), byte(i >> 8), 1}, time.Now().Add(time.Hour)) {
			taken++
		}
	}
	if taken == 0 || taken > 100 {
		t.Errorf("%d of 1000 wishes were taken", taken)
	}
}

func TestAFolderHandsOutWhatWasPutIntoIt(t *testing.T) {
	dir := t.TempDir()
	b := noise(70_000)
	path := filepath.Join(dir, "a.wav")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	f := mirror.Folder(filepath.Join(dir, "blobs"))
	ref, err := f.Put(path, "Bản tin sáng")
	if err != nil || ref != mirror.Ref(sha256.Sum256(b)) {
		t.Fatalf("%x %v", ref, err)
	}
	p, err := f.Piece(ref, 69_000, 64<<10)
	if err != nil || !bytes.Equal(p.Data, b[69_000:]) || p.Size != 70_000 || p.Name != "Bản tin sáng" {
		t.Errorf("%d bytes of %d, %q: %v", len(p.Data), p.Size, p.Name, err)
	}
	if p, err := f.Piece(ref, 70_001, 10); err != nil || p.Size != 70_000 || p.Offset != p.Size || len(p.Data) > 0 {
		t.Errorf("behind its end: %+v %v", p, err)
	}
	if _, err := f.Piece(mirror.Ref{}, 0, 10); err == nil {
		t.Error("a blob that nobody put")
	}
}
