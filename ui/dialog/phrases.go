package dialog

import (
	"fmt"
	"slices"
	"strings"

	"loaxa/app/station"
	"loaxa/ui/panel"
	"loaxa/ui/theme"
)

// phraseKey takes a key of the list of prepared texts.
func (d *Settings) phraseKey(s *panel.Scene, key string) Result {
	t, all, at := s.T.Dialog.Day.Rules, s.Snap.Station.Rules.Phrases, &d.places[tabPhrases]
	if at.key(key, len(all), 10) {
		return Result{}
	}
	switch key {
	case "ctrl+o", "insert":
		if len(all) >= station.MaxPhrases {
			return note(fmt.Sprintf(t.FullPhrase, station.MaxPhrases))
		}
		d.edit = phraseForm(s, len(all))
	case "enter":
		if at.at < len(all) {
			d.edit = phraseForm(s, at.at)
		}
	case "delete", "ctrl+d":
		if at.at < len(all) {
			r := s.Snap.Station.Rules
			r.Phrases = slices.Delete(slices.Clone(all), at.at, at.at+1)
			d.will = &will{words: fmt.Sprintf(t.RemovePhrase, at.at+1), does: []station.Intent{station.SettingsPut{Rules: r}},
				undo: d.undoRules(s), sent: s.T.Dialog.Settings.Saved}
		}
	default:
		return Result{Pass: true}
	}
	return Result{}
}

func phraseForm(s *panel.Scene, at int) *editing {
	t, v := s.T.Dialog.Settings, ""
	if all := s.Snap.Station.Rules.Phrases; at < len(all) {
		v = strings.ReplaceAll(all[at], "\n", " ")
	}
	return &editing{tab: tabPhrases, phrase: at, form: form{save: t.Save, fields: []*field{
		textField(fmt.Sprintf(t.Rules.Phrases, at+1), v, t.Rules.PhraseHint, station.MaxEmergency)}}}
}

// readPhrase puts the text into the list at its place; an emptied one leaves it.
func (e *editing) readPhrase(s *panel.Scene) (does, undo []station.Intent, why string) {
	r := s.Snap.Station.Rules
	all, v := slices.Clone(r.Phrases), e.fields[0].value()
	switch {
	case v == "" && e.phrase >= len(all):
		return nil, nil, s.T.Dialog.Day.Rules.NoPhrase
	case v == "":
		all = slices.Delete(all, e.phrase, e.phrase+1)
	case e.phrase >= len(all):
		all = append(all, v)
	default:
		all[e.phrase] = v
	}
	undo = []station.Intent{station.SettingsPut{Rules: r}}
	r.Phrases = all
	return []station.Intent{station.SettingsPut{Rules: r}}, undo, ""
}

func (d *Settings) phraseLines(s *panel.Scene, w, room int) []panel.Line {
	all := s.Snap.Station.Rules.Phrases
	if len(all) == 0 {
		return []panel.Line{panel.L(theme.Dim, " "+s.T.Dialog.Day.Rules.NoPhrase)}
	}
	return d.places[tabPhrases].rows(len(all), room, func(i int) panel.Line {
		return panel.Line{{R: theme.Dim, S: fmt.Sprintf(" %2d ", i+1)}, {R: theme.Plain, S: strings.ReplaceAll(all[i], "\n", " ")}}.Fit(w)
	})
}
