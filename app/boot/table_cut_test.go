package boot

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"loaxa/app/onair"
	"loaxa/app/station"
	"loaxa/store"
	"loaxa/store/storetest"
)

// TestAPowerCutInATimetableFile: whatever part of what the disk was to write is
// there after the cut, the timetable is the old one or the whole new one.
func TestAPowerCutInATimetableFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	db, err := store.Open(path, storetest.Options())
	if err != nil {
		t.Fatal(err)
	}
	j := &journal{db: db, writer: store.NewWriter(db)}
	state := onair.State{Items: map[station.ItemID]station.Item{"news": {ID: "news", Title: "news"}},
		Roster: []station.Cluster{{ID: "c1", Number: 1, Name: "Thôn 1"}}}
	ask := func(in station.Intent) {
		t.Helper()
		s, out := onair.Decide(state, onair.Input{Intent: in, Actor: "hoa"}, station.Stamp{Mono: 1, Quality: station.ClockGood, Wall: time.Date(2026, 11, 22, 12, 0, 0, 0, Saigon)})
		done := make(chan error, 1)
		if out.Refusal != nil {
			t.Fatal(out.Refusal)
		}
		if err := j.Write(out.Events, func(_ uint64, err error) { done <- err }); err != nil {
			t.Fatal(err)
		}
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		state = s
	}
	slot := func(id station.SlotID, title string, minute int) station.Slot {
		return station.Slot{ID: id, Title: title, Minute: minute, Days: station.EveryDay, Items: []station.ItemID{"news"}, Targets: station.Everywhere(), Mode: station.StartHard}
	}
	ask(station.SlotPut{Slot: slot(0, "cũ", 300)})
	before := image(t, path)
	put := station.SlotsPut{File: "lich.csv", Put: []station.Slot{slot(1, "đổi", 300)}}
	for i := range 60 {
		put.Put = append(put.Put, slot(0, fmt.Sprint("mới ", i), 400+i))
	}
	ask(put)
	after := image(t, path)
	if err := j.writer.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	storetest.End(t, &db.Reader)

	seen := map[int]int{}
	rng := rand.New(rand.NewPCG(7, 11))
	for round := range 24 {
		n := slotsAfter(t, torn(before, after, rng, round))
		if n != 1 && n != 61 {
			t.Fatalf("round %d: %d slots of a file of 61", round, n)
		}
		seen[n]++
	}
	if seen[1] == 0 || seen[61] == 0 {
		t.Errorf("the cuts were no cuts: %v", seen)
	}
}

func image(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// torn is the file after a cut: some of the new pages, and the page that says
// which are valid only when all of them were synced, as the journal writes it,
// whole or torn itself.
func torn(before, after []byte, rng *rand.Rand, round int) []byte {
	page := os.Getpagesize()
	out := append(bytes.Clone(before), make([]byte, max(0, len(after)-len(before)))...)
	all := round%3 == 0
	for at := 0; at < len(after); at += page {
		meta := at < 2*page
		switch {
		case !meta && (all || rng.IntN(2) == 0):
			copy(out[at:at+page], after[at:])
		case meta && all && round%2 == 0:
			copy(out[at:at+page], after[at:])
		case meta && all: // half a sector of it
			copy(out[at:at+40], after[at:])
		}
	}
	return out
}

// slotsAfter opens what the cut left and counts the slots that the desk knows.
func slotsAfter(t *testing.T, file []byte) (n int) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "journal.db")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	db := storetest.OpenAt(t, path)
	j := &journal{db: db}
	state, err := onair.Recover(j, onair.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	for _, sl := range state.Plan.Slots {
		if len(state.Plan.Slots) > 1 && sl.Title == "cũ" {
			t.Error("the changed slot is the old one beside new ones")
		}
	}
	return len(state.Plan.Slots)
}
