package dialog

import (
	"strings"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"loaxa/ui/panel"
	"loaxa/ui/theme"
)

// Help is the card of the keys and commands; typing searches it.
type Help struct {
	in    textinput.Model
	lines func(s *panel.Scene, w int, want string) []panel.Line
	at    int
}

// NewHelp makes the window; lines gives the card for a folded search.
func NewHelp(lines func(s *panel.Scene, w int, want string) []panel.Line) *Help {
	return &Help{in: newInput("", 40), lines: lines}
}

// Update takes a key.
func (h *Help) Update(_ *panel.Scene, msg tea.Msg) Result {
	switch key := press(msg); key {
	case "esc", "f1", "enter":
		return Result{Close: true}
	case "up":
		h.at--
	case "down":
		h.at++
	case "pgup":
		h.at -= 10
	case "pgdown":
		h.at += 10
	default:
		if h.in.Value() == "" && (typed(msg) == "?" || key == "ctrl+h") {
			return Result{Close: true}
		}
		editInput(&h.in, msg)
		h.at = 0
	}
	return Result{}
}

// View draws the window.
func (h *Help) View(s *panel.Scene, a panel.Area) []string {
	w, inner := size(a, 92)
	all := h.lines(s, inner, Fold(strings.TrimSpace(h.in.Value())))
	if len(all) == 0 {
		all = []panel.Line{panel.L(theme.Warn, " "+s.T.Keys.Line.HelpNone)}
	}
	rows := max(1, a.H-3)
	h.at = max(0, min(h.at, len(all)-rows))
	body := append([]panel.Line{inputLine(s, s.T.Dialog.Log.Filter, &h.in, inner)}, all[h.at:]...)
	return panel.Box(s.Th, true, s.T.Dialog.Info.Help, s.T.Keys.Line.HelpKeys, body, panel.Area{W: w, H: min(a.H, len(body)+2)})
}
