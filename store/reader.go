package store

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"sync"
	"sync/atomic"

	bolt "go.etcd.io/bbolt"
)

// Cursor says how far a journal goes, or how far a copy of it went. Equal
// cursors prove equal histories; a bare number proves nothing.
type Cursor struct {
	Epoch Epoch  `json:"epoch"`
	Seq   uint64 `json:"seq"` // 0: nothing yet
	H     Hash   `json:"h"`   // chain hash of entry Seq
}

// Mark is a point of a journal: its chain hash and the stored bytes up to it.
type Mark struct {
	H     Hash
	Bytes uint64
}

// Reader is what may be read of a file of either kind. Its methods may be
// called from any goroutine; each opens its own short transaction, and what
// they return is copied out and verified by our own hashes, since bbolt keeps
// no checksum of its data.
type Reader struct {
	bolt *bolt.DB
	file *os.File // bolt's own, to let go of the lock when bolt itself is stuck
	path string
	// broken is the panic that ended the use of the file: bbolt may hold its
	// locks for ever after one.
	broken atomic.Pointer[error]
	head   atomic.Pointer[headState]

	write  sync.Mutex // one writing transaction at a time, so that head only grows
	unsure bool       // under write: a commit failed and may be in the file unsynced
	signal sync.Mutex
	moved  chan struct{} // closed and replaced at each commit
}

type headState struct {
	cursor Cursor
	bytes  uint64
	floor  uint64 // last entry dropped
}

// guard turns a panic inside f — bbolt on a damaged page, or a fault under the
// map when the file was cut — into ErrCorrupt, so that a broken file cannot
// take the station down.
func guard(f func() error) (err error) {
	old := debug.SetPanicOnFault(true)
	defer debug.SetPanicOnFault(old)
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: %w: %v", ErrCorrupt, errPanic, p)
		}
	}()
	return f()
}

var errPanic = errors.New("reading it failed")

// guard is guard for an open file: after a panic every later call gets the
// same error at once.
func (r *Reader) guard(f func() error) error {
	if err := r.broken.Load(); err != nil {
		return *err
	}
	err := guard(f)
	if errors.Is(err, errPanic) {
		r.broken.CompareAndSwap(nil, &err)
	}
	return closedWords(err)
}

// Close waits for running transactions and closes the file.
func (r *Reader) Close() error {
	if r.broken.Load() != nil {
		return letGo(r.file) // the map stays until the process ends
	}
	return r.bolt.Close()
}

func (r *Reader) view(f func(tx *bolt.Tx) error) error {
	return r.guard(func() error { return r.bolt.View(f) })
}

// book runs f on the current generation; errNoBook if there is none yet.
func (r *Reader) book(f func(b *book) error) error {
	return r.view(func(tx *bolt.Tx) error {
		b, err := currentBook(tx)
		if err != nil {
			return err
		}
		return f(b)
	})
}

func currentBook(tx *bolt.Tx) (*book, error) {
	e, err := currentEpoch(tx)
	if err != nil {
		return nil, err
	}
	if e.IsZero() {
		return nil, errNoBook
	}
	return openBook(tx, e)
}

// update runs f on the current generation in one writing transaction, writes
// digests and head, and returns where the journal would stand after it. The
// cursor is also returned with an error of the commit itself: the transaction
// may then be in the file or not.
func (r *Reader) update(f func(b *book) error) (Cursor, error) {
	r.write.Lock()
	defer r.write.Unlock()
	var at headState
	err := r.guard(func() error {
		return r.bolt.Update(func(tx *bolt.Tx) error {
			b, err := currentBook(tx)
			if err != nil {
				return err
			}
			if err := f(b); err != nil {
				return err
			}
			at = headState{b.cursor(), b.head.bytes, b.floor.seq}
			return b.flush()
		})
	})
	if err != nil {
		r.unsure = r.unsure || at.cursor.Seq != 0
		return at.cursor, err
	}
	r.unsure = false
	r.setHead(at)
	return at.cursor, nil
}

func (r *Reader) setHead(at headState) {
	r.head.Store(&at)
	r.signal.Lock()
	close(r.moved)
	r.moved = make(chan struct{})
	r.signal.Unlock()
}

// load reads the head from the file.
func (r *Reader) load() error {
	at := headState{}
	err := r.book(func(b *book) error {
		at = headState{b.cursor(), b.head.bytes, b.floor.seq}
		return nil
	})
	if errors.Is(err, errNoBook) {
		err = nil
	}
	r.head.Store(&at)
	return err
}

// Path is the file's name.
func (r *Reader) Path() string { return r.path }

// Head is the last durable cursor. It reads no disk.
func (r *Reader) Head() Cursor { return r.head.Load().cursor }

// Floor is the first entry the file still holds; 1 unless DropBefore was used.
// It reads no disk.
func (r *Reader) Floor() uint64 { return r.head.Load().floor + 1 }

// Changed returns a channel that is closed at the next commit. Take it before
// reading Head, then wait on it: no change can be missed, and any number of
// readers may wait.
func (r *Reader) Changed() <-chan struct{} {
	r.signal.Lock()
	defer r.signal.Unlock()
	return r.moved
}

