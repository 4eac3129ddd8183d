package station

// Board is a public bulletin board: a journal record of class "board".
type Board struct {
	ID     BoardID `json:"id"`
	Name   string  `json:"name"`
	Width  int     `json:"width"`  // LEDs
	Height int     `json:"height"` // LEDs
}

// Card is what a board is to show.
type Card struct {
	Number    uint64 `json:"number"` // of this station, ascending; 0: the default card
	Text      string `json:"text"`
	Emergency bool   `json:"emergency,omitempty"`
	Drill     bool   `json:"drill,omitempty"`
	Level     int    `json:"level,omitempty"`
	Until     int64  `json:"until,omitempty"` // Unix seconds: then the default is shown again; 0: until another comes
	Name      string `json:"name,omitempty"`  // of the station as the operator set it: what a board without a text shows
}

// Bounds of a board.
const (
	MaxBoardWidth  = 1920
	MaxBoardHeight = 1080
	MaxCardDays    = 366 // a card may stand so long by itself
)

// Strip is a card drawn for one board: one bit a pixel, rows from the top,
// (Width+7)/8 bytes a row, most significant bit left. A strip wider than the
// board scrolls to the left at Speed pixels a second.
type Strip struct {
	Width  int    `json:"width"`  // pixels of the strip
	Height int    `json:"height"` // pixels
	Window int    `json:"window"` // pixels of the board's width
	Speed  int    `json:"speed"`  // pixels a second; 0: stands still
	Bits   []byte `json:"bits"`
	Colour uint8  `json:"colour"` // index of the one colour: 0 amber, 1–5 risk level
	Clips  bool   `json:"clips"`  // something did not fit
}

// At tells whether the pixel is lit; outside the strip it is dark.
func (s Strip) At(x, y int) bool {
	if x < 0 || y < 0 || x >= s.Width || y >= s.Height {
		return false
	}
	i := y*((s.Width+7)/8) + x/8
	return i < len(s.Bits) && s.Bits[i]&(0x80>>(x%8)) != 0
}
