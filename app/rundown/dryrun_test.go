package rundown

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"loaxa/app/station"
)

// commune has clusters 1…n, the odd ones in zone "a", the even ones in "b", and
// items "news" of ten minutes and "tune" of one.
func commune(n int, slots ...station.Slot) *station.Snapshot {
	s := &station.Snapshot{Items: []station.Item{{ID: "news", Length: 10 * time.Minute}, {ID: "tune", Length: time.Minute}}}
	for i := 1; i <= n; i++ {
		zone := "a"
		if i%2 == 0 {
			zone = "b"
		}
		s.Clusters = append(s.Clusters, station.ClusterView{Cluster: station.Cluster{ID: station.ClusterID(fmt.Sprint("c", i)), Number: i, Name: fmt.Sprint("Thôn ", i), Zones: []string{zone}}})
	}
	s.Plan.Slots = slots
	return s
}

// dailyAt is daily, heard in zones; none: everywhere.
func dailyAt(id station.SlotID, hour, minute int, zones ...string) station.Slot {
	sl := daily(id, hour, minute)
	sl.Targets = station.Targets{All: len(zones) == 0, Zones: zones}
	return sl
}

func found(r station.DryRun) (out []string) {
	for _, f := range r.Findings {
		out = append(out, fmt.Sprint(f.Why, " ", f.Slot, "/", f.Other, " ×", f.Times, " ", f.First.Format("02 15:04"), " ", f.By, " ", f.Clusters))
	}
	return out
}

func TestDryRunNamesOverlapsByCluster(t *testing.T) {
	once := dailyAt(3, 18, 5, "b")
	once.Days = 1 << 6 // Sundays: 22 and 29 November
	skipped := dailyAt(4, 18, 7, "a")
	skipped.Days, skipped.Skip = 1<<6, []int64{at(22, 18, 7).Unix()}
	r := DryRun(commune(4, dailyAt(1, 18, 0), dailyAt(2, 18, 10), once, skipped), at(22, 17, 0), saigon, station.DryAsk{})
	// 18:05 pushes 18:00 off for ten minutes: it goes on until 18:20, over 18:10.
	got := found(r)
	for _, w := range []string{"overlap 4/1 ×1 29 18:07 3m0s [1 3]", "overlap 3/1 ×2 22 18:05 5m0s [2 4]", "overlap 2/3 ×2 22 18:10 10m0s [2 4]"} {
		if !slices.Contains(got, w) {
			t.Errorf("no %q in %q", w, got)
		}
	}
	if r.Count != 14+14+2+1 || r.Days != 14 || !r.From.Equal(at(22, 0, 0)) {
		t.Errorf("%d starts in %d days from %v", r.Count, r.Days, r.From)
	}
	heard := map[int]string{}
	for _, h := range r.Heard {
		heard[h.Number] = fmt.Sprint(h.Starts, " ", h.Sounds)
	}
	if heard[1] != "29 4h50m0s" || heard[2] != "30 5h0m0s" {
		t.Errorf("heard: %v", heard)
	}
	marked := 0
	for _, s := range r.Starts {
		if s.Over {
			marked++
		}
	}
	if marked == 0 || len(r.Starts) != r.Count+1 {
		t.Errorf("%d of %d starts are marked as overlapping", marked, len(r.Starts))
	}
}

func TestDryRunOfASlotThatIsNotSavedYet(t *testing.T) {
	snap := commune(2, dailyAt(1, 18, 0))
	fits, over := dailyAt(0, 18, 10), dailyAt(0, 18, 9)
	if r := DryRun(snap, at(22, 17, 0), saigon, station.DryAsk{Slot: &fits}); len(r.Findings) != 0 || r.Count != 28 {
		t.Errorf("a slot behind the other: %q, %d starts", found(r), r.Count)
	}
	if got := found(DryRun(snap, at(22, 17, 0), saigon, station.DryAsk{Slot: &over})); !slices.Equal(got, []string{"overlap 0/1 ×14 22 18:09 1m0s [1 2]"}) {
		t.Errorf("a slot over the other: %q", got)
	}
	moved := dailyAt(1, 19, 0)
	if r := DryRun(snap, at(22, 17, 0), saigon, station.DryAsk{Slot: &moved}); r.Count != 14 || r.Starts[0].At.Hour() != 19 {
		t.Errorf("the slot itself, moved: %d starts, the first at %v", r.Count, r.Starts[0].At)
	}
}

