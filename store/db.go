package store

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"sync/atomic"
	"time"

	bolt "go.etcd.io/bbolt"
)

// Options of a file. The zero value of each but Wall is the safe one.
type Options struct {
	// Wall is the one source of wall time and its quality; needed for writing.
	Wall func() (time.Time, Quality)
	// ReadOnly opens without writing anything; several readers may share a
	// file, but not with a writer.
	ReadOnly bool
	// NoSync leaves out every flush. It loses acknowledged entries at a power
	// cut and exists only so that a test can show that its check sees loss.
	NoSync bool
	// MaxSize bounds the file, in bytes; 0 is no bound.
	MaxSize int
	// OpenFile opens files instead of os.OpenFile.
	OpenFile func(name string, flag int, perm os.FileMode) (*os.File, error)
}

// Write is one change asked for. It becomes one entry.
type Write struct {
	Class   string
	Key     string // "" takes the entry's own number, see SeqKey: facts that never change
	Delete  bool
	Version uint16
	Payload []byte // at most MaxPayload; a Delete may carry the reason
}

// Bounds of one transaction.
const (
	MaxWrites     = 1024
	MaxWriteBytes = 4 << 20
)

// SeqKey is the key of a record named by its entry's number: 20 digits, so that
// the order of keys is the order of numbers.
func SeqKey(seq uint64) string { return fmt.Sprintf("%020d", seq) }

func (w *Write) check() error {
	if err := checkClass(w.Class); err != nil {
		return err
	}
	if w.Key == "" && w.Delete {
		return errors.New("a delete without a key")
	}
	if w.Key != "" {
		if err := checkKey(w.Key); err != nil {
			return err
		}
	}
	if len(w.Payload) > MaxPayload {
		return fmt.Errorf("payload of %d bytes, limit %d", len(w.Payload), MaxPayload)
	}
	return nil
}

// checkWrites validates a batch and returns its size in bytes.
func checkWrites(ws []Write) (size int, err error) {
	if len(ws) == 0 {
		return 0, fmt.Errorf("%w: no writes", ErrInvalid)
	}
	for i := range ws {
		if err := ws[i].check(); err != nil {
			return 0, fmt.Errorf("%w: write %d: %w", ErrInvalid, i+1, err)
		}
		size += MaxHeader + len(ws[i].Payload)
	}
	if len(ws) > MaxWrites || size > MaxWriteBytes {
		return 0, fmt.Errorf("%w: %d writes of %d bytes in one batch, limits %d and %d",
			ErrInvalid, len(ws), size, MaxWrites, MaxWriteBytes)
	}
	return size, nil
}

// DB is the file of the node that writes it.
type DB struct {
	Reader
	wall  func() (time.Time, Quality)
	start time.Time
	boot  uint32
	// bootUnsaved: the count of starts is not on disk yet; the next commit
	// takes it there. A full disk keeps nobody from starting.
	bootUnsaved atomic.Bool
	side        *sideLog // nil: none

	fault func() error // tests: what a commit reports after it was made
}

// Open opens the journal at path, creating it if there is none, verifies its
// last 10,000 links, its records and its digests, and counts one more start.
// Errors: ErrLocked, ErrReadOnly, ErrCorrupt, or the system's own.
func Open(path string, opt Options) (*DB, error) {
	if !opt.ReadOnly && opt.Wall == nil {
		return nil, errors.New("store: no wall clock given")
	}
	err := birth(path, opt, func(tx *bolt.Tx) error {
		var e Epoch
		if _, err := rand.Read(e[:]); err != nil {
			return err
		}
		return initFile(tx, kindStation, "", e)
	})
	if err != nil {
		return nil, err
	}
	db := &DB{wall: opt.Wall, start: time.Now()}
	if err := db.open(path, opt, kindStation, ""); err != nil {
		return nil, err
	}
	if opt.ReadOnly {
		return db, nil
	}
	if err := db.countBoot(); err != nil {
		_ = db.Close()
		return nil, fmt.Errorf("store: %s: %w", path, err)
	}
	return db, nil
}

