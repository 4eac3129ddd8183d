// Package raster turns a card's text into the very pixels that a bulletin board
// shows: the preview at the desk, the page at the board and the LEDs all take
// the Strip drawn here.
//
// It is pure: no clock, no files, no goroutines, no state. Everything is
// bounded: what does not fit the bounds is cut and Strip.Clips says so, the
// function never fails and never grows.
//
// The type is bitmapfont's 16 px face (cells of 6 px, 12 px for wide letters),
// enlarged by whole factors on boards that have the room.
package raster

// Bounds of what is drawn.
const (
	MaxWidth      = 1920    // LEDs of a board
	MaxHeight     = 1080    // LEDs of a board
	MaxText       = 400     // runes of a card's text after NFC
	MaxName       = 80      // runes of the station's name and of the clock's text
	MaxStripWidth = 16384   // pixels: the widest canvas that browsers draw safely
	MaxStripBytes = 1 << 20 // packed bytes of a strip
	MaxSpeed      = 4000    // pixels a second
	MaxLevel      = 5       // of disaster risk, Decision 18/2021/QĐ-TTg art. 4
)

// Geometry of the face, in its own pixels.
const (
	cellHeight = 16 // rows of a line: tone marks above, tails below
	halfWidth  = 6  // a Latin letter
	wideWidth  = 12 // an East Asian letter
	gapCells   = 4  // dark letters between the end of a scrolling line and its start

	// scrollSpeed makes 40/6 ≈ 7 letters a second, a slow reader's pace:
	// 400 letters pass in a minute.
	scrollSpeed = 40
)

// Card is what a board is to show. An emergency takes the whole screen; a card
// without text is the default card, which shows the station's name and clock;
// one without these either is a dark board.
type Card struct {
	Text      string // NFC or not, at most MaxText runes are shown; "\n" starts a row
	Emergency bool
	Drill     bool   // said in words on the board
	Level     int    // 1–5 of disaster risk; 0: none given
	Name      string // of the station, for the default card
	Clock     string // "18:05", for the default card
}
