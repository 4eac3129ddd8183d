package playout_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"loaxa/app/station"
)

// Whenever the follower is named while the piece is on its way to the air, it
// and nothing else follows; without a hole unless it was named too late.
func TestNextAtEveryMoment(t *testing.T) {
	step := 400 * time.Millisecond
	for at := time.Duration(0); at < 5250*time.Millisecond; at += step {
		if at >= 4700*time.Millisecond {
			step = 60 * time.Millisecond
		}
		t.Run(fmt.Sprint(at), func(t *testing.T) {
			run(t, func(s *stage) {
				s.files["a"], s.files["b"] = file{length: 5 * sec, delay: 10 * time.Millisecond}, file{length: 3 * sec, delay: 10 * time.Millisecond}
				s.cue(queue(item("a")))
				s.until(at)
				s.cue(next(item("b")))
				s.wait(12 * sec)
				want(t, s.order(), "a starts, a ends, b starts, b ends, drained")
				_, _, holes := s.fleet.sound(1)
				if at < 4900*time.Millisecond && len(holes) > 0 {
					t.Errorf("holes %v", holes)
				}
				if len(holes) > 1 || len(holes) == 1 && holes[0] > 400*time.Millisecond || s.fleet.alive() > 0 {
					t.Errorf("holes %v, %d streams open", holes, s.fleet.alive())
				}
			})
		})
	}
}

func TestNextReplaced(t *testing.T) {
	// The follower b is open (at 1 s), rendered ahead (at 4 s) or still loading.
	for _, c := range []struct {
		name  string
		at    time.Duration
		slow  time.Duration // of b
		cues  []station.Cue
		order string
	}{
		{"by another", sec, 0, []station.Cue{next(item("c"))}, "a starts, a ends, c starts, c ends, drained"},
		{"by nothing", sec, 0, []station.Cue{station.CueNext{Broadcast: 1}}, "a starts, a ends, drained"},
		{"by nothing, then again", sec, 0, []station.Cue{station.CueNext{Broadcast: 1}, next(item("b"))}, "a starts, a ends, b starts, b ends, drained"},
		{"twice", sec, 0, []station.Cue{next(item("c")), next(item("d"))}, "a starts, a ends, d starts, d ends, drained"},
		{"rendered ahead", 4 * sec, 0, []station.Cue{next(item("c"))}, "a starts, a ends, b starts, b ends, c starts, c ends, drained"},
		{"rendered ahead, by nothing", 4 * sec, 0, []station.Cue{station.CueNext{Broadcast: 1}}, "a starts, a ends, b starts, b ends, drained"},
		{"while it loads", sec, 10 * sec, []station.Cue{next(item("c"))}, "a starts, a ends, c starts, c ends, drained"},
		{"while it loads, twice", sec, 10 * sec, []station.Cue{next(item("d")), next(item("c"))}, "a starts, a ends, c starts, c ends, drained"},
		{"while it loads, by nothing", sec, 10 * sec, []station.Cue{station.CueNext{Broadcast: 1}}, "a starts, a ends, drained"},
		{"before the first is open", 0, 0, []station.Cue{next(item("c"))}, "a starts, a ends, c starts, c ends, drained"},
		{"by itself", sec, 3 * sec, []station.Cue{next(item("b"))}, "a starts, a ends, b starts, b ends, drained"},
	} {
		t.Run(c.name, func(t *testing.T) {
			run(t, func(s *stage) {
				s.files["a"], s.files["b"] = file{length: 5 * sec, delay: time.Millisecond}, file{length: 3 * sec, delay: c.slow}
				s.files["c"], s.files["d"] = file{length: sec}, file{length: sec, delay: 5 * sec}
				if c.name == "twice" {
					s.files["d"] = file{length: sec}
				}
				s.cue(queue(item("a"), item("b")))
				s.until(c.at)
				s.cue(c.cues...)
				if n := s.loading(); n > 1 {
					t.Errorf("%d files are being opened", n)
				}
				s.wait(20 * sec)
				want(t, s.order(), c.order)
				if _, _, holes := s.fleet.sound(1); len(holes) > 0 || s.fleet.alive() > 0 {
					t.Errorf("holes %v, %d streams open", holes, s.fleet.alive())
				}
				if c.name == "by itself" && s.opened["b"] != 1 {
					t.Errorf("what was loading already was opened %d times", s.opened["b"])
				}
			})
		})
	}
}

