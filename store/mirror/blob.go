package mirror

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Messages of the blob lane, which go both ways. A peer that does not know them
// skips them.
const (
	KindBlobWant Kind = 30 // a piece of what has this SHA-256
	KindBlobPart Kind = 31 // the answer: the piece, or that there is none
)

// Bounds of a piece and of a whole, in bytes.
const (
	MinPiece = 2 << 10
	MaxPiece = 64 << 10
	MaxBlob  = 1 << 30
)

// maxBlobName bounds what a blob is called, in bytes.
const maxBlobName = 200

// Piece is a part of a blob. Name is what people call it, foreign text that
// nobody signed. Size is the whole's; 0: the peer has no such blob, or does not
// give it, which Why says.
type Piece struct {
	Ref    Ref
	Offset int64
	Size   int64
	Name   string
	Data   []byte
	Why    string        // WhyOff, WhySpent, or empty
	RTT    time.Duration // of the link as the sender of the piece measured it; 0: not known
}

// Shelf holds blobs by their SHA-256; *Folder is one. A blob that is not there
// is fs.ErrNotExist.
type Shelf interface {
	Piece(ref Ref, offset int64, most int) (Piece, error)
}

type wireWant struct {
	Ref    []byte `cbor:"1,keyasint"`
	Offset uint64 `cbor:"2,keyasint"`
	Most   uint64 `cbor:"3,keyasint"`
}

type wirePiece struct {
	Ref    []byte `cbor:"1,keyasint"`
	Offset uint64 `cbor:"2,keyasint"`
	Size   uint64 `cbor:"3,keyasint"`
	Name   string `cbor:"4,keyasint"`
	Data   []byte `cbor:"5,keyasint"`
	Why    string `cbor:"6,keyasint,omitempty"`
	RTT    uint64 `cbor:"7,keyasint,omitempty"` // µs
}

// asked is one question for a piece.
type asked struct {
	ref    Ref
	offset int64
	most   int
}

func encodeBlobWant(a asked) ([]byte, error) {
	return pack(KindBlobWant, wireWant{a.ref[:], uint64(a.offset), uint64(a.most)})
}

func decodeBlobWant(msg []byte) (a asked, err error) {
	var w wireWant
	if err := unpack(msg, KindBlobWant, MaxHello, &w); err != nil {
		return a, err
	}
	if len(w.Ref) != len(a.ref) || w.Offset > MaxBlob || w.Most == 0 || w.Most > MaxPiece {
		return a, errors.New("mirror: question for a blob out of bounds")
	}
	return asked{Ref(w.Ref), int64(w.Offset), int(w.Most)}, nil
}

func encodePiece(p Piece) ([]byte, error) {
	return pack(KindBlobPart, wirePiece{p.Ref[:], uint64(p.Offset), uint64(p.Size), cut(p.Name, maxBlobName), p.Data, p.Why, uint64(p.RTT.Microseconds())})
}

func decodePiece(msg []byte) (p Piece, err error) {
	var w wirePiece
	if err := unpack(msg, KindBlobPart, MaxPiece+MaxHello, &w); err != nil {
		return p, err
	}
	size := uint64(len(w.Data))
	if len(w.Ref) != len(p.Ref) || w.Size > MaxBlob || w.Offset > w.Size || size > w.Size-w.Offset || size > MaxPiece || len(w.Name) > maxBlobName ||
		w.Why != "" && (w.Why != WhyOff && w.Why != WhySpent || w.Size > 0) || w.RTT > uint64(time.Hour.Microseconds()) {
		return p, errors.New("mirror: piece of a blob out of bounds")
	}
	return Piece{Ref(w.Ref), int64(w.Offset), int64(w.Size), w.Name, w.Data, w.Why, time.Duration(w.RTT) * time.Microsecond}, nil
}

// Folder is a Shelf of files that are named by their SHA-256, hex; what people
// call one stands beside it.
type Folder string

// nameSuffix is the ending of the file with a blob's name.
const nameSuffix = ".name"

// Piece reads a piece; the one that asked checks the whole.
func (f Folder) Piece(ref Ref, offset int64, most int) (Piece, error) {
	path := filepath.Join(string(f), fmt.Sprintf("%x", ref[:]))
	in, err := os.Open(path)
	if err != nil {
		return Piece{}, fmt.Errorf("mirror: %w", err)
	}
	defer func() { _ = in.Close() }() // read only
	st, err := in.Stat()
	if err != nil {
		return Piece{}, fmt.Errorf("mirror: %w", err)
	}
	if !st.Mode().IsRegular() || st.Size() == 0 || st.Size() > MaxBlob {
		return Piece{}, fmt.Errorf("mirror: %s: %w", path, fs.ErrNotExist)
	}
	offset = min(offset, st.Size()) // who has more than there is learns the size
	data := make([]byte, min(int64(most), st.Size()-offset))
	if _, err := in.ReadAt(data, offset); err != nil {
		return Piece{}, fmt.Errorf("mirror: %w", err)
	}
	name, _ := os.ReadFile(path + nameSuffix) // a blob without one is as good
	return Piece{Ref: ref, Offset: offset, Size: st.Size(), Name: cut(string(name), maxBlobName), Data: data}, nil
}

