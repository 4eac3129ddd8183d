package uitest

import (
	"image"
	"image/color"
	"image/draw"
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"
	"github.com/hajimehoshi/bitmapfont/v3"
	"golang.org/x/image/font"
	"golang.org/x/image/math/fixed"
)

// A cell of the picture, in pixels of the picture: the 16-pixel bitmap font,
// a pixel of air to the right, everything twice as large.
const (
	scale = 2
	cellW = 7 * scale
	cellH = 16 * scale
)

// Ground and ink of a frame that names no colour.
var (
	ground = color.RGBA{0x10, 0x14, 0x18, 0xff}
	ink    = color.RGBA{0xd7, 0xda, 0xdf, 0xff}
)

type pen struct {
	fg, bg        color.RGBA
	bold, reverse bool
	faint, under  bool
}

// PNG draws a coloured frame of w by h cells as a terminal would show it.
// Frames, braille and bars are drawn dot by dot so that they join.
func PNG(frame string, w, h int) image.Image {
	img := image.NewRGBA(image.Rect(0, 0, w*cellW, h*cellH))
	draw.Draw(img, img.Bounds(), image.NewUniform(ground), image.Point{}, draw.Src)
	for y, line := range strings.Split(frame, "\n") {
		if y >= h {
			break
		}
		drawLine(img, line, w, y)
	}
	return img
}

func drawLine(img *image.RGBA, line string, w, y int) {
	p := pen{fg: ink, bg: ground}
	var state byte
	for x := 0; len(line) > 0 && x < w; {
		seq, width, n, next := ansi.DecodeSequence(line, state, nil)
		line, state = line[n:], next
		if width == 0 {
			if strings.HasPrefix(seq, "\x1b[") && strings.HasSuffix(seq, "m") {
				p.sgr(seq[2 : len(seq)-1])
			}
			continue
		}
		drawCell(img, seq, x, y, p)
		x += width
	}
}

// sgr takes the parameters of a colour sequence.
func (p *pen) sgr(params string) {
	f := strings.Split(params, ";")
	num := func(i int) uint8 {
		if i >= len(f) {
			return 0
		}
		n, _ := strconv.Atoi(f[i])
		return uint8(min(max(n, 0), 255))
	}
	for i := 0; i < len(f); i++ {
		switch num(i) {
		case 0:
			*p = pen{fg: ink, bg: ground}
		case 1:
			p.bold = true
		case 2:
			p.faint = true
		case 4:
			p.under = true
		case 7:
			p.reverse = true
		case 38, 48:
			c := color.RGBA{num(i + 2), num(i + 3), num(i + 4), 0xff}
			if num(i) == 38 {
				p.fg = c
			} else {
				p.bg = c
			}
			i += 4
		}
	}
}

func (p pen) colours() (fg, bg color.RGBA) {
	fg, bg = p.fg, p.bg
	if p.faint {
		fg = color.RGBA{fg.R/2 + bg.R/2, fg.G/2 + bg.G/2, fg.B/2 + bg.B/2, 0xff}
	}
	if p.reverse {
		fg, bg = bg, fg
	}
	return fg, bg
}

func drawCell(img *image.RGBA, s string, x, y int, p pen) {
	fg, bg := p.colours()
	at := image.Pt(x*cellW, y*cellH)
	fill := func(x0, y0, x1, y1 int, c color.RGBA) {
		draw.Draw(img, image.Rect(x0, y0, x1, y1).Add(at), image.NewUniform(c), image.Point{}, draw.Src)
	}
	fill(0, 0, cellW, cellH, bg)
	r := []rune(s)[0]
	switch {
	case r == ' ':
	case r >= 0x2800 && r <= 0x28ff:
		for i := range 8 {
			if bit := []uint8{0x01, 0x02, 0x04, 0x40, 0x08, 0x10, 0x20, 0x80}[i]; uint8(r-0x2800)&bit != 0 {
				dx, dy := (i/4)*cellW/2+1, (i%4)*cellH/4+2
				fill(dx, dy, dx+5, dy+5, fg)
			}
		}
	case strings.ContainsRune("─│╭╮╯╰├┤", r):
		box(r, fg, fill)
	case r == '▮':
		fill(2, 6, cellW-2, cellH-6, fg)
	case r == '▯':
		fill(2, 6, cellW-2, cellH-6, fg)
		fill(4, 8, cellW-4, cellH-8, bg)
	case r == '✕':
		for i := range 12 {
			fill(1+i, cellH/2-6+i, 4+i-1, cellH/2-6+i+2, fg)
			fill(1+i, cellH/2+5-i, 4+i-1, cellH/2+5-i+2, fg)
		}
	case strings.ContainsRune("●○◐", r):
		disc(img, at, r, fg)
	default:
		glyph(img, at, s, fg, p.bold)
	}
	if p.under {
		fill(0, cellH-3, cellW, cellH-1, fg)
	}
}

// box draws a frame's character from its arms.
func box(r rune, c color.RGBA, fill func(x0, y0, x1, y1 int, c color.RGBA)) {
	const mx, my, t = cellW/2 - 1, cellH/2 - 1, 2
	left, right := strings.ContainsRune("─╮╯┤", r), strings.ContainsRune("─╭╰├", r)
	up, down := strings.ContainsRune("│╯╰├┤", r), strings.ContainsRune("│╭╮├┤", r)
	if strings.ContainsRune("├┤", r) { // ends of the scale: a short bar
		fill(mx, my-6, mx+t, my+8, c)
		up, down = false, false
	}
	if left {
		fill(0, my, mx+t, my+t, c)
	}
	if right {
		fill(mx, my, cellW, my+t, c)
	}
	if up {
		fill(mx, 0, mx+t, my+t, c)
	}
	if down {
		fill(mx, my, mx+t, cellH, c)
	}
}

// disc draws the clusters' round glyphs.
func disc(img *image.RGBA, at image.Point, r rune, c color.RGBA) {
	const cx, cy, rad = cellW, cellH, 12 // in half pixels
	for y := range cellH {
		for x := range cellW {
			dx, dy := 2*x+1-cx, 2*y+1-cy
			d := dx*dx + dy*dy
			inside := d <= rad*rad
			rim := inside && d >= (rad-5)*(rad-5)
			if inside && (r == '●' || rim || r == '◐' && dx < 0) {
				img.SetRGBA(at.X+x, at.Y+y, c)
			}
		}
	}
}

// glyph draws a grapheme of the bitmap font, each pixel scale by scale.
func glyph(img *image.RGBA, at image.Point, s string, c color.RGBA, bold bool) {
	small := image.NewAlpha(image.Rect(0, 0, cellW/scale, cellH/scale))
	d := font.Drawer{Dst: small, Src: image.Opaque, Face: bitmapfont.Face, Dot: fixed.P(0, bitmapfont.Face.Metrics().Ascent.Ceil())}
	d.DrawString(s)
	for y := range cellH {
		for x := range cellW {
			on := small.AlphaAt(x/scale, y/scale).A > 127
			if bold && x > 0 {
				on = on || small.AlphaAt((x-1)/scale, y/scale).A > 127
			}
			if on {
				img.SetRGBA(at.X+x, at.Y+y, c)
			}
		}
	}
}
