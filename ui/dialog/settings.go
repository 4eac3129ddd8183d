package dialog

import (
	"slices"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"loaxa/app/station"
	"loaxa/ui/panel"
	"loaxa/ui/theme"
)

// Settings is F10: the station, its prepared texts, its zones, its clusters,
// this machine.
type Settings struct {
	tab    int
	rules  *form
	places [tabPeople + 1]list // by tab
	edit   *editing
	sent   *editing // was sent and not answered with a refusal yet
	will   *will
	enrol  *enrolling
	people people
}

// The tabs.
const (
	tabRules = iota
	tabPhrases
	tabZones
	tabClusters
	tabMachine
	tabPeople
)

// editing is a form of a phrase, a zone or a cluster.
type editing struct {
	form
	tab     int
	phrase  int    // its place; behind the last: a new one
	zone    string // its id; empty: a new one
	cluster station.ClusterID
}

// NewSettings makes the screen.
func NewSettings(s *panel.Scene) *Settings { return &Settings{rules: rulesForm(s)} }

// sirens are the tones that may begin an emergency.
func sirens(s *panel.Scene) (out []string) {
	for _, t := range s.Snap.Station.Tones {
		if t != "chime" && t != "all-clear" {
			out = append(out, t)
		}
	}
	return out
}

func toneWords(s *panel.Scene, tones []string) []string {
	out := make([]string, len(tones))
	for i, t := range tones {
		out[i] = s.T.Word(t)
	}
	return out
}

func rulesForm(s *panel.Scene) *form {
	t, r := s.T.Dialog.Settings, s.Snap.Station.Rules
	minutes := func(d time.Duration) string {
		return strings.TrimSuffix(strings.TrimSuffix(s.T.Number(d.Minutes(), 1), "0"), ",")
	}
	tones := sirens(s)
	chime := 0
	if r.Chime == "none" {
		chime = 1
	}
	f := &form{save: t.Save, fields: []*field{
		textField(t.Rules.Fields[0], r.Name, t.Rules.Hints[0], station.MaxName),
		textField(t.Rules.Fields[1], strings.TrimSuffix(minutes(r.MicLimit), ".")+" "+strings.TrimSuffix(minutes(max(r.DangerLimit, r.MicLimit)), "."), t.Rules.Hints[1], 12),
		textField(t.Rules.Fields[2], strconv.Itoa(int(r.MicSilence.Seconds())), t.Rules.Hints[2], 6),
		choiceField(t.Rules.Fields[3], t.Rules.Hints[3], []string{t.Rules.Chime, t.Rules.NoChime}, chime),
		choiceField(t.Rules.Fields[4], t.Rules.Hints[4], toneWords(s, tones), slices.Index(tones, r.DefaultSiren)),
		textField(t.Rules.Fields[5], r.Hotline, t.Rules.Hints[5], 60),
		textField(s.T.Dialog.Day.Rules.Quiet, quietWords(s, r.Quiet), s.T.Dialog.Day.Rules.QuietHint, 20),
		textField(s.T.Dialog.Day.Rules.Session, strconv.Itoa(int(r.Session.Minutes())), s.T.Dialog.Day.Rules.SessionHint, 6),
		choiceField(s.T.Dialog.Booth.LastCall[0], s.T.Dialog.Booth.LastCall[1], s.T.Dialog.Booth.LastCall[2:], lastCallAt(r)),
		textField(s.T.Dialog.Day.Ways.Caps, capsWords(r.Caps), s.T.Dialog.Day.Ways.CapsHint, 30),
		choiceField(t.Rules.Voice.Field, t.Rules.Voice.Hint, voiceWords(s), voiceAt(r.Speech)),
	}}
	if len(s.Snap.Station.People) > 0 {
		f.fields = append(f.fields, textField(s.T.Dialog.People.LockAfter[0], strconv.Itoa(int(r.LockAfter.Minutes())), s.T.Dialog.People.LockAfter[1], 4))
	}
	return f
}

// lockField is there only where there are accounts.
const lockField = 11

// lockOf reads when a console locks itself; empty or 0: as the house has it.
func lockOf(v string, r *station.Rules) bool {
	n, err := strconv.Atoi(v)
	if v == "" {
		n, err = 0, nil
	}
	r.LockAfter = time.Duration(n) * time.Minute
	return err == nil && (n == 0 || r.LockAfter >= station.MinLock && r.LockAfter <= station.MaxLock)
}

// limitsOf reads how long the microphone may be open, and that of an emergency
// behind it, in minutes; without the second the house's.
func limitsOf(v string, r *station.Rules) bool {
	f := strings.Fields(strings.ReplaceAll(v, ",", "."))
	if len(f) < 1 || len(f) > 2 {
		return false
	}
	r.DangerLimit = 0
	for i, to := range []*time.Duration{&r.MicLimit, &r.DangerLimit}[:len(f)] {
		n, err := strconv.ParseFloat(f[i], 64)
		if *to = time.Duration(n * float64(time.Minute)).Round(time.Second); err != nil || *to < station.MinMicLimit || *to > station.MaxMicLimit {
			return false
		}
	}
	return r.DangerLimit == 0 || r.DangerLimit >= r.MicLimit
}

