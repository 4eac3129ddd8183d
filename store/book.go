package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"

	bolt "go.etcd.io/bbolt"
)

// Layout of the file. Top level: one bucket "file" (form, kind, node, boot,
// current epoch) and one bucket "e:"+epoch for each generation, which holds
// "head", "genesis" and the buckets "journal", "record" and "digest".
var (
	bucketFile    = []byte("file")
	bucketJournal = []byte("journal")
	bucketRecord  = []byte("record")
	bucketDigest  = []byte("digest")

	keyForm    = []byte("form")
	keyKind    = []byte("kind")
	keyNode    = []byte("node")
	keyBoot    = []byte("boot")
	keyBootSum = []byte("bootsum")
	keyCurrent = []byte("current")
	keyHead    = []byte("head")
	keyGenesis = []byte("genesis")
	keyFloor   = []byte("floor")

	// Made when first needed, so that older files have none.
	bucketBlank = []byte("blank")
	bucketDay   = []byte("day")
)

const bookPrefix = "e:"

func bookName(e Epoch) []byte { return append([]byte(bookPrefix), e[:]...) }

// mark is where a journal stands: the last number, its chain hash, and the sum
// of the stored sizes of all entries up to it.
type mark struct {
	seq   uint64
	h     Hash
	bytes uint64
}

const markLen = 8 + sha256.Size + 8

func (m mark) encode() []byte {
	b := binary.BigEndian.AppendUint64(make([]byte, 0, markLen), m.seq)
	b = append(b, m.h[:]...)
	return binary.BigEndian.AppendUint64(b, m.bytes)
}

func decodeMark(b []byte) (m mark, err error) {
	if len(b) != markLen {
		return m, fmt.Errorf("%w: head of %d bytes", ErrCorrupt, len(b))
	}
	m.seq = binary.BigEndian.Uint64(b)
	copy(m.h[:], b[8:])
	m.bytes = binary.BigEndian.Uint64(b[8+sha256.Size:])
	return m, nil
}

// book is one generation of a journal inside one transaction.
type book struct {
	epoch                         Epoch
	root, journal, record, digest *bolt.Bucket
	head, floor                   mark              // floor: the last entry dropped; 0 none
	sums                          map[string]*sum   // digest key → sum, written by flush
	counts                        map[string]uint64 // class → records, written by flush
	day                           uint64            // newest day noted; 0: not read yet
}

// createBook makes an empty generation; the epoch must be new to the file.
func createBook(tx *bolt.Tx, epoch Epoch) error {
	root, err := tx.CreateBucket(bookName(epoch))
	if err != nil {
		return err
	}
	return fillBook(root, epoch)
}

func fillBook(root *bolt.Bucket, epoch Epoch) error {
	for _, n := range [][]byte{bucketJournal, bucketRecord, bucketDigest} {
		if _, err := root.CreateBucket(n); err != nil {
			return err
		}
	}
	g := Genesis(epoch)
	if err := root.Put(keyGenesis, g[:]); err != nil {
		return err
	}
	return root.Put(keyHead, mark{h: g}.encode())
}

// currentEpoch tells which generation is being written. Zero: none yet.
func currentEpoch(tx *bolt.Tx) (e Epoch, err error) {
	f := tx.Bucket(bucketFile)
	if f == nil {
		return e, fmt.Errorf("%w: not a file of this program", ErrCorrupt)
	}
	v := f.Get(keyCurrent)
	if v == nil {
		return e, nil
	}
	if len(v) != len(e) {
		return e, fmt.Errorf("%w: epoch of %d bytes", ErrCorrupt, len(v))
	}
	copy(e[:], v)
	return e, nil
}

// openBook opens the generation epoch and checks what is cheap to check.
func openBook(tx *bolt.Tx, epoch Epoch) (*book, error) {
	root := tx.Bucket(bookName(epoch))
	if root == nil {
		return nil, fmt.Errorf("%w: epoch %s has no journal", ErrCorrupt, epoch)
	}
	return openRoot(root, epoch)
}

func openRoot(root *bolt.Bucket, epoch Epoch) (*book, error) {
	b := &book{
		epoch: epoch, root: root,
		journal: root.Bucket(bucketJournal), record: root.Bucket(bucketRecord), digest: root.Bucket(bucketDigest),
		sums: map[string]*sum{}, counts: map[string]uint64{},
	}
	if b.journal == nil || b.record == nil || b.digest == nil {
		return nil, fmt.Errorf("%w: a part of epoch %s is missing", ErrCorrupt, epoch)
	}
	g := Genesis(epoch)
	if !bytes.Equal(root.Get(keyGenesis), g[:]) {
		return nil, fmt.Errorf("%w: epoch %s does not match its first hash", ErrCorrupt, epoch)
	}
	var err error
	if b.head, err = decodeMark(root.Get(keyHead)); err != nil {
		return nil, err
	}
	b.floor = mark{h: g}
	if v := root.Get(keyFloor); v != nil {
		b.floor, err = decodeMark(v)
	}
	if err == nil && b.floor.seq > b.head.seq {
		err = fmt.Errorf("%w: the floor %d is above the head %d", ErrCorrupt, b.floor.seq, b.head.seq)
	}
	return b, err
}

func (b *book) cursor() Cursor { return Cursor{Epoch: b.epoch, Seq: b.head.seq, H: b.head.h} }

