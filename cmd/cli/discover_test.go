package cli_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/discover"
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/snapshot"
	"github.com/repligrant/repligrant/spec"
)

// A discovery is what discover makes of a snapshot.
type discovery struct {
	testing.TB
	held  *snapshot.Snapshot
	draft *discover.Draft
	text  string
	spec  *spec.Spec // nil if there is no rule
}

func newDiscovery(t testing.TB, held *snapshot.Snapshot) *discovery {
	t.Helper()
	d := &discovery{TB: t, held: held, draft: discover.From(held, discover.Options{})}
	d.text = string(d.draft.Encode(diag.Text.String))
	s, err := spec.Parse("spec.yaml", []byte(d.text))
	if err != nil && (len(diag.Of(err)) != 1 || diag.Of(err)[0].Message.Key != "spec-nothing-to-do") {
		t.Fatalf("the SPEC is refused:\n%v\n%s", err, d.text)
	}
	d.spec = s
	return d
}

// wished are findings that a SPEC answers: it says that a rule is disabled, that
// there are no metrics, or whose objects a bucket holds.
var wished = []string{"rule-disabled", "failures-unseen", "replicas-owned-by-source", "source-objects-may-be-foreign"}

// same compares the audits of a snapshot with its SPEC and without: the SPEC says
// what is there, so that there is nothing else to find. It returns how many
// findings there were.
func (d *discovery) same() int {
	d.Helper()
	if d.spec == nil {
		return 0
	}
	without := audit.Run(audit.Input{Snapshot: d.held, From: "snapshot"})
	with := audit.Run(audit.Input{SpecFile: "spec.yaml", Rules: replication.FromSpec(d.spec), Snapshot: d.held, From: "snapshot"})
	want, got := d.found(without), d.found(with)
	if diff := cmp.Diff(want, got); diff != "" {
		d.Errorf("an audit with the SPEC finds something else (-without +with):\n%s\n%s", diff, d.text)
	}
	return len(got)
}

// found are the findings of an audit but for what is documented: what a SPEC
// answers, what was left out of it, and buckets that it does not name.
func (d *discovery) found(out *audit.Audit) []string {
	d.Helper()
	var lines []string
	for _, f := range out.Findings {
		switch {
		case slices.Contains(wished, f.Check):
		case f.Check == "read-denied" && f.Target == f.Account: // what an account that was not read replicates is in no SPEC, which says so
		case f.Check == "rule-extra" && d.leftOut(f):
		case f.Check == "permission-surplus" && f.Action == "s3:GetObjectVersionAnnotationForReplication": // SPECs say whether it is wanted
			lines = append(lines, fmt.Sprintln(f.Outcome, f.Check, f.Document, f.Target, f.Action, f.Resource))
		default:
			lines = append(lines, fmt.Sprintln(f.Outcome, f.Check, f.Severity, f.Group, f.Coverage, f.Account, f.Document, f.Target, f.Principal, f.Action, f.Resource, d.rule(f), f.Witness))
		}
	}
	slices.Sort(lines)
	return slices.Compact(lines)
}

// rule names the rule of a finding: one without an ID has a name in a SPEC.
func (d *discovery) rule(f audit.Finding) string {
	if f.Rule == f.From+"-to-"+f.To {
		return ""
	}
	return f.Rule
}

// leftOut reports whether the rule of a finding is a comment in the SPEC.
func (d *discovery) leftOut(f audit.Finding) bool {
	return slices.ContainsFunc(d.draft.Notices(), func(t diag.Text) bool {
		return t.Key == "discover-rule-refused" && t.Args["rule"] == f.Rule && t.Args["from"] == f.From
	})
}

// TestDiscoverScenarios discovers what the stories in testdata/scenario hold.
func TestDiscoverScenarios(t *testing.T) {
	files, err := filepath.Glob("../../testdata/scenario/*.txtar")
	if err != nil || len(files) < 100 {
		t.Fatalf("%d scenarios (err = %v)", len(files), err)
	}
	findings := 0
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			s := readScenario(t, file)
			var held *snapshot.Snapshot
			for _, text := range s.snapshots(t) {
				held = over(t, held, text)
			}
			if held != nil {
				findings += newDiscovery(t, held).same()
			}
		})
	}
	if findings < 100 {
		t.Errorf("only %d findings were compared", findings)
	}
}

// TestDiscoverPlanned discovers what plans make, and finds what was planned.
func TestDiscoverPlanned(t *testing.T) {
	used := map[string]int{}
	for seed := range uint64(wishes()) {
		p := newPromise(t, newWish(seed, used).spec())
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			d := newDiscovery(t, planned(t, p.spec, p.plan))
			d.same()
			if d.spec != nil && len(d.spec.Rules) != len(p.spec.Rules) {
				t.Errorf("%d rules were planned, and %d discovered:\n%s", len(p.spec.Rules), len(d.spec.Rules), d.text)
			}
		})
	}
}

// TestDiscoverRealWorld discovers the set-ups that REPLIGRANT_REALWORLD names, if
// it does, which REPLIGRANT_REALWORLD_TOOL prints as snapshots.
func TestDiscoverRealWorld(t *testing.T) {
	cases, tool := os.Getenv("REPLIGRANT_REALWORLD"), os.Getenv("REPLIGRANT_REALWORLD_TOOL")
	if cases == "" || tool == "" {
		t.Skip("REPLIGRANT_REALWORLD and REPLIGRANT_REALWORLD_TOOL name no set-ups")
	}
	dirs, err := filepath.Glob(filepath.Join(cases, "*", "context.json"))
	if err != nil || len(dirs) == 0 {
		t.Fatalf("no set-ups in %s (err = %v)", cases, err)
	}
	for _, file := range dirs {
		t.Run(filepath.Base(filepath.Dir(file)), func(t *testing.T) {
			data, err := exec.CommandContext(t.Context(), "python3", tool, filepath.Dir(file)).Output()
			if err != nil {
				t.Fatal(err)
			}
			d := newDiscovery(t, over(t, nil, string(data)))
			d.same()
			t.Logf("%s%v", d.text, d.draft.Notices())
		})
	}
}
