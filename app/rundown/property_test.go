package rundown

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"loaxa/app/station"
)

// TestEveryStartOnceWhateverTheClockDoes: time passes, the clock is set back and
// forward, the station is restarted; in the end every start up to the latest
// moment that a clock ever showed was told exactly once, in its order.
func TestEveryStartOnceWhateverTheClockDoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		first := at(22, 0, 0)
		o := &office{good: true}
		for id := range rapid.IntRange(1, 4).Draw(t, "slots") {
			sl := daily(station.SlotID(id+1), 0, 0)
			sl.Minute = rapid.IntRange(0, 24*60-1).Draw(t, "minute")
			sl.Days = station.Days(rapid.IntRange(1, int(station.EveryDay)).Draw(t, "days"))
			sl.Last = first.Unix()
			o.slots = append(o.slots, sl)
		}
		plan := slices.Clone(o.slots)
		got := map[station.SlotID][]int64{}
		parts := Parts{Snapshot: o.snapshot, Zone: saigon, Report: func(f station.Fact) {
			due := f.(station.SlotDue)
			if i := slices.IndexFunc(o.slots, func(s station.Slot) bool { return s.ID == due.Slot }); due.At > o.slots[i].Last {
				o.slots[i].Last = due.At
				got[due.Slot] = append(got[due.Slot], due.At)
			}
		}}
		w := &watch{Parts: parts, told: map[start]time.Duration{}}
		now := station.Stamp{Wall: first, Quality: station.ClockGood}
		latest := first
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			by := time.Duration(rapid.IntRange(0, 6*3600).Draw(t, "seconds")) * time.Second
			switch rapid.IntRange(0, 4).Draw(t, "what") {
			case 0:
				now.Wall = now.Wall.Add(-by / 4) // set back
			case 1:
				now.Wall = now.Wall.Add(by) // set forward
			case 2:
				w = &watch{Parts: parts, told: map[start]time.Duration{}}
				now.Mono = 0
			default:
				now.Wall, now.Mono = now.Wall.Add(by), now.Mono+by
			}
			w.starts(o.snapshot(), now)
			if now.Wall.After(latest) {
				latest = now.Wall
			}
		}
		for _, sl := range plan {
			var want []int64
			for _, at := range Starts(sl, first, latest, saigon) {
				want = append(want, at.Unix())
			}
			if !slices.Equal(got[sl.ID], want) {
				t.Fatalf("slot at minute %d: told %v, want %v", sl.Minute, got[sl.ID], want)
			}
		}
	})
}
