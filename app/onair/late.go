package onair

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"loaxa/app/station"
)

func lateKey(id station.LateID) string { return strconv.FormatUint(uint64(id), 10) }

func lateOrder(a, b station.Late) int { return cmp.Compare(a.ID, b.ID) }

// asksWhenLate tells the classes whose lateness a person decides about. The
// rest is over (the microphone), goes on by its own plan (an emergency) or is
// nobody's loss (music that stands in).
func asksWhenLate(c station.Class) bool {
	return c == station.Scheduled || c == station.Operator || c == station.Priority
}

// listBroadcast puts what is left of b on the list of what came too late.
func (d *decision) listBroadcast(b *Broadcast) {
	if b.Flags.Queue || b.Flags.Drill || b.Of != 0 || b.Trial != "" || !asksWhenLate(b.Class) || b.Slot.Slot != 0 && !b.Flags.Heard {
		return // a start that was never heard is listed as missed
	}
	pieces := b.Pieces
	if b.Whole != nil {
		pieces = b.Whole
	}
	l := station.Late{Title: b.Title, Who: b.Who, Class: b.Class, Targets: b.Targets, Pieces: slices.Clone(pieces), Due: b.Asked.Wall, Why: "late",
		Of: station.LateOf{Broadcast: b.ID, Slot: b.Slot.Slot, SlotAt: b.Slot.At}}
	if b.Slot.Slot != 0 {
		l.Due = time.Unix(b.Slot.At, 0).In(d.s.zone())
	}
	for _, r := range d.s.Upper.Open {
		if r.Broadcast == b.ID {
			l.Of.Expires = r.Expires
		}
	}
	d.list(l)
}

// listMissed puts a start that was not heard on the list, where it could be
// heard and its slot does not say that it is then to be left out.
func (d *decision) listMissed(id station.SlotID, at int64, why string) {
	sl, ok := d.s.slot(id)
	if !ok || sl.Mode == station.StartSkip || why != "late" && why != "air-taken" && why != "quiet-hours" && why != "clock-jumped" {
		return
	}
	d.list(station.Late{Title: sl.Title, Who: sl.By, Class: station.Scheduled, Targets: sl.Targets, Pieces: d.pieces(sl),
		Due: time.Unix(at, 0).In(d.s.zone()), Why: why, Of: station.LateOf{Slot: id, SlotAt: at}})
}

func (d *decision) list(l station.Late) {
	if len(l.Pieces) == 0 || l.Of.Slot != 0 && slices.ContainsFunc(d.s.Plan.Late, func(o station.Late) bool { return o.Of.Slot == l.Of.Slot && o.Of.SlotAt == l.Of.SlotAt }) {
		return
	}
	for i := range l.Pieces {
		if l.Pieces[i].Tag == "" {
			l.Pieces[i].Tag = strconv.Itoa(i + 1)
		}
		l.Length += max(d.s.Items[l.Pieces[i].Item].Length-l.Pieces[i].From, 0)
	}
	if len(d.s.Plan.Late) >= station.MaxLate {
		d.letLateGo(d.s.Plan.Late[0], "full")
	}
	d.s.Counters.Late++
	l.ID, l.Since = d.s.Counters.Late, d.now
	d.s.Plan.Late = append(slices.Clone(d.s.Plan.Late), l)
}

// unlist takes it off the list.
func (d *decision) unlist(id station.LateID) {
	d.s.Plan.Late = slices.DeleteFunc(slices.Clone(d.s.Plan.Late), func(l station.Late) bool { return l.ID == id })
}

// letLateGo takes it off the list without a sound, and says why.
func (d *decision) letLateGo(l station.Late, why string) {
	d.unlist(l.ID)
	d.lateRow(l, why)
}

func (d *decision) lateRow(l station.Late, why string) {
	d.note(station.Event{Kind: station.EvLateOver, Broadcast: l.Of.Broadcast, Class: l.Class, Title: l.Title, Reason: why})
}

// dropLate lets go what of the list is meant.
func (d *decision) dropLate(why string, meant func(station.LateOf) bool) {
	for _, l := range d.s.Plan.Late {
		if meant(l.Of) {
			d.letLateGo(l, why)
		}
	}
}

// lateAnswer is the operator's word.
func (d *decision) lateAnswer(in station.LateAnswer) *station.Refusal {
	i := slices.IndexFunc(d.s.Plan.Late, func(l station.Late) bool { return l.ID == in.ID })
	if i < 0 {
		return no(station.UnknownLate, lateKey(in.ID), 0)
	}
	l := d.s.Plan.Late[i]
	switch in.Do {
	case station.LatePlay:
		if r := d.lateCan(l); r != nil {
			return r
		}
		if r := d.peace(in); r != nil {
			return r
		}
		d.lateRow(l, "late-play")
		d.playLate(l)
	case station.LateSkip:
		d.letLateGo(l, "late-skip")
		if l.Of.Slot != 0 {
			d.came(l.Of.Slot, l.Of.SlotAt, station.DueSkipped, "by-hand", 0)
			d.mended("missed-" + slotKey(l.Of.Slot))
		}
	case station.LateLater:
		return d.lateLater(l, in.At)
	default:
		return no(station.UnknownLate, string(in.Do), 0)
	}
	return nil
}

