package cli_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/snapshot"
	"github.com/repligrant/repligrant/spec"
)

// The files of a scenario. Findings, plan and status are what is expected.
const (
	specFile     = "spec.yaml"     // left out: what the snapshot replicates is audited
	snapshotFile = "snapshot.json" // left out: the accounts hold what the plan says
	findingsFile = "findings"
	planFile     = "plan" // optional
	statusFile   = "status"
)

// TestScenarios audits the stories in testdata/scenario. A finding is a line of
// outcome, check, document, action, coverage and target; a document of a plan is
// a line of kind and target. UPDATE=1 rewrites what is expected.
func TestScenarios(t *testing.T) {
	files, err := filepath.Glob("../../testdata/scenario/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scenarios (err = %v)", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			s := readScenario(t, file)
			got := s.play(t)
			if os.Getenv("UPDATE") == "1" {
				s.update(t, file, got)
				return
			}
			for _, name := range []string{planFile, findingsFile, statusFile} {
				if diff := cmp.Diff(strings.Split(s.text(name), "\n"), strings.Split(got[name], "\n")); diff != "" {
					t.Errorf("%s (-want +got; UPDATE=1 rewrites it):\n%s", name, diff)
				}
			}
		})
	}
}

// A scenario is one story.
type scenario struct{ archive }

func readScenario(t *testing.T, file string) scenario {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	s := scenario{parseArchive(string(text))}
	if strings.TrimSpace(s.comment) == "" {
		t.Errorf("the story of %s is not told", file)
	}
	known := []string{specFile, snapshotFile, findingsFile, planFile, statusFile}
	for _, f := range s.files {
		if !slices.Contains(known, f.name) {
			t.Fatalf("a scenario has no file %s (it has %s)", f.name, strings.Join(known, ", "))
		}
	}
	if !s.has(specFile) && !s.has(snapshotFile) {
		t.Fatalf("%s has neither %s nor %s", file, specFile, snapshotFile)
	}
	return s
}

func (s scenario) has(name string) bool {
	return slices.ContainsFunc(s.files, func(f archived) bool { return f.name == name })
}

func (s scenario) text(name string) string {
	for _, f := range s.files {
		if f.name == name {
			return f.text
		}
	}
	return ""
}

// play returns what comes out, by the file that says what was expected.
func (s scenario) play(t *testing.T) map[string]string {
	t.Helper()
	got := map[string]string{}
	var in audit.Input
	var plan *planner.Plan
	if s.has(specFile) {
		wish, err := spec.Parse(specFile, []byte(s.text(specFile)))
		if err != nil {
			t.Fatal(err)
		}
		in.SpecFile, in.Rules, in.Writers = specFile, replication.FromSpec(wish), replication.WritersFromSpec(wish)
		if s.has(planFile) || !s.has(snapshotFile) {
			plan, err = planner.New(wish)
			if err != nil {
				t.Fatal(err)
			}
		}
		if !s.has(snapshotFile) {
			in.Snapshot = planned(t, wish, plan)
		}
	}
	if s.has(snapshotFile) {
		var err error
		in.Snapshot, err = snapshot.Parse(snapshotFile, []byte(s.text(snapshotFile)))
		if err != nil {
			t.Fatal(err)
		}
	}
	out := audit.Run(in)
	got[findingsFile] = findingLines(out)
	got[statusFile] = strconv.Itoa(out.Status(audit.DefaultFailOn, false)) + "\n"
	if s.has(planFile) {
		got[planFile] = planLines(plan)
	}
	return got
}

func findingLines(out *audit.Audit) string {
	var lines []string
	for _, f := range out.Findings {
		lines = append(lines, fmt.Sprintln(
			f.Outcome, f.Check, f.Document, dash(f.Action), dash(string(f.Coverage)), f.Target))
	}
	slices.Sort(lines)
	return strings.Join(lines, "")
}

func planLines(p *planner.Plan) string {
	var lines []string
	for _, d := range p.Documents {
		lines = append(lines, fmt.Sprintln(d.Kind, d.Target))
	}
	return strings.Join(lines, "")
}

func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// update writes what came out into the scenario.
func (s scenario) update(t *testing.T, file string, got map[string]string) {
	t.Helper()
	for _, name := range []string{planFile, findingsFile, statusFile} {
		if !s.has(name) && name != planFile {
			s.files = append(s.files, archived{name: name})
		}
		for i := range s.files {
			if s.files[i].name == name {
				s.files[i].text = got[name]
			}
		}
	}
	if err := os.WriteFile(file, []byte(s.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}
