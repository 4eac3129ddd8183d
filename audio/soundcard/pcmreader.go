package soundcard

import (
	"encoding/binary"
	"errors"
)

// ErrNotPCM is what a FIFO gets when its writer sends a file instead of samples.
var ErrNotPCM = errors.New("the writer sends a file with a header: raw s16le mono at 48000 hz is wanted, without any header")

// PCMReader turns bytes of s16le, cut anywhere, into samples. The zero value
// stands at the start of a run.
type PCMReader struct {
	half  byte
	has   bool
	seen  int
	magic [4]byte
	bad   bool
}

// Take appends the samples of b to out. A run that starts with the header of a
// file gives ErrNotPCM and no samples until the next Pause.
func (p *PCMReader) Take(b []byte, out []float32) ([]float32, error) {
	for i := 0; p.seen < 4 && i < len(b); i++ {
		p.magic[p.seen] = b[i]
		if p.seen++; p.seen == 4 {
			p.bad = fileMagic(p.magic)
		}
	}
	if p.bad {
		return out, ErrNotPCM
	}
	if p.has && len(b) > 0 {
		out = append(out, fromS16(p.half, b[0]))
		b, p.has = b[1:], false
	}
	for len(b) >= 2 {
		out = append(out, fromS16(b[0], b[1]))
		b = b[2:]
	}
	if len(b) == 1 {
		p.half, p.has = b[0], true
	}
	return out, nil
}

// Pause ends a run and returns how many bytes of half a sample it left.
func (p *PCMReader) Pause() int {
	odd := 0
	if p.has {
		odd = 1
	}
	*p = PCMReader{}
	return odd
}

func fileMagic(m [4]byte) bool {
	switch string(m[:]) {
	case "RIFF", "OggS", "fLaC", "RF64", "FORM":
		return true
	}
	return string(m[:3]) == "ID3"
}

func fromS16(low, high byte) float32 {
	return float32(int16(binary.LittleEndian.Uint16([]byte{low, high}))) / 32768
}
