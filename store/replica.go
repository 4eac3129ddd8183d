package store

import (
	"crypto/sha256"
	"errors"
	"fmt"

	bolt "go.etcd.io/bbolt"
)

// MaxGenerations bounds the epochs kept of one node, against a peer that
// draws a new one at each connection.
const MaxGenerations = 64

// Run is a contiguous piece of a journal as it is carried to a replica.
type Run struct {
	Epoch Epoch
	From  uint64  // number of the first entry
	Prev  Hash    // chain hash of entry From-1
	Last  Hash    // chain hash of the last entry
	Items []Entry // From, From+1, …; PayloadHash and H are computed here
}

// To is the number of the last entry.
func (r *Run) To() uint64 { return r.From + uint64(len(r.Items)) - 1 }

// Why a Run was not applied, as errors.Is and errors.As see it. Nothing of a
// refused run is kept.
var (
	// ErrDamaged: the run does not hash to what it says; send it again.
	ErrDamaged = errors.New("store: the run does not match its hash")
	// ErrEpoch: the run is of another epoch than the replica's.
	ErrEpoch = errors.New("store: the run is of another epoch")
	// ErrGenerations: the node started more epochs than are kept.
	ErrGenerations = fmt.Errorf("store: more than %d epochs of one node", MaxGenerations)
)

// GapError: the run begins behind the next entry wanted.
type GapError struct{ Have, From uint64 }

func (e *GapError) Error() string {
	return fmt.Sprintf("store: the run begins with entry %d, wanted is %d", e.From, e.Have+1)
}

// ForkError: the sender's history is not the one the replica holds.
type ForkError struct{ Seq uint64 }

func (e *ForkError) Error() string {
	return fmt.Sprintf("store: histories differ at entry %d", e.Seq)
}

// Replica is the verified copy of one other node's journal, in its own file.
// The current epoch is its state; earlier epochs stay in the file as history.
type Replica struct {
	Reader
	node string
}

// OpenReplica opens, or makes, the copy of node's journal at path. node is the
// fingerprint of its key; a file that copies another node is refused.
func OpenReplica(path, node string, opt Options) (*Replica, error) {
	if node == "" {
		return nil, errors.New("store: a replica of no node")
	}
	err := birth(path, opt, func(tx *bolt.Tx) error { return initFile(tx, kindReplica, node, Epoch{}) })
	if err != nil {
		return nil, err
	}
	r := &Replica{node: node}
	if err := r.open(path, opt, kindReplica, node); err != nil {
		return nil, err
	}
	return r, nil
}

// Node is the fingerprint of the node whose journal this is.
func (r *Replica) Node() string { return r.node }

// Cursor is the durable cursor: the only truth about what was received. The
// zero epoch means nothing yet.
func (r *Replica) Cursor() Cursor { return r.Head() }

// Knows tells whether epoch is the current one or one of the history.
func (r *Replica) Knows(epoch Epoch) (bool, error) {
	known := false
	err := r.view(func(tx *bolt.Tx) error {
		known = tx.Bucket(bookName(epoch)) != nil
		return nil
	})
	return known, err
}

// Adopt begins a new generation, empty, and keeps the former as history.
// The epoch of the current generation is no error; one of the history is
// ErrEpoch: a journal never goes back to an earlier life.
func (r *Replica) Adopt(epoch Epoch) error {
	if epoch.IsZero() {
		return fmt.Errorf("%w: it has none", ErrEpoch)
	}
	r.write.Lock()
	defer r.write.Unlock()
	if r.Head().Epoch == epoch {
		return nil
	}
	err := r.guard(func() error {
		return r.bolt.Update(func(tx *bolt.Tx) error {
			f := tx.Bucket(bucketFile)
			if now, err := currentEpoch(tx); err != nil || now == epoch {
				return errors.Join(err, f.Put(keyCurrent, epoch[:])) // an earlier attempt, synced now
			}
			if tx.Bucket(bookName(epoch)) != nil {
				return fmt.Errorf("%w: %s is an earlier one", ErrEpoch, epoch)
			}
			if generations(tx) >= MaxGenerations {
				return ErrGenerations
			}
			if err := createBook(tx, epoch); err != nil {
				return err
			}
			return f.Put(keyCurrent, epoch[:])
		})
	})
	if err != nil {
		return err
	}
	r.setHead(headState{cursor: Cursor{Epoch: epoch, H: Genesis(epoch)}})
	return nil
}

func generations(tx *bolt.Tx) (n int) {
	c := tx.Cursor()
	for k, _ := c.Seek([]byte(bookPrefix)); k != nil && string(k[:min(len(k), len(bookPrefix))]) == bookPrefix; k, _ = c.Next() {
		n++
	}
	return n
}

// Generations counts the epochs in the file, the current one included.
func (r *Replica) Generations() (n int, err error) {
	err = r.view(func(tx *bolt.Tx) error { n = generations(tx); return nil })
	return n, err
}

// Apply takes a run: journal, records, digests and cursor move in one synced
// transaction, and the new cursor is returned. What is already held is
// compared and skipped. Errors: ErrDamaged, ErrEpoch, GapError, ForkError, or
// the disk's; then the cursor is as before.
func (r *Replica) Apply(run Run) (Cursor, error) {
	if err := run.seal(); err != nil {
		return r.Cursor(), err
	}
	at, err := r.update(func(b *book) error {
		err := b.take(&run)
		if errors.Is(err, errNothingNew) && r.unsure {
			return nil // what an earlier attempt left is synced with a new head
		}
		return err
	})
	if errors.Is(err, errNoBook) {
		err = ErrEpoch
	}
	if errors.Is(err, errNothingNew) {
		return r.Cursor(), nil
	}
	if err != nil {
		return r.Cursor(), err
	}
	return at, nil
}

// seal computes the hashes of the run's entries and checks it against itself.
func (run *Run) seal() error {
	if len(run.Items) == 0 || run.From == 0 {
		return fmt.Errorf("%w: it is empty", ErrDamaged)
	}
	h := run.Prev
	for i := range run.Items {
		e := &run.Items[i]
		if e.Seq != run.From+uint64(i) || len(e.Payload) > MaxPayload {
			return fmt.Errorf("%w: entry %d", ErrDamaged, run.From+uint64(i))
		}
		if !e.Blanked {
			e.PayloadHash = sha256.Sum256(e.Payload)
		}
		e.H = Chain(h, e)
		h = e.H
	}
	if h != run.Last {
		return fmt.Errorf("%w: entries %d to %d", ErrDamaged, run.From, run.To())
	}
	return nil
}

// errNothingNew rolls back a transaction that would change nothing.
var errNothingNew = errors.New("store: all held already")

// take applies a sealed run after comparing what overlaps.
func (b *book) take(run *Run) error {
	switch {
	case run.Epoch != b.epoch:
		return ErrEpoch
	case run.From > b.head.seq+1:
		return &GapError{Have: b.head.seq, From: run.From}
	}
	m, err := b.at(run.From - 1)
	if err != nil {
		return err
	}
	if m.h != run.Prev {
		return &ForkError{Seq: run.From - 1}
	}
	held := min(run.To(), b.head.seq)
	if held >= run.From {
		m, err := b.at(held)
		if err != nil {
			return err
		}
		if m.h != run.Items[held-run.From].H {
			return &ForkError{Seq: held}
		}
	}
	if held == run.To() {
		return errNothingNew
	}
	for i := held + 1 - run.From; i < uint64(len(run.Items)); i++ {
		e := run.Items[i]
		if err := b.add(&e); err != nil {
			return err
		}
	}
	return nil
}
