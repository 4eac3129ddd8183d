package source

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
)

// Forms of samples in a WAV file.
const (
	wavPCM   = 1
	wavFloat = 3
	wavWide  = 0xfffe // the form stands in an extension
)

// wavHead is what a WAV file says of itself.
type wavHead struct {
	Format   int // wavPCM or wavFloat
	Channels int
	Rate     int
	Bits     int
	DataAt   int64
	DataLen  int64 // in the file, never past its end
	Declared int64 // in the header; -1 where the writer left it open
}

// Bounds of a WAV file.
const (
	maxChunks   = 256 // of a file that is all tiny chunks
	maxChannels = 8
)

// wavGUID is what follows the form in an extension.
const wavGUID = "\x00\x00\x00\x00\x10\x00\x80\x00\x00\xaa\x00\x38\x9b\x71"

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
	if h.Format == wavWide && len(b) >= 40 && string(b[26:40]) == wavGUID {
		h.Format = int(binary.LittleEndian.Uint16(b[24:]))
	}
	if h.Channels < 1 || h.Channels > 64 {
		return fmt.Errorf("%d channels: %w", h.Channels, ErrDamaged)
	}
	ok := h.Format == wavPCM && (h.Bits == 8 || h.Bits == 16 || h.Bits == 24 || h.Bits == 32) ||
		h.Format == wavFloat && (h.Bits == 32 || h.Bits == 64)
	if !ok || h.Channels > maxChannels {
		return fmt.Errorf("wav format %d with %d channels of %d bits: %w", h.Format, h.Channels, h.Bits, ErrFormat)
	}
	return nil
}

// bytes of one sample of all channels.
func (h *wavHead) frame() int64 { return int64(h.Channels * h.Bits / 8) }

// wavStream gives the samples of a WAV file in mono, in two equal channels,
// whatever chunks and false sizes the file has.
type wavStream struct {
	r     io.ReadSeeker
	head  wavHead
	share []float64 // of each channel in the sum
	left  int64     // bytes of whole samples
	buf   []byte
	err   error
}

func newWAVStream(r io.ReadSeeker, h wavHead) (*wavStream, error) {
	s := &wavStream{r: r, head: h, share: downmix(h.Channels)}
	return s, s.Seek(0)
}

// downmix is the share of each channel in the mono sum, in the order of WAV
// files: front left and right, centre, low frequencies, rear. Two channels
// share alike; the surround at the back counts 0.7 (ITU-R BS.775), the channel
// of low frequencies, which no horn plays, nothing.
func downmix(channels int) []float64 {
	weights := [][]float64{
		{1}, {1, 1}, {1, 1, 1}, {1, 1, 0.7, 0.7}, {1, 1, 1, 0.7, 0.7}, {1, 1, 1, 0, 0.7, 0.7},
		{1, 1, 1, 0, 0.7, 0.7, 0.7}, {1, 1, 1, 0, 0.7, 0.7, 0.7, 0.7},
	}[channels-1]
	sum := 0.0
	for _, w := range weights {
		sum += w
	}
	share := make([]float64, channels)
	for i, w := range weights {
		share[i] = w / sum
	}
	return share
}

// Stream gives the next samples.
func (s *wavStream) Stream(out [][2]float64) (int, bool) {
	size := s.head.frame()
	want := min(int64(len(out))*size, s.left)
	if int64(len(s.buf)) < want {
		s.buf = make([]byte, want)
	}
	n, err := io.ReadFull(s.r, s.buf[:want])
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		s.err = err
		return 0, false
	}
	s.left -= want
	got := int(int64(n) / size)
	for i := range got {
		v := s.mono(s.buf[int64(i)*size:])
		out[i] = [2]float64{v, v}
	}
	return got, got > 0
}

// mono is the sum of one sample of all channels.
func (s *wavStream) mono(b []byte) float64 {
	sum := 0.0
	step := s.head.Bits / 8
	for c, share := range s.share {
		if share > 0 {
			sum += share * s.value(b[c*step:])
		}
	}
	return sum
}

func (s *wavStream) value(b []byte) float64 {
	switch {
	case s.head.Format == wavFloat && s.head.Bits == 32:
		return float64(math.Float32frombits(binary.LittleEndian.Uint32(b)))
	case s.head.Format == wavFloat:
		return math.Float64frombits(binary.LittleEndian.Uint64(b))
	case s.head.Bits == 8:
		return (float64(b[0]) - 128) / 128
	case s.head.Bits == 16:
		return float64(int16(binary.LittleEndian.Uint16(b))) / (1 << 15)
	case s.head.Bits == 24:
		return float64(int32(uint32(b[0])<<8|uint32(b[1])<<16|uint32(b[2])<<24)>>8) / (1 << 23)
	}
	return float64(int32(binary.LittleEndian.Uint32(b))) / (1 << 31)
}

// Err is what broke the reading.
func (s *wavStream) Err() error { return s.err }

// Seek goes to a sample.
func (s *wavStream) Seek(to int) error {
	size := s.head.frame()
	all := s.head.DataLen / size * size
	at := int64(to) * size
	if at < 0 || at > all {
		return fmt.Errorf("sample %d: %w", to, ErrDamaged)
	}
	if _, err := s.r.Seek(s.head.DataAt+at, io.SeekStart); err != nil {
		return err
	}
	s.left = all - at
	return nil
}
