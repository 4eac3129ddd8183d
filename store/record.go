package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
)

// Record is the present state of one class and key: what the last entry that
// wrote it left there.
type Record struct {
	Key     string
	Payload []byte
	Seq     uint64 // entry that wrote it
	Version uint16 // of the payload's form
}

// Buckets is the number of digest sums of a class.
const Buckets = 256

// Stored form of a record, under class ‖ 0 ‖ key:
// number (8) ‖ version (2) ‖ leaf (32) ‖ payload.
const recordHead = 8 + 2 + sha256.Size

func recordKey(class, key string) []byte {
	b := make([]byte, 0, len(class)+1+len(key))
	b = append(b, class...)
	b = append(b, 0)
	return append(b, key...)
}

// sumKey is class ‖ 0 ‖ bucket; countKey is class ‖ 1. Classes hold no such bytes.
func sumKey(class, key string) string {
	return class + "\x00" + string([]byte{sha256Byte(key)})
}

func sha256Byte(key string) byte {
	h := sha256.Sum256([]byte(key))
	return h[0]
}

func countKey(class string) []byte { return append([]byte(class), 1) }

// leaf is what a record adds to its digest sum, and its own check when read:
// SHA-256("loaxa record v1\n" ‖ len class (1) ‖ class ‖ len key (1) ‖ key ‖
// number (8) ‖ version (2) ‖ SHA-256(payload)).
func leaf(class, key string, seq uint64, version uint16, payload Hash) Hash {
	b := make([]byte, 0, 320)
	b = append(b, "loaxa record v1\n"...)
	b = append(b, byte(len(class)))
	b = append(b, class...)
	b = append(b, byte(len(key)))
	b = append(b, key...)
	b = binary.BigEndian.AppendUint64(b, seq)
	b = binary.BigEndian.AppendUint16(b, version)
	return sha256.Sum256(append(b, payload[:]...))
}

// decode is decodeRecord for a record of this book, whose payload may have
// been blanked: then its entry keeps the hash that its leaf is made of.
func (b *book) decode(class, key string, v []byte) (Record, Hash, error) {
	r, l, err := decodeRecord(class, key, v)
	if err == nil || len(v) != recordHead || b.blankOf(r.Seq) == nil {
		return r, l, err
	}
	e, _, rerr := b.raw(r.Seq)
	if rerr != nil || !e.Blanked || leaf(class, key, r.Seq, r.Version, e.PayloadHash) != l {
		return r, l, err
	}
	return r, l, nil
}

// decodeRecord copies a record out and verifies it against its leaf.
func decodeRecord(class, key string, v []byte) (Record, Hash, error) {
	var l Hash
	if len(v) < recordHead {
		return Record{}, l, fmt.Errorf("%w: record %s/%s is cut short", ErrCorrupt, class, key)
	}
	r := Record{Key: key, Seq: binary.BigEndian.Uint64(v), Version: binary.BigEndian.Uint16(v[8:])}
	copy(l[:], v[10:])
	r.Payload = append([]byte{}, v[recordHead:]...)
	if leaf(class, key, r.Seq, r.Version, sha256.Sum256(r.Payload)) != l {
		return r, l, fmt.Errorf("%w: record %s/%s does not match its hash", ErrCorrupt, class, key)
	}
	return r, l, nil
}

// apply puts or deletes the record of e and moves the digest with it.
func (b *book) apply(e *Entry) error {
	if e.Class == ClassBlank && e.Op == Put {
		if err := b.applyBlank(e); err != nil {
			return err
		}
	}
	return b.applyRecord(e)
}

