package store

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"
)

// timed runs f b.N times and reports the median and the 99th percentile.
func timed(b *testing.B, f func()) (median time.Duration) {
	b.Helper()
	var each []time.Duration
	for b.Loop() {
		began := time.Now()
		f()
		each = append(each, time.Since(began))
	}
	slices.Sort(each)
	median = each[len(each)/2]
	b.ReportMetric(float64(median.Nanoseconds()), "median-ns")
	b.ReportMetric(float64(each[(len(each)*99-1)/100].Nanoseconds()), "p99-ns")
	return median
}

// flushTime is what one write and flush of an entry's size costs on the disk of
// dir now: what every figure of an append is held against.
func flushTime(b *testing.B, dir string) time.Duration {
	b.Helper()
	f, err := os.Create(filepath.Join(dir, "flush"))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	var each []time.Duration
	for range 200 {
		began := time.Now()
		if _, err := f.Write(make([]byte, 512)); err != nil {
			b.Fatal(err)
		}
		if err := f.Sync(); err != nil {
			b.Fatal(err)
		}
		each = append(each, time.Since(began))
	}
	slices.Sort(each)
	return each[len(each)/2]
}

// BenchmarkAppend is one entry, saved: in the journal alone, and with the side
// log. "flushes" is its median in flushes of the same disk in the same run.
func BenchmarkAppend(b *testing.B) {
	for _, c := range []struct {
		name string
		size int
		side bool
	}{{"300", 300, false}, {"1024", 1024, false}, {"300-side", 300, true}} {
		b.Run(c.name, func(b *testing.B) {
			dir := b.TempDir()
			db := benchDB(b, dir, c.side)
			flush := flushTime(b, dir)
			p := make([]byte, c.size)
			median := timed(b, func() {
				if _, err := db.Append(Write{Class: "asrun", Payload: p}); err != nil {
					b.Fatal(err)
				}
			})
			b.ReportMetric(float64(median)/float64(flush), "flushes")
			b.ReportMetric(1/flush.Seconds(), "disk-flushes/s")
		})
	}
}

func benchDB(b *testing.B, dir string, side bool) *DB {
	b.Helper()
	path := filepath.Join(dir, "j.db")
	if side {
		s, _, err := OpenSafe(path, SafeOptions{Options: Options{Wall: wall}})
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { _ = s.Close() })
		return s.DB
	}
	db, err := Open(path, Options{Wall: wall})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	return db
}

// BenchmarkWriter is the queue with many at it: entries a second, and how many
// share a flush.
func BenchmarkWriter(b *testing.B) {
	dir := b.TempDir()
	db := benchDB(b, dir, true)
	flush := flushTime(b, dir)
	w := NewWriter(db)
	p := make([]byte, 300)
	var wg sync.WaitGroup
	began, n := time.Now(), 0
	for b.Loop() {
		wg.Add(1)
		for w.Submit([]Write{{Class: "asrun", Payload: p}}, func(uint64, error) { wg.Done() }) != nil {
			time.Sleep(50 * time.Microsecond) // full: the caller of a benchmark may wait
		}
		n++
	}
	wg.Wait()
	rate := float64(n) / time.Since(began).Seconds()
	b.ReportMetric(rate, "entries/s")
	b.ReportMetric(rate*flush.Seconds(), "entries/flush")
	if err := w.Close(b.Context()); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkYears is a journal as large as so many entries make it: opening it,
// a hot copy, and a repair from copy and side log.
func BenchmarkYears(b *testing.B) {
	const entries = 100_000 // about three months of a station
	dir := b.TempDir()
	path := filepath.Join(dir, "j.db")
	opt := SafeOptions{Options: Options{Wall: wall, NoSync: true}}
	s, _, err := OpenSafe(path, opt)
	if err != nil {
		b.Fatal(err)
	}
	for i := 0; i < entries; i += 500 {
		ws := make([]Write, 500)
		for j := range ws {
			ws[j] = Write{Class: "asrun", Payload: fmt.Appendf(nil, "%0300d", i+j)}
		}
		if _, err := s.Append(ws...); err != nil {
			b.Fatal(err)
		}
	}
	if err := s.CopyNow(); err != nil {
		b.Fatal(err)
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	reopen := func() {
		if s, _, err = OpenSafe(path, opt); err != nil {
			b.Fatal(err)
		}
	}
	b.Run("open", func(b *testing.B) {
		timed(b, func() {
			reopen()
			_ = s.Close()
		})
	})
	b.Run("copy", func(b *testing.B) {
		reopen()
		defer s.Close()
		timed(b, func() {
			if _, err := s.CopyFor(); err != nil {
				b.Fatal(err)
			}
		})
	})
	b.Run("repair", func(b *testing.B) {
		timed(b, func() {
			if err := os.Truncate(path, 100<<10); err != nil {
				b.Fatal(err)
			}
			reopen()
			if n, err := s.Recoveries(); err != nil || len(n) == 0 {
				b.Fatal("nothing was repaired")
			}
			_ = s.Close()
		})
	})
}
