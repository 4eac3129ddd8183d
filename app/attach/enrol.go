package attach

import (
	"context"

	"loaxa/app/station"
)

// Enrol opens a code for one machine.
func (c *Client) Enrol(ctx context.Context, in station.Invitation) (code station.EnrolCode, err error) {
	m := message{Kind: kindEnrol}
	if err := m.put(in); err != nil {
		return code, err
	}
	err = c.ask(ctx, m, nil, &code)
	return code, err
}

// enrol answers kindEnrol.
func (c *client) enrol(m message) (any, error) {
	var in station.Invitation
	if err := m.get(&in); err != nil {
		return nil, err
	}
	if c.parts.Enrol == nil {
		return nil, ErrUnknown
	}
	return c.parts.Enrol(in, c.name())
}
