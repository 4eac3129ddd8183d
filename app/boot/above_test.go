package boot

import (
	"fmt"
	"testing"
	"time"

	"loaxa/app/station"
	"loaxa/store"
	"loaxa/store/storetest"
)

func TestBooksThatDifferAreNamed(t *testing.T) {
	now := time.Date(2026, 11, 22, 17, 0, 0, 0, time.UTC)
	base := store.Proof{Epoch: store.Epoch{1}, Seq: 7, H: store.Hash{1}, Roots: map[string]store.Hash{"asrun": {2}}}
	change := func(f func(*store.Proof)) store.Proof {
		p := base
		p.Roots = map[string]store.Hash{"asrun": {2}}
		f(&p)
		return p
	}
	for name, c := range map[string]struct {
		theirs store.Proof
		want   string
		ok     bool
	}{
		"equal":        {base, "", true},
		"behind":       {change(func(p *store.Proof) { p.Seq = 6 }), "", false},
		"other life":   {change(func(p *store.Proof) { p.Epoch = store.Epoch{9}; p.Seq = 3 }), station.OtherLife, true},
		"other chain":  {change(func(p *store.Proof) { p.H = store.Hash{8} }), station.BooksDiffer, true},
		"other record": {change(func(p *store.Proof) { p.Roots["asrun"] = store.Hash{3} }), station.BooksDiffer, true},
	} {
		got, ok, err := judgeBooks(base, c.theirs, now)
		if err != nil || ok != c.ok || got.Differs != c.want || ok && (got.At != now || (got.Differs != "") != (got.Detail != "")) {
			t.Errorf("%s: %+v %t %v", name, got, ok, err)
		}
	}
}

// TestAFloodOfOneOrderPushesNoOtherOut: what a person must see stays in sight.
func TestAFloodOfOneOrderPushesNoOtherOut(t *testing.T) {
	dir := t.TempDir()
	db := storetest.Open(t)
	b, err := openAbove(dir, &db.Reader, station.KeySet{})
	if err != nil {
		t.Fatal(err)
	}
	before := b.view.Load()
	b.refused(station.RefusedOrder{Hash: "first", Why: station.Refusal{Code: station.OrderBadSignature}})
	for range 1000 {
		b.refused(station.RefusedOrder{Hash: "again", Why: station.Refusal{Code: station.OrderReplay}})
	}
	if a := b.view.Load(); len(a.Refused) != 2 || a.Refused[1].Hash != "first" || len(before.Refused) != 0 {
		t.Errorf("%+v", a.Refused)
	}
	for i := range 100 {
		b.refused(station.RefusedOrder{Hash: fmt.Sprint(i)})
	}
	if a := b.view.Load(); len(a.Refused) != station.MaxRefusedShown || a.Refused[0].Hash != "99" {
		t.Errorf("%d rows", len(a.Refused))
	}
	at := time.Date(2026, 11, 22, 17, 0, 0, 0, time.UTC)
	if err := b.compared(comparison{At: at, Differs: station.BooksDiffer, Detail: "asrun"}); err != nil {
		t.Fatal(err)
	}
	again, err := openAbove(dir, &db.Reader, station.KeySet{Version: 4})
	if err != nil {
		t.Fatal(err)
	}
	if a := again.view.Load(); !a.Compared.Equal(at) || a.Differs != station.BooksDiffer || a.Keys != 4 {
		t.Errorf("after a restart: %+v", a)
	}
}
