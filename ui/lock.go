package ui

import (
	"context"
	"fmt"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"loaxa/app/station"
	"loaxa/ui/dialog"
	"loaxa/ui/panel"
	"loaxa/ui/theme"
)

// locked tells whether a PIN must be given before this screen does anything
// but what danger needs. The desk decides so by itself; here it is shown.
func (c *Console) locked() bool {
	if c.opts.People == nil || c.known.snap == nil {
		return false
	}
	people := c.known.snap.Station.People
	return len(people) > 0 && !slices.ContainsFunc(people, func(u station.User) bool { return u.Name == c.known.me })
}

// hidden tells whether the window on top is not shown while the screen is
// locked: the map and what is open must be seen then, and nothing written.
func (c *Console) hidden() bool {
	if !c.locked() {
		return false
	}
	switch c.top().(type) {
	case *dialog.Unlock, *dialog.Emergency, *dialog.Help:
		return false
	}
	return true
}

// lockedKey takes a key of a locked screen: what is not danger asks for the PIN.
func (c *Console) lockedKey(k tea.KeyPressMsg, act, name string) tea.Cmd {
	if !c.hidden() {
		return c.toDialog(k)
	}
	if act == "help" && name != "?" {
		return c.help()
	}
	c.open(dialog.NewUnlock(c.scene()))
	if name >= "0" && name <= "9" && len(name) == 1 {
		return c.toDialog(k)
	}
	return nil
}

// lock locks the screen by hand.
func (c *Console) lock() tea.Cmd {
	t := c.text.Dialog.People
	if c.opts.People == nil || len(c.known.snap.Station.People) == 0 {
		return c.dead(t.None)
	}
	c.say(theme.Plain, t.Lock.LockedNow)
	return c.shut()
}

// shut locks at once what is seen; the station follows.
func (c *Console) shut() tea.Cmd {
	c.known.me = ""
	people, ctx := c.opts.People, c.ctx
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, submitLimit)
		defer cancel()
		_ = people.Lock(ctx) // a station that is gone is locked
		return nil
	}
}

// idle locks a screen that nobody touches; never while its microphone is open.
func (c *Console) idle(now time.Time) tea.Cmd {
	if c.opts.People == nil || c.known.snap == nil || c.known.me == "" || c.locked() || c.micBroadcast() != nil {
		return nil
	}
	if after := c.known.snap.Station.Rules.LockAfter; after <= 0 || now.Sub(c.keys.last) < after {
		return nil
	}
	return c.shut()
}

// letIn takes the answer to a PIN, and goes on as whom the first account names.
func (c *Console) letIn(t dialog.Told) {
	if t.Kind != dialog.AskUnlock || !t.In.OK {
		return
	}
	c.known.me, c.keys.last = t.In.Name, c.opts.Now()
	c.stack = slices.DeleteFunc(c.stack, func(d dialog.Dialog) bool {
		_, ok := d.(*dialog.Unlock)
		return ok
	})
	c.say(theme.Good, fmt.Sprintf(c.text.Dialog.People.Lock.In, t.In.Name))
}

// personReader answers what a window asks of accounts.
func (c *Console) personReader(kind dialog.AskKind) func(ctx context.Context, t *dialog.Told) error {
	people := c.opts.People
	if people == nil {
		return nil
	}
	return func(ctx context.Context, t *dialog.Told) (err error) {
		if kind == dialog.AskPerson {
			return people.People(ctx, t.Person)
		}
		t.In, err = people.Unlock(ctx, t.Person.Name, t.Person.PIN)
		return err
	}
}

// lockLine is what stands at the foot of a locked screen, and of any on which
// nobody has looked yet at what went past the lock.
func (c *Console) lockLine(s *panel.Scene) panel.Note {
	t := c.text.Dialog.People
	n := 0
	var at time.Time
	for _, f := range s.Snap.Faults {
		if f.Kind == station.EvGlass && !f.Acked && !f.Over {
			if n++; f.Since.Wall.After(at) {
				at = f.Since.Wall
			}
		}
	}
	switch {
	case n > 0:
		return panel.Note{R: theme.Emergency, S: fmt.Sprintf(t.Lock.GlassFoot, n, at.Format("15:04"))}
	case c.locked():
		return panel.Note{R: theme.Warn, S: t.Lock.Locked}
	}
	return panel.Note{}
}

// knownAs takes who the station says was let in here.
func (c *Console) knownAs(me string) {
	if me != c.known.me {
		c.known.me, c.drawn = me, ""
	}
}

// pasted gives a paste to the window on top, unless the lock hides it.
func (c *Console) pasted(msg tea.PasteMsg) tea.Cmd {
	if c.hidden() {
		return nil
	}
	return tea.Batch(c.letGo(), c.toDialog(msg))
}
