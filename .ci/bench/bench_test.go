package main

import (
	"io"
	"strings"
	"testing"
	"time"
)

func TestTable(t *testing.T) {
	const out = `goos: linux
goarch: amd64
pkg: loaxa/store
cpu: A CPU
BenchmarkAppend-2   	     100	   300.0 ns/op	  2.50 ratio
BenchmarkAppend-2   	     100	   100.0 ns/op	  2.00 ratio
BenchmarkAppend-2   	     100	   200.0 ns/op	  1.50 ratio
PASS
`
	got, err := read(strings.NewReader(out), io.Discard)
	if err != nil || got.failed {
		t.Fatal(err, got.failed)
	}
	text := got.markdown(time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC))
	for _, want := range []string{"2026-01-02, linux/amd64, A CPU", "| store Append | ns/op | 3 | 200 | 300 |", "| store Append | ratio | 3 | 2 | 2.5 |"} {
		if !strings.Contains(text, want) {
			t.Errorf("want %q in\n%s", want, text)
		}
	}
	if bad, _ := read(strings.NewReader("--- FAIL: BenchmarkX\nFAIL\n"), io.Discard); !bad.failed {
		t.Error("a failed benchmark is taken for none")
	}
}
