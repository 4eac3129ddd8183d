package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"os"

	bolt "go.etcd.io/bbolt"
)

// Claim says what a snapshot holds: where its journal stands, and count and
// digest root of each class. A staged snapshot takes its place only if what
// arrived adds up to exactly this.
type Claim struct {
	At      Cursor
	Bytes   uint64 // stored size of all entries up to At
	Classes []ClassClaim
}

// ClassClaim is one class of a Claim.
type ClassClaim struct {
	Class string
	Count uint64
	Root  Hash
}

// MaxClaimClasses bounds the classes of a claim from outside.
const MaxClaimClasses = 512

// Item is one record of a snapshot.
type Item struct {
	Class string
	Record
}

// Snapshot is the records of one moment, read from a verified copy beside the
// file: a slow link holds up no writer. One goroutine at a time.
type Snapshot struct {
	r     *Reader
	claim Claim
}

// snapshotSuffix names the copy; a later snapshot replaces one that was left.
const snapshotSuffix = ".snapshot"

// Snapshot makes the copy. Only one may exist at a time.
func (r *Reader) Snapshot() (*Snapshot, error) {
	path := r.path + snapshotSuffix
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("store: snapshot: %w", err)
	}
	if err := r.HotCopy(path); err != nil {
		return nil, fmt.Errorf("store: snapshot: %w", err)
	}
	c, err := OpenAny(path)
	if err != nil {
		return nil, fmt.Errorf("store: snapshot: %w", err)
	}
	s := &Snapshot{r: c}
	err = c.book(func(b *book) error {
		s.claim.At, s.claim.Bytes = b.cursor(), b.head.bytes
		all, err := b.tallies()
		for class, t := range all {
			if t.count > 0 {
				s.claim.Classes = append(s.claim.Classes, ClassClaim{class, t.count, t.root(class)})
			}
		}
		return err
	})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("store: snapshot: %w", err), s.Close())
	}
	return s, nil
}

// Claim is what the snapshot says of itself.
func (s *Snapshot) Claim() Claim { return s.claim }

// Items returns the records behind class and key in the order they are staged
// in, at most maxBytes, but always one if there is one. Two empty strings
// begin at the first.
func (s *Snapshot) Items(class, key string, maxBytes int) (out []Item, err error) {
	err = s.r.book(func(b *book) error {
		c := b.record.Cursor()
		k, v := c.First()
		if class != "" {
			after := recordKey(class, key)
			if k, v = c.Seek(after); bytes.Equal(k, after) {
				k, v = c.Next()
			}
		}
		for size := 0; k != nil; k, v = c.Next() {
			if size += len(k) + len(v); len(out) > 0 && size > maxBytes {
				return nil
			}
			cl, key, ok := bytes.Cut(k, []byte{0})
			if !ok {
				return fmt.Errorf("%w: record under %q", ErrCorrupt, k)
			}
			rec, _, err := b.decode(string(cl), string(key), v)
			if err != nil {
				return err
			}
			out = append(out, Item{string(cl), rec})
		}
		return nil
	})
	return out, err
}

// Close removes the copy.
func (s *Snapshot) Close() error {
	return errors.Join(s.r.Close(), os.Remove(s.r.path))
}

// The stage of a replica: top level bucket "stage" with the claim it is filled
// for and one book under its epoch's name, which is moved out when it is whole.
// Bucket "was" keeps, under the number it ended with, the journal that a
// snapshot took the place of.
var (
	bucketStage = []byte("stage")
	bucketWas   = []byte("was")
	keyClaim    = []byte("claim")
)

// Sum identifies a claim, on the disk and on its way: nothing else proves its
// cursor to a receiver that holds no entry before it.
func (c *Claim) Sum() Hash {
	b := append([]byte{}, c.At.Epoch[:]...)
	b = binary.BigEndian.AppendUint64(b, c.At.Seq)
	b = append(b, c.At.H[:]...)
	return sha256.Sum256(binary.BigEndian.AppendUint64(b, c.Bytes))
}

