package source

import (
	"encoding/binary"
	"errors"
	"io"

	"github.com/hajimehoshi/go-mp3"
)

// mp3Bytes is one sample of both channels: the library always gives two of 16
// bits.
const mp3Bytes = 4

// mp3Stream gives the samples of an MP3 file. From the start it reads the file
// once and in order: the library's index of all frames, which it makes of a
// file that it may seek in, reads the whole of it first, and is made only for a
// jump.
type mp3Stream struct {
	r    io.ReadSeeker
	dec  *mp3.Decoder
	rate int
	buf  [1024 * mp3Bytes]byte
	err  error
}

func openMP3(r io.ReadSeeker) (*mp3Stream, error) {
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	d, err := mp3.NewDecoder(&buffered{r: r})
	if err != nil {
		return nil, damaged(err)
	}
	return &mp3Stream{r: r, dec: d, rate: d.SampleRate()}, nil
}

// Stream gives the next samples.
func (s *mp3Stream) Stream(out [][2]float64) (int, bool) {
	if s.err != nil {
		return 0, false
	}
	n, err := io.ReadFull(s.dec, s.buf[:min(len(out)*mp3Bytes, len(s.buf))])
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		s.err = err
	}
	n /= mp3Bytes
	for i := range n {
		b := s.buf[i*mp3Bytes:]
		out[i][0] = float64(int16(binary.LittleEndian.Uint16(b))) / (1 << 15)
		out[i][1] = float64(int16(binary.LittleEndian.Uint16(b[2:]))) / (1 << 15)
	}
	return n, n > 0
}

// Err is what broke the decoding.
func (s *mp3Stream) Err() error { return s.err }

// Seek goes to a sample.
func (s *mp3Stream) Seek(to int) error {
	if _, err := s.r.Seek(0, io.SeekStart); err != nil {
		return err
	}
	d, err := mp3.NewDecoder(s.r)
	if err != nil {
		return damaged(err)
	}
	if int64(to)*mp3Bytes > d.Length() {
		return ErrDamaged
	}
	if _, err := d.Seek(int64(to)*mp3Bytes, io.SeekStart); err != nil {
		return damaged(err)
	}
	s.dec, s.err = d, nil
	return nil
}
