package playout_test

import (
	"errors"
	"math"
	"testing"
	"time"

	"loaxa/app/station"
	"loaxa/audio/frame"
)

// tone is the level of a frequency in a stretch, in dB of a full sine; of
// multiples of 100 Hz in whole tenths of a second.
func tone(s []float32, hz, from, to float64) float64 {
	var re, im float64
	a, b := int(from*frame.Rate), min(int(to*frame.Rate), len(s))
	for i := a; i < b; i++ {
		sin, cos := math.Sincos(2 * math.Pi * hz * float64(i) / frame.Rate)
		re, im = re+float64(s[i])*cos, im+float64(s[i])*sin
	}
	return 20 * math.Log10(max(2*math.Hypot(re, im)/float64(max(b-a, 1)), 1e-6))
}

func spoken(tag, bed string) station.Piece {
	p := item(tag)
	p.Bed = station.ItemID(bed)
	return p
}

// TestABedSoundsUnderWhatIsSaid: 16 dB lower under the words, up again in a
// pause, from its start again at its end without a hole, through two spoken
// items, and faded out with the last.
func TestABedSoundsUnderWhatIsSaid(t *testing.T) {
	run(t, func(s *stage) {
		s.files["a"], s.files["b"] = file{length: 10 * sec, mute: [2]time.Duration{5 * sec, 8 * sec}}, file{length: 4 * sec}
		s.files["tune"] = file{length: 6 * sec, hz: 3000, sized: true}
		s.cue(queue(spoken("a", "tune"), spoken("b", "tune")))
		s.wait(20 * sec)
		want(t, s.order(), "a starts, bed tune, a ends, b starts, b ends, drained")
		heard := s.fleet.heard(1)
		begin := float64(s.told(1)[0].at) / 1e6
		full := 20 * math.Log10(0.1)
		for what, c := range map[string]struct{ from, to, want float64 }{
			"under the words": {2, 5, full - 16}, "in the pause": {6.3, 7.9, full}, "over its own end": {5.9 + 0.4, 6.5, full},
			"under more words": {8.2, 9.9, full - 16}, "under the second item": {10.1, 13.9, full - 16},
		} {
			if got := tone(heard, 3000, begin+c.from, begin+c.to); math.Abs(got-c.want) > 0.5 {
				t.Errorf("%s the bed is at %.1f dB, want %.1f", what, got, c.want)
			}
		}
		if got := tone(heard, 3000, begin+14.3, begin+15); got > full-3 || got < full-16 {
			t.Errorf("after the last word it is at %.1f dB: neither rising nor fading", got)
		}
		if got := tone(heard, 3000, begin+15.6, begin+16); got > -90 {
			t.Errorf("1.6 s after the last word it is still there, %.1f dB", got)
		}
	})
}

// TestABedHidesNoDeadAir: words that are not there are told though the bed sounds.
func TestABedHidesNoDeadAir(t *testing.T) {
	run(t, func(s *stage) {
		s.files["a"] = file{length: 12 * sec, mute: [2]time.Duration{2 * sec, 12 * sec}}
		s.files["tune"] = file{length: 60 * sec, hz: 3000}
		s.cue(queue(spoken("a", "tune")))
		s.wait(20 * sec)
		for _, f := range s.told(1) {
			if a, ok := f.fact.(station.AirSound); ok && a.Wrong == station.AirSilent {
				return
			}
		}
		t.Errorf("told %s", s.order())
	})
}

// TestWhatIsSaidDoesNotNeedItsBed: one that is not there, that breaks or that
// takes for ever is told; the words are heard whole.
func TestWhatIsSaidDoesNotNeedItsBed(t *testing.T) {
	for name, c := range map[string]struct {
		bed   file
		order string
	}{
		"not there":      {file{err: errors.New("gone")}, "bed tune breaks, a starts, a ends, drained"},
		"takes for ever": {file{delay: time.Hour}, "bed tune breaks, a starts, a ends, drained"},
		"empty":          {file{}, "a starts, bed tune, bed tune breaks, a ends, drained"},
	} {
		t.Run(name, func(t *testing.T) {
			run(t, func(s *stage) {
				s.files["a"], s.files["tune"] = file{length: 5 * sec}, c.bed
				s.cue(queue(spoken("a", "tune")))
				s.wait(12 * sec)
				want(t, s.order(), c.order)
				if from, to, holes := s.fleet.sound(1); len(holes) > 0 || to-from < 4990*time.Millisecond {
					t.Errorf("heard from %v to %v, holes %v", from, to, holes)
				}
			})
		})
	}
}

