package store

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// A pointer that leads out of its page, out of the file or in a circle is found
// before anybody follows it: bbolt's own check would end the process.
func TestPointersThatLeadAstrayAreFound(t *testing.T) {
	dir := t.TempDir()
	db, err := Open(filepath.Join(dir, "j.db"), Options{Wall: wall, NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 120 {
		if _, err := db.Append(Write{Class: "queue", Key: fmt.Sprint(i % 9), Payload: make([]byte, 90)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.HotCopy(filepath.Join(dir, "copy")); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(filepath.Join(dir, "copy"))
	if err != nil {
		t.Fatal(err)
	}
	bad, path, found := bytes.Clone(whole), filepath.Join(dir, "bad"), 0
	page := os.Getpagesize()
	for first := 2 * page; first < len(whole); first += page {
		for off := first + 8; off < first+pageHead+2*leafElement; off += 3 { // kind, count, overflow, and two elements
			for _, bit := range []byte{0x80, 0x10, 1} {
				bad[off] ^= bit
				if err := os.WriteFile(path, bad, 0o600); err != nil {
					t.Fatal(err)
				}
				if _, err := ProveFile(path); err != nil {
					found++
					if !errors.Is(err, ErrCorrupt) {
						t.Errorf("byte %d of page %d: %v", off-first, first/page, err)
					}
				}
				bad[off] ^= bit
			}
		}
	}
	if found == 0 {
		t.Error("nothing was found")
	}
	t.Logf("%d found", found)
}
