package ogg

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Head is the first packet of Opus in Ogg, RFC 7845 §5.1.
type Head struct {
	Channels int
	PreSkip  int     // samples at 48 kHz to be thrown away in front
	Rate     int     // Hz of what was encoded; for show only
	GainDB   float64 // to be applied to what is decoded
	Family   int     // 0: mono or stereo
}

// What can be wrong with a head.
var (
	ErrNotOpus = errors.New("not opus in ogg")
	errVersion = errors.New("a newer form of opus in ogg")
)

// ParseHead reads an OpusHead packet.
func ParseHead(b []byte) (Head, error) {
	if len(b) < 19 || string(b[:8]) != "OpusHead" {
		return Head{}, ErrNotOpus
	}
	if b[8]>>4 != 0 {
		return Head{}, fmt.Errorf("%w: %w", ErrNotOpus, errVersion)
	}
	h := Head{
		Channels: int(b[9]), PreSkip: int(binary.LittleEndian.Uint16(b[10:])), Rate: int(binary.LittleEndian.Uint32(b[12:])),
		GainDB: float64(int16(binary.LittleEndian.Uint16(b[16:]))) / 256, Family: int(b[18]),
	}
	if h.Channels == 0 || h.Family == 0 && h.Channels > 2 {
		return Head{}, fmt.Errorf("%d channels: %w", h.Channels, ErrDamaged)
	}
	return h, nil
}

// Append writes the packet of a head of family 0.
func (h Head) Append(b []byte) []byte {
	b = append(b, "OpusHead\x01"...)
	b = append(b, byte(h.Channels))
	b = binary.LittleEndian.AppendUint16(b, uint16(h.PreSkip))
	b = binary.LittleEndian.AppendUint32(b, uint32(h.Rate))
	b = binary.LittleEndian.AppendUint16(b, uint16(int16(h.GainDB*256)))
	return append(b, 0)
}

// appendTags writes an OpusTags packet with comments "KEY=value".
func appendTags(b []byte, comments []string) []byte {
	b = append(b, "OpusTags"...)
	text := func(s string) {
		b = binary.LittleEndian.AppendUint32(b, uint32(len(s)))
		b = append(b, s...)
	}
	text("loaxa")
	b = binary.LittleEndian.AppendUint32(b, uint32(len(comments)))
	for _, c := range comments {
		text(c)
	}
	return b
}

// Tail finds the granule position of the last page of a stream of a serial
// number in the last bytes of a file; false: there is none that says it is the
// last, so that something was cut off.
func Tail(b []byte, serial uint32) (int64, bool) {
	granule, found := int64(0), false
	for at := 0; at+headBytes <= len(b); at++ {
		if b[at] != 'O' || string(b[at:at+4]) != "OggS" || b[at+4] != 0 ||
			binary.LittleEndian.Uint32(b[at+14:]) != serial {
			continue
		}
		if g := int64(binary.LittleEndian.Uint64(b[at+6:])); g != NoGranule && whole(b[at:]) {
			granule, found = g, b[at+5]&last != 0
		}
	}
	return granule, found
}

// whole is true for a page with a true checksum at the start of b.
func whole(b []byte) bool {
	r := NewReader(&slice{b})
	return r.readPage() == nil
}

type slice struct{ b []byte }

func (s *slice) Read(p []byte) (int, error) {
	if len(s.b) == 0 {
		return 0, io.EOF
	}
	n := copy(p, s.b)
	s.b = s.b[n:]
	return n, nil
}
