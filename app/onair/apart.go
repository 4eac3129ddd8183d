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
