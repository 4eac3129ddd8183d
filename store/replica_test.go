package store_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"loaxa/store"
	"loaxa/store/storetest"
)

// runOf cuts entries from to to out of db.
func runOf(t *testing.T, db *store.DB, from, to uint64) store.Run {
	t.Helper()
	es, err := db.Entries(from, int(to-from+1), 1<<30)
	if err != nil || len(es) != int(to-from+1) {
		t.Fatal(len(es), err)
	}
	prev, err := db.At(from - 1)
	if err != nil {
		t.Fatal(err)
	}
	return store.Run{Epoch: db.Head().Epoch, From: from, Prev: prev.H, Last: es[len(es)-1].H, Items: es}
}

// A replica takes nothing of a run that does not fit behind its cursor, and
// says in which way it does not.
func TestReplicaTakesOnlyWhatFits(t *testing.T) {
	dir := t.TempDir()
	db := storetest.OpenAt(t, filepath.Join(dir, "a.db"))
	for i := range 5 {
		db.Append(put("c", fmt.Sprint(i), "common"))
	}
	if err := db.HotCopy(filepath.Join(dir, "b.db")); err != nil {
		t.Fatal(err)
	}
	twin := storetest.OpenAt(t, filepath.Join(dir, "b.db")) // same epoch, another history from entry 6 on
	for i := range 5 {
		db.Append(put("c", fmt.Sprint(i), "one"))
		twin.Append(put("c", fmt.Sprint(i), "other"))
	}
	r := storetest.OpenReplica(t, "node")
	if err := r.Adopt(db.Head().Epoch); err != nil {
		t.Fatal(err)
	}
	if at, err := r.Apply(runOf(t, db, 1, 8)); err != nil || at.Seq != 8 {
		t.Fatal(at, err)
	}
	stranger := storetest.Open(t)
	stranger.Append(put("c", "k", "v"))
	damaged := runOf(t, db, 9, 10)
	damaged.Items[1].Payload = []byte("0ne")
	misnumbered := runOf(t, db, 9, 10)
	misnumbered.Items[1].Seq = 11
	isFork := func(err error) bool { f := new(store.ForkError); return errors.As(err, &f) }
	isGap := func(err error) bool { g := new(store.GapError); return errors.As(err, &g) && g.Have == 8 }
	is := func(want error) func(error) bool { return func(err error) bool { return errors.Is(err, want) } }
	before, _ := r.Proof()
	for name, c := range map[string]struct {
		run store.Run
		ok  func(error) bool
	}{
		"another history behind the cursor": {runOf(t, twin, 9, 10), isFork},
		"another history over the cursor":   {runOf(t, twin, 4, 10), isFork},
		"another history below the cursor":  {runOf(t, twin, 4, 7), isFork},
		"another history from its middle":   {runOf(t, twin, 8, 8), isFork},
		"a gap":                             {runOf(t, db, 10, 10), isGap},
		"another epoch":                     {runOf(t, stranger, 1, 1), is(store.ErrEpoch)},
		"a changed payload":                 {damaged, is(store.ErrDamaged)},
		"a wrong number":                    {misnumbered, is(store.ErrDamaged)},
		"nothing":                           {store.Run{Epoch: db.Head().Epoch, From: 9}, is(store.ErrDamaged)},
	} {
		if _, err := r.Apply(c.run); !c.ok(err) {
			t.Errorf("%s: %v", name, err)
		}
		after, err := r.Proof()
		if err != nil {
			t.Fatal(err)
		}
		if err := store.Compare(before, after); err != nil {
			t.Fatalf("%s changed the replica: %v", name, err)
		}
	}
	for _, from := range []uint64{3, 9, 1} { // over the cursor, then twice what is held
		if at, err := r.Apply(runOf(t, db, from, 10)); err != nil || at != db.Head() {
			t.Errorf("from %d: %+v, %v", from, at, err)
		}
	}
	if _, err := store.OpenReplica(r.Path(), "node", storetest.Options()); !errors.Is(err, store.ErrLocked) {
		t.Errorf("a second owner: %v", err)
	}
}

func TestReplicaBelongsToItsNode(t *testing.T) {
	r := storetest.OpenReplica(t, "node")
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := store.OpenReplica(r.Path(), "other", storetest.Options()); err == nil {
		t.Error("another node's replica was opened")
	}
	if _, err := store.Open(r.Path(), storetest.Options()); err == nil {
		t.Error("a replica was opened as a journal of its own")
	}
}

func TestEpochsOfOneNodeAreBounded(t *testing.T) {
	r := storetest.OpenReplica(t, "node")
	for i := range store.MaxGenerations {
		if err := r.Adopt(store.Epoch{1, byte(i)}); err != nil {
			t.Fatal(i, err)
		}
	}
	if err := r.Adopt(store.Epoch{2}); !errors.Is(err, store.ErrGenerations) {
		t.Errorf("one too many: %v", err)
	}
	if err := r.Adopt(store.Epoch{1}); !errors.Is(err, store.ErrEpoch) {
		t.Errorf("an earlier one: %v", err)
	}
	if err := r.Adopt(store.Epoch{}); !errors.Is(err, store.ErrEpoch) {
		t.Errorf("none: %v", err)
	}
}

func TestCompareNamesTheDifference(t *testing.T) {
	base := store.Proof{Epoch: store.Epoch{1}, Seq: 5, H: store.Hash{2}, Roots: map[string]store.Hash{"a": {1}, "b": {2}}}
	if err := store.Compare(base, base); err != nil {
		t.Error(err)
	}
	for want, change := range map[string]func(*store.Proof){
		"different epochs":       func(p *store.Proof) { p.Epoch[0]++ },
		"3 behind":               func(p *store.Proof) { p.Seq += 3 },
		"their chains differ":    func(p *store.Proof) { p.H[0]++ },
		"differ in: a":           func(p *store.Proof) { p.Roots = map[string]store.Hash{"a": {9}, "b": {2}} },
		"b (only in the first)":  func(p *store.Proof) { p.Roots = map[string]store.Hash{"a": {1}} },
		"c (only in the second)": func(p *store.Proof) { p.Roots = map[string]store.Hash{"a": {1}, "b": {2}, "c": {3}} },
	} {
		other := base
		change(&other)
		if err := store.Compare(base, other); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", want, err)
		}
	}
}
