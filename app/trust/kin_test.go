package trust

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func self(i *Identity) func() (*Identity, error) {
	return func() (*Identity, error) { return i, nil }
}

func kin(t *testing.T) *Kin {
	t.Helper()
	k, err := OpenKin(filepath.Join(t.TempDir(), "kin.json"))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// changing is a machine with a next key, and the same machine after the change.
func changing(t *testing.T) (before, after *Identity) {
	t.Helper()
	dir := t.TempDir()
	if _, err := LoadOrMake(dir); err != nil {
		t.Fatal(err)
	}
	if _, err := Change(dir); err == nil {
		t.Fatal("changed over to a key that is not there")
	}
	before, err := Prepare(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Prepare(dir); err == nil {
		t.Fatal("a next key was written over")
	}
	if after, err = Change(dir); err != nil {
		t.Fatal(err)
	}
	if after.ID() != before.ID() || after.KeyID() == before.KeyID() || before.KeyID() != before.ID() {
		t.Fatalf("before %s by %s, after %s by %s", before.ID(), before.KeyID(), after.ID(), after.KeyID())
	}
	return before, after
}

func announce(t *testing.T, i *Identity) Succession {
	t.Helper()
	b, ok := announcement(self(i))
	if !ok {
		t.Fatal("no announcement")
	}
	s, err := ParseSuccession(b)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestAKeyIsFollowedByAnother: on both sides of a link, the next key is good
// from its announcement, the old one until the next is used.
func TestAKeyIsFollowedByAnother(t *testing.T) {
	server := identity(t)
	before, after := changing(t)
	k := kin(t)
	addr := serveTLS(t, server, k.Exchange(self(server), time.Now))
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	tell := func(i *Identity) error {
		conf, err := i.ClientFor(server.ID(), time.Now, kin(t))
		if err != nil {
			t.Fatal(err)
		}
		c, err := (&tls.Dialer{Config: conf}).DialContext(ctx, "tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		return kin(t).Tell(ctx, self(i), c.(*tls.Conn), addr)
	}
	if id, err := k.Whose(after.KeyID()); err != nil || id == before.ID() {
		t.Fatalf("a key that nobody announced is %s's: %v", id, err)
	}
	for range 3 { // said again and again
		if err := tell(before); err != nil {
			t.Fatal(err)
		}
		if id, err := k.Whose(before.KeyID()); err != nil || id != before.ID() {
			t.Fatalf("the old key before the change: %s %v", id, err)
		}
	}
	for range 2 {
		if id, err := k.Whose(after.KeyID()); err != nil || id != before.ID() {
			t.Fatalf("the next key: %s %v", id, err)
		}
	}
	again, err := OpenKin(k.path)
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range []*Kin{k, again} {
		if _, err := at.Whose(before.KeyID()); !errors.Is(err, ErrOldKey) {
			t.Errorf("the replaced key is still good: %v", err)
		}
	}
	if err := tell(before); err == nil {
		t.Error("the replaced key announces")
	}
}

func TestNobodyAnnouncesForAnother(t *testing.T) {
	before, after := changing(t)
	thief, other := changing(t)
	k := kin(t)
	good := announce(t, before)
	if err := k.Announced(good, thief.KeyID()); !errors.Is(err, ErrSuccession) {
		t.Errorf("over another's connection: %v", err)
	}
	if err := k.Announced(good, before.KeyID()); err != nil {
		t.Fatal(err)
	}
	mine := announce(t, thief)
	mine.ID = before.ID()
	if b, _ := json.Marshal(mine); func() bool { _, err := ParseSuccession(b); return err == nil }() {
		t.Error("an announcement whose id was changed")
	}
	stolen := &Identity{key: thief.key, next: after.key, id: thief.ID()} // who stole the next key announces it as his
	if err := k.Announced(announce(t, stolen), thief.KeyID()); !errors.Is(err, ErrSuccession) {
		t.Errorf("another's next key: %v", err)
	}
	taken := &Identity{key: thief.key, next: before.key, id: thief.ID()}
	if err := k.Announced(announce(t, taken), thief.KeyID()); !errors.Is(err, ErrSuccession) {
		t.Errorf("another's key: %v", err)
	}
	if err := k.Announced(announce(t, thief), thief.KeyID()); err != nil {
		t.Error(err)
	}
	if id, _ := k.Whose(other.KeyID()); id != thief.ID() {
		t.Error("his own was not taken")
	}
	if err := os.WriteFile(k.path, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenKin(k.path); err == nil {
		t.Error("a damaged list was taken as empty")
	}
}

// TestAMachineThatChangedItsKeyIsLetIn by a code, and so does a server let in.
func TestAMachineThatChangedItsKeyIsLetIn(t *testing.T) {
	_, server := changing(t)
	_, pole := changing(t)
	g := newGate(t, server)
	root := identity(t).ID()
	g.codes.Hand(root)
	code := NewCode()
	g.codes.Open(code, EnrolCluster, CodeLife)
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	h, err := pole.Enrol(ctx, g.addr, code, server.KeyID(), EnrolCluster, "Thôn 3", time.Now)
	if err != nil || h.ID != server.ID() || h.Key != server.KeyID() || h.Root != root {
		t.Fatalf("%+v %v", h, err)
	}
	if len(g.let) != 1 || g.let[0].ID != pole.ID() || g.let[0].Key != pole.KeyID() {
		t.Fatalf("let in %+v", g.let)
	}
	k := kin(t)
	if err := k.Expect(g.let[0].ID, g.let[0].Key); err != nil {
		t.Fatal(err)
	}
	if id, err := k.Whose(pole.KeyID()); err != nil || id != pole.ID() {
		t.Errorf("%s %v", id, err)
	}
	if err := k.Expect(pole.ID(), server.KeyID()); err == nil {
		t.Error("somebody took a known machine's name")
	}
}

func FuzzSuccession(f *testing.F) {
	dir := f.TempDir()
	if _, err := LoadOrMake(dir); err != nil {
		f.Fatal(err)
	}
	i, err := Prepare(dir)
	if err != nil {
		f.Fatal(err)
	}
	good, _ := announcement(self(i))
	want, _ := i.Succession()
	f.Add(good)
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := ParseSuccession(b)
		if err == nil && s.ID == i.ID() && !bytes.Equal(s.Next, want.Next) {
			t.Fatalf("a forged announcement was taken: %s", b)
		}
	})
}