// Stage prepares the replica for the snapshot of a claim and tells behind which
// record to go on: what an earlier connection brought stays. Readers see none
// of it before Swap. Errors: ErrEpoch, and ForkError for a snapshot that lies
// behind the replica's own cursor.
func (r *Replica) Stage(c Claim) (class, key string, err error) {
	err = r.staging(func(tx *bolt.Tx) error {
		now, err := currentBook(tx)
		if err != nil {
			return err
		}
		if now.epoch != c.At.Epoch || c.At.Seq == 0 {
			return ErrEpoch
		}
		if c.At.Seq < now.head.seq || (c.At.Seq == now.head.seq && c.At.H != now.head.h) {
			return &ForkError{Seq: c.At.Seq}
		}
		want := c.Sum()
		if st := tx.Bucket(bucketStage); st != nil && bytes.Equal(st.Get(keyClaim), want[:]) {
			b, err := stagedBook(tx, c.At.Epoch)
			if err != nil {
				return err
			}
			k, _ := b.record.Cursor().Last()
			cl, ke, _ := bytes.Cut(k, []byte{0})
			class, key = string(cl), string(ke)
			return nil
		}
		return newStage(tx, c.At.Epoch, want)
	})
	return class, key, err
}

func newStage(tx *bolt.Tx, epoch Epoch, claim Hash) error {
	if tx.Bucket(bucketStage) != nil {
		if err := tx.DeleteBucket(bucketStage); err != nil {
			return err
		}
	}
	st, err := tx.CreateBucket(bucketStage)
	if err != nil {
		return err
	}
	root, err := st.CreateBucket(bookName(epoch))
	if err != nil {
		return err
	}
	if err := fillBook(root, epoch); err != nil {
		return err
	}
	return st.Put(keyClaim, claim[:])
}

// staging runs f in one writing transaction outside the current book.
func (r *Replica) staging(f func(tx *bolt.Tx) error) error {
	r.write.Lock()
	defer r.write.Unlock()
	err := r.guard(func() error { return r.bolt.Update(f) })
	if errors.Is(err, errNoBook) {
		return ErrEpoch
	}
	return err
}

// ErrStage: no snapshot of that claim is being staged.
var ErrStage = errors.New("store: no such snapshot is being taken")

func stagedBook(tx *bolt.Tx, epoch Epoch) (*book, error) {
	st := tx.Bucket(bucketStage)
	if st == nil || st.Bucket(bookName(epoch)) == nil {
		return nil, ErrStage
	}
	return openRoot(st.Bucket(bookName(epoch)), epoch)
}

// Put stages records, which must follow what is staged, in one synced
// transaction. Errors: ErrStage, ErrDamaged, the disk's.
func (r *Replica) Put(c Claim, items []Item) error {
	return r.staging(func(tx *bolt.Tx) error {
		b, err := stagedBook(tx, c.At.Epoch)
		if err != nil {
			return err
		}
		want := c.Sum()
		if !bytes.Equal(tx.Bucket(bucketStage).Get(keyClaim), want[:]) {
			return ErrStage
		}
		last, _ := b.record.Cursor().Last()
		for _, it := range items {
			k := recordKey(it.Class, it.Key)
			if checkClass(it.Class) != nil || checkKey(it.Key) != nil || len(it.Payload) > MaxPayload ||
				it.Seq == 0 || it.Seq > c.At.Seq || bytes.Compare(k, last) <= 0 {
				return fmt.Errorf("%w: record %q of a snapshot", ErrDamaged, k)
			}
			e := Entry{Class: it.Class, Key: it.Key, Op: Put, Seq: it.Seq, Version: it.Version, Payload: it.Payload}
			e.PayloadHash = sha256.Sum256(e.Payload)
			if err := b.applyRecord(&e); err != nil {
				return err
			}
			last = k
		}
		return b.flush()
	})
}

// maxNamed bounds the records a swap names.
const maxNamed = 20

