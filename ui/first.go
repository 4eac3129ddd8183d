package ui

import (
	"slices"

	"loaxa/ui/dialog"
	"loaxa/ui/panel"
)

// firstRun puts a new station's questions, once on this screen and never while
// something sounds; answered on another screen they are taken away.
func (c *Console) firstRun(s *panel.Scene) {
	if s.Snap.Station.Rules.Ready {
		if c.guide.asked {
			c.stack = slices.DeleteFunc(c.stack, func(d dialog.Dialog) bool {
				_, ok := d.(*dialog.First)
				return ok
			})
		}
		return
	}
	if c.guide.asked || s.Demo || len(c.stack) > 0 || s.Top() != nil || s.Snap.Emergency != nil {
		return
	}
	c.guide.asked = true
	c.open(dialog.NewFirst(s))
}
