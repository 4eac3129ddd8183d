package onair

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"

	"loaxa/app/station"
)

// Bounds of what the desk remembers of the timetable.
const (
	keepStarts = 48 * time.Hour // what became of a start is shown for so long
	maxSkips   = 50             // coming starts of one slot to be passed over
)

func slotKey(id station.SlotID) string { return strconv.FormatUint(uint64(id), 10) }

func (s Start) key() string { return fmt.Sprintf("%d-%d", s.Slot, s.At) }

func slotOrder(a, b station.Slot) int {
	return cmp.Or(cmp.Compare(a.Minute, b.Minute), cmp.Compare(a.ID, b.ID))
}

func startOrder(a, b Start) int {
	return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.Slot, b.Slot))
}

func (s *State) slot(id station.SlotID) (station.Slot, bool) {
	i := slices.IndexFunc(s.Plan.Slots, func(sl station.Slot) bool { return sl.ID == id })
	if i < 0 {
		return station.Slot{}, false
	}
	return s.Plan.Slots[i], true
}

// setSlot puts a slot into a list of its own: the old one is part of a state
// that was handed out.
func (d *decision) setSlot(sl station.Slot) {
	list := slices.DeleteFunc(slices.Clone(d.s.Plan.Slots), func(o station.Slot) bool { return o.ID == sl.ID })
	list = append(list, sl)
	slices.SortFunc(list, slotOrder)
	d.s.Plan.Slots = list
}

func (d *decision) slotPut(in station.Slot) *station.Refusal {
	sl, reason, r := d.putSlot(in)
	if r == nil {
		d.note(station.Event{Kind: station.EvSlot, Title: sl.Title, Reason: reason})
	}
	return r
}

// putSlot puts a slot without a row of the log, and says what it was: "add" or
// "changed".
func (d *decision) putSlot(in station.Slot) (station.Slot, string, *station.Refusal) {
	if r := d.slotOK(&in); r != nil {
		return in, "", r
	}
	armed, isArmed := d.disarm(in.ID)
	old, known := d.s.slot(in.ID)
	switch {
	case in.ID != 0 && !known:
		return in, "", no(station.UnknownSlot, slotKey(in.ID), 0)
	case !known && len(d.s.Plan.Slots) >= station.MaxSlots:
		return in, "", no(station.TooMany, "", station.MaxSlots)
	case !known:
		d.s.Counters.Slot++
		in.ID = d.s.Counters.Slot
	}
	in.By, in.Last, in.Skip = d.actor, old.Last, slices.Clone(old.Skip)
	if !known || old.Minute != in.Minute || old.Days != in.Days || old.From != in.From || old.Until != in.Until || old.Off != in.Off || old.Feast != in.Feast {
		// What would have begun before now was not in the timetable then.
		in.Last, in.Skip = d.wallSeconds(), nil
		d.unwait(in.ID, "by-hand")
	}
	d.setSlot(in)
	if isArmed {
		d.rearm(in.ID, armed)
	}
	reason := "changed"
	if !known {
		reason = "add"
	}
	return in, reason, nil
}

// wallSeconds is now, or 0 while the clock cannot be trusted.
func (d *decision) wallSeconds() int64 {
	if d.now.Quality != station.ClockGood {
		return 0
	}
	return d.now.Wall.Unix()
}

