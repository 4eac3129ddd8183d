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

// Plan is F3: what comes today, the timetable, the library.
type Plan struct {
	tab   int
	today list
	entry station.EntryID // that is selected: it may move in the list; 0: a start of a slot
	slots list
	form  *slotForm
	item  *itemForm
	pick  *Pick
	undo  []station.Intent // takes the last changes of the list back
	will  *will
	said  panel.Note
}

// will is an act that waits for Enter, and the line that says what it does.
type will struct {
	words string
	does  []station.Intent
	sent  string
}

// NewPlan makes the screen on its first tab.
func NewPlan(s *panel.Scene) *Plan {
	p := &Plan{pick: NewPick(s)}
	if q := s.Snap.Queue.Entries; len(q) > 0 {
		p.entry = q[0].ID
	}
	return p
}

// follow keeps the selection on its entry.
func (p *Plan) follow(rows []dueRow) {
	for i, r := range rows {
		if r.queue != nil && r.queue.Entry.ID == p.entry {
			p.today.at = i
		}
	}
}

// dueRow is one line of today: an entry of the list or a start of a slot.
type dueRow struct {
	queue *panel.QueueRow
	at    int // place in the queue
	due   *station.DueView
}

// rundown puts the list and the timetable's starts into one order.
func rundown(s *panel.Scene) []dueRow {
	var out []dueRow
	due := s.Snap.Plan.Due
	add := func(before time.Time) {
		for len(due) > 0 && (before.IsZero() || due[0].At.Before(before)) {
			if d := &due[0]; d.State != station.DueDone && d.State != station.DueOnAir {
				out = append(out, dueRow{due: d})
			}
			due = due[1:]
		}
	}
	rows, _ := panel.Rundown(s)
	for i := range rows {
		if at := rows[i].Start; !at.IsZero() && !rows[i].Plays {
			add(at)
		} else {
			add(s.Wall)
		}
		out = append(out, dueRow{queue: &rows[i], at: i})
	}
	add(time.Time{})
	return out
}

// Update takes a key.
func (p *Plan) Update(s *panel.Scene, msg tea.Msg) Result {
	key := press(msg)
	switch {
	case p.will != nil:
		w := p.will
		switch key {
		case "enter":
			p.will = nil
			return Result{Intent: w.does[0], More: w.does[1:], Sent: w.sent}
		case "esc":
			p.will = nil
		}
		return Result{}
	case p.form != nil:
		return p.slotKey(s, msg)
	case p.item != nil:
		return p.itemKey(s, msg)
	}
	if at, ok := tabKey(key, "f3", p.tab, 3); ok {
		p.tab, p.said = at, panel.Note{}
		return Result{}
	}
	switch p.tab {
	case 0:
		return p.todayKey(s, key)
	case 1:
		return p.slotsKey(s, key)
	}
	return p.libraryKey(s, msg, key)
}

// playing tells whether a place of the list sounds or was cut: it stays first.
func playing(s *panel.Scene, at int) bool {
	return at == 0 && s.QueueAir() != nil && len(s.Snap.Queue.Entries) > 0 && s.Snap.Queue.Current == s.Snap.Queue.Entries[0].ID
}

func (p *Plan) todayKey(s *panel.Scene, key string) Result {
	rows := rundown(s)
	p.follow(rows)
	moved := p.today.key(key, len(rows), 10)
	var row dueRow
	if p.today.at < len(rows) {
		row = rows[p.today.at]
	}
	if moved {
		p.entry = 0
		if row.queue != nil {
			p.entry = row.queue.Entry.ID
		}
		return Result{}
	}
	switch key {
	case "esc":
		return Result{Close: true}
	case "ctrl+o", "insert":
		p.tab = 2
	case "ctrl+z":
		return p.takeBack(s)
	case "ctrl+n":
		return p.fillGap(s)
	case "ctrl+up", "ctrl+u", "ctrl+down", "ctrl+e":
		by := 1
		if key == "ctrl+up" || key == "ctrl+u" {
			by = -1
		}
		return p.move(s, row, by)
	case "delete", "ctrl+d":
		return p.remove(s, row)
	case "enter":
		return p.skip(s, row)
	default:
		return Result{Pass: true}
	}
	return Result{}
}

func (p *Plan) move(s *panel.Scene, r dueRow, by int) Result {
	n := len(s.Snap.Queue.Entries)
	if r.queue == nil {
		return note(s.T.Disabled.NoEntry)
	}
	to := r.at + by
	if playing(s, r.at) || to == 0 && playing(s, 0) {
		return note(s.T.Disabled.Playing)
	}
	if to < 0 || to >= n {
		return Result{}
	}
	id := r.queue.Entry.ID
	p.undo = []station.Intent{station.QueueMove{ID: id, To: r.at}}
	return Result{Intent: station.QueueMove{ID: id, To: to}}
}

func (p *Plan) remove(s *panel.Scene, r dueRow) Result {
	if r.queue == nil {
		return p.skip(s, r)
	}
	if playing(s, r.at) {
		return note(s.T.Disabled.Playing)
	}
	e := r.queue.Entry
	p.undo = []station.Intent{station.QueueAdd{Item: e.Item, Targets: e.Targets, At: r.at}}
	return Result{Intent: station.QueueRemove{ID: e.ID}, Sent: fmt.Sprintf(s.T.Foot.Removed, e.Title)}
}

