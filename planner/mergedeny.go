package planner

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
)

// The warnings about a Deny of others. The first two stand for an exit status.
const (
	denyBlocks   = "merge-deny-blocks"
	denyNarrowed = "merge-deny-narrowed"
	denyPerhaps  = "merge-deny-perhaps"
	denyAdvised  = "merge-deny-advised"
)

// A denial is a statement of others that stands in a caller's way.
type denial struct {
	statement int
	caller    string
	code      string
}

// denials says which statements of others deny what the plan needs. It returns
// those of a source bucket's policy with the role spared, by index: the plan
// offers them.
func (m *merger) denials(target string, old *oldPolicy, judged []judgement) map[int]json.RawMessage {
	stopped := map[denial][]judgement{}
	note := func(j judgement, code string, statements []int) {
		for _, i := range statements {
			d := denial{i, j.Principal, code}
			stopped[d] = append(stopped[d], j)
		}
	}
	for _, j := range judged {
		switch {
		case j.Level != replication.Required:
			note(j, denyAdvised, j.denies)
		case j.Perhaps:
			note(j, denyPerhaps, j.denies)
		case readsSource(j):
			note(j, denyNarrowed, j.denies)
		default:
			note(j, denyBlocks, j.denies)
		}
		note(j, denyPerhaps, j.perhaps)
	}
	narrowed := map[int]json.RawMessage{}
	for _, d := range slices.SortedFunc(maps.Keys(stopped), denial.compare) {
		if d.weaker(stopped) {
			continue
		}
		m.sayDenied(target, old, d, stopped[d])
		if d.code == denyNarrowed {
			st, ok := narrowed[d.statement]
			if !ok {
				st = old.statements[d.statement]
			}
			narrowed[d.statement] = spare(st, d.caller)
		}
	}
	m.sayConsole(target, old, judged)
	return narrowed
}

// weaker reports whether the same statement stops the same caller for certain,
// of which alone there is to be said something then.
func (d denial) weaker(stopped map[denial][]judgement) bool {
	return (d.code == denyPerhaps || d.code == denyAdvised) &&
		(stopped[denial{d.statement, d.caller, denyBlocks}] != nil || stopped[denial{d.statement, d.caller, denyNarrowed}] != nil)
}

func (d denial) compare(e denial) int {
	return cmp.Or(cmp.Compare(d.statement, e.statement), cmp.Compare(d.caller, e.caller), cmp.Compare(d.code, e.code))
}

// readsSource reports whether a requirement is the role's work at its source.
func readsSource(j judgement) bool {
	return strings.HasPrefix(j.Action, "s3:") && !isWriters(j.Requirement) && replication.BucketName(reach(j.Requirement)) == j.From
}

func (m *merger) sayDenied(target string, old *oldPolicy, d denial, stopped []judgement) {
	var actions []string
	for _, j := range stopped {
		if !slices.Contains(actions, j.Action) {
			actions = append(actions, j.Action)
		}
	}
	w := warn(stopped[0].Position, d.code, "target", target, "statement", old.nameOf(d.statement),
		"principal", d.caller, "actions", strings.Join(actions, ", "))
	if !slices.ContainsFunc(m.Warnings, func(o Warning) bool { return o.Code == w.Code && o.Message == w.Message }) {
		m.Warnings = append(m.Warnings, w)
	}
}

// nameOf names a statement as reports do: its index, from 0, and its Sid.
func (o *oldPolicy) nameOf(i int) string {
	if sid := o.document.Statements[i].Sid; sid != "" {
		return fmt.Sprintf("Statement[%d] (Sid %s)", i, sid)
	}
	return fmt.Sprintf("Statement[%d]", i)
}

// callersARN is the key of the role that calls; that of its session is the role's too.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn.
const callersARN = "aws:PrincipalArn"

// spare returns the text of a Deny that says the same of everyone but one role.
// All clauses of a statement must hold, so that one more can only narrow it.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html,
// which advises this key.
func spare(statement json.RawMessage, role string) json.RawMessage {
	st := fields(members(statement))
	condition := st.get("Condition")
	for i, op := range condition {
		if !strings.EqualFold(op.name, arnNotEquals) {
			continue
		}
		clauses := fields(members(op.value))
		for k, c := range clauses {
			if strings.EqualFold(c.name, callersARN) {
				clauses[k].value = appended(c.value, role)
				condition[i].value = object(clauses)
				return object(st.set("Condition", object(condition)))
			}
		}
	}
	clauses := condition.get(arnNotEquals).set(callersARN, quote(role))
	condition = condition.set(arnNotEquals, object(clauses))
	return object(st.set("Condition", object(condition)))
}

const arnNotEquals = "ArnNotEquals"

// appended adds a string to one string or a list of them.
func appended(value json.RawMessage, s string) json.RawMessage {
	list := []json.RawMessage{value}
	if strings.HasPrefix(string(value), "[") {
		list = elements(value)
	}
	return array(append(list, quote(s)))
}

// offer adds the document of a source bucket's policy in which statements spare
// the role, and returns its index.
func (m *merger) offer(target string, old *oldPolicy, narrowed map[int]json.RawMessage) int {
	var statements []json.RawMessage
	for _, i := range slices.Sorted(maps.Keys(narrowed)) {
		statements = append(statements, narrowed[i])
	}
	version := cmp.Or(old.document.Version, policy.Version2008)
	text := object([]member{{"Version", quote(version)}, {"Statement", array(statements)}})
	quota := policy.QuotaOf(policy.BucketPolicy)
	m.Documents = append(m.Documents, Document{
		Kind: replication.SourceBucketPolicy, Account: m.about[target][0].ResourceAccount, Target: target,
		Name: "bucket-policy", Step: stepDestinations,
		Document: text, Size: quota.Count(string(text)), Limit: quota.Limit,
	})
	return len(m.Documents) - 1
}
