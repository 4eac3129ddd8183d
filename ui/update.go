package ui

import (
	"context"
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"

	"loaxa/app/station"
	"loaxa/ui/dialog"
	"loaxa/ui/panel"
	"loaxa/ui/theme"
)

type (
	changedMsg struct{}
	pulledMsg  struct {
		snap *station.Snapshot
		link Link
		me   string
	}
	beatMsg   struct{ gen int }
	metersMsg struct {
		meters station.Meters
		err    error
	}
	answerMsg struct {
		in     station.Intent
		from   dialog.Dialog
		sent   string
		answer Answer
		err    error
		did    int          // how many of the intents were taken
		undo   *dialog.Undo // takes them back
	}
	previewMsg struct {
		seq   uint64
		card  *dialog.Card
		strip station.Strip
		err   error
	}
	importedMsg struct {
		item station.Item
		err  error
		imp  *importing
	}
)

// Update takes one message. Acts leave as commands from here, before any frame.
func (c *Console) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	cmd := c.take(msg)
	c.touring()
	if more := c.feed(); more != nil {
		return c, tea.Batch(cmd, more)
	}
	return c, cmd
}

func (c *Console) take(msg tea.Msg) tea.Cmd {
	switch msg.(type) {
	case changedMsg, pulledMsg: // pulled looks for itself
	default:
		c.drawn = ""
	}
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		c.size.W, c.size.H = msg.Width, msg.Height
	case tea.BackgroundColorMsg:
		c.look.stand(msg)
	case tea.ColorProfileMsg:
		c.look.colours(msg.Profile)
	case uv.UnknownCsiEvent:
		c.keys.half = string(msg) == consoleKey
	case tea.KeyPressMsg:
		return c.press(c.whole(msg))
	case lateMsg:
		return c.waited(msg)
	case tea.PasteMsg:
		return c.pasted(msg)
	case changedMsg:
		return tea.Batch(c.pull(), c.wait())
	case pulledMsg:
		return c.pulled(msg)
	case beatMsg:
		return c.onBeat(msg)
	case metersMsg:
		c.onMeters(msg)
	case answerMsg:
		c.onAnswer(msg)
		return c.talked(msg)
	case tea.KeyReleaseMsg:
		return c.released(msg)
	case tea.BlurMsg:
		return c.left()
	case tea.KeyboardEnhancementsMsg:
		c.talk.tells = msg.SupportsEventTypes()
	case previewMsg:
		return c.onPreview(msg)
	case importedMsg:
		c.onImported(msg)
	case toldMsg:
		c.onTold(msg)
	case mapMsg:
		c.onMap(msg)
	case tea.MouseMsg:
		return c.mouse(msg)
	}
	return nil
}

// wait ends when the desk says that there is something newer.
func (c *Console) wait() tea.Cmd {
	desk, done := c.opts.Desk, c.ctx.Done()
	return func() tea.Msg {
		select {
		case _, ok := <-desk.Changed():
			if !ok {
				return nil
			}
			return changedMsg{}
		case <-done:
			return nil
		}
	}
}

func (c *Console) pull() tea.Cmd {
	desk, people := c.opts.Desk, c.opts.People
	return func() tea.Msg {
		m := pulledMsg{snap: desk.Snapshot(), link: desk.Link()}
		if people != nil {
			m.me = people.Me()
		}
		return m
	}
}

func (c *Console) pulled(m pulledMsg) tea.Cmd {
	c.knownAs(m.me)
	if m.snap == c.known.snap && m.link == c.known.link {
		return nil
	}
	if s := c.known.snap; s != nil && m.snap != nil && m.snap.Rev == s.Rev && m.link == c.known.link {
		c.known.snap, c.known.at = m.snap, c.opts.Now() // the beat draws the ages
		return nil
	}
	c.drawn = ""
	c.known.link = m.link
	if m.snap != nil && m.snap != c.known.snap {
		c.known.snap, c.known.at = m.snap, c.opts.Now()
	}
	if c.known.snap != nil {
		c.follow()
		c.talkSeen()
	}
	return tea.Batch(c.readMap(), c.hurry())
}

