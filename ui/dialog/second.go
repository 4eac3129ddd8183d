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

// second is what an emergency says in the second language, and which pattern
// its siren has.
type second struct {
	text  textinput.Model
	made  bool
	clips list // 0: no recording
	item  station.ItemID
	lang  string // of a text that came from a file
	siren string // chosen by hand; empty: the template's, else the station's
}

func (x *second) begin(s *panel.Scene) {
	if !x.made {
		x.text, x.made = newInput("", station.MaxEmergency), true
		x.text.Focus()
	}
	x.clips.at = 1 + slices.IndexFunc(clipsOf(s), func(it station.Item) bool { return it.ID == x.item && x.item != "" })
}

// clipsOf are what may be heard after the words: made by people, and no music.
func clipsOf(s *panel.Scene) (out []station.Item) {
	for _, it := range s.Snap.Items {
		if it.MaySecond() {
			out = append(out, it)
		}
	}
	return out
}

// key takes a key; true: the operator is done.
func (x *second) key(s *panel.Scene, msg tea.Msg) bool {
	all := clipsOf(s)
	switch key := press(msg); key {
	case "enter":
		return true
	case "up", "down", "pgup", "pgdown":
		x.clips.key(key, len(all)+1, 6)
		x.item = ""
		if n := x.clips.at - 1; n >= 0 && n < len(all) {
			x.item = all[n].ID
		}
	default:
		editInput(&x.text, msg)
		x.lang = ""
	}
	return false
}

// take puts the words of a file into the field.
func (x *second) take(s *panel.Scene, info *station.CAPInfo) string {
	if info == nil {
		return ""
	}
	x.begin(s)
	x.text.SetValue(info.Text())
	x.lang = strings.ToLower(info.Language)
	return fmt.Sprintf(s.T.Second().FromCAP, panel.Clean(info.Language))
}

// of is what is asked for.
func (x *second) of() station.Second {
	v := station.Second{Item: x.item}
	if x.made {
		v.Text = strings.TrimSpace(x.text.Value())
	}
	if v.Text != "" {
		v.Lang = x.lang
	}
	return v
}

func (x *second) lines(s *panel.Scene, w, h int) []panel.Line {
	t, all := s.T.Second(), clipsOf(s)
	out := []panel.Line{panel.L(theme.Title, " "+t.Title), inputLine(s, t.Text, &x.text, w)}
	if len(all) == 0 {
		out = append(out, panel.L(theme.Dim, " "+t.NoRecordings))
	}
	out = append(out, x.clips.rows(len(all)+1, max(2, h-len(out)-1), func(i int) panel.Line {
		if i == 0 {
			return panel.L(theme.Plain, "   "+t.NoClip)
		}
		return panel.L(theme.Plain, "   "+panel.Cut(panel.Clean(all[i-1].Title), w-4))
	})...)
	return append(out, panel.L(theme.Dim, " "+t.Keys))
}

// tail says in the composer what was chosen by hand.
func (x *second) tail(s *panel.Scene) []panel.Line {
	t := s.T.Second()
	var has []string
	if x.siren != "" {
		has = append(has, fmt.Sprintf(t.Siren, s.T.Word(x.siren)))
	}
	if x.item != "" {
		has = append(has, fmt.Sprintf(t.Clip, panel.Cut(panel.Clean(itemTitle(s, x.item)), 30)))
	}
	if x.of().Text != "" {
		has = append(has, t.Board)
	}
	if len(has) == 0 {
		return nil
	}
	return []panel.Line{panel.L(theme.Plain, " "+strings.Join(has, " · "))}
}

// nextSiren chooses the next of the station's patterns, then its own again.
func (x *second) nextSiren(s *panel.Scene) {
	all := sirens(s)
	at := slices.Index(all, x.siren) + 1
	if x.siren = ""; at < len(all) {
		x.siren = all[at]
	}
}