// lateLater keeps it for a moment that the operator names.
func (d *decision) lateLater(l station.Late, at int64) *station.Refusal {
	if d.now.Quality != station.ClockGood {
		return no(station.OrderClockUnsure, "", 0)
	}
	in := time.Unix(at, 0).Sub(d.now.Wall)
	switch {
	case in <= 0 || in > station.MaxLateMove:
		return no(station.BadSlot, "at", int(station.MaxLateMove.Hours()))
	case l.Of.Expires > 0 && at*1000 >= l.Of.Expires:
		return no(station.OrderExpired, "", 0)
	}
	list := slices.Clone(d.s.Plan.Late)
	i := slices.IndexFunc(list, func(o station.Late) bool { return o.ID == l.ID })
	list[i].At = at
	d.s.Plan.Late = list
	d.lateRow(l, "late-later")
	if l.Of.Slot != 0 {
		d.mended("missed-" + slotKey(l.Of.Slot))
	}
	return nil
}

// lateCan says what keeps it from being heard at all.
func (d *decision) lateCan(l station.Late) *station.Refusal {
	if l.Of.Expires > 0 && d.now.Quality == station.ClockGood && d.now.Wall.UnixMilli() >= l.Of.Expires {
		return no(station.OrderExpired, "", 0)
	}
	if _, r := d.targets(l.Targets); r != nil {
		return r
	}
	for _, p := range l.Pieces {
		if _, have := d.s.Items[p.Item]; p.Item != "" && !have {
			return no(station.UnknownItem, string(p.Item), 0)
		}
	}
	return nil
}

// playLate puts it on air by a person's word: as what an operator asks for, or
// as the bulletin that it is.
func (d *decision) playLate(l station.Late) {
	d.unlist(l.ID)
	b := d.begin(Broadcast{Class: max(l.Class, station.Operator), Who: l.Who, Title: l.Title, Targets: l.Targets,
		Pieces: slices.Clone(l.Pieces), Slot: Due{Slot: l.Of.Slot, At: l.Of.SlotAt}})
	if l.Of.Slot != 0 {
		d.came(l.Of.Slot, l.Of.SlotAt, station.DueOnAir, "", b.ID)
		d.mended("missed-" + slotKey(l.Of.Slot))
	}
	d.orderIs(l.Of.Broadcast, b.ID)
}

// orderIs gives an order whose broadcast was too late the one that is heard in
// its place.
func (d *decision) orderIs(old, now station.BroadcastID) {
	i := slices.IndexFunc(d.s.Upper.Open, func(r station.OrderRecord) bool { return old != 0 && r.Broadcast == old })
	if i < 0 {
		return
	}
	d.s.Upper.Open = slices.Clone(d.s.Upper.Open)
	rec := &d.s.Upper.Open[i]
	rec.Broadcast = now
	d.row(station.Record{Class: station.ClassOrder, Key: rec.ID.String(), Value: *rec})
}

// lateTick plays what was put off to this moment, and lets go what ran out or
// waited for a day without a word.
func (d *decision) lateTick() {
	for _, l := range slices.Clone(d.s.Plan.Late) {
		good := d.now.Quality == station.ClockGood
		past := d.now.Wall.Sub(time.Unix(l.At, 0))
		switch {
		case good && l.Of.Expires > 0 && d.now.Wall.UnixMilli() >= l.Of.Expires:
			d.letLateGo(l, "order-expired")
		case l.At == 0 && d.now.Mono-l.Since.Mono > station.LateKept:
			d.letLateGo(l, "late-unanswered")
		case l.At == 0 || !good || past < 0:
		case past > station.StandingOf(station.Operator).LateBy:
			d.lateAsks(l, "late")
		case d.quietNow():
			d.lateAsks(l, "quiet-hours")
		case d.lateCan(l) != nil:
			d.lateAsks(l, string(d.lateCan(l).Code))
		default:
			started := d.out.Started
			d.playLate(l)
			d.out.Started = started
		}
	}
}

// lateAsks asks again for a word on what could not be heard at the moment to
// which it was put off.
func (d *decision) lateAsks(l station.Late, why string) {
	list := slices.Clone(d.s.Plan.Late)
	i := slices.IndexFunc(list, func(o station.Late) bool { return o.ID == l.ID })
	list[i].At, list[i].Why, list[i].Since = 0, why, d.now
	d.s.Plan.Late = list
	d.note(station.Event{Kind: station.EvHeld, Broadcast: l.Of.Broadcast, Class: l.Class, Title: l.Title, Reason: why})
}

// viewLate is the list for the screen.
func (s *State) viewLate() []station.Late {
	out := slices.Clone(s.Plan.Late)
	for i := range out {
		out[i].Pieces = nil
	}
	return out
}
