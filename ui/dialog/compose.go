package dialog

import (
	"fmt"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"loaxa/app/station"
	"loaxa/ui/panel"
	"loaxa/ui/text"
	"loaxa/ui/theme"
)

// stage is what the writing of an emergency text is at.
type stage uint8

const (
	writing     stage = iota // in the operator's own words
	picking                  // of a template
	filling                  // a template's questions
	capping                  // the path of a file with a CAP message
	translating              // the second language
)

// repeatPlans are the plans of repeats that are offered; each has an end.
var repeatPlans = []station.Repeat{{}, {Every: 5 * time.Minute, Times: 6}, {Every: 10 * time.Minute, Times: 6},
	{Every: 15 * time.Minute, Times: 8}, {Every: 30 * time.Minute, Times: 12}}

// composer puts a message together from a template: what is missing of its
// least content is answered or left out with a reason before the words are
// aired; the siren waits for nothing.
type composer struct {
	stage    stage
	at       int // in the list of templates
	chosen   *text.Template
	form     form
	waived   map[string]int // by part: the reason
	plan     int
	cap      capDraft
	second   second
	sounding bool // the siren was sounded before the words were ready
}

// compose takes what belongs to the writing of a text; false: it is none.
func (e *Emergency) compose(s *panel.Scene, msg tea.Msg) bool {
	if e.area() != &e.text {
		return false
	}
	c := &e.comp
	switch key := press(msg); {
	case key == "ctrl+t":
		c.stage = picking
	case key == "ctrl+o":
		c.cap.begin()
		c.stage = capping
	case key == "ctrl+n":
		c.second.begin(s)
		c.stage = translating
	case key == "ctrl+g":
		c.second.nextSiren(s)
	case c.stage == capping && key != "ctrl+l" && key != "ctrl+r":
		c.cap.key(msg)
	case c.stage == translating && key != "ctrl+l" && key != "ctrl+r":
		if c.second.key(s, msg) {
			c.stage = writing
		}
	case key == "ctrl+l":
		e.level = (e.level + 1) % 6
	case key == "ctrl+r":
		c.plan = (c.plan + 1) % len(repeatPlans)
	case c.stage == picking:
		c.pick(s, key)
	case c.stage == filling:
		if key == "ctrl+w" {
			c.waive(s)
		} else if c.form.key(msg) {
			e.write(s)
		}
	case key == "tab":
		e.nextPhrase(s)
	default:
		return false
	}
	return true
}

func (c *composer) pick(s *panel.Scene, key string) {
	all := s.T.Templates()
	switch key {
	case "up":
		c.at = max(0, c.at-1)
	case "down":
		c.at = min(len(all)-1, c.at+1)
	case "enter":
		t := all[c.at]
		c.cap.source = ""
		c.chosen, c.stage, c.waived = &t, filling, map[string]int{}
		c.form = form{save: s.T.Dialog.Compose.Done}
		for _, f := range t.Fields {
			c.form.fields = append(c.form.fields, textField(f.Label, f.Value, "", station.MaxTitle))
		}
	}
}

// waive leaves the question out on which the cursor stands, for one reason
// after the other; after the last it is asked again.
func (c *composer) waive(s *panel.Scene) {
	if c.form.at >= len(c.chosen.Fields) {
		return
	}
	part := c.chosen.Fields[c.form.at].Part
	n, ok := c.waived[part]
	switch {
	case !ok:
		c.waived[part] = 0
	case n+1 < len(s.T.Dialog.Compose.Why):
		c.waived[part] = n + 1
	default:
		delete(c.waived, part)
	}
}

// write puts what was answered into the field as one text, which may be edited.
func (e *Emergency) write(s *panel.Scene) {
	c := &e.comp
	if c.stage != filling {
		return
	}
	level := ""
	if e.level > 0 {
		level, _, _ = strings.Cut(s.T.Books.Level[e.level], " · ")
		level = fmt.Sprintf(s.T.Dialog.Compose.Level, level)
	}
	var answers []string
	for _, f := range c.form.fields {
		answers = append(answers, f.value())
	}
	said := []rune(c.chosen.Compose(level, answers))
	e.text.SetValue(string(said[:min(len(said), station.MaxEmergency)]))
	e.phrase, c.stage = 0, writing
}

