package mirror_test

import (
	"context"
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
func BenchmarkCatchUp(b *testing.B) { catchUp(b, nil) }

// BenchmarkCatchUpBeside100MB is the same with 100 MB of sounds that are wanted
// from above.
func BenchmarkCatchUpBeside100MB(b *testing.B) {
	dir := b.TempDir()
	path := filepath.Join(dir, "sound")
	if err := os.WriteFile(path, noise(100<<20), 0o600); err != nil {
		b.Fatal(err)
	}
	shelf := mirror.Folder(filepath.Join(dir, "shelf"))
	ref, err := shelf.Put(path, "100 MB")
	if err != nil {
		b.Fatal(err)
	}
	catchUp(b, func(opt *mirror.SenderOptions) mirror.Shelf {
		f, err := mirror.NewFetch(mirror.FetchOptions{Dir: b.TempDir(), Wall: storetest.Wall,
			Take: func(context.Context, mirror.Ref, string, string) error { return nil }})
		if err != nil {
			b.Fatal(err)
		}
		if !f.Want(ref, time.Now().Add(day)) {
			b.Fatal("the sounds are not wanted")
		}
		opt.Fetch = f
		return shelf
	})
}

// catchUp measures; sounds, if any, has a sender want what a shelf has.
func catchUp(b *testing.B, sounds func(*mirror.SenderOptions) mirror.Shelf) {
	b.Helper()
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
		box, above, opt := newBox(), district, senderOptions(n)
		if sounds != nil {
			above.Blobs = sounds(&opt)
		}
		above.Orders = box
		n.answer(serveAs(r, above))
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
		if opt.Fetch != nil {
			b.ReportMetric(float64(opt.Fetch.State().Have)/1e6, "sound-MB-meanwhile")
		}
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