func (b *book) applyRecord(e *Entry) error {
	k := recordKey(e.Class, e.Key)
	s, err := b.sum(e.Class, e.Key)
	if err != nil {
		return err
	}
	n, err := b.count(e.Class)
	if err != nil {
		return err
	}
	if old := b.record.Get(k); old != nil {
		_, l, err := b.decode(e.Class, e.Key, old)
		if err != nil {
			return err
		}
		s.sub(l)
		n--
	}
	if e.Op == Delete {
		b.counts[e.Class] = n
		return b.record.Delete(k)
	}
	l := leaf(e.Class, e.Key, e.Seq, e.Version, e.PayloadHash)
	s.add(l)
	b.counts[e.Class] = n + 1
	v := make([]byte, 0, recordHead+len(e.Payload))
	v = binary.BigEndian.AppendUint64(v, e.Seq)
	v = binary.BigEndian.AppendUint16(v, e.Version)
	v = append(v, l[:]...)
	return b.record.Put(k, append(v, e.Payload...))
}

// sum returns the digest sum of key, to be written by flush.
func (b *book) sum(class, key string) (*sum, error) {
	k := sumKey(class, key)
	if s, ok := b.sums[k]; ok {
		return s, nil
	}
	s := new(sum)
	if v := b.digest.Get([]byte(k)); v != nil {
		if len(v) != len(s) {
			return nil, fmt.Errorf("%w: digest of class %s", ErrCorrupt, class)
		}
		copy(s[:], v)
	}
	b.sums[k] = s
	return s, nil
}

func (b *book) count(class string) (uint64, error) {
	if n, ok := b.counts[class]; ok {
		return n, nil
	}
	v := b.digest.Get(countKey(class))
	if v == nil {
		return 0, nil
	}
	if len(v) != 8 {
		return 0, fmt.Errorf("%w: count of class %s", ErrCorrupt, class)
	}
	return binary.BigEndian.Uint64(v), nil
}

// A tally is the digest of one class: its record count and 256 sums.
type tally struct {
	count uint64
	sums  [Buckets]sum
}

// root is SHA-256("loaxa root v1\n" ‖ len class (1) ‖ class ‖ count (8) ‖ 256 sums).
func (t *tally) root(class string) Hash {
	h := sha256.New()
	h.Write([]byte("loaxa root v1\n"))
	h.Write([]byte{byte(len(class))})
	h.Write([]byte(class))
	h.Write(seqKey(t.count))
	for i := range t.sums {
		h.Write(t.sums[i][:])
	}
	var out Hash
	h.Sum(out[:0])
	return out
}

// tallies reads the stored digests of every class.
func (b *book) tallies() (map[string]*tally, error) {
	all := map[string]*tally{}
	err := b.digest.ForEach(func(k, v []byte) error {
		at := bytes.IndexAny(k, "\x00\x01")
		if at < 0 || checkClass(string(k[:at])) != nil {
			return fmt.Errorf("%w: digest under %q", ErrCorrupt, k)
		}
		t := all[string(k[:at])]
		if t == nil {
			t = new(tally)
			all[string(k[:at])] = t
		}
		switch {
		case k[at] == 1 && len(k) == at+1 && len(v) == 8:
			t.count = binary.BigEndian.Uint64(v)
		case k[at] == 0 && len(k) == at+2 && len(v) == sha256.Size:
			copy(t.sums[k[at+1]][:], v)
		default:
			return fmt.Errorf("%w: digest under %q", ErrCorrupt, k)
		}
		return nil
	})
	return all, err
}

// recount computes the digests of every class from the records themselves,
// each verified against its leaf. visit may look at each record.
func (b *book) recount(visit func(class string, r Record) error) (map[string]*tally, error) {
	all := map[string]*tally{}
	err := b.record.ForEach(func(k, v []byte) error {
		c, key, ok := bytes.Cut(k, []byte{0})
		if !ok || checkClass(string(c)) != nil || checkKey(string(key)) != nil {
			return fmt.Errorf("%w: record under %q", ErrCorrupt, k)
		}
		r, l, err := b.decode(string(c), string(key), v)
		if err != nil {
			return err
		}
		t := all[string(c)]
		if t == nil {
			t = new(tally)
			all[string(c)] = t
		}
		t.count++
		t.sums[sha256Byte(r.Key)].add(l)
		return visit(string(c), r)
	})
	return all, err
}
