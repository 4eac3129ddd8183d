package playout_test

import (
	"errors"
	"testing"
	"time"

	"loaxa/app/station"
)

var skip = station.CueSkip{Broadcast: 1}

var errRead = errors.New("input/output error")

func TestSkip(t *testing.T) {
	const ms = time.Millisecond
	for _, c := range []struct {
		name  string
		at    time.Duration
		a, b  file
		only  bool // nothing behind a
		log   string
		opens int // of b
	}{
		{name: "in the piece", at: 2 * sec, a: file{length: 5 * sec}, b: file{length: sec}, opens: 2,
			log: "0.200 a starts\n2.060 a ends\n2.200 b starts\n3.200 b ends\n3.220 drained"},
		{name: "the last", at: 2 * sec, a: file{length: 5 * sec}, only: true, log: "0.200 a starts\n2.060 a ends\n2.060 drained"},
		{name: "in the tail of the last", at: 4 * sec, a: file{length: 5 * sec}, only: true, log: "0.200 a starts\n4.060 a ends\n4.060 drained"},
		{name: "before it is heard", at: 50 * ms, a: file{length: 5 * sec}, b: file{length: sec}, opens: 2,
			log: "0.110 a ends\n0.250 b starts\n1.250 b ends\n1.270 drained"},
		{name: "while it loads", at: sec, a: file{length: 5 * sec, delay: 10 * sec}, b: file{length: sec}, opens: 1,
			log: "1.000 a ends\n1.200 b starts\n2.200 b ends\n2.220 drained"},
		{name: "the last while it loads", at: sec, a: file{length: 5 * sec, delay: 10 * sec}, only: true, log: "1.000 a ends\n1.000 drained"},
		{name: "while the next loads", at: sec, a: file{length: 5 * sec}, b: file{length: sec, delay: 3 * sec}, opens: 1,
			log: "0.200 a starts\n1.060 a ends\n3.200 b starts\n4.200 b ends\n4.220 drained"},
		{name: "with the next rendered ahead", at: 4 * sec, a: file{length: 5 * sec}, b: file{length: sec}, opens: 2,
			log: "0.200 a starts\n4.060 a ends\n4.200 b starts\n5.200 b ends\n5.220 drained"},
	} {
		t.Run(c.name, func(t *testing.T) {
			run(t, func(s *stage) {
				s.files["a"], s.files["b"] = c.a, c.b
				pieces := []station.Piece{item("a"), item("b")}
				if c.only {
					pieces = pieces[:1]
				}
				s.cue(queue(pieces...))
				s.until(c.at)
				s.cue(skip)
				s.wait(10 * sec)
				want(t, s.log(), c.log)
				if s.opened["b"] != c.opens || s.fleet.alive() > 0 {
					t.Errorf("b was opened %d times, %d streams open", s.opened["b"], s.fleet.alive())
				}
				for _, f := range s.told() {
					if e, ok := f.fact.(station.PieceEnded); ok && e.Tag == "a" {
						heard := max(c.at+60*ms-200*ms, 0)
						if c.a.delay > 0 {
							heard = 0
						}
						near(t, "the place of the skip", e.Played, heard)
					}
				}
			})
		})
	}
}

// Pieces shorter than the lead are rendered ahead by the handful; a skip leaves
// out one.
func TestSkipAmongShortPieces(t *testing.T) {
	run(t, func(s *stage) {
		for _, id := range []station.ItemID{"a", "b", "c", "d"} {
			s.files[id] = file{length: sec / 2}
		}
		s.cue(queue(item("a"), item("b"), item("c"), item("d")))
		s.until(400 * time.Millisecond)
		s.cue(skip)
		s.wait(5 * sec)
		want(t, s.order(), "a starts, a ends, b starts, b ends, c starts, c ends, d starts, d ends, drained")
	})
}

// A follower on a stream of its own does not outlive the skip of what it waits
// for twice.
func TestSkipInTheTailWithALateFollower(t *testing.T) {
	run(t, func(s *stage) {
		s.files["a"], s.files["b"] = file{length: 5 * sec}, file{length: 2 * sec}
		s.cue(queue(item("a")))
		s.until(4 * sec)
		s.cue(next(item("b")))
		s.until(4500 * time.Millisecond)
		s.cue(skip)
		s.wait(5 * sec)
		want(t, s.log(), "0.200 a starts\n4.560 a ends\n4.700 b starts\n6.700 b ends\n6.720 drained")
	})
}

func TestSkipOfNothing(t *testing.T) {
	run(t, func(s *stage) {
		s.cue(skip)
		s.files["a"] = file{length: sec}
		s.cue(queue(item("a")))
		s.until(1190 * time.Millisecond) // its end is heard before the cut
		s.cue(skip)
		s.wait(sec)
		want(t, s.order(), "a starts, a ends, drained")
	})
}
