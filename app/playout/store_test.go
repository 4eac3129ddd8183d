package playout_test

import (
	"testing"
	"testing/synctest"
	"time"

	"loaxa/app/station"
	"loaxa/devices"
)

// TestThePolesGoOnFromTheirStore: the item is sounded from where it is at that
// moment, once, as a stream of its own; what poles hold no copy of is not.
func TestThePolesGoOnFromTheirStore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := build(t)
		var told []devices.AssetPlay
		s.parts.Front = func(_ uint16, p devices.AssetPlay) error { told = append(told, p); return nil }
		s.parts.Stored = func(id station.ItemID) (string, int64, float32, bool) {
			return "copy-of-" + string(id), 5 * 48000, 0.5, id == "a"
		}
		s.start()
		defer s.strike()
		s.files["a"], s.files["b"] = file{length: 5 * sec}, file{length: 5 * sec}
		a := item("a")
		a.Cross = sec // not sounded by the poles anyway
		s.cue(queue(a, item("b")))
		s.wait(2*sec + 500*time.Millisecond)
		s.cue(station.CueStore{Broadcast: 1})
		s.wait(10 * time.Millisecond)
		if len(told) != 1 || told[0].Asset != "copy-of-a" || told[0].Gain != 0.5 || told[0].From < 48000*15/10 || told[0].From > 48000*26/10 {
			t.Fatalf("told %+v", told)
		}
		if end := told[0].At + (5*48000-told[0].From)*125/6; told[0].Until-end > 1000 || end-told[0].Until > 1000 {
			t.Errorf("ends at %d, the item at %d", told[0].Until, end)
		}
		s.wait(5 * sec) // b
		s.cue(station.CueStore{Broadcast: 1}, station.CueStore{Broadcast: 9})
		s.wait(10 * time.Millisecond)
		if len(told) != 1 {
			t.Errorf("what no pole holds: %+v", told[1:])
		}
	})
}

// TestItemsThatPolesHoldAreSoundedThere: each from the moment and sample at
// which the station has it, to where it ends there; an item resumed begins in
// its middle. What sounds with something else, or is held by no pole, is not.
func TestItemsThatPolesHoldAreSoundedThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := build(t)
		var told []devices.AssetPlay
		type end struct {
			stream, play uint16
			at           int64
		}
		var ends []end
		s.parts.Front = func(_ uint16, p devices.AssetPlay) error { told = append(told, p); return nil }
		s.parts.Cease = func(stream, play uint16, at int64) { ends = append(ends, end{stream, play, at}) }
		s.parts.Stored = func(id station.ItemID) (string, int64, float32, bool) {
			return "copy-of-" + string(id), 3 * 48000, 0.5, id != "unheld"
		}
		s.start()
		defer s.strike()
		for _, id := range []station.ItemID{"a", "b", "c", "d", "e", "unheld"} {
			s.files[id] = file{length: 3 * sec}
		}
		s.files["bed"] = file{length: 60 * sec, sized: true}
		b, c := item("b"), item("c")
		b.From, c.Bed = sec, "bed"
		s.cue(queue(item("a"), b, c, item("d"), item("unheld"), item("e")))
		s.wait(20 * sec)
		if len(told) != 3 || told[0].Asset != "copy-of-a" || told[1].Asset != "copy-of-b" || told[2].Asset != "copy-of-e" {
			t.Fatalf("told %+v", told)
		}
		for i, want := range []struct{ at, from int64 }{{200_000, 0}, {3_200_000, 48000}, {14_200_000, 0}} {
			p := told[i]
			if p.At != want.at || p.From != want.from || !p.Instead || p.Gain != 0.5 || p.Until != want.at+3_000_000-want.from*125/6 {
				t.Errorf("%d is %+v", i, p)
			}
			if len(ends) <= i || ends[i] != (end{1, p.Stream, p.Until}) {
				t.Errorf("ends %+v", ends)
			}
		}
	})
}
