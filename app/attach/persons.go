package attach

import (
	"context"
	"net"

	"loaxa/app/station"
)

// Persons are who is at the other end of a connection, and what they may do.
// Unlock, Change and May may be nil: then nothing is locked here.
type Persons struct {
	Actor  func(net.Conn) string // by the system's word
	Unlock func(ctx context.Context, name, pin string) (station.Unlocked, string, error)
	Change func(ctx context.Context, by station.Person, c station.AccountChange) error
	May    func(by station.Person, act station.Act) *station.Refusal // what is no intent
}

// pinAsk is somebody's PIN.
type pinAsk struct {
	Name string `cbor:"1,keyasint"`
	PIN  string `cbor:"2,keyasint"`
}

// acts are the questions that do something; what only looks is free.
var acts = map[kind]station.Act{kindImport: station.ActLibrary, kindOrder: station.ActOrder, kindEnrol: station.ActWorks,
	kindMapImport: station.ActWorks, kindStop: station.ActEnd}

func (c *client) leave(k kind) *station.Refusal {
	act, ok := acts[k]
	if !ok || c.parts.May == nil {
		return nil
	}
	return c.parts.May(*c.who.Load(), act)
}

// name is what the log calls who is at the other end.
func (c *client) name() string { return c.who.Load().Name() }

// persons answers what is asked of accounts. A connection that ends is locked.
func (c *client) persons(m message) (any, error) {
	if c.parts.Unlock == nil || c.parts.Change == nil {
		return nil, ErrUnknown
	}
	ctx := context.Background() // a PIN is looked at to its end
	switch m.Kind {
	case kindLock:
		c.who.Store(&station.Person{System: c.actor})
		return true, nil
	case kindUnlock:
		var a pinAsk
		if err := m.get(&a); err != nil {
			return nil, err
		}
		u, rev, err := c.parts.Unlock(ctx, a.Name, a.PIN)
		if err == nil && u.OK {
			c.who.Store(&station.Person{System: c.actor, Account: u.Name, Rev: rev})
		}
		return u, err
	default:
		var ch station.AccountChange
		if err := m.get(&ch); err != nil {
			return nil, err
		}
		return true, c.parts.Change(ctx, *c.who.Load(), ch)
	}
}

// Unlock lets this connection in as an account. A wrong PIN is no error.
func (c *Client) Unlock(ctx context.Context, name, pin string) (u station.Unlocked, err error) {
	m := message{Kind: kindUnlock}
	if err := m.put(pinAsk{name, pin}); err != nil {
		return u, err
	}
	s, a, err := c.begin(ctx, m, nil)
	if err != nil {
		return u, err
	}
	defer s.forget(a)
	if err = s.await(ctx, a.done, &u); err == nil && u.OK {
		s.me.Store(&u.Name)
		c.signal()
	}
	return u, err
}

// Lock locks this connection.
func (c *Client) Lock(ctx context.Context) error {
	s, a, err := c.begin(ctx, message{Kind: kindLock}, nil)
	if err != nil {
		return err
	}
	defer s.forget(a)
	s.me.Store(nil)
	c.signal()
	var done bool
	return s.await(ctx, a.done, &done)
}

// Me is as whom this connection was let in; empty: it is locked, or there are
// no accounts.
func (c *Client) Me() string {
	c.mu.Lock()
	s := c.conn
	c.mu.Unlock()
	if s == nil {
		return ""
	}
	if name := s.me.Load(); name != nil {
		return *name
	}
	return ""
}

// People makes, changes or removes an account.
func (c *Client) People(ctx context.Context, ch station.AccountChange) error {
	m := message{Kind: kindPeople}
	if err := m.put(ch); err != nil {
		return err
	}
	var done bool
	return c.ask(ctx, m, nil, &done)
}
