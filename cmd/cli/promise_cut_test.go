package cli_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/spec"
)

// A cutting is a policy without one part of one statement. Where a statement has
// but one part of a kind, the part is the statement.
type cutting struct {
	part string // its kind
	what string
	cut  policy.Statement // before
	less policy.Document
}

// action is the action that is taken out, or "" if that is more or another part.
func (c cutting) action() string {
	switch {
	case c.part == "action":
		return c.what
	case c.part == "statement" && len(c.cut.Action.Values) == 1:
		return c.cut.Action.Values[0]
	default:
		return ""
	}
}

func (c cutting) String() string {
	return fmt.Sprintf("%s %s of statement %q", c.part, c.what, c.cut.Sid)
}

// cuttings takes each part out of each statement in turn.
func cuttings(d policy.Document) (all []cutting) {
	for i, st := range d.Statements {
		add := func(part, what string, left ...policy.Statement) {
			less := d
			less.Statements = slices.Replace(slices.Clone(d.Statements), i, i+1, left...)
			all = append(all, cutting{part, what, st, less})
		}
		add("statement", "as a whole")
		less := func(part string, of policy.Strings, put func(*policy.Statement, policy.Strings)) {
			for _, v := range of.Values {
				if left := but(of, v); left.Present() {
					c := copied(st)
					put(&c, left)
					add(part, v, c)
				}
			}
		}
		less("action", st.Action, func(c *policy.Statement, left policy.Strings) { c.Action = left })
		less("resource", st.Resource, func(c *policy.Statement, left policy.Strings) { c.Resource = left })
		less("exception", st.NotResource, func(c *policy.Statement, left policy.Strings) { c.NotResource = left })
		for t := range st.Principal.Types {
			less("principal", st.Principal.Types[t].Values, func(c *policy.Statement, left policy.Strings) { c.Principal.Types[t].Values = left })
		}
		for j := range st.Condition {
			less("condition value", st.Condition[j].Values, func(c *policy.Statement, left policy.Strings) { c.Condition[j].Values = left })
		}
	}
	return all
}

// copied is a statement whose parts can be changed.
func copied(st policy.Statement) policy.Statement {
	st.Principal.Types, st.Condition = slices.Clone(st.Principal.Types), slices.Clone(st.Condition)
	return st
}

// but is a list without one of its values.
func but(list policy.Strings, value string) policy.Strings {
	left := slices.DeleteFunc(slices.Clone(list.Values), func(v string) bool { return v == value })
	if len(left) == 0 {
		return policy.Strings{}
	}
	return policy.Compact(left...)
}

// A tally counts what was taken out, by part, and what of it nobody misses, by
// part and reason.
type tally struct {
	sync.Mutex
	cuts, silent map[string]int
}

func newTally() *tally { return &tally{cuts: map[string]int{}, silent: map[string]int{}} }

func (t *tally) count(c cutting, silent string) {
	t.Lock()
	defer t.Unlock()
	t.cuts[c.part]++
	if silent != "" {
		t.silent[c.part+", "+silent]++
	}
}

// log tells what was counted, and fails the test where many parts are missed by
// nobody.
func (t *tally) log(tb testing.TB) {
	tb.Helper()
	cuts, silent := 0, 0
	for _, n := range t.cuts {
		cuts += n
	}
	for _, n := range t.silent {
		silent += n
	}
	tb.Logf("%d parts were taken out: %v; nobody misses %d: %v", cuts, t.cuts, silent, t.silent)
	if silent*5 > cuts {
		tb.Errorf("nobody misses %d of %d parts", silent, cuts)
	}
}

// every fails the test where a kind of part was never taken out, or a reason for
// which nobody misses one was never met.
func (t *tally) every(tb testing.TB) {
	tb.Helper()
	for _, part := range []string{"statement", "action", "resource", "exception", "principal", "condition value"} {
		if t.cuts[part] == 0 {
			tb.Errorf("no %s was taken out", part)
		}
	}
	for _, reason := range []string{onlyDisabled, onPages, otherOfPoint, keyNames} {
		if t.silent["statement, "+reason] == 0 {
			tb.Errorf("no statement was taken out that nobody misses for this reason: %s", reason)
		}
	}
}

// cut takes each part out of each policy in turn.
func (p *promise) cut(t *tally) (cuts int) {
	for i, d := range p.plan.Documents {
		if d.Kind == replication.ReplicationConfiguration {
			continue
		}
		whole := decode[policy.Document](p, d)
		for _, c := range cuttings(whole) {
			plan := p.replaced(i, c.less)
			found := beyond(p.open(plan), p.audit(p.world(plan)).Findings)
			p.check(d, c, p.missed(d, whole, c.less), found)
			silent := ""
			if len(found) == 0 {
				if silent = p.silent(d, c); silent == "" {
					p.Errorf("%s is taken out of %s of %s, and nobody misses it", c, d.Kind, d.Target)
				}
			}
			t.count(c, silent)
			cuts++
		}
	}
	return cuts
}

