package ui

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"loaxa/ui/text"
)

func TestEveryKeyHasOneActAndWords(t *testing.T) {
	seen := map[string]string{}
	for _, b := range Bindings {
		for _, k := range b.Keys {
			if other, ok := seen[k]; ok {
				t.Errorf("%s does %s and %s", k, other, b.Act)
			}
			seen[k] = b.Act
		}
		for _, lang := range []string{"vi", "en"} {
			if text.For(lang).Keys.Long[b.Act] == "" {
				t.Errorf("%s: %s has no words", lang, b.Act)
			}
		}
		if !slices.Contains(groups, b.Group) {
			t.Errorf("%s stands in no group of the card", b.Act)
		}
		first := map[string]bool{"stop": true, "emergency": true, "quit": true}
		if _, ok := acts[b.Act]; !ok && !first[b.Act] {
			t.Errorf("%s does nothing", b.Act)
		}
	}
}

// Letters come late, changed or never under a Vietnamese input method, and
// terminals keep some keys for themselves.
func TestNoActHangsOnAKeyThatMayNotCome(t *testing.T) {
	taken := []string{"f1", "f10", "f11", "ctrl+s", "ctrl+b", "ctrl+p", "ctrl+right", "ctrl+up", "ctrl+down"}
	for _, b := range Bindings {
		if b.Act == "number" || b.Act == "later" {
			continue
		}
		safe := slices.ContainsFunc(b.Keys, func(k string) bool { return len([]rune(k)) > 1 && !slices.Contains(taken, k) })
		if !safe {
			t.Errorf("%s can be done with %v only", b.Act, b.Keys)
		}
	}
}

func TestPrintedCardIsCurrent(t *testing.T) {
	path := filepath.Join("..", "docs", "keys.md")
	want := "# Phím tắt · Keys\n\n" + Markdown("vi") + "\n---\n\n" + Markdown("en")
	if flag.Lookup("update").Value.String() == "true" {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("%s is not what the table of keys gives: go test ./ui -run PrintedCard -update", path)
	}
}
