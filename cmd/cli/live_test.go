package cli_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/report"
)

// TestLive runs the whole program against accounts of the fake: each SPEC of
// testdata/live is planned, the plan is put into the accounts, and they are
// audited over HTTP.
func TestLive(t *testing.T) { testLive(t, &fake{}) }

// TestLiveMoto is TestLive against an emulator that nobody here wrote, filled
// by boto3: what repligrant understands wrongly on both of its sides would not
// be found otherwise.
func TestLiveMoto(t *testing.T) { testLive(t, startMoto(t)) }

func testLive(t *testing.T, c cloud) {
	files, err := filepath.Glob("testdata/live/*.yaml")
	if err != nil || len(files) < 4 {
		t.Fatalf("%d SPECs in testdata/live (err = %v)", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".yaml"), func(t *testing.T) {
			l := newLive(t, c, file)
			l.applied()
			l.withoutSpec()
			l.saved()
			l.denied()
			l.cutEach()
		})
	}
	t.Run("unreachable", func(t *testing.T) {
		newLive(t, c, "testdata/live/cross-account.yaml").closed("444455556666", nobody(t), "Unreachable")
	})
	t.Run("other account", func(t *testing.T) {
		l := newLive(t, c, "testdata/live/cross-account.yaml")
		l.closed("444455556666", l.profiles["111122223333"], "the credentials are of account 111122223333")
	})
}

// A live is a SPEC whose plan is in the accounts of a cloud.
type live struct {
	promise
	cloud
	file     string   // SPEC
	flags    []string // profiles that the SPEC does not name
	profiles map[string]profile
}

// newLive plans with the command, and puts the plan into the accounts.
func newLive(t *testing.T, c cloud, file string) *live {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	l := &live{promise: *newPromise(t, string(text)), cloud: c, file: file}
	l.plan = &planner.Plan{} // the command makes another
	got := stage{}.run(t.Context(), "plan", file, "--format", "json")
	if err := json.Unmarshal([]byte(got.stdout), l.plan); err != nil || got.status != 0 {
		t.Fatalf("plan: status %d (%v): %s", got.status, err, got.stderr)
	}
	for _, a := range l.spec.Accounts {
		if l.spec.SignIn(a).Profile.Value == "" {
			l.flags = append(l.flags, "--profile", a.Name.Value+"="+profileName(a.ID.Value))
		}
	}
	l.put(l.plan)
	return l
}

// put makes the accounts hold a plan.
func (l *live) put(p *planner.Plan) {
	l.Helper()
	l.profiles = l.hold(l.T, planned(l.T, l.spec, p))
	signIn(l.T, l.profiles)
}

// decide audits with these arguments; the exit status is in the result.
func (l *live) decide(args ...string) (*audit.Audit, result) {
	l.Helper()
	got := stage{}.run(l.Context(), append([]string{"audit", "--format", "json"}, args...)...)
	out, err := report.ReadAudit("audit.json", []byte(got.stdout))
	if err != nil {
		l.Fatalf("audit: status %d: %v\n%s", got.status, err, got.stderr)
	}
	return out, got
}

// withSpec audits what the SPEC asks for.
func (l *live) withSpec() (*audit.Audit, result) {
	l.Helper()
	return l.decide(append([]string{l.file}, l.flags...)...)
}

// pristine makes sure that an audit finds nothing, and decided something.
func (l *live) pristine(what string, out *audit.Audit, got result) {
	l.Helper()
	for _, f := range out.Findings {
		l.Errorf("%s: the plan was applied, and the audit finds %s", what, show(f))
	}
	if got.status != 0 || got.stderr != "" || out.Summary.Requirements.Granted == 0 || out.Summary.Rules.Replicates != len(out.Rules) {
		l.Errorf("%s: status %d, %+v: %s", what, got.status, out.Summary, got.stderr)
	}
}

// applied audits what the plan says: there is nothing to find, and the audit
// only reads, and nothing twice.
func (l *live) applied() {
	l.Helper()
	l.record(l.T)
	out, got := l.withSpec()
	l.pristine("audit SPEC", out, got)
	calls := l.calls(l.T)
	if len(calls) < 10 {
		l.Errorf("the audit made %d calls", len(calls))
	}
	seen := map[call]bool{}
	for _, c := range calls {
		if !c.reads || seen[c] {
			l.Errorf("%s as %s is no read, or was asked for before", c.name, c.account)
		}
		seen[c] = true
	}
	l.Logf("audit SPEC: %d requirements granted, %d calls", out.Summary.Requirements.Granted, len(calls))
}

