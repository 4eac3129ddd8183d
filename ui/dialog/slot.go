package dialog

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"loaxa/app/station"
	"loaxa/ui/panel"
	"loaxa/ui/text"
	"loaxa/ui/theme"
)

// slotForm edits one slot of the timetable.
type slotForm struct {
	form
	slot station.Slot
}

var modes = []station.StartMode{station.StartHard, station.StartWait, station.StartSoft, station.StartSkip}

func newSlotForm(s *panel.Scene, sl station.Slot) *slotForm {
	t := s.T.Dialog.Plan
	at := ""
	if sl.ID != 0 {
		at = clockOf(sl.Minute)
	}
	var titles []string
	for _, id := range sl.Items {
		i := slices.IndexFunc(s.Snap.Items, func(it station.Item) bool { return it.ID == id })
		if i < 0 {
			titles = append(titles, "?"+string(id)) // it left the library: not dropped in silence
			continue
		}
		titles = append(titles, s.Snap.Items[i].Title)
	}
	mode, off := letters[sl.Mode], 0
	if sl.Off {
		off = 1
	}
	modeWords := make([]string, len(modes))
	for i := range modes {
		modeWords[i] = t.Slot.Mode[i] + " · " + t.Slot.ModeWords[i]
	}
	f := func(i int, v string, limit int) *field { return textField(t.Form.Fields[i], v, t.Form.Hints[i], limit) }
	return &slotForm{slot: sl, form: form{save: t.Form.Save, fields: []*field{
		f(0, sl.Title, station.MaxTitle), f(1, at, 5), f(2, daysWords(s, sl.Days), 40), f(3, strings.Join(titles, "; "), 2000),
		f(4, whereWords(s, sl.Targets), 400), choiceField(t.Form.Fields[5], t.Form.Hints[5], modeWords, mode),
		choiceField(t.Form.Fields[6], t.Form.Hints[6], []string{t.Slot.On, t.Slot.Off}, off),
	}}}
}

// lines draws the form, and below it which items the written titles mean.
func (f *slotForm) lines(s *panel.Scene, w int) []panel.Line {
	out := append([]panel.Line{nil}, f.form.lines(s, w)...)
	if ids, _ := itemsOf(s, f.fields[3].value()); len(ids) > 0 {
		var names []string
		for _, id := range ids {
			for _, it := range s.Snap.Items {
				if it.ID == id {
					names = append(names, it.Title)
				}
			}
		}
		out = append(out, panel.L(theme.Good, " "+panel.Cut("→ "+strings.Join(names, "; ")+" · "+text.Clock(lengthOf(s, ids)), w-2)))
	}
	return out
}

// read makes the slot of what was typed, or says what is wrong.
func (f *slotForm) read(s *panel.Scene) (sl station.Slot, why string) {
	t := s.T.Dialog.Plan
	sl = f.slot
	sl.Title = f.fields[0].value()
	var ok bool
	if sl.Minute, ok = minuteOf(f.fields[1].value()); !ok {
		f.at = 1
		return sl, t.Form.BadTime
	}
	if sl.Days, ok = daysOf(s, f.fields[2].value()); !ok {
		f.at = 2
		return sl, t.Form.BadDays
	}
	var bad string
	if sl.Items, bad = itemsOf(s, f.fields[3].value()); bad != "" || len(sl.Items) == 0 {
		f.at = 3
		return sl, fmt.Sprintf(t.Form.BadItems, bad)
	}
	if sl.Targets, bad = whereOf(s, f.fields[4].value()); bad != "" {
		f.at = 4
		return sl, fmt.Sprintf(t.Form.BadWhere, bad)
	}
	sl.Mode, sl.Off = modes[f.fields[5].at], f.fields[6].at == 1
	if sl.Title == "" {
		for _, it := range s.Snap.Items {
			if it.ID == sl.Items[0] {
				sl.Title = it.Title
			}
		}
	}
	return sl, ""
}

func (p *Plan) slotKey(s *panel.Scene, msg tea.Msg) Result {
	if press(msg) == "esc" {
		p.form = nil
		return Result{}
	}
	if !p.form.key(msg) {
		return Result{}
	}
	sl, why := p.form.read(s)
	if why != "" {
		p.form.why = why
		return Result{}
	}
	p.form, p.sent = nil, p.form
	return Result{Intent: station.SlotPut{Slot: sl}, Sent: fmt.Sprintf(s.T.Dialog.Plan.Slot.Slots, clockOf(sl.Minute), sl.Title)}
}

// minuteOf reads a time of the day: 5:30, 05h30, 0530.
func minuteOf(v string) (int, bool) {
	v = strings.NewReplacer("h", ":", "H", ":", "g", ":", ".", ":").Replace(strings.TrimSpace(v))
	hs, ms, found := strings.Cut(v, ":")
	if !found && len(v) == 4 {
		hs, ms = v[:2], v[2:]
	}
	if ms == "" {
		ms = "0"
	}
	h, err1 := strconv.Atoi(hs)
	m, err2 := strconv.Atoi(ms)
	if err1 != nil || err2 != nil || h < 0 || h > 23 || m < 0 || m > 59 {
		return 0, false
	}
	return h*60 + m, true
}

