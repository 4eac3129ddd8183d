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

// stopWindow is how soon the second Ctrl+X must come.
const stopWindow = 2 * time.Second

// quiet is how long the keyboard must rest before a window that opened by
// itself takes Enter or Delete.
const quiet = 400 * time.Millisecond

// do does what a key means now. Stop, emergency and closing the microphone come
// first: they work over every window.
func (c *Console) do(k tea.KeyPressMsg) tea.Cmd {
	now, name := c.opts.Now(), keyName(k)
	rested := now.Sub(maxTime(c.keys.last, c.keys.opened)) >= quiet
	c.keys.last = now
	armed := !c.keys.armed.IsZero() && now.Sub(c.keys.armed) <= stopWindow
	if name != "ctrl+x" {
		c.disarm()
	}
	if !c.locked() {
		if cmd, ok := c.talkKey(k); ok {
			return cmd
		}
	}
	c.note = note{}
	if c.guide.card && len(c.stack) == 0 {
		if cmd, ok := c.onCard(name); ok {
			return cmd
		}
	}
	c.guide.card = false
	switch act := actOf[name]; {
	case act == "stop":
		return c.stop(armed, now)
	case act == "emergency" && !c.inEmergency():
		c.dropEmergency()
		c.open(dialog.NewEmergency(c.scene()))
		return nil
	case act == "live" && c.micBroadcast() != nil:
		return c.submit(station.LiveStop{}, nil, "")
	case c.locked():
		return c.lockedKey(k, act, name)
	case act == "quit" && !c.inQuit():
		c.open(dialog.Quit{Ends: c.opts.Demo})
		return nil
	}
	if cmd, ok := c.turn(actOf[name]); ok {
		return cmd
	}
	if rested {
		c.keys.opened = time.Time{} // who pressed this has seen the window
	}
	if len(c.stack) > 0 {
		if !c.keys.opened.IsZero() && !rested && (name == "enter" || name == "delete" || name == "ctrl+d") {
			c.say(theme.Dim, c.text.Dialog.Held.Wait)
			return nil
		}
		return c.toDialog(k)
	}
	return c.act(actOf[name], name)
}

// onCard takes the two keys of the sample commune's card; any other takes the
// card away and does what it does.
func (c *Console) onCard(name string) (tea.Cmd, bool) {
	switch {
	case name == "enter" && c.known.snap != nil:
		c.guide.card = false
		c.guide.tour.start(c.known.snap)
		return nil, true
	case name == "esc":
		c.guide.card = false
		return nil, true
	}
	return nil, false
}