// initFile makes the first buckets of a new file.
func initFile(tx *bolt.Tx, kind, node string, epoch Epoch) error {
	f, err := tx.CreateBucket(bucketFile)
	if err != nil {
		return err
	}
	puts := map[string][]byte{string(keyForm): {fileForm}, string(keyKind): []byte(kind), string(keyNode): []byte(node)}
	if !epoch.IsZero() {
		puts[string(keyCurrent)] = epoch[:]
		if err := createBook(tx, epoch); err != nil {
			return err
		}
	}
	for k, v := range puts {
		if err := f.Put([]byte(k), v); err != nil {
			return err
		}
	}
	return nil
}

// countBoot counts this start. On a disk that takes nothing now the next
// commit writes the count.
func (db *DB) countBoot() error {
	err := db.view(func(tx *bolt.Tx) error {
		if v := tx.Bucket(bucketFile).Get(keyBoot); len(v) == 4 {
			db.boot = binary.BigEndian.Uint32(v)
		}
		return nil
	})
	if err != nil {
		return err
	}
	db.boot++
	err = db.guard(func() error { return db.bolt.Update(db.putBoot) })
	db.bootUnsaved.Store(err != nil)
	if errors.Is(err, ErrCorrupt) {
		return err
	}
	return nil
}

func (db *DB) putBoot(tx *bolt.Tx) error {
	f, v := tx.Bucket(bucketFile), binary.BigEndian.AppendUint32(nil, db.boot)
	if err := f.Put(keyBoot, v); err != nil {
		return err
	}
	return f.Put(keyBootSum, sumOfNote(keyBoot, v))
}

// Boot counts the starts of this node, from 1; 0 in a read-only file.
func (db *DB) Boot() uint32 { return db.boot }

// Append writes ws as entries with following numbers, their records, digests
// and the head in one transaction, and returns the last number when all is
// synced. After an error that is not ErrInvalid the entries may be in the file
// or not (a flush can fail behind the write): read Head before writing them
// again, or use a Writer, which does.
func (db *DB) Append(ws ...Write) (last uint64, err error) {
	if _, err := checkWrites(ws); err != nil {
		return 0, err
	}
	c, err := db.commit(ws, Cursor{})
	if err != nil {
		return 0, err
	}
	return c.Seq, nil
}

// commit writes checked ws. doubt is the cursor an earlier attempt with the
// same ws would have reached: if the journal holds it, that attempt did reach
// the file, and only a new synced head is written. On error the cursor
// is the doubt of the next attempt.
func (db *DB) commit(ws []Write, doubt Cursor) (Cursor, error) {
	if db.wall == nil {
		return Cursor{}, fmt.Errorf("store: %w: opened for reading", ErrReadOnly)
	}
	wall, quality := db.wall()
	mono := uint64(time.Since(db.start).Milliseconds())
	landed := false
	var made []Entry
	at, err := db.update(func(b *book) error {
		if landed = b.has(doubt); landed {
			return nil
		}
		made = made[:0]
		if db.bootUnsaved.Load() {
			if err := db.putBoot(b.root.Tx()); err != nil {
				return err
			}
		}
		for i := range ws {
			op := Put
			if ws[i].Delete {
				op = Delete
			}
			e := Entry{
				Seq: b.head.seq + 1, Class: ws[i].Class, Key: ws[i].Key, Op: op, Version: ws[i].Version,
				Boot: db.boot, Mono: mono, Wall: wall.UnixMilli(), ClockQuality: quality, Payload: ws[i].Payload,
			}
			if e.Key == "" {
				e.Key = SeqKey(e.Seq)
			}
			if err := b.add(&e); err != nil {
				return err
			}
			if db.side != nil {
				made = append(made, e)
			}
		}
		return nil
	})
	if err == nil && db.fault != nil {
		err = db.fault()
	}
	if err != nil {
		return at, fmt.Errorf("store: append: %w", err)
	}
	db.bootUnsaved.Store(false)
	if landed {
		at, made = doubt, nil
	}
	if db.side != nil {
		db.side.follow(&db.Reader, made, at)
	}
	return at, nil
}
