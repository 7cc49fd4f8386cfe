package cli_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/internal/needs"
	"github.com/repligrant/repligrant/report"
	"github.com/repligrant/repligrant/snapshot"
)

// TestMotoMends goes the whole way with set-ups that are broken: they are
// discovered in an emulator that nobody here wrote, audited, planned, merged with
// what is there, applied with the real AWS CLI, and audited again. Then nothing is
// found, or what no plan of ours may mend. A few of them in each run; all, with
// REPLIGRANT_FULL=1.
func TestMotoMends(t *testing.T) {
	m := &mending{dir: t.TempDir()}
	m.script = &script{T: t, bash: needs.Tool(t, "bash"), file: filepath.Join(m.dir, "apply.sh"), server: startMoto(t).Server}
	needs.Tool(t, "aws")
	needs.Tool(t, "jq")
	tried := 0
	for _, u := range setUps {
		if !u.soon && os.Getenv("REPLIGRANT_FULL") != "1" {
			continue
		}
		tried++
		t.Run(u.name, func(t *testing.T) {
			m.T = t
			m.mend(u)
		})
	}
	if tried < 3 {
		t.Errorf("only %d set-ups were tried", tried)
	}
}

// A mending is the way of a broken set-up to one that is not.
type mending struct {
	*script
	dir string
}

func (m *mending) mend(u setUp) {
	m.Helper()
	m.hold(u)
	found, held := filepath.Join(m.dir, "spec.yaml"), filepath.Join(m.dir, "snapshot.json")
	if diff := cmp.Diff(u.told, m.discover(found)); diff != "" {
		m.Errorf("discover tells something else (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(u.finds, m.audit(found)); diff != "" {
		m.Errorf("the audit finds something else (-want +got):\n%s", diff)
	}
	before := m.collect(found, held)
	m.plan(u, found, held)
	if said := m.run(append(u.args, profilesOfScript...)...); strings.HasSuffix(said, "\n--- 0 changes made\n") && len(u.left) < len(u.finds) {
		m.Errorf("the script changed nothing:\n%s", said)
	}
	if diff := cmp.Diff(u.left, m.audit(found)); diff != "" {
		m.Errorf("when the script was run, the audit finds something else (-want +got):\n%s", diff)
	}
	m.kept(before, m.collect(found, held))
}

var (
	profilesOfAudit    = []string{"--profile", mendSource + "=" + mendSource, "--profile", mendCopies + "=" + mendCopies}
	profilesOfDiscover = []string{"--profile", mendSource, "--profile", mendCopies}
	profilesOfScript   = []string{"--profile", "account-" + mendSource + "=" + mendSource, "--profile", "account-" + mendCopies + "=" + mendCopies}
)

// hold fills the accounts with a set-up.
func (m *mending) hold(u setUp) {
	m.Helper()
	file := "plain.yaml"
	if u.keys {
		file = "keys.yaml"
	}
	text, err := os.ReadFile(filepath.Join("testdata", "mend", file))
	if err != nil {
		m.Fatal(err)
	}
	p := newPromise(m.T, string(text))
	data, err := snapshot.Encode(u.hurt(m.T, p.spec, p.plan))
	if err != nil {
		m.Fatal(err)
	}
	m.server.Refill(m, data)
	for _, setting := range m.server.Env(m) {
		name, value, _ := strings.Cut(setting, "=")
		m.Setenv(name, value)
	}
}

// discover writes the SPEC, and returns what it tells.
func (m *mending) discover(file string) (told []string) {
	m.Helper()
	got := stage{}.run(m.Context(), append([]string{"discover", "--output", file}, profilesOfDiscover...)...)
	if got.status != 0 {
		m.Fatalf("discover: status %d: %s", got.status, got.stderr)
	}
	for line := range strings.Lines(got.stderr) {
		told = append(told, strings.TrimSpace(strings.TrimPrefix(line, "repligrant: ")))
	}
	return told
}

// audit returns what an audit finds, and makes sure that its status says so.
func (m *mending) audit(file string) (found []string) {
	m.Helper()
	got := stage{}.run(m.Context(), append([]string{"audit", file, "--format", "json"}, profilesOfAudit...)...)
	out, err := report.ReadAudit("audit.json", []byte(got.stdout))
	if err != nil {
		m.Fatalf("audit: status %d: %v\n%s", got.status, err, got.stderr)
	}
	for _, f := range out.Findings {
		found = append(found, strings.TrimSpace(fmt.Sprintf("%s %s %s %s", f.Outcome, f.Check, f.Document, f.Action)))
	}
	want := audit.StatusClean
	if slices.ContainsFunc(out.Findings, func(f audit.Finding) bool {
		return f.Outcome == audit.Missing || f.Outcome == audit.Blocked || f.Outcome == audit.Mismatch || f.Group == audit.Dangerous
	}) {
		want = audit.StatusGaps
	}
	if got.status != want || !out.Complete {
		m.Errorf("audit: status %d, complete %t, want %d for %q", got.status, out.Complete, want, found)
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// collect saves what the accounts hold.
func (m *mending) collect(spec, file string) *snapshot.Snapshot {
	m.Helper()
	got := stage{}.run(m.Context(), append([]string{"collect", spec, "--output", file}, profilesOfAudit...)...)
	data, err := os.ReadFile(file)
	if got.status != 0 || err != nil {
		m.Fatalf("collect: status %d (%v): %s", got.status, err, got.stderr)
	}
	world, err := snapshot.Parse(file, data)
	if err != nil {
		m.Fatal(err)
	}
	return world
}

// plan writes the script of the plan that is merged with what the accounts hold.
func (m *mending) plan(u setUp, spec, held string) {
	m.Helper()
	got := stage{}.run(m.Context(), "plan", spec, "--merge", held, "--format", "cli", "--output", m.file)
	if got.status != u.merge || (got.stderr != "") != (u.merge != 0) {
		m.Errorf("plan --merge: status %d, want %d: %s", got.status, u.merge, got.stderr)
	}
}

// kept makes sure that every statement of somebody else is where it was.
func (m *mending) kept(before, after *snapshot.Snapshot) {
	m.Helper()
	foreign := func(world *snapshot.Snapshot) map[string][]string {
		all := sids(world)
		for target, list := range all {
			all[target] = slices.DeleteFunc(list, func(sid string) bool { return strings.HasPrefix(sid, "Repligrant") })
		}
		return all
	}
	was, is := foreign(before), foreign(after)
	for target := range is {
		if was[target] == nil {
			was[target] = []string{} // a policy that holds nothing but ours
		}
	}
	if diff := cmp.Diff(was, is); diff != "" {
		m.Errorf("statements of others are not what they were (-before +after):\n%s", diff)
	}
}
