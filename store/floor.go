package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"time"
)

// ErrDropped: the entry lies below the floor. Its record, if it is the newest
// of its key, is still there.
var ErrDropped = errors.New("store: the entry is no longer kept")

// dropBatch bounds the entries deleted in one transaction: the list of free
// pages is written whole with each.
const dropBatch = 1000

// DropBefore deletes the entries below seq and keeps the chain hash of the
// last of them, so that what is left still verifies. Records stay. Whoever
// calls it knows that every subscriber has acknowledged them.
func (r *Reader) DropBefore(seq uint64) error {
	for {
		done := false
		_, err := r.update(func(b *book) error {
			last := min(seq-1, b.head.seq)
			if seq == 0 || last <= b.floor.seq {
				done = true
				return errNothingNew
			}
			return b.drop(min(last, b.floor.seq+dropBatch))
		})
		if done {
			return nil
		}
		if err != nil {
			return fmt.Errorf("store: drop entries below %d: %w", seq, err)
		}
	}
}

// drop moves the floor up to seq.
func (b *book) drop(seq uint64) error {
	floor, err := b.at(seq)
	if err != nil {
		return err
	}
	for n := b.floor.seq + 1; n <= seq; n++ {
		if err := b.journal.Delete(seqKey(n)); err != nil {
			return err
		}
		if blank := b.root.Bucket(bucketBlank); blank != nil {
			if err := blank.Delete(seqKey(n)); err != nil {
				return err
			}
		}
	}
	b.floor = floor
	return b.root.Put(keyFloor, floor.encode())
}

const dayMS = 24 * 3600 * 1000

// noteDay keeps, once a day of good wall time, the number of the day's first
// entry: it tells the age of entries that were dropped.
func (b *book) noteDay(e *Entry) error {
	if e.ClockQuality != ClockGood || e.Wall < 0 {
		return nil
	}
	day := uint64(e.Wall / dayMS)
	if b.day == 0 {
		if days := b.root.Bucket(bucketDay); days != nil {
			if k, v := days.Cursor().Last(); openNote(k, v, 8) != nil {
				b.day = binary.BigEndian.Uint64(v)
			}
		}
	}
	if day <= b.day {
		return nil
	}
	days, err := b.root.CreateBucketIfNotExists(bucketDay)
	if err != nil {
		return err
	}
	b.day = day
	return days.Put(seqKey(e.Seq), sealNote(seqKey(e.Seq), seqKey(day)))
}

// before is the first number whose entry may be as young as t: everything
// below it is older for certain. 1 when nothing is known to be that old.
func (b *book) before(t time.Time) uint64 {
	seq := uint64(1)
	days := b.root.Bucket(bucketDay)
	if days == nil || t.UnixMilli() < 0 {
		return seq
	}
	limit := uint64(t.UnixMilli() / dayMS)
	c := days.Cursor()
	for k, v := c.First(); len(k) == 8 && openNote(k, v, 8) != nil && binary.BigEndian.Uint64(v) <= limit; k, v = c.Next() {
		seq = binary.BigEndian.Uint64(k)
	}
	return seq
}

// Before is the first entry that may be as young as t; what lies below it is
// older, to within a day. It is 1 when nothing is known to be that old.
func (r *Reader) Before(t time.Time) (seq uint64, err error) {
	seq = 1
	err = r.book(func(b *book) error { seq = b.before(t); return nil })
	if errors.Is(err, errNoBook) {
		err = nil
	}
	return seq, err
}

// wallOf is the wall time of an entry, Unix ms: its own, or the day's if it
// was dropped.
func (b *book) wallOf(seq uint64) int64 {
	if e, _, err := b.raw(seq); err == nil {
		return e.Wall
	}
	days := b.root.Bucket(bucketDay)
	if days == nil {
		return 0
	}
	c := days.Cursor()
	var k, v []byte
	if next, _ := c.Seek(seqKey(seq + 1)); next == nil {
		k, v = c.Last()
	} else {
		k, v = c.Prev()
	}
	if openNote(k, v, 8) == nil {
		return 0
	}
	return int64(binary.BigEndian.Uint64(v)) * dayMS
}

// Retention says how long the records of a class stay. Only classes whose
// records are facts, each under its own number, may be named.
type Retention struct {
	Class string
	Keep  time.Duration
}

// Retain deletes, as entries, the facts that are older than their class keeps
// them, and returns how many. A fact whose age is not known stays.
func (db *DB) Retain(rules []Retention) (n int, err error) {
	wall, quality := db.wall()
	if quality != ClockGood {
		return 0, nil // a clock that jumped ahead must not empty the log
	}
	for _, rule := range rules {
		limit, err := db.Before(wall.Add(-rule.Keep))
		if err != nil {
			return n, err
		}
		m, err := db.dropFacts(rule.Class, limit)
		if n += m; err != nil {
			return n, fmt.Errorf("store: retention of %s: %w", rule.Class, err)
		}
	}
	return n, nil
}

// Thin deletes, as entries, all facts of a class but the newest keep: what the
// station can spare when the disk is short.
func (db *DB) Thin(class string, keep int) (n int, err error) {
	var seqs []uint64 // of a class that is thinned: bounded by its own nature
	err = db.Each(class, func(r Record) error {
		if r.Key == SeqKey(r.Seq) {
			seqs = append(seqs, r.Seq)
		}
		return nil
	})
	if err != nil || len(seqs) <= keep {
		return 0, err
	}
	return db.dropFacts(class, seqs[len(seqs)-max(keep, 0)-1]+1)
}

// dropFacts deletes the facts of class below limit in batches.
func (db *DB) dropFacts(class string, limit uint64) (n int, err error) {
	for {
		var ws []Write
		stop := errors.New("a full batch")
		err := db.Each(class, func(r Record) error {
			if r.Seq >= limit || len(ws) == dropBatch {
				return stop
			}
			if r.Key == SeqKey(r.Seq) {
				ws = append(ws, Write{Class: class, Key: r.Key, Delete: true})
			}
			return nil
		})
		if err != nil && !errors.Is(err, stop) {
			return n, err
		}
		if len(ws) == 0 {
			return n, nil
		}
		if _, err := db.Append(ws...); err != nil {
			return n, err
		}
		n += len(ws)
	}
}
