package library

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"loaxa/audio/ogg"
	"loaxa/audio/source"
)

// Tags are what a file says of itself: text of a stranger, cleaned and bounded,
// for show only.
type Tags struct {
	Title, Artist, Album, Date string
}

// Bounds of tags.
const (
	tagBytes  = 1 << 20 // read of a file for them; pictures behind that are not looked at
	tagFrames = 256     // looked at
	tagText   = 200     // bytes kept of each
)

var errTags = errors.New("tags are damaged")

// ReadTags reads a file's tags: ID3v2.2 to 2.4 and ID3v1 of MP3, comments of
// FLAC, Ogg Vorbis and Ogg Opus, INFO of WAV. What is damaged is left out.
func ReadTags(r io.ReadSeeker, kind source.Kind) Tags {
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return Tags{}
	}
	var t Tags
	switch kind {
	case source.MP3:
		t.id3(r)
	case source.FLAC:
		t.flac(io.LimitReader(r, tagBytes))
	case source.Vorbis, source.Opus:
		t.ogg(io.LimitReader(r, tagBytes))
	case source.WAV:
		t.info(r)
	default:
	}
	return t
}

// set keeps the first text of each kind.
func (t *Tags) set(key, text string) {
	var at *string
	switch strings.ToUpper(key) {
	case "TITLE", "TIT2", "TT2", "INAM":
		at = &t.Title
	case "ARTIST", "TPE1", "TP1", "IART":
		at = &t.Artist
	case "ALBUM", "TALB", "TAL", "IPRD":
		at = &t.Album
	case "DATE", "TDRC", "TYER", "TYE", "ICRD":
		at = &t.Date
	default:
		return
	}
	if *at == "" {
		*at = clean(text)
	}
}

// clean makes a stranger's text safe for a list: valid, one line, bounded.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 || r == utf8.RuneError || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return -1 // control characters, and those that turn the direction of a line
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	for len(s) > tagText {
		_, n := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-n]
	}
	return strings.TrimSpace(s)
}

func (t *Tags) id3(r io.ReadSeeker) {
	head := make([]byte, 10)
	if _, err := io.ReadFull(r, head); err == nil && string(head[:3]) == "ID3" && (head[6]|head[7]|head[8]|head[9])&0x80 == 0 {
		size := min(safeInt(head[6:10]), tagBytes)
		b := make([]byte, size)
		n, _ := io.ReadFull(r, b) // what is there is read
		b = b[:n]
		if head[5]&0x80 != 0 { // unsynchronised
			b = bytes.ReplaceAll(b, []byte{0xff, 0}, []byte{0xff})
		}
		if head[5]&0x40 != 0 && len(b) >= 4 { // an extended head
			skip := int(binary.BigEndian.Uint32(b)) + 4
			if head[3] == 4 {
				skip = safeInt(b[:4])
			}
			b = b[min(max(skip, 4), len(b)):]
		}
		t.id3Frames(b, head[3])
	}
	tail := make([]byte, 128)
	if _, err := r.Seek(-128, io.SeekEnd); err != nil {
		return
	}
	if _, err := io.ReadFull(r, tail); err != nil || string(tail[:3]) != "TAG" {
		return
	}
	for _, f := range []struct {
		key      string
		from, to int
	}{{"TITLE", 3, 33}, {"ARTIST", 33, 63}, {"ALBUM", 63, 93}, {"DATE", 93, 97}} {
		t.set(f.key, latin(bytes.TrimRight(tail[f.from:f.to], "\x00 ")))
	}
}

// safeInt is a size in four times seven bits.
func safeInt(b []byte) int {
	return int(b[0]&0x7f)<<21 | int(b[1]&0x7f)<<14 | int(b[2]&0x7f)<<7 | int(b[3]&0x7f)
}

func (t *Tags) id3Frames(b []byte, version byte) {
	key, head := 4, 10
	if version == 2 {
		key, head = 3, 6
	}
	for range tagFrames {
		if len(b) < head || b[0] == 0 {
			return
		}
		var size int
		switch version {
		case 2:
			size = int(b[3])<<16 | int(b[4])<<8 | int(b[5])
		case 3:
			size = int(binary.BigEndian.Uint32(b[4:]))
		default:
			size = safeInt(b[4:8])
		}
		if size < 0 || size > len(b)-head {
			return
		}
		if b[0] == 'T' && size > 0 {
			t.set(string(b[:key]), id3Text(b[head:head+size]))
		}
		b = b[head+size:]
	}
}

