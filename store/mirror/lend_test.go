package mirror_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"loaxa/store"
	"loaxa/store/mirror"
)

// upward is a station whose recordings the district fetches.
type upward struct {
	*carriage
	lend *mirror.Lend
}

func virtual() (time.Time, store.Quality) { return time.Now(), 0 }

func newUpward(t *testing.T, l *line, daily int64) *upward {
	u := &upward{carriage: newCarriage(t, l, 0)}
	u.village.stop()
	u.line.cut()
	u.line.wg.Wait()
	u.again(daily)
	return u
}

// again starts both ends anew, as a restart of both does.
func (u *upward) again(daily int64) {
	u.village.stop()
	u.line.cut()
	u.line.wg.Wait()
	f, err := mirror.NewFetch(mirror.FetchOptions{Dir: filepath.Join(u.dir, "recordings"), Wall: virtual,
		Take: func(_ context.Context, ref mirror.Ref, path, name string) error {
			b, err := os.ReadFile(path)
			if err != nil || mirror.Ref(sha256.Sum256(b)) != ref {
				u.t.Errorf("%d bytes that are not %x were handed over: %v", len(b), ref[:4], err)
			}
			u.carriage.mu.Lock()
			defer u.carriage.mu.Unlock()
			u.got[ref] = name
			return nil
		}})
	if err != nil {
		u.t.Fatal(err)
	}
	u.fetch = f
	opt := district
	opt.Orders, opt.Fetch = u.box, f
	u.line.serve = func(conn mirror.Conn) {
		_ = mirror.NewSession(conn, node, opt).Run(context.Background(), func(mirror.Hello) (mirror.Sink, error) { return u.rep, nil })
	}
	u.lend = mirror.NewLend(mirror.LendOptions{Shelf: u.shelf, Wall: virtual, Daily: daily, Path: filepath.Join(u.dir, "lent.json")})
	u.s = mirror.NewSender(u.db, mirror.SenderOptions{Identity: mirror.Identity{Node: node, Build: "test", Boot: 1}, Peer: "district-key",
		Lend: u.lend, Wall: virtual, Dial: u.line.dial,
		Accept: func(context.Context, []byte) mirror.Receipt {
			return mirror.Receipt{Code: "obeyed", Final: true, Saved: true}
		}})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); _ = u.s.Run(ctx) }()
	u.village.stop = func() { cancel(); <-done }
}

func TestARecordingGoesUpOverALineThatIsCut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		u := newUpward(t, &line{rate: 256_000 / 8, delay: 40 * time.Millisecond, queue: 64 << 10}, 1<<30)
		defer u.end()
		b := noise(1 << 20)
		ref := u.shelf.put(b)
		u.fetch.Want(ref, time.Now().Add(day))
		for i := 0; !u.has(ref); i++ {
			if i > 60 {
				t.Fatalf("not here: %+v, the station says %+v", u.fetch.State(), u.lend.State())
			}
			time.Sleep(9 * time.Second)
			switch {
			case u.has(ref):
			case i%4 == 3:
				u.again(1 << 30)
				u.fetch.Want(ref, time.Now().Add(day))
			default:
				u.line.cut()
			}
		}
		if given := u.shelf.handedOut(); given > len(b)*5/4 {
			t.Errorf("%d bytes went up of a recording of %d: it was not gone on with", given, len(b))
		}
		if st := u.lend.State(); st.Size != int64(len(b)) || st.Sent != st.Size || st.Name != "bản tin" || st.Today < st.Size {
			t.Errorf("the station says %+v", st)
		}
	})
}

func TestARecordingWaitsForEntriesAndOrders(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		u := newUpward(t, &line{rate: 256_000 / 8, delay: 40 * time.Millisecond, queue: 64 << 10}, 1<<30)
		defer u.end()
		u.fetch.Want(u.shelf.put(noise(6<<20)), time.Now().Add(day))
		u.until("pieces go up", time.Minute, func() bool { return u.fetch.State().Have > 100<<10 })
		worst, entry := time.Duration(0), time.Duration(0)
		for i := range 20 {
			time.Sleep(700 * time.Millisecond)
			began := time.Now()
			ref := u.box.put(fmt.Sprint("order ", i))
			u.until("the order's receipt", 10*time.Second, func() bool { return u.box.answer(ref).Final })
			worst = max(worst, time.Since(began))
			began = time.Now()
			if _, err := u.db.Append(store.Write{Class: "asrun", Payload: []byte("spoken")}); err != nil {
				t.Fatal(err)
			}
			u.until("the entry's acknowledgement", 10*time.Second, func() bool { return u.s.Link().Waiting == 0 })
			entry = max(entry, time.Since(began))
		}
		if worst > 2*time.Second || entry > 2*time.Second {
			t.Errorf("an order took %v and an entry %v while a recording went up", worst, entry)
		}
		if st := u.fetch.State(); st.Have < 300<<10 {
			t.Errorf("the recording stood still: %+v", st)
		}
	})
}

func TestTheStationsShareForRecordingsIsItsOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const share = 200 << 10
		u := newUpward(t, &line{rate: 4 << 20, delay: 40 * time.Millisecond, queue: 64 << 10}, 0)
		defer u.end()
		ref := u.shelf.put(noise(3 * share / 2))
		u.fetch.Want(ref, time.Now().Add(30*day))
		u.until("it is said that nothing goes up", time.Minute, func() bool { return u.fetch.State().Why == mirror.WhyOff })
		if given := u.shelf.handedOut(); given > 0 {
			t.Fatalf("%d bytes went up from a station that gives nothing", given)
		}
		for range 2 { // a restart does not make the day anew
			u.again(share)
			u.fetch.Want(ref, time.Now().Add(30*day))
			u.until("the share is used", time.Minute, func() bool { return u.fetch.State().Why == mirror.WhySpent })
			time.Sleep(time.Hour)
		}
		if given := u.shelf.handedOut(); given > share || given < share/2 {
			t.Errorf("%d bytes went up on one day, the share is %d", given, share)
		}
		time.Sleep(day)
		u.until("it is whole on the next day", 2*time.Hour, func() bool { return u.has(ref) })
	})
}

func TestARecordingThatIsTooLargeIsLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		u := newUpward(t, &line{rate: 64 << 20, delay: time.Millisecond, queue: 1 << 20}, 1<<30)
		defer u.end()
		ref := u.shelf.put(noise(8<<20 + 1))
		u.fetch.WantUpTo(ref, 8<<20, time.Now().Add(day))
		u.until("it is said", time.Minute, func() bool { return u.fetch.State().Why != "" })
		time.Sleep(3 * time.Hour)
		if given := u.shelf.handedOut(); given > 1<<20 || u.has(ref) {
			t.Errorf("%d bytes of it went up", given)
		}
	})
}

// TestHalfABlobThatIsTooLongIsBegunAnew: what another file left under the name,
// or a peer that gave a wrong size.
func TestHalfABlobThatIsTooLongIsBegunAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		u := newUpward(t, &line{rate: 4 << 20, delay: 40 * time.Millisecond, queue: 64 << 10}, 1<<30)
		defer u.end()
		ref := u.shelf.put(noise(100 << 10))
		if err := os.WriteFile(filepath.Join(u.dir, "recordings", fmt.Sprintf("%x.part", ref[:])), noise(101<<10), 0o600); err != nil {
			t.Fatal(err)
		}
		u.fetch.Want(ref, time.Now().Add(day))
		u.until("it is here", 10*time.Minute, func() bool { return u.has(ref) })
	})
}
