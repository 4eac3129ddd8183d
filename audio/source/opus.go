package source

import (
	"errors"
	"fmt"
	"io"
	"math"

	"loaxa/audio/codec"
	"loaxa/audio/frame"
	"loaxa/audio/ogg"
)

// opusTail is how much of a file's end is searched for its last page.
const opusTail = 192 << 10

// opusStream gives the samples of an Ogg Opus file, the pre-skip included, in
// two equal channels. A page or packet that is damaged ends it.
type opusStream struct {
	r      io.ReadSeeker
	pages  *ogg.Reader
	head   ogg.Head
	serial uint32
	dec    codec.PacketDecoder
	gain   float32
	pcm    [codec.MaxPacketSamples]float32
	left   []float32 // of pcm, not given yet
	pos    int64     // of the next packet's first sample
	err    error
}

func openOpus(r io.ReadSeeker) (*opusStream, error) {
	s := &opusStream{r: r}
	if err := s.rewind(); err != nil {
		return nil, err
	}
	var err error
	if s.dec, err = codec.NewPacketDecoder(); err != nil {
		return nil, err
	}
	return s, nil
}

// rewind goes to the first packet of sound.
func (s *opusStream) rewind() error {
	if _, err := s.r.Seek(0, io.SeekStart); err != nil {
		return err
	}
	s.pages = ogg.NewReader(&buffered{r: s.r})
	p, err := s.pages.Next()
	if err != nil {
		return damaged(err)
	}
	if s.head, err = ogg.ParseHead(p.Data); err != nil {
		return damaged(err)
	}
	if s.head.Family != 0 {
		return fmt.Errorf("opus with %d channels: %w", s.head.Channels, ErrFormat)
	}
	s.serial = p.Serial
	s.gain = float32(math.Pow(10, s.head.GainDB/20))
	if _, err := s.pages.Next(); err != nil { // the tags
		return damaged(err)
	}
	s.left, s.pos, s.err = nil, 0, nil
	return nil
}

func damaged(err error) error {
	if errors.Is(err, ErrDamaged) || errors.Is(err, ErrFormat) {
		return err
	}
	return fmt.Errorf("%w: %w", ErrDamaged, err)
}

// samples is how long the stream is without its pre-skip, by its last page; -1
// where it does not say. A recording that was cut out of a longer stream does
// not begin at granule 0: then it does not say either.
func (s *opusStream) samples(size int64) (int64, error) {
	from := max(size-opusTail, 0)
	b := make([]byte, min(size, opusTail))
	n, err := readStart(s.r, from, b)
	if err != nil {
		return 0, err
	}
	granule, ok := ogg.Tail(b[:n], s.serial)
	if err := s.rewind(); err != nil {
		return 0, err
	}
	if !ok || granule < int64(s.head.PreSkip) || s.offset() {
		return -1, nil
	}
	return granule - int64(s.head.PreSkip), s.rewind()
}

// offset is true for a stream whose first page of sound counts from elsewhere.
func (s *opusStream) offset() bool {
	sum := int64(0)
	for range 256 {
		p, err := s.pages.Next()
		if err != nil {
			return false
		}
		n, err := codec.PacketSamples(p.Data)
		if err != nil {
			return false
		}
		sum += int64(n)
		if p.Granule != ogg.NoGranule {
			return p.Granule > sum
		}
	}
	return false
}

// Stream gives the next samples.
func (s *opusStream) Stream(out [][2]float64) (int, bool) {
	n := 0
	for n < len(out) && s.err == nil {
		if len(s.left) == 0 {
			s.packet(0)
			continue
		}
		k := min(len(out)-n, len(s.left))
		for i, x := range s.left[:k] {
			v := float64(x * s.gain)
			out[n+i] = [2]float64{v, v}
		}
		n += k
		s.left = s.left[k:]
	}
	return n, n > 0
}

// packet takes the next packet; one that ends before a sample is not decoded.
func (s *opusStream) packet(before int64) {
	p, err := s.pages.Next()
	if err != nil {
		s.err = err
		return
	}
	n, err := codec.PacketSamples(p.Data)
	if err == nil && s.pos+int64(n) > before {
		if n, err = s.dec.Decode(p.Data, s.pcm[:]); err == nil {
			s.left = s.pcm[:n]
		}
	}
	if err != nil {
		s.err = err
		return
	}
	s.pos += int64(n)
}

// Err is nil at an orderly end.
func (s *opusStream) Err() error {
	if s.err == nil || errors.Is(s.err, io.EOF) {
		return nil
	}
	return damaged(s.err)
}

// Seek goes to a sample. Packets before it are skipped and not decoded: the
// decoder comes right within 80 ms, which the caller allows for.
func (s *opusStream) Seek(to int) error {
	if err := s.rewind(); err != nil {
		return err
	}
	for s.err == nil && s.pos <= int64(to) {
		s.packet(int64(to))
	}
	if s.err != nil && !errors.Is(s.err, io.EOF) {
		return s.Err()
	}
	if cut := int64(to) - (s.pos - int64(len(s.left))); cut > 0 {
		s.left = s.left[min(cut, int64(len(s.left))):]
	}
	return nil
}

func (s *opusStream) close() { s.dec.Close() }

// buffered reads ahead by a page or two: pages are read in three small pieces.
// Errors come when what was read before them is gone.
type buffered struct {
	r    io.Reader
	buf  [16 << 10]byte
	left []byte
}

func (b *buffered) Read(p []byte) (int, error) {
	if len(b.left) == 0 {
		n, err := b.r.Read(b.buf[:])
		if n == 0 {
			return 0, err
		}
		b.left = b.buf[:n]
	}
	n := copy(p, b.left)
	b.left = b.left[n:]
	return n, nil
}

func (d *decoder) openOpus() error {
	st, err := d.file.Stat()
	if err != nil {
		return err
	}
	s, err := openOpus(d.file)
	if err != nil {
		return err
	}
	d.stream, d.rate, d.end = s, frame.Rate, s.close
	n, err := s.samples(st.Size())
	if err != nil {
		s.close()
		return damaged(err)
	}
	d.skip, d.length = int64(s.head.PreSkip), n
	return nil
}