// slotOK cleans a slot that was typed, or names the field that is wrong.
func (d *decision) slotOK(sl *station.Slot) *station.Refusal {
	title, r := lineOK(sl.Title, station.MaxTitle)
	switch {
	case r != nil:
		return r
	case title == "":
		return no(station.BadSlot, "title", station.MaxTitle)
	case sl.Minute < 0 || sl.Minute >= 24*60:
		return no(station.BadSlot, "minute", 24*60-1)
	case sl.Days == 0 || sl.Days&^station.EveryDay != 0:
		return no(station.BadSlot, "days", 0)
	case !dayOK(sl.From):
		return no(station.BadSlot, "from", 0)
	case !dayOK(sl.Until) || sl.Until != "" && sl.Until < sl.From:
		return no(station.BadSlot, "until", 0)
	case len(sl.Items) == 0 || len(sl.Items) > station.MaxSlotItems:
		return no(station.BadSlot, "items", station.MaxSlotItems)
	}
	switch sl.Mode {
	case station.StartHard, station.StartWait, station.StartSoft, station.StartSkip:
	default:
		return no(station.BadSlot, "mode", 0)
	}
	switch sl.Feast {
	case "", station.FeastNot, station.FeastOnly:
	default:
		return no(station.BadSlot, "feast", 0)
	}
	for _, id := range sl.Items {
		if _, ok := d.s.Items[id]; !ok {
			return no(station.UnknownItem, clip(string(id)), 0)
		}
	}
	if r = d.bedOK(sl.Bed); r != nil {
		return r
	}
	sl.Title = title
	if _, r = d.targets(sl.Targets); r != nil {
		return r
	}
	return d.slotPeace(*sl)
}

func dayOK(s string) bool {
	_, err := time.Parse(station.DayForm, s)
	return s == "" || err == nil
}

func (d *decision) slotRemove(id station.SlotID) *station.Refusal {
	sl, r := d.takeSlot(id)
	if r == nil {
		d.note(station.Event{Kind: station.EvSlot, Title: sl.Title, Reason: "remove"})
	}
	return r
}

// takeSlot takes a slot out without a row of the log.
func (d *decision) takeSlot(id station.SlotID) (station.Slot, *station.Refusal) {
	sl, ok := d.s.slot(id)
	if !ok {
		return sl, no(station.UnknownSlot, slotKey(id), 0)
	}
	d.unwait(id, "by-hand")
	d.disarm(id)
	d.dropLate("slot-removed", func(of station.LateOf) bool { return of.Slot == id })
	d.s.Plan.Slots = slices.DeleteFunc(slices.Clone(d.s.Plan.Slots), func(o station.Slot) bool { return o.ID == id })
	return sl, nil
}

// slotSkip passes over a start that is to come or that waits for its moment.
func (d *decision) slotSkip(in station.SlotSkip) *station.Refusal {
	sl, ok := d.s.slot(in.ID)
	if !ok {
		return no(station.UnknownSlot, slotKey(in.ID), 0)
	}
	if d.letGo(sl, in.At) {
		return nil
	}
	if i := slices.IndexFunc(d.s.Air, func(b Broadcast) bool { return b.Slot.Slot == in.ID && b.Slot.At == in.At }); i >= 0 && d.armed(&d.s.Air[i]) {
		d.disarm(in.ID)
		d.note(station.Event{Kind: station.EvSlot, Title: sl.Title, Reason: "skip"})
		return nil
	}
	at := time.Unix(in.At, 0).In(d.s.zone())
	start, has := sl.On(at)
	switch {
	case !has || !start.Equal(at) || in.At <= sl.Last || d.aired(in.ID, in.At):
		return no(station.BadSlot, "at", 0)
	case slices.Contains(sl.Skip, in.At):
		return nil
	}
	if d.isWaiting(in.ID, in.At) {
		d.unwait(in.ID, "by-hand")
	} else {
		keep := func(s int64) bool { return s <= sl.Last }
		sl.Skip = append(slices.DeleteFunc(slices.Clone(sl.Skip), keep), in.At)
		if len(sl.Skip) > maxSkips {
			return no(station.TooMany, "", maxSkips)
		}
		d.setSlot(sl)
	}
	d.note(station.Event{Kind: station.EvSlot, Title: sl.Title, Reason: "skip"})
	return nil
}

// zone is the commune's.
func (s *State) zone() *time.Location {
	if s.Settings.Zone != nil {
		return s.Settings.Zone
	}
	return communeZone
}

func (d *decision) aired(id station.SlotID, at int64) bool {
	return slices.ContainsFunc(d.s.Air, func(b Broadcast) bool { return b.Slot.Slot == id && b.Slot.At == at })
}

func (d *decision) isWaiting(id station.SlotID, at int64) bool {
	return slices.ContainsFunc(d.s.Plan.Waiting, func(w Waiting) bool { return w.Slot == id && w.At == at })
}

