package ui

import (
	"time"
	"unicode"

	tea "charm.land/bubbletea/v2"

	"loaxa/ui/dialog"
)

// LateWord is how long a key in a text field waits for the word that an input
// method still holds. Under X the method gives the key to the terminal first
// and the word up to 6 ms after it (ibus-unikey in xterm): F5 would show a card
// without its last word, and Ctrl+K would air a warning without it.
const LateWord = 60 * time.Millisecond

// late is the key that waits.
type late struct {
	key    *tea.KeyPressMsg
	gen    int
	letter bool // the last key was a letter or a digit: no word is being held
}

// lateMsg ends the wait of a key.
type lateMsg struct{ gen int }

// press takes a key. In a text field one that is no text waits a moment unless
// a letter came right before it; letters that come meanwhile go first.
func (c *Console) press(k tea.KeyPressMsg) tea.Cmd {
	l := &c.keys.late
	w, ok := c.top().(dialog.Writer)
	writes := c.opts.Late > 0 && ok && w.Writes()
	if writes && !l.letter && k.Mod == tea.ModAlt && unicode.IsLetter(k.Code) {
		// Esc and the word in one piece look like Alt and its first letter.
		return tea.Batch(c.press(tea.KeyPressMsg{Code: tea.KeyEscape}), c.press(tea.KeyPressMsg{Code: k.Code, Text: string(k.Code)}))
	}
	text := k.Text != "" && k.Mod&(tea.ModCtrl|tea.ModAlt) == 0
	if text && l.key != nil {
		return c.do(k)
	}
	before := c.letGo()
	waits := writes && !text && !l.letter && !c.atOnce(k)
	l.letter = text && (unicode.IsLetter(k.Code) || unicode.IsDigit(k.Code))
	if !waits {
		return tea.Batch(before, c.do(k))
	}
	l.key = &k
	l.gen++
	gen := l.gen
	return tea.Batch(before, tea.Tick(c.opts.Late, func(time.Time) tea.Msg { return lateMsg{gen} }))
}

// atOnce tells whether a key waits for nothing: those that stop sound, and
// those that end no word.
func (c *Console) atOnce(k tea.KeyPressMsg) bool {
	switch name := keyName(k); name {
	case "up", "down", "pgup", "pgdown", "backspace", "ctrl+h", "delete":
		return true
	default:
		return actOf[name] == "stop" || actOf[name] == "live" && c.micBroadcast() != nil
	}
}

// waited lets the key go whose time is over.
func (c *Console) waited(m lateMsg) tea.Cmd {
	if m.gen != c.keys.late.gen {
		return nil
	}
	return c.letGo()
}

// letGo does what the key that waits means.
func (c *Console) letGo() tea.Cmd {
	l := &c.keys.late
	if l.key == nil {
		return nil
	}
	k := *l.key
	l.key = nil
	l.gen++
	return c.do(k)
}