// Put lays a file into the folder under its SHA-256. It is whole or not there.
func (f Folder) Put(path, name string) (ref Ref, err error) {
	b, err := os.Open(path)
	if err != nil {
		return ref, fmt.Errorf("mirror: %w", err)
	}
	defer func() { _ = b.Close() }() // read only
	if err := os.MkdirAll(string(f), 0o750); err != nil {
		return ref, fmt.Errorf("mirror: %w", err)
	}
	out, err := os.CreateTemp(string(f), ".put-*")
	if err != nil {
		return ref, fmt.Errorf("mirror: %w", err)
	}
	h := sha256.New()
	n, err := copyAll(out, h, b)
	if err == nil && (n == 0 || n > MaxBlob) {
		err = fmt.Errorf("%d bytes, 1 to %d are carried", n, int64(MaxBlob))
	}
	if err = errors.Join(err, out.Sync(), out.Close()); err == nil {
		ref = Ref(h.Sum(nil))
		at := filepath.Join(string(f), fmt.Sprintf("%x", ref[:]))
		if err = os.WriteFile(at+nameSuffix, []byte(cut(name, maxBlobName)), 0o640); err == nil {
			err = os.Rename(out.Name(), at)
		}
	}
	if err != nil {
		_ = os.Remove(out.Name())
		return ref, fmt.Errorf("mirror: %w", err)
	}
	return ref, nil
}

// blobs is closed when there may be something new to ask for; nil: never.
func (t *stream) blobs() <-chan struct{} {
	if t.s.opt.Fetch == nil {
		return nil
	}
	return t.s.opt.Fetch.Changed()
}

// ask sends the next question for a piece when nothing else is to be sent.
func (t *stream) ask() error {
	if t.s.opt.Fetch == nil {
		return nil
	}
	q, ok := t.s.opt.Fetch.next()
	if !ok {
		return nil
	}
	return t.send(func() ([]byte, error) { return encodeBlobWant(q) })
}

// piece takes what came of a blob.
func (t *stream) piece(ctx context.Context, msg []byte) error {
	p, err := decodePiece(msg)
	if err != nil || t.s.opt.Fetch == nil {
		return err
	}
	return t.s.opt.Fetch.got(ctx, p, len(msg), t.s.state.Load().RTT)
}

// blob answers a question for a piece. The disk is read here; the writer sends
// the answer when nothing else is to be sent. A question beside the one that
// waits is dropped: one is asked at a time.
func (s *Session) blob(msg []byte) error {
	q, err := decodeBlobWant(msg)
	if err != nil {
		return &Bye{Code: ByeProtocol, Words: err.Error()}
	}
	p := Piece{Ref: q.ref} // none
	if s.opt.Blobs != nil {
		if got, err := s.opt.Blobs.Piece(q.ref, q.offset, q.most); err == nil {
			p = got
		}
	}
	out, err := encodePiece(p)
	if err != nil {
		return err
	}
	s.note(func(st *SessionState) { st.Blob = BlobSent{p.Ref, p.Offset + int64(len(p.Data)), p.Size} })
	select {
	case s.pieces <- out:
	default:
	}
	return nil
}

// blobs is closed when there may be something new to ask for; nil: never.
func (s *Session) blobs() <-chan struct{} {
	if s.opt.Fetch == nil {
		return nil
	}
	return s.opt.Fetch.Changed()
}

// ask sends the next question for a piece, if there is one.
func (s *Session) ask() error {
	if s.opt.Fetch == nil {
		return nil
	}
	q, ok := s.opt.Fetch.next()
	if !ok {
		return nil
	}
	msg, err := encodeBlobWant(q)
	if err != nil {
		return err
	}
	return s.put(msg)
}

// piece takes what came of a blob.
func (s *Session) piece(ctx context.Context, msg []byte) error {
	p, err := decodePiece(msg)
	if err == nil && s.opt.Fetch != nil {
		err = s.opt.Fetch.got(ctx, p, len(msg), p.RTT)
	}
	if err != nil {
		return &Bye{Code: ByeProtocol, Words: err.Error()}
	}
	return nil
}

// BlobSent is how far the last blob that was asked for has been handed out;
// Size 0: it is not here.
type BlobSent struct {
	Ref        Ref
	Sent, Size int64
}
