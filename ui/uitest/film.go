package uitest

import (
	"image"
	"image/color"
	"image/gif"
	"time"
)

// Film makes a moving picture of frames as they were on a screen. It belongs
// to one goroutine.
type Film struct {
	w, h   int // cells
	frames []taken
}

type taken struct {
	frame string
	at    time.Duration
}

// NewFilm starts a film of a screen of w by h cells.
func NewFilm(w, h int) *Film { return &Film{w: w, h: h} }

// Add takes a coloured frame that was seen at a moment. Moments ascend; a frame
// like the one before is left out.
func (f *Film) Add(frame string, at time.Duration) {
	if n := len(f.frames); n > 0 && f.frames[n-1].frame == frame {
		return
	}
	f.frames = append(f.frames, taken{frame, at})
}

// Frames is how many different ones were taken.
func (f *Film) Frames() int { return len(f.frames) }

// GIF draws the film at half the size of PNG. The last frame stands for end.
// A frame holds only the rectangle that changed.
func (f *Film) GIF(end time.Duration) *gif.GIF {
	g := &gif.GIF{Config: image.Config{Width: f.w * cellW / 2, Height: f.h * cellH / 2}}
	var before *image.RGBA
	for i, t := range f.frames {
		img := half(PNG(t.frame, f.w, f.h))
		next := t.at + end
		if i+1 < len(f.frames) {
			next = f.frames[i+1].at
		}
		r := changed(before, img)
		g.Image = append(g.Image, paletted(img, r))
		g.Delay = append(g.Delay, max(int((next-t.at)/(10*time.Millisecond)), 2))
		g.Disposal = append(g.Disposal, gif.DisposalNone)
		before = img
	}
	return g
}

// half takes every second pixel.
func half(src image.Image) *image.RGBA {
	b := src.Bounds()
	dst := image.NewRGBA(image.Rect(0, 0, b.Dx()/2, b.Dy()/2))
	for y := range b.Dy() / 2 {
		for x := range b.Dx() / 2 {
			dst.Set(x, y, src.At(2*x, 2*y))
		}
	}
	return dst
}

// changed is the smallest rectangle that holds every pixel that differs.
func changed(a, b *image.RGBA) image.Rectangle {
	if a == nil {
		return b.Bounds()
	}
	r := image.Rectangle{}
	for y := range b.Rect.Dy() {
		for x := range b.Rect.Dx() {
			if a.RGBAAt(x, y) != b.RGBAAt(x, y) {
				r = r.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	if r.Empty() {
		return image.Rect(0, 0, 1, 1)
	}
	return r
}

// paletted gives a part of the picture the colours that it has; a terminal's
// theme has far fewer than 256, and what is beyond takes the nearest.
func paletted(img *image.RGBA, r image.Rectangle) *image.Paletted {
	seen := map[color.RGBA]uint8{}
	var pal color.Palette
	dst := image.NewPaletted(r, nil)
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			c := img.RGBAAt(x, y)
			i, ok := seen[c]
			if !ok {
				if len(pal) < 256 {
					i = uint8(len(pal))
					pal = append(pal, c)
				} else {
					i = uint8(pal.Index(c))
				}
				seen[c] = i
			}
			dst.SetColorIndex(x, y, i)
		}
	}
	dst.Palette = pal
	return dst
}
