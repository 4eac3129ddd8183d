package onair

import (
	"testing"
	"time"

	"loaxa/app/station"
)

// TestClocksThatDifferRing: after a minute, once, with which way and how far;
// a clock that is set mends it, and a link that is cut says nothing either way.
func TestClocksThatDifferRing(t *testing.T) {
	for off, why := range map[time.Duration]string{200 * time.Second: "clock-ahead", -2 * time.Hour: "clock-behind"} {
		s := village()
		var rang []station.Event
		step := func(at time.Duration, in Input) {
			var o Outcome
			s, o = Decide(s, in, stamp(at))
			for _, e := range o.Events {
				if e.Kind == station.EvClockOff {
					rang = append(rang, e)
				}
			}
		}
		open := func() bool { return (&decision{s: s}).isOpen(apartKey) }
		up := func(at, off time.Duration) {
			step(at, Input{Fact: station.UpstreamReport{Configured: true, Up: true, ClockOff: off}})
		}
		up(time.Second, off)
		step(30*time.Second, Input{Tick: true})
		if open() {
			t.Error("it rings while the machine may still set its clock")
		}
		up(40*time.Second, off)
		step(62*time.Second, Input{Tick: true})
		up(70*time.Second, off)
		step(80*time.Second, Input{Tick: true})
		want := map[string]string{"clock-ahead": "0:03:20", "clock-behind": "2:00:00"}[why]
		if !open() || len(rang) != 1 || rang[0].Reason != why || rang[0].Title != want {
			t.Fatalf("%v: %+v", off, rang)
		}
		step(90*time.Second, Input{Fact: station.UpstreamReport{Configured: true}})
		if !open() {
			t.Error("a cut link mends no clock")
		}
		up(100*time.Second, 0)
		if open() {
			t.Error("the clock was set, and it rings on")
		}
	}
}

// TestAnUnsureClockRings: after a minute, once; a clock that is set or confirmed
// mends it.
func TestAnUnsureClockRings(t *testing.T) {
	s, rang := village(), 0
	at := func(when time.Duration, q station.ClockQuality) bool {
		now := stamp(when)
		now.Quality = q
		var o Outcome
		s, o = Decide(s, Input{Tick: true}, now)
		for _, e := range o.Events {
			if e.Kind == station.EvClockUnsure {
				rang++
			}
		}
		return (&decision{s: s}).isOpen(unsureKey)
	}
	if at(time.Second, station.ClockUnsure) || at(50*time.Second, station.ClockUnsure) {
		t.Error("it rings while the machine may still set its clock")
	}
	if !at(62*time.Second, station.ClockUnsure) || !at(70*time.Second, station.ClockUnsure) || rang != 1 {
		t.Errorf("rang %d times", rang)
	}
	if at(80*time.Second, station.ClockGood) {
		t.Error("the clock is believed, and it rings on")
	}
}
