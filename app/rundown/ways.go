package rundown

import (
	"slices"
	"time"

	"loaxa/app/station"
)

// mostMoves bounds the search for a free minute.
const mostMoves = 24

// ways are the answers to the overlaps of a slot, of those that are possible.
func ways(snap *station.Snapshot, now time.Time, zone *time.Location, sl station.Slot, found []station.DryFinding) (out []station.OverlapWay) {
	var others []station.SlotID
	falls := false // it begins while another one sounds
	for _, f := range found {
		switch {
		case f.Why != station.DryOverlap || f.Behind():
			continue
		case f.Slot == sl.ID:
			falls = true
			others = append(others, f.Other)
		case f.Other == sl.ID:
			others = append(others, f.Slot)
		default:
			continue
		}
	}
	if len(others) == 0 {
		return nil
	}
	slices.Sort(others)
	if w, ok := replace(snap, sl, slices.Compact(others)); ok {
		out = append(out, w)
	}
	if falls && sl.Mode != station.StartSoft {
		soft := sl
		soft.Mode = station.StartSoft
		if free(snap, now, zone, soft) {
			out = append(out, station.OverlapWay{Kind: station.OverlapAppend, Puts: []station.Slot{soft}})
		}
	}
	if moved, ok := shift(snap, now, zone, sl); ok {
		out = append(out, station.OverlapWay{Kind: station.OverlapShift, Puts: []station.Slot{moved}})
	}
	return out
}

// replace silences the others where the slot is heard; one that is heard nowhere
// else is switched off. The timetable of a tier above is not ours to change.
func replace(snap *station.Snapshot, sl station.Slot, others []station.SlotID) (w station.OverlapWay, ok bool) {
	roster := make([]station.Cluster, len(snap.Clusters))
	for i := range snap.Clusters {
		roster[i] = snap.Clusters[i].Cluster
	}
	taken := sl.Targets.Match(roster)
	w = station.OverlapWay{Kind: station.OverlapReplace, Puts: []station.Slot{sl}}
	for _, o := range snap.Plan.Slots {
		if !slices.Contains(others, o.ID) || o.ID == sl.ID {
			continue
		}
		if o.Above != "" {
			return w, false
		}
		rest := slices.DeleteFunc(o.Targets.Match(roster), func(id station.ClusterID) bool { return slices.Contains(taken, id) })
		if len(rest) == 0 {
			o.Off = true
		} else {
			o.Targets = station.Targets{Clusters: rest}
		}
		w.Puts = append(w.Puts, o)
	}
	return w, len(w.Puts) > 1
}

// shift moves the slot to the first minute behind its own at which it overlaps
// nothing, on the same day.
func shift(snap *station.Snapshot, now time.Time, zone *time.Location, sl station.Slot) (station.Slot, bool) {
	for range mostMoves {
		by := 0
		for _, f := range overlaps(snap, now, zone, sl) {
			wait := f.By
			if f.Other == sl.ID { // the other begins while this one sounds: behind its end
				wait = lengthOf(snap, f.Slot) + f.First.Sub(startOn(sl, f.First))
			}
			by = max(by, int((wait+time.Minute-1)/time.Minute))
		}
		if by == 0 {
			return sl, true
		}
		if sl.Minute += by; sl.Minute >= 24*60 {
			return sl, false
		}
	}
	return sl, false
}

// startOn is when the slot begins on a day.
func startOn(sl station.Slot, day time.Time) time.Time {
	y, m, d := day.Date()
	return time.Date(y, m, d, sl.Minute/60, sl.Minute%60, 0, 0, day.Location())
}

func lengthOf(snap *station.Snapshot, id station.SlotID) (sum time.Duration) {
	for _, sl := range snap.Plan.Slots {
		if sl.ID != id {
			continue
		}
		for _, it := range snap.Items {
			for _, want := range sl.Items {
				if it.ID == want {
					sum += it.Length
				}
			}
		}
	}
	return sum
}

// overlaps are the findings in which the slot falls on another one or another
// one on it.
func overlaps(snap *station.Snapshot, now time.Time, zone *time.Location, sl station.Slot) (out []station.DryFinding) {
	for _, f := range dryRun(snap, now, zone, station.DryAsk{Slot: &sl}).Findings {
		if f.Why == station.DryOverlap && !f.Behind() && (f.Slot == sl.ID || f.Other == sl.ID) {
			out = append(out, f)
		}
	}
	return out
}

func free(snap *station.Snapshot, now time.Time, zone *time.Location, sl station.Slot) bool {
	return len(overlaps(snap, now, zone, sl)) == 0
}
