package dialog

import (
	"fmt"
	"strings"

	"charm.land/bubbles/v2/textarea"
	tea "charm.land/bubbletea/v2"

	"loaxa/app/station"
	"loaxa/ui/panel"
	"loaxa/ui/theme"
)

// Card is the composer of F5. What it previews are the very pixels that the
// board will be sent. F5 asks, Enter publishes: two different keys.
type Card struct {
	text    textarea.Model
	board   int
	seq     uint64
	strip   *station.Strip
	why     string
	confirm bool
	fresh   bool // what is shown now stands here: the first letter typed begins anew
}

// NewCard makes the window, with what the board shows now.
func NewCard(s *panel.Scene) *Card {
	c := &Card{text: newArea(s.T.Dialog.Card.Placeholder, station.MaxCard)}
	if b := s.Snap.Boards; len(b) > 0 && b[0].Card.Number != 0 && !b[0].Card.Emergency {
		c.text.SetValue(b[0].Card.Text)
		c.fresh = c.value() != ""
	}
	return c
}

// Ask gives the request to draw what is written now.
func (c *Card) Ask(s *panel.Scene) *Preview {
	if len(s.Snap.Boards) == 0 {
		return nil
	}
	c.board = min(c.board, len(s.Snap.Boards)-1)
	c.seq++
	b := s.Snap.Boards[c.board]
	return &Preview{c.seq, b.ID, station.Card{Text: c.value(), Number: 1}}
}

// Drawn takes the answer to the newest Ask; older ones are dropped.
func (c *Card) Drawn(seq uint64, st station.Strip, why string) {
	if seq != c.seq {
		return
	}
	if c.why = why; why == "" {
		c.strip = &st
	}
}

func (c *Card) value() string { return strings.TrimSpace(c.text.Value()) }

// Update takes a key.
func (c *Card) Update(s *panel.Scene, msg tea.Msg) Result {
	if len(s.Snap.Boards) == 0 {
		return Result{Close: true}
	}
	c.board = min(c.board, len(s.Snap.Boards)-1)
	key := press(msg)
	if c.confirm {
		switch key {
		case "enter":
			return Result{Close: true, Intent: station.CardPublish{Board: s.Snap.Boards[c.board].ID, Text: c.value()}, Sent: s.T.Dialog.Card.Sent}
		case "esc":
			c.confirm = false
		}
		return Result{}
	}
	switch key {
	case "esc":
		return Result{Close: true}
	case "f5":
		c.confirm = true
		return Result{}
	case "ctrl+n":
		c.board = (c.board + 1) % len(s.Snap.Boards)
		c.strip = nil
		return Result{Preview: c.Ask(s)}
	}
	before := c.text.Value()
	if c.fresh && passes(msg) {
		if pasted(msg) || typed(msg) != "" && key != "enter" {
			c.text.SetValue("")
		}
		c.fresh = false
	}
	editArea(&c.text, msg)
	if c.text.Value() != before {
		return Result{Preview: c.Ask(s)}
	}
	return Result{}
}

// View draws the window.
func (c *Card) View(s *panel.Scene, a panel.Area) []string {
	t := s.T.Dialog.Card
	if len(s.Snap.Boards) == 0 {
		return nil
	}
	b := s.Snap.Boards[min(c.board, len(s.Snap.Boards)-1)]
	w, inner := size(a, max(72, min(b.Width/2+6, a.W)))
	var pix []panel.Line
	if c.strip != nil {
		pix = panel.StripLines(s, *c.strip, inner-2, max(2, a.H-10))
	}
	rows := max(2, min(5, a.H-2-6-len(pix)))
	body := areaLines(s, &c.text, inner, rows)
	if c.fresh {
		body = append(body, panel.L(theme.Dim, " "+t.Fresh))
	}
	body = append(body, panel.L(theme.Dim, " "+t.Exact))
	switch {
	case c.why != "":
		body = append(body, panel.L(theme.Warn, " "+fmt.Sprintf(t.NoPreview, c.why)))
	case c.strip == nil:
		body = append(body, panel.L(theme.Dim, " "+t.Drawing))
	}
	for _, l := range pix {
		body = append(body, append(panel.L(theme.Plain, " "), l...))
	}
	if c.strip != nil && c.strip.Clips {
		body = append(body, panel.L(theme.Warn, " "+t.Clips))
	} else if c.strip != nil && c.strip.Speed > 0 && c.strip.Width > c.strip.Window {
		body = append(body, panel.L(theme.Plain, " "+t.Scrolls))
	}
	if c.confirm {
		will := t.Will
		if c.value() == "" {
			will = t.WillDefault
		}
		for _, l := range indent(fmt.Sprintf(will, b.Name), inner) {
			body = append(body, panel.L(theme.Live, " "+l+" "))
		}
		body = append(body, panel.L(theme.Key, " "+t.Confirm))
	} else {
		body = append(body, panel.L(theme.Key, " "+t.Keys))
	}
	title := fmt.Sprintf(t.Title, b.Name) + fmt.Sprintf(" · %d×%d", b.Width, b.Height)
	return panel.Box(s.Th, true, "F5 "+title, "", body, panel.Area{W: w, H: min(a.H, len(body)+2)})
}
