package main

import (
	"strings"
	"testing"
)

const passing = `{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Test":"TestA","Output":"=== RUN   TestA\n"}
{"Action":"pass","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Output":"ok  \tp\t0.1s\n"}
{"Action":"pass","Package":"p"}
`

func skipped(why string) string {
	return `{"Action":"output","Package":"p","Test":"TestB","Output":"    b_test.go:7: ` + why + `\n"}
{"Action":"output","Package":"p","Test":"TestB","Output":"--- SKIP: TestB (0.00s)\n"}
{"Action":"skip","Package":"p","Test":"TestB"}
`
}

func TestAccount(t *testing.T) {
	const failing = `{"Action":"output","Package":"p","Test":"TestC","Output":"    c_test.go:9: want 1, got 2\n"}
{"Action":"fail","Package":"p","Test":"TestC"}
{"Action":"output","Package":"p","Output":"FAIL\tp\t0.1s\n"}
{"Action":"fail","Package":"p"}
`
	const died = `{"Action":"output","Package":"p","Test":"TestD","Output":"panic: boom\n"}
{"Action":"fail","Package":"p"}
`
	for _, c := range []struct {
		name, stream string
		ci           bool
		need         int
		good         bool
		want         []string
	}{
		{"all pass", passing, true, 1, true, []string{"ok  \tp", "PASS  tests: 1 packages, 1 passed, 0 failed, 0 skipped"}},
		{"nothing selected", "", false, 1, false, []string{"proves nothing", "FAIL"}},
		{"too few", passing, false, 2, false, []string{"at least 2"}},
		{"a failure", failing, false, 1, false, []string{"want 1, got 2", "failed: p.TestC", "FAIL\tp"}},
		{"a dead program", died, false, 0, false, []string{"panic: boom", "failed: p"}},
		{"a broken build", `{"ImportPath":"p","Action":"build-output","Output":"p.go:1: no\n"}` + "\n" + `{"Action":"fail","Package":"p"}` + "\n", false, 0, false, []string{"p.go:1: no"}},
		{"a lack at a desk", passing + skipped("skipped: no espeak-ng"), false, 1, true, []string{"lacking: p.TestB: skipped: no espeak-ng", "1 skipped (1 for lack"}},
		{"a lack in CI", passing + skipped("skipped: no espeak-ng"), true, 1, false, []string{"must be there", "FAIL"}},
		{"silence in CI", passing + strings.Replace(skipped("x"), "b_test.go:7: x", "", 1), true, 1, false, []string{"no reason given"}},
		{"not asked for in CI", passing + skipped("skipped: run by LOAXA_FAULTS=full"), true, 1, true, []string{"not run: p.TestB", "(0 for lack"}},
		{"no event", "go: cannot find main module\n", false, 0, true, []string{"go: cannot find main module"}},
	} {
		var out strings.Builder
		a := &tally{out: &out, ci: c.ci, held: map[string][]string{}}
		if err := a.read(strings.NewReader(c.stream)); err != nil {
			t.Fatal(err)
		}
		if good := a.close("tests", c.need, 0); good != c.good {
			t.Errorf("%s: passes: %t, want %t\n%s", c.name, good, c.good, out.String())
		}
		for _, w := range c.want {
			if !strings.Contains(out.String(), w) {
				t.Errorf("%s: want %q in\n%s", c.name, w, out.String())
			}
		}
	}
}
