// Package wavfile writes WAV files of s16le mono at 48 kHz that can be read at
// every moment. A Writer belongs to one goroutine.
package wavfile

import (
	"encoding/binary"
	"errors"
	"math"
	"os"

	"loaxa/audio/frame"
)

// headerEvery is how many samples pass between two headers: a killed process
// leaves a file that is at most one second short.
const headerEvery = frame.Rate

// maxBytes is the most data a WAV file names, in bytes: 12 hours.
const maxBytes = math.MaxUint32 - 4096

// ErrFull is a file that has reached what its header can name.
var ErrFull = errors.New("the wav file is full")

// Writer writes s16le mono 48 kHz to a file that is valid at every second.
type Writer struct {
	f    *os.File
	size int64 // bytes of data
	said int64 // samples since the header was true
	buf  []byte
}

// Create makes or empties a file.
func Create(path string) (*Writer, error) {
	f, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	w := &Writer{f: f}
	if err := w.header(); err != nil {
		_ = f.Close() // the first error is the one to tell
		return nil, err
	}
	if _, err := f.Seek(headerBytes, 0); err != nil {
		_ = f.Close()
		return nil, err
	}
	return w, nil
}

func (w *Writer) header() error {
	b := append(make([]byte, 0, 44), "RIFF"...)
	b = binary.LittleEndian.AppendUint32(b, uint32(36+w.size))
	b = append(b, "WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00"...)
	b = binary.LittleEndian.AppendUint32(b, frame.Rate)
	b = binary.LittleEndian.AppendUint32(b, frame.Rate*2)
	b = append(b, "\x02\x00\x10\x00data"...)
	b = binary.LittleEndian.AppendUint32(b, uint32(w.size))
	w.said = 0
	_, err := w.f.WriteAt(b, 0)
	return err
}

// Write adds samples; what lies beyond full scale is clipped. A full file
// gives ErrFull.
func (w *Writer) Write(s []float32) error {
	if w.size+int64(2*len(s)) > maxBytes {
		return ErrFull
	}
	w.buf = AppendS16(w.buf[:0], s)
	n, err := w.f.Write(w.buf)
	w.size += int64(n &^ 1)
	if err != nil {
		return err
	}
	if w.said += int64(len(s)); w.said >= headerEvery {
		return w.header()
	}
	return nil
}

// Sync makes what was written durable, under a header that names it.
func (w *Writer) Sync() error {
	if err := w.header(); err != nil {
		return err
	}
	return w.f.Sync()
}

// headerBytes is the header's length.
const headerBytes = 44

// Repair makes the header of a file that was not closed true: it names all that
// is there. A file without a header gets one.
func Repair(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	w := &Writer{f: f}
	st, err := f.Stat()
	if err == nil {
		w.size = min(max(st.Size()-headerBytes, 0), maxBytes) &^ 1
		err = w.header()
	}
	return errors.Join(err, f.Sync(), f.Close())
}

// Close writes the header a last time.
func (w *Writer) Close() error {
	err := w.header()
	if e := w.f.Close(); err == nil {
		err = e
	}
	return err
}

// AppendS16 appends samples to b as s16le, rounded and clipped.
func AppendS16(b []byte, s []float32) []byte {
	for _, x := range s {
		v := int16(min(max(math.RoundToEven(float64(x)*32768), -32768), 32767))
		b = append(b, byte(v), byte(v>>8))
	}
	return b
}
