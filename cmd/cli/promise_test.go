package cli_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/snapshot"
	"github.com/repligrant/repligrant/spec"
)

// wishes is how many SPECs the promise is tried on. Every two values stand
// together in [TestPromiseCovers] already: REPLIGRANT_WISHES=160 draws enough for
// each feature to be drawn a few times, and is for those who have the time.
func wishes() int {
	if n, err := strconv.Atoi(os.Getenv("REPLIGRANT_WISHES")); err == nil {
		return n
	}
	return 16
}

// TestPromise keeps the promise between planner and audit, which do not know
// each other: an audit of exactly what a plan says finds nothing, and taking any
// one part out of any policy makes it find that, there, and nothing else.
func TestPromise(t *testing.T) {
	used, cuts := map[string]int{}, newTally()
	t.Cleanup(func() { cuts.log(t) })
	for seed := range uint64(wishes()) {
		text := newWish(seed, used).spec()
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			t.Parallel()
			newPromise(t, text).keep(cuts)
		})
	}
	for feature, n := range used {
		if n < wishes()/50 {
			t.Errorf("only %d of %d specs have %s", n, wishes(), feature)
		}
	}
}

// A promise is one SPEC with its plan.
type promise struct {
	*testing.T
	text    string // of the SPEC
	spec    *spec.Spec
	options planner.Options
	plan    *planner.Plan
}

func newPromise(t *testing.T, text string) *promise {
	t.Helper()
	return newPromiseWith(t, planner.Options{}, text)
}

func newPromiseWith(t *testing.T, o planner.Options, text string) *promise {
	t.Helper()
	s, err := spec.Parse("spec.yaml", []byte(text))
	if err != nil {
		t.Fatalf("the spec is refused:\n%v\n%s", err, text)
	}
	p, err := o.New(s)
	if err != nil {
		t.Fatalf("the spec has no plan:\n%v\n%s", err, text)
	}
	return &promise{T: t, text: text, spec: s, options: o, plan: p}
}

// world is where exactly what a plan says was applied. Where the plan has the
// policies of all keys, these keys leave nothing to IAM but to look after them:
// that is whom the option is for.
func (p *promise) world(plan *planner.Plan) *snapshot.Snapshot {
	p.Helper()
	world := planned(p, p.spec, plan)
	if p.options.AllKeyPolicies {
		for _, a := range world.Accounts {
			for _, k := range a.Keys {
				k.Policy = withoutDelegation(p, k.Policy)
			}
		}
	}
	return world
}

// withoutDelegation lets the account look after a key, and no more.
func withoutDelegation(t testing.TB, key snapshot.Document) snapshot.Document {
	t.Helper()
	d, _ := key.Get()
	i := slices.IndexFunc(d.Statements, func(st policy.Statement) bool { return st.Action.Contains("kms:*") })
	if i < 0 {
		t.Fatal("the policy of the key leaves nothing to IAM")
	}
	less := *d
	less.Statements = slices.Clone(d.Statements)
	less.Statements[i].Action = policy.List("kms:DescribeKey", "kms:GetKeyPolicy", "kms:PutKeyPolicy")
	return snapshot.Of(&less)
}

// keep audits what the plan says, and then without each part of it.
func (p *promise) keep(t *tally) {
	p.Helper()
	p.clean()
	if p.cut(t) == 0 && len(p.plan.Requirements) > 0 {
		p.Error("nothing was taken out")
	}
	if p.Failed() {
		p.Logf("with %+v the spec is\n%s", p.options, p.text)
	}
}

// audit leaves out what works and may surprise: that is what the SPEC wishes.
func (p *promise) audit(world *snapshot.Snapshot) *audit.Audit {
	out := audit.Run(audit.Input{
		SpecFile: "spec.yaml", Rules: replication.FromSpec(p.spec), Writers: replication.WritersFromSpec(p.spec), Allowed: replication.AllowedFromSpec(p.spec),
		Snapshot: world, From: "snapshot",
	})
	out.Findings = slices.DeleteFunc(out.Findings, func(f audit.Finding) bool {
		return f.Outcome == audit.Advice && f.Check != "permission-advised"
	})
	return out
}

// clean audits what the plan says, saved and read back.
func (p *promise) clean() {
	p.Helper()
	data, err := snapshot.Encode(p.world(p.plan))
	if err != nil {
		p.Fatal(err)
	}
	world, err := snapshot.Parse("snapshot.json", data)
	if err != nil {
		p.Fatal(err)
	}
	out := p.audit(world)
	open := p.open(p.plan)
	for _, f := range beyond(open, out.Findings) {
		p.Errorf("the plan was applied, and the audit finds %s", show(f))
	}
	want := audit.StatusClean
	if len(open) > 0 {
		want = audit.StatusIncomplete
	}
	if status := out.Status(audit.DefaultFailOn, false); status != want {
		p.Errorf("the plan was applied, and the status is %d, want %d", status, want)
	}
}

// open is what nobody can know of a plan: whether S3 sends the keys that a trust
// policy demands under confused_deputy: strict. Each such key is a finding for
// each trust policy that somebody needs.
func (p *promise) open(plan *planner.Plan) map[string]bool {
	open := map[string]bool{}
	for _, d := range plan.Documents {
		needed := slices.ContainsFunc(plan.Requirements, func(q replication.Requirement) bool {
			return q.Action == "sts:AssumeRole" && q.Resource == d.Target && slices.Contains(q.Holders, d.Kind)
		})
		if d.Kind == replication.ReplicationConfiguration || !needed {
			continue
		}
		for _, st := range decode[policy.Document](p, d).Statements {
			for _, c := range st.Condition {
				if !strings.HasSuffix(c.Operator, "IfExists") {
					open[string(d.Kind)+" "+d.Target+" "+c.Key] = true
				}
			}
		}
	}
	return open
}

// beyond are the findings that are not about what is open, each of which has to
// be among them, once.
func beyond(open map[string]bool, found []audit.Finding) (rest []audit.Finding) {
	left := maps.Clone(open)
	for _, f := range found {
		about := ""
		for o := range left {
			if o == string(f.Document)+" "+f.Target+" "+f.Args["key"] && f.Check == "permission-unknown" && f.Action == "sts:AssumeRole" {
				about = o
			}
		}
		if about == "" {
			rest = append(rest, f)
			continue
		}
		delete(left, about)
	}
	for o := range left {
		rest = append(rest, audit.Finding{Check: "permission-unknown", Outcome: "not found", Target: o})
	}
	return rest
}

// replaced returns the plan with another text in one document.
func (p *promise) replaced(i int, d policy.Document) *planner.Plan {
	text, err := json.Marshal(d)
	if err != nil {
		p.Fatal(err)
	}
	c := *p.plan
	c.Documents = slices.Clone(p.plan.Documents)
	c.Documents[i].Document = text
	return &c
}

// show is a finding in one line.
func show(f audit.Finding) string {
	return fmt.Sprintf("%s %s %s %s on %s: %s (rule %s, %s)", f.Outcome, f.Check, f.Document, f.Action, f.Target, f.Message, f.Rule, f.Coverage)
}
