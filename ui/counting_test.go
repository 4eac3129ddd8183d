package ui_test

import (
	"context"

	"loaxa/app/station"
	"loaxa/ui/uitest"
)

// counting counts how often the levels were asked for.
type counting struct {
	*uitest.Desk
	n int
}

func (c *counting) Meters(ctx context.Context) (station.Meters, error) {
	c.n++
	return c.Desk.Meters(ctx)
}
