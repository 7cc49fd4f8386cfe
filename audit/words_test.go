package audit_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/policy"
)

// english are the texts of the package by key, and those of what its arguments say.
var english = func() map[string]string {
	texts := map[string]string{}
	for _, t := range slices.Concat(audit.Texts(), policy.Texts()) {
		texts[t.Key] = t.English
	}
	return texts
}()

// translatable checks that a text has a key, and that its English is what the
// key and the arguments make.
func translatable(t *testing.T, at string, s diag.Said) {
	t.Helper()
	parts := diag.Parts(s.Args)
	template, ok := english[s.Key]
	if between, is := diag.Lists[s.Key]; is {
		template = "{1}"
		for n := 2; n <= len(parts); n++ {
			template += between + "{" + strconv.Itoa(n) + "}"
		}
	}
	if got := diag.Fill(template, s.Args); !ok || got != s.English {
		t.Errorf("%s says %q; its key %q makes %q", at, s.English, s.Key, got)
	}
	for name, p := range parts {
		if p.Key != "" {
			translatable(t, at+" {"+name+"}", p)
		}
	}
}

// translatableFinding checks all that a finding says.
func translatableFinding(t *testing.T, f audit.Finding) {
	t.Helper()
	translatable(t, line(f), diag.Said{Key: f.Key, English: f.Message, Args: f.Args})
	for _, e := range f.Evidence {
		translatable(t, "the evidence of "+line(f), diag.Said{Key: e.SaysKey, English: e.Says, Args: e.SaysArgs})
	}
	if f.Fix != nil {
		translatable(t, "the fix of "+line(f), diag.Said{Key: f.Fix.TextKey, English: f.Fix.Text, Args: f.Fix.TextArgs})
	}
}

// sourceFiles returns the files of the package but the tests.
func sourceFiles(t *testing.T) map[string]*ast.File {
	t.Helper()
	names, err := filepath.Glob("*.go")
	if err != nil || len(names) == 0 {
		t.Fatalf("%d files (err = %v)", len(names), err)
	}
	files := map[string]*ast.File{}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		if files[name], err = parser.ParseFile(token.NewFileSet(), name, nil, 0); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

// Evidence and fixes say something by their key, and in no other way: no test
// reaches every line, but this one reads them all.
func TestTextsAreBornWithAKey(t *testing.T) {
	fields := []string{"Says", "SaysKey", "SaysArgs", "Text", "TextKey", "TextArgs"}
	set := 0
	for name, file := range sourceFiles(t) {
		ast.Inspect(file, func(n ast.Node) bool {
			var at []ast.Expr
			switch n := n.(type) {
			case *ast.CompositeLit:
				if id, ok := n.Type.(*ast.Ident); n.Type != nil && (!ok || id.Name != "Evidence" && id.Name != "Fix") {
					return true
				}
				for _, e := range n.Elts {
					if kv, ok := e.(*ast.KeyValueExpr); ok {
						at = append(at, kv.Key)
					}
				}
			case *ast.AssignStmt:
				for _, l := range n.Lhs {
					if s, ok := l.(*ast.SelectorExpr); ok {
						at = append(at, s.Sel)
					}
				}
			}
			for _, e := range at {
				if id, ok := e.(*ast.Ident); ok && slices.Contains(fields, id.Name) {
					if set++; name != "words.go" {
						t.Errorf("%s sets %s itself; saying does, from a key", name, id.Name)
					}
				}
			}
			return true
		})
	}
	if set == 0 {
		t.Error("nothing sets what evidence says: the test looks for the wrong names")
	}
}

// Every key that the code names has a text, and every text is named.
func TestKeysAndTexts(t *testing.T) {
	key := regexp.MustCompile(`^(says|fix|unread|what|who|action|effect|owner|selection|setting|versioning)\.[a-z-]+$`)
	named := map[string]bool{}
	for name, file := range sourceFiles(t) {
		ast.Inspect(file, func(n ast.Node) bool {
			if _, ok := n.(*ast.KeyValueExpr); ok && name == "words.go" {
				return false // a text, which names nothing
			}
			if lit, ok := n.(*ast.BasicLit); ok {
				if s, err := strconv.Unquote(lit.Value); err == nil && key.MatchString(s) {
					named[s] = true
				}
			}
			return true
		})
	}
	if len(named) < 80 {
		t.Fatalf("the code names %d keys: the test looks for the wrong ones", len(named))
	}
	for k := range named {
		if english[k] == "" {
			t.Errorf("%s has no text", k)
		}
	}
	for k := range english {
		if key.MatchString(k) && !named[k] && !strings.HasPrefix(k, "unread.") { // which may stand in the snapshot
			t.Errorf("nothing says %s", k)
		}
	}
}
