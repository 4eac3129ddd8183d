package rundown

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"loaxa/app/station"
)

func way(t *testing.T, r station.DryRun, kind station.OverlapKind) []station.Slot {
	t.Helper()
	for _, w := range r.Ways {
		if w.Kind == kind {
			return w.Puts
		}
	}
	t.Fatalf("no way %s in %+v", kind, r.Ways)
	return nil
}

// TestAnOverlapIsAnswered in each of three ways, per cluster, and each leaves
// none behind.
func TestAnOverlapIsAnswered(t *testing.T) {
	snap := commune(4, dailyAt(1, 18, 0), dailyAt(2, 18, 20, "a"), dailyAt(3, 6, 0))
	in := dailyAt(0, 18, 5, "a") // ten minutes: over 1, and 2 is pushed on by it
	ask := station.DryAsk{Slot: &in}
	r := DryRun(snap, at(22, 17, 0), saigon, ask)

	puts := way(t, r, station.OverlapReplace)
	if len(puts) != 2 || puts[0].Minute != in.Minute || puts[1].ID != 1 || puts[1].Off || !slices.Equal(puts[1].Targets.Clusters, []station.ClusterID{"c2", "c4"}) {
		t.Errorf("replace: %+v", puts)
	}
	soft := way(t, r, station.OverlapAppend)
	if len(soft) != 1 || soft[0].Mode != station.StartSoft || soft[0].Minute != in.Minute {
		t.Errorf("append: %+v", soft)
	}
	moved := way(t, r, station.OverlapShift)
	if len(moved) != 1 || moved[0].Minute != 18*60+10 || moved[0].Mode != in.Mode {
		t.Errorf("shift: %+v", moved)
	}
	for _, w := range r.Ways {
		after := commune(4, snap.Plan.Slots...)
		for _, sl := range w.Puts {
			i := slices.IndexFunc(after.Plan.Slots, func(o station.Slot) bool { return o.ID == sl.ID })
			if sl.ID == 0 {
				sl.ID = 9
			}
			if i < 0 {
				after.Plan.Slots = append(slices.Clone(after.Plan.Slots), sl)
				continue
			}
			after.Plan.Slots = slices.Clone(after.Plan.Slots)
			after.Plan.Slots[i] = sl
		}
		then := DryRun(after, at(22, 17, 0), saigon, station.DryAsk{})
		for _, f := range then.Findings {
			if f.Why == station.DryOverlap && !f.Behind() && f.Slot != 2 { // 2 was there and stays the operator's
				t.Errorf("%s leaves %+v", w.Kind, f)
			}
		}
		for _, st := range then.Starts {
			if st.Slot == 9 && (st.Behind != (w.Kind == station.OverlapAppend) || st.Over) {
				t.Errorf("%s: in the week it is %+v", w.Kind, st)
			}
		}
	}
}

// TestTheAboveIsNotOursToReplace, and what ends with the day is not moved into
// the next.
func TestTheAboveIsNotOursToReplace(t *testing.T) {
	theirs := dailyAt(1, 23, 50)
	theirs.Above = "Tỉnh"
	in := dailyAt(0, 23, 55)
	r := DryRun(commune(1, theirs), at(22, 17, 0), saigon, station.DryAsk{Slot: &in})
	var kinds []station.OverlapKind
	for _, w := range r.Ways {
		kinds = append(kinds, w.Kind)
	}
	if !slices.Equal(kinds, []station.OverlapKind{station.OverlapAppend}) {
		t.Errorf("ways %v", kinds)
	}
	alone := dailyAt(0, 12, 0)
	if r := DryRun(commune(1, theirs), at(22, 17, 0), saigon, station.DryAsk{Slot: &alone}); len(r.Ways) != 0 {
		t.Errorf("ways of what overlaps nothing: %+v", r.Ways)
	}
}

// TestASessionIsWhatSoundsInOneGo: slots one behind the other count together.
func TestASessionIsWhatSoundsInOneGo(t *testing.T) {
	for gap, want := range map[int]string{0: "session 2/0 ×14 22 18:10 5m0s [1]", 1: "session 2/0 ×14 22 18:11 6m0s [1]", 5: ""} {
		snap := commune(1, dailyAt(1, 18, 0), dailyAt(2, 18, 10+gap))
		snap.Station.Rules.Session = 15 * time.Minute
		if got := found(DryRun(snap, at(22, 17, 0), saigon, station.DryAsk{})); fmt.Sprint(got) != fmt.Sprintf("[%s]", want) {
			t.Errorf("%d minutes between: %q", gap, got)
		}
	}
}
