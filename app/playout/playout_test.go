package playout_test

import (
	"testing"
	"time"

	"loaxa/app/station"
)

const sec = time.Second

func queue(pieces ...station.Piece) station.CueOpen {
	return station.CueOpen{Broadcast: 1, Class: station.Scheduled, Clusters: []station.ClusterID{"c1"}, Pieces: pieces}
}

func next(p station.Piece) station.CueNext { return station.CueNext{Broadcast: 1, Piece: &p} }

func TestFactsComeWhenTheirSoundIsHeard(t *testing.T) {
	run(t, func(s *stage) {
		s.files["a"], s.files["b"], s.files["c"] = file{length: 3 * sec}, file{length: sec / 2}, file{length: 4 * sec}
		s.cue(queue(item("a"), item("b"), item("c")))
		s.wait(10 * sec)
		want(t, s.log(), "0.200 a starts\n3.200 a ends\n3.200 b starts\n3.700 b ends\n3.700 c starts\n7.700 c ends\n7.720 drained")
		from, to, holes := s.fleet.sound(1)
		near(t, "the first sound", from, sec/5)
		near(t, "the last sound", to, 7700*time.Millisecond)
		if len(holes) > 0 || s.fleet.alive() > 0 || len(s.p.Positions()) > 0 {
			t.Errorf("holes %v, %d streams open, positions %v", holes, s.fleet.alive(), s.p.Positions())
		}
	})
}

func TestNothingToPlayDrainsAtOnce(t *testing.T) {
	run(t, func(s *stage) {
		s.cue(queue())
		s.cue(station.CueClose{Broadcast: 1})
		s.wait(sec)
		want(t, s.order(), "drained, closed")
	})
}
