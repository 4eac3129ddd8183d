package boot

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestTheLexiconIsReadAgainWhenItChanges, its bad lines are told of once for each
// change, and a file that went away leaves the program's own words.
func TestTheLexiconIsReadAgainWhenItChanges(t *testing.T) {
	told := 0
	v := &voices{path: filepath.Join(t.TempDir(), LexiconFile), warn: func(string, error) { told++ }}
	if got := v.read().Respell("Kjang, Plei"); got != "Kjang, Pờ-lây" {
		t.Errorf("without a file: %q", got)
	}
	write := func(text string, at time.Time) {
		if err := os.WriteFile(v.path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(v.path, at, at); err != nil {
			t.Fatal(err)
		}
	}
	write("Kjang = cờ giang\nđây là gì\n", time.Unix(1000, 0))
	for range 3 {
		if got := v.read().Respell("Kjang"); got != "Cờ giang" {
			t.Errorf("written: %q", got)
		}
	}
	write("Kjang = cờ dang\nđây là gì\n", time.Unix(2000, 0))
	if got := v.read().Respell("Kjang"); got != "Cờ dang" || told != 2 {
		t.Errorf("changed: %q, told %d times", got, told)
	}
	if err := os.Remove(v.path); err != nil {
		t.Fatal(err)
	}
	if got := v.read().Respell("Kjang"); got != "Kjang" {
		t.Errorf("taken away: %q", got)
	}
	write(lexiconHead, time.Unix(3000, 0))
	if lx := v.read(); lx.Words() != 0 || told != 2 {
		t.Errorf("the form has %d words, told %d times", lx.Words(), told)
	}
}
