package boot

import (
	"context"
	"fmt"
	"time"

	"loaxa/app/station"
)

// CtlLate is `loaxa ctl late`.
type CtlLate struct {
	ID station.LateID `arg:"" optional:"" help:"Number of what came too late; without it, all that waits for a decision."`
	Do string         `arg:"" optional:"" enum:"play,later,skip," default:"" help:"play now, later at the time of --at, or skip."`
	At string         `help:"Of later: HH:MM, the next time the clock shows it." placeholder:"HH:MM"`
}

// Run decides about what came too late, or lists it with the clashes.
func (k *CtlLate) Run(ctx context.Context, p Program, c *Ctl) error {
	return RunCtl(ctx, c.Data, p.Build, p.Out, func(ctx context.Context, c *Caller) error {
		s, err := c.snapshot(ctx)
		switch {
		case err != nil:
			return err
		case k.ID == 0:
			return c.listLate(s)
		}
		in, err := k.answer(s.Now.Wall)
		if err != nil {
			return err
		}
		return c.submit(ctx, in)
	})
}

func (k *CtlLate) answer(now time.Time) (station.Intent, error) {
	in := station.LateAnswer{ID: k.ID, Do: station.LateDo(k.Do)}
	switch {
	case k.Do == "":
		return nil, fmt.Errorf("say what becomes of %d: play, later or skip", k.ID)
	case in.Do != station.LateLater:
		return in, nil
	}
	now = now.In(Saigon)
	clock, err := time.Parse("15:04", k.At)
	if err != nil {
		return nil, fmt.Errorf("later needs --at HH:MM, not %q", k.At)
	}
	at := time.Date(now.Year(), now.Month(), now.Day(), clock.Hour(), clock.Minute(), 0, 0, Saigon)
	if !at.After(now) {
		at = at.AddDate(0, 0, 1)
	}
	in.At = at.Unix()
	return in, nil
}

// listLate prints what came too late, then the questions of ctl first.
func (c *Caller) listLate(s *station.Snapshot) error {
	if len(s.Late)+len(s.Clashes) == 0 {
		_, err := fmt.Fprintln(c.out, "nothing waits for a decision")
		return err
	}
	for _, l := range s.Late {
		at := "-"
		if l.At != 0 {
			at = time.Unix(l.At, 0).In(Saigon).Format("2006-01-02 15:04")
		}
		if _, err := fmt.Fprintf(c.out, "%d\t%s\t%s\t%s\t%s\t%s\t%q\n", l.ID, l.Due.In(Saigon).Format("2006-01-02 15:04"), l.Class, l.Why, at, l.Who, l.Title); err != nil {
			return err
		}
	}
	if len(s.Clashes) == 0 {
		return nil
	}
	if _, err := fmt.Fprintln(c.out, "which is first (ctl first NUMBER):"); err != nil {
		return err
	}
	return c.listClashes(s)
}
