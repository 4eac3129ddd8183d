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

// The questions of First.
const (
	firstName = iota
	firstMic
	firstSpeaker
	firstCount
)

// First is what a new station is asked, once: its name, whether the microphone
// is heard, whether a loudspeaker sounds. Esc passes over a question; the
// answers are saved together after the last one.
type First struct {
	step  int
	name  textinput.Model
	heard bool // the microphone gave sound
	place list // loudspeakers
	rung  bool // the one selected was tried
}

// NewFirst makes the window.
func NewFirst(s *panel.Scene) *First {
	f := &First{name: newInput(s.T.Dialog.First.NameHint, station.MaxName)}
	f.name.SetValue(s.Snap.Station.Rules.Name)
	f.name.CursorEnd()
	return f
}

// speaker is something that can be tried; no cluster: the machine's own card.
type speaker struct{ c *station.ClusterView }

// speakers are those that can be reached first, the machine's own on top.
func speakers(s *panel.Scene) (out []speaker) {
	if !slices.Contains(s.Snap.Station.Missing, "card") {
		out = append(out, speaker{})
	}
	bad := unreached(s)
	for _, c := range s.Ordered() {
		if !slices.Contains(bad, c) {
			out = append(out, speaker{c})
		}
	}
	for _, c := range bad {
		out = append(out, speaker{c})
	}
	return out
}

// Update takes a key.
func (f *First) Update(s *panel.Scene, msg tea.Msg) Result {
	key := press(msg)
	switch f.step {
	case firstName:
		if key == "enter" || key == "esc" {
			if key == "esc" {
				f.name.SetValue(s.Snap.Station.Rules.Name)
			}
			f.step = firstMic
			return f.listen(s)
		}
		editInput(&f.name, msg)
	case firstMic:
		switch key {
		case "enter", "esc":
			f.step = firstSpeaker
			if s.Snap.Mic.Stage == station.MicTesting {
				return Result{Intent: station.MicTest{}}
			}
		case "f4":
			return f.listen(s)
		}
	default:
		return f.loud(s, key)
	}
	return Result{}
}

// listen opens the microphone for its level only.
func (f *First) listen(s *panel.Scene) Result {
	if !micUsable(s) {
		return Result{}
	}
	return Result{Intent: station.MicTest{On: true}}
}

// loud takes a key of the last question.
func (f *First) loud(s *panel.Scene, key string) Result {
	all := speakers(s)
	was := f.place.at
	if f.place.key(key, len(all), 5) {
		f.rung = f.rung && was == f.place.at
		return Result{}
	}
	switch {
	case key == "esc", key == "enter" && (f.rung || len(all) == 0):
		return f.ready(s)
	case key == "enter" || key == "f5":
		if f.place.at >= len(all) {
			return Result{}
		}
		f.rung = true
		in := station.SpeakerTest{}
		if c := all[f.place.at].c; c != nil {
			in.ID = c.ID
		}
		return Result{Intent: in}
	}
	return Result{}
}

// ready saves what was answered. A station that refuses it asks again from the
// name on.
func (f *First) ready(s *panel.Scene) Result {
	r := s.Snap.Station.Rules
	if name := strings.TrimSpace(f.name.Value()); name != "" {
		r.Name = name
	}
	r.Ready = true
	f.step, f.rung = firstName, false
	return Result{Close: true, Intent: station.SettingsPut{Rules: r}, Sent: s.T.Dialog.First.Sent}
}

// View draws the window.
func (f *First) View(s *panel.Scene, a panel.Area) []string {
	t := s.T.Dialog.First
	w, inner := size(a, 78)
	body := []panel.Line{panel.L(theme.Title, " "+fmt.Sprintf(t.Count, f.step+1, firstCount)+" "+t.Ask[f.step]), nil}
	switch f.step {
	case firstName:
		body = append(body, inputLine(s, t.Name, &f.name, inner), nil)
	case firstMic:
		body = append(body, f.micLines(s, inner)...)
	default:
		body = append(body, f.speakerLines(s, inner, max(2, a.H-11))...)
	}
	for _, l := range indent(t.Keys[f.step], inner) {
		body = append(body, panel.L(theme.Key, " "+l))
	}
	return panel.Box(s.Th, true, t.Title, "", body, panel.Area{W: w, H: min(a.H, len(body)+2)})
}

func (f *First) micLines(s *panel.Scene, w int) []panel.Line {
	t, m := s.T.Dialog.First, s.Snap.Mic
	say := func(r theme.Role, words string) (out []panel.Line) {
		for _, l := range indent(words, w) {
			out = append(out, panel.L(r, " "+l))
		}
		return append(out, nil)
	}
	switch {
	case !micUsable(s):
		why := s.T.Books.MicState[station.MicNone]
		if m.Why != "" {
			why = panel.Clean(s.T.Word(m.Why))
		}
		return say(theme.Warn, fmt.Sprintf(t.NoMic, why))
	case m.Stage != station.MicTesting && f.heard:
		return say(theme.Good, t.Heard)
	case m.Stage != station.MicTesting:
		return say(theme.Plain, t.Again)
	}
	switch m.State {
	case station.MicGood, station.MicClipping:
		f.heard = true
	default:
	}
	out := []panel.Line{panel.MicLevel(s, w), nil}
	if f.heard {
		return append(out, say(theme.Good, t.Heard)...)
	}
	return append(out, say(theme.Plain, t.Speak)...)
}

func (f *First) speakerLines(s *panel.Scene, w, room int) []panel.Line {
	t, all := s.T.Dialog.First, speakers(s)
	if len(all) == 0 {
		var out []panel.Line
		for _, l := range indent(t.NoSpeaker, w) {
			out = append(out, panel.L(theme.Warn, " "+l))
		}
		return append(out, nil)
	}
	out := f.place.rows(len(all), min(room, 6), func(i int) panel.Line {
		c := all[i].c
		if c == nil {
			return panel.L(theme.Plain, "   "+t.Own).Fit(w)
		}
		glyph, role := s.Glyph(s.State(c))
		return append(panel.Line{{R: role, S: " " + glyph + " "}, {R: theme.Plain, S: fmt.Sprintf("%3d  %s  ", c.Number, c.Name)}}, panel.Proof(s, c, false)...).Fit(w)
	})
	out = append(out, nil)
	if f.rung {
		for _, l := range indent(t.Rung, w) {
			out = append(out, panel.L(theme.Good, " "+l))
		}
		out = append(out, nil)
	}
	return out
}
