package dialog

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"loaxa/app/station"
	"loaxa/ui/panel"
	"loaxa/ui/theme"
)

// slotForm edits one slot of the timetable.
type slotForm struct {
	form
	slot   station.Slot
	picker *itemPicker // is open
	beds   []station.ItemID
}

// itemsField is the place of the items in the form.
const itemsField = 3

var feasts = []station.Feast{"", station.FeastNot, station.FeastOnly}

var modes = []station.StartMode{station.StartHard, station.StartWait, station.StartSoft, station.StartSkip}

func newSlotForm(s *panel.Scene, sl station.Slot) *slotForm {
	t := s.T.Dialog.Plan
	at := ""
	if sl.ID != 0 {
		at = clockOf(sl.Minute)
	}
	feast := s.T.Dialog.Day.Feast
	mode, off := letters[sl.Mode], 0
	if sl.Off {
		off = 1
	}
	modeWords := make([]string, len(modes))
	for i := range modes {
		modeWords[i] = t.Slot.Mode[i] + " · " + t.Slot.ModeWords[i]
	}
	f := func(i int, v string, limit int) *field { return textField(t.Form.Fields[i], v, t.Form.Hints[i], limit) }
	beds, names := bedsOf(s, sl.Bed)
	bed := s.T.Dialog.Day.Bed
	return &slotForm{slot: sl, beds: beds, form: form{save: t.Form.Save, fields: []*field{
		f(0, sl.Title, station.MaxTitle), f(1, at, 5), f(2, daysWords(s, sl.Days), 40),
		{label: t.Form.Fields[itemsField], hint: s.T.Dialog.Day.Items.Hint, fixed: itemsWords(s, sl.Items)},
		f(4, whereWords(s, sl.Targets), 400), choiceField(t.Form.Fields[5], t.Form.Hints[5], modeWords, mode),
		choiceField(t.Form.Fields[6], t.Form.Hints[6], []string{t.Slot.On, t.Slot.Off}, off),
		choiceField(feast.Field, feast.Hint, feast.Words[:], slices.Index(feasts, sl.Feast)),
		choiceField(bed.Field, bed.Hint, names, slices.Index(beds, sl.Bed)),
	}}}
}

// maxBeds bounds what the arrows go through.
const maxBeds = 30

// bedsOf are what may sound under the spoken items: nothing, the library's
// music, and what is chosen already.
func bedsOf(s *panel.Scene, now station.ItemID) (ids []station.ItemID, names []string) {
	ids, names = []station.ItemID{""}, []string{s.T.Dialog.Day.Bed.None}
	for _, it := range s.Snap.Items {
		if it.ID == now || it.Kind == station.KindMusic && !it.Relay() && it.Length >= station.MinBed && len(ids) <= maxBeds {
			ids, names = append(ids, it.ID), append(names, it.Title)
		}
	}
	if !slices.Contains(ids, now) {
		ids, names = append(ids, now), append(names, itemTitle(s, now))
	}
	return ids, names
}

// lines draws the form, and below it what it would fall on.
func (f *slotForm) lines(s *panel.Scene, w, room int, d *dry) []panel.Line {
	if f.picker != nil {
		return f.picker.lines(s, w, room)
	}
	out := append([]panel.Line{nil}, f.form.lines(s, w)...)
	sl, why := f.peek(s)
	t := s.T.Dialog.Day.Dry
	switch {
	case why != "":
	case !d.knows(station.DryAsk{Slot: &sl}):
		out = append(out, panel.L(theme.Dim, " "+t.Reckoning))
	case d.read.why == "":
		out = append(out, nil)
		about := d.about(sl.ID)
		if len(about) == 0 {
			return append(out, panel.L(theme.Good, " "+s.Th.G.Tick+" "+t.Well))
		}
		for _, x := range about {
			head, more := findingWords(s, x)
			out = append(out, panel.L(theme.Warn, " "+panel.Cut(head, w-2)), panel.L(theme.Dim, "   "+panel.Cut(more, w-4)))
		}
	}
	return out
}

// peek is read without moving to the field that is wrong.
func (f *slotForm) peek(s *panel.Scene) (sl station.Slot, why string) {
	at := f.at
	sl, why = f.read(s)
	f.at = at
	return sl, why
}

