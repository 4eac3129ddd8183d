package boot

import (
	"context"
	"fmt"

	"loaxa/app/station"
)

// CtlFirst is `loaxa ctl first`.
type CtlFirst struct {
	ID station.BroadcastID `arg:"" optional:"" help:"Number of the bulletin that is to be heard first; without it, the questions."`
}

// Run answers which of two priority bulletins is first, or lists the questions.
func (k *CtlFirst) Run(ctx context.Context, p Program, c *Ctl) error {
	return RunCtl(ctx, c.Data, p.Build, p.Out, func(ctx context.Context, c *Caller) error {
		if k.ID != 0 {
			return c.submit(ctx, station.PriorityFirst{ID: k.ID})
		}
		s, err := c.snapshot(ctx)
		if err != nil {
			return err
		}
		return c.listClashes(s)
	})
}

// listClashes prints both bulletins of every question, the one that is first
// without an answer before the other.
func (c *Caller) listClashes(s *station.Snapshot) error {
	if len(s.Clashes) == 0 {
		_, err := fmt.Fprintln(c.out, "no two priority bulletins want the same places")
		return err
	}
	for _, k := range s.Clashes {
		for _, b := range s.Air {
			if b.ID != k.First && b.ID != k.Second {
				continue
			}
			if _, err := fmt.Fprintf(c.out, "%d\t%s\t%s\t%q\n", b.ID, b.Phase, b.Who, b.Title); err != nil {
				return err
			}
		}
	}
	return nil
}

// CtlClock is a person's word for the machine's clock.
type CtlClock struct{}

// Run gives it.
func (*CtlClock) Run(ctx context.Context, p Program, c *Ctl) error {
	return RunCtl(ctx, c.Data, p.Build, p.Out, func(ctx context.Context, c *Caller) error {
		return c.submit(ctx, station.ClockConfirm{})
	})
}
