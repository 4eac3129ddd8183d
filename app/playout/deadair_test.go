package playout_test

import (
	"fmt"
	"testing"
	"time"

	"loaxa/app/station"
)

// TestDeadAirIsToldWhenItIsHeard: a piece that falls silent is told after 5 s of
// it, its sound after 2 s; a pause of speech is not; the end takes it back.
func TestDeadAirIsToldWhenItIsHeard(t *testing.T) {
	type told struct {
		at    time.Duration
		wrong string
	}
	for name, c := range map[string]struct {
		mute [2]time.Duration
		want []told
	}{
		"a hole":        {[2]time.Duration{4 * sec, 12 * sec}, []told{{9200 * time.Millisecond, station.AirSilent}, {14200 * time.Millisecond, ""}}},
		"a short pause": {[2]time.Duration{4 * sec, 6 * sec}, nil},
		"to the end":    {[2]time.Duration{10 * sec, 20 * sec}, []told{{15200 * time.Millisecond, station.AirSilent}, {20200 * time.Millisecond, ""}}},
	} {
		t.Run(name, func(t *testing.T) {
			run(t, func(s *stage) {
				s.files["a"] = file{length: 20 * sec, mute: c.mute}
				s.cue(queue(item("a")))
				s.wait(25 * sec)
				var got []told
				for _, f := range s.told(1) {
					if a, ok := f.fact.(station.AirSound); ok {
						got = append(got, told{time.Duration(f.at) * time.Microsecond, a.Wrong})
					}
				}
				if len(got) != len(c.want) {
					t.Fatalf("told %s, want %s", fmt.Sprint(got), fmt.Sprint(c.want))
				}
				for i, w := range c.want {
					if d := (got[i].at - w.at).Abs(); d > 600*time.Millisecond || got[i].wrong != w.wrong {
						t.Errorf("told %v, want %v within the meter's 400 ms", got[i], w)
					}
				}
			})
		})
	}
}
