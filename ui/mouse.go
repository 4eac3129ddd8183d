package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"loaxa/app/station"
	"loaxa/ui/panel"
)

// mouse does what one expects: a click chooses, a drag on the map draws a box,
// the wheel scrolls and zooms, a panel's title opens its screen, a key of the
// key line acts. Nothing goes on air by a click: F12 opens its window, Ctrl+X
// asks for the second time.
func (c *Console) mouse(msg tea.MouseMsg) tea.Cmd {
	m, l := msg.Mouse(), c.layout()
	if _, down := msg.(tea.MouseClickMsg); down && m.Button == tea.MouseLeft && m.Y == c.size.H-1 && !l.tooSmall {
		return c.clickKey(m.X)
	}
	c.keys.last = c.opts.Now() // somebody is there
	if c.locked() {
		return nil
	}
	if len(c.stack) > 0 {
		return c.wheelKeys(msg)
	}
	if l.tooSmall || c.known.snap == nil {
		return nil
	}
	switch msg := msg.(type) {
	case tea.MouseWheelMsg:
		return c.wheel(l, msg)
	case tea.MouseClickMsg:
		if m.Button == tea.MouseLeft {
			return c.click(l, m.X, m.Y)
		}
	case tea.MouseReleaseMsg:
		return c.release(l, m.X, m.Y)
	}
	return nil
}

// wheelKeys lets the wheel move in a window as the arrows do; in the emergency
// window it would choose, which takes a key.
func (c *Console) wheelKeys(msg tea.MouseMsg) tea.Cmd {
	w, ok := msg.(tea.MouseWheelMsg)
	ok = ok && !c.inEmergency()
	switch {
	case ok && w.Button == tea.MouseWheelUp:
		return c.toDialog(tea.KeyPressMsg{Code: tea.KeyUp})
	case ok && w.Button == tea.MouseWheelDown:
		return c.toDialog(tea.KeyPressMsg{Code: tea.KeyDown})
	}
	return nil
}

// headLines are the honest lines above the panels.
const headLines = 2

func inside(a panel.Area, x0, y0, x, y int) bool {
	return x >= x0 && y >= y0 && x < x0+a.W && y < y0+a.H
}

func (c *Console) wheel(l layout, m tea.MouseWheelMsg) tea.Cmd {
	up := m.Button == tea.MouseWheelUp
	if !up && m.Button != tea.MouseWheelDown {
		return nil
	}
	by := 1
	if up {
		by = -1
	}
	if inside(l.chart, 0, headLines, m.X, m.Y) {
		if up {
			return c.zoom(1.5)
		}
		return c.zoom(1 / 1.5)
	}
	c.cur.Focus = panel.FocusClusters
	if inside(l.queue, 0, headLines+l.chart.H, m.X, m.Y) {
		c.cur.Focus = panel.FocusQueue
	}
	return c.step(by)
}

// click takes a press of the left button.
func (c *Console) click(l layout, x, y int) tea.Cmd {
	c.note = note{}
	low := headLines + l.chart.H
	switch {
	case inside(l.chart, 0, headLines, x, y):
		c.cur.Focus = panel.FocusMap
		c.keys.drag = &[2]int{x, y - headLines}
	case inside(l.list, l.chart.W, headLines, x, y):
		c.cur.Focus = panel.FocusClusters
		if id := panel.InList(c.scene(), l.list, y-headLines); id != "" {
			c.cur.Cluster = id
		}
	case y == low:
		return c.title(l, x)
	case inside(l.queue, 0, low, x, y):
		c.cur.Focus = panel.FocusQueue
	}
	return nil
}

// title opens the screen of the panel whose title was clicked.
func (c *Console) title(l layout, x int) tea.Cmd {
	switch {
	case x < l.queue.W:
		return c.act("queue", "")
	case l.wide && x >= l.queue.W+l.mic.W:
		return c.act("board", "")
	case !l.wide && x >= l.queue.W+l.mic.W/3:
		return c.act("board", "")
	}
	return c.act("live", "")
}

// release ends a click or a drag on the map.
func (c *Console) release(l layout, x, y int) tea.Cmd {
	from := c.keys.drag
	c.keys.drag = nil
	if from == nil {
		return nil
	}
	s := c.scene()
	x, y = min(max(x, 1), l.chart.W-2), min(max(y-headLines, 1), l.chart.H-2)
	if abs(x-from[0]) <= 1 && abs(y-from[1]) <= 1 {
		if id := panel.OnMap(s, l.chart, from[0], from[1]); id != "" {
			c.cur.Cluster = id
		}
		return nil
	}
	a, ok := panel.Land(s, l.chart, from[0], from[1])
	b, _ := panel.Land(s, l.chart, x, y)
	if ok {
		c.markBox(a, station.LatLon(b))
	}
	return nil
}

func abs(n int) int { return max(n, -n) }

// clickKey presses the key of the key line that was clicked.
func (c *Console) clickKey(x int) tea.Cmd {
	left, right := c.hints()
	shown := panel.HintAt(left, right, x, c.size.W)
	name, _, _ := strings.Cut(strings.ToLower(shown), "×")
	if actOf[name] == "" {
		return nil
	}
	return c.press(named(name))
}

// keysByName are the keys that are shown by their names.
var keysByName = map[string]rune{"enter": tea.KeyEnter, "esc": tea.KeyEscape, "tab": tea.KeyTab, "delete": tea.KeyDelete, "insert": tea.KeyInsert,
	"home": tea.KeyHome, "end": tea.KeyEnd, "space": tea.KeySpace}

// named makes the key press of a shown key: "f4", "ctrl+g", "enter".
func named(name string) tea.KeyPressMsg {
	if code, ok := keysByName[name]; ok {
		return tea.KeyPressMsg{Code: code}
	}
	if rest, ok := strings.CutPrefix(name, "ctrl+"); ok {
		return tea.KeyPressMsg{Code: []rune(rest)[0], Mod: tea.ModCtrl}
	}
	if rest, ok := strings.CutPrefix(name, "f"); ok {
		n := 0
		for _, r := range rest {
			n = n*10 + int(r-'0')
		}
		return tea.KeyPressMsg{Code: tea.KeyF1 + rune(n-1)}
	}
	return tea.KeyPressMsg{Code: []rune(name)[0], Text: name}
}
