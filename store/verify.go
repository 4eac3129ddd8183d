package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	bolt "go.etcd.io/bbolt"
)

// recentLinks is how many links of the chain an opening verifies: at the peak
// rate of a station about a week.
const recentLinks = 10_000

// verifyPage is how many links are verified in one transaction.
const verifyPage = 1000

// boltCheck walks every page and returns the first fault.
func boltCheck(tx *bolt.Tx) error {
	var first error
	for err := range tx.Check() { // drained: the check runs on another goroutine
		if first == nil {
			first = fmt.Errorf("%w: %w", ErrCorrupt, err)
		}
	}
	return first
}

// checkedPages is bbolt's check of what its check can stand.
func (r *Reader) checkedPages(tx *bolt.Tx) error {
	if err := walkPages(r.file); err != nil {
		return err
	}
	return boltCheck(tx)
}

// Verify checks the file. Not full: head, last 10,000 links, every record and
// every digest. Full: also bbolt's own check, which holds up writers for about
// 0.25 s per GB, the chain from its beginning, and every record against its
// entry. The error is ErrCorrupt and names the place.
func (r *Reader) Verify(full bool) error {
	links := uint64(recentLinks)
	if full {
		links = 1<<64 - 1
		if err := r.checkPages(); err != nil {
			return fmt.Errorf("store: %s: %w", r.path, err)
		}
	}
	if err := r.verify(links); err != nil {
		return fmt.Errorf("store: %s: %w", r.path, err)
	}
	return nil
}

// checkPages runs bbolt's check where no writer can move pages under it.
func (r *Reader) checkPages() error {
	if r.bolt.IsReadOnly() {
		return r.view(r.checkedPages)
	}
	r.write.Lock()
	defer r.write.Unlock()
	return r.view(r.checkedPages)
}

// verify checks the current generation: the last links of its chain, and its
// records and digests. With all links it also holds records against entries.
func (r *Reader) verify(links uint64) error {
	err := r.verifyChain(links)
	if err == nil {
		err = r.book(func(b *book) error {
			if err := b.verifyNotes(); err != nil {
				return err
			}
			return b.verifyRecords(links > b.head.seq)
		})
	}
	if errors.Is(err, errNoBook) {
		return nil
	}
	return err
}

func (r *Reader) verifyChain(links uint64) error {
	var prev mark
	started := false
	for {
		done := false
		err := r.book(func(b *book) (err error) {
			if !started {
				started = true
				if prev, err = b.start(links); err != nil {
					return err
				}
			}
			for range verifyPage {
				if prev.seq >= b.head.seq {
					done = true
					return b.atHead(prev)
				}
				if _, prev, err = b.next(prev); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil || done {
			return err
		}
	}
}

// start finds the mark links before the head, and that nothing lies above it.
func (b *book) start(links uint64) (mark, error) {
	if k, _ := b.journal.Cursor().Last(); string(k) != string(seqKey(b.head.seq)) && (k != nil || b.head.seq != b.floor.seq) {
		return mark{}, fmt.Errorf("%w: the head is entry %d, the journal ends at %x", ErrCorrupt, b.head.seq, k)
	}
	if b.head.seq == 0 && b.head != (mark{h: Genesis(b.epoch)}) {
		return mark{}, fmt.Errorf("%w: the head of an empty journal is wrong", ErrCorrupt)
	}
	if links >= b.head.seq-b.floor.seq {
		return b.floor, nil
	}
	return b.at(b.head.seq - links)
}

func (b *book) atHead(m mark) error {
	if m.seq == b.head.seq && m != b.head {
		return fmt.Errorf("%w: the head does not match entry %d", ErrCorrupt, m.seq)
	}
	return nil
}

// verifyRecords recomputes the digests from the records; against also holds
// each record against the entry that wrote it.
func (b *book) verifyRecords(against bool) error {
	stored, err := b.tallies()
	if err != nil {
		return err
	}
	real, err := b.recount(func(class string, r Record) error {
		if !against || r.Seq <= b.floor.seq {
			return nil // what wrote it was dropped: its own hash has to do
		}
		e, _, err := b.raw(r.Seq)
		if err != nil {
			return err
		}
		if e.Class != class || e.Key != r.Key || e.Op != Put || e.Version != r.Version || string(e.Payload) != string(r.Payload) {
			return fmt.Errorf("%w: record %s/%s is not what entry %d wrote", ErrCorrupt, class, r.Key, r.Seq)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for class, t := range stored {
		if real[class] == nil {
			real[class] = new(tally)
		}
		if *t != *real[class] {
			return fmt.Errorf("%w: the digest of class %s does not match its %d records", ErrCorrupt, class, real[class].count)
		}
	}
	for class := range real {
		if stored[class] == nil {
			return fmt.Errorf("%w: class %s has no digest", ErrCorrupt, class)
		}
	}
	return nil
}

// HotCopy copies the file to path while it is in use: under a temporary name,
// synced, fully verified, then renamed over what was there.
func (r *Reader) HotCopy(path string) error {
	tmp := path + ".copying"
	defer os.Remove(tmp)
	if err := r.view(func(tx *bolt.Tx) error { return copyTo(tx, tmp) }); err != nil {
		return fmt.Errorf("store: copy to %s: %w", path, err)
	}
	copied, err := OpenAny(tmp)
	if err != nil {
		return fmt.Errorf("store: copy to %s: %w", path, err)
	}
	err = copied.Verify(true)
	if cerr := copied.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(tmp, path)
	}
	if err == nil {
		err = syncDir(filepath.Dir(path))
	}
	if err != nil {
		return fmt.Errorf("store: copy to %s: %w", path, err)
	}
	return nil
}

func copyTo(tx *bolt.Tx, path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o640)
	if err != nil {
		return err
	}
	if _, err = tx.WriteTo(f); err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	return err
}

// OpenAny opens a stopped file of either kind for reading only: for proofs and
// for checks of copies.
func OpenAny(path string) (*Reader, error) {
	opt := Options{ReadOnly: true}
	if err := birth(path, opt, nil); err != nil {
		return nil, err
	}
	r := new(Reader)
	if err := r.open(path, opt, "", ""); err != nil {
		return nil, err
	}
	return r, nil
}