func maxTime(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func (c *Console) stop(armed bool, now time.Time) tea.Cmd {
	if !armed {
		c.keys.armed = now
		c.stay(theme.Live, c.text.Foot.StopArmed)
		return nil
	}
	c.disarm()
	return c.submit(station.StopAll{}, nil, "")
}

func (c *Console) disarm() {
	if !c.keys.armed.IsZero() {
		c.keys.armed = time.Time{}
		c.note = note{}
	}
}

// dropEmergency takes an emergency window that lies under another one away: a
// choice made there long ago must not arm the key that opens a new one.
func (c *Console) dropEmergency() {
	c.stack = slices.DeleteFunc(c.stack, func(d dialog.Dialog) bool {
		_, ok := d.(*dialog.Emergency)
		return ok
	})
}

func (c *Console) inEmergency() bool {
	if len(c.stack) == 0 {
		return false
	}
	_, ok := c.stack[len(c.stack)-1].(*dialog.Emergency)
	return ok
}

func (c *Console) inQuit() bool {
	if len(c.stack) == 0 {
		return false
	}
	_, ok := c.stack[len(c.stack)-1].(dialog.Quit)
	return ok
}

// open puts a window on top; what was below comes back when it closes, but for
// a screen under another screen.
func (c *Console) open(d dialog.Dialog) {
	held, _ := c.top().(dialog.Refusable)
	if _, screen := d.(dialog.Full); screen && c.full() != nil && (held == nil || !held.Busy()) {
		c.stack = c.stack[:len(c.stack)-1] // a screen takes another's place
	}
	c.stack = append(c.stack, d)
	c.keys.opened = time.Time{}
}

// toDialog gives a message to the window on top and does what it wants.
func (c *Console) toDialog(msg tea.Msg) tea.Cmd {
	if len(c.stack) == 0 {
		return nil
	}
	top := c.stack[len(c.stack)-1]
	r := top.Update(c.scene(), msg)
	if k, ok := msg.(tea.KeyPressMsg); ok && r.Pass {
		return c.passed(k)
	}
	if r.Note.S != "" {
		c.say(r.Note.R, r.Note.S)
	}
	if r.Close {
		if _, ok := top.(*dialog.First); ok && c.opts.People != nil && len(c.scene().Snap.Station.People) == 0 {
			defer c.open(dialog.NewFirstPIN(c.scene()))
		}
		c.stack = c.stack[:len(c.stack)-1]
		c.keys.opened = time.Time{}
	}
	switch {
	case r.Quit:
		c.cancel()
		return tea.Quit
	case r.Run != "":
		return c.run(r.Run)
	case r.Targets != nil:
		c.target(*r.Targets)
	case r.Intent != nil:
		if _, opens := r.Intent.(station.LiveStart); opens {
			c.talk = talk{tells: c.talk.tells, stays: c.talk.stays}
		}
		return c.submitWith(r.Undo, r.Intent, top, r.Sent, r.More...)
	case r.Preview != nil:
		return c.preview(top, r.Preview)
	case r.Import != "":
		return c.startImport(top, r.Import)
	case r.Cancel && c.doing.imp != nil:
		c.doing.imp.cancel()
		c.doing.imp = nil
	}
	return nil
}

// act1 submits an act of the main screen that can be taken back.
func (c *Console) act1(in station.Intent, sent string, undo *dialog.Undo) tea.Cmd {
	return c.submitWith(undo, in, nil, sent)
}

// passed does with a key of a screen what the main screen would, where that
// makes sense without seeing it.
func (c *Console) passed(k tea.KeyPressMsg) tea.Cmd {
	name := keyName(k)
	switch act := actOf[name]; act {
	case "play", "skip", "live", "help", "add", "technical", "board", "command", "find", "undo", "decide":
		return c.act(act, name)
	}
	c.say(theme.Dim, fmt.Sprintf(c.text.Disabled.Unknown, name))
	return nil
}

func (c *Console) preview(d dialog.Dialog, p *dialog.Preview) tea.Cmd {
	card, ok := d.(*dialog.Card)
	if !ok || p == nil {
		return nil
	}
	if c.opts.Boards == nil {
		card.Drawn(p.Seq, station.Strip{}, c.text.Disabled.NotBuilt)
		return nil
	}
	boards, ctx := c.opts.Boards, c.ctx
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, submitLimit)
		defer cancel()
		st, err := boards.Preview(ctx, p.Card, p.Board)
		return previewMsg{p.Seq, card, st, err}
	}
}

func (c *Console) startImport(d dialog.Dialog, path string) tea.Cmd {
	pick, ok := d.(dialog.Importer)
	if !ok || c.doing.imp != nil {
		return nil
	}
	if c.opts.Archive == nil {
		c.say(theme.Warn, c.text.Disabled.NoArchive)
		return nil
	}
	ctx, cancel := context.WithCancel(c.ctx)
	archive, pr := c.opts.Archive, dialog.NewProgress(path, c.scene().Mono)
	imp := &importing{cancel, pick, pr}
	c.doing.imp = imp
	pick.Started(pr)
	return tea.Batch(c.tick(), func() tea.Msg {
		it, err := archive.Import(ctx, path, func(done, total int64) {
			pr.Done.Store(done)
			pr.Total.Store(total)
		})
		return importedMsg{it, err, imp}
	})
}

// act does what a key of the main screen means; a key that does nothing says
// why.
func (c *Console) act(act, key string) tea.Cmd {
	if act != "" && c.known.snap == nil && act != "help" && act != "back" {
		c.say(theme.Warn, c.text.Disabled.NoStation)
		return nil
	}
	do, ok := acts[act]
	if !ok {
		c.say(theme.Dim, fmt.Sprintf(c.text.Disabled.Unknown, key))
		return nil
	}
	if act == "number" {
		c.number(key)
		return nil
	}
	return do(c)
}

