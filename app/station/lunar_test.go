package station

import (
	"testing"
	"time"
)

var vietnam = time.FixedZone("+07", 7*3600)

func vnDay(s string) time.Time {
	t, err := time.ParseInLocation(DayForm, s, vietnam)
	if err != nil {
		panic(err)
	}
	return t
}

// TestTheLunarCalendarIsTheVietnameseOne: years in which it parts from the
// Chinese one are among them (1985, 2007, 2030), and leap months.
func TestTheLunarCalendarIsTheVietnameseOne(t *testing.T) {
	for day, want := range map[string]LunarDate{
		"1968-01-29": {1, 1, 1968, false}, "1985-01-21": {1, 1, 1985, false}, "2007-02-17": {1, 1, 2007, false}, "2020-01-25": {1, 1, 2020, false},
		"2023-01-22": {1, 1, 2023, false}, "2024-02-10": {1, 1, 2024, false}, "2025-01-29": {1, 1, 2025, false}, "2026-02-17": {1, 1, 2026, false},
		"2027-02-06": {1, 1, 2027, false}, "2028-01-26": {1, 1, 2028, false}, "2029-02-13": {1, 1, 2029, false}, "2030-02-02": {1, 1, 2030, false},
		"2023-03-22": {1, 2, 2023, true}, "2025-07-25": {1, 6, 2025, true}, "2020-05-23": {1, 4, 2020, true}, "2026-02-16": {29, 12, 2025, false},
		"2024-04-18": {10, 3, 2024, false}, "2025-04-07": {10, 3, 2025, false}, "2026-04-26": {10, 3, 2026, false}, "2026-09-25": {15, 8, 2026, false},
	} {
		if got := Lunar(vnDay(day)); got != want {
			t.Errorf("%s is %+v, want %+v", day, got, want)
		}
	}
}

// TestLunarDaysFollowEachOther: over two centuries each day follows the one
// before, months have 29 or 30 days, a year 12 or 13 months and one Tết.
func TestLunarDaysFollowEachOther(t *testing.T) {
	last := Lunar(vnDay("1900-01-31"))
	tets := map[int]int{}
	for d := vnDay("1900-02-01"); d.Year() < 2100; d = d.AddDate(0, 0, 1) {
		l := Lunar(d)
		switch {
		case l.Day == 1 && last.Day != 29 && last.Day != 30:
			t.Fatalf("%s: a month of %d days", d.Format(DayForm), last.Day)
		case l.Day != 1 && (l.Day != last.Day+1 || l.Month != last.Month || l.Leap != last.Leap || l.Year != last.Year):
			t.Fatalf("%s: %+v follows %+v", d.Format(DayForm), l, last)
		case l.Day == 1 && l.Month != last.Month && l.Month != last.Month%12+1:
			t.Fatalf("%s: %+v follows %+v", d.Format(DayForm), l, last)
		case l.Day == 1 && l.Month == last.Month && !l.Leap:
			t.Fatalf("%s: month %d twice", d.Format(DayForm), l.Month)
		}
		if l.Day == 1 && l.Month == 1 && !l.Leap {
			tets[d.Year()]++
		}
		last = l
	}
	for y := 1901; y < 2100; y++ {
		if tets[y] != 1 {
			t.Errorf("%d has %d Tết", y, tets[y])
		}
	}
}

func TestPublicHolidays(t *testing.T) {
	for day, want := range map[string]Holiday{"2026-01-01": NewYear, "2026-02-15": "", "2026-02-16": Tet, "2026-02-17": Tet, "2026-02-20": Tet, "2026-02-21": "",
		"2026-04-26": HungKings, "2026-04-30": Reunion, "2026-05-01": Labour, "2026-09-01": NationalDay, "2026-09-02": NationalDay, "2026-09-03": "", "2026-11-22": ""} {
		if got := HolidayOn(vnDay(day)); got != want {
			t.Errorf("%s is %q, want %q", day, got, want)
		}
	}
	sl := Slot{Days: EveryDay, Minute: 300}
	for feast, want := range map[Feast]int{"": 365, FeastNot: 365 - 11, FeastOnly: 11} {
		sl.Feast = feast
		n := 0
		for d := vnDay("2026-01-01"); d.Year() == 2026; d = d.AddDate(0, 0, 1) {
			if _, ok := sl.On(d); ok {
				n++
			}
		}
		if n != want {
			t.Errorf("a slot that is %q on holidays has %d starts in 2026, want %d", feast, n, want)
		}
	}
}