// id3Text decodes a text frame by its first byte: Latin-1, UTF-16 with a mark,
// UTF-16BE, UTF-8.
func id3Text(b []byte) string {
	code, b := b[0], b[1:]
	switch code {
	case 0:
		b, _, _ = bytes.Cut(b, []byte{0})
		return latin(b)
	case 1, 2:
		var order binary.ByteOrder = binary.BigEndian
		if len(b) >= 2 && b[0] == 0xff && b[1] == 0xfe {
			order, b = binary.LittleEndian, b[2:]
		} else if len(b) >= 2 && b[0] == 0xfe && b[1] == 0xff {
			b = b[2:]
		}
		var u []uint16
		for ; len(b) >= 2 && len(u) < 2*tagText; b = b[2:] {
			v := order.Uint16(b)
			if v == 0 {
				break
			}
			u = append(u, v)
		}
		return string(utf16.Decode(u))
	}
	b, _, _ = bytes.Cut(b, []byte{0})
	return string(b)
}

// latin decodes Latin-1, and takes what is valid UTF-8 for that: many programs
// write it where the standard has no room for Vietnamese.
func latin(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	r := make([]rune, len(b))
	for i, c := range b {
		r[i] = rune(c)
	}
	return string(r)
}

func (t *Tags) flac(r io.Reader) {
	head := make([]byte, 4)
	if _, err := io.ReadFull(r, head); err != nil || string(head) != "fLaC" {
		return
	}
	for range 64 {
		if _, err := io.ReadFull(r, head); err != nil {
			return
		}
		size := int(head[1])<<16 | int(head[2])<<8 | int(head[3])
		if head[0]&0x7f == 4 {
			b := make([]byte, min(size, tagBytes))
			n, _ := io.ReadFull(r, b) // what is there is read
			t.comments(b[:n])
			return
		}
		if _, err := io.CopyN(io.Discard, r, int64(size)); err != nil || head[0]&0x80 != 0 {
			return
		}
	}
}

func (t *Tags) ogg(r io.Reader) {
	pages := ogg.NewReader(r)
	if _, err := pages.Next(); err != nil {
		return
	}
	p, err := pages.Next()
	if err != nil {
		return
	}
	if b, ok := bytes.CutPrefix(p.Data, []byte("OpusTags")); ok {
		t.comments(b)
	} else if b, ok := bytes.CutPrefix(p.Data, []byte("\x03vorbis")); ok {
		t.comments(b)
	}
}

// comments reads Vorbis comments: a vendor, then "KEY=value".
func (t *Tags) comments(b []byte) {
	next := func() ([]byte, error) {
		if len(b) < 4 {
			return nil, errTags
		}
		n := int64(binary.LittleEndian.Uint32(b))
		if n > int64(len(b)-4) {
			return nil, errTags
		}
		text := b[4 : 4+n]
		b = b[4+n:]
		return text, nil
	}
	if _, err := next(); err != nil || len(b) < 4 {
		return
	}
	count := binary.LittleEndian.Uint32(b)
	b = b[4:]
	for range min(count, tagFrames) {
		text, err := next()
		if err != nil {
			return
		}
		if key, value, ok := strings.Cut(string(text), "="); ok {
			t.set(key, value)
		}
	}
}

// info reads the INFO list of a WAV file.
func (t *Tags) info(r io.ReadSeeker) {
	at := int64(12)
	head := make([]byte, 12)
	for range tagFrames {
		if _, err := r.Seek(at, io.SeekStart); err != nil {
			return
		}
		n, _ := io.ReadFull(r, head) // the last chunk may be short
		if n < 8 {
			return
		}
		size := int64(binary.LittleEndian.Uint32(head[4:]))
		if n == 12 && string(head[:4]) == "LIST" && string(head[8:]) == "INFO" && size >= 4 {
			b := make([]byte, min(size-4, tagBytes))
			n, _ := io.ReadFull(r, b) // what is there is read
			t.list(b[:n])
			return
		}
		at += 8 + size + size&1
	}
}

func (t *Tags) list(b []byte) {
	for range tagFrames {
		if len(b) < 8 {
			return
		}
		size := int64(binary.LittleEndian.Uint32(b[4:]))
		if size > int64(len(b)-8) {
			return
		}
		text, _, _ := bytes.Cut(b[8:8+size], []byte{0})
		t.set(string(b[:4]), latin(text))
		b = b[8+min(size+size&1, int64(len(b)-8)):]
	}
}