// missing are the parts of the least content that are neither answered nor left
// out with a reason.
func (e *Emergency) missing(s *panel.Scene) (parts []string) {
	c := &e.comp
	if c.chosen == nil {
		return nil
	}
	if c.chosen.Level && e.level == 0 {
		parts = append(parts, s.T.Dialog.Compose.LevelPart)
	}
	for i, f := range c.chosen.Fields {
		if _, ok := c.waived[f.Part]; f.Need && !ok && c.form.fields[i].value() == "" {
			parts = append(parts, strings.ToLower(f.Label))
		}
	}
	return parts
}

// airText airs the words, or the siren alone while something of them is missing.
func (e *Emergency) airText(s *panel.Scene, in station.EmergencyStart, em *station.EmergencyView) Result {
	c, words := &e.comp, s.T.Dialog.Compose
	missing := e.missing(s)
	e.write(s)
	in.Text, in.Level, in.Repeat = strings.TrimSpace(e.text.Value()), e.level, repeatPlans[c.plan]
	if in.Source = c.cap.source; in.Source != "" {
		in.Kind = "cap"
	}
	in.Second = c.second.of()
	if c.chosen != nil {
		in.Kind = c.chosen.Kind
		if slices.Contains(s.Snap.Station.Tones, c.chosen.Siren) {
			in.Siren = c.chosen.Siren
		}
		for _, f := range c.chosen.Fields {
			if n, ok := c.waived[f.Part]; ok {
				in.Waived = append(in.Waived, station.Waiver{Part: f.Part, Why: words.Why[n]})
			}
		}
	}
	if c.second.siren != "" {
		in.Siren = c.second.siren
	}
	if e.chosen == renew && em != nil {
		in.Updates = em.ID
		if e.only == everywhere {
			in.Targets = em.Targets
		}
	} else if e.sounded(s) {
		in.Updates = wordless(s)
	}
	if len(missing) > 0 {
		c.stage = filling
		if e.chosen == renew || e.sounded(s) {
			return Result{Note: panel.Note{R: theme.Warn, S: fmt.Sprintf(words.Missing, strings.Join(missing, ", "))}}
		}
		in.Text, in.Repeat, in.Second = "", station.Repeat{}, station.Second{}
	}
	sent, stays := s.T.Dialog.Ask.Sent, len(missing) > 0
	if in.Text == "" {
		in.Repeat = station.Repeat{}
		if in.Siren == "" {
			in.Siren = chosenSiren(s)
		}
		if e.sounded(s) && !stays { // it sounded already, and there is nothing to be read
			return Result{Note: panel.Note{R: theme.Warn, S: words.NoWords}}
		}
		stays = stays || e.chosen == sirenText // its words are to come
	}
	if stays {
		c.sounding, sent = true, words.Sounding
	}
	return Result{Intent: in, Close: !stays, Sent: sent}
}

// sounded tells whether the siren that this window asked for is open and waits
// for its words, by the station's own word.
func (e *Emergency) sounded(s *panel.Scene) bool { return e.comp.sounding && wordless(s) != 0 }

// wordless is the open emergency that is a siren without words; 0: none.
func wordless(s *panel.Scene) (id station.BroadcastID) {
	for _, em := range open(s) {
		if strings.TrimSpace(em.Text) == "" && !em.Drill {
			id = max(id, em.ID)
		}
	}
	return id
}

