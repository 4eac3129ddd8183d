package dialog

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"loaxa/app/station"
	"loaxa/ui/panel"
	"loaxa/ui/theme"
)

// Clash opens by itself when two priority bulletins want the same places, and
// asks which is first. It begins on the one that is first without an answer.
type Clash struct {
	Of station.Clash
	at int
}

// Update takes a key.
func (c *Clash) Update(s *panel.Scene, msg tea.Msg) Result {
	switch press(msg) {
	case "esc":
		return Result{Close: true}
	case "up", "home":
		c.at = 0
	case "down", "end":
		c.at = 1
	case "enter":
		id := [2]station.BroadcastID{c.Of.First, c.Of.Second}[c.at]
		title := ""
		if b := airOf(s, id); b != nil {
			title = panel.Clean(b.Title)
		}
		return Result{Close: true, Intent: station.PriorityFirst{ID: id}, Sent: fmt.Sprintf(s.T.Clash().Sent, title)}
	}
	return Result{}
}

func airOf(s *panel.Scene, id station.BroadcastID) *station.BroadcastView {
	for i := range s.Snap.Air {
		if b := &s.Snap.Air[i]; b.ID == id {
			return b
		}
	}
	return nil
}

// View draws the window.
func (c *Clash) View(s *panel.Scene, a panel.Area) []string {
	t := s.T.Clash()
	w, inner := size(a, 72)
	body := []panel.Line{panel.L(theme.Title, " "+t.Ask)}
	for i, id := range [2]station.BroadcastID{c.Of.First, c.Of.Second} {
		b := airOf(s, id)
		if b == nil {
			continue
		}
		title := panel.Clean(b.Title)
		if i == c.at {
			body = append(body, panel.Line{{R: theme.Key, S: " " + s.Th.G.Play}, {R: theme.Selected, S: " " + title + " "}})
		} else {
			body = append(body, panel.L(theme.Plain, "   "+title))
		}
		state := t.Waits
		if b.Phase == station.OnAir || b.Phase == station.Preparing && len(b.Clusters) > 0 {
			state = t.Sounds
		}
		for _, l := range indent(fmt.Sprintf(t.From, panel.Clean(b.Who), s.Where(b.Targets, b.Meant, false), state), inner-3) {
			body = append(body, panel.L(theme.Dim, "   "+l))
		}
	}
	body = append(body, nil)
	for _, words := range []string{t.Rule, t.Cut} {
		for _, l := range indent(words, inner) {
			body = append(body, panel.L(theme.Plain, " "+l))
		}
	}
	body = append(body, panel.L(theme.Key, " "+t.Keys))
	return panel.Box(s.Th, true, t.Title, "", body, panel.Area{W: w, H: min(a.H, len(body)+2)})
}
