package attach

import (
	"context"
	"errors"
	"net"
	"path/filepath"
	"sync"
	"testing"

	"loaxa/app/station"
)

// TestAConnectionIsLockedUntilAPINIsGiven: who is let in is named to the desk;
// what is no intent is refused in typed words; another connection is locked
// still, and so is the same one after it was cut.
func TestAConnectionIsLockedUntilAPINIsGiven(t *testing.T) {
	d := &desk{}
	d.publish(1)
	path := filepath.Join(t.TempDir(), "s")
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	var changed station.Person
	srv := NewServer(Parts{Desk: d, Books: shelf{}, Import: func(_ context.Context, _, actor string, _ func(int64, int64)) (station.Item, error) {
		return station.Item{AddedBy: actor}, nil
	}, Persons: Persons{Actor: func(net.Conn) string { return "uid" },
		May: func(by station.Person, _ station.Act) *station.Refusal {
			if by.Account == "" {
				return &station.Refusal{Code: station.ScreenLocked}
			}
			return nil
		},
		Unlock: func(_ context.Context, name, pin string) (station.Unlocked, string, error) {
			return station.Unlocked{OK: pin == "2468", Name: name}, "r1", nil
		},
		Change: func(_ context.Context, by station.Person, _ station.AccountChange) error {
			changed = by
			return &station.Refusal{Code: station.LastOperator}
		}}})
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() { _ = srv.Serve(ctx, l) })
	t.Cleanup(func() { cancel(); wg.Wait() })
	dial := func(ctx context.Context) (net.Conn, error) {
		var nd net.Dialer
		return nd.DialContext(ctx, "unix", path)
	}
	a, b := console(t, dial), console(t, dial)
	until(t, "both are there", func() bool { return a.Snapshot() != nil && b.Snapshot() != nil })
	var no *station.Refusal
	if _, err := a.Import(ctx, "/x", nil); !errors.As(err, &no) || no.Code != station.ScreenLocked {
		t.Errorf("a locked import: %v", err)
	}
	if u, err := a.Unlock(ctx, "Hoa", "1111"); err != nil || u.OK || a.Me() != "" {
		t.Errorf("a wrong PIN: %+v %v, me %q", u, err, a.Me())
	}
	if u, err := a.Unlock(ctx, "Hoa", "2468"); err != nil || !u.OK || a.Me() != "Hoa" || b.Me() != "" {
		t.Errorf("%+v %v, %q and %q", u, err, a.Me(), b.Me())
	}
	if it, err := a.Import(ctx, "/x", nil); err != nil || it.AddedBy != "Hoa" {
		t.Errorf("%+v %v", it, err)
	}
	if _, err := a.Submit(ctx, station.QueuePlay{}); err != nil || d.by[len(d.by)-1] != "Hoa" {
		t.Errorf("%v, by %v", err, d.by)
	}
	if _, err := b.Submit(ctx, station.StopAll{}); err != nil || d.by[len(d.by)-1] != "uid" {
		t.Errorf("%v, by %v", err, d.by)
	}
	if err := a.People(ctx, station.AccountChange{}); !errors.As(err, &no) || no.Code != station.LastOperator || changed.Account != "Hoa" || changed.Rev != "r1" {
		t.Errorf("%v by %+v", err, changed)
	}
	if err := a.Lock(ctx); err != nil || a.Me() != "" {
		t.Errorf("locked: %v, me %q", err, a.Me())
	}
	if _, err := a.Import(ctx, "/x", nil); err == nil {
		t.Error("locked again, and it imports")
	}
}
