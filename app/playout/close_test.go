package playout_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"loaxa/app/station"
)

var stop = station.CueClose{Broadcast: 1}

// closes counts the answers to CueClose and tells the last.
func (s *stage) closes() (n int, last station.Closed) {
	for _, f := range s.told() {
		if c, ok := f.fact.(station.Closed); ok {
			n, last = n+1, c
		}
	}
	return n, last
}

// Whenever a broadcast is closed: one answer, nothing afterwards, nothing twice,
// every stream given back, and the place is what was heard. Taken up there, the
// rest is heard, no more and no less.
func TestCloseAtEveryMoment(t *testing.T) {
	lengths := map[string]time.Duration{"a": 3 * sec, "b": sec / 2, "c": 2 * sec}
	for at := time.Duration(0); at < 6*sec; at += 390 * time.Millisecond {
		t.Run(fmt.Sprint(at), func(t *testing.T) {
			run(t, func(s *stage) {
				all := []station.Piece{item("a"), item("b"), item("c")}
				for tag, d := range lengths {
					s.files[station.ItemID(tag)] = file{length: d, delay: 30 * time.Millisecond}
				}
				s.cue(queue(all...))
				s.until(at)
				s.cue(stop)
				s.wait(5 * sec)
				n, closed := s.closes()
				told := s.told()
				if _, last := told[len(told)-1].fact.(station.Closed); n != 1 || !last || s.fleet.alive() > 0 {
					t.Fatalf("told %s; %d streams open", s.log(), s.fleet.alive())
				}
				if closed.Tag == "" {
					if len(told) > 1 && at < 5600*time.Millisecond {
						t.Errorf("cut in silence: %s", s.log())
					}
					return
				}
				near(t, "the moment of the answer", time.Duration(told[len(told)-1].at)*time.Microsecond, at+60*time.Millisecond)
				before := time.Duration(0)
				for _, p := range all {
					if p.Tag == closed.Tag {
						break
					}
					before += lengths[p.Tag]
				}
				from, to, _ := s.fleet.sound(1)
				near(t, "what was heard", to-from, before+closed.At)

				rest := all[slices.IndexFunc(all, func(p station.Piece) bool { return p.Tag == closed.Tag }):]
				rest[0].From = closed.At
				second := queue(rest...)
				second.Broadcast = 2
				s.cue(second)
				s.wait(8 * sec)
				from, to, holes := s.fleet.sound(2)
				near(t, "what is heard afterwards", to-from, 5500*time.Millisecond-before-closed.At)
				// A rest shorter than the next file takes to open cannot be followed at once.
				if short := lengths[closed.Tag]-closed.At < 50*time.Millisecond; len(holes) > 0 && !short {
					t.Errorf("holes %v", holes)
				}
			})
		})
	}
}

func TestEveryCloseIsAnsweredOnce(t *testing.T) {
	for _, c := range []struct {
		name  string
		a     file
		at    time.Duration
		cues  []station.Cue
		order string
	}{
		{"unknown", file{}, -1, []station.Cue{stop}, "closed"},
		{"twice", file{length: 5 * sec}, sec, []station.Cue{stop, stop}, "a starts, closed in a, closed"},
		{"loading", file{length: 5 * sec, delay: 10 * sec}, sec, []station.Cue{stop}, "closed"},
		{"loading, twice", file{length: 5 * sec, delay: 10 * sec}, sec, []station.Cue{stop, stop}, "closed, closed"},
		{"drained", file{length: sec}, 3 * sec, []station.Cue{stop}, "a starts, a ends, drained, closed"},
		{"broken", file{err: errRead}, sec, []station.Cue{stop}, "a breaks, drained, closed"},
		{"the last frames", file{length: sec}, 1180 * time.Millisecond, []station.Cue{stop}, "a starts, a ends, closed"},
		{"skipped", file{length: 5 * sec}, sec, []station.Cue{skip, stop}, "a starts, a ends, closed"},
		{"opened twice", file{length: 2 * sec}, sec, []station.Cue{queue(item("a")), stop}, "a starts, closed"},
		{"opened, closed and opened", file{length: 2 * sec}, sec, []station.Cue{stop, queue(item("a"))},
			"a starts, closed in a, a starts, a ends, drained"},
	} {
		t.Run(c.name, func(t *testing.T) {
			run(t, func(s *stage) {
				s.files["a"] = c.a
				if c.at >= 0 {
					s.cue(queue(item("a")))
					s.until(c.at)
				}
				s.cue(c.cues...)
				s.wait(20 * sec)
				want(t, s.order(), c.order)
				if s.fleet.alive() > 0 {
					t.Errorf("%d streams open", s.fleet.alive())
				}
			})
		})
	}
}

