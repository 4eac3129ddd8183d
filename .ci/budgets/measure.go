package main

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
)

// measure gives the sizes of one file. The name is slash-separated below the
// module's top.
func measure(name string, text []byte) ([]size, error) {
	fset := token.NewFileSet()
	tree, err := parser.ParseFile(fset, name, text, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	line := func(p token.Pos) int { return fset.Position(p).Line }
	sizes := []size{{"file", name, bytes.Count(text, []byte("\n")), 1}}
	interfaces := interfacesOf(tree)
	for _, d := range tree.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			what := name + ":" + funcName(d)
			if !strings.HasSuffix(name, "_test.go") {
				sizes = append(sizes, size{"func", what, line(d.End()) - line(d.Pos()) + 1, line(d.Pos())})
			}
			if strings.HasPrefix(name, "ui/") && d.Name.Name == "Update" && d.Body != nil {
				sizes = append(sizes, size{"case", what, longestCase(d.Body), line(d.Pos())})
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				typ, ok := spec.(*ast.TypeSpec)
				if !ok {
					continue
				}
				what := name + ":" + typ.Name.Name
				switch t := typ.Type.(type) {
				case *ast.StructType:
					sizes = append(sizes, size{"struct", what, t.Fields.NumFields(), line(typ.Pos())})
				case *ast.InterfaceType:
					sizes = append(sizes, size{"interface", what, methods(t, interfaces, 0), line(typ.Pos())})
				}
			}
		}
	}
	return sizes, nil
}

func interfacesOf(tree *ast.File) map[string]*ast.InterfaceType {
	found := map[string]*ast.InterfaceType{}
	for _, d := range tree.Decls {
		if g, ok := d.(*ast.GenDecl); ok {
			for _, spec := range g.Specs {
				if typ, ok := spec.(*ast.TypeSpec); ok {
					if i, ok := typ.Type.(*ast.InterfaceType); ok {
						found[typ.Name.Name] = i
					}
				}
			}
		}
	}
	return found
}

// methods counts what an implementation must write. An embedded interface of
// another file counts as one; a union of types counts nothing.
func methods(i *ast.InterfaceType, known map[string]*ast.InterfaceType, depth int) int {
	n := 0
	for _, f := range i.Methods.List {
		switch t := f.Type.(type) {
		case *ast.FuncType:
			n += len(f.Names)
		case *ast.Ident:
			if e := known[t.Name]; e != nil && depth < 8 { // 8: a cycle does not compile, but must not hang us
				n += methods(e, known, depth+1)
			} else {
				n++
			}
		case *ast.SelectorExpr:
			n++
		}
	}
	return n
}

// longestCase gives the most statements of any case in a type switch, its
// closing return not counted.
func longestCase(body *ast.BlockStmt) int {
	most := 0
	ast.Inspect(body, func(n ast.Node) bool {
		sw, ok := n.(*ast.TypeSwitchStmt)
		if !ok {
			return true
		}
		for _, c := range sw.Body.List {
			stmts := c.(*ast.CaseClause).Body
			n := len(stmts)
			if n > 0 {
				if _, ok := stmts[n-1].(*ast.ReturnStmt); ok {
					n--
				}
			}
			most = max(most, n)
		}
		return true
	})
	return most
}

func funcName(d *ast.FuncDecl) string {
	if d.Recv == nil || len(d.Recv.List) == 0 {
		return d.Name.Name
	}
	t := d.Recv.List[0].Type
	for {
		switch x := t.(type) {
		case *ast.StarExpr:
			t = x.X
		case *ast.IndexExpr:
			t = x.X
		case *ast.IndexListExpr:
			t = x.X
		case *ast.Ident:
			return x.Name + "." + d.Name.Name
		default:
			return d.Name.Name
		}
	}
}
