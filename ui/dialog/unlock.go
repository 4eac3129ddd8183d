package dialog

import (
	"fmt"
	"strings"
	"time"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"loaxa/app/station"
	"loaxa/ui/panel"
	"loaxa/ui/theme"
)

// Unlock asks for a PIN over a locked screen.
type Unlock struct {
	who   list
	pin   textinput.Model
	ask   *Ask // to be asked
	waits bool
	why   string
	until time.Duration // mono: before it no PIN is looked at
}

// NewUnlock makes the window.
func NewUnlock(*panel.Scene) *Unlock { return &Unlock{pin: pinInput()} }

func pinInput() textinput.Model {
	in := newInput("", station.MaxPIN)
	in.EchoMode = textinput.EchoPassword
	return in
}

// Update takes a key.
func (u *Unlock) Update(s *panel.Scene, msg tea.Msg) Result {
	people := s.Snap.Station.People
	switch key := press(msg); {
	case key == "esc":
		return Result{Close: true}
	case u.waits || pasted(msg):
	case u.who.key(key, len(people), 5):
		u.why = ""
	case key == "enter" && len(people) > 0 && u.pin.Value() != "":
		u.waits, u.why = true, ""
		u.ask = &Ask{Kind: AskUnlock, Asked: Asked{Person: station.AccountChange{User: people[min(u.who.at, len(people)-1)], PIN: u.pin.Value()}}}
		u.pin.SetValue("")
	case key == "backspace" || key == "ctrl+h" || len(typed(msg)) == 1 && strings.Contains("0123456789", typed(msg)):
		editInput(&u.pin, msg)
	}
	return Result{}
}

// Want implements Asker.
func (u *Unlock) Want(*panel.Scene) *Ask {
	a := u.ask
	u.ask = nil
	return a
}

// Told implements Asker.
func (u *Unlock) Told(s *panel.Scene, t Told) {
	if t.Kind != AskUnlock {
		return
	}
	u.waits = false
	switch {
	case t.Err != "":
		u.why = t.Err
	case !t.In.OK:
		u.why, u.until = s.T.Dialog.People.Lock.Wrong, s.Mono+t.In.Wait
	}
}

// View draws the window.
func (u *Unlock) View(s *panel.Scene, a panel.Area) []string {
	t := s.T.Dialog.People
	w, inner := size(a, 72)
	var body []panel.Line
	people := s.Snap.Station.People
	body = append(body, panel.L(theme.Dim, " "+t.Lock.Who+":"))
	body = append(body, u.who.rows(len(people), max(1, min(4, a.H-9)), func(i int) panel.Line {
		mark := " "
		if i == u.who.at {
			mark = s.Th.G.Play
		}
		return panel.L(theme.Plain, mark+panel.Cut(panel.Clean(people[i].Name)+" · "+t.Role[people[i].Role], inner-3)+" ")
	})...)
	body = append(body, inputLine(s, t.Lock.PIN, &u.pin, inner))
	switch {
	case u.waits:
		body = append(body, panel.L(theme.Dim, " "+t.Lock.Asking))
	case u.until > s.Mono:
		left := (u.until - s.Mono).Round(time.Second)
		body = append(body, panel.L(theme.Warn, " "+fmt.Sprintf(t.Lock.Wait, s.T.Age(max(left, time.Second)))))
	case u.why != "":
		body = append(body, panel.L(theme.Warn, " "+panel.Cut(u.why, inner-2)))
	default:
		body = append(body, nil)
	}
	for _, l := range indent(t.Lock.Free, inner) {
		body = append(body, panel.L(theme.Plain, " "+l))
	}
	body = append(body, panel.L(theme.Key, " "+panel.Cut(t.Lock.UnlockKeys, inner-2)))
	return panel.Box(s.Th, true, t.Lock.Unlock, "", body, panel.Area{W: w, H: min(a.H, len(body)+2)})
}
