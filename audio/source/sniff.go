package source

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
)

// Kind is what a file's first bytes say it is.
type Kind string

// The kinds of files. Foreign is audio in a container that only an outside
// program reads.
const (
	MP3     Kind = "mp3"
	WAV     Kind = "wav"
	FLAC    Kind = "flac"
	Vorbis  Kind = "vorbis"
	Opus    Kind = "opus"
	Foreign Kind = "foreign"
)

// sniffBytes bounds how much is read to find an MP3 frame after its tags; a
// text file named .mp3 is told by then, however long it is.
const sniffBytes = 64 << 10

// Sniff tells the kind of file by its bytes, never by its name. It reads at
// most 64 KiB after an ID3 tag and leaves r at its start. A file of no known
// kind gives ErrNotAudio.
func Sniff(r io.ReadSeeker) (Kind, error) {
	head := make([]byte, sniffBytes)
	n, err := readStart(r, 0, head)
	if err != nil {
		return "", err
	}
	kind := sniffMagic(head[:n])
	if kind == "" {
		tag := id3Size(head[:n])
		if tag > 0 {
			if n, err = readStart(r, tag, head); err != nil {
				return "", err
			}
		}
		if findFrame(head[:n]) >= 0 {
			kind = MP3
		}
	}
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return "", err
	}
	if kind == "" {
		return "", ErrNotAudio
	}
	return kind, nil
}

func readStart(r io.ReadSeeker, at int64, buf []byte) (int, error) {
	if _, err := r.Seek(at, io.SeekStart); err != nil {
		return 0, fmt.Errorf("seek: %w", err)
	}
	n, err := io.ReadFull(r, buf)
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		err = nil
	}
	return n, err
}

func sniffMagic(b []byte) Kind {
	has := func(at int, s string) bool { return len(b) >= at+len(s) && string(b[at:at+len(s)]) == s }
	switch {
	case has(0, "RIFF") && has(8, "WAVE"):
		return WAV
	case has(0, "fLaC"):
		return FLAC
	case has(0, "OggS"):
		if bytes.Contains(b[:min(len(b), 256)], []byte("\x01vorbis")) {
			return Vorbis
		}
		if has(28, "OpusHead") {
			return Opus
		}
		return Foreign
	case has(4, "ftyp"), has(0, "#!AMR"), has(0, "FORM") && has(8, "AIFF"), has(0, "RF64") && has(8, "WAVE"),
		has(0, "\x1aE\xdf\xa3"), has(0, "caff"), has(0, "\x30\x26\xb2\x75"), has(0, "ADIF"), adts(b):
		return Foreign
	}
	return ""
}

// adts tells raw AAC by two frames in a row, ISO 13818-7 §6.2.
func adts(b []byte) bool {
	at := 0
	for range 2 {
		if len(b) < at+7 || b[at] != 0xff || b[at+1]&0xf6 != 0xf0 {
			return false
		}
		size := int(b[at+3]&3)<<11 | int(b[at+4])<<3 | int(b[at+5])>>5
		if size < 7 {
			return false
		}
		at += size
	}
	return true
}

// id3Size is the length of an ID3v2 tag at the start, 0 without one.
func id3Size(b []byte) int64 {
	if len(b) < 10 || string(b[:3]) != "ID3" || (b[6]|b[7]|b[8]|b[9])&0x80 != 0 {
		return 0
	}
	size := int64(b[6])<<21 | int64(b[7])<<14 | int64(b[8])<<7 | int64(b[9])
	if b[5]&0x10 != 0 {
		size += 10 // a footer
	}
	return size + 10
}

// mpegFrame is one header of MPEG audio layer III, ISO 11172-3 §2.4.2.3.
type mpegFrame struct {
	rate    int // Hz
	samples int // of one channel in a frame
	bytes   int
	side    int // bytes between the header and the Xing tag
}

var (
	mpegRates    = [3]int{44100, 48000, 32000}
	mpegKbits    = [14]int{32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320}
	mpegLowKbits = [14]int{8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160}
)

// parseFrame reads a header of layer III; free format is not taken.
func parseFrame(b []byte) (mpegFrame, bool) {
	if len(b) < 4 {
		return mpegFrame{}, false
	}
	h := binary.BigEndian.Uint32(b)
	version, layer, rate, kbit := h>>19&3, h>>17&3, h>>10&3, int(h>>12&15)
	if h>>21 != 0x7ff || version == 1 || layer != 1 || rate == 3 || kbit == 0 || kbit == 15 {
		return mpegFrame{}, false
	}
	mono := h>>6&3 == 3
	f := mpegFrame{rate: mpegRates[rate], samples: 1152, side: 32}
	bits := mpegKbits[kbit-1] * 1000
	if mono {
		f.side = 17
	}
	if version != 3 { // MPEG-2 and 2.5
		bits = mpegLowKbits[kbit-1] * 1000
		f.rate, f.samples, f.side = f.rate/2, 576, 17
		if mono {
			f.side = 9
		}
		if version == 0 {
			f.rate /= 2
		}
	}
	f.bytes = f.samples/8*bits/f.rate + int(h>>9&1)
	return f, true
}

// findFrame returns where the first of two consecutive frames starts, -1
// without any.
func findFrame(b []byte) int {
	for at := 0; at+4 <= len(b); at++ {
		if b[at] != 0xff {
			continue
		}
		f, ok := parseFrame(b[at:])
		if !ok {
			continue
		}
		if g, ok := parseFrame(b[min(at+f.bytes, len(b)):]); ok && g.rate == f.rate {
			return at
		}
		if at+f.bytes == len(b) {
			return at // a file of one frame
		}
	}
	return -1
}