// unwait ends the waiting of a slot's starts.
func (d *decision) unwait(id station.SlotID, why string) {
	for _, w := range slices.Clone(d.s.Plan.Waiting) {
		if w.Slot == id {
			d.came(id, w.At, station.DueSkipped, why, 0)
		}
	}
}

// came writes down what became of a start; its slot remembers it, so that it
// never comes twice.
func (d *decision) came(id station.SlotID, at int64, state station.DueState, why string, b station.BroadcastID) {
	d.s.Plan.Waiting = slices.DeleteFunc(d.s.Plan.Waiting, func(w Waiting) bool { return w.Slot == id && w.At == at })
	old := d.now.Wall.Add(-keepStarts).Unix()
	starts := slices.DeleteFunc(slices.Clone(d.s.Plan.Starts), func(s Start) bool { return s.Slot == id && s.At == at || s.At < old })
	starts = append(starts, Start{id, at, state, why, b, max(d.now.Mono, 1)})
	slices.SortFunc(starts, startOrder)
	d.s.Plan.Starts = starts
	sl, ok := d.s.slot(id)
	if !ok || sl.Last >= at {
		return
	}
	sl.Last = at
	sl.Skip = slices.DeleteFunc(slices.Clone(sl.Skip), func(s int64) bool { return s <= at })
	d.setSlot(sl)
}

// missed writes that a start was not heard, and rings.
func (d *decision) missed(id station.SlotID, at int64, title, why string) {
	d.came(id, at, station.DueMissed, why, 0)
	d.note(station.Event{Kind: station.EvMissed, Title: title, Reason: why, EventTimes: station.EventTimes{Pos: max(d.now.Wall.Sub(time.Unix(at, 0)), 0).Round(time.Second)}})
	d.fault("missed-"+slotKey(id), station.EvMissed, "", title, why)
	d.listMissed(id, at, why)
}

// slotDue takes a start. The same start reported twice is one.
func (d *decision) slotDue(f station.SlotDue) {
	sl, ok := d.s.slot(f.Slot)
	if _, near := d.aheadOf(f.At); !near || !ok || sl.Off || len(d.s.Roster) == 0 || f.At <= sl.Last || d.aired(f.Slot, f.At) || d.isWaiting(f.Slot, f.At) || d.airedThen(sl, f.At) {
		return
	}
	taken := d.takenBy(sl.Targets)
	switch {
	case slices.Contains(sl.Skip, f.At):
		d.came(sl.ID, f.At, station.DueSkipped, "by-hand", 0)
	case f.Late:
		d.missed(sl.ID, f.At, sl.Title, "late")
	case d.s.Books.Rules.Quiet.Has(sl.Minute): // the rule is younger than the slot
		d.missed(sl.ID, f.At, sl.Title, "quiet-hours")
	case len(sl.Targets.Match(d.s.Roster)) == 0:
		d.missed(sl.ID, f.At, sl.Title, "unknown-target")
	case len(d.pieces(sl)) == 0:
		d.missed(sl.ID, f.At, sl.Title, "unknown-item")
		d.fallback(sl, sl.Targets, sl.Title, "unknown-item")
	case sl.Mode == station.StartHard:
		d.startSlot(sl, f.At, true)
	case sl.Mode == station.StartSkip && d.allTaken(sl.Targets.Match(d.s.Roster), station.Scheduled-1):
		d.missed(sl.ID, f.At, sl.Title, "air-taken")
	case sl.Mode == station.StartSkip:
		d.startSlot(sl, f.At, false)
	default:
		late := max(d.now.Wall.Sub(time.Unix(f.At, 0)), 0)
		w := Waiting{Slot: sl.ID, At: f.At, For: map[station.BroadcastID]string{}}
		if sl.Mode == station.StartWait {
			w.Until = d.now.Mono + max(station.MaxStartWait-late, 0)
			for _, b := range taken {
				if b.Class <= station.Scheduled && len(b.Pieces) > 0 {
					w.For[b.ID] = b.Pieces[0].Tag
				}
			}
		} else {
			w.Until = d.now.Mono + max(station.StandingOf(station.Scheduled).LateBy-late, 0)
		}
		d.s.Plan.Waiting = append(d.s.Plan.Waiting, w)
	}
}

