package soundcard

import (
	"encoding/binary"
	"math"
	"os"

	"loaxa/audio/frame"
)

// headerEvery is how many samples pass between two headers: a killed process
// leaves a file that is at most one second short.
const headerEvery = frame.Rate

// maxWAV is the most data a WAV file names, in bytes: 12 hours.
const maxWAV = math.MaxUint32 - 4096

// WAVWriter writes s16le mono 48 kHz to a file that is valid at every second.
type WAVWriter struct {
	f    *os.File
	size int64 // bytes of data
	said int64 // samples since the header was true
	buf  []byte
}

// CreateWAV makes or empties a file.
func CreateWAV(path string) (*WAVWriter, error) {
	f, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	w := &WAVWriter{f: f}
	if err := w.header(); err != nil {
		_ = f.Close() // the first error is the one to tell
		return nil, err
	}
	if _, err := f.Seek(44, 0); err != nil {
		_ = f.Close()
		return nil, err
	}
	return w, nil
}

func (w *WAVWriter) header() error {
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

// Write adds samples; what lies beyond full scale is clipped.
func (w *WAVWriter) Write(s []float32) error {
	w.buf = appendS16(w.buf[:0], s)
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

func (w *WAVWriter) put(s []float32) int {
	if w.size+int64(2*len(s)) > maxWAV || w.Write(s) != nil {
		return 0
	}
	return len(s)
}

// Close writes the header a last time.
func (w *WAVWriter) Close() error {
	err := w.header()
	if e := w.f.Close(); err == nil {
		err = e
	}
	return err
}

// appendS16 adds samples as s16le, rounded and clipped.
func appendS16(b []byte, s []float32) []byte {
	for _, x := range s {
		v := int16(min(max(math.RoundToEven(float64(x)*32768), -32768), 32767))
		b = append(b, byte(v), byte(v>>8))
	}
	return b
}
