package text

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"loaxa/app/station"
)

// hidden are typed words of the desk that never come to a screen: keys of its
// own records, and flags.
var hidden = map[string]bool{"clashes": true, "forgotten": true, "edited": true, "joined": true, "notice": true, "people": true, "side": true, "copies": true, "disk": true,
	"waived": true, "repeat-every": true, "repeat-times": true, "d": true}

// TestEveryWordOfTheDeskHasASentence reads the desk's source: a typed reason
// that it may give has words in both languages, so that no code is ever shown
// to the officer.
func TestEveryWordOfTheDeskHasASentence(t *testing.T) {
	files, err := filepath.Glob("../../app/onair/*.go")
	if err != nil {
		t.Fatal(err)
	}
	word := regexp.MustCompile(`^[a-z]+(-[a-z0-9]+)*$`)
	found := 0
	for _, f := range files {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		tree, err := parser.ParseFile(token.NewFileSet(), f, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		check := func(e ast.Expr) {
			l, ok := e.(*ast.BasicLit)
			if !ok || l.Kind != token.STRING {
				return
			}
			code, err := strconv.Unquote(l.Value)
			if err != nil || !word.MatchString(code) || hidden[code] {
				return
			}
			found++
			for _, lang := range []string{"vi", "en"} {
				b := For(lang).Books
				_, reason := b.Reason[code]
				if _, refusal := b.Refusal[station.RefusalCode(code)]; !reason && !refusal {
					t.Errorf("%s: %s says %q, and there are no words for it", lang, filepath.Base(f), code)
				}
			}
		}
		ast.Inspect(tree, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.KeyValueExpr:
				if k, ok := n.Key.(*ast.Ident); ok && (k.Name == "Reason" || k.Name == "Why") {
					check(n.Value)
				}
			case *ast.CallExpr:
				if own(n.Fun) {
					for _, a := range n.Args {
						check(a)
					}
				}
			}
			return true
		})
	}
	if found < 40 {
		t.Errorf("only %d words were found: the desk is written in another way now", found)
	}
}

// own tells the desk's own funcs from those of packages.
func own(f ast.Expr) bool {
	s, ok := f.(*ast.SelectorExpr)
	if !ok {
		_, ok = f.(*ast.Ident)
		return ok
	}
	x, ok := s.X.(*ast.Ident)
	return ok && len(x.Name) <= 2
}