// The reasons why nobody misses a part.
const (
	onlyDisabled = "a role that only disabled rules name"
	onPages      = "no requirement, but written on AWS's pages"
	otherOfPoint = "in one account the other document of an access point is enough"
	keyNames     = "in one account the policy of a key that names the role is enough"
)

// silent is the reason why nobody misses a part, if there is one.
func (p *promise) silent(d planner.Document, c cutting) string {
	whole := decode[policy.Document](p, d).Statements
	asked := slices.DeleteFunc(slices.Clone(p.plan.Requirements), func(q replication.Requirement) bool {
		return !p.writes(d.Kind, q) || !carries(d, q) || !grant(whole, q) || grant(c.less.Statements, q)
	})
	switch {
	case len(asked) == 0 && c.cut.Action.Contains("sts:AssumeRole"):
		return onlyDisabled
	case len(asked) == 0 && p.spec.PolicyStyle == spec.AWSDocs:
		return onPages
	case len(asked) == 0:
		return ""
	case !slices.ContainsFunc(asked, func(q replication.Requirement) bool { return !eitherSuffices(q) }):
		return otherOfPoint
	case !slices.ContainsFunc(asked, func(q replication.Requirement) bool { return !p.spares(d.Kind, q) }):
		return keyNames
	default:
		return ""
	}
}