// takenBy are the broadcasts that sound, or will again, where t is heard.
func (d *decision) takenBy(t station.Targets) (bs []*Broadcast) {
	want := d.s.places(&Broadcast{Targets: t})
	for i := range d.s.Air {
		b := &d.s.Air[i]
		if b.Phase == station.Held || b.Class < station.Scheduled {
			continue
		}
		if want.meets(d.s.places(b)) {
			bs = append(bs, b)
		}
	}
	return bs
}

// runSlots begins the starts whose moment has come.
func (d *decision) runSlots() {
	for _, w := range slices.Clone(d.s.Plan.Waiting) {
		sl, ok := d.s.slot(w.Slot)
		switch {
		case !ok:
			d.came(w.Slot, w.At, station.DueSkipped, "by-hand", 0)
		case sl.Mode == station.StartWait:
			if d.now.Mono >= w.Until || !d.sounds(w) {
				d.startSlot(sl, w.At, true)
			}
		case len(d.takenBy(sl.Targets)) == 0:
			d.startSlot(sl, w.At, false)
		case d.now.Mono >= w.Until:
			d.missed(sl.ID, w.At, sl.Title, "air-taken")
		}
	}
}

// sounds tells whether a piece that w waits for is not over yet.
func (d *decision) sounds(w Waiting) bool {
	for id, tag := range w.For {
		if b := d.s.find(id); b != nil && b.Phase != station.Held && (len(b.Pieces) == 0 || b.Pieces[0].Tag == tag) {
			return true
		}
	}
	return false
}

// waitedFor tells whether a slot begins when the piece that b plays is over:
// then nothing is to follow it.
func (d *decision) waitedFor(b *Broadcast) bool {
	return slices.ContainsFunc(d.s.Plan.Waiting, func(w Waiting) bool {
		tag, ok := w.For[b.ID]
		return ok && len(b.Pieces) > 0 && b.Pieces[0].Tag == tag
	})
}

func (d *decision) pieces(sl station.Slot) (ps []station.Piece) {
	for _, id := range sl.Items {
		if it, ok := d.s.Items[id]; ok {
			ps = append(ps, d.pieceOf(it, sl.Bed))
		}
	}
	return ps
}

// startSlot begins a start, at its second where that is still to come.
func (d *decision) startSlot(sl station.Slot, at int64, hard bool) {
	when, _ := d.aheadOf(at)
	started := d.out.Started
	b := d.begin(Broadcast{Class: station.Scheduled, Who: sl.By, Title: sl.Title, Targets: sl.Targets,
		Pieces: d.pieces(sl), Slot: Due{Slot: sl.ID, At: at, Hard: hard, Start: when}})
	d.out.Started = started // nobody asked for it now
	d.came(sl.ID, at, station.DueOnAir, "", b.ID)
}

// slotOver writes how a start ended. One that was never heard was missed, but
// for a person's own will.
func (d *decision) slotOver(b *Broadcast, reason string) {
	switch at := b.Slot; {
	case at.Slot == 0:
	case b.Flags.Heard:
		why := reason
		if why == "done" {
			why = "" // as it should be
		}
		d.came(at.Slot, at.At, station.DueDone, why, b.ID)
	case byWill(reason):
		d.came(at.Slot, at.At, station.DueSkipped, reason, b.ID)
	case reason == "done": // every item of it was broken
		d.missed(at.Slot, at.At, b.Title, "broken")
		if sl, ok := d.s.slot(at.Slot); ok {
			d.fallback(sl, b.Targets, b.Title, "broken")
		}
	default:
		d.missed(at.Slot, at.At, b.Title, reason)
	}
}

// byWill tells the ends that a person wanted.
func byWill(reason string) bool { return reason == "by-hand" || reason == "stop-all" }
