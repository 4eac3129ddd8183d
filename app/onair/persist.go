package onair

import (
	"maps"
	"reflect"
	"slices"
	"strconv"

	"loaxa/app/station"
)

// persist adds to the decision's last event the records that hold the new
// state, so that both are saved in one transaction. State is read from the
// records after a restart, never replayed from events.
func (d *decision) persist(old State) {
	var recs []station.Record
	for _, e := range d.s.Queue {
		i := slices.IndexFunc(old.Queue, func(o station.QueueEntry) bool { return o.ID == e.ID })
		if i < 0 || !sameEntry(old.Queue[i], e) {
			recs = append(recs, station.Record{Class: station.ClassQueue, Key: strconv.FormatUint(uint64(e.ID), 10), Value: e})
		}
	}
	for _, o := range old.Queue {
		if !slices.ContainsFunc(d.s.Queue, func(e station.QueueEntry) bool { return e.ID == o.ID }) {
			recs = append(recs, station.Record{Class: station.ClassQueue, Key: strconv.FormatUint(uint64(o.ID), 10)})
		}
	}
	for i := range d.s.Air {
		b := &d.s.Air[i]
		j := slices.IndexFunc(old.Air, func(o Broadcast) bool { return o.ID == b.ID })
		if j < 0 || old.Air[j].Phase != b.Phase || !slices.Equal(old.Air[j].Pieces, b.Pieces) ||
			!old.Air[j].Targets.Equal(b.Targets) || old.Air[j].Rank != b.Rank {
			recs = append(recs, station.Record{Class: station.ClassAir, Key: strconv.FormatUint(uint64(b.ID), 10), Value: airRecord(b)})
		}
	}
	for _, o := range old.Air {
		if d.s.find(o.ID) == nil {
			recs = append(recs, station.Record{Class: station.ClassAir, Key: strconv.FormatUint(uint64(o.ID), 10)})
		}
	}
	switch {
	case len(d.s.Open) == 0 && len(old.Open) > 0:
		recs = append(recs, station.Record{Class: station.ClassDesk, Key: "emergency"})
	case len(d.s.Open) > 0 && !reflect.DeepEqual(old.Open, d.s.Open):
		recs = append(recs, station.Record{Class: station.ClassDesk, Key: "emergency", Value: d.s.Open})
	}
	recs = append(recs, d.persistFaults(old)...)
	recs = append(recs, d.persistBooks(old)...)
	recs = append(recs, d.persistTrials(old)...)
	if d.s.Counters != old.Counters {
		recs = append(recs, station.Record{Class: station.ClassDesk, Key: "counters", Value: d.s.Counters})
	}
	switch n := len(d.out.Events); {
	case len(recs) == 0:
	case n == 0:
		d.out.Events = []station.Event{{Kind: station.EvQueue, At: d.now, Actor: d.actor, Records: recs}}
	default:
		d.out.Events[n-1].Records = append(d.out.Events[n-1].Records, recs...)
	}
}

func (d *decision) persistFaults(old State) (recs []station.Record) {
	for _, f := range d.s.Faults {
		if !slices.Contains(old.Faults, f) {
			recs = append(recs, station.Record{Class: station.ClassFault, Key: f.ID, Value: f})
		}
	}
	for _, o := range old.Faults {
		if !slices.ContainsFunc(d.s.Faults, func(f station.Fault) bool { return f.ID == o.ID }) {
			recs = append(recs, station.Record{Class: station.ClassFault, Key: o.ID})
		}
	}
	return recs
}

func airRecord(b *Broadcast) station.AirRecord {
	pieces := b.Pieces
	if b.Whole != nil {
		pieces = b.Whole
	}
	return station.AirRecord{ID: b.ID, Class: b.Class, Title: b.Title, Who: b.Who, Since: b.Started,
		Targets: b.Targets, Pieces: pieces, Drill: b.Flags.Drill, Queue: b.Flags.Queue,
		Slot: b.Slot.Slot, SlotAt: b.Slot.At, Hard: b.Slot.Hard, Of: b.Of, Rank: b.Rank, Trial: b.Trial}
}

// sameEntry leaves Targets out: an entry's targets never change.
func sameEntry(a, b station.QueueEntry) bool {
	return a.Order == b.Order && a.From == b.From && a.Title == b.Title && a.Item == b.Item
}

// persistBooks saves what an operator set, the timetable and its memory.
func (d *decision) persistBooks(old State) (recs []station.Record) {
	desk := func(key string, same bool, v any) {
		if !same {
			recs = append(recs, station.Record{Class: station.ClassDesk, Key: key, Value: v})
		}
	}
	b, o := d.s.Books, old.Books
	desk("rules", reflect.DeepEqual(b.Rules, o.Rules), b.Rules)
	desk("edited", slices.Equal(b.Edited, o.Edited), b.Edited)
	desk("joined", slices.Equal(b.Joined, o.Joined), b.Joined)
	desk("people", slices.EqualFunc(b.People, o.People, sameAccount), b.People)
	desk("removed", slices.Equal(b.Removed, o.Removed), b.Removed)
	desk(station.PoleRowsKey, maps.Equal(b.PoleRows, o.PoleRows), b.PoleRows)
	desk("forgotten", oneList(old.Plan.Forgotten, d.s.Plan.Forgotten), d.s.Plan.Forgotten)
	desk("clashes", slices.Equal(d.s.Upper.Clashes, old.Upper.Clashes), d.s.Upper.Clashes)
	switch {
	case b.Notice == nil:
		desk("notice", o.Notice == nil, nil)
	default:
		desk("notice", o.Notice != nil && *o.Notice == *b.Notice, *b.Notice)
	}
	recs = append(recs, changed(station.ClassZone, o.Zones, b.Zones, func(z station.Zone) string { return z.ID })...)
	recs = append(recs, changed(station.ClassSlot, old.Plan.Slots, d.s.Plan.Slots, func(s station.Slot) string { return slotKey(s.ID) })...)
	recs = append(recs, changed(station.ClassLate, old.Plan.Late, d.s.Plan.Late, func(l station.Late) string { return lateKey(l.ID) })...)
	return append(recs, changed(station.ClassStart, old.Plan.Starts, d.s.Plan.Starts, Start.key)...)
}

// oneList tells whether two lists are one: who changes one makes a new one.
func oneList[T any](a, b []T) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}

// oneMap is oneList of a map.
func oneMap[K comparable, V any](a, b map[K]V) bool {
	return reflect.ValueOf(a).UnsafePointer() == reflect.ValueOf(b).UnsafePointer()
}

// changed are the records that make of one list of a class the other.
func changed[T any](class string, old, now []T, key func(T) string) (recs []station.Record) {
	if oneList(old, now) {
		return nil
	}
	for _, v := range now {
		i := slices.IndexFunc(old, func(o T) bool { return key(o) == key(v) })
		if i < 0 || !reflect.DeepEqual(old[i], v) {
			recs = append(recs, station.Record{Class: class, Key: key(v), Value: v})
		}
	}
	for _, o := range old {
		if !slices.ContainsFunc(now, func(v T) bool { return key(o) == key(v) }) {
			recs = append(recs, station.Record{Class: class, Key: key(o)})
		}
	}
	return recs
}
