package store_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"loaxa/store"
	"loaxa/store/storetest"
)

// stage brings a snapshot of db to r in pieces and reopens r now and then.
func stage(t *testing.T, snap *store.Snapshot, r *store.Replica, size, stop int) (done bool) {
	t.Helper()
	c := snap.Claim()
	class, key, err := r.Stage(c)
	if err != nil {
		t.Fatal(err)
	}
	for n := 0; ; n++ {
		items, err := snap.Items(class, key, size)
		if err != nil {
			t.Fatal(err)
		}
		if len(items) == 0 {
			return true
		}
		if n == stop {
			return false
		}
		if err := r.Put(c, items); err != nil {
			t.Fatal(err)
		}
		class, key = items[len(items)-1].Class, items[len(items)-1].Key
	}
}

func fill(t *testing.T, db *store.DB, rng *rand.Rand, n int) {
	t.Helper()
	for i := range n {
		w := store.Write{Class: []string{"asrun", "queue", "health"}[rng.IntN(3)], Key: fmt.Sprint(rng.IntN(40)), Version: uint16(i), Payload: []byte(strings.Repeat("p", rng.IntN(300)))}
		if rng.IntN(6) == 0 {
			w.Delete, w.Payload = true, nil
		}
		if _, err := db.Append(w); err != nil {
			t.Fatal(err)
		}
	}
}

func carry(t *testing.T, db *store.DB, r *store.Replica) {
	t.Helper()
	for r.Cursor().Seq < db.Head().Seq {
		from := r.Cursor().Seq + 1
		es, err := db.Entries(from, 50, 1<<20)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.Apply(store.Run{Epoch: db.Head().Epoch, From: from, Prev: r.Cursor().H, Last: es[len(es)-1].H, Items: es}); err != nil {
			t.Fatal(err)
		}
	}
}

func sameProof(t *testing.T, db *store.DB, r *store.Replica) {
	t.Helper()
	a, aerr := db.Proof()
	b, berr := r.Proof()
	if err := errors.Join(aerr, berr, store.Compare(a, b)); err != nil {
		t.Fatal(err)
	}
	if err := r.Verify(true); err != nil {
		t.Fatal(err)
	}
}

// A snapshot at any point and the entries behind it give what the whole
// history gives, whatever had been dropped, received or cut off before.
func TestSnapshotAndTailAreTheWholeHistory(t *testing.T) {
	for seed := range uint64(8) {
		rng := rand.New(rand.NewPCG(seed, 4))
		db, r := storetest.Open(t), storetest.OpenReplica(t, "n")
		if err := r.Adopt(db.Head().Epoch); err != nil {
			t.Fatal(err)
		}
		fill(t, db, rng, 20+rng.IntN(60))
		if seed%2 == 0 {
			carry(t, db, r)
		}
		had := r.Cursor().Seq
		fill(t, db, rng, 20+rng.IntN(60))
		if err := db.DropBefore(db.Head().Seq - uint64(rng.IntN(10))); err != nil {
			t.Fatal(err)
		}
		snap, err := db.Snapshot()
		if err != nil {
			t.Fatal(err)
		}
		fill(t, db, rng, rng.IntN(30))
		if stage(t, snap, r, 600, 2) {
			t.Fatal("too small to be cut off")
		}
		if r.Cursor().Seq != had {
			t.Fatal("a staged snapshot is seen before its swap")
		}
		if !stage(t, snap, r, 600, -1) {
			t.Fatal("not to its end")
		}
		at, wrong, err := r.Swap(snap.Claim())
		if err != nil || at != snap.Claim().At || len(wrong) != 0 || r.Floor() != at.Seq+1 {
			t.Fatal(at, wrong, err, r.Floor())
		}
		if err := errors.Join(r.Verify(true), snap.Close()); err != nil {
			t.Fatal(err)
		}
		carry(t, db, r)
		sameProof(t, db, r)
	}
}

// A record that is wrong here is named and put right; the journal stays.
func TestSnapshotNamesWhatWasWrong(t *testing.T) {
	db, r := storetest.Open(t), storetest.OpenReplica(t, "n")
	if err := r.Adopt(db.Head().Epoch); err != nil {
		t.Fatal(err)
	}
	fill(t, db, rand.New(rand.NewPCG(1, 1)), 60)
	if _, err := db.Append(store.Write{Class: "queue", Key: "bad", Payload: []byte("right")}); err != nil {
		t.Fatal(err)
	}
	carry(t, db, r)
	if err := store.ForgetRecord(r, "queue", "bad"); err != nil {
		t.Fatal(err)
	}
	snap, err := db.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	defer snap.Close()
	stage(t, snap, r, 1<<20, -1)
	if _, wrong, err := r.Swap(snap.Claim()); err != nil || len(wrong) != 1 || wrong[0] != "queue/bad" {
		t.Fatal(wrong, err)
	}
	if r.Floor() != 1 {
		t.Error("the journal was lost with the record")
	}
	sameProof(t, db, r)
}

// What does not add up is never put in place, and neither is what goes back.
func TestSnapshotRefusals(t *testing.T) {
	db, r := storetest.Open(t), storetest.OpenReplica(t, "n")
	if err := r.Adopt(db.Head().Epoch); err != nil {
		t.Fatal(err)
	}
	fill(t, db, rand.New(rand.NewPCG(2, 1)), 80)
	snap, err := db.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	defer snap.Close()
	c := snap.Claim()
	items, err := snap.Items("", "", 1<<20)
	if err != nil || len(items) < 10 {
		t.Fatal(err)
	}
	if err := r.Put(c, items); !errors.Is(err, store.ErrStage) {
		t.Errorf("records without a begin: %v", err)
	}
	for name, spoil := range map[string]func([]store.Item) []store.Item{
		"one left out":     func(s []store.Item) []store.Item { return s[1:] },
		"another payload":  func(s []store.Item) []store.Item { s[3].Payload = []byte("forged"); return s },
		"another number":   func(s []store.Item) []store.Item { s[3].Seq--; return s },
		"out of its order": func(s []store.Item) []store.Item { s[0], s[1] = s[1], s[0]; return s },
		"from the future":  func(s []store.Item) []store.Item { s[0].Seq = c.At.Seq + 1; return s },
	} {
		if _, _, err := r.Stage(c); err != nil {
			t.Fatal(err)
		}
		err := r.Put(c, spoil(append([]store.Item{}, items...)))
		if err == nil {
			_, _, err = r.Swap(c)
		}
		if !errors.Is(err, store.ErrDamaged) || r.Cursor().Seq != 0 {
			t.Errorf("%s: %v, cursor %d", name, err, r.Cursor().Seq)
		}
	}
	carry(t, db, r)
	fill(t, db, rand.New(rand.NewPCG(3, 1)), 5)
	carry(t, db, r)
	var fork *store.ForkError
	if _, _, err := r.Stage(c); !errors.As(err, &fork) {
		t.Errorf("a snapshot of the past: %v", err)
	}
	c.At.Epoch[0] ^= 1
	if _, _, err := r.Stage(c); !errors.Is(err, store.ErrEpoch) {
		t.Errorf("a snapshot of another epoch: %v", err)
	}
}
