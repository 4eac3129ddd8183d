package ui

import (
	"context"
	"errors"
	"time"

	tea "charm.land/bubbletea/v2"

	"loaxa/ui/dialog"
	"loaxa/ui/panel"
	"loaxa/ui/theme"
)

// askLimit is how long the station may take to read its journal.
const askLimit = 20 * time.Second

type toldMsg struct {
	to   dialog.Asker
	told dialog.Told
}

// top is the window that has the keyboard; nil for none.
func (c *Console) top() dialog.Dialog {
	if len(c.stack) == 0 {
		return nil
	}
	return c.stack[len(c.stack)-1]
}

// feed reads for the window on top what it wants.
func (c *Console) feed() tea.Cmd {
	a, ok := c.top().(dialog.Asker)
	if !ok || c.known.snap == nil {
		return nil
	}
	ask := a.Want(c.scene())
	if ask == nil {
		return nil
	}
	slow, t := c.text.Dialog.Log.File.Slow, dialog.Told{Ask: *ask}
	ctx, words, reader := c.ctx, c.text, c.reader(ask.Kind)
	if reader == nil {
		t.Err = c.text.Dialog.Log.NoBooks
		return func() tea.Msg { return toldMsg{a, t} }
	}
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, askLimit)
		defer cancel()
		switch err := reader(ctx, &t); {
		case errors.Is(err, context.DeadlineExceeded):
			t.Err = slow
		case err != nil:
			t.Err = words.Why(err)
		}
		return toldMsg{a, t}
	}
}

// reader is what answers a kind of question; nil: nothing does here.
func (c *Console) reader(kind dialog.AskKind) func(ctx context.Context, t *dialog.Told) error {
	books, trials, door := c.opts.Books, c.opts.Trials, c.opts.Door
	switch kind {
	case dialog.AskTrials, dialog.AskTrial:
		if trials == nil {
			return nil
		}
		return func(ctx context.Context, t *dialog.Told) (err error) {
			if kind == dialog.AskTrial {
				err = trials.Set(ctx, t.Trial.Name, t.Trial.Subject, t.Trial.On)
			}
			if err == nil {
				t.Trials, err = trials.List(ctx)
			}
			return err
		}
	case dialog.AskEnrol:
		if door == nil {
			return nil
		}
		return func(ctx context.Context, t *dialog.Told) (err error) {
			t.Code, err = door.Enrol(ctx, t.Invite)
			return err
		}
	case dialog.AskCAP:
		return readCAP
	case dialog.AskUnlock, dialog.AskPerson:
		return c.personReader(kind)
	case dialog.AskMics:
		if c.opts.Mics == nil {
			return nil
		}
		return func(ctx context.Context, t *dialog.Told) (err error) {
			t.Mics, err = c.opts.Mics.Mics(ctx)
			return err
		}
	case dialog.AskPaths:
		return func(_ context.Context, t *dialog.Told) (err error) {
			t.Paths, err = complete(t.Path, soundFiles)
			return err
		}
	case dialog.AskTables:
		return func(_ context.Context, t *dialog.Told) (err error) {
			t.Paths, err = complete(t.Path, tableFiles)
			return err
		}
	case dialog.AskSlots:
		return c.slotReader()
	default:
		if books == nil {
			return nil
		}
		return func(ctx context.Context, t *dialog.Told) error { return readBooks(ctx, books, t) }
	}
}

func readBooks(ctx context.Context, books Books, t *dialog.Told) (err error) {
	switch t.Kind {
	case dialog.AskAired:
		t.Aired, err = books.Aired(ctx, t.Query)
	case dialog.AskLog:
		t.Log, err = books.Log(ctx, t.Query)
	case dialog.AskExport:
		t.File, err = books.Export(ctx, t.Query, func(int64, int64) {})
	case dialog.AskDry:
		t.Dry, err = books.DryRun(ctx, t.Ask.Dry)
	default:
	}
	return err
}

func (c *Console) onTold(m toldMsg) {
	m.to.Told(c.scene(), m.told)
	c.letIn(m.told)
}

// full is the screen on top; nil when the main screen is seen.
func (c *Console) full() dialog.Full {
	f, _ := c.top().(dialog.Full)
	return f
}

// turn goes from one screen to another. F2 goes back to the main screen.
func (c *Console) turn(act string) (tea.Cmd, bool) {
	if c.full() == nil {
		return nil, false
	}
	same := map[string]func(dialog.Dialog) bool{
		"log":      func(d dialog.Dialog) bool { _, ok := d.(*dialog.Log); return ok },
		"queue":    func(d dialog.Dialog) bool { _, ok := d.(*dialog.Plan); return ok },
		"settings": func(d dialog.Dialog) bool { _, ok := d.(*dialog.Settings); return ok },
		"board":    func(d dialog.Dialog) bool { _, ok := d.(*dialog.Card); return ok },
		"faults":   func(d dialog.Dialog) bool { _, ok := d.(*dialog.Faults); return ok },
		"live":     func(d dialog.Dialog) bool { _, ok := d.(*dialog.Live); return ok },
	}
	if l, ok := c.top().(*dialog.Live); ok && l.Keeps(act == "board") {
		return nil, false
	}
	switch act {
	case "map", "log", "queue", "settings", "faults", "board", "live":
	default:
		return nil, false
	}
	if is := same[act]; is != nil && is(c.top()) {
		return nil, false // its own key is the screen's
	}
	if r, ok := c.top().(dialog.Refusable); ok && r.Busy() {
		c.say(theme.Warn, c.text.Dialog.Log.File.Typing)
		return nil, true
	}
	c.stack = c.stack[:len(c.stack)-1]
	if act == "map" {
		c.cur.Focus = panel.FocusClusters
		return nil, true
	}
	return c.act(act, ""), true
}
