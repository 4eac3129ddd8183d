package ui

import (
	"slices"

	"loaxa/app/station"
	"loaxa/ui/dialog"
)

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