func TestDryRunKnowsHowSlotsBegin(t *testing.T) {
	for mode, third := range map[station.StartMode]string{
		station.StartSoft: "overlap 3/2 ×14 22 18:15 5m0s [1]", // 18:10 and ten minutes
		station.StartWait: "overlap 3/2 ×14 22 18:15 5m0s [1]", // the same: it waits for less than five minutes
		station.StartHard: "overlap 3/2 ×14 22 18:15 5m0s [1]", // the first goes on behind it
	} {
		second := dailyAt(2, 18, 6)
		second.Mode = mode
		got := found(DryRun(commune(1, dailyAt(1, 18, 0), second, dailyAt(3, 18, 15)), at(22, 17, 0), saigon, station.DryAsk{}))
		if !slices.Contains(got, third) || !slices.Contains(got, "overlap 2/1 ×14 22 18:06 4m0s [1]") || len(got) != 2 {
			t.Errorf("%s: %q", mode, got)
		}
	}
}

func TestDryRunNamesQuietHours(t *testing.T) {
	late, early, whole, noon := dailyAt(1, 21, 55), dailyAt(2, 4, 55), dailyAt(3, 0, 30), dailyAt(4, 12, 0)
	for quiet, want := range map[station.Quiet][]string{
		{From: 22 * 60, Until: 5 * 60}:    {"quiet 1/0 ×14 22 21:55 5m0s [1]", "quiet 2/0 ×14 22 04:55 5m0s [1]", "quiet 3/0 ×14 22 00:30 10m0s [1]"},
		{From: 11 * 60, Until: 12*60 + 5}: {"quiet 4/0 ×14 22 12:00 5m0s [1]"},
		{}:                                nil,
	} {
		snap := commune(1, late, early, whole, noon)
		snap.Station.Rules.Quiet = quiet
		got := found(DryRun(snap, at(22, 3, 0), saigon, station.DryAsk{}))
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%v: %q, want %q", quiet, got, want)
		}
	}
}

func TestDryRunNamesWhatNobodyHears(t *testing.T) {
	gone, nowhere := dailyAt(1, 18, 0), dailyAt(2, 19, 0, "z")
	gone.Items = []station.ItemID{"gone"}
	got := found(DryRun(commune(2, gone, nowhere), at(22, 17, 0), saigon, station.DryAsk{}))
	want := []string{"unknown-item 1/0 ×14 22 18:00 0s []", "nowhere 2/0 ×14 22 19:00 0s []"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	only := DryRun(commune(2, dailyAt(1, 18, 0, "a"), dailyAt(2, 18, 5, "b")), at(22, 17, 0), saigon, station.DryAsk{Cluster: "c2"})
	if len(only.Findings) != 0 || only.Count != 14 || len(only.Heard) != 1 || only.Heard[0].Number != 2 {
		t.Errorf("as heard in one place: %q, %d starts, %v", found(only), only.Count, only.Heard)
	}
}

// full is the longest timetable in a large commune.
func full() *station.Snapshot {
	var slots []station.Slot
	for i := range station.MaxSlots {
		zones := [][]string{nil, {"a"}, {"b"}}[i%3]
		slots = append(slots, dailyAt(station.SlotID(i+1), i*7/60%24, i*7%60, zones...))
	}
	return commune(1000, slots...)
}

func TestDryRunOfTheLongestTimetable(t *testing.T) {
	r := DryRun(full(), at(22, 17, 0), saigon, station.DryAsk{})
	if r.Count != station.MaxDryStarts || len(r.Heard) != 1000 || len(r.Findings) < 100 {
		t.Errorf("%d starts, %d clusters, %d findings", r.Count, len(r.Heard), len(r.Findings))
	}
}

// BenchmarkDryRun: 14 days as one hamlet hears them, of the longest timetable,
// must stay far below a second.
func BenchmarkDryRun(b *testing.B) {
	snap := full()
	for name, ask := range map[string]station.DryAsk{"hamlet": {Cluster: "c7"}, "commune": {}} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				DryRun(snap, at(22, 17, 0), saigon, ask)
			}
		})
	}
}