// Swap puts the staged snapshot in its place in one transaction, if it is what
// was claimed, and names the first records that had been wrong: of the same
// point of the same history, so only a fault here can have made them so. A
// journal that the snapshot goes beyond stays in the file as history. Errors:
// ErrStage; ErrDamaged, and then the stage is empty again.
func (r *Replica) Swap(c Claim) (at Cursor, wrong []string, err error) {
	var head headState
	bad := false
	err = r.staging(func(tx *bolt.Tx) error {
		staged, err := stagedBook(tx, c.At.Epoch)
		if err != nil {
			return err
		}
		if err := staged.meets(&c); err != nil {
			bad = true
			return tx.DeleteBucket(bucketStage)
		}
		now, err := currentBook(tx)
		if err != nil {
			return err
		}
		if now.epoch != c.At.Epoch || now.head.seq > c.At.Seq || (now.head.seq == c.At.Seq && now.head.h != c.At.H) {
			return ErrStage
		}
		if now.head.seq == c.At.Seq {
			head = headState{now.cursor(), now.head.bytes, now.floor.seq}
			if wrong, err = differing(now, staged); err != nil {
				return err
			}
			err = staged.replaceRecords(tx, now)
		} else {
			m := mark{c.At.Seq, c.At.H, c.Bytes}
			head = headState{c.At, c.Bytes, c.At.Seq}
			err = staged.replaceBook(tx, now, m)
		}
		if err != nil {
			return err
		}
		return tx.DeleteBucket(bucketStage)
	})
	if err == nil && bad {
		err = fmt.Errorf("%w: the snapshot does not add up to what it claims", ErrDamaged)
	}
	if err != nil {
		return r.Cursor(), nil, err
	}
	r.setHead(head)
	return head.cursor, wrong, nil
}

// meets compares what is staged with its claim.
func (b *book) meets(c *Claim) error {
	all, err := b.tallies()
	if err != nil {
		return err
	}
	n := 0
	for _, t := range all {
		if t.count > 0 {
			n++
		}
	}
	for _, cc := range c.Classes {
		if t := all[cc.Class]; t == nil || t.count != cc.Count || t.root(cc.Class) != cc.Root {
			return fmt.Errorf("%w: class %s", ErrDamaged, cc.Class)
		}
	}
	if n != len(c.Classes) {
		return ErrDamaged
	}
	return nil
}

// replaceRecords gives now the staged records and digests; its journal stays.
func (b *book) replaceRecords(tx *bolt.Tx, now *book) error {
	for _, name := range [][]byte{bucketRecord, bucketDigest} {
		if err := now.root.DeleteBucket(name); err != nil {
			return err
		}
		if err := tx.MoveBucket(name, b.root, now.root); err != nil {
			return err
		}
	}
	return nil
}

// replaceBook puts the staged book in now's place and now among the history.
func (b *book) replaceBook(tx *bolt.Tx, now *book, m mark) error {
	name, ended := bookName(now.epoch), now.head.seq
	if ended == 0 {
		if err := tx.DeleteBucket(name); err != nil {
			return err
		}
	} else {
		was, err := tx.CreateBucketIfNotExists(bucketWas)
		if err != nil {
			return err
		}
		if was, err = was.CreateBucketIfNotExists(seqKey(ended)); err != nil {
			return err
		}
		if err := tx.MoveBucket(name, nil, was); err != nil {
			return err
		}
	}
	if err := tx.MoveBucket(name, tx.Bucket(bucketStage), nil); err != nil {
		return err
	}
	root := tx.Bucket(name) // a bucket that was written to in this transaction cannot be moved
	for _, k := range [][]byte{keyHead, keyFloor} {
		if err := root.Put(k, m.encode()); err != nil {
			return err
		}
	}
	return nil
}

// differing names the first records of two books of one history that are not
// the same.
func differing(a, b *book) (names []string, err error) {
	ca, cb := a.record.Cursor(), b.record.Cursor()
	ka, va := ca.First()
	kb, vb := cb.First()
	for (ka != nil || kb != nil) && len(names) < maxNamed {
		order := bytes.Compare(ka, kb)
		if ka == nil {
			order = 1
		} else if kb == nil {
			order = -1
		}
		k := ka
		if order > 0 {
			k = kb
		}
		if order != 0 || !bytes.Equal(va, vb) {
			names = append(names, string(bytes.ReplaceAll(k, []byte{0}, []byte("/"))))
		}
		if order <= 0 {
			ka, va = ca.Next()
		}
		if order >= 0 {
			kb, vb = cb.Next()
		}
	}
	return names, nil
}
