package panel

import (
	"math"

	"loaxa/app/station"
)

// Dots is a drawing of dots, two by four in a cell, as braille shows them.
type Dots struct {
	W, H int // cells
	bits []uint8
}

// NewDots makes an empty drawing of w by h cells.
func NewDots(w, h int) *Dots {
	return &Dots{W: w, H: h, bits: make([]uint8, max(0, w)*max(0, h))}
}

// brailleBit is the Unicode braille pattern's bit of a dot, by row and column.
var brailleBit = [4][2]uint8{{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}}

// Set lights the dot x, y; outside the drawing nothing happens.
func (d *Dots) Set(x, y int) {
	if x < 0 || y < 0 || x >= 2*d.W || y >= 4*d.H {
		return
	}
	d.bits[y/4*d.W+x/2] |= brailleBit[y%4][x%2]
}

// Cell gives the character of a cell; ascii gives one character for any dot.
func (d *Dots) Cell(x, y int, ascii bool) string {
	b := d.bits[y*d.W+x]
	switch {
	case b == 0:
		return " "
	case ascii:
		return "."
	}
	return string(rune(0x2800 + int(b)))
}

// Line draws from a to b, in dots; only what lies inside is walked.
func (d *Dots) Line(x0, y0, x1, y1 float64) { d.Dashed(x0, y0, x1, y1, 1, 0, 0) }

// Dashed draws a line of on dots lit and off dark. The pattern begins before
// its start; next is where a line that goes on from the end begins it.
func (d *Dots) Dashed(x0, y0, x1, y1 float64, on, off int, before float64) (next float64) {
	t0, t1 := 0.0, 1.0
	dx, dy := x1-x0, y1-y0
	long := max(abs(dx), abs(dy))
	next = before + long
	// Liang–Barsky: clip to the drawing before walking.
	for _, e := range [4][2]float64{{-dx, x0}, {dx, float64(2*d.W-1) - x0}, {-dy, y0}, {dy, float64(4*d.H-1) - y0}} {
		switch p, q := e[0], e[1]; {
		case p == 0 && q < 0:
			return next
		case p < 0:
			t0 = max(t0, q/p)
		case p > 0:
			t1 = min(t1, q/p)
		}
	}
	if t0 > t1 {
		return next
	}
	at := math.Mod(before+t0*long, float64(on+off))
	x0, y0, x1, y1 = x0+t0*dx, y0+t0*dy, x0+t1*dx, y0+t1*dy
	steps := int(max(abs(x1-x0), abs(y1-y0))) + 1
	for i := 0; i <= steps; i++ {
		if (int(at)+i)%(on+off) >= on {
			continue
		}
		f := float64(i) / float64(steps)
		d.Set(int(x0+f*(x1-x0)+0.5), int(y0+f*(y1-y0)+0.5))
	}
	return next
}

func abs(f float64) float64 { return max(f, -f) }

// StripDots draws the pixels of a strip one to one, from column from on, in at
// most w by h cells. A window that runs off a scrolling strip starts over.
func StripDots(st station.Strip, from, w, h int) *Dots {
	win := st.Window
	if win <= 0 || win > st.Width {
		win = st.Width
	}
	d := NewDots(min(w, (win+1)/2), min(h, (st.Height+3)/4))
	for y := 0; y < 4*d.H; y++ {
		for x := 0; x < min(2*d.W, win); x++ {
			px := x + from
			if st.Width > 0 && from > 0 {
				px %= st.Width
			}
			if st.At(px, y) {
				d.Set(x, y)
			}
		}
	}
	return d
}
