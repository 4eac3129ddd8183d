package store

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"unicode"
	"unicode/utf8"
)

// Bounds of one entry, in bytes.
const (
	MaxClass   = 32
	MaxKey     = 200
	MaxPayload = 64 << 10
)

// Epoch names one life of a journal: 128 random bits drawn at the birth of the
// file and at every restore. The zero Epoch means "none".
type Epoch [16]byte

// Hash is a SHA-256.
type Hash [sha256.Size]byte

// String gives lower-case hex.
func (e Epoch) String() string { return hex.EncodeToString(e[:]) }

// IsZero tells "no epoch".
func (e Epoch) IsZero() bool { return e == Epoch{} }

// MarshalText gives lower-case hex.
func (e Epoch) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText reads 32 hex digits.
func (e *Epoch) UnmarshalText(b []byte) error { return fromHex(e[:], b, "epoch") }

// String gives lower-case hex.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// MarshalText gives lower-case hex.
func (h Hash) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText reads 64 hex digits.
func (h *Hash) UnmarshalText(b []byte) error { return fromHex(h[:], b, "hash") }

func fromHex(dst, src []byte, what string) error {
	if len(src) != 2*len(dst) {
		return fmt.Errorf("store: %s of %d characters, want %d", what, len(src), 2*len(dst))
	}
	if _, err := hex.Decode(dst, src); err != nil {
		return fmt.Errorf("store: %s: %w", what, err)
	}
	return nil
}

// Op says what an entry does to the record of its class and key. The values
// are on disk and on the wire.
type Op uint8

// The two operations.
const (
	Put    Op = 1
	Delete Op = 2
)

// String returns the name of the operation.
func (o Op) String() string {
	switch o {
	case Put:
		return "put"
	case Delete:
		return "delete"
	}
	return "unknown"
}

// Quality says how far the wall time of an entry may be trusted. The values
// are on disk and on the wire; others come from newer versions and are kept.
type Quality = uint8

// Known qualities of a wall clock.
const (
	ClockUnknown Quality = 0
	ClockUnsure  Quality = 1
	ClockGood    Quality = 2
)

// Entry is one line of a journal. Its header (every field but the two hashes
// and the payload) has one canonical form, see AppendHeader.
type Entry struct {
	Seq          uint64 // from 1, no gaps within an epoch
	Class        string // 1…32 bytes of a-z 0-9 . _ -, begins with a letter
	Key          string // 1…200 bytes of UTF-8 without control characters
	Op           Op
	Version      uint16 // of the payload's form; the writer's business
	Boot         uint32 // count of starts of the writing node
	Mono         uint64 // ms since that start
	Wall         int64  // Unix ms as the writer's clock claimed
	ClockQuality Quality
	PayloadHash  Hash // SHA-256 of Payload
	Payload      []byte
	Blanked      bool `json:",omitempty"` // the payload was taken out, its hash stays, see ClassBlank
	H            Hash // chain hash, see Chain
}

// headerForm is the first byte of a canonical header.
const headerForm = 1

// fixedHeader is the length of a header before the class.
const fixedHeader = 1 + 8 + 4 + 8 + 8 + 1 + 1 + 2

// MaxHeader bounds a canonical header, in bytes.
const MaxHeader = fixedHeader + 1 + MaxClass + 1 + MaxKey

// AppendHeader appends the canonical header of e to dst. The bytes are final;
// DESIGN.md lists them.
func AppendHeader(dst []byte, e *Entry) []byte {
	dst = append(dst, headerForm)
	dst = binary.BigEndian.AppendUint64(dst, e.Seq)
	dst = binary.BigEndian.AppendUint32(dst, e.Boot)
	dst = binary.BigEndian.AppendUint64(dst, e.Mono)
	dst = binary.BigEndian.AppendUint64(dst, uint64(e.Wall))
	dst = append(dst, e.ClockQuality, byte(e.Op))
	dst = binary.BigEndian.AppendUint16(dst, e.Version)
	dst = append(dst, byte(len(e.Class)))
	dst = append(dst, e.Class...)
	dst = append(dst, byte(len(e.Key)))
	return append(dst, e.Key...)
}

var errShort = errors.New("entry is cut short")