// skip asks before it passes over a coming start; a missed one is played.
func (p *Plan) skip(s *panel.Scene, r dueRow) Result {
	t := s.T.Dialog.Plan
	if r.due == nil {
		return Result{Pass: true}
	}
	d := r.due
	switch d.State {
	case station.DueComing:
		p.will = &will{words: fmt.Sprintf(t.SkipAsk, d.At.Format("15:04"), d.Title), does: []station.Intent{station.SlotSkip{ID: d.Slot, At: d.At.Unix()}},
			sent: fmt.Sprintf(t.Skip, d.Title)}
	case station.DueMissed:
		for _, sl := range s.Snap.Plan.Slots {
			if sl.ID == d.Slot && len(sl.Items) > 0 {
				p.will = &will{words: fmt.Sprintf(t.PlayMissed, d.Title), does: []station.Intent{station.PlayNow{Items: sl.Items, Targets: sl.Targets}},
					sent: d.Title}
			}
		}
	default:
	}
	return Result{}
}

func (p *Plan) takeBack(s *panel.Scene) Result {
	if len(p.undo) == 0 {
		return note(s.T.Disabled.NoUndo)
	}
	u := p.undo
	p.undo = nil
	return Result{Intent: u[0], More: u[1:], Sent: s.T.Dialog.Plan.Undone}
}

// fillGap proposes music that fills the time up to the next fixed start.
func (p *Plan) fillGap(s *panel.Scene) Result {
	t := s.T.Dialog.Plan
	spare, next, ok := s.Spare()
	if next == nil {
		return note(t.NoFixed)
	}
	if !ok {
		spare = next.At.Sub(s.Wall)
	}
	ids, sum := s.FitMusic(spare)
	if len(ids) == 0 {
		return note(t.FillNone)
	}
	w := &will{words: fmt.Sprintf(t.FillWill, len(ids), text.Clock(sum), next.At.Format("15:04")), sent: t.Fill}
	for _, id := range ids {
		w.does = append(w.does, station.QueueAdd{Item: id, Targets: next.Targets, At: -1})
	}
	p.will = w
	return Result{}
}

func note(words string) Result { return Result{Note: panel.Note{R: theme.Warn, S: words}} }

func (p *Plan) slotsKey(s *panel.Scene, key string) Result {
	t, slots := s.T.Dialog.Plan, sortedSlots(s)
	if p.slots.key(key, len(slots), 10) {
		return Result{}
	}
	switch key {
	case "esc":
		return Result{Close: true}
	case "ctrl+o", "insert":
		p.form = newSlotForm(s, station.Slot{Days: station.EveryDay, Targets: s.Targets(), Mode: station.StartHard})
	case "enter":
		if p.slots.at < len(slots) {
			p.form = newSlotForm(s, slots[p.slots.at])
		}
	case "delete", "ctrl+d":
		if p.slots.at < len(slots) {
			sl := slots[p.slots.at]
			p.will = &will{words: fmt.Sprintf(t.Delete, sl.Title), does: []station.Intent{station.SlotRemove{ID: sl.ID}}, sent: fmt.Sprintf(s.T.Foot.Removed, sl.Title)}
			sl.ID = 0
			p.undo = []station.Intent{station.SlotPut{Slot: sl}}
		}
	case "ctrl+z":
		return p.takeBack(s)
	default:
		return Result{Pass: true}
	}
	return Result{}
}

func sortedSlots(s *panel.Scene) []station.Slot {
	out := slices.Clone(s.Snap.Plan.Slots)
	slices.SortStableFunc(out, func(a, b station.Slot) int { return a.Minute - b.Minute })
	return out
}

// Hints implements Full.
func (p *Plan) Hints(s *panel.Scene) []panel.KeyHint {
	h := s.T.Dialog.Plan.Hints
	k := func(key string, i int) panel.KeyHint { return panel.KeyHint{Key: key, Word: h[i]} }
	switch {
	case p.will != nil:
		return []panel.KeyHint{k("Enter", 6), k("Esc", 7)}
	case p.form != nil || p.item != nil:
		return []panel.KeyHint{k("Enter", 5), k("Esc", 7)}
	case p.tab == 0:
		return []panel.KeyHint{k("F3", 0), k("Ctrl+O", 1), k("Ctrl+↑↓", 2), k("Delete", 3), k("Ctrl+N", 4), k("Esc", 7)}
	case p.tab == 1:
		return []panel.KeyHint{k("F3", 0), k("Ctrl+O", 1), k("Enter", 5), k("Delete", 3), k("Esc", 7)}
	}
	return []panel.KeyHint{k("F3", 0), k("Enter", 1), k("Ctrl+E", 5), k("Delete", 3), k("Esc", 7)}
}