// At gives the chain hash and the running total of stored bytes at entry seq;
// 0 is the beginning. A number above the head is an error.
func (r *Reader) At(seq uint64) (Mark, error) {
	if h := r.head.Load(); h.cursor.Seq == seq && !h.cursor.Epoch.IsZero() {
		return Mark{h.cursor.H, h.bytes}, nil
	}
	var m mark
	err := r.book(func(b *book) (err error) {
		if seq > b.head.seq {
			return fmt.Errorf("store: entry %d is not written yet, the last is %d", seq, b.head.seq)
		}
		m, err = b.at(seq)
		return err
	})
	return Mark{m.h, m.bytes}, err
}

// Entries returns entries from number from on, in order: at most maxEntries,
// at most maxBytes of stored size, but always one if there is one. Each is
// verified by its hash and against the entry before it. Above the head it
// returns none and no error.
func (r *Reader) Entries(from uint64, maxEntries, maxBytes int) ([]Entry, error) {
	var out []Entry
	err := r.book(func(b *book) error {
		if from == 0 || from > b.head.seq || maxEntries <= 0 {
			return nil
		}
		prev, err := b.at(from - 1)
		if err != nil {
			return err
		}
		start := prev.bytes
		for len(out) < maxEntries && prev.seq < b.head.seq {
			e, m, err := b.next(prev)
			if err != nil {
				return err
			}
			if len(out) > 0 && m.bytes-start > uint64(max(maxBytes, 0)) {
				return nil
			}
			out, prev = append(out, e), m
		}
		return nil
	})
	if errors.Is(err, errNoBook) {
		err = nil
	}
	if err != nil {
		return nil, err
	}
	return out, nil
}

// Get reads one record. ok is false when there is none.
func (r *Reader) Get(class, key string) (rec Record, ok bool, err error) {
	err = r.book(func(b *book) error {
		v := b.record.Get(recordKey(class, key))
		if v == nil {
			return nil
		}
		rec, _, err = b.decode(class, key, v)
		ok = err == nil
		return err
	})
	if errors.Is(err, errNoBook) {
		err = nil
	}
	return rec, ok, err
}

// Bounds of one page of Each.
const (
	pageRecords = 256
	pageBytes   = 512 << 10
)

// Each calls f for every record of class in the order of its keys and stops at
// f's first error, which it returns. f runs between transactions, page by
// page: it may take its time and may write, and sees what is written behind it
// only if that lies ahead.
func (r *Reader) Each(class string, f func(Record) error) error {
	after := ""
	for {
		page, err := r.page(class, after)
		if err != nil {
			return err
		}
		for _, rec := range page {
			if err := f(rec); err != nil {
				return err
			}
		}
		if len(page) == 0 {
			return nil
		}
		after = page[len(page)-1].Key
	}
}

func (r *Reader) page(class, after string) (out []Record, err error) {
	err = r.book(func(b *book) error {
		prefix, size := recordKey(class, ""), 0
		c := b.record.Cursor()
		k, v := c.Seek(recordKey(class, after))
		if after != "" && bytes.Equal(k, recordKey(class, after)) {
			k, v = c.Next()
		}
		for ; bytes.HasPrefix(k, prefix) && len(out) < pageRecords && size < pageBytes; k, v = c.Next() {
			rec, _, err := b.decode(class, string(k[len(prefix):]), v)
			if err != nil {
				return err
			}
			out, size = append(out, rec), size+len(v)
		}
		return nil
	})
	if errors.Is(err, errNoBook) {
		err = nil
	}
	return out, err
}

// Back returns records of class before the key before, the last key first: at
// most limit, and no more than one page of bytes, but always one if there is
// one. An empty before begins at the end.
func (r *Reader) Back(class, before string, limit int) (out []Record, err error) {
	err = r.book(func(b *book) error {
		prefix, size := recordKey(class, ""), 0
		from := recordKey(class, before)
		if before == "" {
			from[len(from)-1]++ // classes hold no such byte: behind every key of the class
		}
		c := b.record.Cursor()
		step := c.Prev
		if k, _ := c.Seek(from); k == nil {
			step = c.Last
		}
		k, v := step()
		for ; bytes.HasPrefix(k, prefix) && len(out) < limit && size < pageBytes; k, v = c.Prev() {
			rec, _, err := decodeRecord(class, string(k[len(prefix):]), v)
			if err != nil {
				return err
			}
			out, size = append(out, rec), size+len(v)
		}
		return nil
	})
	if errors.Is(err, errNoBook) {
		err = nil
	}
	return out, err
}

// Ahead returns records of class behind the key after, in the order of keys,
// bounded like Back. An empty after begins at the first.
func (r *Reader) Ahead(class, after string, limit int) ([]Record, error) {
	out, err := r.page(class, after)
	return out[:min(len(out), max(limit, 0))], err
}

// Stats are figures for screens and metrics.
type Stats struct {
	Cursor       Cursor
	JournalBytes uint64 // stored size of all entries of this epoch
	FileBytes    int64  // size of the file
	FreeBytes    int64  // of it, pages that wait for reuse
}

// Stats reads the figures.
func (r *Reader) Stats() (Stats, error) {
	h := r.head.Load()
	s := Stats{Cursor: h.cursor, JournalBytes: h.bytes}
	err := r.view(func(tx *bolt.Tx) error {
		s.FileBytes = tx.Size()
		return nil
	})
	bs := r.bolt.Stats()
	s.FreeBytes = int64(bs.FreePageN+bs.PendingPageN) * int64(r.bolt.Info().PageSize)
	return s, err
}