func lastCallAt(r station.Rules) int {
	if r.NoLastCall {
		return 1
	}
	return 0
}

// read makes rules of what was typed, or says what is wrong.
func (d *Settings) read(s *panel.Scene) (r station.Rules, why string) {
	t, f := s.T.Dialog.Settings, d.rules
	r = s.Snap.Station.Rules
	r.Name = f.fields[0].value()
	if !limitsOf(f.fields[1].value(), &r) {
		f.at = 1
		return r, t.Rules.Hints[1]
	}
	silence, err := strconv.Atoi(f.fields[2].value())
	if r.MicSilence = time.Duration(silence) * time.Second; err != nil || r.MicSilence < station.MinMicSilence || r.MicSilence > station.MaxMicSilence {
		f.at = 2
		return r, t.Rules.Hints[2]
	}
	switch {
	case f.fields[3].at == 1:
		r.Chime = "none"
	case r.Chime == "none":
		r.Chime = ""
	}
	if tones := sirens(s); len(tones) > 0 {
		r.DefaultSiren = tones[f.fields[4].at]
	}
	r.Hotline = f.fields[5].value()
	var ok bool
	if r.Quiet, ok = quietOf(s, f.fields[6].value()); !ok {
		f.at = 6
		return r, s.T.Dialog.Day.Rules.BadQuiet
	}
	session, err := strconv.Atoi(f.fields[7].value())
	r.Session = time.Duration(session) * time.Minute
	if f.fields[7].value() == "" {
		r.Session, err = 0, nil
	}
	if err != nil || r.Session != 0 && (r.Session < station.MinSession || r.Session > station.MaxSession) {
		f.at = 7
		return r, s.T.Dialog.Day.Rules.SessionHint
	}
	r.NoLastCall = f.fields[8].at == 1
	caps, ok := capsOf(f.fields[9].value())
	if !ok {
		f.at = 9
		return r, s.T.Dialog.Day.Ways.BadCaps
	}
	r.Speech = voiceOf(f.fields[10].at)
	if len(f.fields) > lockField && !lockOf(f.fields[lockField].value(), &r) {
		f.at = lockField
		return r, s.T.Dialog.People.BadLock
	}
	caps.By = r.Caps.By
	r.Caps = caps
	r.Ready = true
	return r, ""
}

// quietOf reads the hours of peace as people write them: "22:00–5:00",
// "22h-5h", or that there are none.
func quietOf(s *panel.Scene, v string) (q station.Quiet, ok bool) {
	if w := Fold(v); w == "" || w == Fold(s.T.Dialog.Day.Rules.NoQuiet) {
		return q, true
	}
	from, until, found := strings.Cut(strings.ReplaceAll(v, "–", "-"), "-")
	var ok1, ok2 bool
	q.From, ok1 = minuteOf(from)
	q.Until, ok2 = minuteOf(until)
	return q, found && ok1 && ok2 && q.From != q.Until
}

// Update takes a key.
func (d *Settings) Update(s *panel.Scene, msg tea.Msg) Result {
	key := press(msg)
	switch {
	case d.will != nil:
		w := d.will
		switch key {
		case w.confirm():
			d.will = nil
			return Result{Intent: w.does[0], More: w.does[1:], Sent: w.sent, Undo: w.undo}
		case "esc":
			d.will = nil
		}
		return Result{}
	case d.enrol != nil:
		if d.enrol.key(s, msg) {
			d.enrol = nil
		}
		return Result{}
	case d.edit != nil:
		return d.editKey(s, msg)
	}
	if d.tab == tabPeople {
		if r, took := d.people.key(s, msg); took {
			return r
		}
	}
	if at, ok := tabKey(key, "f10", d.tab, tabPeople+1); ok || key == "ctrl+l" {
		if key == "ctrl+l" {
			at = (d.tab + 1) % (tabPeople + 1)
		}
		d.tab = at
		return Result{}
	}
	if key == "esc" {
		return Result{Close: true}
	}
	switch d.tab {
	case tabRules:
		return d.rulesKey(s, msg)
	case tabPhrases:
		return d.phraseKey(s, key)
	case tabZones:
		return d.zoneKey(s, key)
	case tabClusters:
		return d.clusterKey(s, key)
	}
	return Result{Pass: true}
}

func (d *Settings) rulesKey(s *panel.Scene, msg tea.Msg) Result {
	if press(msg) == "ctrl+z" {
		return Result{Pass: true}
	}
	if !d.rules.key(msg) {
		return Result{}
	}
	r, why := d.read(s)
	if d.rules.why = why; why != "" {
		return Result{}
	}
	return Result{Intent: station.SettingsPut{Rules: r}, Undo: d.undoRules(s), Sent: s.T.Dialog.Settings.Saved}
}

