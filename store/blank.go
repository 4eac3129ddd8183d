package store

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"unicode/utf8"
)

// ClassBlank is the class of an entry that takes the payload out of an earlier
// one: its key is SeqKey of that entry. Hashes stay, so chain and digests
// still verify. The journal loses the payload in the same transaction, and the
// record too if that entry is the newest of its key; files beside the journal
// follow at their next rotation, and until then Blanks lists them. Version 1:
// form (1) ‖ len class (1) ‖ class ‖ len key (1) ‖ key ‖ reason.
const ClassBlank = "store.blank"

const blankForm = 1

// BlankWrite is the write that blanks the payload of e. reason is kept for
// ever: it names no person.
func BlankWrite(e Entry, reason string) (Write, error) {
	if len(reason) > 1000 || !utf8.ValidString(reason) {
		return Write{}, fmt.Errorf("%w: a reason of %d bytes, limit 1000", ErrInvalid, len(reason))
	}
	if e.Class == ClassBlank || e.Class == ClassRecovery {
		return Write{}, fmt.Errorf("%w: an entry of class %s stays", ErrInvalid, e.Class)
	}
	p := append([]byte{blankForm, byte(len(e.Class))}, e.Class...)
	p = append(append(p, byte(len(e.Key))), e.Key...)
	return Write{Class: ClassBlank, Key: SeqKey(e.Seq), Version: 1, Payload: append(p, reason...)}, nil
}

func parseBlank(e *Entry) (target uint64, class, key string, ok bool) {
	target, err := strconv.ParseUint(e.Key, 10, 64)
	if err != nil || SeqKey(target) != e.Key || e.Version != 1 || len(e.Payload) < 1 || e.Payload[0] != blankForm {
		return 0, "", "", false // of a newer version: kept, not understood
	}
	class, rest, err := cutString(e.Payload[1:])
	if err == nil {
		key, _, err = cutString(rest)
	}
	return target, class, key, err == nil && class != ClassBlank && class != ClassRecovery && target < e.Seq
}

// applyBlank takes the payload out of journal and record. What the record
// loses depends on records alone, so every copy does the same.
func (b *book) applyBlank(e *Entry) error {
	target, class, key, ok := parseBlank(e)
	if !ok {
		return nil
	}
	if v := b.record.Get(recordKey(class, key)); v != nil {
		r, _, err := b.decode(class, key, v)
		if err != nil {
			return err
		}
		if r.Seq == target {
			if err := b.applyRecord(&Entry{Class: class, Key: key, Op: Delete}); err != nil {
				return err
			}
		}
	}
	if target <= b.floor.seq {
		return nil
	}
	old, m, err := b.raw(target)
	if err != nil {
		return err
	}
	if old.Class != class || old.Key != key || old.Blanked {
		return nil
	}
	v := AppendHeader(nil, &old)
	v = append(v, old.PayloadHash[:]...)
	v = append(v, old.H[:]...)
	v = binary.BigEndian.AppendUint64(v, m.bytes)
	if err := b.journal.Put(seqKey(target), v); err != nil {
		return err
	}
	return b.markBlank(target, len(old.Payload), e.Seq)
}

// blankLen is the length of a mark, in bytes.
const blankLen = 4 + 8

// A mark of a blanked entry: length the payload had (4) ‖ entry that blanked
// it (8), under its number.
func (b *book) markBlank(seq uint64, size int, by uint64) error {
	blank, err := b.root.CreateBucketIfNotExists(bucketBlank)
	if err != nil {
		return err
	}
	v := binary.BigEndian.AppendUint32(nil, uint32(size))
	return blank.Put(seqKey(seq), sealNote(seqKey(seq), binary.BigEndian.AppendUint64(v, by)))
}

// blankOf is the mark of a blanked entry, nil for any other.
func (b *book) blankOf(seq uint64) []byte {
	blank := b.root.Bucket(bucketBlank)
	if blank == nil {
		return nil
	}
	return openNote(seqKey(seq), blank.Get(seqKey(seq)), blankLen)
}

// blanked tells whether e has no payload because it was taken out, and says so
// in e.
func (b *book) blanked(e *Entry) bool {
	if len(e.Payload) != 0 || b.blankOf(e.Seq) == nil {
		return false
	}
	e.Blanked = true
	return true
}

// payloadLen is the length the payload was counted with.
func (b *book) payloadLen(e *Entry) int {
	if v := b.blankOf(e.Seq); e.Blanked && v != nil {
		return int(binary.BigEndian.Uint32(v))
	}
	return len(e.Payload)
}

// Blank is one payload that was taken out, and by which entry.
type Blank struct{ Seq, By uint64 }

// Blanks lists what was blanked and is above the floor.
func (r *Reader) Blanks() (out []Blank, err error) {
	err = r.book(func(b *book) error {
		blank := b.root.Bucket(bucketBlank)
		if blank == nil {
			return nil
		}
		return blank.ForEach(func(k, v []byte) error {
			if len(k) == 8 && openNote(k, v, blankLen) != nil {
				out = append(out, Blank{binary.BigEndian.Uint64(k), binary.BigEndian.Uint64(v[4:])})
			}
			return nil
		})
	})
	if errors.Is(err, errNoBook) {
		err = nil
	}
	return out, err
}

// payloadFits tells whether e's payload is what its header was hashed with.
func (e *Entry) payloadFits() bool { return e.Blanked || sha256.Sum256(e.Payload) == e.PayloadHash }