// withoutSpec audits all replication that is found with the profiles. It finds
// what the SPEC says and no replication configuration can hold, and nothing else.
func (l *live) withoutSpec() {
	l.Helper()
	var args []string
	for _, a := range l.spec.Accounts {
		args = append(args, "--profile", profileName(a.ID.Value))
	}
	out, got := l.decide(args...)
	rules := replication.FromSpec(l.spec)
	want, status := unsaid(rules)
	var found []string
	for _, f := range out.Findings {
		if f.Outcome != audit.Advice || f.Action != "" { // else it works, and may surprise
			found = append(found, string(f.Outcome)+" "+f.Action)
		}
	}
	slices.Sort(found)
	if diff := cmp.Diff(want, slices.Compact(found)); diff != "" {
		l.Errorf("audit without a SPEC: findings differ (-want +got):\n%s", diff)
	}
	if got.status != status || got.stderr != "" || len(out.Rules) != len(rules) {
		l.Errorf("audit without a SPEC: status %d, want %d; %d rules, want %d: %s", got.status, status, len(out.Rules), len(rules), got.stderr)
	}
}

// unsaid lists what an audit finds that does not know how rules deal with tags
// and annotations: it takes tags to be replicated and annotations not to be.
func unsaid(rules []replication.Rule) (found []string, status int) {
	for _, r := range rules {
		if r.Tags != replication.Replicate {
			found = append(found, "missing s3:GetObjectVersionTagging", "advice s3:ReplicateTags")
			status = audit.StatusGaps
		}
		if r.Annotations == replication.Replicate {
			found = append(found, "surplus s3:GetObjectVersionAnnotationForReplication")
		}
	}
	slices.Sort(found)
	return slices.Compact(found), status
}

// saved audits what collect wrote, which is the same as to audit at once.
func (l *live) saved() {
	l.Helper()
	file := filepath.Join(l.TempDir(), "snapshot.json")
	got := stage{}.run(l.Context(), append([]string{"collect", l.file, "--output", file}, l.flags...)...)
	if got.status != 0 || got.stdout+got.stderr != "" {
		l.Fatalf("collect: status %d: %s%s", got.status, got.stdout, got.stderr)
	}
	offline, got := l.decide(l.file, "--snapshot", file)
	l.pristine("audit --snapshot", offline, got)
	at, _ := l.withSpec()
	l.sameAudit(at, offline)
	l.beside(file, at)
}

// beside audits with one account in a file and the others read live, each in
// turn: it is the same audit, and of the account in the file nothing is asked.
func (l *live) beside(file string, want *audit.Audit) {
	l.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		l.Fatal(err)
	}
	for id := range l.profiles {
		var saved map[string]any
		if err := json.Unmarshal(data, &saved); err != nil {
			l.Fatal(err)
		}
		saved["accounts"] = map[string]any{id: saved["accounts"].(map[string]any)[id]}
		one := filepath.Join(l.TempDir(), id+".json")
		text, err := json.Marshal(saved)
		if err != nil {
			l.Fatal(err)
		}
		if err := os.WriteFile(one, text, 0o600); err != nil {
			l.Fatal(err)
		}
		l.record(l.T)
		out, got := l.decide(append([]string{l.file, "--snapshot", one, "--live"}, l.flags...)...)
		l.pristine("audit --live beside a snapshot of "+id, out, got)
		for _, c := range l.calls(l.T) {
			if c.account == id {
				l.Errorf("%s was asked of account %s, which the file holds", c.name, id)
			}
		}
		for _, s := range out.Sources {
			if from := map[bool]string{true: "snapshot", false: "live"}[s.Account == id]; s.From != from {
				l.Errorf("account %s comes from %q, want %q", s.Account, s.From, from)
			}
		}
		l.sameAudit(want, out)
	}
}

// sameAudit compares all but where the accounts were read from, and when.
func (l *live) sameAudit(a, b *audit.Audit) {
	l.Helper()
	for _, out := range []*audit.Audit{a, b} {
		for i := range out.Sources {
			out.Sources[i].From, out.Sources[i].At = "", ""
		}
	}
	if diff := cmp.Diff(a, b); diff != "" {
		l.Errorf("a live audit and one of a snapshot differ (-live +snapshot):\n%s", diff)
	}
}

