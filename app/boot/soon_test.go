package boot

import (
	"errors"
	"math"
	"os"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"loaxa/app/playout"
	"loaxa/app/station"
	"loaxa/audio/audiotest"
	"loaxa/audio/library"
)

// What is due is decoded before: the queue first, then the timetable in its
// order, relays and what is off left out, the rest of the week too.
func TestWhatIsDueSoonIsKnownInItsOrder(t *testing.T) {
	now := time.Date(2026, 11, 23, 4, 0, 0, 0, Saigon) // a Monday
	snap := &station.Snapshot{Items: []station.Item{{ID: "radio", Codec: station.CodecRelay}}}
	snap.Queue.Entries = []station.QueueEntry{{Item: "q"}, {Item: "radio"}, {Item: "q"}}
	every := station.EveryDay
	snap.Plan.Slots = []station.Slot{
		{Minute: 17 * 60, Days: every, Items: []station.ItemID{"evening"}},
		{Minute: 5 * 60, Days: every, Items: []station.ItemID{"morning", "q"}, SlotSound: station.SlotSound{Bed: "bed"}},
		{Minute: 6 * 60, Days: every, Items: []station.ItemID{"off"}, Off: true},
		{Minute: 6 * 60, Days: every, From: "2026-11-26", Items: []station.ItemID{"thursday"}},
	}
	if got, want := soonItems(snap, now), []station.ItemID{"q", "morning", "bed", "evening"}; !slices.Equal(got, want) {
		t.Errorf("due: %v, want %v", got, want)
	}
	for at, want := range map[time.Duration][]playout.Coming{
		-20 * time.Second: nil,
		-14 * time.Second: {{Item: "morning", At: now.Add(time.Hour).Unix()}},
		5 * time.Second:   {{Item: "morning", At: now.Add(time.Hour).Unix()}},
		20 * time.Second:  nil,
	} {
		snap.Items = []station.Item{{ID: "radio", Codec: station.CodecRelay}, {ID: "morning"}}
		if got := comingItems(snap, now.Add(time.Hour+at)); !slices.Equal(got, want) {
			t.Errorf("%v from the second: %v, want %v", at, got, want)
		}
	}
}

// The decoding rests while the microphone is open, goes on after it, makes each
// copy once, and is not begun again with what is not well.
func TestDecodingAheadGivesWayToWhoSpeaks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		lib, err := library.Open(t.TempDir())
		if err == nil {
			err = lib.KeepCopies(library.Copies{Budget: func() int64 { return 1 << 30 }, Now: time.Now})
		}
		if err != nil {
			t.Fatal(err)
		}
		take := func(hz float64) station.ItemID {
			it, err := lib.Import(t.Context(), audiotest.WriteForm(t, "a.wav", audiotest.Form{Rate: 44100, Channels: 1, Bits: 16}, 20,
				func(_ int, at float64) float64 { return 0.3 * math.Sin(hz*at) }), nil)
			if err != nil {
				t.Fatal(err)
			}
			return station.ItemID(it.ID)
		}
		good, bad := take(1000), take(2000)
		if err := os.Truncate(lib.Path(library.ID(bad)), 100_000); err != nil {
			t.Fatal(err)
		}
		var snap station.Snapshot
		snap.Queue.Entries = []station.QueueEntry{{Item: bad}, {Item: good}}
		asked, open := 0, true
		var told []error
		c := soon{lib: lib, left: map[station.ItemID]time.Time{}, log: func(_ station.ItemID, err error) { told = append(told, err) },
			snap: func() *station.Snapshot {
				if asked++; asked > 40 { // looks; each second while it waits
					open = false
				}
				s := snap
				s.Mic.Open = open
				return &s
			}}
		from := time.Now()
		c.look(t.Context(), time.Now())
		if rested := time.Since(from); rested < 30*time.Second {
			t.Errorf("it rested for %v while somebody spoke", rested)
		}
		if !lib.HasCopy(library.ID(good)) || lib.HasCopy(library.ID(bad)) {
			t.Errorf("copies: good %v, bad %v", lib.HasCopy(library.ID(good)), lib.HasCopy(library.ID(bad)))
		}
		c.look(t.Context(), time.Now())
		if len(told) != 1 || !errors.Is(told[0], library.ErrChanged) {
			t.Errorf("told %v", told)
		}
	})
}
