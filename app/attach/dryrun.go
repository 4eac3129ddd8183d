package attach

import (
	"context"

	"loaxa/app/station"
)

// DryRun asks what the timetable will do on the coming days.
func (c *Client) DryRun(ctx context.Context, in station.DryAsk) (run station.DryRun, err error) {
	m := message{Kind: kindDryRun}
	if err := m.put(in); err != nil {
		return run, err
	}
	err = c.ask(ctx, m, nil, &run)
	return run, err
}

// dryRun answers kindDryRun.
func (c *client) dryRun(m message) (any, error) {
	var in station.DryAsk
	if err := m.get(&in); err != nil {
		return nil, err
	}
	if c.parts.DryRun == nil {
		return nil, ErrUnknown
	}
	return c.parts.DryRun(in), nil
}

// Mics asks for the microphones of the station's machine, each as a rule names
// it.
func (c *Client) Mics(ctx context.Context) (names []string, err error) {
	err = c.ask(ctx, message{Kind: kindMics}, nil, &names)
	return names, err
}
