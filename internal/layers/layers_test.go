package layers_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/repligrant/repligrant/"

// floors lists the packages from the ground up. A package may import those of
// lower floors, never those of its own or of a higher one. "audit" and
// "planner" are written apart, so that each checks the other.
var floors = [][]string{
	{"fact", "arn", "internal/coverage", "internal/covering", "internal/diag", "internal/heap", "internal/golden", "internal/markdown", "internal/reads", "internal/yaml", "internal/mototest", "internal/needs", "internal/tftest", "templates", "docs", "report/safe"},
	{"actions", "suppress"},
	{"policy/glob"},
	{"spec", "policy"},
	{"policy/refeval", "policy/simulate", "replication", "spec/schema"},
	{"snapshot"},
	{"planner", "audit", "iac", "discover", "collect/fakeaws"},
	{"collect", "planner/target"},
	{"report/text", "planner/awscli", "planner/cloudformation", "planner/terraform"},
	{"report/listing"},
	{"report/sarif", "report/junit", "report/csv", "report/ocsf", "report/asff"},
	{"report"},
	{"cmd/cli"},
	{"cmd/repligrant", "internal/manpages"},
}

// apart are pairs within the ground floor that may follow each other.
var ground = map[string][]string{"internal/yaml": {"internal/diag"}}

// testOnly lists what tests alone may import.
var testOnly = []string{"policy/refeval", "internal/covering", "internal/golden", "internal/manpages", "internal/mototest", "internal/needs", "internal/tftest"}

// only lists imports from outside that one place alone may have.
var only = map[string][]string{
	"gopkg.in/yaml.v3":                  {"internal/yaml"},
	"github.com/aws/aws-sdk-go-v2":      {"collect", "collect/fakeaws"},
	"github.com/aws/smithy-go":          {"collect", "collect/fakeaws"},
	"github.com/olekukonko/tablewriter": {"report"},
	"github.com/spf13/cobra":            {"cmd/cli", "internal/manpages"},
	"github.com/hashicorp/hcl":          {"planner/terraform"},
	"github.com/zclconf/go-cty":         {"planner/terraform"},
	"context":                           {"collect", "collect/fakeaws", "cmd/cli", "cmd/repligrant", "internal/mototest"},
	"os":                                {"collect", "collect/fakeaws", "cmd/cli", "cmd/repligrant", "internal/golden", "internal/manpages", "internal/mototest", "internal/needs", "internal/tftest"},
	"net/http":                          {"collect", "collect/fakeaws", "internal/mototest"},
}

func TestImportsPointDown(t *testing.T) {
	packages := read(t, "../..")
	if len(packages) < 15 {
		t.Fatalf("found %d packages: the test looks at the wrong tree", len(packages))
	}
	for name, imports := range packages {
		own := floorOf(name)
		if own < 0 {
			t.Errorf("package %s is on no floor; give it one", name)
			continue
		}
		for _, i := range imports {
			checkImport(t, name, own, i)
		}
	}
}

func checkImport(t *testing.T, name string, own int, imported string) {
	t.Helper()
	if local, ok := strings.CutPrefix(imported, module); ok {
		if floorOf(local) >= own && !slices.Contains(ground[name], local) {
			t.Errorf("%s imports %s, which is not below it", name, local)
		}
		if slices.Contains(testOnly, local) {
			t.Errorf("%s imports %s, which is for tests alone", name, local)
		}
		return
	}
	for forbidden, places := range only {
		if (imported == forbidden || strings.HasPrefix(imported, forbidden+"/")) && !slices.Contains(places, name) {
			t.Errorf("%s imports %s; only %s may", name, imported, strings.Join(places, ", "))
		}
	}
}

func floorOf(name string) int {
	return slices.IndexFunc(floors, func(f []string) bool { return slices.Contains(f, name) })
}

// read returns the imports of every package below root, tests left out. It
// opens the files itself, so that the test runs again when one of them changes.
func read(t *testing.T, root string) map[string][]string {
	t.Helper()
	packages := map[string][]string{}
	err := filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".") && file != root || d.Name() == "tools") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			return nil
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(root, filepath.Dir(file))
		if err != nil {
			return err
		}
		name := path.Clean(filepath.ToSlash(relative))
		if _, seen := packages[name]; !seen {
			packages[name] = nil // also one that imports nothing
		}
		for _, i := range parsed.Imports {
			imported, err := strconv.Unquote(i.Path.Value)
			if err != nil {
				return err
			}
			packages[name] = append(packages[name], imported)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return packages
}
