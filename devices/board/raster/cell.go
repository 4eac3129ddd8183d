package raster

import (
	"image"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/hajimehoshi/bitmapfont/v3"
	"github.com/rivo/uniseg"
	"golang.org/x/image/math/fixed"
	"golang.org/x/text/unicode/norm"
)

// cell is one grapheme cluster, drawn: a letter with all its marks, never cut.
type cell struct {
	rows  [cellHeight]uint16 // bit 15 is the left pixel
	width int                // 6 or 12 pixels
	space bool               // a row may end here
	lost  bool               // drawn as a box, or without one of its marks
}

// box stands for what the face has no glyph for.
var box = [cellHeight]uint16{
	3: 0xf800, 4: 0x8800, 5: 0x8800, 6: 0x8800, 7: 0x8800,
	8: 0x8800, 9: 0x8800, 10: 0x8800, 11: 0x8800, 12: 0xf800,
}

// clean makes text printable: NFC, at most limit runes, "\n" the only control.
// It tells whether something was cut.
func clean(text string, limit int) (string, bool) {
	cut := false
	// A decomposed letter of Vietnamese has three runes: four times the limit
	// holds any text that will pass, and bounds the work on any other.
	if raw := cutRunes(text, 4*limit); raw != text {
		text, cut = raw, true
	}
	text = norm.NFC.String(strings.ToValidUTF8(text, "\ufffd"))
	text = strings.ReplaceAll(text, "\r\n", "\n")
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case unicode.IsControl(r), r == '\u2028', r == '\u2029':
			return ' '
		}
		return r
	}, text)
	if utf8.RuneCountInString(text) > limit {
		text, cut = cutClusters(text, limit-1)+"…", true
	}
	return text, cut
}

func cutRunes(text string, limit int) string {
	n := 0
	for i := range text {
		if n == limit {
			return text[:i]
		}
		n++
	}
	return text
}

// cutClusters keeps whole clusters of at most limit runes together.
func cutClusters(text string, limit int) string {
	n, end := 0, 0
	for g := uniseg.NewGraphemes(text); g.Next(); {
		if n += len(g.Runes()); n > limit {
			break
		}
		_, end = g.Positions()
	}
	return text[:end]
}

// cells draws a text of one row, cluster by cluster.
func cells(text string) []cell {
	var out []cell
	for g := uniseg.NewGraphemes(text); g.Next(); {
		if c, ok := drawCluster(g.Runes()); ok {
			out = append(out, c)
		}
	}
	return out
}

// drawCluster draws the first visible rune and lays its marks over it; ok is
// false for a cluster that nobody sees (format characters alone).
func drawCluster(runes []rune) (c cell, ok bool) {
	for _, r := range runes {
		switch {
		case unicode.Is(unicode.Cf, r), unicode.Is(unicode.Variation_Selector, r):
			continue
		case !ok:
			c, ok = drawRune(r), true
		case unicode.Is(unicode.M, r):
			rows, _, inked := glyph(r)
			for y := range rows {
				c.rows[y] |= rows[y]
			}
			c.lost = c.lost || !inked
		default:
			// A second letter inside one cluster needs a shaper: a box is honest.
			c.rows, c.lost, c.space = box, true, false
		}
	}
	return c, ok
}

func drawRune(r rune) cell {
	if r == '\u00a0' || r == '\u202f' {
		return cell{width: halfWidth}
	}
	if unicode.IsSpace(r) {
		return cell{width: halfWidth, space: true}
	}
	rows, width, inked := glyph(r)
	if !inked || r == unicode.ReplacementChar {
		return cell{rows: box, width: halfWidth, lost: true}
	}
	return cell{rows: rows, width: width}
}

// glyph reads one glyph's ink out of the face; inked is false where it has none.
func glyph(r rune) (rows [cellHeight]uint16, width int, inked bool) {
	dr, mask, at, advance, ok := bitmapfont.Face.Glyph(fixed.P(0, 0), r)
	if !ok {
		return rows, halfWidth, false
	}
	width = min(advance.Round(), wideWidth)
	ascent := bitmapfont.Face.Metrics().Ascent.Round()
	size := dr.Intersect(image.Rect(0, -ascent, width, cellHeight-ascent))
	for y := size.Min.Y; y < size.Max.Y; y++ {
		for x := size.Min.X; x < size.Max.X; x++ {
			if _, _, _, a := mask.At(at.X+x-dr.Min.X, at.Y+y-dr.Min.Y).RGBA(); a > 0x7fff {
				rows[y+ascent] |= 0x8000 >> x
				inked = true
			}
		}
	}
	return rows, width, inked
}
