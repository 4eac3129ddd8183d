package dialog

import (
	"strconv"

	tea "charm.land/bubbletea/v2"

	"loaxa/ui/panel"
	"loaxa/ui/theme"
)

// Trial is one thing of the sample commune that can be broken.
type Trial struct {
	Name    string `json:"name"`              // typed word
	Subject string `json:"subject,omitempty"` // what is broken, a cluster's number say
	On      bool   `json:"on"`
}

// Trials breaks and mends parts of the sample commune, to see what happens.
type Trials struct {
	place list
	all   []Trial
	read  reading
	set   *Trial // to be carried out
}

// Want implements Asker.
func (d *Trials) Want(s *panel.Scene) *Ask {
	switch {
	case d.read.waiting:
		return nil
	case d.set != nil:
		a := &Ask{Kind: AskTrial, Trial: *d.set}
		d.set = nil
		d.read.seq++
		d.read.waiting, a.Seq = true, d.read.seq
		return a
	case d.read.seq > 0 && s.Mono-d.read.at < logAgain && s.Mono >= d.read.at:
		return nil
	}
	d.read.seq++
	d.read.waiting, d.read.at = true, s.Mono
	return &Ask{Kind: AskTrials, Seq: d.read.seq}
}

// Told implements Asker.
func (d *Trials) Told(_ *panel.Scene, t Told) {
	if t.Seq != d.read.seq {
		return
	}
	d.read.waiting, d.read.why = false, t.Err
	if t.Err == "" {
		d.all = t.Trials
	}
}

// Update takes a key: a digit, or Enter on the one selected, breaks or mends.
func (d *Trials) Update(s *panel.Scene, msg tea.Msg) Result {
	key := press(msg)
	if d.place.key(key, len(d.all), len(d.all)) {
		return Result{}
	}
	at := -1
	if n, err := strconv.Atoi(typed(msg)); err == nil && n >= 1 && n <= len(d.all) {
		at = n - 1
		d.place.at = at
	}
	switch key {
	case "esc", "ctrl+w":
		return Result{Close: true}
	case "enter":
		at = d.place.at
	}
	if at >= 0 && at < len(d.all) {
		x := d.all[at]
		x.On = !x.On
		if c := s.Cluster(s.Cursor.Cluster); x.On && x.Name == "cluster" && c != nil {
			x.Subject = strconv.Itoa(c.Number)
		}
		d.set = &x
	}
	return Result{}
}

// View draws the window.
func (d *Trials) View(s *panel.Scene, a panel.Area) []string {
	t := s.T.Dialog.Trials
	w, inner := size(a, 78)
	var body []panel.Line
	if d.read.why != "" {
		body = append(body, panel.L(theme.Warn, " "+d.read.why))
	}
	for _, l := range indent(t.Intro, inner) {
		body = append(body, panel.L(theme.Dim, " "+l))
	}
	body = append(body, nil)
	body = append(body, d.place.rows(len(d.all), len(d.all), func(i int) panel.Line {
		x := d.all[i]
		role, state := theme.Dim, t.Whole
		if x.On {
			role, state = theme.Bad, t.Broken
		}
		name := t.Names[x.Name]
		if x.Subject != "" {
			name += " " + x.Subject
		}
		return panel.Spread(panel.Line{{R: theme.Key, S: " " + strconv.Itoa(i+1) + "  "}, {R: theme.Plain, S: name}}, panel.L(role, " "+state+" "), inner)
	})...)
	if d.place.at < len(d.all) {
		body = append(body, nil)
		for _, l := range indent(t.See[d.all[d.place.at].Name], inner) {
			body = append(body, panel.L(theme.Plain, " "+l))
		}
	}
	body = append(body, nil, panel.L(theme.Key, " "+t.Keys))
	return panel.Box(s.Th, true, t.Title, "", body, panel.Area{W: w, H: min(a.H, len(body)+2)})
}
