package playout_test

import (
	"testing"
	"time"

	"loaxa/app/station"
)

// follower is a second broadcast that is to be heard from a moment on.
func follower(at time.Duration) station.CueOpen {
	c := queue(item("b"))
	c.Broadcast, c.At = 2, at
	return c
}

// One broadcast gives way to another at a moment told ahead: neither a hole nor
// both at once, and nothing is said of it before.
func TestOneGivesWayToTheOtherAtAMoment(t *testing.T) {
	run(t, func(s *stage) {
		s.files["a"], s.files["b"] = file{length: 9 * sec, delay: 30 * time.Millisecond}, file{length: 2 * sec, delay: 80 * time.Millisecond}
		s.cue(queue(item("a")))
		s.until(4500 * time.Millisecond)
		s.cue(station.CueClose{Broadcast: 1, At: 5 * sec}, follower(5*sec))
		s.until(4900 * time.Millisecond)
		want(t, s.order(), "a starts")
		s.until(9 * sec)
		want(t, s.order(1), "a starts, closed in a")
		want(t, s.order(2), "b starts, b ends, drained")
		_, to, _ := s.fleet.sound(1)
		near(t, "the end of the first", to, 5*sec)
		from, _, holes := s.fleet.sound(2)
		near(t, "the beginning of the second", from, 5*sec)
		if len(holes) > 0 || s.fleet.alive() > 0 {
			t.Errorf("holes %v, %d streams open", holes, s.fleet.alive())
		}
		n, closed := s.closes()
		if n != 1 {
			t.Errorf("closed %d times", n)
		}
		first, _, _ := s.fleet.sound(1)
		near(t, "the place of the cut", closed.At, 5*sec-first)
	})
}

// A file that opens too late for the moment is heard as soon as may be.
func TestALateFileMissesItsMoment(t *testing.T) {
	run(t, func(s *stage) {
		s.files["b"] = file{length: sec, delay: 700 * time.Millisecond}
		s.until(sec)
		s.cue(follower(1500 * time.Millisecond))
		s.until(5 * sec)
		from, _, _ := s.fleet.sound(2)
		near(t, "the beginning", from, 1900*time.Millisecond)
	})
}

// What was to fall silent at a moment is silent at once when that is wanted
// after all, and what was to follow is never heard.
func TestWhatWasToEndLaterEndsNow(t *testing.T) {
	run(t, func(s *stage) {
		s.files["a"], s.files["b"] = file{length: 9 * sec}, file{length: 2 * sec}
		s.cue(queue(item("a")))
		s.until(4500 * time.Millisecond)
		s.cue(station.CueClose{Broadcast: 1, At: 5 * sec}, follower(5*sec))
		s.until(4700 * time.Millisecond)
		s.cue(station.CueClose{Broadcast: 2}, station.CueClose{Broadcast: 1})
		s.until(9 * sec)
		want(t, s.order(1), "a starts, closed in a")
		want(t, s.order(2), "closed")
		from, to, _ := s.fleet.sound(1)
		near(t, "the end", to, 4760*time.Millisecond)
		if n := len(s.fleet.heard(2)); n > 0 {
			if a, b, _ := s.fleet.sound(2); b > a {
				t.Errorf("the second was heard from %v to %v", a, b)
			}
		}
		for _, f := range s.told(1) {
			if c, ok := f.fact.(station.Closed); ok {
				near(t, "the place of the cut", c.At, 4760*time.Millisecond-from)
			}
		}
		if s.fleet.alive() > 0 {
			t.Errorf("%d streams open", s.fleet.alive())
		}
	})
}

// The station stops between the telling and the moment: nothing is left open.
func TestStopBeforeTheMoment(t *testing.T) {
	run(t, func(s *stage) {
		s.files["a"], s.files["b"] = file{length: 9 * sec}, file{length: 2 * sec, delay: sec}
		s.cue(queue(item("a")))
		s.until(2 * sec)
		s.cue(station.CueClose{Broadcast: 1, At: 2500 * time.Millisecond}, follower(2500*time.Millisecond))
		s.until(2200 * time.Millisecond)
	})
}
