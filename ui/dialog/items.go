package dialog

import (
	"fmt"
	"slices"
	"strings"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"loaxa/app/station"
	"loaxa/ui/panel"
	"loaxa/ui/text"
	"loaxa/ui/theme"
)

// itemPicker picks items of the library, in the order in which they are to
// sound.
type itemPicker struct {
	search textinput.Model
	place  list
	chosen []station.ItemID
}

func newItemPicker(chosen []station.ItemID) *itemPicker {
	return &itemPicker{search: newInput("", 100), chosen: slices.Clone(chosen)}
}

// itemTitle is an item's title; what left the library says so.
func itemTitle(s *panel.Scene, id station.ItemID) string {
	if i := slices.IndexFunc(s.Snap.Items, func(it station.Item) bool { return it.ID == id }); i >= 0 {
		return s.Snap.Items[i].Title
	}
	return fmt.Sprintf(s.T.Dialog.Day.Items.Gone, string(id))
}

// itemsWords names items with their number and length.
func itemsWords(s *panel.Scene, ids []station.ItemID) string {
	t := s.T.Dialog.Day.Items
	if len(ids) == 0 {
		return t.None
	}
	var names []string
	for _, id := range ids {
		names = append(names, itemTitle(s, id))
	}
	return fmt.Sprintf(t.Chosen, len(ids), text.Clock(lengthOf(s, ids))) + " " + strings.Join(names, " · ")
}

// update takes a message; true: the choice is made.
func (p *itemPicker) update(s *panel.Scene, msg tea.Msg) bool {
	all := foundItems(s, p.search.Value())
	key := press(msg)
	switch key {
	case "esc", "ctrl+g":
		return true
	case "enter", "ctrl+space":
		if p.place.at < len(all) && len(p.chosen) < station.MaxSlotItems {
			p.chosen = append(p.chosen, all[p.place.at].ID)
		}
		return false
	case "delete", "ctrl+d":
		p.chosen = p.chosen[:max(0, len(p.chosen)-1)]
		return false
	}
	if key != "home" && key != "end" && p.place.key(key, len(all), 10) {
		return false
	}
	before := p.search.Value()
	editInput(&p.search, msg)
	if p.search.Value() != before {
		p.place.at = 0
	}
	return false
}

func (p *itemPicker) lines(s *panel.Scene, w, room int) []panel.Line {
	t := s.T.Dialog.Day.Items
	all := foundItems(s, p.search.Value())
	p.search.Focus()
	body := []panel.Line{panel.L(theme.Title, " "+t.Title), inputLine(s, s.T.Dialog.Pick.Search, &p.search, w)}
	tail := []panel.Line{nil}
	for i, l := range indent(itemsWords(s, p.chosen), w) {
		if i < 3 {
			tail = append(tail, panel.L(theme.Good, " "+l))
		}
	}
	tail = append(tail, panel.L(theme.Key, " "+t.Keys))
	if len(all) == 0 {
		body = append(body, panel.L(theme.Warn, " "+s.T.Dialog.Pick.None))
	}
	body = append(body, p.place.rows(len(all), max(1, room-len(body)-len(tail)), func(i int) panel.Line {
		mark := "   "
		if k := slices.Index(p.chosen, all[i].ID); k >= 0 {
			mark = fmt.Sprintf("%2d ", k+1)
		}
		right := kindWord(s, all[i].Kind) + "  " + panel.PadLeft(text.Clock(all[i].Length), 8) + " "
		return panel.Spread(append(panel.Line{{R: theme.Key, S: " " + mark}}, titleLine("", all[i])...), panel.L(theme.Dim, "  "+right), w)
	})...)
	return fill(body, tail, max(room, len(tail)+1))
}

func kindWord(s *panel.Scene, k station.ItemKind) string {
	i := max(0, slices.Index(itemKinds, k))
	return s.T.Dialog.Plan.Item.Kinds[i]
}
