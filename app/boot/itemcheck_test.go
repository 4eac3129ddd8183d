package boot

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"loaxa/app/station"
	"loaxa/audio/audiotest"
	"loaxa/audio/frame"
	"loaxa/audio/library"
)

// A file that goes is told within a look, one that was changed or damaged in
// the next night, each once; a file that comes back and an item that nobody
// plays any more are well again.
func TestItemsToBePlayedAreLookedAt(t *testing.T) {
	lib, err := library.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	take := func(hz float64) station.ItemID {
		it, err := lib.Import(t.Context(), audiotest.WriteWAV(t, "a.wav", audiotest.Sine(hz, 0.3, 0, frame.Rate)), nil)
		if err != nil {
			t.Fatal(err)
		}
		return station.ItemID(it.ID)
	}
	gone, altered, good, off := take(400), take(500), take(600), take(700)
	snap := &station.Snapshot{}
	snap.Queue.Entries = []station.QueueEntry{{Item: gone}}
	snap.Plan.Slots = []station.Slot{{Items: []station.ItemID{gone, altered, good}}, {Items: []station.ItemID{off}, Off: true}}
	var told []station.Fact
	c := itemCheck{lib: lib, snap: func() *station.Snapshot { return snap }, report: func(f station.Fact) { told = append(told, f) }, told: map[station.ItemID]string{}}
	want := func(what string, facts ...station.Fact) {
		t.Helper()
		if d := cmp.Diff(facts, told); d != "" {
			t.Errorf("%s: %s", what, d)
		}
		told = nil
	}
	path := func(id station.ItemID) string { return lib.Path(library.ID(id)) }
	c.there()
	want("all is there")
	if err := os.Rename(path(gone), path(gone)+".away"); err != nil {
		t.Fatal(err)
	}
	for _, id := range []station.ItemID{altered, off} {
		b, err := os.ReadFile(path(id))
		if err != nil {
			t.Fatal(err)
		}
		b[len(b)/2] ^= 1
		if err := os.WriteFile(path(id), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c.there()
	c.there()
	want("a file is gone", station.ItemChecked{ID: gone, Wrong: station.ItemMissing})
	day := time.Date(2026, 11, 23, 0, 0, 0, 0, Saigon)
	c.night(context.Background(), day.Add(14*time.Hour))
	want("by day")
	c.night(context.Background(), day.Add(2*time.Hour))
	c.night(context.Background(), day.Add(3*time.Hour))
	want("in the night", station.ItemChecked{ID: altered, Wrong: station.ItemAltered})
	if err := os.Rename(path(gone)+".away", path(gone)); err != nil {
		t.Fatal(err)
	}
	snap.Plan.Slots = nil
	c.there()
	if len(told) != 2 {
		t.Errorf("a file is back and an item out of the timetable: %+v", told)
	}
	for _, f := range told {
		if f.(station.ItemChecked).Wrong != "" {
			t.Errorf("still wrong: %+v", f)
		}
	}
}
