package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// sizesOf measures one planted file.
func sizesOf(t *testing.T, name, text string) []size {
	t.Helper()
	s, err := measure(name, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestEachBudgetIsHeld(t *testing.T) {
	fields := strings.Repeat("\ta, b int\n", 7) // 14
	for _, c := range []struct{ name, file, text, want string }{
		{"file of 400", "a/a.go", "package a\n" + strings.Repeat("\n", 399), ""},
		{"file of 401", "a/a.go", "package a\n" + strings.Repeat("\n", 400), "a/a.go has 401 lines"},
		{"func of 60", "a/a.go", "package a\nfunc F() {\n" + strings.Repeat("\n", 58) + "}\n", ""},
		{"func of 61", "a/a.go", "package a\nfunc F() {\n" + strings.Repeat("\n", 59) + "}\n", "a/a.go:F has 61 lines"},
		{"method", "a/a.go", "package a\nfunc (x *T[K]) F() {\n" + strings.Repeat("\n", 59) + "}\n", "a/a.go:T.F has 61"},
		{"test func of 61", "a/a_test.go", "package a\nfunc F() {\n" + strings.Repeat("\n", 59) + "}\n", ""},
		{"struct of 15", "a/a.go", "package a\ntype S struct {\n" + fields + "\tx int\n}\n", ""},
		{"struct of 16", "a/a.go", "package a\ntype S struct {\n" + fields + "\tx, y int\n}\n", "a/a.go:S has 16 fields"},
		{"interface of 5", "a/a.go", "package a\ntype I interface { A(); B(); C(); D(); io.Closer }\n", ""},
		{"interface of 6", "a/a.go", "package a\ntype J interface { A(); B(); C() }\ntype I interface { J; D(); E(); F() }\n", "a/a.go:I has 6 methods"},
		{"short cases", "ui/u.go", "package ui\nfunc (m M) Update() {\nswitch x.(type) {\ncase A:\n f()\n return\ncase B:\n return\n}\n}\n", ""},
		{"long case", "ui/u.go", "package ui\nfunc (m M) Update() {\nswitch x.(type) {\ncase A:\n f()\n g()\n}\n}\n", "ui/u.go:M.Update has 2 calls"},
	} {
		got := strings.Join(judge(sizesOf(t, c.file, c.text), nil), "\n")
		if c.want == "" && got != "" || !strings.Contains(got, c.want) {
			t.Errorf("%s: want %q, got %q", c.name, c.want, got)
		}
	}
}

func TestTheListOnlyShrinks(t *testing.T) {
	now := sizesOf(t, "a/a.go", "package a\nfunc F() {\n"+strings.Repeat("\n", 68)+"}\n") // 70
	for _, c := range []struct {
		granted int
		want    string
	}{
		{69, "grew to 70"},
		{70, ""},
		{71, "shrank to 70"},
	} {
		got := strings.Join(judge(now, []grant{{kind: "func", what: "a/a.go:F", n: c.granted}}), "\n")
		if c.want == "" && got != "" || !strings.Contains(got, c.want) {
			t.Errorf("granted %d: want %q, got %q", c.granted, c.want, got)
		}
	}
	if got := judge(now, []grant{{kind: "func", what: "a/a.go:F", n: 70}, {kind: "func", what: "a/a.go:G", n: 90}}); len(got) != 1 || !strings.Contains(got[0], "no exception any more") {
		t.Errorf("a grant for what is gone: %q", got)
	}
	low := lowered(now, []grant{{kind: "func", what: "a/a.go:F", n: 90}, {kind: "func", what: "a/a.go:G", n: 90}})
	if len(low) != 1 || low[0].n != 70 {
		t.Errorf("shrunk list %v, want F at 70 alone", low)
	}
}

func TestAGrantNeedsItsPage(t *testing.T) {
	root := t.TempDir()
	for _, dir := range []string{".ci", "docs/decisions"} {
		if err := os.MkdirAll(filepath.Join(root, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("a.go", "package a\nfunc F() {\n"+strings.Repeat("\n", 68)+"}\n")
	for _, bad := range []string{"func 70 a.go:F", "func 60 a.go:F docs/decisions/0009-f.md", "verse 70 a.go:F docs/decisions/0009-f.md", "func 70 a.go:F docs/decisions/0009-f.md"} {
		write(list, "# head\n"+bad+"\n")
		if err := run(root, false); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
	write("docs/decisions/0009-f.md", "why\n")
	if err := run(root, false); err != nil {
		t.Errorf("with its page: %v", err)
	}
	write("a.go", "package a\nfunc F() {\n"+strings.Repeat("\n", 63)+"}\n")
	if err := run(root, true); err != nil {
		t.Fatal(err)
	}
	text, _ := os.ReadFile(filepath.Join(root, list))
	if want := fmt.Sprintf("# head\n%-9s %4d a.go:F docs/decisions/0009-f.md\n", "func", 65); string(text) != want {
		t.Errorf("shrunk list is %q, want %q", text, want)
	}
}
