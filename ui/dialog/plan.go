package dialog

import (
	"fmt"
	"slices"
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
	file  *slotFile
	item  *itemForm
	pick  *Pick
	dry   dry
	sent  *slotForm // was sent and not answered with a refusal yet
	will  *will
	said  panel.Note
}

// will is an act that waits for Enter, and the line that says what it does.
type will struct {
	words string
	does  []station.Intent
	sent  string
	undo  *Undo
	key   string // that does it: another than the one that asked; "": Enter

	ways []way // ↑ ↓ choose one of them in the place of does; none: there is no choice
	list
}

func (w *will) confirm() string {
	if w.key == "" {
		return "enter"
	}
	return w.key
}

// shown is the key as people read it.
func (w *will) shown() string {
	switch w.key {
	case "ctrl+g":
		return "Ctrl+G"
	case "delete":
		return "Delete"
	}
	return "Enter"
}

// keys are the line that says how it is carried out or left.
func (w *will) keys(yes, no string) string {
	return " " + w.shown() + ": " + yes + " · Esc: " + no
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
		case w.confirm():
			p.will = nil
			if p.form != nil { // asked about what was written
				p.form, p.sent = nil, p.form
			}
			w.choose()
			return Result{Intent: w.does[0], More: w.does[1:], Sent: w.sent, Undo: w.undo}
		case "esc":
			p.will = nil
		default:
			w.list.key(key, len(w.ways), len(w.ways))
		}
		return Result{}
	case p.form != nil:
		return p.slotKey(s, msg)
	case p.file != nil:
		r, leave := p.file.key(s, msg)
		if leave {
			p.file = nil
		}
		return r
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
	return p.shelfKey(s, msg, key)
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
	return Result{Intent: station.QueueMove{ID: id, To: to}, Undo: UndoMove(s, id, r.at)}
}

func (p *Plan) remove(s *panel.Scene, r dueRow) Result {
	if r.queue == nil {
		return p.skip(s, r)
	}
	if playing(s, r.at) {
		return note(s.T.Disabled.Playing)
	}
	e := r.queue.Entry
	return Result{Intent: station.QueueRemove{ID: e.ID}, Sent: fmt.Sprintf(s.T.Foot.Removed, e.Title), Undo: UndoRemove(s, e, r.at)}
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
		p.will = &will{words: fmt.Sprintf(t.Ask.SkipAsk, d.At.Format("15:04"), d.Title), key: "delete", does: []station.Intent{station.SlotSkip{ID: d.Slot, At: d.At.Unix()}},
			sent: fmt.Sprintf(t.Ask.Skip, d.Title)}
	case station.DueMissed:
		if l := s.LateFor(d.Slot, d.At.Unix()); l != nil {
			p.will = lateWill(s, l)
			break
		}
		for _, sl := range s.Snap.Plan.Slots {
			if sl.ID == d.Slot && len(sl.Items) > 0 {
				play := []station.Intent{station.PlayNow{Items: sl.Items, Targets: sl.Targets, Bed: sl.Bed}}
				m := s.T.Dialog.Day.Ways.Missed
				p.will = &will{words: fmt.Sprintf(m[0], d.At.Format("15:04"), d.Title), key: "ctrl+g", does: play, sent: d.Title,
					ways: []way{{words: fmt.Sprintf(t.Ask.PlayMissed, d.Title), does: play, sent: d.Title},
						{words: m[1], does: []station.Intent{station.SlotSkip{ID: d.Slot, At: d.At.Unix()}}, sent: fmt.Sprintf(t.Ask.Skip, d.Title)}}}
			}
		}
	default:
	}
	return Result{}
}

