package report_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// sources parses the files of the package that are no tests.
func sources(t *testing.T) map[string]*ast.File {
	t.Helper()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]*ast.File{}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = f
	}
	if len(files) < 5 {
		t.Fatalf("only %d files", len(files))
	}
	return files
}

// Data becomes Markdown in one file, sentences with data in them in one beside it, part of a diagram in another, and reaches a terminal through one
// function. Elsewhere only texts of our own may be converted.
func TestOneWayOut(t *testing.T) {
	conversions, writes := 0, 0
	for name, file := range sources(t) {
		for _, decl := range file.Decls {
			f, ok := decl.(*ast.FuncDecl)
			if !ok {
				continue
			}
			ast.Inspect(f, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok {
					return true
				}
				if id, ok := call.Fun.(*ast.Ident); ok && id.Name == "md" {
					conversions++
					if name != "markdownsafe.go" && name != "markdownsaid.go" {
						t.Errorf("%s: %s makes Markdown of what may be data", name, f.Name.Name)
					}
				}
				if id, ok := call.Fun.(*ast.Ident); ok && id.Name == "mermaid" {
					conversions++
					if name != "mermaid.go" {
						t.Errorf("%s: %s makes a diagram of what may be data", name, f.Name.Name)
					}
				}
				if isBufferWrite(call) {
					writes++
					if f.Name.Name != "put" && f.Name.Name != "end" {
						t.Errorf("%s: %s writes past put", name, f.Name.Name)
					}
				}
				return true
			})
		}
	}
	if conversions == 0 || writes == 0 {
		t.Errorf("found %d conversions and %d writes: the test looks for the wrong names", conversions, writes)
	}
}

// isBufferWrite reports whether call is X.b.WriteSomething, the buffer of a
// terminal; that of a sheet takes Markdown only.
func isBufferWrite(call *ast.CallExpr) bool {
	method, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || !strings.HasPrefix(method.Sel.Name, "Write") {
		return false
	}
	field, ok := method.X.(*ast.SelectorExpr)
	if !ok || field.Sel.Name != "b" {
		return false
	}
	owner, ok := field.X.(*ast.Ident)
	return ok && owner.Name != "s"
}
