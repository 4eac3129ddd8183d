// Command tally reads the stream of `go test -json` and prints what a person
// wants of it: each package's line as go test prints it, the whole output of
// what failed, and a closing account with the reason of every skip.
//
//	go test -json ./... | go run ./.ci/tally [-need N] [-what WORDS]
//
// A skip is either not asked for (its reason names the LOAXA_ variable, the
// make target or the flag that asks for it) or a lack of something: root, a
// tool, a library, a device. With LOAXA_CI set a lack is a failure.
//
// -need N fails when fewer tests ran to their end: a run that selects nothing
// must not pass.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"
)

// An event is one line of the stream, as `go doc test2json` has it.
type event struct {
	Action, Package, Test, Output, ImportPath string
}

// A skip is one test that did not run, and why.
type skip struct {
	test, why string
	lack      bool
}

// A tally is the account of one stream. It belongs to the goroutine that reads.
type tally struct {
	out            io.Writer
	ci             bool
	passed, failed int
	packages       int
	failures       []string
	skips          []skip
	held           map[string][]string // package and test → its lines, until it passes
	unread         int                 // lines that are no event: printed as they are
}

func main() {
	need := flag.Int("need", 1, "fail when fewer tests ran to their end")
	what := flag.String("what", "tests", "what was run, for the closing line")
	flag.Parse()
	start := time.Now()
	t := &tally{out: os.Stdout, ci: os.Getenv("LOAXA_CI") != "", held: map[string][]string{}}
	if err := t.read(os.Stdin); err != nil {
		fmt.Fprintln(os.Stderr, "tally:", err)
		os.Exit(1)
	}
	if !t.close(*what, *need, time.Since(start)) {
		os.Exit(1)
	}
}

func (t *tally) read(r io.Reader) error {
	lines := bufio.NewReader(r)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			var e event
			if json.Unmarshal(line, &e) != nil || e.Action == "" {
				t.unread++
				fmt.Fprintf(t.out, "%s\n", strings.TrimRight(string(line), "\n"))
			} else {
				t.take(e)
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func (t *tally) take(e event) {
	name := e.Package + "." + e.Test
	switch e.Action {
	case "build-output":
		fmt.Fprint(t.out, e.Output)
	case "output":
		if e.Test != "" {
			t.held[name] = append(t.held[name], e.Output)
		} else if e.Output != "PASS\n" && !strings.Contains(e.Output, "no tests to run") { // what a narrow -run leaves out
			fmt.Fprint(t.out, e.Output)
		}
	case "pass":
		delete(t.held, name)
		if e.Test == "" {
			t.packages++
		} else {
			t.passed++
		}
	case "skip":
		if e.Test != "" {
			t.skips = append(t.skips, newSkip(name, t.held[name]))
		}
		delete(t.held, name)
	case "fail":
		t.fail(e, name)
	}
}

func (t *tally) fail(e event, name string) {
	if e.Test != "" {
		t.failed++
		t.failures = append(t.failures, name)
		t.print(name)
		return
	}
	t.packages++
	t.failures = append(t.failures, e.Package)
	for _, left := range slices.Sorted(maps.Keys(t.held)) { // what was running when the program died
		if strings.HasPrefix(left, e.Package+".") {
			t.print(left)
		}
	}
}

func (t *tally) print(name string) {
	for _, line := range t.held[name] {
		if !strings.HasPrefix(line, "=== ") {
			fmt.Fprint(t.out, line)
		}
	}
	delete(t.held, name)
}

var (
	reason   = regexp.MustCompile(`(?m)^\s+\S+\.go:\d+: (.*)`)
	askedFor = regexp.MustCompile(`LOAXA_[A-Z]|\bmake [a-z]|-short\b`)
)

func newSkip(test string, lines []string) skip {
	why := "no reason given"
	if m := reason.FindAllStringSubmatch(strings.Join(lines, ""), -1); m != nil {
		why = m[len(m)-1][1]
	}
	return skip{test, why, !askedFor.MatchString(why)}
}

// close prints the account and says whether the run may pass.
func (t *tally) close(what string, need int, took time.Duration) bool {
	lacks := 0
	for _, s := range t.skips {
		word := "not run"
		if s.lack {
			lacks++
			word = "lacking"
		}
		fmt.Fprintf(t.out, "%s: %s: %s\n", word, s.test, s.why)
	}
	for _, f := range t.failures {
		fmt.Fprintf(t.out, "failed: %s\n", f)
	}
	good := len(t.failures) == 0
	if t.ci && lacks > 0 {
		fmt.Fprintf(t.out, "%d tests lack something that must be there in this run (LOAXA_CI is set)\n", lacks)
		good = false
	}
	if t.passed+t.failed < need {
		fmt.Fprintf(t.out, "%d ran to their end, at least %d must: a run that selects nothing proves nothing\n", t.passed+t.failed, need)
		good = false
	}
	verdict := "FAIL"
	if good {
		verdict = "PASS"
	}
	fmt.Fprintf(t.out, "%s  %s: %d packages, %d passed, %d failed, %d skipped (%d for lack of something), %s\n",
		verdict, what, t.packages, t.passed, t.failed, len(t.skips), lacks, took.Round(time.Second))
	return good
}
