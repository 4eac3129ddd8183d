package dialog

import (
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"loaxa/ui/panel"
	"loaxa/ui/theme"
)

// maxCommand is the longest command, in runes.
const maxCommand = 120

// Command is the command line: it completes, remembers, and hands the line
// over when Enter is pressed.
type Command struct {
	in       textinput.Model
	complete func(string) []string
	history  []string
	at       int // in history; its length: what is being typed
	offered  []string
	offer    int
}

// NewCommand makes the window. complete gives the lines that a beginning may
// become; history is what was typed before, the newest last.
func NewCommand(complete func(string) []string, history []string) *Command {
	return &Command{in: newInput("", maxCommand), complete: complete, history: history, at: len(history)}
}

// Update takes a key.
func (c *Command) Update(_ *panel.Scene, msg tea.Msg) Result {
	switch press(msg) {
	case "esc":
		return Result{Close: true}
	case "enter":
		if c.in.Value() == "" {
			return Result{Close: true}
		}
		return Result{Close: true, Run: c.in.Value()}
	case "tab", "shift+tab":
		c.tab()
		return Result{}
	case "up", "down":
		c.recall(press(msg) == "up")
		return Result{}
	}
	editInput(&c.in, msg)
	c.offered = nil
	return Result{}
}

// tab puts in what the beginning may become, one after the other.
func (c *Command) tab() {
	if len(c.offered) == 0 {
		c.offered, c.offer = c.complete(c.in.Value()), -1
	}
	if len(c.offered) == 0 {
		return
	}
	c.offer = (c.offer + 1) % len(c.offered)
	c.in.SetValue(c.offered[c.offer])
	if len(c.offered) == 1 {
		c.in.SetValue(c.offered[0] + " ")
		c.offered = nil
	}
	c.in.CursorEnd()
}

func (c *Command) recall(older bool) {
	if older {
		c.at = max(0, c.at-1)
	} else {
		c.at = min(len(c.history), c.at+1)
	}
	words := ""
	if c.at < len(c.history) {
		words = c.history[c.at]
	}
	c.in.SetValue(words)
	c.in.CursorEnd()
	c.offered = nil
}

// offers is how many completions are shown.
const offers = 6

// View draws the window.
func (c *Command) View(s *panel.Scene, a panel.Area) []string {
	l := s.T.Keys.Line
	w, inner := size(a, 76)
	body := []panel.Line{inputLine(s, "", &c.in, inner)}
	for i, o := range c.complete(c.in.Value()) {
		if i == min(offers, a.H-4) {
			break
		}
		body = append(body, panel.L(theme.Dim, "   "+o))
	}
	return panel.Box(s.Th, true, l.Title, l.Hint, body, panel.Area{W: w, H: min(a.H, len(body)+2)})
}
