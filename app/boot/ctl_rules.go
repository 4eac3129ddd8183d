package boot

import (
	"context"
	"fmt"
	"strings"
	"time"

	"loaxa/app/station"
)

// CtlRules sets the hours of peace and the longest slot.
type CtlRules struct {
	Quiet   string        `help:"Hours in which only emergencies are heard, 22:00-05:00; none ends them."`
	Session time.Duration `help:"A slot may be so long: 5m to 8h; 0 leaves the bound as it is, -1s takes it away."`
}

// Run sets the rules that were named.
func (k *CtlRules) Run(ctx context.Context, p Program, c *Ctl) error { return call(ctx, p, c, k) }

func (c *Caller) rules(ctx context.Context, k *CtlRules) error {
	s, err := c.snapshot(ctx)
	if err != nil {
		return err
	}
	r := s.Station.Rules
	switch {
	case k.Quiet == "none":
		r.Quiet.From, r.Quiet.Until = 0, 0
	case k.Quiet != "":
		from, until, ok := strings.Cut(k.Quiet, "-")
		a, err1 := time.Parse("15:04", from)
		b, err2 := time.Parse("15:04", until)
		if !ok || err1 != nil || err2 != nil {
			return &UseError{fmt.Sprintf("--quiet: %q: two times of day, 22:00-05:00", k.Quiet)}
		}
		r.Quiet.From, r.Quiet.Until = a.Hour()*60+a.Minute(), b.Hour()*60+b.Minute()
	}
	switch {
	case k.Session < 0:
		r.Session = 0
	case k.Session > 0:
		r.Session = k.Session
	}
	return c.submit(ctx, station.SettingsPut{Rules: r})
}
