// Command bench turns the output of `go test -bench` into a table for people:
// for each benchmark and unit the number of runs, their median and their 99th
// percentile (the worst of fewer than 100), and first of all the figures that
// have a bar, held against it. A benchmark that reports a ratio does so as a
// unit of its own (b.ReportMetric). A test of virtual time, which can't be a
// benchmark, logs "bench: PACKAGE NAME VALUE UNIT …" and is read too.
//
//	go test -run '^$' -bench . -count 5 ./... | go run ./.ci/bench [-o docs/bench.md]
//
// What stands in the file below the line of notes is a person's and is kept.
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

func (r *row) middle() float64 { return r.runs[len(r.runs)/2] } // of sorted runs

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
			old, _ := os.ReadFile(*file) // none yet: no notes
			err = os.WriteFile(*file, []byte(text+notes(string(old))), 0o644)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// mark begins the notes of a person.
const mark = "\n<!-- notes: kept by make bench -->\n"

func notes(old string) string {
	if _, kept, have := strings.Cut(old, mark); have {
		return mark + kept
	}
	return mark
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
		case strings.Contains(line, said):
			if _, w, _ := strings.Cut(line, said); len(strings.Fields(w)) >= 4 {
				f := strings.Fields(w)
				t.take(f[0]+" "+f[1], f[2:])
			}
		default:
			t.failed = t.failed || strings.HasPrefix(line, "FAIL") || strings.HasPrefix(line, "--- FAIL")
			fmt.Fprintln(rest, line)
		}
	}
	return t, lines.Err()
}

// said begins what a test tells beside the benchmarks.
const said = " bench: "

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
	for _, r := range t.rows {
		slices.Sort(r.runs)
	}
	b.WriteString(t.barsTable())
	b.WriteString("\n## Everything\n\n| what | unit | n | median | p99 |\n| --- | --- | ---: | ---: | ---: |\n")
	for _, r := range t.rows {
		n := len(r.runs)
		fmt.Fprintf(&b, "| %s | %s | %d | %s | %s |\n", r.name, r.unit, n, number(r.middle()), number(r.runs[min(n-1, n*99/100)]))
	}
	return b.String()
}

func number(v float64) string { return strconv.FormatFloat(v, 'g', 4, 64) }
