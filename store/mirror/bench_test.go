package mirror_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"loaxa/store"
	"loaxa/store/mirror"
	"loaxa/store/storetest"
)

// counting counts what a sender writes.
type counting struct {
	mirror.Conn
	bytes *atomic.Int64
}

func (c counting) WriteMessage(b []byte) error {
	c.bytes.Add(int64(len(b)))
	return c.Conn.WriteMessage(b)
}

func awaitHead(b *testing.B, s *mirror.Sender, db *store.DB) {
	b.Helper()
	for end := time.Now().Add(10 * time.Minute); s.Link().Acked != db.Head(); {
		ch := s.Changed()
		if s.Link().Acked == db.Head() {
			return
		}
		select {
		case <-ch:
		case <-time.After(time.Second):
		}
		if time.Now().After(end) {
			b.Fatal("never caught up")
		}
	}
}

// flushes is how many flushes of an entry's size the disk does in a second.
func flushes(b *testing.B) float64 {
	b.Helper()
	f, err := os.Create(filepath.Join(b.TempDir(), "flush"))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	began := time.Now()
	for range 200 {
		if _, err := f.Write(make([]byte, 512)); err != nil {
			b.Fatal(err)
		}
		if err := f.Sync(); err != nil {
			b.Fatal(err)
		}
	}
	return 200 / time.Since(began).Seconds()
}

// BenchmarkLive is one entry at a time, flushed here and acknowledged from the
// other end's disk; against what the disk itself flushes in a second.
func BenchmarkLive(b *testing.B) {
	db, r, n := storetest.Open(b), storetest.OpenReplica(b, node), new(network)
	n.answer(serveReplica(r))
	s := mirror.NewSender(db, senderOptions(n))
	defer n.wg.Wait()
	defer runSender(s)()
	disk := flushes(b)
	rng := rand.New(rand.NewPCG(1, 1))
	began, count := time.Now(), 0
	for b.Loop() {
		if _, err := db.Append(dayWrites(rng, 1)...); err != nil {
			b.Fatal(err)
		}
		awaitHead(b, s, db)
		count++
	}
	rate := float64(count) / time.Since(began).Seconds()
	b.ReportMetric(rate, "entries/s")
	b.ReportMetric(disk, "disk-flushes/s")
	b.ReportMetric(disk/rate, "flushes/entry")
}

// BenchmarkCatchUp is 100,000 entries that waited, flushed at the other end;
// bytes on the wire, and an order's way there and back meanwhile.
func BenchmarkCatchUp(b *testing.B) {
	const entries = 100_000
	db := storetest.Open(b)
	rng := rand.New(rand.NewPCG(1, 1))
	for range entries / 1000 {
		if _, err := db.Append(dayWrites(rng, 1000)...); err != nil {
			b.Fatal(err)
		}
	}
	turn := 0
	var slowest time.Duration
	var bytes atomic.Int64
	for b.Loop() {
		turn++
		r, n := storetest.OpenReplica(b, node), new(network)
		box := newBox()
		n.answer(serveWith(r, box))
		opt := senderOptions(n)
		opt.Accept = obey
		opt.Dial = counted(n.dial, &bytes)
		s := mirror.NewSender(db, opt)
		stop := runSender(s)
		for i := 0; s.Link().Acked != db.Head(); i++ {
			ref, began := box.put(fmt.Sprint(turn, i)), time.Now()
			for !box.answer(ref).Final {
				time.Sleep(100 * time.Microsecond)
			}
			slowest = max(slowest, time.Since(began))
			time.Sleep(20 * time.Millisecond)
		}
		stop()
		n.wg.Wait()
	}
	b.ReportMetric(entries*float64(turn)/b.Elapsed().Seconds(), "entries/s")
	b.ReportMetric(float64(bytes.Load())/float64(turn)/entries, "wire-bytes/entry")
	b.ReportMetric(float64(slowest.Milliseconds()), "slowest-order-ms")
}

// BenchmarkOrderAtRest is an order's way there and back with nothing queued.
func BenchmarkOrderAtRest(b *testing.B) {
	db, r, n, box := storetest.Open(b), storetest.OpenReplica(b, node), new(network), newBox()
	n.answer(serveWith(r, box))
	opt := senderOptions(n)
	opt.Accept = obey
	s := mirror.NewSender(db, opt)
	defer n.wg.Wait()
	defer runSender(s)()
	for i := 0; b.Loop(); i++ {
		ref := box.put(fmt.Sprint(i))
		for !box.answer(ref).Final {
			time.Sleep(20 * time.Microsecond)
		}
	}
}
