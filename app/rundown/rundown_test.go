package rundown

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"loaxa/app/station"
)

var saigon = time.FixedZone("+07", 7*3600)

func at(day, hour, minute int) time.Time { return time.Date(2026, 11, day, hour, minute, 0, 0, saigon) }

// daily is every day at the given time.
func daily(id station.SlotID, hour, minute int) station.Slot {
	return station.Slot{ID: id, Title: fmt.Sprint("mục ", id), Minute: hour*60 + minute, Days: station.EveryDay, Mode: station.StartHard,
		Items: []station.ItemID{"news"}, SlotPast: station.SlotPast{Last: at(1, 0, 0).Unix()}}
}

func TestStartsOfASlot(t *testing.T) {
	sunday := daily(1, 0, 0)
	sunday.Days = 1 << 6
	bounded := daily(1, 23, 59)
	bounded.From, bounded.Until = "2026-11-23", "2026-11-24"
	off := daily(1, 6, 0)
	off.Off = true
	for name, c := range map[string]struct {
		slot        station.Slot
		from, until time.Time
		want        []time.Time
	}{
		"the second itself is one":         {daily(1, 18, 0), at(22, 17, 0), at(22, 18, 0), []time.Time{at(22, 18, 0)}},
		"the one before is not":            {daily(1, 18, 0), at(22, 18, 0), at(22, 19, 0), nil},
		"over midnight":                    {daily(1, 0, 0), at(22, 23, 59), at(23, 0, 1), []time.Time{at(23, 0, 0)}},
		"three days":                       {daily(1, 5, 30), at(20, 6, 0), at(23, 6, 0), []time.Time{at(21, 5, 30), at(22, 5, 30), at(23, 5, 30)}},
		"only Sundays":                     {sunday, at(20, 0, 0), at(30, 0, 0), []time.Time{at(22, 0, 0), at(29, 0, 0)}},
		"first and last day":               {bounded, at(20, 0, 0), at(30, 0, 0), []time.Time{at(23, 23, 59), at(24, 23, 59)}},
		"off":                              {off, at(20, 0, 0), at(30, 0, 0), nil},
		"asked in another zone":            {daily(1, 5, 30), at(20, 6, 0).UTC(), at(21, 6, 0).UTC(), []time.Time{at(21, 5, 30)}},
		"over the end of a year, over one": {daily(1, 1, 0), time.Date(2026, 12, 31, 2, 0, 0, 0, saigon), time.Date(2027, 1, 1, 2, 0, 0, 0, saigon), []time.Time{time.Date(2027, 1, 1, 1, 0, 0, 0, saigon)}},
	} {
		got := Starts(c.slot, c.from, c.until, saigon)
		if !slices.EqualFunc(got, c.want, time.Time.Equal) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// TestWhatStandsAroundNow: length, order, skipped, remembered, a thing that is
// missing, a clock that is wrong.
func TestWhatStandsAroundNow(t *testing.T) {
	morning, evening, broken := daily(1, 5, 30), daily(2, 18, 0), daily(3, 19, 0)
	morning.Last = at(22, 5, 30).Unix()
	morning.Items = []station.ItemID{"news", "tune"}
	evening.Skip = []int64{at(22, 18, 0).Unix()}
	broken.Items = []station.ItemID{"gone"}
	snap := &station.Snapshot{Plan: station.PlanView{Slots: []station.Slot{broken, evening, morning}},
		Items: []station.Item{{ID: "news", Length: time.Minute}, {ID: "tune", Length: 45 * time.Second}}}
	now := station.Stamp{Wall: at(22, 17, 0), Quality: station.ClockGood}
	var got []string
	for _, d := range Due(snap, now, saigon) {
		got = append(got, fmt.Sprint(d.Slot, " ", d.At.Format("02 15:04 "), d.State, " ", d.Length, " ", d.Why))
	}
	want := []string{"1 22 05:30 done 1m45s ", "2 22 18:00 skipped 1m0s by-hand", "3 22 19:00 coming 0s unknown-item", "1 23 05:30 coming 1m45s "}
	if !slices.Equal(got, want) {
		t.Errorf("due:\n%q\nwant\n%q", got, want)
	}
	for _, d := range Due(snap, station.Stamp{Wall: at(22, 17, 0), Quality: station.ClockUnsure}, saigon) {
		if d.State == station.DueComing && d.Why != "clock-unknown" {
			t.Errorf("the clock is wrong, and %v says %q", d.At, d.Why)
		}
	}
}

func TestTheLongestTimetableKeepsWhatIsNear(t *testing.T) {
	snap := &station.Snapshot{}
	for i := range station.MaxSlots {
		snap.Plan.Slots = append(snap.Plan.Slots, daily(station.SlotID(i+1), i%24, i/24))
	}
	now := at(22, 17, 0)
	due := Due(snap, station.Stamp{Wall: now, Quality: station.ClockGood}, saigon)
	i := slices.IndexFunc(due, func(d station.DueView) bool { return !d.At.Before(now) })
	if len(due) != maxDue || i != maxPast || !slices.IsSortedFunc(due, func(a, b station.DueView) int { return a.At.Compare(b.At) }) {
		t.Errorf("%d starts, %d of them over", len(due), i)
	}
}

// office is a desk that remembers, and a wall clock that can be set. The wall
// runs with the bubble's time, shifted.
type office struct {
	mu    sync.Mutex
	shift time.Duration
	good  bool
	slots []station.Slot
	log   []string
	began time.Time
}

func (o *office) now() station.Stamp {
	o.mu.Lock()
	defer o.mu.Unlock()
	s := station.Stamp{Mono: time.Since(o.began), Wall: time.Now().Add(o.shift)}
	if o.good {
		s.Quality = station.ClockGood
	}
	return s
}

func (o *office) set(wall time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.shift = time.Until(wall)
}

func (o *office) snapshot() *station.Snapshot {
	o.mu.Lock()
	defer o.mu.Unlock()
	return &station.Snapshot{Plan: station.PlanView{Slots: slices.Clone(o.slots)}}
}

func (o *office) report(f station.Fact) {
	due, ok := f.(station.SlotDue)
	if !ok {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	for i := range o.slots {
		if s := &o.slots[i]; s.ID == due.Slot && due.At > s.Last {
			s.Last = due.At
			row := fmt.Sprint(due.Slot, time.Unix(due.At, 0).In(saigon).Format(" 02 15:04"))
			if due.Late {
				row += " late"
			} else if d := time.Now().Add(o.shift).Sub(time.Unix(due.At, 0)); d >= time.Second {
				row += " after " + d.Round(time.Second).String()
			}
			o.log = append(o.log, row)
		}
	}
}

// open runs the watch until the returned func is called: the station is off.
func (o *office) open(t *testing.T) func() {
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		Watch(ctx, Parts{Snapshot: o.snapshot, Now: o.now, Report: o.report, Zone: saigon})
	}()
	return func() { stop(); <-done }
}

// between is a moment at which the watch sleeps: it looks at whole seconds.
const between = 300 * time.Millisecond

func TestStoriesOfTheClock(t *testing.T) {
	skip := daily(1, 18, 0)
	skip.Mode = station.StartSkip
	for name, c := range map[string]struct {
		slots []station.Slot
		story func(o *office, off func() func())
		want  []string
	}{
		"on the second, day after day, over midnight": {[]station.Slot{daily(1, 18, 0), daily(2, 0, 0)},
			func(*office, func() func()) { time.Sleep(48 * time.Hour) },
			[]string{"1 22 18:00", "2 23 00:00", "1 23 18:00", "2 24 00:00"}},
		"two at one second": {[]station.Slot{daily(2, 18, 0), daily(1, 18, 0)},
			func(*office, func() func()) { time.Sleep(2 * time.Hour) },
			[]string{"1 22 18:00", "2 22 18:00"}},
		"a power cut over a start": {[]station.Slot{daily(1, 18, 0)},
			func(_ *office, off func() func()) {
				time.Sleep(59 * time.Minute)
				on := off()
				time.Sleep(10 * time.Minute)
				on()
				time.Sleep(time.Hour)
			}, []string{"1 22 18:00 after 9m0s"}},
		"a power cut of three days": {[]station.Slot{daily(1, 18, 0)},
			func(_ *office, off func() func()) {
				on := off()
				time.Sleep(72 * time.Hour)
				on()
				time.Sleep(2 * time.Hour)
			}, []string{"1 22 18:00 late", "1 23 18:00 late", "1 24 18:00 late", "1 25 18:00"}},
		"the clock is set back over a start": {[]station.Slot{daily(1, 18, 0)},
			func(o *office, _ func() func()) {
				time.Sleep(65*time.Minute + between)
				o.set(at(22, 17, 50))
				time.Sleep(30 * time.Minute)
			}, []string{"1 22 18:00"}},
		"the clock is set forward over a start": {[]station.Slot{daily(1, 18, 0)},
			func(o *office, _ func() func()) {
				time.Sleep(30*time.Minute + between)
				o.set(at(22, 18, 10))
				time.Sleep(30 * time.Minute)
			}, []string{"1 22 18:00 after 10m1s"}},
		"set forward by hours: missed": {[]station.Slot{daily(1, 18, 0)},
			func(o *office, _ func() func()) {
				time.Sleep(between)
				o.set(at(22, 23, 0))
				time.Sleep(2 * time.Hour)
			}, []string{"1 22 18:00 late"}},
		"on the second or not at all": {[]station.Slot{skip},
			func(o *office, _ func() func()) {
				time.Sleep(between)
				o.set(at(22, 18, 0).Add(7 * time.Second))
				time.Sleep(time.Minute + between)
				o.set(at(23, 18, 0).Add(4 * time.Second))
				time.Sleep(time.Minute)
			}, []string{"1 22 18:00 late", "1 23 18:00 after 5s"}},
		"no start without a clock": {[]station.Slot{daily(1, 18, 0)},
			func(o *office, _ func() func()) {
				o.mu.Lock()
				o.good = false
				o.mu.Unlock()
				time.Sleep(70*time.Minute + between)
				o.mu.Lock()
				o.good = true
				o.mu.Unlock()
				time.Sleep(time.Minute)
			}, []string{"1 22 18:00 after 10m1s"}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o := &office{good: true, slots: c.slots, began: time.Now()}
				for i := range o.slots {
					o.slots[i].Last = at(22, 16, 0).Unix()
				}
				o.set(at(22, 17, 0))
				off := o.open(t)
				c.story(o, func() func() {
					off()
					return func() { off = o.open(t) }
				})
				off()
				if !slices.Equal(o.log, c.want) {
					t.Errorf("began %q, want %q", o.log, c.want)
				}
			})
		})
	}
}

