package dialog

import (
	"strings"

	"charm.land/bubbles/v2/textarea"
	tea "charm.land/bubbletea/v2"

	"loaxa/app/station"
	"loaxa/ui/panel"
)

// Card is F5: the boards, what each one shows, and the composer. What it
// previews are the very pixels that a board will be sent. F5 asks, Enter
// publishes: two different keys.
type Card struct {
	text    textarea.Model
	board   int // selected
	confirm bool
	written bool // there is something that was not published
	proof   bool // what the board confirmed is seen, where there is no room for both
	fresh   bool // what is shown now stands here: the first letter typed begins anew
	boards  list
	to      cardFor
	draws
}

// draws are the pixels of what is written now, by board.
type draws struct {
	seq    uint64
	asked  station.BoardID
	strips map[station.BoardID]station.Strip
	why    string
}

// NewCard makes the screen, with what the first board shows now.
func NewCard(s *panel.Scene) *Card {
	c := &Card{text: newArea(s.T.Dialog.Card.Placeholder, station.MaxCard), draws: draws{strips: map[station.BoardID]station.Strip{}}}
	c.load(s)
	return c
}

// load puts what the selected board shows into the composer.
func (c *Card) load(s *panel.Scene) {
	if b := c.selected(s); b != nil && b.Card.Number != 0 && !b.Card.Emergency {
		c.text.SetValue(b.Card.Text)
		c.fresh = c.value() != ""
	}
}

func (c *Card) selected(s *panel.Scene) *station.BoardView {
	if len(s.Snap.Boards) == 0 {
		return nil
	}
	c.board = max(0, min(c.board, len(s.Snap.Boards)-1))
	return &s.Snap.Boards[c.board]
}

// Ask gives the request to draw what is written now: for the selected board
// first, then for each that it is meant for. Nil when all are drawn.
func (c *Card) Ask(s *panel.Scene) *Preview {
	b := c.selected(s)
	if b == nil || c.why != "" {
		return nil
	}
	want := []station.Board{b.Board}
	for i := range s.Snap.Boards {
		if o := &s.Snap.Boards[i]; o.ID != b.ID && c.to.meant(o.ID, b.ID) {
			want = append(want, o.Board)
		}
	}
	for _, b := range want {
		if _, have := c.strips[b.ID]; !have {
			c.seq++
			c.asked = b.ID
			return &Preview{c.seq, b.ID, station.Card{Text: c.value(), Number: 1}}
		}
	}
	return nil
}

// again forgets what was drawn.
func (c *Card) again(s *panel.Scene) *Preview {
	c.strips, c.why = map[station.BoardID]station.Strip{}, ""
	return c.Ask(s)
}

// Drawn takes the answer to the newest Ask; older ones are dropped, false.
func (c *Card) Drawn(seq uint64, st station.Strip, why string) bool {
	if seq != c.seq {
		return false
	}
	if c.why = why; why == "" {
		c.strips[c.asked] = st
	}
	return true
}

func (c *Card) value() string { return strings.TrimSpace(c.text.Value()) }

// Update takes a key.
func (c *Card) Update(s *panel.Scene, msg tea.Msg) Result {
	if len(s.Snap.Boards) == 0 {
		return Result{Close: true}
	}
	key := press(msg)
	if key == "pgdown" || key == "pgup" {
		c.proof = !c.proof
		return Result{}
	}
	if c.confirm {
		return c.confirmed(s, key)
	}
	if c.to.key(s, c.selected(s).ID, msg) {
		return Result{Preview: c.Ask(s)}
	}
	switch key {
	case "esc":
		return Result{Close: true}
	case "f5":
		c.confirm = true
		return Result{}
	case "tab", "ctrl+n", "shift+tab":
		n := len(s.Snap.Boards)
		if c.board = (c.board + 1) % n; key == "shift+tab" {
			c.board = (c.board + n - 2) % n
		}
		if !c.written {
			c.text.Reset()
			c.load(s)
			return Result{Preview: c.again(s)}
		}
		return Result{Preview: c.Ask(s)}
	}
	if !passes(msg) {
		return Result{Pass: true}
	}
	before := c.text.Value()
	if c.fresh {
		if pasted(msg) || typed(msg) != "" && key != "enter" {
			c.text.SetValue("")
		}
		c.fresh = false
	}
	editArea(&c.text, msg)
	if c.text.Value() != before {
		c.written = true
		return Result{Preview: c.again(s)}
	}
	return Result{}
}

// confirmed takes the key after F5. The screen stays: there the board's own
// word comes.
func (c *Card) confirmed(s *panel.Scene, key string) Result {
	switch key {
	case "enter":
		in := c.to.publish(s, c.selected(s).ID, c.value())
		c.confirm, c.fresh, c.written = false, true, false
		return Result{Intent: in, Sent: s.T.Dialog.Card.Sent}
	case "esc":
		c.confirm = false
	}
	return Result{}
}

// Refused implements Refusable: what was written is not on the boards.
func (c *Card) Refused(string) { c.fresh, c.written = false, true }

// Busy implements Refusable.
func (c *Card) Busy() bool { return c.written }

// Hints implements Full.
func (c *Card) Hints(s *panel.Scene) []panel.KeyHint {
	t := s.T.Dialog.Card
	if c.confirm {
		return []panel.KeyHint{{Key: "Enter", Word: t.Hints[0]}, {Key: "Esc", Word: t.Hints[1]}}
	}
	out := []panel.KeyHint{{Key: "F5", Word: t.Hints[2]}}
	if len(s.Snap.Boards) > 1 {
		out = append(out, panel.KeyHint{Key: "Tab", Word: t.Hints[3]}, panel.KeyHint{Key: "Ctrl+T", Word: s.T.Dialog.Day.Cards.Keys[0]}, panel.KeyHint{Key: "Ctrl+A", Word: t.Hints[4]})
	}
	return append(out, panel.KeyHint{Key: "Esc", Word: t.Hints[5]})
}