// Stored form of an entry, under its number (8 bytes, big endian):
// canonical header ‖ payload hash ‖ h ‖ running total of stored bytes ‖ payload.
const entryTail = sha256.Size + sha256.Size + 8

func seqKey(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

// add appends e, whose number must follow the head, fills in its hashes, and
// applies it to its record and digest. flush must follow in the transaction.
func (b *book) add(e *Entry) error {
	if e.Seq != b.head.seq+1 {
		return fmt.Errorf("entry %d after %d", e.Seq, b.head.seq)
	}
	if !e.Blanked {
		e.PayloadHash = sha256.Sum256(e.Payload)
	}
	e.H = Chain(b.head.h, e)
	v := AppendHeader(make([]byte, 0, MaxHeader+entryTail+len(e.Payload)), e)
	size := uint64(len(v) + entryTail + len(e.Payload))
	v = append(v, e.PayloadHash[:]...)
	v = append(v, e.H[:]...)
	v = binary.BigEndian.AppendUint64(v, b.head.bytes+size)
	v = append(v, e.Payload...)
	b.journal.FillPercent = 0.95 // numbers only grow, so pages are filled from the left
	if err := b.journal.Put(seqKey(e.Seq), v); err != nil {
		return err
	}
	if e.Blanked {
		if err := b.markBlank(e.Seq, 0, e.Seq); err != nil {
			return err
		}
	}
	if err := b.apply(e); err != nil {
		return err
	}
	if err := b.noteDay(e); err != nil {
		return err
	}
	b.head = mark{seq: e.Seq, h: e.H, bytes: b.head.bytes + size}
	return nil
}

// flush writes the digests touched and the head.
func (b *book) flush() error {
	for k, s := range b.sums {
		if err := b.digest.Put([]byte(k), s[:]); err != nil {
			return err
		}
	}
	for class, n := range b.counts {
		if err := b.digest.Put(countKey(class), seqKey(n)); err != nil {
			return err
		}
	}
	return b.root.Put(keyHead, b.head.encode())
}

// at reads the mark of entry seq; 0 is the beginning.
func (b *book) at(seq uint64) (mark, error) {
	switch {
	case seq == b.floor.seq:
		return b.floor, nil
	case seq < b.floor.seq:
		return mark{}, fmt.Errorf("%w: %d, the first one kept is %d", ErrDropped, seq, b.floor.seq+1)
	case seq == b.head.seq:
		return b.head, nil
	}
	e, m, err := b.raw(seq)
	if err == nil && e.Seq != seq {
		err = fmt.Errorf("%w: entry %d lies under number %d", ErrCorrupt, e.Seq, seq)
	}
	return m, err
}

// has tells whether the journal went through c.
func (b *book) has(c Cursor) bool {
	if c.Seq == 0 || c.Epoch != b.epoch || c.Seq > b.head.seq || c.Seq < b.floor.seq {
		return false
	}
	m, err := b.at(c.Seq)
	return err == nil && m.h == c.H
}

// raw decodes entry seq and copies it out. Only the payload hash is verified.
func (b *book) raw(seq uint64) (e Entry, m mark, err error) {
	v := b.journal.Get(seqKey(seq))
	if v == nil {
		return e, m, fmt.Errorf("%w: entry %d is missing", ErrCorrupt, seq)
	}
	e, rest, err := parseHeader(v)
	if err != nil {
		return e, m, fmt.Errorf("%w: entry %d: %w", ErrCorrupt, seq, err)
	}
	if len(rest) < entryTail || len(rest) > entryTail+MaxPayload {
		return e, m, fmt.Errorf("%w: entry %d has a wrong length", ErrCorrupt, seq)
	}
	copy(e.PayloadHash[:], rest)
	copy(e.H[:], rest[sha256.Size:])
	m = mark{seq: e.Seq, h: e.H, bytes: binary.BigEndian.Uint64(rest[2*sha256.Size:])}
	e.Payload = append([]byte{}, rest[entryTail:]...)
	if sha256.Sum256(e.Payload) != e.PayloadHash && !b.blanked(&e) {
		return e, m, fmt.Errorf("%w: payload of entry %d does not match its hash", ErrCorrupt, seq)
	}
	return e, m, nil
}

// next reads the entry after prev and verifies number, chain and total.
func (b *book) next(prev mark) (Entry, mark, error) {
	seq := prev.seq + 1
	e, m, err := b.raw(seq)
	if err != nil {
		return e, m, err
	}
	size := uint64(len(AppendHeader(nil, &e)) + entryTail + b.payloadLen(&e))
	if e.Seq != seq || Chain(prev.h, &e) != e.H || m.bytes != prev.bytes+size {
		return e, m, fmt.Errorf("%w: entry %d does not follow entry %d", ErrCorrupt, seq, prev.seq)
	}
	return e, m, nil
}

// A sum is one of a class's 256 digest sums, modulo 2^256, big endian.
type sum [sha256.Size]byte

func (s *sum) add(h Hash) { s.combine(h, bits.Add64) }
func (s *sum) sub(h Hash) { s.combine(h, bits.Sub64) }

func (s *sum) combine(h Hash, op func(x, y, c uint64) (uint64, uint64)) {
	var carry, v uint64
	for i := len(s) - 8; i >= 0; i -= 8 {
		v, carry = op(binary.BigEndian.Uint64(s[i:]), binary.BigEndian.Uint64(h[i:]), carry)
		binary.BigEndian.PutUint64(s[i:], v)
	}
}

var errNoBook = errors.New("store: no entries yet")