// A follower that loads for longer than the rest of the piece begins when it is
// there; nobody hears that the broadcast is over in between.
func TestLateFollower(t *testing.T) {
	for _, c := range []struct {
		name  string
		b     file
		order string
		holes int
	}{
		{"behind the render head, ahead of the air", file{length: sec, delay: 1500 * time.Millisecond}, "a starts, a ends, b starts, b ends, drained", 0},
		{"behind the air", file{length: sec, delay: 4 * sec}, "a starts, a ends, b starts, b ends, drained", 1},
		{"broken", file{delay: sec, err: errRead}, "a starts, b breaks, a ends, drained", 0},
		{"broken behind the air", file{delay: 4 * sec, err: errRead}, "a starts, a ends, b breaks, drained", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			run(t, func(s *stage) {
				s.files["a"], s.files["b"] = file{length: 5 * sec}, c.b
				s.cue(queue(item("a")))
				s.until(3300 * time.Millisecond) // rendered to its end
				s.cue(next(item("b")))
				s.wait(10 * sec)
				want(t, s.order(), c.order)
				if _, _, holes := s.fleet.sound(1); len(holes) != c.holes || s.fleet.alive() > 0 {
					t.Errorf("holes %v, %d streams open", holes, s.fleet.alive())
				}
			})
		})
	}
}

// What ended on the air before the follower was named is over: the desk opens
// the follower itself.
func TestNextAfterDrained(t *testing.T) {
	run(t, func(s *stage) {
		s.files["a"], s.files["b"] = file{length: sec}, file{length: sec}
		s.cue(queue(item("a")))
		s.wait(2 * sec)
		s.cue(next(item("b")))
		s.wait(3 * sec)
		want(t, s.order(), "a starts, a ends, drained")
	})
}

// With More the broadcast stays open until its follower is named.
func TestMoreWaitsForTheFollower(t *testing.T) {
	run(t, func(s *stage) {
		s.files["a"], s.files["b"] = file{length: sec}, file{length: sec}
		c := queue(item("a"))
		c.More = true
		s.cue(c)
		s.wait(4 * sec)
		want(t, s.order(), "a starts, a ends")
		s.cue(next(item("b")))
		s.wait(3 * sec)
		want(t, s.order(), "a starts, a ends, b starts, b ends, drained")
	})
}

// The engine goes on while playout waits for the desk: what it began meanwhile
// is heard, and a cut finds it.
func TestNextBehindWhatBeganMeanwhile(t *testing.T) {
	for range 6 { // whether playout sees the mark or the cue first is chance
		synctest.Test(t, func(t *testing.T) {
			s := build(t)
			busy := make(chan struct{})
			s.parts.Report = func(f station.Fact) { <-busy; s.report(f) }
			s.start()
			s.files["a"], s.files["b"], s.files["c"] = file{length: 5 * sec}, file{length: 3 * sec}, file{length: sec}
			s.cue(queue(item("a"), item("b")))
			s.until(4 * sec)
			s.cue(next(item("c")))
			close(busy)
			s.until(6 * sec)
			s.cue(stop)
			s.wait(sec)
			want(t, s.order(), "a starts, a ends, b starts, closed in b")
			if _, _, holes := s.fleet.sound(1); len(holes) > 0 {
				t.Errorf("holes %v", holes)
			}
			s.strike()
		})
	}
}