// want asks what the slot would fall on, as it is written now.
func (f *slotForm) want(s *panel.Scene, d *dry) *Ask {
	sl, why := f.peek(s)
	if why != "" {
		return nil
	}
	return d.want(s, station.DryAsk{Slot: &sl})
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
	if len(sl.Items) == 0 {
		f.at = itemsField
		return sl, s.T.Dialog.Day.Items.None
	}
	var bad string
	if sl.Targets, bad = whereOf(s, f.fields[4].value()); bad != "" {
		f.at = 4
		return sl, fmt.Sprintf(t.Form.BadWhere, bad)
	}
	sl.Mode, sl.Off, sl.Feast = modes[f.fields[5].at], f.fields[6].at == 1, feasts[f.fields[7].at]
	sl.Bed = f.beds[f.fields[8].at]
	if sl.Title == "" {
		for _, it := range s.Snap.Items {
			if it.ID == sl.Items[0] {
				sl.Title = it.Title
			}
		}
	}
	return sl, ""
}

// slotKey takes a key of the form. What falls on something else, or into the
// quiet hours, is saved by another key than the one that asked.
func (p *Plan) slotKey(s *panel.Scene, msg tea.Msg) Result {
	f, key := p.form, press(msg)
	switch {
	case f.picker != nil:
		if f.picker.update(s, msg) {
			f.slot.Items = f.picker.chosen
			f.fields[itemsField].fixed = itemsWords(s, f.slot.Items)
			f.picker = nil
		}
		return Result{}
	case key == "esc":
		p.form = nil
		return Result{}
	case f.at == itemsField && (key == "enter" || key == "space" || key == "delete" || typed(msg) != "" || pasted(msg)):
		f.why, f.picker = "", newItemPicker(f.slot.Items)
		if key != "enter" && key != "space" {
			f.picker.update(s, msg)
		}
		return Result{}
	}
	if !f.key(msg) {
		return Result{}
	}
	sl, why := f.read(s)
	if why != "" {
		f.why = why
		return Result{}
	}
	t := s.T.Dialog.Day.Dry
	if !p.dry.knows(station.DryAsk{Slot: &sl}) {
		f.why = t.Checking
		return Result{}
	}
	r := Result{Intent: station.SlotPut{Slot: sl}, Undo: undoSlot(s, sl), Sent: fmt.Sprintf(s.T.Dialog.Plan.Slot.Slots, clockOf(sl.Minute), sl.Title)}
	about := slices.DeleteFunc(p.dry.about(sl.ID), station.DryFinding.Behind)
	if len(about) > 0 && p.dry.read.why == "" {
		head, _ := findingWords(s, about[0])
		words := fmt.Sprintf(t.Ask, head)
		if len(about) > 1 {
			words = fmt.Sprintf(t.Ask, head+fmt.Sprintf(t.AskMore, len(about)-1))
		}
		p.will = &will{words: words, key: "ctrl+g", does: []station.Intent{r.Intent}, undo: r.Undo, sent: r.Sent}
		if ways := waysOf(s, r, p.dry.run.Ways); len(ways) > 1 {
			p.will.ways = ways
		}
		return Result{}
	}
	p.form, p.sent = nil, p.form
	return r
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
	r := Result{Intent: station.ItemPut{ID: f.id, Title: title, Kind: itemKinds[f.fields[1].at]}, Sent: title}
	for _, it := range s.Snap.Items {
		if it.ID == f.id {
			r.Undo = Always(s.T.Dialog.Plan.Ask.Undone, station.ItemPut{ID: it.ID, Title: it.Title, Kind: it.Kind})
		}
	}
	return r
}

func (p *Plan) shelfKey(s *panel.Scene, msg tea.Msg, key string) Result {
	items := p.pick.found(s)
	if !p.pick.importing && p.pick.at < len(items) {
		it := items[p.pick.at]
		switch key {
		case "ctrl+z":
			return Result{Pass: true}
		case "ctrl+e":
			p.item = newItemForm(s, it)
			return Result{}
		case "delete", "ctrl+d":
			if p.pick.search.Value() == "" && (p.pick.running == nil || key == "delete") {
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
