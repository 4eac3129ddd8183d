package onair

import (
	"slices"
	"time"

	"loaxa/app/station"
)

// maxAhead is how long before its second a start may be told: more is of a
// clock that was set meanwhile, and the start is told again in its time.
const maxAhead = 2 * time.Second

// aheadOf is the moment of a start that is still to come; false: told so far
// ahead that it is not believed. A start that has come has no moment.
func (d *decision) aheadOf(at int64) (station.Stamp, bool) {
	wall := time.Unix(at, 0).In(d.now.Wall.Location())
	left := wall.Sub(d.now.Wall)
	switch {
	case left <= 0:
		return station.Stamp{}, true
	case left > maxAhead || d.now.Quality != station.ClockGood:
		return station.Stamp{}, false
	}
	return station.Stamp{Wall: wall, Mono: d.now.Mono + left, Quality: d.now.Quality}, true
}

// armed tells whether b is a start whose second is still to come.
func (d *decision) armed(b *Broadcast) bool { return b.Slot.Start.Mono > d.now.Mono }

// ripe writes of each start that was put on its way ahead that it is on the
// air, at its second.
func (d *decision) ripe() {
	asks := d.actor // whoever asks for something else just now did not begin it
	d.actor = "station"
	for i := range d.s.Air {
		if b := &d.s.Air[i]; !d.armed(b) {
			d.ripen(b, b.Slot.Start)
		}
	}
	d.actor = asks
}

// ripen ends the waiting of b for its second.
func (d *decision) ripen(b *Broadcast, at station.Stamp) {
	if b.Slot.Start == (station.Stamp{}) {
		return
	}
	b.Slot.Start = station.Stamp{}
	if b.Flags.Opened && b.Started == (station.Stamp{}) {
		b.Started = at
		d.then(at, func() { d.started(b, b.Assigned) })
	}
}

// then writes what is so at another moment than now.
func (d *decision) then(at station.Stamp, write func()) {
	now := d.now
	d.now = at
	write()
	d.now = now
}

// started writes that b is on air for the first time.
func (d *decision) started(b *Broadcast, ids []station.ClusterID) {
	e := d.about(b, station.EvStart, "")
	e.Targets, e.Due = len(ids), b.Slot.At
	if len(b.Pieces) > 0 {
		e.Item, e.Pos = b.Pieces[0].Item, b.Pieces[0].From
	}
	d.note(e)
	if b.Trial != station.TrialNight {
		d.loud(b, ids)
	}
}

// gives is the moment at which places go from one broadcast to others: zero,
// which is now, but where all who take them are to be heard at a second that is
// still to come.
func (d *decision) gives(places []station.ClusterID, got map[station.BroadcastID][]station.ClusterID) (at station.Stamp) {
	for i := range d.s.Air {
		b := &d.s.Air[i]
		if !slices.ContainsFunc(got[b.ID], func(id station.ClusterID) bool { return slices.Contains(places, id) }) {
			continue
		}
		if !d.armed(b) {
			return station.Stamp{}
		}
		if at.Mono == 0 || b.Slot.Start.Mono < at.Mono {
			at = b.Slot.Start
		}
	}
	return at
}

// anyArmed tells whether some start is on its way.
func (d *decision) anyArmed() bool {
	return slices.ContainsFunc(d.s.Air, func(b Broadcast) bool { return d.armed(&b) })
}

// yields sets when b falls silent where others take all its places.
func (d *decision) yields(b *Broadcast, got map[station.BroadcastID][]station.ClusterID) {
	if b.Flags.Opened {
		b.CutAt = station.Stamp{}
		if d.anyArmed() {
			b.CutAt = d.gives(b.Assigned, got)
		}
	}
}

// cutCue closes b: at its moment, or now. What was told to fall silent at a
// moment to come and is to be silent at once is told again.
func (d *decision) cutCue(b *Broadcast, now bool) {
	later := b.CutAt.Mono > d.now.Mono
	switch {
	case b.Flags.Opened && later && !now:
		d.cue(station.CueClose{Broadcast: b.ID, At: b.CutAt.Mono})
	case b.Flags.Opened || later && now:
		b.CutAt = station.Stamp{}
		d.cue(station.CueClose{Broadcast: b.ID})
	}
}

// overAt is when what is heard of b falls silent.
func (d *decision) overAt(b *Broadcast) station.Stamp {
	if b.CutAt.Mono > d.now.Mono {
		return b.CutAt
	}
	return d.now
}

// hurry silences at once what was to fall silent a moment later, where b is
// heard now.
func (d *decision) hurry(b *Broadcast) {
	for i := range d.s.Air {
		if o := &d.s.Air[i]; o.Flags.Closing && o.CutAt.Mono > d.now.Mono && d.s.places(o).meets(d.s.places(b)) {
			d.cutCue(o, true)
		}
	}
}

// disarm takes a start of a slot back that is on its way and was not heard yet.
func (d *decision) disarm(id station.SlotID) (at int64, was bool) {
	for _, b := range d.s.Air {
		if b.Slot.Slot == id && d.armed(&b) {
			d.end(b.ID, "by-hand")
			return b.Slot.At, true
		}
	}
	return 0, false
}

// rearm puts a start on its way again after its slot was changed, if the slot
// still has it.
func (d *decision) rearm(id station.SlotID, at int64) {
	sl, ok := d.s.slot(id)
	when := time.Unix(at, 0).In(d.s.zone())
	if start, has := sl.On(when); !ok || sl.Off || !has || !start.Equal(when) {
		return
	}
	sl.Last = min(sl.Last, at-1)
	d.setSlot(sl)
	d.s.Plan.Starts = slices.DeleteFunc(slices.Clone(d.s.Plan.Starts), func(s Start) bool { return s.Slot == id && s.At == at })
	d.slotDue(station.SlotDue{Slot: id, At: at})
}
