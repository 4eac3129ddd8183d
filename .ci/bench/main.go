// Command bench turns the output of `go test -bench` into a table for people:
// for each benchmark and unit the number of runs, their median and their 99th
// percentile (the worst of fewer than 100). A benchmark that reports a ratio to
// its bar does so as a unit of its own (b.ReportMetric).
//
//	go test -run '^$' -bench . -count 5 ./... | go run ./.ci/bench [-o docs/bench.md]
package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A row is one benchmark in one unit.
type row struct {
	name, unit string
	runs       []float64
}

// A table keeps rows in the order of their first run.
type table struct {
	machine map[string]string // goos, goarch, cpu
	rows    []*row
	failed  bool
}

func main() {
	file := flag.String("o", "", "write the table to this file too")
	flag.Parse()
	t, err := read(os.Stdin, os.Stderr)
	if err == nil && len(t.rows) == 0 {
		err = fmt.Errorf("no benchmark ran")
	}
	if err == nil && t.failed {
		err = fmt.Errorf("a benchmark failed")
	}
	if err == nil {
		text := t.markdown(time.Now())
		fmt.Print(text)
		if *file != "" {
			err = os.WriteFile(*file, []byte(text), 0o644)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// procs is the suffix that the test runner adds to a benchmark's name.
var procs = regexp.MustCompile(`-\d+$`)

// read takes the benchmark lines; the others go to rest.
func read(r io.Reader, rest io.Writer) (*table, error) {
	t := &table{machine: map[string]string{}}
	pkg := ""
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		line := lines.Text()
		w := strings.Fields(line)
		key, value, isHead := strings.Cut(line, ": ")
		switch {
		case isHead && key == "pkg":
			pkg = strings.TrimPrefix(value, "loaxa/")
		case isHead && (key == "goos" || key == "goarch" || key == "cpu"):
			t.machine[key] = strings.TrimSpace(value)
		case len(w) >= 4 && strings.HasPrefix(w[0], "Benchmark"):
			t.take(pkg+" "+procs.ReplaceAllString(strings.TrimPrefix(w[0], "Benchmark"), ""), w[2:])
		default:
			t.failed = t.failed || strings.HasPrefix(line, "FAIL") || strings.HasPrefix(line, "--- FAIL")
			fmt.Fprintln(rest, line)
		}
	}
	return t, lines.Err()
}

func (t *table) take(name string, pairs []string) {
	for i := 0; i+1 < len(pairs); i += 2 {
		v, err := strconv.ParseFloat(pairs[i], 64)
		if err != nil {
			continue
		}
		n := slices.IndexFunc(t.rows, func(r *row) bool { return r.name == name && r.unit == pairs[i+1] })
		if n < 0 {
			t.rows = append(t.rows, &row{name: name, unit: pairs[i+1]})
			n = len(t.rows) - 1
		}
		t.rows[n].runs = append(t.rows[n].runs, v)
	}
}

func (t *table) markdown(now time.Time) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Measured\n\n%s, %s/%s, %s. Made by `make bench`; a shared machine is noisy: read ratios.\n\n",
		now.Format(time.DateOnly), t.machine["goos"], t.machine["goarch"], t.machine["cpu"])
	b.WriteString("| what | unit | n | median | p99 |\n| --- | --- | ---: | ---: | ---: |\n")
	for _, r := range t.rows {
		slices.Sort(r.runs)
		n := len(r.runs)
		fmt.Fprintf(&b, "| %s | %s | %d | %s | %s |\n", r.name, r.unit, n, number(r.runs[n/2]), number(r.runs[min(n-1, n*99/100)]))
	}
	return b.String()
}

func number(v float64) string { return strconv.FormatFloat(v, 'g', 4, 64) }
