package ui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"loaxa/ui/panel"
	"loaxa/ui/theme"
)

// View draws the screen from the snapshot and the cursor, nothing else.
func (c *Console) View() tea.View {
	if c.drawn == "" {
		c.drawn = c.frame()
	}
	v := tea.NewView(c.drawn)
	v.AltScreen = true
	v.MouseMode = tea.MouseModeCellMotion
	// From the first frame to the last: what is switched in the middle is followed
	// by no whole frame, and a terminal that takes it for something else would show
	// another line than ours.
	v.ReportFocus, v.KeyboardEnhancements.ReportEventTypes = true, true
	v.BackgroundColor, v.ForegroundColor = c.look.ground()
	v.WindowTitle = "Loaxa"
	if c.known.snap != nil && c.known.snap.Station.Name != "" {
		v.WindowTitle += " · " + panel.Clean(c.known.snap.Station.Name)
	}
	return v
}

// frame is the whole screen: exactly h lines of exactly w cells.
func (c *Console) frame() string {
	if c.size.W <= 0 || c.size.H <= 0 {
		return ""
	}
	s := c.scene()
	boardW := 0
	if len(s.Snap.Boards) > 0 {
		boardW = s.Snap.Boards[0].Width
	}
	l := place(c.size.W, c.size.H, boardW)
	if l.tooSmall {
		return strings.Join(c.small(s), "\n")
	}
	left, right := c.hints()
	lines := panel.Head(s, c.size.W)
	lines = append(lines, panel.Beside(panel.Map(s, l.chart), panel.Clusters(s, l.list))...)
	if l.wide {
		low := panel.Beside(panel.Queue(s, l.queue), panel.Mic(s, l.mic))
		lines = append(lines, panel.Beside(low, panel.Board(s, l.board))...)
	} else {
		lines = append(lines, panel.Beside(panel.Queue(s, l.queue), panel.Booth(s, l.mic))...)
	}
	note := c.note.Note
	if note.S == "" {
		note = c.lockLine(s)
	}
	if note.S == "" {
		note = c.tourLine()
	}
	lines = append(lines, panel.Foot(s, note, left, right, panel.Area{W: c.size.W, H: l.foot})...)
	c.overlay(s, lines, l)
	return strings.Join(lines, "\n")
}

// overlay puts the window on top, or the sample commune's card, between the
// honest lines and the key line.
func (c *Console) overlay(s *panel.Scene, lines []string, l layout) {
	room := panel.Area{W: c.size.W, H: c.size.H - 2 - l.foot}
	if n := len(c.stack); n > 0 && !c.hidden() {
		win := c.stack[n-1].View(s, room)
		if len(win) == 0 {
			return
		}
		if c.full() != nil {
			copy(lines[2:2+room.H], win)
			return
		}
		w := ansi.StringWidth(win[0])
		put(lines, win, (c.size.W-w)/2, 2+max(0, (room.H-len(win))/3))
		return
	}
	if c.guide.card && s.Joined {
		win := c.demoCard(s)
		put(lines, win, c.size.W-ansi.StringWidth(win[0])-2, c.size.H-l.foot-len(win)-1)
	}
}

func (c *Console) demoCard(s *panel.Scene) []string {
	t := c.text.Dialog.Demo
	body := []panel.Line{panel.L(theme.Warn, " "+t.Try)}
	for _, l := range t.Lines {
		body = append(body, panel.L(theme.Plain, "   "+l))
	}
	body = append(body, panel.L(theme.Key, " "+t.Begin), panel.L(theme.Key, " "+t.Close))
	w := len([]rune(t.Title)) + 6
	for _, l := range body {
		w = max(w, l.Width()+3)
	}
	return panel.Box(s.Th, true, t.Title, "", body, panel.Area{W: w, H: len(body) + 2})
}

// put lays win over lines with its upper left corner at x, y.
func put(lines, win []string, x, y int) {
	for i, l := range win {
		if at := y + i; at >= 0 && at < len(lines) {
			base := lines[at]
			lines[at] = ansi.Cut(base, 0, x) + "\x1b[m" + l + "\x1b[m" + ansi.Cut(base, x+ansi.StringWidth(l), ansi.StringWidth(base))
		}
	}
}

// small is the page of a window too small to be honest in: what is on air and
// the keys that stop it.
func (c *Console) small(s *panel.Scene) []string {
	f := c.text.Foot
	body := []panel.Line{
		panel.L(theme.Warn, fmt.Sprintf(f.TooSmall, c.size.W, c.size.H, minWidth, minHeight)),
		panel.L(theme.Plain, f.TooSmallHow), nil,
		panel.L(theme.Title, "Ctrl+X×2 "+c.text.Keys.Short["stop"]),
		panel.L(theme.Title, "F12 "+c.text.Keys.Short["emergency"]),
	}
	if c.note.S != "" {
		body = append(body, nil, panel.L(c.note.R, c.note.S))
	}
	var lines []string
	for _, l := range panel.Head(s, c.size.W) {
		lines = append(lines, ansi.Truncate(l, c.size.W, ""))
	}
	if n := len(c.stack); n > 0 && !c.hidden() {
		win := c.stack[n-1].View(s, panel.Area{W: c.size.W, H: max(2, c.size.H-2)})
		lines = append(lines, win...)
		body = nil
	}
	for _, l := range body {
		lines = append(lines, l.Fit(c.size.W).Paint(c.theme))
	}
	for len(lines) < c.size.H {
		lines = append(lines, strings.Repeat(" ", c.size.W))
	}
	for i := range lines {
		lines[i] = ansi.Truncate(lines[i], c.size.W, "")
		lines[i] += strings.Repeat(" ", max(0, c.size.W-ansi.StringWidth(lines[i])))
	}
	return lines[:c.size.H]
}
