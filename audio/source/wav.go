package source

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
)

// wavHead is what a WAV file says of itself.
type wavHead struct {
	Format   int // 1 is PCM
	Channels int
	Rate     int
	Bits     int
	DataAt   int64
	DataLen  int64 // in the file, never past its end
	Declared int64 // in the header; -1 where the writer left it open
}

// maxChunks bounds the walk through a file that is all tiny chunks.
const maxChunks = 256

var pcmSubformat = []byte("\x01\x00\x00\x00\x00\x00\x10\x00\x80\x00\x00\xaa\x00\x38\x9b\x71")

// readWAVHead walks the chunks of a file of the given size without reading
// what it does not need.
func readWAVHead(r io.ReadSeeker, size int64) (wavHead, error) {
	var h wavHead
	head := make([]byte, 12)
	if n, err := readStart(r, 0, head); err != nil {
		return h, err
	} else if n < 12 || string(head[:4]) != "RIFF" || string(head[8:]) != "WAVE" {
		return h, fmt.Errorf("no riff header: %w", ErrDamaged)
	}
	at := int64(12)
	for range maxChunks {
		chunk := make([]byte, 8+40)
		n, err := readStart(r, at, chunk)
		if err != nil {
			return h, err
		}
		if n < 8 {
			break
		}
		length := int64(binary.LittleEndian.Uint32(chunk[4:]))
		switch string(chunk[:4]) {
		case "fmt ":
			if err := h.format(chunk[8:min(n, 8+int(min(length, 40)))]); err != nil {
				return h, err
			}
		case "data":
			if h.Channels == 0 {
				return h, fmt.Errorf("no format before the data: %w", ErrDamaged)
			}
			h.DataAt, h.Declared = at+8, length
			if length == 0 || length >= math.MaxInt32-4096 { // a writer that could not seek back
				h.Declared, length = -1, size
			}
			h.DataLen = max(min(length, size-h.DataAt), 0)
			return h, nil
		}
		at += 8 + length + length&1
	}
	return h, fmt.Errorf("no data chunk: %w", ErrDamaged)
}

func (h *wavHead) format(b []byte) error {
	if len(b) < 16 {
		return fmt.Errorf("short format chunk: %w", ErrDamaged)
	}
	h.Format = int(binary.LittleEndian.Uint16(b))
	h.Channels = int(binary.LittleEndian.Uint16(b[2:]))
	h.Rate = int(binary.LittleEndian.Uint32(b[4:]))
	h.Bits = int(binary.LittleEndian.Uint16(b[14:]))
	if h.Format == 0xfffe && len(b) >= 40 && string(b[24:40]) == string(pcmSubformat) {
		h.Format = 1
	}
	if h.Channels < 1 || h.Channels > 64 {
		return fmt.Errorf("%d channels: %w", h.Channels, ErrDamaged)
	}
	if h.Format != 1 || h.Bits != 8 && h.Bits != 16 && h.Bits != 24 {
		return fmt.Errorf("wav format %d with %d bits: %w", h.Format, h.Bits, ErrFormat)
	}
	return nil
}

// wavView shows a decoder the plainest header and the samples behind it,
// whatever chunks and false sizes the file has: the decoder would believe them.
type wavView struct {
	r    io.ReadSeeker
	head [44]byte
	at   int64 // of the data in r
	size int64 // of the data
	pos  int64
}

func newWAVView(r io.ReadSeeker, h wavHead) (*wavView, error) {
	frameBytes := h.Channels * h.Bits / 8
	size := h.DataLen - h.DataLen%int64(frameBytes)
	if size > math.MaxInt32-64 {
		return nil, fmt.Errorf("wav of more than 2 gib: %w", ErrFormat)
	}
	v := &wavView{r: r, at: h.DataAt, size: size}
	b := append(v.head[:0], "RIFF"...)
	b = binary.LittleEndian.AppendUint32(b, uint32(36+size))
	b = append(b, "WAVEfmt "...)
	b = binary.LittleEndian.AppendUint32(b, 16)
	b = binary.LittleEndian.AppendUint16(b, 1)
	b = binary.LittleEndian.AppendUint16(b, uint16(h.Channels))
	b = binary.LittleEndian.AppendUint32(b, uint32(h.Rate))
	b = binary.LittleEndian.AppendUint32(b, uint32(h.Rate*frameBytes))
	b = binary.LittleEndian.AppendUint16(b, uint16(frameBytes))
	b = binary.LittleEndian.AppendUint16(b, uint16(h.Bits))
	b = append(b, "data"...)
	binary.LittleEndian.AppendUint32(b, uint32(size))
	if _, err := v.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	return v, nil
}

// Read fills p as far as the view goes.
func (v *wavView) Read(p []byte) (int, error) {
	if v.pos >= int64(len(v.head))+v.size {
		return 0, io.EOF
	}
	if v.pos < int64(len(v.head)) {
		n := copy(p, v.head[v.pos:])
		v.pos += int64(n)
		return n, nil
	}
	p = p[:min(int64(len(p)), int64(len(v.head))+v.size-v.pos)]
	n, err := io.ReadFull(v.r, p)
	v.pos += int64(n)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil
	}
	return n, err
}

// Seek moves from the start only.
func (v *wavView) Seek(offset int64, whence int) (int64, error) {
	if whence != io.SeekStart || offset < 0 || offset > int64(len(v.head))+v.size {
		return v.pos, errors.New("seek out of range")
	}
	data := max(offset-int64(len(v.head)), 0)
	if _, err := v.r.Seek(v.at+data, io.SeekStart); err != nil {
		return v.pos, err
	}
	v.pos = offset
	return offset, nil
}
