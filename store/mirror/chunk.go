package mirror

import (
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
	"io"
	"time"

	"loaxa/store"
)

// Bounds of a chunk, in bytes before deflation.
const (
	MinChunk = 2 << 10  // a slow link still moves several entries at a time
	MaxChunk = 64 << 10 // one entry alone may pass it by its header
	// MaxInflated bounds what a chunk may inflate to.
	MaxInflated = 1 << 20
	// maxRun bounds the entries of one chunk.
	maxRun = 2000
)

// Forms of a chunk's body.
const (
	formPlain   = 0
	formDeflate = 1
)

type wireChunk struct {
	Epoch []byte `cbor:"1,keyasint"`
	From  uint64 `cbor:"2,keyasint"`
	To    uint64 `cbor:"3,keyasint"`
	Prev  []byte `cbor:"4,keyasint"`
	Last  []byte `cbor:"5,keyasint"`
	Form  uint8  `cbor:"6,keyasint"`
	Size  uint32 `cbor:"7,keyasint"` // of the body when inflated
	Body  []byte `cbor:"8,keyasint"`
}

// chunker makes CHUNK messages and keeps the deflater, which is large.
type chunker struct {
	deflate *flate.Writer
	raw     []byte
	out     bytes.Buffer
}

// EncodeChunk makes a CHUNK of a run: its entries in their travelling form
// without payload hashes and chain hashes, deflated if that is shorter.
func EncodeChunk(run store.Run) ([]byte, error) { return new(chunker).encode(run) }

func (c *chunker) encode(run store.Run) ([]byte, error) {
	if len(run.Items) == 0 {
		return nil, errors.New("mirror: a chunk without entries")
	}
	c.raw = c.raw[:0]
	for i := range run.Items {
		c.raw = store.AppendWire(c.raw, &run.Items[i])
	}
	w := wireChunk{
		Epoch: run.Epoch[:], From: run.From, To: run.To(), Prev: run.Prev[:], Last: run.Last[:],
		Size: uint32(len(c.raw)), Body: c.raw,
	}
	if err := c.squeeze(); err != nil {
		return nil, err
	}
	if c.out.Len() < len(c.raw) {
		w.Form, w.Body = formDeflate, c.out.Bytes()
	}
	return pack(KindChunk, w)
}

// squeeze deflates raw into out.
func (c *chunker) squeeze() (err error) {
	c.out.Reset()
	if c.deflate == nil {
		if c.deflate, err = flate.NewWriter(&c.out, flate.DefaultCompression); err != nil {
			return err
		}
	} else {
		c.deflate.Reset(&c.out)
	}
	if _, err = c.deflate.Write(c.raw); err != nil {
		return err
	}
	return c.deflate.Close()
}

// DecodeChunk reads a CHUNK. The hashes are only carried over: a Sink checks
// them. Errors: anything out of bounds, cut short, or left over.
func DecodeChunk(msg []byte) (run store.Run, err error) {
	var w wireChunk
	if err := unpack(msg, KindChunk, MaxMessage, &w); err != nil {
		return run, err
	}
	if len(w.Epoch) != len(run.Epoch) || len(w.Prev) != len(run.Prev) || len(w.Last) != len(run.Last) {
		return run, errors.New("mirror: chunk with a hash of a wrong length")
	}
	if w.From == 0 || w.To < w.From || w.To-w.From >= maxRun {
		return run, fmt.Errorf("mirror: chunk from %d to %d", w.From, w.To)
	}
	copy(run.Epoch[:], w.Epoch)
	copy(run.Prev[:], w.Prev)
	copy(run.Last[:], w.Last)
	run.From = w.From
	body, err := inflate(&w)
	if err != nil {
		return run, err
	}
	for seq := w.From; seq <= w.To; seq++ {
		var e store.Entry
		if e, body, err = store.ParseWire(body); err != nil {
			return run, fmt.Errorf("mirror: chunk: %w", err)
		}
		if e.Seq != seq {
			return run, fmt.Errorf("mirror: chunk has entry %d in the place of %d", e.Seq, seq)
		}
		run.Items = append(run.Items, e)
	}
	if len(body) != 0 {
		return run, fmt.Errorf("mirror: chunk has %d bytes left over", len(body))
	}
	return run, nil
}

func inflate(w *wireChunk) ([]byte, error) {
	if w.Size > MaxInflated {
		return nil, fmt.Errorf("mirror: chunk inflates to %d bytes, limit %d", w.Size, MaxInflated)
	}
	switch w.Form {
	case formPlain:
		if len(w.Body) != int(w.Size) {
			return nil, errors.New("mirror: chunk of a wrong length")
		}
		return w.Body, nil
	case formDeflate:
		in := bytes.NewReader(w.Body)
		out, err := io.ReadAll(io.LimitReader(flate.NewReader(in), int64(w.Size)+1))
		if err != nil {
			return nil, fmt.Errorf("mirror: chunk: %w", err)
		}
		if len(out) != int(w.Size) || in.Len() != 0 {
			return nil, errors.New("mirror: chunk of a wrong length")
		}
		return out, nil
	}
	return nil, fmt.Errorf("mirror: chunk of unknown form %d", w.Form)
}

// measure smooths the goodput: all that was acknowledged between f's leaving
// and its acknowledgement, over that time.
func (t *stream) measure(f flight) {
	d := time.Since(f.sent).Seconds()
	if d <= 0 {
		return
	}
	rate := float64(t.done-f.done) / d
	if t.goodput == 0 {
		t.goodput = rate
	}
	t.goodput += (rate - t.goodput) / 8
}

// window is how many bytes may be under way: the credit, and no more than the
// line carries in windowTime once that is known.
func (t *stream) window() uint64 {
	if t.goodput == 0 {
		return min(t.credit, windowLeast)
	}
	return min(t.credit, max(windowLeast, uint64(t.goodput*windowTime.Seconds())))
}
