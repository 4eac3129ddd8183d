package store

import (
	"os"
	"path/filepath"
	"testing"
)

// FuzzSalvage reads any bytes as a damaged journal: what is taken proves itself.
func FuzzSalvage(f *testing.F) {
	dir := f.TempDir()
	db, err := Open(filepath.Join(dir, "j.db"), Options{Wall: wall, NoSync: true})
	if err != nil {
		f.Fatal(err)
	}
	for range 3 {
		if _, err := db.Append(Write{Class: "asrun", Payload: []byte("row")}, Write{Class: "queue", Key: "k", Payload: []byte("v")}); err != nil {
			f.Fatal(err)
		}
	}
	if err := db.HotCopy(filepath.Join(dir, "copy")); err != nil {
		f.Fatal(err)
	}
	if err := db.Close(); err != nil {
		f.Fatal(err)
	}
	whole, err := os.ReadFile(filepath.Join(dir, "copy"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	f.Add(whole[:3*4096+17])
	f.Fuzz(func(t *testing.T, b []byte) {
		path := filepath.Join(t.TempDir(), "bad")
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		p := newPool(epochOf(path), 0)
		defer p.close()
		if err := p.addDamaged(path); err != nil {
			t.Fatal(err)
		}
		for seq := range p.entries {
			if e, ok := p.entry(seq, Hash{}); ok && (e.Seq != seq || !e.payloadFits() || checkClass(e.Class) != nil) {
				t.Fatalf("entry %d: %+v", seq, e)
			}
		}
		for k := range p.records {
			if class, r, err := p.record(k); err != nil || checkClass(class) != nil || checkKey(r.Key) != nil {
				t.Fatalf("record %q: %v", k, err)
			}
		}
		_ = stepBack(path) // whatever it says, it does not panic
	})
}
