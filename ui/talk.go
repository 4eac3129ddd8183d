package ui

import (
	tea "charm.land/bubbletea/v2"

	"loaxa/app/station"
	"loaxa/ui/dialog"
	"loaxa/ui/theme"
)

// talk is the microphone that this console opened. Held open by a key it closes
// with the key's release, and when the window is left: then no release comes.
// Opened by a press it closes when the window is left, unless the operator said
// that it stays.
type talk struct {
	tells bool // the terminal tells when a key is let go
	held  bool // F4 is held since it opened the microphone
	open  bool // the station said that it is open for us
	seen  bool // … and its picture showed it
	over  bool // it is to be closed, as soon as the station said that it is open
	tries int  // of closing it that came to nothing
	stays bool // leaving the window closes nothing
}

// closeTries bounds how often closing is asked for anew: each waits for the
// station itself.
const closeTries = 3

// talkKey opens the microphone for as long as F4 is held, where the terminal
// tells its release. A held key that repeats is no other press.
func (c *Console) talkKey(k tea.KeyPressMsg) (tea.Cmd, bool) {
	if actOf[keyName(k)] != "live" {
		return nil, false
	}
	if k.IsRepeat {
		return nil, true
	}
	l, ok := c.top().(*dialog.Live)
	if !ok || !c.talk.tells || c.micBroadcast() != nil {
		return nil, false
	}
	in, ok := l.Talk(c.scene())
	if !ok {
		return nil, false
	}
	c.stack = c.stack[:len(c.stack)-1]
	c.talk = talk{tells: true, held: true, stays: c.talk.stays}
	c.stay(theme.Live, c.text.Talk().Held)
	return c.submit(in, l, c.text.Talk().Held), true
}

// released takes the release of a key.
func (c *Console) released(k tea.KeyReleaseMsg) tea.Cmd {
	if k.Code != tea.KeyF4 {
		return nil
	}
	before := c.letGo() // the press may still wait for a word
	if !c.talk.held {
		return before
	}
	return tea.Batch(before, c.hangUp(c.text.Talk().LetGo))
}

// left takes that another window has the keyboard now.
func (c *Console) left() tea.Cmd {
	switch b := c.micBroadcast(); {
	case c.talk.held:
		return c.hangUp(c.text.Talk().Left)
	case c.talk.open && !c.talk.stays && b != nil && b.Class == station.Live && !b.Drill:
		return c.hangUp(c.text.Talk().Left)
	}
	return nil
}

// hangUp closes the microphone, or lets it be closed when the station has
// answered that it is open: no stop may overtake its start.
func (c *Console) hangUp(words string) tea.Cmd {
	c.talk.held, c.talk.over = false, true
	c.stay(theme.Live, words)
	if !c.talk.open {
		return nil
	}
	return c.submit(station.LiveStop{}, nil, words)
}

// talked takes the station's answers to what opens and closes the microphone.
func (c *Console) talked(m answerMsg) tea.Cmd {
	t := &c.talk
	r := m.answer.Refusal
	switch m.in.(type) {
	case station.LiveStart:
		t.open, t.seen = m.err == nil && (r == nil || r.Code == station.NotSaved), false
		switch {
		case t.open && t.over, m.err != nil && (t.over || t.held): // unheard, it may be open all the same
			t.held, t.over = false, true
			return c.submit(station.LiveStop{}, nil, c.text.Talk().LetGo)
		case !t.open:
			t.held = false
		}
	case station.LiveStop:
		again := t.over && (m.err != nil || r != nil && r.Code == station.DeskBusy)
		if t.tries++; again && t.tries <= closeTries {
			return c.submit(station.LiveStop{}, nil, c.text.Talk().LetGo)
		}
		*t = talk{tells: t.tells, stays: t.stays}
	}
	return nil
}

// talkSeen follows what the station shows: a microphone that was closed by
// something else is ours no more.
func (c *Console) talkSeen() {
	switch {
	case c.micBroadcast() != nil:
		c.talk.seen = c.talk.open
	case c.talk.seen && !c.talk.over:
		c.talk = talk{tells: c.talk.tells, stays: c.talk.stays}
	}
}