// fillGap proposes music that fills the time up to the next fixed start.
func (p *Plan) fillGap(s *panel.Scene) Result {
	t := s.T.Dialog.Plan
	spare, next, ok := s.Spare()
	switch {
	case next == nil:
		return note(t.Count.NoFixed)
	case ok && spare < 0:
		return note(fmt.Sprintf(t.Count.Over, text.Clock(-spare)))
	case !ok && next.At.Sub(s.Wall) > panel.FarAhead:
		return note(fmt.Sprintf(t.Count.Far, next.At.Format("15:04")))
	}
	if !ok {
		spare = next.At.Sub(s.Wall)
	}
	ids, sum := s.FitMusic(spare)
	if len(ids) == 0 {
		return note(t.Ask.FillNone)
	}
	w := &will{undo: UndoAdd(s, ids...), words: fmt.Sprintf(t.Ask.FillWill, len(ids), text.Clock(sum), next.At.Format("15:04")), sent: t.Ask.Fill}
	for _, id := range ids {
		w.does = append(w.does, station.QueueAdd{Item: id, Targets: next.Targets, At: -1})
	}
	p.will = w
	return Result{}
}

// Refused implements Refusable: what was typed comes back.
func (p *Plan) Refused(words string) {
	if p.sent != nil {
		p.form, p.sent = p.sent, nil
		p.form.why = words
	}
}

// Busy implements Refusable.
func (p *Plan) Busy() bool { return p.form != nil || p.item != nil || p.file != nil }

func note(words string) Result { return Result{Note: panel.Note{R: theme.Warn, S: words}} }

func (p *Plan) slotsKey(s *panel.Scene, key string) Result {
	t, slots := s.T.Dialog.Plan, sortedSlots(s)
	if at, ok := viewKey(key, p.dry.view); ok {
		p.dry.view, p.dry.rows.at = at, 0
		return Result{}
	}
	if p.dry.view != viewList {
		switch {
		case key == "esc":
			return Result{Close: true}
		case p.dry.key(s, key):
			return Result{}
		case key == "enter" && p.dry.view == viewDry:
			return p.mend(s)
		case key != "ctrl+o" && key != "insert":
			return Result{Pass: true}
		}
	}
	if p.slots.key(key, len(slots), 10) {
		return Result{}
	}
	switch key {
	case "esc":
		return Result{Close: true}
	case "ctrl+o", "insert":
		p.form = newSlotForm(s, station.Slot{Days: station.EveryDay, Targets: s.Targets(), Mode: station.StartHard})
	case "ctrl+r":
		p.file = newSlotFile()
	case "enter":
		if p.slots.at < len(slots) {
			p.form = newSlotForm(s, slots[p.slots.at])
		}
	case "delete", "ctrl+d":
		if p.slots.at < len(slots) {
			sl := slots[p.slots.at]
			p.will = &will{words: fmt.Sprintf(t.Slot.Delete, sl.Title), does: []station.Intent{station.SlotRemove{ID: sl.ID}}, sent: fmt.Sprintf(s.T.Foot.Removed, sl.Title)}
			sl.ID = 0
			p.will.undo = Always(t.Ask.Undone, station.SlotPut{Slot: sl})
		}
	default:
		return Result{Pass: true}
	}
	return Result{}
}

// viewKey goes from the list to the week and on to the dry run.
func viewKey(key string, at int) (int, bool) {
	switch key {
	case "tab":
		return (at + 1) % views, true
	case "shift+tab":
		return (at + views - 1) % views, true
	}
	return at, false
}

// Want implements Asker.
func (p *Plan) Want(s *panel.Scene) *Ask {
	switch {
	case p.file != nil:
		return p.file.want()
	case p.tab == 2:
		return p.pick.Want(s)
	case p.tab == 1 && p.form != nil:
		return p.form.want(s, &p.dry)
	case p.tab == 1 && p.dry.view != viewList:
		return p.dry.want(s, p.dry.ask(s))
	}
	return nil
}

// Told implements Asker.
func (p *Plan) Told(s *panel.Scene, t Told) {
	if t.Kind == AskDry {
		p.dry.told(t)
		return
	}
	if p.file != nil {
		p.file.told(s, t)
		return
	}
	p.pick.Told(s, t)
}

func sortedSlots(s *panel.Scene) []station.Slot {
	out := slices.Clone(s.Snap.Plan.Slots)
	slices.SortStableFunc(out, func(a, b station.Slot) int { return a.Minute - b.Minute })
	return out
}
