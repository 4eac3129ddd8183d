package mirror_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"loaxa/store/mirror"
	"loaxa/store/storetest"
)

// box is an Outbox in memory.
type box struct {
	mu    sync.Mutex
	open  []mirror.Parcel
	got   map[mirror.Ref]mirror.Receipt
	moved chan struct{}
}

func newBox() *box { return &box{got: map[mirror.Ref]mirror.Receipt{}, moved: make(chan struct{})} }

func (b *box) put(doc string) mirror.Ref {
	b.mu.Lock()
	defer b.mu.Unlock()
	ref := mirror.RefOf([]byte(doc))
	b.open = append(b.open, mirror.Parcel{Ref: ref, Doc: []byte(doc)})
	close(b.moved)
	b.moved = make(chan struct{})
	return ref
}

func (b *box) Pending() []mirror.Parcel {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.open)
}

func (b *box) Receipt(ref mirror.Ref, r mirror.Receipt) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.got[ref] = r
	if r.Final {
		b.open = slices.DeleteFunc(b.open, func(p mirror.Parcel) bool { return p.Ref == ref })
	}
}

func (b *box) Changed() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.moved
}

func (b *box) answer(ref mirror.Ref) mirror.Receipt {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.got[ref]
}

// lanes is a station and a district with an order lane between them.
func lanes(t *testing.T, b *box, accept func(ctx context.Context, doc []byte) mirror.Receipt) *network {
	t.Helper()
	db, r := storetest.Open(t), storetest.OpenReplica(t, node)
	n := &network{}
	t.Cleanup(n.wg.Wait)
	opt := district
	opt.Orders = b
	n.answer(func(c mirror.Conn) {
		_ = mirror.NewSession(c, node, opt).Run(context.Background(), func(mirror.Hello) (mirror.Sink, error) { return r, nil })
	})
	so := senderOptions(n)
	so.Accept = accept
	start(t, mirror.NewSender(db, so))
	return n
}

func waitFor(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); !ok(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("never came true: " + what)
		}
	}
}

// TestOrdersGoDownUntilTheyAreAnswered: over a link that is cut again and
// again each order is handed over at least once, and its answer comes back.
func TestOrdersGoDownUntilTheyAreAnswered(t *testing.T) {
	b := newBox()
	var mu sync.Mutex
	seen := map[string]int{}
	n := lanes(t, b, func(_ context.Context, doc []byte) mirror.Receipt {
		mu.Lock()
		defer mu.Unlock()
		seen[string(doc)]++
		return mirror.Receipt{Code: "obeyed", Final: true, Saved: true}
	})
	rng := rand.New(rand.NewPCG(4, 2))
	var refs []mirror.Ref
	for i := range 40 {
		refs = append(refs, b.put(fmt.Sprint("order ", i)))
		if i%5 == 0 {
			n.cut(rng)
		}
		time.Sleep(time.Millisecond)
	}
	waitFor(t, "all are answered", func() bool { return len(b.Pending()) == 0 })
	for i, ref := range refs {
		if b.answer(ref).Code != "obeyed" || seen[fmt.Sprint("order ", i)] == 0 {
			t.Errorf("order %d: %+v, seen %d times", i, b.answer(ref), seen[fmt.Sprint("order ", i)])
		}
	}
}

// TestAnOrderWaitsBehindNoOther: one that waits for the disk holds up neither
// the next nor the link.
func TestAnOrderWaitsBehindNoOther(t *testing.T) {
	b := newBox()
	disk := make(chan struct{})
	lanes(t, b, func(ctx context.Context, doc []byte) mirror.Receipt {
		if string(doc) == "slow" {
			select {
			case <-disk:
			case <-ctx.Done():
			}
		}
		return mirror.Receipt{Code: string(doc), Final: true}
	})
	slow := b.put("slow")
	urgent := b.put("urgent")
	waitFor(t, "the urgent one is answered", func() bool { return b.answer(urgent).Final })
	if b.answer(slow).Code != "" {
		t.Error("answered before its disk")
	}
	close(disk)
	waitFor(t, "the slow one is answered", func() bool { return b.answer(slow).Final })
}
