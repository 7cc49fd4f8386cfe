package cli_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/snapshot"
	"github.com/repligrant/repligrant/spec"
	"github.com/repligrant/repligrant/suppress"
)

// The files of a scenario. Findings, plan and status are what is expected.
const (
	specFile     = "spec.yaml"     // left out: what the snapshot replicates is audited
	snapshotFile = "snapshot.json" // left out: the accounts hold what the plan says
	findingsFile = "findings"
	planFile     = "plan" // optional
	statusFile   = "status"
	baseFile     = "base"        // optional: a snapshot of testdata/scenario/base, over which snapshot.json is laid
	mendedFile   = "mended.json" // optional: a snapshot that is laid over both, with what mends the findings
	mendedFound  = "mended"      // the findings then

	acceptedFile       = "suppress.yaml" // optional: a file of suppressions
	mendedAcceptedFile = "mended.yaml"   // optional: that file once it was mended
)

// today is the day on which scenarios are played.
const today = "2026-11-22"

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
			for _, name := range []string{planFile, findingsFile, statusFile, mendedFound} {
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
	known := []string{specFile, snapshotFile, findingsFile, planFile, statusFile, baseFile, mendedFile, mendedFound, acceptedFile, mendedAcceptedFile}
	for _, f := range s.files {
		if !slices.Contains(known, f.name) {
			t.Fatalf("a scenario has no file %s (it has %s)", f.name, strings.Join(known, ", "))
		}
	}
	if !s.has(specFile) && !s.has(snapshotFile) && !s.has(baseFile) {
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
		in.Allowed = replication.AllowedFromSpec(wish)
		if s.has(planFile) || len(s.snapshots(t)) == 0 {
			plan, err = planner.New(wish)
			if err != nil {
				t.Fatal(err)
			}
		}
		if len(s.snapshots(t)) == 0 {
			in.Snapshot = planned(t, wish, plan)
		}
	}
	for _, text := range s.snapshots(t) {
		in.Snapshot = over(t, in.Snapshot, text)
	}
	out := audit.Run(in)
	fitsPermissions(t, out)
	saysAll(t, out)
	s.accept(t, out, acceptedFile)
	got[findingsFile] = findingLines(out)
	got[statusFile] = strconv.Itoa(out.Status(audit.DefaultFailOn, false)) + "\n"
	if s.has(planFile) {
		got[planFile] = planLines(plan)
	}
	if s.has(mendedFile) {
		in.Snapshot = over(t, in.Snapshot, s.text(mendedFile))
	}
	if s.has(mendedFile) || s.has(mendedAcceptedFile) {
		out := audit.Run(in)
		fitsPermissions(t, out)
		saysAll(t, out)
		s.accept(t, out, mendedAcceptedFile)
		got[mendedFound] = findingLines(out)
	}
	return got
}

// placeholder is a placeholder that nothing was said for.
var placeholder = regexp.MustCompile(`\{[a-z_-]+\}`)

// saysAll sees that no text of a finding holds a placeholder, and that no
// statement is for nobody.
func saysAll(t *testing.T, out *audit.Audit) {
	t.Helper()
	for _, f := range out.Findings {
		texts := []string{f.Message}
		for _, e := range f.Evidence {
			texts = append(texts, e.Says)
		}
		if f.Fix != nil {
			texts = append(texts, f.Fix.Text)
			if st := f.Fix.Statement; st != nil && slices.ContainsFunc(st.Principal.Types, func(of policy.PrincipalsType) bool { return of.Values.Contains("") }) {
				t.Errorf("%s advises a statement for nobody: %v", f.Check, st)
			}
		}
		for _, text := range texts {
			if name := placeholder.FindString(text); name != "" {
				t.Errorf("%s says nothing for %s: %q", f.Check, name, text)
			}
		}
	}
}

// accept lays a file of suppressions over an audit, if the story has it.
func (s scenario) accept(t *testing.T, out *audit.Audit, file string) {
	t.Helper()
	if !s.has(file) {
		return
	}
	entries, err := suppress.Parse(file, []byte(s.text(file)), audit.CheckNames())
	if err != nil {
		t.Fatal(err)
	}
	out.Suppress(entries, today)
}

// snapshots are those of a story, each to be laid over those before it.
func (s scenario) snapshots(t *testing.T) []string {
	t.Helper()
	var texts []string
	if s.has(baseFile) {
		text, err := os.ReadFile(filepath.Join("../../testdata/scenario/base", strings.TrimSpace(s.text(baseFile))))
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, string(text))
	}
	if s.has(snapshotFile) {
		texts = append(texts, s.text(snapshotFile))
	}
	return texts
}

// over lays a later snapshot over what there is.
func over(t *testing.T, under *snapshot.Snapshot, text string) *snapshot.Snapshot {
	t.Helper()
	later, err := snapshot.Parse(snapshotFile, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if under == nil {
		return later
	}
	return under.Overlay(later)
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
	for _, name := range []string{planFile, findingsFile, statusFile, mendedFound} {
		if !s.has(name) && (name != mendedFound || s.has(mendedFile) || s.has(mendedAcceptedFile)) && name != planFile {
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