var acts map[string]func(*Console) tea.Cmd

func init() {
	acts = map[string]func(*Console) tea.Cmd{
		"help": (*Console).help, "map": (*Console).focusMap, "queue": (*Console).plan, "settings": (*Console).settings, "trials": (*Console).trials, "live": (*Console).live,
		"board": (*Console).board, "log": (*Console).log, "faults": (*Console).faults, "above": (*Console).above, "play": (*Console).play,
		"skip": (*Console).skip, "add": (*Console).add, "remove": (*Console).remove, "undo": (*Console).takeBack, "decide": (*Console).decide,
		"up":   func(c *Console) tea.Cmd { return c.move(-1) },
		"down": func(c *Console) tea.Cmd { return c.move(1) },
		"focus": func(c *Console) tea.Cmd {
			c.cur.Focus = (c.cur.Focus + 1) % 3
			return nil
		},
		"focus-back": func(c *Console) tea.Cmd {
			c.cur.Focus = (c.cur.Focus + 2) % 3
			return nil
		},
		"prev":      func(c *Console) tea.Cmd { return c.step(-1) },
		"next":      func(c *Console) tea.Cmd { return c.step(1) },
		"left":      func(c *Console) tea.Cmd { return c.sideways(-1) },
		"right":     func(c *Console) tea.Cmd { return c.sideways(1) },
		"pan-up":    func(c *Console) tea.Cmd { return c.pan(0, 1) },
		"pan-down":  func(c *Console) tea.Cmd { return c.pan(0, -1) },
		"pan-left":  func(c *Console) tea.Cmd { return c.pan(-1, 0) },
		"pan-right": func(c *Console) tea.Cmd { return c.pan(1, 0) },
		"box":       (*Console).box, "find": (*Console).find, "command": (*Console).command,
		"open": (*Console).details, "mark": (*Console).mark, "everywhere": (*Console).everywhere, "mute": (*Console).mute,
		"zoom-in":  func(c *Console) tea.Cmd { return c.zoom(1.5) },
		"zoom-out": func(c *Console) tea.Cmd { return c.zoom(1 / 1.5) },
		"zoom-fit": func(c *Console) tea.Cmd { return c.zoom(0) },
		"number":   nil, "technical": (*Console).technical, "lock": (*Console).lock, "later": (*Console).later, "back": (*Console).back,
	}
}

func (c *Console) dead(why string) tea.Cmd {
	c.say(theme.Warn, why)
	return nil
}

func (c *Console) later() tea.Cmd { return c.dead(c.text.Disabled.NotBuilt) }

func (c *Console) back() tea.Cmd {
	c.keys.corner = nil
	if c.guide.tour.on && c.cur.Focus == panel.FocusClusters {
		c.guide.tour.on, c.guide.card = false, true // the card says how to go on
		return nil
	}
	c.cur.Focus = panel.FocusClusters
	return nil
}

func (c *Console) technical() tea.Cmd {
	c.cur.Technical = !c.cur.Technical
	return nil
}

func (c *Console) help() tea.Cmd {
	c.open(dialog.NewHelp(helpLines))
	return nil
}

func (c *Console) log() tea.Cmd {
	c.open(dialog.NewLog())
	return nil
}

// trials are the sample commune's only.
func (c *Console) trials() tea.Cmd {
	if c.opts.Trials == nil {
		return c.dead(c.text.Disabled.NotDemo)
	}
	c.open(&dialog.Trials{})
	return nil
}

func (c *Console) settings() tea.Cmd {
	c.open(dialog.NewSettings(c.scene()))
	return nil
}

func (c *Console) above() tea.Cmd {
	c.open(dialog.NewAbove(c.scene()))
	return nil
}

func (c *Console) faults() tea.Cmd {
	c.open(dialog.NewFaults(c.scene()))
	return nil
}

// entryIndex is where the selected entry stands in the play list; −1: nowhere.
func (c *Console) entryIndex() int {
	if c.known.snap == nil {
		return -1
	}
	return slices.IndexFunc(c.known.snap.Queue.Entries, func(e station.QueueEntry) bool { return e.ID == c.cur.Entry })
}
