package dialog

import (
	"fmt"
	"slices"
	"strings"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"loaxa/app/station"
	"loaxa/ui/panel"
	"loaxa/ui/theme"
)

// people is the tab of F10 with those who have a PIN.
type people struct {
	list
	form *personForm
	sure string // whose removal waits for its second key
	ask  *Ask
	sent *Ask // and waits for its answer
	why  string
}

// personForm makes or changes one.
type personForm struct {
	form
	was string // its name; empty: a new one
}

// The fields of a person.
const (
	personName = iota
	personRole
	personPIN
	personAgain
	personArea
	personHours
)

func newPersonForm(s *panel.Scene, u station.User) *personForm {
	t := s.T.Dialog.People
	hidden := func(i int) *field {
		f := textField(t.Fields[i], "", t.Hints[i], station.MaxPIN)
		f.in.EchoMode = textinput.EchoPassword
		return f
	}
	roles := make([]string, len(station.Roles))
	for i, r := range station.Roles {
		roles[i] = t.Role[r] + ": " + t.May[r]
	}
	area := append([]string{}, u.Area.Zones...)
	for _, n := range u.Area.Numbers {
		area = append(area, fmt.Sprint(n))
	}
	hours := ""
	if u.From != u.Until {
		hours = quietWords(s, station.Quiet{From: u.From, Until: u.Until})
	}
	f := &personForm{was: u.Name, form: form{save: t.Save, fields: []*field{textField(t.Fields[0], u.Name, t.Hints[0], 40),
		choiceField(t.Fields[1], t.Hints[1], roles, slices.Index(station.Roles, u.Role)), hidden(personPIN), hidden(personAgain),
		textField(t.Fields[4], strings.Join(area, ", "), t.Hints[4], 200), textField(t.Fields[5], hours, t.Hints[5], 20)}}}
	if u.Name != "" {
		f.fields[personName].fixed = u.Name
		f.at = personRole
	}
	return f
}

// read makes of the form what is to become of the account, or says what is wrong.
func (f *personForm) read(s *panel.Scene) (c station.AccountChange, why string) {
	t := s.T.Dialog.People
	c.Name, c.PIN = f.fields[personName].value(), f.fields[personPIN].value()
	c.Role = station.Roles[f.fields[personRole].at]
	switch {
	case c.Name == "":
		f.at = personName
		return c, t.Hints[personName]
	case c.PIN == "" && f.was != "":
	case !station.PINOK(c.PIN):
		f.at = personPIN
		return c, s.T.Refusal(&station.Refusal{Code: station.BadPIN})
	case c.PIN != f.fields[personAgain].value():
		f.at = personAgain
		return c, t.Differ
	}
	if c.Role != station.RoleHead {
		return c, ""
	}
	if v := f.fields[personArea].value(); v != "" {
		c.Area = station.ParseTargets(v)
	}
	if v := f.fields[personHours].value(); v != "" {
		q, ok := quietOf(s, v)
		if !ok {
			f.at = personHours
			return c, t.Hints[personHours]
		}
		c.From, c.Until = q.From, q.Until
	}
	return c, ""
}

// key takes a message; out is true when the form is done with.
func (p *people) key(s *panel.Scene, msg tea.Msg) (r Result, took bool) {
	users, key := s.Snap.Station.People, press(msg)
	switch {
	case p.sent != nil: // it waits for its answer
		return r, key != "esc"
	case p.form != nil:
		p.formKey(s, msg)
		return r, true
	case p.sure != "":
		if key == "enter" {
			p.send(station.AccountChange{User: station.User{Name: p.sure}, Remove: true})
		}
		p.sure = ""
		return r, true
	}
	if p.list.key(key, len(users), 10) {
		return r, true
	}
	switch key {
	case "ctrl+o", "insert":
		p.form, p.why = newPersonForm(s, station.User{Role: station.RoleOperator}), ""
	case "enter":
		if p.at < len(users) {
			p.form, p.why = newPersonForm(s, users[p.at]), ""
		}
	case "delete", "ctrl+d":
		if p.at < len(users) {
			p.sure, p.why = users[p.at].Name, ""
		}
	default:
		return r, false
	}
	return r, true
}

func (p *people) formKey(s *panel.Scene, msg tea.Msg) {
	if press(msg) == "esc" {
		p.form = nil
		return
	}
	if !p.form.key(msg) {
		return
	}
	c, why := p.form.read(s)
	if p.form.why = why; why == "" {
		p.send(c)
	}
}

func (p *people) send(c station.AccountChange) {
	p.ask = &Ask{Kind: AskPerson, Asked: Asked{Person: c}}
	p.sent = p.ask
}

