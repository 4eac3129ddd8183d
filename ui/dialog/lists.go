package dialog

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"loaxa/app/station"
	"loaxa/ui/panel"
	"loaxa/ui/theme"
)

// Held opens by itself when a programme was cut too long ago to go on without
// being asked for.
type Held struct {
	Entry station.EntryID
	Name  string
}

// Update takes a key.
func (h *Held) Update(_ *panel.Scene, msg tea.Msg) Result {
	switch press(msg) {
	case "esc":
		return Result{Close: true}
	case "enter":
		return Result{Close: true, Intent: station.QueuePlay{}}
	case "delete", "ctrl+d":
		return Result{Close: true, Intent: station.QueueRemove{ID: h.Entry}}
	}
	return Result{}
}

// View draws the window.
func (h *Held) View(s *panel.Scene, a panel.Area) []string {
	t := s.T.Dialog.Held
	w, inner := size(a, 68)
	var body []panel.Line
	for _, l := range indent(fmt.Sprintf(t.Line, h.Name), inner) {
		body = append(body, panel.L(theme.Plain, " "+l))
	}
	body = append(body, nil, panel.L(theme.Key, " "+t.Keys))
	return panel.Box(s.Th, true, t.Title, "", body, panel.Area{W: w, H: min(a.H, len(body)+2)})
}