// hurry makes the screen's clock faster when something begins to sound.
func (c *Console) hurry() tea.Cmd {
	if c.wantBeat() >= c.beat.every {
		return nil
	}
	cmd := c.tick()
	if c.beat.every != meterBeat || c.beat.waiting {
		return cmd
	}
	c.beat.waiting = true
	return tea.Batch(cmd, c.askMeters())
}

// unattended is how long after the last key or click the selection goes back to
// the top of the list, where trouble stands; a window that is open keeps what
// it was opened for.
const unattended = time.Minute

// follow keeps the cursor on what is there, and opens the window of a
// programme that asks for a decision.
func (c *Console) follow() {
	s := c.scene()
	if s.Cluster(c.cur.Cluster) == nil || len(c.stack) == 0 && c.opts.Now().Sub(c.keys.last) > unattended {
		c.cur.Cluster = ""
		if o := s.Ordered(); len(o) > 0 {
			c.cur.Cluster = o[0].ID
		}
	}
	for id := range c.cur.Marks {
		if s.Cluster(id) == nil {
			delete(c.cur.Marks, id)
		}
	}
	if c.entryIndex() < 0 {
		c.cur.Entry = 0
		if q := s.Snap.Queue.Entries; len(q) > 0 {
			c.cur.Entry = q[0].ID
		}
	}
	c.firstRun(s)
	c.askAll()
	air := s.QueueAir()
	if air == nil || air.Phase != station.Held || !s.TooLate(air) || len(s.Snap.Queue.Entries) == 0 {
		c.known.asked = 0
		return
	}
	if c.known.asked != air.ID && len(c.stack) == 0 {
		c.known.asked = air.ID
		e := s.Snap.Queue.Entries[0]
		c.open(&dialog.Held{Entry: e.ID, Name: e.Title})
		c.keys.opened = c.opts.Now()
	}
}

// tick starts the next beat; beats of an older pace are dropped.
func (c *Console) tick() tea.Cmd {
	c.beat.gen++
	c.beat.every = c.wantBeat()
	return c.nextBeat()
}

func (c *Console) nextBeat() tea.Cmd {
	gen := c.beat.gen
	return tea.Tick(c.beat.every, func(time.Time) tea.Msg { return beatMsg{gen} })
}

func (c *Console) onBeat(m beatMsg) tea.Cmd {
	if m.gen != c.beat.gen {
		return nil
	}
	if c.known.snap != nil {
		c.askAll() // a window stood in its way, perhaps
	}
	now := c.opts.Now()
	if !c.note.until.IsZero() && now.After(c.note.until) {
		c.note = note{}
	}
	if !c.keys.armed.IsZero() && now.Sub(c.keys.armed) > stopWindow {
		c.disarm()
	}
	c.beat.every = c.wantBeat()
	cmds := []tea.Cmd{c.nextBeat(), c.pull(), c.idle(now)}
	if c.beat.every == meterBeat && !c.beat.waiting {
		c.beat.waiting = true
		cmds = append(cmds, c.askMeters())
	}
	return tea.Batch(cmds...)
}

func (c *Console) askMeters() tea.Cmd {
	meters, ctx := c.opts.Meters, c.ctx
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, time.Second)
		defer cancel()
		m, err := meters.Meters(ctx)
		return metersMsg{m, err}
	}
}

func (c *Console) onMeters(m metersMsg) {
	c.beat.waiting = false
	if m.err == nil {
		c.known.meters, c.known.metersAt = &m.meters, c.opts.Now()
	}
}

// submitLimit is how long an intent may take before the screen says that
// nobody knows whether it was done: the desk answers within 200 ms, the disk
// may need seconds.
const submitLimit = 10 * time.Second

