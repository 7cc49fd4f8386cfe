package cli_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/snapshot"
	"github.com/repligrant/repligrant/spec"
)

// wishes is how many SPECs the promise is tried on.
const wishes = 160

// TestPromise keeps the promise between planner and audit, which do not know
// each other: an audit of exactly what a plan says finds nothing, and taking any
// one action out of any document makes it find that, there, and nothing else.
func TestPromise(t *testing.T) {
	used := map[string]int{}
	for seed := range uint64(wishes) {
		text := newWish(seed, used).spec()
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			t.Parallel()
			newPromise(t, text).keep()
		})
	}
	for feature, n := range used {
		if n < 3 {
			t.Errorf("only %d of %d specs have %s", n, wishes, feature)
		}
	}
}

// A promise is one SPEC with its plan.
type promise struct {
	*testing.T
	text string // of the SPEC
	spec *spec.Spec
	plan *planner.Plan
}

func newPromise(t *testing.T, text string) *promise {
	t.Helper()
	s, err := spec.Parse("spec.yaml", []byte(text))
	if err != nil {
		t.Fatalf("the spec is refused:\n%v\n%s", err, text)
	}
	p, err := planner.New(s)
	if err != nil {
		t.Fatalf("the spec has no plan:\n%v\n%s", err, text)
	}
	return &promise{T: t, text: text, spec: s, plan: p}
}

