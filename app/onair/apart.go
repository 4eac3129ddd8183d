package onair

import (
	"fmt"
	"time"

	"loaxa/app/station"
)

// apartFor is how long two clocks must differ before it is told: a machine that
// has just started may be about to set its clock.
const apartFor = time.Minute

const apartKey = "clock-off"

// clocksApart notes since when the upstream's clock and ours differ. While the
// link is down nothing is known of it, and what was told stands.
func (d *decision) clocksApart(f station.UpstreamReport) {
	if !f.Up {
		d.s.Known.Apart = 0
		return
	}
	d.since(&d.s.Known.Apart, f.ClockOff != 0)
	if f.ClockOff == 0 {
		d.mended(apartKey)
	}
}

// apartTick rings while the two clocks differ: a timetable runs by ours, an
// order's end by theirs, and only a person knows which one is right.
func (d *decision) apartTick() {
	at, off := d.s.Known.Apart, d.s.Known.Upstream.ClockOff
	if at == 0 || d.now.Mono-at < apartFor || d.isOpen(apartKey) {
		return
	}
	why, by := "clock-ahead", off.Abs()
	if off < 0 {
		why = "clock-behind"
	}
	words := fmt.Sprintf("%d:%02d:%02d", int(by.Hours()), int(by.Minutes())%60, int(by.Seconds())%60)
	d.note(station.Event{Kind: station.EvClockOff, Title: words, Reason: why})
	d.fault(apartKey, station.EvClockOff, "", words, why)
}

const unsureKey = "clock-unsure"

// unsureTick rings while this machine's clock cannot be believed: no timetable
// runs by it, and a person who looks at a telephone can mend that.
func (d *decision) unsureTick() {
	unsure := d.now.Quality != station.ClockGood
	d.since(&d.s.Known.Unsure, unsure)
	switch {
	case !unsure:
		d.mended(unsureKey)
	case d.now.Mono-d.s.Known.Unsure >= apartFor && !d.isOpen(unsureKey):
		words := d.now.Wall.Format("15:04 02/01/2006")
		d.note(station.Event{Kind: station.EvClockUnsure, Title: words})
		d.fault(unsureKey, station.EvClockUnsure, "", words, "")
	}
}