// submit asks for an intent and for what follows it, as long as none is refused.
func (c *Console) submit(in station.Intent, from dialog.Dialog, sent string, more ...station.Intent) tea.Cmd {
	return c.submitWith(nil, in, from, sent, more...)
}

// submitWith is submit for what undo takes back.
func (c *Console) submitWith(undo *dialog.Undo, in station.Intent, from dialog.Dialog, sent string, more ...station.Intent) tea.Cmd {
	desk, ctx := c.opts.Desk, c.ctx
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, submitLimit)
		defer cancel()
		m := answerMsg{in: in, from: from, sent: sent, undo: undo}
		for _, m.in = range append([]station.Intent{in}, more...) {
			m.answer, m.err = desk.Submit(ctx, m.in)
			if m.err != nil {
				break
			}
			if r := m.answer.Refusal; r != nil {
				if r.Code == station.NotSaved { // it was done
					m.did++
				}
				break
			}
			m.did++
		}
		return m
	}
}

func (c *Console) onAnswer(m answerMsg) {
	f := c.text.Foot
	if m.did > 0 && c.known.snap != nil {
		c.doing.past.push(m.undo, c.known.snap.Rev)
	}
	switch {
	case m.err != nil && station.Urgent(m.in):
		c.stay(theme.Emergency, fmt.Sprintf(f.Unheard, m.err))
	case m.err != nil:
		c.stay(theme.Warn, fmt.Sprintf(f.Failed, m.err))
	case m.answer.Refusal != nil:
		if m.answer.Refusal.Code == station.ScreenLocked {
			c.known.me = "" // another PIN holds now
		}
		words := c.text.Refusal(m.answer.Refusal)
		c.stay(theme.Warn, words)
		if r, ok := m.from.(dialog.Refusable); ok {
			r.Refused(words)
		}
		if m.answer.Refusal.Code == station.NotSaved {
			return // it was done: nothing to press again
		}
	default:
		c.done(m)
		return
	}
	if m.from != nil && !c.has(m.from) {
		c.open(m.from)
	}
}

// done says what was done, in the past tense of the desk's answer.
func (c *Console) done(m answerMsg) {
	switch m.in.(type) {
	case station.StopAll:
		c.say(theme.Live, c.text.Foot.Stopped)
	default:
		if m.sent != "" {
			c.say(theme.Plain, m.sent)
		}
	}
	if !m.answer.Saved && !station.Urgent(m.in) {
		c.stay(theme.Warn, strings.TrimRight(fmt.Sprintf(c.text.Foot.NotYet, m.sent), ": "))
	}
}

func (c *Console) has(d dialog.Dialog) bool {
	for _, o := range c.stack {
		if o == d {
			return true
		}
	}
	return false
}

func (c *Console) onPreview(m previewMsg) tea.Cmd {
	why := ""
	if m.err != nil {
		why = c.text.Why(m.err)
	}
	if m.card.Drawn(m.seq, m.strip, why) {
		return c.preview(m.card, m.card.Ask(c.scene())) // of the next board
	}
	return nil
}

func (c *Console) onImported(m importedMsg) {
	if c.doing.imp != m.imp {
		return
	}
	c.doing.imp = nil
	m.imp.cancel()
	why := ""
	if m.err != nil {
		why = c.text.Why(m.err)
	}
	m.imp.pick.Done(c.scene(), m.item, why)
	switch {
	case c.has(m.imp.pick):
	case why != "":
		c.stay(theme.Warn, fmt.Sprintf(c.text.Dialog.Pick.Failed, why))
	default:
		c.say(theme.Good, fmt.Sprintf(c.text.Dialog.Pick.Imported, m.item.Title))
	}
}

// say puts a sentence into the footer for eight seconds; stay until the next
// key.
func (c *Console) say(r theme.Role, words string) {
	c.note = note{panel.Note{R: r, S: words}, c.opts.Now().Add(8 * time.Second)}
}

func (c *Console) stay(r theme.Role, words string) { c.note = note{Note: panel.Note{R: r, S: words}} }