func (p *people) want() *Ask {
	a := p.ask
	p.ask = nil
	return a
}

// told takes the answer; the first account lets in who made it.
func (p *people) told(s *panel.Scene, t Told) {
	if p.sent == nil || t.Kind != AskPerson {
		return
	}
	c := p.sent.Person
	p.sent = nil
	switch {
	case t.Err != "" && p.form != nil:
		p.form.why = t.Err
		return
	case t.Err != "":
		p.why = t.Err
		return
	}
	p.form, p.why = nil, s.T.Dialog.People.Saved
	if !c.Remove && c.PIN != "" && (s.Me == "" || s.Me == c.Name) {
		p.ask = &Ask{Kind: AskUnlock, Asked: Asked{Person: c}}
	}
}

// quiet tells whether nothing is typed now.
func (p *people) quiet() bool { return p.form == nil && p.sent == nil }

func (p *people) lines(s *panel.Scene, w, room int) (out []panel.Line) {
	t, users := s.T.Dialog.People, s.Snap.Station.People
	if p.form != nil {
		return p.form.lines(s, w)
	}
	if len(users) == 0 {
		for _, l := range indent(t.None, w) {
			out = append(out, panel.L(theme.Warn, " "+l))
		}
	}
	out = append(out, p.rows(len(users), max(1, room-3), func(i int) panel.Line {
		u := users[i]
		words := panel.Pad(panel.Clean(u.Name), 24) + " " + panel.Pad(t.Role[u.Role], 16) + " " + t.May[u.Role]
		return panel.L(theme.Plain, " "+panel.Cut(words, w-2)).Fit(w)
	})...)
	switch {
	case p.sure != "":
		out = append(out, nil, panel.L(theme.Warn, " "+panel.Cut(fmt.Sprintf(t.Sure, panel.Clean(p.sure)), w-2)))
	case p.why != "":
		out = append(out, nil, panel.L(theme.Warn, " "+panel.Cut(p.why, w-2)))
	}
	return out
}

// FirstPIN follows the questions of a new station: a PIN for the operator, or
// in plain words none.
type FirstPIN struct {
	people
	done bool
}

// NewFirstPIN makes the window.
func NewFirstPIN(s *panel.Scene) *FirstPIN {
	f := &FirstPIN{people: people{form: newPersonForm(s, station.User{Role: station.RoleOperator})}}
	f.form.fields = []*field{f.form.fields[personName], f.form.fields[personPIN], f.form.fields[personAgain]}
	return f
}

// Update takes a key.
func (f *FirstPIN) Update(s *panel.Scene, msg tea.Msg) Result {
	t := s.T.Dialog.People
	switch {
	case press(msg) == "esc":
		return Result{Close: true, Note: panel.Note{R: theme.Warn, S: t.First.Skipped}}
	case f.done:
		return Result{Close: true}
	case f.sent != nil || !f.form.key(msg):
		return Result{}
	}
	// The three fields of the longer form.
	name, pin, again := f.form.fields[0].value(), f.form.fields[1].value(), f.form.fields[2].value()
	switch {
	case name == "":
		f.form.at, f.form.why = 0, t.Hints[personName]
	case !station.PINOK(pin):
		f.form.at, f.form.why = 1, s.T.Refusal(&station.Refusal{Code: station.BadPIN})
	case pin != again:
		f.form.at, f.form.why = 2, t.Differ
	default:
		f.send(station.AccountChange{User: station.User{Name: name, Role: station.RoleOperator}, PIN: pin})
	}
	return Result{}
}

// Want implements Asker.
func (f *FirstPIN) Want(*panel.Scene) *Ask { return f.want() }

// Told implements Asker.
func (f *FirstPIN) Told(s *panel.Scene, t Told) {
	was := f.form
	f.told(s, t)
	f.done = f.done || f.form == nil
	f.form = was
}

// Writes implements Writer.
func (f *FirstPIN) Writes() bool { return f.form.at == personName }

// View draws the window.
func (f *FirstPIN) View(s *panel.Scene, a panel.Area) []string {
	t := s.T.Dialog.People
	w, inner := size(a, 76)
	var body []panel.Line
	if f.done {
		body = append(body, panel.L(theme.Good, " "+t.Saved))
	} else {
		for _, l := range indent(t.First.Why, inner) {
			body = append(body, panel.L(theme.Plain, " "+l))
		}
		body = append(append(body, nil), f.form.lines(s, inner)...)
		body = append(body, panel.L(theme.Key, " "+t.First.Keys))
	}
	return panel.Box(s.Th, true, t.First.Title, "", body, panel.Area{W: w, H: min(a.H, len(body)+2)})
}
