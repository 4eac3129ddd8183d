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

func TestBarsAreHeldAgainstWhatRan(t *testing.T) {
	const out = `pkg: loaxa/app
BenchmarkPressToSiren-2   	       1	   290000000 p99-ns
BenchmarkPressToSiren-2   	       1	   200000000 p99-ns
BenchmarkPressToSiren-2   	       1	   400000000 p99-ns
BenchmarkConsoleIdle-2   	       1	   1.5 %core
=== RUN   TestX
    siren_test.go:235: bench: app/boot HardStartsKeepTheirSecond 20000000 p99-ns 10000000 p50-ns
`
	got, err := read(strings.NewReader(out), io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	text := got.markdown(time.Now())
	for _, want := range []string{
		"12 poles as processes, loopback, p99 | ≤ 300 ms | 3 | 290 | 400 | missed once |",
		"console of an idle station, 12 clusters, share of a core | ≤ 1 % | 1 | 1.5 | 1.5 | **missed** |",
		"(virtual time), p99 | ≤ 50 ms | 1 | 20 | 20 | kept |",
		"| ≤ 12 ms | 0 | – | – | **not measured** |",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("want %q in\n%s", want, text)
		}
	}
	if kept := notes("old" + mark + "A person's word.\n"); !strings.HasSuffix(kept, "A person's word.\n") {
		t.Errorf("notes were lost: %q", kept)
	}
}
