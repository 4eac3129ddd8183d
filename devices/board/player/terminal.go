package player

import (
	"strings"

	"loaxa/devices/board/raster"
)

// Terminal draws a strip for a text screen, two rows of pixels a line in
// half-blocks, each line ended by "\n". What scrolls is drawn whole, unscrolled.
func Terminal(s raster.Strip) string {
	blocks := [4]rune{' ', '▀', '▄', '█'}
	var b strings.Builder
	for y := 0; y < s.Height; y += 2 {
		for x := range s.Width {
			i := 0
			if s.At(x, y) {
				i |= 1
			}
			if s.At(x, y+1) {
				i |= 2
			}
			b.WriteRune(blocks[i])
		}
		b.WriteByte('\n')
	}
	return b.String()
}