// keep audits what the plan says, and then without each part of it.
func (p *promise) keep() {
	p.Helper()
	p.clean()
	if p.cut() == 0 && len(p.plan.Requirements) > 0 {
		p.Error("no action was taken out")
	}
	if p.Failed() {
		p.Logf("the spec is\n%s", p.text)
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
	data, err := snapshot.Encode(planned(p, p.spec, p.plan))
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

// cut takes each action out of each statement of each policy in turn.
func (p *promise) cut() (cuts int) {
	for i, d := range p.plan.Documents {
		if d.Kind == replication.ReplicationConfiguration {
			continue
		}
		whole := decode[policy.Document](p, d)
		for j, st := range whole.Statements {
			for _, action := range st.Action.Values {
				less := without(whole, j, action)
				plan := p.replaced(i, less)
				out := p.audit(planned(p, p.spec, plan))
				p.check(d, less, st, action, beyond(p.open(plan), out.Findings))
				cuts++
			}
		}
	}
	return cuts
}

// without returns d without one action of one statement, and without the
// statement if that was its only one.
func without(d policy.Document, statement int, action string) policy.Document {
	st := d.Statements[statement]
	left := slices.DeleteFunc(slices.Clone(st.Action.Values), func(a string) bool { return a == action })
	d.Statements = slices.Clone(d.Statements)
	if len(left) == 0 {
		d.Statements = slices.Delete(d.Statements, statement, statement+1)
		return d
	}
	d.Statements[statement].Action = policy.List(left...)
	return d
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

// check compares what was found with what the document lacks now: one finding
// for each requirement that it no longer meets, or for each rule or writer whose
// refusal is gone.
func (p *promise) check(d planner.Document, less policy.Document, cut policy.Statement, action string, found []audit.Finding) {
	p.Helper()
	var want []string
	if cut.Effect == policy.Deny {
		want = p.refusals(d, cut, action)
	} else {
		want = p.unmet(d, less, cut, action)
	}
	var got []string
	for _, f := range found {
		for range max(1, len(f.Requirements)) { // advice on a key is folded
			got = append(got, lack(f.Rule, f.To, string(f.Document), f.Target, f.Action))
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if slices.Equal(got, want) {
		return
	}
	var all bytes.Buffer
	for _, f := range found {
		fmt.Fprintln(&all, "   ", show(f))
	}
	p.Errorf("%s is taken out of %s %q of %s; the audit should find\n    %s\nand finds\n%s",
		action, d.Kind, cut.Sid, d.Target, strings.Join(want, "\n    "), all.String())
}

// lack is what a finding says, as far as both sides can know it.
func lack(rule, to, document, target, action string) string {
	return strings.Join([]string{rule, to, document, target, action}, " ")
}

// unmet lists the requirements that a document held and no longer holds. One
// role for live replication and for jobs has two documents, and either is enough.
func (p *promise) unmet(d planner.Document, less policy.Document, cut policy.Statement, action string) []string {
	left := append(slices.Clone(less.Statements), p.twin(d)...)
	var list []string
	for _, q := range p.plan.Requirements {
		if q.Action != action || !slices.Contains(q.Holders, d.Kind) || !carries(d, q) || eitherSuffices(q) {
			continue
		}
		if grants(cut, q) && !slices.ContainsFunc(left, func(st policy.Statement) bool { return grants(st, q) }) {
			list = append(list, lack(q.Rule, q.To, string(d.Kind), d.Target, action))
		}
	}
	return list
}

// twin are the statements of the other policies of the same role.
func (p *promise) twin(d planner.Document) (statements []policy.Statement) {
	kinds := []replication.Kind{replication.RolePolicy, replication.BatchRolePolicy}
	for _, o := range p.plan.Documents {
		if slices.Contains(kinds, d.Kind) && slices.Contains(kinds, o.Kind) && o.Kind != d.Kind && o.Target == d.Target {
			statements = append(statements, decode[policy.Document](p, o).Statements...)
		}
	}
	return statements
}

// carries reports whether d is the document of its kind that q is about.
func carries(d planner.Document, q replication.Requirement) bool {
	switch d.Kind {
	case replication.RoleTrustPolicy, replication.BatchRoleTrustPolicy, replication.WriterTrustPolicy,
		replication.SourceKMSKeyPolicy, replication.DestinationKMSKeyPolicy, replication.WriterKMSKeyPolicy:
		return q.Resource == d.Target
	case replication.RolePolicy, replication.BatchRolePolicy, replication.WriterPolicy:
		return q.Principal == d.Target
	default:
		return strings.HasPrefix(q.Resource, d.Target+"/")
	}
}

// eitherSuffices reports whether one of two documents is enough: in one account,
// the policy of an access point that names the writer grants as the writer's own
// does.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html.
func eitherSuffices(q replication.Requirement) bool {
	return slices.Contains(q.Holders, replication.WriterAccessPointPolicy) && q.Account == q.ResourceAccount
}

// grants reports whether a statement of a plan allows what q requires. Every
// resource of a plan is a name, or a beginning and a star.
func grants(st policy.Statement, q replication.Requirement) bool {
	if st.Effect != policy.Allow || !st.Action.Contains(q.Action) {
		return false
	}
	if !isAbout(st, q) {
		return false
	}
	if !st.Resource.Present() {
		return true // a trust policy
	}
	return among(st.Resource.Values, q.Resource)
}

// isAbout reports whether a statement is about the principal of a requirement,
// and its condition holds.
func isAbout(st policy.Statement, q replication.Requirement) bool {
	for _, t := range st.Principal.Types {
		a, _ := arn.Parse(q.Principal)
		if !t.Values.Contains(q.Principal) && !t.Values.Contains(arn.Root(a.Partition, a.Account)) {
			return false
		}
	}
	return !slices.ContainsFunc(st.Condition, func(c policy.Clause) bool { return !holds(c, q) })
}

// among reports whether a pattern is in one of others.
func among(patterns []string, q string) bool {
	return slices.ContainsFunc(patterns, func(r string) bool {
		stem, open := strings.CutSuffix(r, "*")
		return r == q || open && strings.HasPrefix(q, stem)
	})
}

// holds reports whether what a requirement is about fulfils a clause.
func holds(c policy.Clause, q replication.Requirement) bool {
	if c.Key == "aws:PrincipalArn" {
		return c.Values.Contains(q.Principal)
	}
	value, ok := q.Context[c.Key]
	return !ok || among(c.Values.Values, value)
}

// refusals lists the rules and writers that a Deny served.
func (p *promise) refusals(d planner.Document, cut policy.Statement, action string) []string {
	var list []string
	for _, r := range replication.FromSpec(p.spec) {
		refuses := action == "s3:ReplicateTags" && r.Tags == replication.Refuse ||
			action == "s3:ReplicateObjectAnnotation" && r.Annotations == replication.Refuse
		if r.Enabled && refuses && r.To.ARN() == d.Target && isAbout(cut, replication.Requirement{Principal: r.Role}) {
			list = append(list, lack(r.Name, r.To.Name, string(d.Kind), d.Target, action))
		}
	}
	for _, w := range replication.WritersFromSpec(p.spec) {
		if w.Guard && d.Kind == replication.WriterBucketPolicy && slices.ContainsFunc(cut.Principal.Types, func(t policy.PrincipalsType) bool { return t.Values.Contains(w.ARN) }) {
			list = append(list, lack(w.Name, w.Bucket.Name, string(d.Kind), d.Target, action))
		}
	}
	return list
}

// show is a finding in one line.
func show(f audit.Finding) string {
	return fmt.Sprintf("%s %s %s %s on %s: %s (rule %s, %s)", f.Outcome, f.Check, f.Document, f.Action, f.Target, f.Message, f.Rule, f.Coverage)
}