// TestABedGivesWayWithItsBroadcast: a cut takes it along, whatever was loaded
// is closed, and music after what is said lets it fade.
func TestABedGivesWayWithItsBroadcast(t *testing.T) {
	for at := 500 * time.Millisecond; at < 6*sec; at += 700 * time.Millisecond {
		run(t, func(s *stage) {
			s.files["a"], s.files["b"] = file{length: 3 * sec, delay: 50 * time.Millisecond}, file{length: 3 * sec}
			s.files["tune"] = file{length: 6 * sec, hz: 3000, delay: 100 * time.Millisecond}
			s.cue(queue(spoken("a", "tune"), spoken("b", "tune")))
			s.until(at)
			s.cue(station.CueClose{Broadcast: 1})
			s.wait(5 * sec)
			if got := tone(s.fleet.heard(1), 3000, at.Seconds()+0.2, at.Seconds()+4); got > -100 {
				t.Errorf("closed at %v it sounds on, %.1f dB", at, got)
			}
		})
	}
	run(t, func(s *stage) {
		s.files["a"], s.files["music"] = file{length: 3 * sec}, file{length: 5 * sec}
		s.files["tune"] = file{length: 6 * sec, hz: 3000}
		s.cue(queue(spoken("a", "tune"), item("music")))
		s.wait(12 * sec)
		begin := float64(s.told(1)[0].at) / 1e6
		if got := tone(s.fleet.heard(1), 3000, begin+4.6, begin+7.9); got > -90 {
			t.Errorf("under music it stays, %.1f dB", got)
		}
	})
}

// TestMusicOverlapsMusic by what the two have in common, and speech never.
func TestMusicOverlapsMusic(t *testing.T) {
	run(t, func(s *stage) {
		cross := func(tag string, by time.Duration) station.Piece {
			p := item(tag)
			p.Cross = by
			return p
		}
		for _, tag := range []string{"a", "b", "c", "words"} {
			s.files[station.ItemID(tag)] = file{length: 5 * sec, sized: true}
		}
		s.files["b"] = file{length: 5 * sec, sized: true, hz: 3000}
		s.cue(queue(cross("a", 500*time.Millisecond), cross("b", 800*time.Millisecond), item("words"), cross("c", 500*time.Millisecond)))
		s.wait(25 * sec)
		want(t, s.order(), "a starts, a ends, b starts, b ends, words starts, words ends, c starts, c ends, drained")
		facts := s.told(1)
		began := func(i int) time.Duration { return time.Duration(facts[i].at-facts[0].at) * time.Microsecond }
		near(t, "the second piece of music begins", began(2), 4500*time.Millisecond)
		near(t, "what is said begins", began(4), 9500*time.Millisecond)
		near(t, "music after it begins", began(6), 14500*time.Millisecond)
		heard, begin := s.fleet.heard(1), float64(facts[0].at)/1e6
		for _, c := range []struct{ hz, at, want float64 }{
			{1000, 4.70, 20*math.Log10(0.3) - 3}, {3000, 4.70, 20*math.Log10(0.1) - 3},
			{1000, 4.3, 20 * math.Log10(0.3)}, {3000, 5.2, 20 * math.Log10(0.1)},
		} {
			if got := tone(heard, c.hz, begin+c.at, begin+c.at+0.1); math.Abs(got-c.want) > 0.4 {
				t.Errorf("at %.1f s %v Hz is at %.1f dB, want %.1f", c.at, c.hz, got, c.want)
			}
		}
	})
}