// parseHeader reads a canonical header from the front of b and returns what
// follows it. The payload and the hashes of the entry stay empty.
func parseHeader(b []byte) (e Entry, rest []byte, err error) {
	if len(b) < fixedHeader+1 {
		return e, nil, errShort
	}
	if b[0] != headerForm {
		return e, nil, fmt.Errorf("entry form %d is unknown", b[0])
	}
	e.Seq = binary.BigEndian.Uint64(b[1:])
	e.Boot = binary.BigEndian.Uint32(b[9:])
	e.Mono = binary.BigEndian.Uint64(b[13:])
	e.Wall = int64(binary.BigEndian.Uint64(b[21:]))
	e.ClockQuality, e.Op = b[29], Op(b[30])
	e.Version = binary.BigEndian.Uint16(b[31:])
	if e.Class, b, err = cutString(b[fixedHeader:]); err != nil {
		return e, nil, err
	}
	if e.Key, b, err = cutString(b); err != nil {
		return e, nil, err
	}
	if e.Seq == 0 {
		return e, nil, errors.New("entry has number 0")
	}
	if e.Op != Put && e.Op != Delete {
		return e, nil, fmt.Errorf("entry %d has unknown operation %d", e.Seq, e.Op)
	}
	if err = checkClass(e.Class); err == nil {
		err = checkKey(e.Key)
	}
	return e, b, err
}

// cutString reads one length byte and as many bytes.
func cutString(b []byte) (string, []byte, error) {
	if len(b) < 1 || len(b) < 1+int(b[0]) {
		return "", nil, errShort
	}
	n := int(b[0])
	return string(b[1 : 1+n]), b[1+n:], nil
}

// AppendWire appends the form of e that travels between nodes: canonical
// header, payload length (4 bytes, big endian), payload. Hashes never travel
// per entry: the receiver computes them. Of a blanked entry the length is
// 0xffffffff, and the payload's hash stands where the payload was.
func AppendWire(dst []byte, e *Entry) []byte {
	dst = AppendHeader(dst, e)
	if e.Blanked {
		dst = binary.BigEndian.AppendUint32(dst, wireBlanked)
		return append(dst, e.PayloadHash[:]...)
	}
	dst = binary.BigEndian.AppendUint32(dst, uint32(len(e.Payload)))
	return append(dst, e.Payload...)
}

// wireBlanked in the place of a length says that only the hash follows.
const wireBlanked = 1<<32 - 1

// ParseWire reads one entry in the form of AppendWire from the front of b and
// returns what follows. The payload is a copy; PayloadHash is computed, H is
// not. Errors: cut short, out of bounds, unknown form.
func ParseWire(b []byte) (e Entry, rest []byte, err error) {
	e, b, err = parseHeader(b)
	if err != nil {
		return e, nil, fmt.Errorf("store: %w", err)
	}
	if len(b) < 4 {
		return e, nil, fmt.Errorf("store: %w", errShort)
	}
	n := binary.BigEndian.Uint32(b)
	if n == wireBlanked {
		if b = b[4:]; len(b) < sha256.Size {
			return e, nil, fmt.Errorf("store: %w", errShort)
		}
		e.Blanked = true
		copy(e.PayloadHash[:], b)
		return e, b[sha256.Size:], nil
	}
	if n > MaxPayload {
		return e, nil, fmt.Errorf("store: payload of %d bytes, limit %d", n, MaxPayload)
	}
	if b = b[4:]; uint32(len(b)) < n {
		return e, nil, fmt.Errorf("store: %w", errShort)
	}
	e.Payload = append([]byte{}, b[:n]...)
	e.PayloadHash = sha256.Sum256(e.Payload)
	return e, b[n:], nil
}

// Genesis is h[0], what entry 1 of an epoch follows: SHA-256 of the text
// "loaxa journal v1\n" and the epoch. It ties a chain to its epoch.
func Genesis(epoch Epoch) Hash {
	return sha256.Sum256(append([]byte("loaxa journal v1\n"), epoch[:]...))
}

// Chain is h[n] = SHA-256(h[n-1] ‖ canonical header ‖ SHA-256(payload)).
// It takes the payload hash from e.PayloadHash.
func Chain(prev Hash, e *Entry) Hash {
	b := make([]byte, 0, len(prev)+MaxHeader+sha256.Size)
	b = append(b, prev[:]...)
	b = AppendHeader(b, e)
	return sha256.Sum256(append(b, e.PayloadHash[:]...))
}

func checkClass(s string) error {
	if len(s) == 0 || len(s) > MaxClass {
		return fmt.Errorf("class of %d bytes, want 1 to %d", len(s), MaxClass)
	}
	for i := range len(s) {
		c := s[i]
		letter := c >= 'a' && c <= 'z'
		if letter || i > 0 && (c >= '0' && c <= '9' || c == '.' || c == '_' || c == '-') {
			continue
		}
		return fmt.Errorf("class %q: letters a-z, then a-z 0-9 . _ -", s)
	}
	return nil
}

func checkKey(s string) error {
	if len(s) == 0 || len(s) > MaxKey {
		return fmt.Errorf("key of %d bytes, want 1 to %d", len(s), MaxKey)
	}
	if !utf8.ValidString(s) {
		return fmt.Errorf("key %q is not UTF-8", s)
	}
	for _, r := range s {
		if unicode.IsControl(r) {
			return fmt.Errorf("key %q holds a control character", s)
		}
	}
	return nil
}