// TestAForgetfulDeskIsToldAgain: a start that came before the desk had its
// roster is told again, not lost.
func TestAForgetfulDeskIsToldAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := &office{good: true, slots: []station.Slot{daily(1, 17, 0)}, began: time.Now()}
		o.slots[0].Last = at(22, 16, 0).Unix()
		o.set(at(22, 17, 0).Add(-time.Millisecond))
		n := 0
		ctx, stop := context.WithCancel(t.Context())
		go Watch(ctx, Parts{Snapshot: o.snapshot, Now: o.now, Zone: saigon, Report: func(f station.Fact) {
			if _, ok := f.(station.SlotDue); ok {
				n++
			}
		}})
		time.Sleep(50 * time.Second)
		synctest.Wait()
		stop()
		synctest.Wait()
		if n != 3 {
			t.Errorf("told %d times in 50 s", n)
		}
	})
}

// TestOnTheSecondIsToldAhead: half a second before, once; what may wait is told
// in its second.
func TestOnTheSecondIsToldAhead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hard, soft := daily(1, 17, 0), daily(2, 17, 0)
		soft.Mode = station.StartSoft
		o := &office{good: true, slots: []station.Slot{hard, soft}, began: time.Now()}
		o.slots[0].Last, o.slots[1].Last = at(22, 16, 0).Unix(), at(22, 16, 0).Unix()
		o.set(at(22, 16, 59).Add(50*time.Second + 300*time.Millisecond))
		told := map[station.SlotID][]time.Duration{}
		ctx, stop := context.WithCancel(t.Context())
		go Watch(ctx, Parts{Snapshot: o.snapshot, Now: o.now, Zone: saigon, Report: func(f station.Fact) {
			if due, ok := f.(station.SlotDue); ok {
				told[due.Slot] = append(told[due.Slot], o.now().Wall.Sub(time.Unix(due.At, 0)))
				if due.Late {
					t.Error("told as late", due)
				}
			}
			o.report(f)
		}})
		time.Sleep(time.Minute)
		synctest.Wait()
		stop()
		synctest.Wait()
		if !slices.Equal(told[1], []time.Duration{-before}) || !slices.Equal(told[2], []time.Duration{0}) {
			t.Errorf("told %v", told)
		}
	})
}
