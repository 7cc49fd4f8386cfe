package text_test

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/report/text"
)

func english(t *testing.T) text.Catalogue {
	t.Helper()
	c, err := text.For(text.English)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// key is the first element of a phrase or the first argument of what makes one.
var makers = map[string]bool{"phrase": true, "optional": true, "counted": true, "number": true, "numbered": true}

// usedKeys returns the keys that package report names, with the functions and
// types that make phrases of them.
func usedKeys(t *testing.T) map[string]bool {
	t.Helper()
	names, err := filepath.Glob("../*.go")
	if err != nil {
		t.Fatal(err)
	}
	below, err := filepath.Glob("../*/*.go")
	if err != nil || len(below) < 10 {
		t.Fatalf("%d files below report, %v", len(below), err)
	}
	names = slices.Concat(names, slices.DeleteFunc(below, func(name string) bool { return strings.HasPrefix(name, "../text/") }))
	used := map[string]bool{}
	looksLikeKey := regexp.MustCompile(`^[a-z]+(\.[a-z0-9-]+)*$`)
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return true
			}
			if s, err := strconv.Unquote(lit.Value); err == nil && looksLikeKey.MatchString(s) {
				used[s] = true
			}
			return true
		})
	}
	return used
}

// namedKeys returns the keys that stand first in a phrase or in a call that makes one.
func namedKeys(t *testing.T) []string {
	t.Helper()
	names, err := filepath.Glob("../*.go")
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	first := func(maker ast.Expr, elements []ast.Expr) {
		id, ok := maker.(*ast.Ident)
		if !ok || !makers[id.Name] || len(elements) == 0 {
			return
		}
		e := elements[0]
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			e = kv.Value
		}
		if lit, ok := e.(*ast.BasicLit); ok {
			if s, err := strconv.Unquote(lit.Value); err == nil {
				keys = append(keys, s)
			}
		}
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CompositeLit:
				first(n.Type, n.Elts)
			case *ast.CallExpr:
				first(n.Fun, n.Args)
			}
			return true
		})
	}
	return keys
}

func TestEveryKeyExists(t *testing.T) {
	c := english(t)
	keys := namedKeys(t)
	if len(keys) < 60 {
		t.Fatalf("only %d keys found in package report: the test looks for the wrong names", len(keys))
	}
	for _, key := range keys {
		if counted := c.Has(key+".one") && c.Has(key+".other"); !c.Has(key) && !counted {
			t.Errorf("package report says %q, which the catalogue lacks", key)
		}
	}
}

func TestEveryKeyIsUsed(t *testing.T) {
	used := usedKeys(t)
	keys := english(t).Keys()
	if len(keys) == 0 {
		t.Fatal("the catalogue is empty")
	}
	for _, key := range keys {
		stem := strings.TrimSuffix(strings.TrimSuffix(key, ".one"), ".other")
		if !used[key] && !used[stem] {
			t.Errorf("nothing says %q", key)
		}
	}
}

// Templates become Markdown as they are, so they must have nothing in them that
// Markdown reads.
func TestTemplatesAreInert(t *testing.T) {
	c := english(t)
	for _, key := range c.Keys() {
		if got := c.Get(key, nil); strings.ContainsAny(got, "`*_<|\\#@~") {
			t.Errorf("%s has a character with a meaning in Markdown: %s", key, got)
		}
	}
}

// Both forms of a counted text are there.
func TestPlurals(t *testing.T) {
	c := english(t)
	for _, key := range c.Keys() {
		if stem, ok := strings.CutSuffix(key, ".one"); ok && !c.Has(stem+".other") {
			t.Errorf("%s has no form for several", key)
		}
	}
	for n, want := range map[int]string{0: "0 rules fail", 1: "1 rule fails", 2: "2 rules fail"} {
		if got := c.Get(c.Plural("rules.fails", n), map[string]string{"n": strconv.Itoa(n)}); got != want {
			t.Errorf("%d rules: got %q, want %q", n, got, want)
		}
	}
}

func TestGet(t *testing.T) {
	c := english(t)
	if got := c.Get("no.such.key", nil); got != "[no.such.key]" {
		t.Errorf("a missing key says %q", got)
	}
	if got, want := c.Get("owner.account", map[string]string{"account": "{account}"}), "account {account}"; got != want {
		t.Errorf("an argument with braces says %q, want %q", got, want)
	}
}

func TestFor(t *testing.T) {
	if _, err := text.For(""); err != nil {
		t.Errorf("the default language: %v", err)
	}
	for _, lang := range []string{"de", "EN", "es_ES"} {
		_, err := text.For(lang)
		got, ok := errors.AsType[*text.LanguageError](err)
		if !ok {
			t.Errorf("For(%q) = %v, want a LanguageError", lang, err)
			continue
		}
		if diff := cmp.Diff(&text.LanguageError{Lang: lang}, got); diff != "" {
			t.Errorf("For(%q) (-want +got):\n%s", lang, diff)
		}
	}
}
