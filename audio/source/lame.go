package source

import (
	"encoding/binary"
	"io"
)

// mp3Info is what an MP3's first frame says of the whole, after the Xing/LAME
// tag (gabriel.mp3-tech.org/mp3infotag.html). Without a tag all is zero.
type mp3Info struct {
	Rate    int
	Spf     int // samples a frame
	Tagged  bool
	Frames  int64 // of sound, the tag's own frame not counted; 0: unknown
	Delay   int   // samples the encoder put in front
	Padding int   // samples the encoder put behind
	Gapless bool  // Delay and Padding are given
}

// decoderDelay is what every layer III decoder adds in front, in samples.
const decoderDelay = 529

// readMP3Info reads the first frame of r and leaves r at its start.
func readMP3Info(r io.ReadSeeker) (mp3Info, error) {
	head := make([]byte, sniffBytes)
	n, err := readStart(r, 0, head)
	if err != nil {
		return mp3Info{}, err
	}
	if tag := id3Size(head[:n]); tag > 0 {
		if n, err = readStart(r, tag, head); err != nil {
			return mp3Info{}, err
		}
	}
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return mp3Info{}, err
	}
	at := findFrame(head[:n])
	if at < 0 {
		return mp3Info{}, ErrNotAudio
	}
	return parseMP3Info(head[at:n]), nil
}

// parseMP3Info reads the tag in the frame at the start of b.
func parseMP3Info(b []byte) mp3Info {
	f, ok := parseFrame(b)
	if !ok {
		return mp3Info{}
	}
	info := mp3Info{Rate: f.rate, Spf: f.samples}
	at := 4 + f.side
	if len(b) < at+8 || (string(b[at:at+4]) != "Xing" && string(b[at:at+4]) != "Info") {
		return info
	}
	info.Tagged = true
	flags := binary.BigEndian.Uint32(b[at+4:])
	at += 8
	if flags&1 != 0 && len(b) >= at+4 {
		info.Frames = int64(binary.BigEndian.Uint32(b[at:]))
		at += 4
	}
	for _, part := range []struct {
		bit  uint32
		size int
	}{{2, 4}, {4, 100}, {8, 4}} {
		if flags&part.bit != 0 {
			at += part.size
		}
	}
	// The LAME part: 9 bytes of name, 12 of levels, then delay and padding in
	// 12 bits each.
	if len(b) < at+24 || b[at] == 0 {
		return info
	}
	v := uint32(b[at+21])<<16 | uint32(b[at+22])<<8 | uint32(b[at+23])
	info.Delay, info.Padding = int(v>>12), int(v&0xfff)
	info.Gapless = info.Delay > 0 || info.Padding > 0
	if info.Delay > 3000 || info.Frames > 0 && int64(info.Delay+info.Padding) >= info.Frames*int64(info.Spf) {
		info.Gapless = false
	}
	return info
}
