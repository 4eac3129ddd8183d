package station

import (
	"math"
	"time"
)

// The Vietnamese lunar calendar by Hồ Ngọc Đức, "Thuật toán tính âm lịch"
// (https://www.informatik.uni-leipzig.de/~duc/amlich/calrules.html), after Jean
// Meeus, Astronomical Algorithms, 1998: months begin on the day of the new moon
// at UTC+7, the month of the winter solstice is the eleventh, and of a year of
// thirteen months the first without a principal solar term is the leap one.
// Good for 1800 to 2199.

// LunarDate is a day of the Vietnamese lunar calendar.
type LunarDate struct {
	Day, Month, Year int
	Leap             bool
}

const lunarZone = 7.0 / 24 // days: UTC+7

// julianDay is the number of a day of the Gregorian calendar.
func julianDay(y, m, d int) int {
	a := (14 - m) / 12
	y, m = y+4800-a, m+12*a-3
	return d + (153*m+2)/5 + 365*y + y/4 - y/100 + y/400 - 32045
}

// newMoon is the day at UTC+7 of the k-th new moon after that of 1 January 1900.
func newMoon(k int) int {
	t := float64(k) / 1236.85
	t2, t3, dr := t*t, t*t*t, math.Pi/180
	jd := 2415020.75933 + 29.53058868*float64(k) + 0.0001178*t2 - 0.000000155*t3 + 0.00033*math.Sin((166.56+132.87*t-0.009173*t2)*dr)
	m := 359.2242 + 29.10535608*float64(k) - 0.0000333*t2 - 0.00000347*t3
	mp := 306.0253 + 385.81691806*float64(k) + 0.0107306*t2 + 0.00001236*t3
	f := 21.2964 + 390.67050646*float64(k) - 0.0016528*t2 - 0.00000239*t3
	c := (0.1734-0.000393*t)*math.Sin(m*dr) + 0.0021*math.Sin(2*dr*m) - 0.4068*math.Sin(mp*dr) + 0.0161*math.Sin(2*dr*mp) -
		0.0004*math.Sin(3*dr*mp) + 0.0104*math.Sin(2*dr*f) - 0.0051*math.Sin((m+mp)*dr) - 0.0074*math.Sin((m-mp)*dr) +
		0.0004*math.Sin((2*f+m)*dr) - 0.0004*math.Sin((2*f-m)*dr) - 0.0006*math.Sin((2*f+mp)*dr) +
		0.0010*math.Sin((2*f-mp)*dr) + 0.0005*math.Sin((2*mp+m)*dr)
	delta := -0.000278 + 0.000265*t + 0.000262*t2
	if t < -11 {
		delta = 0.001 + 0.000839*t + 0.0002261*t2 - 0.00000845*t3 - 0.000000081*t*t3
	}
	return int(math.Floor(jd + c - delta + 0.5 + lunarZone))
}

// solarTerm is the sun's place at the beginning of a day at UTC+7, in twelfths
// of the year from the March equinox.
func solarTerm(day int) int {
	t := (float64(day) - 0.5 - lunarZone - 2451545.0) / 36525
	t2, dr := t*t, math.Pi/180
	m := 357.52910 + 35999.05030*t - 0.0001559*t2 - 0.00000048*t*t2
	l := 280.46645 + 36000.76983*t + 0.0003032*t2
	l += (1.914600-0.004817*t-0.000014*t2)*math.Sin(dr*m) + (0.019993-0.000101*t)*math.Sin(2*dr*m) + 0.000290*math.Sin(3*dr*m)
	l = math.Mod(l*dr, 2*math.Pi)
	if l < 0 {
		l += 2 * math.Pi
	}
	return int(l / math.Pi * 6)
}

// month11 is the first day of the lunar month that holds the winter solstice of
// a year.
func month11(y int) int {
	k := int(math.Floor(float64(julianDay(y, 12, 31)-2415021) / 29.530588853))
	nm := newMoon(k)
	if solarTerm(nm) >= 9 {
		nm = newMoon(k - 1)
	}
	return nm
}

// leapOffset is which month after the eleventh that begins on a day is the leap
// one.
func leapOffset(a11 int) int {
	k := int(math.Floor((float64(a11)-2415021.076998695)/29.530588853 + 0.5))
	i, term := 1, solarTerm(newMoon(k+1))
	for last := -1; term != last && i < 14; {
		last = term
		i++
		term = solarTerm(newMoon(k + i))
	}
	return i - 1
}

// Lunar is the day of t, in t's zone, in the lunar calendar.
func Lunar(t time.Time) LunarDate {
	y, m, d := t.Date()
	day := julianDay(y, int(m), d)
	k := int(math.Floor((float64(day) - 2415021.076998695) / 29.530588853))
	start := newMoon(k + 1)
	for ; start > day; k-- { // the mean month is an estimate
		start = newMoon(k)
	}
	a11, b11, year := month11(y), 0, y
	if b11 = a11; a11 >= start {
		a11 = month11(y - 1)
	} else {
		year, b11 = y+1, month11(y+1)
	}
	diff := (start - a11) / 29
	l := LunarDate{Day: day - start + 1, Month: diff + 11}
	if b11-a11 > 365 {
		if off := leapOffset(a11); diff >= off {
			l.Month, l.Leap = diff+10, diff == off
		}
	}
	if l.Month > 12 {
		l.Month -= 12
	}
	if l.Month >= 11 && diff < 4 {
		year--
	}
	l.Year = year
	return l
}

// Holiday names a public holiday. Closed set; empty: none.
type Holiday string

// The public holidays of the Labour Code 2019, article 112. For Tết the code
// gives five days and for the National Day one more beside it; which ones the
// Prime Minister says year by year: here the last day of the old year and the
// first four of the new, and 1 September.
const (
	NewYear     Holiday = "new-year"     // 1 January
	Tet         Holiday = "tet"          //
	HungKings   Holiday = "hung-kings"   // the 10th of the third lunar month
	Reunion     Holiday = "reunion"      // 30 April
	Labour      Holiday = "labour"       // 1 May
	NationalDay Holiday = "national-day" // 2 September and the day before
)

// HolidayOn is the public holiday of the day of t, in t's zone.
func HolidayOn(t time.Time) Holiday {
	_, m, d := t.Date()
	switch {
	case m == time.January && d == 1:
		return NewYear
	case m == time.April && d == 30:
		return Reunion
	case m == time.May && d == 1:
		return Labour
	case m == time.September && (d == 1 || d == 2):
		return NationalDay
	}
	if m > time.May {
		return ""
	}
	switch l, next := Lunar(t), Lunar(t.AddDate(0, 0, 1)); {
	case !l.Leap && l.Month == 1 && l.Day <= 4, next.Month == 1 && next.Day == 1 && !next.Leap:
		return Tet
	case !l.Leap && l.Month == 3 && l.Day == 10:
		return HungKings
	}
	return ""
}
