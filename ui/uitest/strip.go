package uitest

import (
	"image"
	"image/color"

	"github.com/hajimehoshi/bitmapfont/v3"
	"golang.org/x/image/font"
	"golang.org/x/image/math/fixed"

	"loaxa/app/station"
)

// Strip draws lines of text, 16 pixels each, for a board of w by h.
func Strip(w, h int, lines ...string) station.Strip {
	img := image.NewGray(image.Rect(0, 0, w, h))
	for i, l := range lines {
		d := font.Drawer{Dst: img, Src: image.NewUniform(color.White), Face: bitmapfont.Face}
		x := max(0, (w-d.MeasureString(l).Ceil())/2)
		d.Dot = fixed.P(x, 16*i+bitmapfont.Face.Metrics().Ascent.Ceil())
		d.DrawString(l)
	}
	s := station.Strip{Width: w, Height: h, Window: w, Bits: make([]byte, (w+7)/8*h)}
	for y := range h {
		for x := range w {
			if img.GrayAt(x, y).Y > 127 {
				s.Bits[y*((w+7)/8)+x/8] |= 0x80 >> (x % 8)
			}
		}
	}
	return s
}
