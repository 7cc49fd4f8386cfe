package planner_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/repligrant/repligrant/internal/golden"
	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/spec"
)

// TestGolden plans each testdata/NAME.yaml and compares with NAME.plan.json.
func TestGolden(t *testing.T) {
	for _, file := range specs(t) {
		name := strings.TrimSuffix(filepath.Base(file), ".yaml")
		t.Run(name, func(t *testing.T) {
			golden.Equal(t, name+".plan.json", indent(t, plan(t, file)))
		})
	}
}

// specs are the SPECs in testdata.
func specs(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no specs in testdata (err = %v)", err)
	}
	return files
}

// plan plans the SPEC in a file.
func plan(t testing.TB, file string) *planner.Plan {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return planText(t, filepath.Base(file), text)
}

func planText(t testing.TB, name string, text []byte) *planner.Plan {
	t.Helper()
	s, err := spec.Parse(name, text)
	if err != nil {
		t.Fatal(err)
	}
	p, err := planner.New(s)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func indent(t testing.TB, p *planner.Plan) []byte {
	t.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(p); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
