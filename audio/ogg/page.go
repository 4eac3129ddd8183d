// Package ogg reads and writes Ogg (RFC 3533), and the heads of Opus in it (RFC
// 7845). Everything read is bounded and checked: a page by its checksum, a
// packet by its size. A Reader or Writer belongs to one goroutine.
package ogg

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Bounds of what is read.
const (
	MaxPacket = 1 << 20 // bytes: tags with a picture are the largest
	headBytes = 27
	maxPage   = headBytes + 255 + 255*255
)

// What can be wrong with a stream.
var (
	ErrDamaged = errors.New("the ogg stream is damaged")
	ErrTooBig  = errors.New("an ogg packet is too big")
)

// Flags of a page.
const (
	continued = 1
	first     = 2
	last      = 4
)

// NoGranule is the position of a page on which no packet ends.
const NoGranule = -1

// crcTable is that of the polynomial 0x04c11db7, not reflected.
var crcTable = func() (t [256]uint32) {
	for i := range t {
		r := uint32(i) << 24
		for range 8 {
			if r&0x80000000 != 0 {
				r = r<<1 ^ 0x04c11db7
			} else {
				r <<= 1
			}
		}
		t[i] = r
	}
	return t
}()

func checksum(crc uint32, b []byte) uint32 {
	for _, v := range b {
		crc = crc<<8 ^ crcTable[byte(crc>>24)^v]
	}
	return crc
}

// Packet is one packet of a stream.
type Packet struct {
	Data    []byte // valid until the next call
	Serial  uint32
	Granule int64 // of the page, for the last packet that ends on it; else NoGranule
	First   bool  // the first of its stream
	Last    bool  // the last of its stream
}

// Reader takes packets out of pages. Of streams that are mixed it follows the
// one it was told, else the first.
type Reader struct {
	r      io.Reader
	page   [maxPage]byte
	lacing []byte
	body   []byte
	packet []byte
	serial uint32
	known  bool
	seq    uint32
	flags  byte
	gran   int64
	opened bool // a page of the stream was read
	began  bool // its first packet was given
}

// NewReader reads from the start of a page.
func NewReader(r io.Reader) *Reader { return &Reader{r: r} }

// Follow chooses the stream with a serial number.
func (r *Reader) Follow(serial uint32) { r.serial, r.known = serial, true }

// Next returns the next packet, io.EOF after the last whole one, an error that
// wraps ErrDamaged where a checksum fails or pages are missing.
func (r *Reader) Next() (Packet, error) {
	r.packet = r.packet[:0]
	for {
		for len(r.lacing) > 0 {
			n := int(r.lacing[0])
			r.packet = append(r.packet, r.body[:n]...)
			r.lacing, r.body = r.lacing[1:], r.body[n:]
			if len(r.packet) > MaxPacket {
				return Packet{}, ErrTooBig
			}
			if n < 255 {
				return r.whole(), nil
			}
		}
		if r.opened && r.flags&last != 0 {
			return Packet{}, io.EOF
		}
		if err := r.next(); err != nil {
			if errors.Is(err, io.EOF) && len(r.packet) > 0 {
				err = fmt.Errorf("half a packet at the end: %w", ErrDamaged)
			}
			return Packet{}, err
		}
		if r.flags&continued == 0 && len(r.packet) > 0 {
			return Packet{}, fmt.Errorf("a packet has no end: %w", ErrDamaged)
		}
	}
}

// whole is the packet that has just ended.
func (r *Reader) whole() Packet {
	p := Packet{Data: r.packet, Serial: r.serial, Granule: NoGranule, First: !r.began}
	r.began = true
	for _, n := range r.lacing {
		if n < 255 {
			return p
		}
	}
	p.Granule = r.gran
	p.Last = r.flags&last != 0
	return p
}

// next reads the next page of the stream that is followed.
func (r *Reader) next() error {
	for {
		if err := r.readPage(); err != nil {
			return err
		}
		b := r.page[:]
		serial, seq := binary.LittleEndian.Uint32(b[14:]), binary.LittleEndian.Uint32(b[18:])
		if !r.known {
			r.Follow(serial)
		}
		if serial != r.serial {
			continue
		}
		if r.opened && seq != r.seq+1 {
			return fmt.Errorf("page %d follows %d: %w", seq, r.seq, ErrDamaged)
		}
		fresh := !r.opened
		r.opened, r.seq, r.flags = true, seq, b[5]
		r.gran = int64(binary.LittleEndian.Uint64(b[6:]))
		if r.flags&continued != 0 && len(r.packet) == 0 && fresh {
			r.dropHead() // the end of what began before we listened
		}
		return nil
	}
}

// dropHead leaves out the end of a packet whose start was not read.
func (r *Reader) dropHead() {
	for len(r.lacing) > 0 {
		n := int(r.lacing[0])
		r.lacing, r.body = r.lacing[1:], r.body[n:]
		if n < 255 {
			return
		}
	}
}

// readPage reads one page of any stream and checks it.
func (r *Reader) readPage() error {
	if n, err := io.ReadFull(r.r, r.page[:headBytes]); err != nil {
		if n > 0 && errors.Is(err, io.ErrUnexpectedEOF) {
			return fmt.Errorf("half a page at the end: %w", ErrDamaged)
		}
		return err
	}
	if string(r.page[:4]) != "OggS" || r.page[4] != 0 {
		return fmt.Errorf("no page where one should be: %w", ErrDamaged)
	}
	segments := int(r.page[26])
	if err := r.more(headBytes, segments); err != nil {
		return err
	}
	size := 0
	for _, n := range r.page[headBytes : headBytes+segments] {
		size += int(n)
	}
	if err := r.more(headBytes+segments, size); err != nil {
		return err
	}
	end := headBytes + segments + size
	want := binary.LittleEndian.Uint32(r.page[22:])
	clear(r.page[22:26])
	if checksum(0, r.page[:end]) != want {
		return fmt.Errorf("checksum of a page: %w", ErrDamaged)
	}
	r.lacing, r.body = r.page[headBytes:headBytes+segments], r.page[headBytes+segments:end]
	return nil
}

func (r *Reader) more(at, n int) error {
	_, err := io.ReadFull(r.r, r.page[at:at+n])
	if errors.Is(err, io.EOF) && n > 0 || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("half a page at the end: %w", ErrDamaged)
	}
	return err
}
