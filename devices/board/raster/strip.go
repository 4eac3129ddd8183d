package raster

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"strings"
)

// Strip is a card drawn for one board: one bit a pixel, rows from the top,
// (Width+7)/8 bytes a row, most significant bit left, the bits past the width
// zero. A strip wider than its window scrolls to the left at Speed pixels a
// second and starts again without a seam.
type Strip struct {
	Width  int    // pixels of the strip
	Height int    // pixels
	Window int    // pixels of the board's width
	Speed  int    // pixels a second; 0: stands still
	Bits   []byte // Height × (Width+7)/8 bytes
	Colour uint8  // of the lit pixels: index of Palette
	Clips  bool   // something did not fit or has no glyph
}

// Palette is the colour of the lit pixels by Strip.Colour, as 0xRRGGBB: amber,
// then the colours of the risk levels 1–5 of Decision 18/2021/QĐ-TTg art. 4:
// light blue, light yellow, orange, red, purple.
var Palette = [MaxLevel + 1]uint32{0xffb000, 0x7fd4ff, 0xfff27a, 0xff8c1a, 0xff2a2a, 0xb44dff}

// ErrStrip says that a strip's sizes, bits or colour contradict each other or
// the bounds.
var ErrStrip = errors.New("raster: not a strip")

// Domain opens the canonical form, so that its hash is no other's.
const Domain = "loaxa board pixels 1\n"

// Check verifies a strip that came from outside. A strip without size
// is refused too: every board has one.
func (s Strip) Check() error {
	switch {
	case s.Width < 1, s.Width > MaxStripWidth, s.Height < 1, s.Height > MaxHeight,
		s.Window < 1, s.Window > MaxWidth, s.Window > s.Width,
		s.Speed < 0, s.Speed > MaxSpeed, int(s.Colour) >= len(Palette),
		(s.Width > s.Window) != (s.Speed > 0):
		return ErrStrip
	}
	row := s.stride()
	if len(s.Bits) != row*s.Height || len(s.Bits) > MaxStripBytes {
		return ErrStrip
	}
	if over := s.Width % 8; over != 0 {
		for y := range s.Height {
			if s.Bits[y*row+row-1]&(0xff>>over) != 0 {
				return ErrStrip
			}
		}
	}
	return nil
}

// At tells whether the pixel is lit; outside the strip it is dark.
func (s Strip) At(x, y int) bool {
	if x < 0 || y < 0 || x >= s.Width || y >= s.Height {
		return false
	}
	i := y*s.stride() + x/8
	return i < len(s.Bits) && s.Bits[i]&(0x80>>(x%8)) != 0
}

// Set lights or darkens one pixel and tells whether it lies on the strip.
func (s Strip) Set(x, y int, lit bool) bool {
	if x < 0 || y < 0 || x >= s.Width || y >= s.Height {
		return false
	}
	i, bit := y*s.stride()+x/8, byte(0x80>>(x%8))
	if lit {
		s.Bits[i] |= bit
	} else {
		s.Bits[i] &^= bit
	}
	return true
}

// Pixels is the canonical form of what is seen: the text
// "loaxa board pixels 1\n", then width, height, window and speed as four bytes
// each, most significant first, one byte of colour, then the bits. Clips is not
// part of it: it cannot be seen.
func (s Strip) Pixels() []byte {
	out := make([]byte, 0, len(Domain)+17+len(s.Bits))
	out = append(out, Domain...)
	for _, v := range [...]int{s.Width, s.Height, s.Window, s.Speed} {
		out = binary.BigEndian.AppendUint32(out, uint32(v))
	}
	out = append(out, s.Colour)
	return append(out, s.Bits...)
}

// Hash is the SHA-256 of Pixels in lower-case hex, 64 characters.
func (s Strip) Hash() string {
	sum := sha256.Sum256(s.Pixels())
	return hex.EncodeToString(sum[:])
}

// Picture is the strip for tests and text screens: '#' lit, '.' dark, one row a
// line, each ended by "\n".
func (s Strip) Picture() string {
	var b strings.Builder
	b.Grow((s.Width + 1) * s.Height)
	for y := range s.Height {
		for x := range s.Width {
			if s.At(x, y) {
				b.WriteByte('#')
			} else {
				b.WriteByte('.')
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func (s Strip) stride() int { return (s.Width + 7) / 8 }

// dark is a strip of the given size without a lit pixel.
func dark(width, height, window int) Strip {
	return Strip{Width: width, Height: height, Window: window, Bits: make([]byte, (width+7)/8*height)}
}
