package ogg

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// DefaultPage is how many samples at 48 kHz a page holds: one second.
const DefaultPage = 48000

// ErrClosed is a packet for a writer that is closed.
var ErrClosed = errors.New("the ogg stream is closed")

// Writer writes one stream of Opus. What it has written is a valid file at
// every page: one that was cut off plays up to its last whole page.
type Writer struct {
	w       io.Writer
	serial  uint32
	perPage int64
	seq     uint32
	lacing  []byte
	body    []byte
	granule int64 // after the last packet taken
	flushed int64 // after the last page written
	pending bool  // a packet has ended on the page that grows
	closed  bool
	buf     []byte
}

// NewWriter writes the two pages of head and tags. perPage is how many samples
// a page holds at most, 0: a second.
func NewWriter(w io.Writer, serial uint32, h Head, perPage int64, comments ...string) (*Writer, error) {
	if perPage <= 0 {
		perPage = DefaultPage
	}
	o := &Writer{w: w, serial: serial, perPage: perPage}
	o.put(h.Append(nil))
	if err := o.page(first); err != nil {
		return nil, err
	}
	o.put(appendTags(nil, comments))
	if err := o.page(0); err != nil {
		return nil, err
	}
	return o, nil
}

// put appends a packet to the page that grows.
func (o *Writer) put(p []byte) {
	for n := len(p); ; n -= 255 {
		o.lacing = append(o.lacing, byte(min(n, 255)))
		if n < 255 {
			break
		}
	}
	o.body = append(o.body, p...)
	o.pending = true
}

// Write takes a packet of so many samples at 48 kHz.
func (o *Writer) Write(p []byte, samples int) error {
	switch {
	case o.closed:
		return ErrClosed
	case len(p) == 0 || len(p) > 255*200 || samples <= 0 || samples > 5760:
		return fmt.Errorf("packet of %d bytes and %d samples: %w", len(p), samples, ErrTooBig)
	}
	if o.granule-o.flushed+int64(samples) > o.perPage || len(o.lacing)+len(p)/255+1 > 255 {
		if err := o.Flush(); err != nil {
			return err
		}
	}
	o.put(p)
	o.granule += int64(samples)
	return nil
}

// Flush writes the page that grows, if there is one.
func (o *Writer) Flush() error {
	if !o.pending {
		return nil
	}
	return o.page(0)
}

// Close ends the stream: what lies after end, in samples since the start with
// the pre-skip, is cut off by the reader. It does not close what is written to.
func (o *Writer) Close(end int64) error {
	if o.closed {
		return nil
	}
	o.closed = true
	if end >= o.flushed && end < o.granule {
		o.granule = end
	}
	return o.page(last)
}

func (o *Writer) page(flags byte) error {
	b := append(o.buf[:0], "OggS\x00"...)
	b = append(b, flags)
	b = binary.LittleEndian.AppendUint64(b, uint64(o.granule))
	b = binary.LittleEndian.AppendUint32(b, o.serial)
	b = binary.LittleEndian.AppendUint32(b, o.seq)
	b = append(b, 0, 0, 0, 0, byte(len(o.lacing)))
	b = append(b, o.lacing...)
	b = append(b, o.body...)
	binary.LittleEndian.PutUint32(b[22:], checksum(0, b))
	o.buf = b
	o.seq++
	o.lacing, o.body, o.pending, o.flushed = o.lacing[:0], o.body[:0], false, o.granule
	_, err := o.w.Write(b)
	return err
}