// daysOf reads week days: "hằng ngày", "T2-T6", "T7, CN"; the numbers alone too.
func daysOf(s *panel.Scene, v string) (station.Days, bool) {
	t := s.T.Dialog.Plan
	if w := Fold(strings.TrimSpace(v)); w == "" || w == Fold(t.Slot.Daily) {
		return station.EveryDay, true
	}
	one := func(w string) int {
		for i, d := range t.Slot.Days {
			if Fold(d) == w || s.T.Lang == "vi" && strconv.Itoa(i+2) == w {
				return i
			}
		}
		return -1
	}
	var days station.Days
	for _, w := range strings.FieldsFunc(Fold(v), func(r rune) bool { return r == ' ' || r == ',' || r == ';' }) {
		from, to, span := strings.Cut(w, "-")
		a := one(from)
		b := a
		if span {
			b = one(to)
		}
		if a < 0 || b < a {
			return 0, false
		}
		for i := a; i <= b; i++ {
			days |= 1 << i
		}
	}
	return days, days != 0
}

// itemsOf finds the items whose titles are named, or begun, between semicolons.
func itemsOf(s *panel.Scene, v string) (ids []station.ItemID, bad string) {
	for _, part := range strings.Split(v, ";") {
		want := Fold(strings.TrimSpace(part))
		if want == "" {
			continue
		}
		if id, gone := strings.CutPrefix(strings.TrimSpace(part), "?"); gone {
			ids = append(ids, station.ItemID(id))
			continue
		}
		best := -1
		for i, it := range s.Snap.Items {
			have := Fold(it.Title)
			if have == want {
				best = i
				break
			}
			if best < 0 && strings.Contains(have, want) {
				best = i
			}
		}
		if best < 0 {
			return nil, strings.TrimSpace(part)
		}
		ids = append(ids, s.Snap.Items[best].ID)
	}
	return ids, ""
}

// whereWords writes targets as whereOf reads them.
func whereWords(s *panel.Scene, t station.Targets) string {
	if t.All {
		return s.T.Head.Everywhere
	}
	var out []string
	for _, z := range t.Zones {
		out = append(out, s.ZoneName(z))
	}
	for _, n := range t.Numbers {
		out = append(out, strconv.Itoa(n))
	}
	for _, id := range t.Clusters {
		if c := s.Cluster(id); c != nil {
			out = append(out, strconv.Itoa(c.Number))
		}
	}
	return strings.Join(out, ", ")
}

// whereOf reads targets: everywhere, zones by name, clusters by number or name.
func whereOf(s *panel.Scene, v string) (t station.Targets, bad string) {
	if w := Fold(strings.TrimSpace(v)); w == "" || w == Fold(s.T.Head.Everywhere) || w == "*" {
		return station.Everywhere(), ""
	}
next:
	for _, part := range strings.FieldsFunc(v, func(r rune) bool { return r == ',' || r == ';' }) {
		w := Fold(strings.TrimSpace(part))
		for _, z := range s.Snap.Station.Zones {
			if Fold(z.Name) == w || z.ID == w {
				t.Zones = append(t.Zones, z.ID)
				continue next
			}
		}
		for i := range s.Snap.Clusters {
			if c := &s.Snap.Clusters[i]; strconv.Itoa(c.Number) == w || Fold(c.Name) == w {
				t.Clusters = append(t.Clusters, c.ID)
				continue next
			}
		}
		return t, strings.TrimSpace(part)
	}
	return t, ""
}

// itemForm edits the title and kind of an item of the library.
type itemForm struct {
	form
	id station.ItemID
}

var itemKinds = []station.ItemKind{"", station.KindMusic, station.KindBulletin, station.KindJingle, station.KindRecording}

func newItemForm(s *panel.Scene, it station.Item) *itemForm {
	t := s.T.Dialog.Plan
	at := 0
	for i, k := range itemKinds {
		if k == it.Kind {
			at = i
		}
	}
	return &itemForm{id: it.ID, form: form{save: t.Form.Save, fields: []*field{
		textField(t.Form.Fields[0], it.Title, "", station.MaxTitle), choiceField(t.Item.Kind, t.Item.KindHint, t.Item.Kinds[:], at)}}}
}

func (p *Plan) itemKey(s *panel.Scene, msg tea.Msg) Result {
	f := p.item
	if press(msg) == "esc" {
		p.item = nil
		return Result{}
	}
	if !f.key(msg) {
		return Result{}
	}
	title := f.fields[0].value()
	if title == "" {
		f.at, f.why = 0, f.fields[0].label+"?"
		return Result{}
	}
	p.item = nil
	return Result{Intent: station.ItemPut{ID: f.id, Title: title, Kind: itemKinds[f.fields[1].at]}, Sent: title}
}

func (p *Plan) libraryKey(s *panel.Scene, msg tea.Msg, key string) Result {
	items := p.pick.found(s)
	if !p.pick.importing && p.pick.at < len(items) {
		it := items[p.pick.at]
		switch key {
		case "ctrl+e":
			p.item = newItemForm(s, it)
			return Result{}
		case "delete", "ctrl+d":
			if p.pick.search.Value() == "" {
				p.will = &will{words: fmt.Sprintf(s.T.Dialog.Plan.Item.Remove, it.Title), does: []station.Intent{station.ItemRemove{ID: it.ID}},
					sent: fmt.Sprintf(s.T.Foot.Removed, it.Title)}
				return Result{}
			}
		}
	}
	r := p.pick.Update(s, msg)
	if key == "ctrl+g" {
		r.Close = false
	}
	return r
}

// Started implements Importer.
func (p *Plan) Started(pr *Progress) { p.pick.Started(pr) }

// Done implements Importer.
func (p *Plan) Done(s *panel.Scene, it station.Item, why string) { p.pick.Done(s, it, why) }