// lines draws the list of templates or the questions, in h lines.
func (c *composer) lines(s *panel.Scene, w, h int) (out []panel.Line) {
	words := s.T.Dialog.Compose
	if c.stage == capping {
		return c.cap.lines(s, w)
	}
	if c.stage == translating {
		return c.second.lines(s, w, h)
	}
	if c.stage == picking {
		all := s.T.Templates()
		out = append(out, panel.Line{{R: theme.Title, S: " " + words.Pick}, {R: theme.Dim, S: "   " + words.Keys}})
		from := max(0, min(c.at-(h-2)/2, len(all)-(h-1)))
		for i := from; i < len(all) && len(out) < h; i++ {
			l := panel.L(theme.Plain, "   "+all[i].Name)
			if i == c.at {
				l = panel.Line{{R: theme.Key, S: " " + s.Th.G.Play}, {R: theme.Selected, S: " " + all[i].Name + " "}}
			}
			out = append(out, l)
		}
		return out
	}
	out = append(out, panel.L(theme.Title, " "+c.chosen.Name))
	ls := c.form.lines(s, w)
	out = append(out, ls[:len(c.form.fields)]...)
	for _, l := range ls[len(c.form.fields):] {
		if len(l) > 0 {
			out = append(out, l)
		}
	}
	for i, f := range c.chosen.Fields {
		if n, ok := c.waived[f.Part]; ok && c.form.fields[i].value() == "" {
			out[1+i] = append(out[1+i][:1:1], panel.Seg{R: theme.Warn, S: " " + fmt.Sprintf(words.Waived, words.Why[n])})
		}
	}
	return append(out, panel.L(theme.Dim, " "+words.FormKeys))
}

// textTail says what Ctrl+K will do with the text, and what of it is missing.
func (e *Emergency) textTail(s *panel.Scene, where string, em *station.EmergencyView) (out []panel.Line, will string) {
	a, c := s.T.Dialog.Ask, s.T.Dialog.Compose
	warn := func(words string) {
		for _, l := range panel.Wrap(words, 76) {
			out = append(out, panel.L(theme.Warn, " "+l))
		}
	}
	out = append(out, panel.Line{{R: theme.Plain, S: " " + fmt.Sprintf(a.Level, s.T.Books.Level[e.level])}, {R: theme.Key, S: "   " + a.LevelKeys},
		{R: theme.Key, S: " · " + c.WaiveK}})
	plan := c.PlanNone
	if p := repeatPlans[e.comp.plan]; p.Times > 0 {
		plan = fmt.Sprintf(c.PlanEvery, int(p.Every.Minutes()), p.Times, s.Wall.Add(time.Duration(p.Times)*p.Every).Format("15:04"))
	}
	out = append(out, panel.Line{{R: theme.Plain, S: " " + fmt.Sprintf(c.Plan, plan)}, {R: theme.Key, S: " · " + s.T.Second().Key}})
	out = append(out, e.comp.second.tail(s)...)
	if n := len(s.Snap.Station.Rules.Phrases); n > 0 && e.comp.stage == writing {
		out = append(out, panel.L(theme.Key, " "+fmt.Sprintf(s.T.Dialog.Correct.Phrase, e.phrase, n)))
	}
	will = fmt.Sprintf(a.WillText, where)
	if e.chosen == renew && em != nil {
		will = fmt.Sprintf(c.WillUpdate, em.Since.Wall.Format("15:04"))
	}
	missing := e.missing(s)
	switch {
	case len(missing) > 0:
		warn(fmt.Sprintf(c.Missing, strings.Join(missing, ", ")))
		if e.chosen != renew && !e.sounded(s) {
			will = fmt.Sprintf(c.SirenFirst, where)
		}
	case e.comp.stage != filling && strings.TrimSpace(e.text.Value()) == "":
		switch {
		case e.sounded(s):
			will = c.NoWords
		case e.chosen == sirenText:
			warn(a.NoText)
			will = fmt.Sprintf(a.WillSiren, where)
		default:
			warn(a.NoText)
		}
	case e.comp.stage == writing && s.Snap.Station.Rules.Hotline == "":
		warn(s.T.Second().NoHotline)
	}
	if e.sounded(s) {
		warn(c.Sounding)
	}
	return out, will
}