// denied audits where nothing may be read: nothing is granted, nothing is
// missing, and what the auditor lacks has a name.
func (l *live) denied() {
	l.Helper()
	l.deny(l.T)
	defer l.put(l.plan)
	out, got := l.withSpec()
	l.undecided(out, got)
	if r := out.Summary.Requirements; r.Granted != 0 {
		l.Errorf("nothing was read, and %d requirements are granted", r.Granted)
	}
	lacks := map[string]bool{}
	for _, f := range out.Findings {
		if f.Check == "read-denied" {
			lacks[f.Args["permission"]] = f.Args["why"] == "AccessDenied"
		}
	}
	for _, permission := range []string{"iam:GetRole", "s3:GetBucketPolicy", "s3:GetReplicationConfiguration", "s3:GetBucketVersioning"} {
		if !lacks[permission] {
			l.Errorf("nobody says that the auditor is denied %s, only %v", permission, lacks)
		}
	}
}

// undecided makes sure that an audit is incomplete and says nothing for certain
// that is bad.
func (l *live) undecided(out *audit.Audit, got result) {
	l.Helper()
	if got.status != 3 || out.Complete {
		l.Errorf("status %d, complete %t: something was not read", got.status, out.Complete)
	}
	if !slices.ContainsFunc(out.Findings, func(f audit.Finding) bool { return f.Check == "read-denied" }) {
		l.Errorf("no finding says what was not read")
	}
	for _, f := range out.Findings {
		if f.Outcome != audit.Unknown {
			l.Errorf("something was not read, and the audit finds %s", show(f))
		}
	}
}

// closed audits and collects with a way into an account that does not lead
// there, and the reason is said.
func (l *live) closed(account string, wrong profile, why string) {
	l.Helper()
	l.profiles[account] = wrong
	signIn(l.T, l.profiles)
	out, got := l.withSpec()
	l.undecided(out, got)
	if r := out.Summary.Requirements; r.Granted == 0 || r.Unknown == 0 {
		l.Errorf("one of two accounts was read, and the requirements are %+v", r)
	}
	if !strings.Contains(got.stdout, why) {
		l.Errorf("the audit does not say %q:\n%s", why, got.stdout)
	}
	file := filepath.Join(l.TempDir(), "snapshot.json")
	got = stage{}.run(l.Context(), append([]string{"collect", l.file, "--output", file}, l.flags...)...)
	if got.status != 3 || !strings.Contains(got.stderr, account) || !strings.Contains(got.stderr, why) {
		l.Errorf("collect: status %d, want 3 and %q: %s", got.status, why, got.stderr)
	}
	offline, _ := l.decide(l.file, "--snapshot", file)
	l.sameAudit(out, offline)
}

// cutEach takes each action out of each statement of each policy in turn, and
// audits the accounts that lack it.
func (l *live) cutEach() {
	l.Helper()
	documents, cuts, found := 0, 0, 0
	for i, d := range l.plan.Documents {
		if d.Kind == replication.ReplicationConfiguration {
			continue
		}
		documents++
		whole := decode[policy.Document](l, d)
		for _, c := range cuttings(whole) {
			if c.action() != "" {
				found += l.cutOne(i, whole, c)
				cuts++
			}
		}
	}
	l.Logf("%d actions taken out of %d documents, %d findings", cuts, documents, found)
}

// cutOne takes one action out of document i, and returns how many findings that
// makes.
func (l *live) cutOne(i int, whole policy.Document, c cutting) int {
	l.Helper()
	d, less := l.plan.Documents[i], c.less
	if len(less.Statements) == 0 && c.cut.Action.Contains("sts:AssumeRole") {
		less = otherwiseTrusted(c.cut)
	}
	l.put(l.replaced(i, less))
	out, got := l.withSpec()
	l.check(d, c, l.missed(d, whole, less), out.Findings)
	if len(out.Findings) == 0 {
		l.Errorf("%s is taken out of %s, and nothing is found", c, d.Kind)
	}
	want := audit.StatusClean
	if slices.ContainsFunc(out.Findings, func(f audit.Finding) bool { return f.Outcome != audit.Advice }) {
		want = audit.StatusGaps
	}
	if got.status != want {
		l.Errorf("%s is taken out of %s: status %d, want %d", c, d.Kind, got.status, want)
	}
	return len(out.Findings)
}

// otherwiseTrusted is a trust policy without sts:AssumeRole: no role can be
// without any.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-role-trust-policy.html.
func otherwiseTrusted(st policy.Statement) policy.Document {
	st.Action = policy.One("sts:TagSession")
	return *policy.New(st)
}