// undoRules puts the rules back to what they are now; the form shows them when
// it is opened anew.
func (d *Settings) undoRules(s *panel.Scene) *Undo {
	return Always(s.T.Dialog.Plan.Ask.Undone, station.SettingsPut{Rules: s.Snap.Station.Rules})
}

// Refused implements Refusable: what was typed comes back.
func (d *Settings) Refused(words string) {
	if d.sent != nil {
		d.edit, d.sent = d.sent, nil
		d.edit.why = words
		return
	}
	d.rules.why = words
}

// Busy implements Refusable.
func (d *Settings) Busy() bool { return d.edit != nil || !d.people.quiet() }

// Want implements Asker.
func (d *Settings) Want(*panel.Scene) *Ask {
	if a := d.people.want(); a != nil || d.enrol == nil {
		return a
	}
	return d.enrol.want()
}

// Told implements Asker.
func (d *Settings) Told(s *panel.Scene, t Told) {
	d.people.told(s, t)
	if d.enrol != nil && t.Kind == AskEnrol {
		d.enrol.told(s, t)
	}
}

// Hints implements Full.
func (d *Settings) Hints(s *panel.Scene) []panel.KeyHint {
	h, day := s.T.Dialog.Settings.Hints, s.T.Dialog.Day
	k := func(key string, i int) panel.KeyHint { return panel.KeyHint{Key: key, Word: h[i]} }
	n := func(word string) panel.KeyHint { return panel.KeyHint{Key: "Ctrl+O", Word: word} }
	switch {
	case d.enrol != nil && d.enrol.asked:
		return []panel.KeyHint{k("Esc", 4)}
	case d.will != nil:
		return []panel.KeyHint{{Key: d.will.shown(), Word: s.T.Dialog.Plan.Hints[6]}, k("Esc", 4)}
	case d.edit != nil || d.enrol != nil || d.tab == tabRules:
		return []panel.KeyHint{{Key: "Enter", Word: strings.ToLower(s.T.Dialog.Settings.Save)}, k("Esc", 4)}
	case d.tab == tabPeople && d.people.form != nil:
		return []panel.KeyHint{{Key: "Enter", Word: strings.ToLower(s.T.Dialog.Settings.Save)}, k("Esc", 4)}
	case d.tab == tabPeople:
		p := s.T.Dialog.People.Keys
		return []panel.KeyHint{n(p[0]), {Key: "Enter", Word: p[1]}, {Key: "Delete", Word: p[2]}, k("Esc", 4)}
	case d.tab == tabPhrases:
		return []panel.KeyHint{n(day.Rules.NewPhrase), k("Enter", 1), k("Delete", 2), k("Esc", 4)}
	case d.tab == tabZones:
		return []panel.KeyHint{n(s.T.Dialog.Settings.Zone.New), k("Enter", 1), k("Delete", 2), k("Esc", 4)}
	case d.tab == tabClusters:
		return []panel.KeyHint{n(day.Enrol.New), k("Enter", 1), k("Ctrl+T", 3), k("Delete", 2), k("Esc", 4)}
	}
	return []panel.KeyHint{k("Esc", 4)}
}

// View draws the screen.
func (d *Settings) View(s *panel.Scene, a panel.Area) []string {
	t, w, h := s.T.Dialog.Settings, a.W-2, a.H-2
	body := []panel.Line{tabLine(append(slices.Clone(t.Tabs[:]), s.T.Dialog.People.Tab), d.tab, panel.Line{{R: theme.Key, S: "  Ctrl+L"}, {R: theme.Dim, S: " " + t.Hints[0]}}), nil}
	var tail []panel.Line
	if d.will != nil {
		for _, l := range indent(d.will.words, w) {
			tail = append(tail, panel.L(theme.Live, " "+l+" "))
		}
		tail = append(tail, panel.L(theme.Key, d.will.keys(s.T.Dialog.Plan.Hints[6], s.T.Dialog.Plan.Hints[7])))
	}
	room := max(1, h-len(body)-len(tail))
	switch {
	case d.enrol != nil:
		body = append(body, d.enrol.lines(s, w)...)
	case d.edit != nil:
		body = append(body, d.edit.lines(s, w)...)
	case d.tab == tabRules:
		body = append(body, d.rules.lines(s, w)...)
	case d.tab == tabPhrases:
		body = append(body, d.phraseLines(s, w, room)...)
	case d.tab == tabZones:
		body = append(body, d.zoneLines(s, w, room)...)
	case d.tab == tabClusters:
		body = append(body, d.clusterLines(s, w, room)...)
	case d.tab == tabPeople:
		body = append(body, d.people.lines(s, w, room)...)
	default:
		body = append(body, machineLines(s, w)...)
	}
	return panel.Box(s.Th, true, "F10 "+t.Title, foot(d.Hints(s)), fill(body, tail, h), a)
}