// View draws the screen.
func (p *Plan) View(s *panel.Scene, a panel.Area) []string {
	t, w, h := s.T.Dialog.Plan, a.W-2, a.H-2
	body := []panel.Line{tabLine(t.Tabs[:], p.tab, nil)}
	var tail []panel.Line
	if p.will != nil {
		tail = append(tail, nil)
		for _, l := range indent(p.will.words, w) {
			tail = append(tail, panel.L(theme.Live, " "+l+" "))
		}
		tail = append(tail, panel.Line{{R: theme.Key, S: " Enter: " + t.Hints[6] + " · Esc: " + t.Hints[7]}})
	}
	room := h - len(body) - len(tail)
	switch {
	case p.form != nil:
		body = append(body, p.form.lines(s, w)...)
	case p.item != nil:
		body = append(body, nil)
		body = append(body, p.item.lines(s, w)...)
	case p.tab == 0:
		body = append(body, p.todayLines(s, w, room)...)
	case p.tab == 1:
		body = append(body, p.slotLines(s, w, room)...)
	default:
		body = append(body, p.pick.lines(s, w, room)...)
	}
	return panel.Box(s.Th, true, "F3 "+t.Title, "", fill(body, tail, h), a)
}

func (p *Plan) todayLines(s *panel.Scene, w, room int) []panel.Line {
	t, rows := s.T.Dialog.Plan, rundown(s)
	p.follow(rows)
	body := panel.Countdowns(s, w)
	body = append(body, nil)
	if len(rows) == 0 {
		return append(body, panel.L(theme.Dim, " "+t.Nothing))
	}
	return append(body, p.today.rows(len(rows), max(1, room-len(body)), func(i int) panel.Line {
		if r := rows[i]; r.due != nil {
			return dueLine(s, r.due, w)
		}
		return panel.QueueLine(s, *rows[i].queue, w)
	})...)
}

var letters = map[station.StartMode]int{station.StartHard: 0, station.StartWait: 1, station.StartSoft: 2, station.StartSkip: 3}

func dueLine(s *panel.Scene, d *station.DueView, w int) panel.Line {
	t := s.T.Dialog.Plan
	state := map[station.DueState]int{station.DueComing: 0, station.DueOnAir: 1, station.DueDone: 2, station.DueMissed: 3, station.DueSkipped: 4}
	role := theme.Plain
	switch d.State {
	case station.DueMissed:
		role = theme.Warn
	case station.DueSkipped, station.DueDone:
		role = theme.Dim
	default:
	}
	left := panel.Line{{R: theme.Key, S: " " + t.Mode[letters[d.Mode]] + " "}, {R: theme.Dim, S: d.At.Format("15:04") + " "}, {R: role, S: d.Title}}
	if !d.Targets.All {
		left = append(left, panel.Seg{R: theme.Key, S: " · " + s.Where(d.Targets, s.Meant(d.Targets), true)})
	}
	right := t.State[state[d.State]]
	if d.State == station.DueComing && d.At.After(s.Wall) {
		right = s.T.Age(d.At.Sub(s.Wall)) + "  " + right
	}
	return panel.Spread(left, panel.Line{{R: role, S: "  " + right + "  " + text.Clock(d.Length) + " "}}, w)
}

func (p *Plan) slotLines(s *panel.Scene, w, room int) []panel.Line {
	t, slots := s.T.Dialog.Plan, sortedSlots(s)
	if len(slots) == 0 {
		return []panel.Line{nil, panel.L(theme.Dim, " "+t.NoSlots), panel.L(theme.Key, " Ctrl+O: "+t.New)}
	}
	body := []panel.Line{panel.L(theme.Dim, " "+t.Heard)}
	return append(body, p.slots.rows(len(slots), max(1, room-1), func(i int) panel.Line {
		sl := slots[i]
		role := theme.Plain
		if sl.Off {
			role = theme.Dim
		}
		left := panel.Line{{R: theme.Key, S: " " + t.Mode[letters[sl.Mode]] + " "}, {R: role, S: clockOf(sl.Minute) + "  "},
			{R: theme.Dim, S: panel.Pad(daysWords(s, sl.Days), 12) + " "}, {R: role, S: sl.Title}}
		right := s.Where(sl.Targets, s.Meant(sl.Targets), true)
		if sl.Off {
			right += " · " + t.Off
		}
		return panel.Spread(left, panel.L(theme.Dim, "  "+right+"  "+text.Clock(lengthOf(s, sl.Items))+" "), w)
	})...)
}

func clockOf(minute int) string { return fmt.Sprintf("%02d:%02d", minute/60, minute%60) }

func lengthOf(s *panel.Scene, ids []station.ItemID) (sum time.Duration) {
	for _, it := range s.Snap.Items {
		for _, id := range ids {
			if it.ID == id {
				sum += it.Length
			}
		}
	}
	return sum
}

// daysWords says a set of days: "hằng ngày", "T2 T4 CN".
func daysWords(s *panel.Scene, d station.Days) string {
	t := s.T.Dialog.Plan
	if d == station.EveryDay {
		return t.Daily
	}
	var out []string
	for i, w := range t.Days {
		if d&(1<<i) != 0 {
			out = append(out, w)
		}
	}
	return strings.Join(out, " ")
}
