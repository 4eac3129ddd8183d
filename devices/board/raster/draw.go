package raster

import (
	"fmt"
	"strings"
)

// riskWords are the names of the risk levels, Decision 18/2021/QĐ-TTg art. 4.
var riskWords = [MaxLevel + 1]string{
	"", "RỦI RO THẤP", "RỦI RO TRUNG BÌNH", "RỦI RO LỚN", "RỦI RO RẤT LỚN", "THẢM HỌA",
}

// row is one line of letters; an inverse one is dark letters on a lit band.
type row struct {
	cells   []cell
	inverse bool
}

// script is what a card says: heads are the banner's variants, the fullest
// first; body is the text below it, rows divided by "\n".
type script struct {
	heads  []string
	body   string
	tail   string // closes a scrolling line
	colour uint8
	cut    bool
}

// Draw draws a card for a board of width × height LEDs: word-wrapped into rows
// of 16 px in the largest whole enlargement that fits; otherwise as one line
// that scrolls. Sizes outside 1…MaxWidth × 1…MaxHeight give the empty Strip,
// with Clips, which Check refuses.
func Draw(c Card, width, height int) Strip {
	if width < 1 || width > MaxWidth || height < 1 || height > MaxHeight {
		return Strip{Clips: true}
	}
	sc := write(c)
	s := compose(sc, width, height)
	s.Colour = sc.colour
	s.Clips = s.Clips || sc.cut
	return s
}

// write puts a card into words.
func write(c Card) script {
	text, cut := clean(c.Text, MaxText)
	sc := script{body: text, cut: cut}
	if c.Level < 0 || c.Level > MaxLevel {
		c.Level, sc.cut = 0, true
	}
	if !c.Emergency {
		if text == "" {
			name, cutName := clean(c.Name, MaxName)
			clock, cutClock := clean(c.Clock, MaxName)
			sc.body = strings.TrimSpace(name + "\n" + clock)
			sc.cut = cutName || cutClock
		}
		if c.Drill && sc.body != "" {
			sc.heads = []string{"DIỄN TẬP"}
		}
		return sc
	}
	word := "KHẨN CẤP"
	if c.Drill {
		// The word alone would alarm whoever reads half of the screen.
		word, sc.tail = "DIỄN TẬP", "DIỄN TẬP"
	}
	if c.Level == 0 {
		sc.heads = []string{word}
		return sc
	}
	sc.colour = uint8(c.Level)
	short := fmt.Sprintf("%s - CẤP %d", word, c.Level)
	sc.heads = []string{short + " " + riskWords[c.Level], short}
	return sc
}

// compose finds the layout: standing rows first, then the scrolling line.
func compose(sc script, width, height int) Strip {
	heads := sc.heads
	if len(heads) == 0 {
		heads = []string{""}
	}
	for _, head := range heads {
		text := paragraphs(head, sc.body)
		for scale := max(1, height/cellHeight); scale >= 1; scale-- {
			rows, ok := wrapAll(text, width/scale, max(1, height/(cellHeight*scale)))
			if ok {
				return stand(rows, scale, width, height)
			}
		}
	}
	return scroll(oneLine(heads[0], sc.body, sc.tail), width, height)
}

// stand paints rows in the middle of the board.
func stand(rows []row, scale, width, height int) Strip {
	s := dark(width, height, width)
	y := (height - len(rows)*cellHeight*scale) / 2
	for _, r := range rows {
		x := (width - span(r.cells)*scale) / 2
		if r.inverse {
			s.band(0, width, y, scale)
		}
		s.paint(r, x, y, scale)
		y += cellHeight * scale
	}
	return s
}

// scroll paints one line as high as the board, dark at its end, so that the
// start is told from the end. A line that fits stands still.
func scroll(parts []row, width, height int) Strip {
	total := 0
	for _, p := range parts {
		total += span(p.cells)
	}
	scale := max(1, height/cellHeight)
	size := func() int { return (total + gapCells*halfWidth) * scale }
	for scale > 1 && (size() > MaxStripWidth || (size()+7)/8*height > MaxStripBytes) {
		scale--
	}
	s := dark(max(size(), width+1), height, width)
	x := 0
	if total*scale <= width {
		s = dark(width, height, width)
		x = (width - total*scale) / 2
	} else {
		s.Speed = min(scrollSpeed*scale, MaxSpeed)
	}
	y := (height - cellHeight*scale) / 2
	for _, p := range parts {
		next := x + span(p.cells)*scale
		if p.inverse {
			s.band(x, next, y, scale)
		}
		s.paint(p, x, y, scale)
		x = next
	}
	return s
}

// band lights a row from x to end.
func (s *Strip) band(x, end, y, scale int) {
	for ; x < end; x++ {
		for dy := range cellHeight * scale {
			s.Set(x, y+dy, true)
		}
	}
}

// paint draws a row's letters from (x, y); ink that falls off the strip is said
// in Clips.
func (s *Strip) paint(r row, x, y, scale int) {
	for _, c := range r.cells {
		s.Clips = s.Clips || c.lost
		for cy, bits := range c.rows {
			for cx := 0; bits != 0; cx, bits = cx+1, bits<<1 {
				if bits&0x8000 != 0 && !s.dot(x+cx*scale, y+cy*scale, scale, !r.inverse) {
					s.Clips = true
				}
			}
		}
		x += c.width * scale
	}
}

// dot draws one pixel of the face, scale × scale LEDs.
func (s *Strip) dot(x, y, scale int, lit bool) bool {
	whole := true
	for dy := range scale {
		for dx := range scale {
			whole = s.Set(x+dx, y+dy, lit) && whole
		}
	}
	return whole
}
