package rundown

import (
	"errors"
	"reflect"
	"slices"
	"time"

	"loaxa/app/station"
)

// Merge reads a timetable file and says what it would change: a slot of the
// station's own with the same title at the same time is changed, all else is
// new; nothing is taken out. What is wrong is in the answer; an error means that
// the file is none.
func Merge(b []byte, snap *station.Snapshot, now time.Time, zone *time.Location) (station.SlotFile, error) {
	slots, err := ReadFile(b, snap)
	if wrong := places(err); len(wrong) > 0 {
		return station.SlotFile{Wrong: wrong}, nil
	}
	if err != nil {
		return station.SlotFile{}, err
	}
	var out station.SlotFile
	taken := map[station.SlotID]bool{}
	for _, sl := range slots {
		c := station.SlotChange{Slot: sl}
		for _, old := range snap.Plan.Slots {
			if old.Above != "" || taken[old.ID] || old.Title != sl.Title || old.Minute != sl.Minute {
				continue
			}
			taken[old.ID] = true
			c.Slot.ID, c.Slot.Off = old.ID, old.Off
			if c.Slot.Bed == "" { // what a file leaves out stays
				c.Slot.SlotSound = old.SlotSound
			}
			c.Same = alike(old, c.Slot)
			break
		}
		out.Changes = append(out.Changes, c)
	}
	out.Overlaps = newOverlaps(out.Changes, snap, now, zone)
	return out, nil
}

// Settle are the slots that a file writes, with those of the timetable that give
// way to them: over answers the overlaps, one slot of the file after the other.
// What it cannot answer is in left; nothing may be written then. Without an
// answer the changes are as they stand and left are their overlaps.
func Settle(file station.SlotFile, snap *station.Snapshot, now time.Time, zone *time.Location, over station.OverlapKind) (puts []station.Slot, left []station.DryFinding) {
	answered := over == station.OverlapReplace || over == station.OverlapAppend || over == station.OverlapShift
	all := *snap
	all.Plan.Slots = slices.Clone(snap.Plan.Slots)
	first := nextSlot(snap) // from here on numbers are our own, until the desk gives its
	next := first
	touched := map[station.SlotID]bool{}
	for _, c := range file.Changes {
		if c.Same {
			continue
		}
		sl := c.Slot
		if sl.ID == 0 {
			sl.ID = next
			next++
		}
		does := []station.Slot{sl}
		if answered {
			way, found, ok := wayOf(&all, now, zone, sl, over)
			if !ok {
				left = append(left, found...)
				continue
			}
			if way != nil {
				does = way
			}
		}
		for _, p := range does {
			touched[p.ID] = true
			all.Plan.Slots = append(slices.DeleteFunc(all.Plan.Slots, func(o station.Slot) bool { return o.ID == p.ID }), p)
		}
	}
	for _, sl := range all.Plan.Slots {
		if !touched[sl.ID] {
			continue
		}
		if sl.ID >= first {
			sl.ID = 0
		}
		puts = append(puts, sl)
	}
	if !answered {
		left = file.Overlaps
	}
	return puts, left
}

// wayOf is the answer to a slot's overlaps: nil with ok when it has none.
func wayOf(all *station.Snapshot, now time.Time, zone *time.Location, sl station.Slot, over station.OverlapKind) (puts []station.Slot, found []station.DryFinding, ok bool) {
	run := DryRun(all, now, zone, station.DryAsk{Slot: &sl})
	for _, f := range run.Findings {
		if f.Why == station.DryOverlap && !f.Behind() && (f.Slot == sl.ID || f.Other == sl.ID) {
			found = append(found, f)
		}
	}
	if len(found) == 0 {
		return nil, nil, true
	}
	i := slices.IndexFunc(run.Ways, func(w station.OverlapWay) bool { return w.Kind == over })
	if i < 0 {
		return nil, found, false
	}
	return run.Ways[i].Puts, found, true
}

// nextSlot is above every number of the timetable.
func nextSlot(snap *station.Snapshot) station.SlotID {
	next := station.SlotID(1)
	for _, sl := range snap.Plan.Slots {
		next = max(next, sl.ID+1)
	}
	return next
}

// places are the places that an error of ReadFile names.
func places(err error) (out []station.FileWrong) {
	var one *FileError
	if errors.As(err, &one) {
		if all, ok := err.(interface{ Unwrap() []error }); ok {
			for _, e := range all.Unwrap() {
				if errors.As(e, &one) {
					out = append(out, station.FileWrong{Line: one.Line, Column: one.Column, Value: one.Value})
				}
			}
			return out
		}
		out = append(out, station.FileWrong{Line: one.Line, Column: one.Column, Value: one.Value})
	}
	return out
}

// alike tells whether two slots are heard alike.
func alike(a, b station.Slot) bool {
	same := a.Targets.Equal(b.Targets)
	a.By, a.Last, a.Skip, a.Targets, a.Above = "", 0, nil, station.Targets{}, ""
	b.By, b.Last, b.Skip, b.Targets, b.Above = "", 0, nil, station.Targets{}, ""
	return same && reflect.DeepEqual(a, b)
}

// newOverlaps are those that the changes would make.
func newOverlaps(changes []station.SlotChange, snap *station.Snapshot, now time.Time, zone *time.Location) (out []station.DryFinding) {
	all := *snap
	all.Plan.Slots = slices.Clone(snap.Plan.Slots)
	next := nextSlot(snap)
	mine := map[station.SlotID]bool{}
	for _, c := range changes {
		if c.Same {
			continue
		}
		sl := c.Slot
		if sl.ID == 0 {
			sl.ID = next
			next++
		}
		mine[sl.ID] = true
		all.Plan.Slots = append(slices.DeleteFunc(all.Plan.Slots, func(o station.Slot) bool { return o.ID == sl.ID }), sl)
	}
	for _, f := range DryRun(&all, now, zone, station.DryAsk{}).Findings {
		if f.Why == station.DryOverlap && !f.Behind() && (mine[f.Slot] || mine[f.Other]) {
			out = append(out, f)
		}
	}
	return out
}
