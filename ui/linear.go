package ui

import (
	"context"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"loaxa/ui/dialog"
	"loaxa/ui/panel"
	"loaxa/ui/theme"
)

// The screen that is spoken of in linear mode, in cells: nothing in it needs
// to be cut short.
const (
	linearW = 160
	linearH = 60
)

// settle is how long a line of an open window that moves by itself rests
// between two tellings.
const settle = 3 * time.Second

// linear is the console as lines of text for a screen reader: nothing is drawn
// over, what changed is told once, ages and levels do not chatter. The keys are
// the same.
type linear struct {
	*Console
	out   io.Writer
	heads [2]string // as they were told, without their clocks
	event time.Time // of the newest that was told
	note  string
	row   string // the selected line
	win   spoken
}

// spoken is the window on top, as it was told.
type spoken struct {
	top   dialog.Dialog
	lines []string
	told  time.Time
}

// NewLinear makes the model of a console that writes lines to out and draws
// nothing.
func NewLinear(o Options, out io.Writer) tea.Model {
	return newLinear(newConsole(context.Background(), o), out)
}

func newLinear(c *Console, out io.Writer) *linear {
	c.size.W, c.size.H = linearW, linearH
	c.theme = theme.New("mono", "braille") // its selected line is the reversed one
	return &linear{Console: c, out: out}
}

// View draws nothing.
func (l *linear) View() tea.View { return tea.NewView("") }

// Update takes one message and tells what came of it.
func (l *linear) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg.(type) {
	case tea.WindowSizeMsg, tea.MouseMsg:
		return l, nil
	}
	_, cmd := l.Console.Update(msg)
	if l.theme.Name != "mono" {
		l.theme = theme.New("mono", "braille")
	}
	key, _ := msg.(tea.KeyPressMsg)
	l.tell(key)
	return l, cmd
}

// tell says what is new since it was last called. key is what was pressed, the
// zero key when time passed or an answer came.
func (l *linear) tell(key tea.KeyPressMsg) {
	s := l.scene()
	for i, h := range panel.Head(s, linearW) {
		if i >= len(l.heads) {
			break
		}
		if h := tidy(h); steady(h) != l.heads[i] {
			l.heads[i] = steady(h)
			l.say(h)
		}
	}
	l.events(s)
	if n := tidy(l.Console.note.S); n != l.note {
		l.note = n
		l.say(n)
	}
	if d := l.top(); d != nil {
		l.window(s, d, key)
		return
	}
	if l.win.top != nil || actOf[keyName(key)] == "map" {
		l.win = spoken{}
		l.whole(s)
	}
	if key.Code == 0 {
		return
	}
	if row := selected(panel.Clusters(s, panel.Area{W: 110, H: len(s.Snap.Clusters) + 8})); row != l.row {
		l.row = row
		l.say(row)
	}
}

// events tells what happened, the oldest first. What was there before the
// console came is in the log.
func (l *linear) events(s *panel.Scene) {
	all := s.Snap.Events
	if len(all) == 0 {
		return
	}
	first := l.event.IsZero()
	for _, e := range slices.Backward(all) {
		if !first && e.At.Wall.After(l.event) {
			l.say(e.At.Wall.Format("15:04:05") + " " + s.Event(e))
		}
	}
	l.event = all[0].At.Wall
}

// window tells a window whole when it comes, then what changes in it.
func (l *linear) window(s *panel.Scene, d dialog.Dialog, key tea.KeyPressMsg) {
	painted := d.View(s, panel.Area{W: linearW, H: linearH - 4})
	lines := make([]string, len(painted))
	for i, p := range painted {
		lines[i] = tidy(p)
	}
	was, fresh := l.win.lines, l.win.top != d
	now := l.opts.Now()
	if !fresh && key.Code == 0 && now.Sub(l.win.told) < settle {
		return
	}
	l.win = spoken{d, lines, now}
	if fresh {
		for _, line := range lines {
			l.say(line)
		}
		l.row = selected(painted)
		l.say(l.row)
		return
	}
	if changed := news(was, lines, key.Code == 0); len(changed) > 2 || !echoes(changed, key) {
		for _, line := range changed {
			l.say(line)
		}
	} else {
		l.write(key.Text)
	}
	if row := selected(painted); key.Code != 0 && row != l.row {
		l.row = row
		l.say(row)
	}
}

// echoes tells whether all that a key did is to stand in a field.
func echoes(changed []string, key tea.KeyPressMsg) bool {
	return key.Text != "" && slices.ContainsFunc(changed, func(s string) bool { return strings.Contains(s, strings.TrimSpace(key.Text)) })
}

// news are the lines of b that were not in a; calm: but for their clocks.
func news(a, b []string, calm bool) (out []string) {
	had := map[string]bool{}
	for _, s := range a {
		if had[s] = true; calm {
			had[steady(s)] = true
		}
	}
	for _, s := range b {
		if !had[s] && (!calm || !had[steady(s)]) {
			out = append(out, s)
		}
	}
	return out
}

// whole tells the main screen.
func (l *linear) whole(s *panel.Scene) {
	for _, box := range [][]string{panel.Head(s, linearW), panel.Clusters(s, panel.Area{W: 110, H: len(s.Snap.Clusters) + 8}),
		panel.Queue(s, panel.Area{W: 80, H: 16}), panel.Booth(s, panel.Area{W: 80, H: 8})} {
		for _, line := range box {
			l.say(tidy(line))
		}
	}
	left, right := l.hints()
	var keys []string
	for _, h := range append(left, right...) {
		keys = append(keys, h.Key+" "+h.Word)
	}
	l.say(strings.Join(keys, " · "))
}

func (l *linear) say(line string) {
	if line != "" {
		l.write(line + "\r\n")
	}
}

// write goes to the terminal; a terminal that is gone ends the program by its
// input.
func (l *linear) write(s string) { _, _ = io.WriteString(l.out, s) }

// drawn are the strokes, dots and bars that a voice would spell out.
var drawn = regexp.MustCompile(`[─-◿⠀-⣿✓✕‖]+`)

// tidy makes words of a painted line.
func tidy(painted string) string {
	s := drawn.ReplaceAllString(ansi.Strip(painted), "  ")
	parts := strings.FieldsFunc(strings.ReplaceAll(strings.TrimSpace(s), "  ", "\x00"), func(r rune) bool { return r == 0 })
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	parts = slices.DeleteFunc(parts, func(s string) bool { return s == "" })
	return strings.Join(parts, " · ")
}

// moving is what changes by itself: clocks, ages, shares.
var moving = regexp.MustCompile(`\d+:\d\d(:\d\d)?|\d+ (giây|phút|giờ|ngày|seconds?|minutes?|hours?|days?|%)`)

// steady is a line without what changes by itself.
func steady(line string) string { return moving.ReplaceAllString(line, "#") }

// reversed is a selected line of the mono theme.
var reversed = regexp.MustCompile("\x1b\\[7m([^\x1b]{2,})")

// selected is the line that the arrows stand on, "" where there is none; above
// it stands the open tab.
func selected(painted []string) string {
	for _, p := range slices.Backward(painted) {
		if m := reversed.FindStringSubmatch(p); m != nil && strings.TrimSpace(m[1]) != "" {
			return "> " + tidy(m[1])
		}
	}
	return ""
}
