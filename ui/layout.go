package ui

import "loaxa/ui/panel"

// The smallest screen that shows the main screen.
const (
	minWidth  = 60
	minHeight = 20
)

// layout is where the parts of the main screen stand, in cells.
type layout struct {
	wide              bool // microphone and board have panels of their own
	foot              int  // lines at the bottom
	chart, list       panel.Area
	queue, mic, board panel.Area
	tooSmall          bool
}

// place divides a screen. Wide is made for 120×36, narrow for 80×24; both grow.
func place(w, h, boardW int) layout {
	if w < minWidth || h < minHeight {
		return layout{tooSmall: true}
	}
	if w >= 112 && h >= 34 {
		return placeWide(w, h, boardW)
	}
	l := layout{foot: 2}
	low := 6 + max(0, h-24)/4
	low = min(low, 12)
	top := h - 2 - l.foot - low
	mw := w * 31 / 80
	l.chart, l.list = panel.Area{W: mw, H: top}, panel.Area{W: w - mw, H: top}
	qw := w * 39 / 80
	l.queue, l.mic = panel.Area{W: qw, H: low}, panel.Area{W: w - qw, H: low}
	return l
}

func placeWide(w, h, boardW int) layout {
	l := layout{wide: true, foot: 3}
	low := min(11+max(0, h-36)/3, 20)
	top := h - 2 - l.foot - low
	mw := w * 48 / 120
	l.chart, l.list = panel.Area{W: mw, H: top}, panel.Area{W: w - mw, H: top}
	bw := min(max(50, (boardW+1)/2+2), w/2)
	mic := 22 + max(0, w-120)/10
	l.mic, l.board = panel.Area{W: mic, H: low}, panel.Area{W: bw, H: low}
	l.queue = panel.Area{W: w - mic - bw, H: low}
	return l
}
