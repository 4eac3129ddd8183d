package ui

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"loaxa/app/station"
	"loaxa/ui/dialog"
)

// askAll opens what asks for a decision by itself.
func (c *Console) askAll() {
	c.askClash()
	c.askLate()
}

// decide opens the list of what waits for the operator's word.
func (c *Console) decide() tea.Cmd {
	if s := c.known.snap; len(s.Clashes)+len(s.Late) == 0 {
		return c.dead(c.text.Late().Empty)
	}
	c.open(&dialog.Late{})
	return nil
}

// askLate opens that list by itself when something new came too late, and
// closes it when nothing is on it any more. A start that a person put off does
// not open it again before its time.
func (c *Console) askLate() {
	if w, ok := c.top().(*dialog.Late); ok && w.Empty(c.scene()) {
		c.stack = c.stack[:len(c.stack)-1]
		c.keys.opened = c.opts.Now()
	}
	for _, l := range c.known.snap.Late {
		if l.ID > c.known.late && l.At == 0 && len(c.stack) == 0 {
			c.open(&dialog.Late{})
			c.keys.opened = c.opts.Now()
		}
	}
	if _, ok := c.top().(*dialog.Late); !ok {
		return
	}
	for _, l := range c.known.snap.Late {
		c.known.late = max(c.known.late, l.ID)
	}
}

// askClash opens the window that asks which of two priority bulletins is first,
// once for each two, and closes it when that was settled elsewhere.
func (c *Console) askClash() {
	list := c.known.snap.Clashes
	if w, ok := c.top().(*dialog.Clash); ok && !slices.Contains(list, w.Of) {
		c.stack = c.stack[:len(c.stack)-1]
		c.keys.opened = c.opts.Now() // the key that was meant for it does nothing
	}
	c.known.clashes = slices.DeleteFunc(c.known.clashes, func(k station.Clash) bool { return !slices.Contains(list, k) })
	for _, k := range list {
		if len(c.stack) > 0 || slices.Contains(c.known.clashes, k) {
			continue
		}
		c.known.clashes = append(c.known.clashes, k)
		c.open(&dialog.Clash{Of: k})
		c.keys.opened = c.opts.Now()
	}
}
