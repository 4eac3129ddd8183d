// Command budgets holds the size of files, functions, structs, interfaces and
// Update cases below what one reader can keep in mind.
//
//	go run ./.ci/budgets           check; exit 1 and say what is too large
//	go run ./.ci/budgets -shrink   lower or drop the exceptions that are no longer needed
//
// Exceptions stand in .ci/budgets.txt, one a line: kind, size, what, and the
// page in docs/decisions that grants it. The list only shrinks: a larger size
// fails, and so does a smaller one until the list says so. Nothing adds a line
// but a person with a reason.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// budget is the largest size of each kind that needs no exception.
var budget = map[string]int{
	"file":      400, // lines, tests too
	"func":      60,  // lines from func to its closing brace; not of tests, whose tables are long
	"struct":    15,  // fields
	"interface": 5,   // methods, those of embedded interfaces of the same file too
	"case":      1,   // statements of a case of the screen's Update, not counting its return
}

var unit = map[string]string{"file": "lines", "func": "lines", "struct": "fields", "interface": "methods", "case": "calls"}

// A size is one measured thing: what is dir/file.go or dir/file.go:Name.
type size struct {
	kind, what string
	n, line    int
}

// A grant is one line of the list.
type grant struct {
	kind, what, page string
	n                int
}

const list = ".ci/budgets.txt"

func main() {
	shrink := flag.Bool("shrink", false, "lower or drop exceptions that are no longer needed")
	flag.Parse()
	if flag.NArg() > 0 {
		fmt.Fprintln(os.Stderr, "budgets: takes no arguments; run it at the top of the module")
		os.Exit(2)
	}
	if err := run(".", *shrink); err != nil {
		fmt.Fprintln(os.Stderr, "budgets:", err)
		os.Exit(1)
	}
}

func run(root string, shrink bool) error {
	head, grants, err := readGrants(root)
	if err != nil {
		return err
	}
	sizes, files, err := measureAll(root)
	if err != nil {
		return err
	}
	if files == 0 {
		return fmt.Errorf("no Go file found: run it at the top of the module")
	}
	if shrink {
		return writeGrants(root, head, lowered(sizes, grants))
	}
	wrong := judge(sizes, grants)
	for _, w := range wrong {
		fmt.Println(w)
	}
	if len(wrong) > 0 {
		return fmt.Errorf("%d over budget or out of date (%s)", len(wrong), list)
	}
	fmt.Printf("budgets: %d files within budget, %d granted exceptions\n", files, len(grants))
	return nil
}

// judge gives one sentence for each size that no budget and no grant covers,
// and for each grant that is larger than what it covers.
func judge(sizes []size, grants []grant) []string {
	var wrong []string
	for _, s := range sizes {
		g := granted(grants, s)
		switch {
		case g == nil && s.n > budget[s.kind]:
			wrong = append(wrong, fmt.Sprintf("%s:%d: %s %s has %d %s, budget %d: split it",
				file(s.what), s.line, s.kind, s.what, s.n, unit[s.kind], budget[s.kind]))
		case g != nil && s.n > g.n:
			wrong = append(wrong, fmt.Sprintf("%s:%d: %s %s grew to %d %s, granted %d",
				file(s.what), s.line, s.kind, s.what, s.n, unit[s.kind], g.n))
		}
	}
	for _, g := range grants {
		if low := lowered(sizes, []grant{g}); len(low) == 0 {
			wrong = append(wrong, fmt.Sprintf("%s: %s %s needs no exception any more: run go run ./.ci/budgets -shrink", list, g.kind, g.what))
		} else if low[0].n < g.n {
			wrong = append(wrong, fmt.Sprintf("%s: %s %s shrank to %d: run go run ./.ci/budgets -shrink", list, g.kind, g.what, low[0].n))
		}
	}
	return wrong
}

// lowered keeps the grants still needed, at today's size if that is smaller.
func lowered(sizes []size, grants []grant) []grant {
	var out []grant
	for _, g := range grants {
		for _, s := range sizes {
			if s.kind == g.kind && s.what == g.what && s.n > budget[s.kind] {
				g.n = min(g.n, s.n)
				out = append(out, g)
				break
			}
		}
	}
	return out
}

func granted(grants []grant, s size) *grant {
	for i := range grants {
		if grants[i].kind == s.kind && grants[i].what == s.what {
			return &grants[i]
		}
	}
	return nil
}

func file(what string) string { f, _, _ := strings.Cut(what, ":"); return f }

// measureAll reads what the go command would build or test, with every build
// constraint, and this folder's own programs.
func measureAll(root string) (sizes []size, files int, err error) {
	err = filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() {
			if p != root && name != ".ci" && (name == "testdata" || name == "vendor" || name[0] == '.' || name[0] == '_') {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") {
			return nil
		}
		text, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, p)
		if err != nil {
			return err
		}
		s, err := measure(filepath.ToSlash(rel), text)
		if err != nil {
			return err
		}
		files++
		sizes = append(sizes, s...)
		return nil
	})
	return sizes, files, err
}

// readGrants gives the comment lines at the head of the list, and its lines.
func readGrants(root string) (head string, grants []grant, err error) {
	f, err := os.Open(filepath.Join(root, list))
	if err != nil {
		return "", nil, err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || line[0] == '#' {
			head += lines.Text() + "\n"
			continue
		}
		w := strings.Fields(line)
		if len(w) != 4 || budget[w[0]] == 0 {
			return "", nil, fmt.Errorf("%s:%d: want: kind size what page", list, n)
		}
		size, err := strconv.Atoi(w[1])
		if err != nil || size <= budget[w[0]] {
			return "", nil, fmt.Errorf("%s:%d: %s is no size above the budget of %d", list, n, w[1], budget[w[0]])
		}
		if info, err := os.Stat(filepath.Join(root, w[3])); err != nil || info.IsDir() || !strings.HasPrefix(w[3], "docs/decisions/") {
			return "", nil, fmt.Errorf("%s:%d: %s is no page in docs/decisions: an exception needs its reason there", list, n, w[3])
		}
		grants = append(grants, grant{kind: w[0], n: size, what: w[2], page: w[3]})
	}
	return head, grants, lines.Err()
}

func writeGrants(root, head string, grants []grant) error {
	slices.SortFunc(grants, func(a, b grant) int { return strings.Compare(a.kind+a.what, b.kind+b.what) })
	var b strings.Builder
	b.WriteString(head)
	for _, g := range grants {
		fmt.Fprintf(&b, "%-9s %4d %s %s\n", g.kind, g.n, g.what, g.page)
	}
	return os.WriteFile(filepath.Join(root, list), []byte(b.String()), 0o644)
}
