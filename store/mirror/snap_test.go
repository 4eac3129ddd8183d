package mirror_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"loaxa/store"
	"loaxa/store/mirror"
	"loaxa/store/storetest"
)

// TestANewReceiverGetsASnapshot: a receiver that begins below the floor gets
// records as a snapshot and then goes on with entries, over a link that breaks
// again and again; orders pass meanwhile.
func TestANewReceiverGetsASnapshot(t *testing.T) {
	db, r, n := storetest.Open(t), storetest.OpenReplica(t, node), new(network)
	defer n.wg.Wait()
	for i := range 400 {
		if _, err := db.Append(put("asrun", fmt.Sprint(i), strings.Repeat("x", 1000)), put("queue", fmt.Sprint(i%10), fmt.Sprint(i))); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.DropBefore(db.Head().Seq - 20); err != nil {
		t.Fatal(err)
	}
	b := newBox()
	opt := district
	opt.Orders = b
	n.answer(func(c mirror.Conn) {
		_ = mirror.NewSession(c, node, opt).Run(context.Background(), func(mirror.Hello) (mirror.Sink, error) { return r, nil })
	})
	so := senderOptions(n)
	so.Accept = func(context.Context, []byte) mirror.Receipt { return mirror.Receipt{Code: "obeyed", Final: true} }
	s := mirror.NewSender(db, so)
	defer start(t, s)()
	rng := rand.New(rand.NewPCG(5, 5))
	for i := range 12 {
		b.put(fmt.Sprint("order ", i))
		time.Sleep(3 * time.Millisecond)
		n.cut(rng)
		if _, err := db.Append(put("queue", "late", fmt.Sprint(i))); err != nil {
			t.Fatal(err)
		}
	}
	await(t, s, "the snapshot and what followed", func(l mirror.Link) bool { return l.Known && l.Acked == db.Head() })
	waitFor(t, "the orders are answered", func() bool { return len(b.Pending()) == 0 })
	if r.Floor() == 1 {
		t.Error("it came without a snapshot")
	}
	equal(t, db, r)
}

// TestMendingReplacesWhatDiffers: a replica whose records are wrong in spite of
// an equal history is put right, and what was wrong is named.
func TestMendingReplacesWhatDiffers(t *testing.T) {
	db, n := storetest.Open(t), new(network)
	path := filepath.Join(t.TempDir(), "replica.db")
	r, err := store.OpenReplica(path, node, storetest.Options())
	if err != nil {
		t.Fatal(err)
	}
	n.answer(serveReplica(r))
	for i := range 50 {
		if _, err := db.Append(put("asrun", fmt.Sprint(i), "x"), put("queue", "bad", fmt.Sprint("right ", i))); err != nil {
			t.Fatal(err)
		}
	}
	s := mirror.NewSender(db, senderOptions(n))
	defer start(t, s)()
	await(t, s, "the journal", func(l mirror.Link) bool { return l.Acked == db.Head() })
	n.answer(nil)
	n.cut(rand.New(rand.NewPCG(1, 1)))
	n.wg.Wait()
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	storetest.ForgetClass(t, path, "queue")
	r = storetest.OpenReplicaAt(t, path, node)
	defer n.wg.Wait()
	mended := make(chan []string, 8) // more than there are connections
	n.answer(func(c mirror.Conn) {
		session := mirror.NewSession(c, node, district)
		_ = session.Run(context.Background(), func(mirror.Hello) (mirror.Sink, error) { return r, nil })
		mended <- session.State().Mended
	})
	await(t, s, "the link again", func(l mirror.Link) bool { return l.Up })
	before, err := r.Proof()
	if err != nil || len(before.Roots) != 1 {
		t.Fatal("nothing is wrong", err)
	}
	s.Mend()
	waitFor(t, "the records are there", func() bool {
		p, err := r.Proof()
		return err == nil && len(p.Roots) == 2
	})
	equal(t, db, r)
	if _, err := db.Append(store.Write{Class: "queue", Key: "bad", Delete: true}); err != nil {
		t.Fatal(err)
	}
	await(t, s, "a live entry behind it", func(l mirror.Link) bool { return l.Acked == db.Head() })
	equal(t, db, r)
	n.answer(nil)
	n.cut(rand.New(rand.NewPCG(1, 1)))
	if m := <-mended; len(m) != 1 || m[0] != "queue/bad" {
		t.Errorf("mended: %v", m)
	}
	if r.Floor() != 1 {
		t.Error("the journal was lost with the record")
	}
}
