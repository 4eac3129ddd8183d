package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	bolt "go.etcd.io/bbolt"
)

// Tending is what is done to a journal once, when it is opened.
type Tending struct {
	Retention []Retention
	// Subscribed: a peer mirrors this journal, so that entries it has not
	// acknowledged stay, however old.
	Subscribed bool
	Acked      Cursor // what it is known to have at least
}

// journalKept is how long entries stay although every subscriber has them.
const journalKept = 30 * 24 * time.Hour

// compactFree: a file is made anew when more than half of it, and more than
// 64 MiB, waits for reuse.
const compactFree = 64 << 20

// keyCompacted: epoch ‖ number of the head when the file was last made anew, in
// the bucket of the file.
var keyCompacted = []byte("compacted")

func markValue(c Cursor) []byte { return binary.BigEndian.AppendUint64(c.Epoch[:], c.Seq) }

// noted reads a number noted for the current epoch; 0: none.
func (r *Reader) noted(key []byte) (seq uint64) {
	epoch := r.Head().Epoch
	_ = r.view(func(tx *bolt.Tx) error { // a file that does not read is judged elsewhere
		if v := openNote(key, tx.Bucket(bucketFile).Get(key), len(epoch)+8); v != nil && Epoch(v[:len(epoch)]) == epoch {
			seq = binary.BigEndian.Uint64(v[len(epoch):])
		}
		return nil
	})
	return seq
}

func (r *Reader) compactedAt() uint64 { return r.noted(keyCompacted) }

// tend applies retention, moves the floor and compacts. Nothing of it is
// needed to go on, so that its errors are only told.
func (s *Safe) tend(t Tending) error {
	if s.volatile != nil {
		return nil
	}
	_, err := s.Retain(t.Retention)
	errs := []error{err, s.moveFloor(t)}
	if s.worth() {
		errs = append(errs, s.compact())
	}
	return errors.Join(errs...)
}

func (s *Safe) moveFloor(t Tending) error {
	wall, quality := s.wall()
	if quality != ClockGood {
		return nil // a clock that jumped ahead makes everything old
	}
	limit, err := s.Before(wall.Add(-journalKept))
	if err != nil {
		return err
	}
	if t.Subscribed {
		if m, err := s.At(t.Acked.Seq); t.Acked.Epoch != s.Head().Epoch || err != nil || m.H != t.Acked.H {
			return nil // nothing is known to be held above
		}
		limit = min(limit, t.Acked.Seq+1)
	}
	return s.DropBefore(limit)
}

// worth tells whether the file is to be made anew: it is mostly empty, or its
// empty pages may still hold what was blanked.
func (s *Safe) worth() bool {
	st, err := s.Stats()
	if err != nil {
		return false
	}
	if st.FreeBytes > compactFree && st.FreeBytes > st.FileBytes/2 {
		return true
	}
	blanks, err := s.Blanks()
	at := s.compactedAt()
	for _, b := range blanks {
		if err == nil && b.By > at {
			return true
		}
	}
	return false
}

// compact makes the file anew from its live pages: under another name,
// flushed, proved equal, then renamed over the old one. The lock of the safe
// keeps others from the old one meanwhile.
func (s *Safe) compact() error {
	path := s.Path()
	tmp := path + ".new-compact"
	_ = os.Remove(tmp)
	defer os.Remove(tmp)
	st, err := s.Stats()
	if err != nil {
		return err
	}
	if free := s.opt.Free(filepath.Dir(path)); free >= 0 && free < st.FileBytes-st.FreeBytes+copyReserve/4 {
		return fmt.Errorf("store: compact: %w", ErrNoRoom)
	}
	before, err := s.Proof()
	if err == nil {
		err = s.compactTo(tmp)
	}
	if err != nil {
		return fmt.Errorf("store: compact: %w", err)
	}
	after, err := ProveFile(tmp)
	if err == nil {
		err = Compare(before, after)
	}
	if err != nil {
		return fmt.Errorf("store: compact: %w", err)
	}
	boot := s.boot
	if err := s.DB.Close(); err != nil {
		return fmt.Errorf("store: compact: %w", err)
	}
	rerr := os.Rename(tmp, path)
	if rerr == nil {
		rerr = syncDir(filepath.Dir(path))
	}
	db := &DB{wall: s.wall, start: s.start, boot: boot}
	if err := db.open(path, s.opt.Options, kindStation, ""); err != nil {
		s.DB = nil
		return errors.Join(rerr, err)
	}
	db.bootUnsaved.Store(s.bootUnsaved.Load())
	s.DB = db
	return rerr
}

// compactTo writes the live pages of the file to a new one at path, synced,
// and notes in it how far it went.
func (r *Reader) compactTo(path string) error {
	dst, _, err := openBolt(path, Options{NoSync: true}) // one flush at its end: nobody reads it before
	if err != nil {
		return err
	}
	err = r.guard(func() error { return bolt.Compact(dst, r.bolt, 1<<20) })
	if err == nil {
		err = dst.Update(func(tx *bolt.Tx) error {
			return tx.Bucket(bucketFile).Put(keyCompacted, sealNote(keyCompacted, markValue(r.Head())))
		})
	}
	if err == nil {
		err = dst.Sync()
	}
	if cerr := dst.Close(); err == nil {
		err = cerr
	}
	return err
}