// check compares what was found with what is missed.
func (p *promise) check(d planner.Document, c cutting, want []string, found []audit.Finding) {
	p.Helper()
	var got []string
	for _, f := range found {
		got = append(got, p.says(f)...)
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
	p.Errorf("%s is taken out of %s of %s; the audit should find\n    %s\nand finds\n%s",
		c, d.Kind, d.Target, strings.Join(want, "\n    "), all.String())
}

// says is what a finding says, once for each requirement: advice on a key is folded.
func (p *promise) says(f audit.Finding) (list []string) {
	for _, q := range p.plan.Requirements {
		if slices.Contains(f.Requirements, q.ID) {
			list = append(list, lack(q.Rule, q.To, string(f.Document), f.Target, q.Action))
		}
	}
	if list == nil {
		return []string{lack(f.Rule, f.To, string(f.Document), f.Target, f.Action)}
	}
	return list
}

// missed lists what a policy did and does no longer: a finding for each
// requirement that it no longer meets or now refuses, and for each rule or writer whose
// refusal is gone. One role for live replication and for jobs has two documents.
func (p *promise) missed(d planner.Document, whole, less policy.Document) (list []string) {
	before, after := append(slices.Clone(whole.Statements), p.twin(d)...), append(slices.Clone(less.Statements), p.twin(d)...)
	for _, q := range p.plan.Requirements {
		if !carries(d, q) {
			continue
		}
		kind := d.Kind
		if slices.Contains(q.Holders, replication.BatchRolePolicy) && kind == replication.RolePolicy {
			kind = replication.BatchRolePolicy // the role's other policy has it for the job
		}
		lost := p.writes(kind, q) && grant(before, q) && !grant(after, q) && !eitherSuffices(q) && !p.spares(kind, q)
		if lost || refuse(after, q) && !refuse(before, q) {
			list = append(list, lack(q.Rule, q.To, string(kind), d.Target, q.Action))
		}
	}
	unguarded := ""
	for _, q := range p.refused(d) {
		if refuse(before, q) && !refuse(after, q) && (q.Rule != unguarded || d.Kind != replication.WriterBucketPolicy) {
			list = append(list, lack(q.Rule, q.To, string(d.Kind), d.Target, q.Action))
			unguarded = q.Rule // one finding for all actions of a guard
		}
	}
	return list
}

func grant(statements []policy.Statement, q replication.Requirement) bool {
	return slices.ContainsFunc(statements, func(st policy.Statement) bool { return grants(st, q) })
}

// refuse reports whether a Deny is about all that q is about.
func refuse(statements []policy.Statement, q replication.Requirement) bool {
	return slices.ContainsFunc(statements, func(st policy.Statement) bool {
		if st.Effect != policy.Deny || !st.Action.Contains(q.Action) || !fromOutside(q, st.Condition) {
			return false
		}
		if st.Condition = slices.DeleteFunc(slices.Clone(st.Condition), ofOthers); !isAbout(st, q) {
			return false
		}
		return !st.NotResource.Present() && among(st.Resource.Values, q.Resource) ||
			st.NotResource.Present() && !among(st.NotResource.Values, q.Resource)
	})
}

// ofOthers reports whether a clause is about all addresses but some.
func ofOthers(c policy.Clause) bool { return c.Operator == "NotIpAddress" }

// fromOutside reports whether some of what q is about, or all if it is about all
// addresses but some, comes from outside the addresses that a Deny spares.
func fromOutside(q replication.Requirement, condition []policy.Clause) bool {
	i := slices.IndexFunc(condition, ofOthers)
	if i < 0 {
		return true
	}
	spared := condition[i].Values
	for _, c := range q.Condition {
		switch {
		case ofOthers(c):
			return !slices.ContainsFunc(spared.Values, func(v string) bool { return !c.Values.Contains(v) })
		case c.Operator == "IpAddress":
			return slices.ContainsFunc(c.Values.Values, func(v string) bool { return !spared.Contains(v) })
		}
	}
	return false
}

// elsewhere is where no writer of these SPECs has a prefix.
const elsewhere = "/~"

// refused lists what a bucket's policy is to refuse to rules and writers.
func (p *promise) refused(d planner.Document) (list []replication.Requirement) {
	for _, r := range replication.FromSpec(p.spec) {
		q := replication.Requirement{Rule: r.Name, To: r.To.Name, Principal: r.Role, Resource: r.Resource(replication.DestinationObjects)}
		if !r.Enabled || r.To.ARN() != d.Target || d.Kind != replication.DestinationBucketPolicy {
			continue
		}
		if q.Action = "s3:ReplicateTags"; r.Tags == replication.Refuse {
			list = append(list, q)
		}
		if q.Action = "s3:ReplicateObjectAnnotation"; r.Annotations == replication.Refuse {
			list = append(list, q)
		}
	}
	for _, w := range replication.WritersFromSpec(p.spec) {
		if !w.Guard || w.Bucket.ARN() != d.Target || d.Kind != replication.WriterBucketPolicy {
			continue
		}
		for _, action := range replication.GuardedActions {
			q := replication.Requirement{Rule: w.Name, To: w.Bucket.Name, Principal: w.ARN, Action: action}
			if q.Resource = d.Target + elsewhere; len(w.Prefixes) > 0 {
				list = append(list, q)
			}
			if q.Resource = w.BucketResources()[0]; len(w.SourceIPs) > 0 {
				q.Condition = w.AddressGuard().Condition
				list = append(list, q)
			}
		}
	}
	return list
}

// lack is what a finding says, as far as both sides can know it.
func lack(rule, to, document, target, action string) string {
	return strings.Join([]string{rule, to, document, target, action}, " ")
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
		replication.SourceKMSKeyPolicy, replication.DestinationKMSKeyPolicy, replication.BatchKMSKeyPolicy, replication.WriterKMSKeyPolicy:
		return q.Resource == d.Target
	case replication.RolePolicy, replication.BatchRolePolicy, replication.WriterPolicy:
		return q.Principal == d.Target
	default:
		return strings.HasPrefix(q.Resource, d.Target+"/")
	}
}

// writes reports whether the plan meets q in documents of a kind.
func (p *promise) writes(kind replication.Kind, q replication.Requirement) bool {
	return slices.Contains(q.Holders, kind) || p.inKeyToo(q) && slices.Contains(q.Instead, kind)
}

// inKeyToo reports whether the plan meets q in the policy of a key of the caller's
// own account, which leaves nothing to IAM.
func (p *promise) inKeyToo(q replication.Requirement) bool {
	return p.options.AllKeyPolicies && strings.HasPrefix(q.Action, "kms:") && len(q.Instead) > 0
}

// spares reports whether nobody misses what a document of a kind says of q,
// because a key's policy that names the role needs no policy of the role. One
// that names the account does.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html.
func (p *promise) spares(kind replication.Kind, q replication.Requirement) bool {
	return p.inKeyToo(q) && !q.ToAccount && slices.Contains(q.Holders, kind)
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
	a, _ := arn.Parse(q.Principal)
	named := func(t policy.PrincipalsType) bool {
		return t.Values.Contains(q.Principal) || t.Values.Contains(arn.Root(a.Partition, a.Account))
	}
	if st.Principal.Present() && !slices.ContainsFunc(st.Principal.Types, named) {
		return false
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
	for _, asked := range q.Condition {
		if asked.Key == c.Key && slices.ContainsFunc(asked.Values.Values, func(v string) bool { return !among(c.Values.Values, v) }) {
			return false
		}
	}
	value, ok := q.Context[c.Key]
	return !ok || among(c.Values.Values, value)
}
