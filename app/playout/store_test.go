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
		s.cue(queue(item("a"), item("b")))
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
