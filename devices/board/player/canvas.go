package player

import "loaxa/devices/board/raster"

// canvas is the framebuffer: one byte a pixel, 0 dark, else 1 + the colour. It
// is drawn from a strip and read back as one, so that what is reported comes
// from the pixels and not from the message.
type canvas struct {
	pixels []byte
	width  int
	height int
	window int
	speed  int
	colour uint8 // told, for a canvas without a lit pixel
}

// draw replaces everything.
func (c *canvas) draw(s raster.Strip) {
	*c = canvas{
		pixels: make([]byte, s.Width*s.Height),
		width:  s.Width, height: s.Height, window: s.Window, speed: s.Speed, colour: s.Colour,
	}
	for y := range s.Height {
		for x := range s.Width {
			if s.At(x, y) {
				c.pixels[y*s.Width+x] = 1 + s.Colour
			}
		}
	}
}

// read makes a strip of the pixels that are really there. Pixels of two colours
// give a colour that no strip has.
func (c *canvas) read() raster.Strip {
	s := raster.Strip{
		Width: c.width, Height: c.height, Window: c.window, Speed: c.speed,
		Bits: make([]byte, (c.width+7)/8*c.height), Colour: c.colour,
	}
	var seen byte
	for i, v := range c.pixels {
		if v == 0 {
			continue
		}
		s.Set(i%c.width, i/c.width, true)
		if seen != 0 && v != seen {
			s.Colour = 0xff
		} else if s.Colour != 0xff {
			s.Colour = v - 1
		}
		seen = v
	}
	return s
}