// A siren does not wait for a disk, nor for openers that do not know that they
// are not wanted any more, nor for a board.
func TestSirenBehindSlowDisks(t *testing.T) {
	run(t, func(s *stage) {
		s.files["slow"], s.files["deaf"] = file{length: sec, delay: 10 * sec}, file{length: sec, delay: 10 * sec, deaf: true}
		s.files["siren"] = file{length: 2 * sec}
		for b := range station.BroadcastID(80) {
			c := queue(item("slow"))
			if b%2 == 1 {
				c = queue(item("deaf"))
			}
			c.Broadcast = b + 1
			s.cue(c)
		}
		s.wait(sec)
		s.cue(station.CueOpen{Broadcast: 100, Class: station.Emergency, Clusters: []station.ClusterID{"c1"},
			Pieces: []station.Piece{{Tag: "siren", Kind: station.FromTone, Tone: "siren"}}})
		s.wait(sec / 10)
		want(t, s.log(100), "1.060 siren starts")
		for b := range station.BroadcastID(80) {
			s.cue(station.CueClose{Broadcast: b + 1})
		}
		s.wait(20 * sec)
		if n, _ := s.closes(); n != 80 || s.fleet.alive() > 0 {
			t.Errorf("%d answers, %d streams open", n, s.fleet.alive())
		}
	})
}

// What ends while files are being opened leaves nothing: run proves that every
// source is closed and that playout ended. Nothing is called broken by it.
func TestTheEndOfTheStation(t *testing.T) {
	for _, at := range []time.Duration{0, sec / 2, 2 * sec, 5 * sec / 2} {
		t.Run(fmt.Sprint(at), func(t *testing.T) {
			var s *stage
			run(t, func(now *stage) {
				s = now
				s.files["slow"], s.files["deaf"] = file{length: 5 * sec, delay: 2 * sec}, file{length: 5 * sec, delay: 2 * sec, deaf: true}
				s.files["a"] = file{length: 100 * sec}
				crowd := station.BroadcastID(70) // more than its inboxes hold
				if at > 0 {
					crowd = 9 // each renders until then
				}
				for b := range crowd {
					c := queue(item([]string{"slow", "deaf", "a"}[b%3]), item("a"))
					c.Broadcast = b + 1
					s.cue(c)
				}
				s.until(at)
			})
			for _, f := range s.told() {
				if e, ok := f.fact.(station.PieceEnded); ok {
					t.Errorf("told %+v", e)
				}
			}
		})
	}
}

// The engine may stop a moment before playout does: what comes from the disk in
// between is not broken, or the desk would take it out of the queue.
func TestAStoppedEngineBreaksNothing(t *testing.T) {
	run(t, func(s *stage) {
		s.files["a"], s.files["tone"] = file{length: sec, delay: 2 * sec}, file{length: sec}
		s.cue(queue(item("a"), item("a")))
		s.wait(sec)
		s.mute()
		s.wait(2 * sec)
		second := queue(station.Piece{Tag: "tone", Kind: station.FromTone, Tone: "tone"})
		second.Broadcast = 2
		s.cue(second)
		want(t, s.order(), "")
	})
}
