package dialog

import (
	"fmt"
	"strings"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"loaxa/app/station"
	"loaxa/ui/panel"
	"loaxa/ui/theme"
)

// Live is the window of F4: it says where the microphone will be heard and
// what it interrupts; Enter opens it.
type Live struct{ name textinput.Model }

// NewLive makes the window.
func NewLive(s *panel.Scene) *Live {
	return &Live{newInput(s.T.Dialog.Live.Placeholder, station.MaxTitle)}
}

// Update takes a key.
func (l *Live) Update(s *panel.Scene, msg tea.Msg) Result {
	switch press(msg) {
	case "esc":
		return Result{Close: true}
	case "enter":
		title := strings.TrimSpace(l.name.Value())
		if title == "" {
			title = s.T.Head.DefaultTitle
		}
		return Result{Close: true, Intent: station.LiveStart{Title: title, Targets: s.Targets()}, Sent: s.T.Dialog.Live.Sent}
	}
	editInput(&l.name, msg)
	return Result{}
}

// View draws the window.
func (l *Live) View(s *panel.Scene, a panel.Area) []string {
	t := s.T.Dialog.Live
	w, inner := size(a, 84)
	tg := s.Targets()
	can, meant := s.Reachable(tg)
	body := []panel.Line{
		{{R: theme.Title, S: " " + fmt.Sprintf(s.T.Dialog.Emergency.Reach, s.Where(tg, meant, false), can, meant)}},
	}
	var may []*station.ClusterView
	for _, c := range unreached(s) {
		if tg.All || s.Cursor.Marks[c.ID] {
			may = append(may, c)
		}
	}
	if len(may) > 0 {
		body = append(body, panel.L(theme.Warn, " "+fmt.Sprintf(t.NotSure, panel.Names(may, inner-20))))
	}
	if top := s.Top(); top != nil {
		body = append(body, panel.L(theme.Plain, " "+fmt.Sprintf(t.Cuts, panel.Title(s, top))))
	}
	body = append(body, nil, inputLine(s, t.Name, &l.name, inner), nil)
	for _, x := range indent(fmt.Sprintf(t.Will, s.Where(tg, meant, false)), inner) {
		body = append(body, panel.L(theme.Live, " "+x+" "))
	}
	body = append(body, panel.Line{{R: theme.Key, S: " " + t.Go}, {R: theme.Dim, S: "   " + t.Targets}})
	return panel.Box(s.Th, true, "F4 "+t.Title, "", body, panel.Area{W: w, H: min(a.H, len(body)+2)})
}
