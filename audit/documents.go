package audit

import (
	"slices"
	"strings"

	"github.com/repligrant/repligrant/actions"
	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
)

// documents looks at the documents that the audit rests on for statements that
// cannot mean what they say.
func (a *auditor) documents() {
	a.quotas()
	for _, c := range a.consults {
		d, ok := c.source.Document.Get()
		if !ok {
			continue
		}
		for i := range d.Statements {
			if d.Statements[i].Doubt == "" {
				a.statement(c, i, &d.Statements[i])
			}
		}
	}
}

func (a *auditor) statement(c consulted, i int, st *policy.Statement) {
	a.malformedPrincipals(c, i, st)
	if c.document != replication.RoleTrustPolicy && a.speaksOf(c, st) {
		a.inapplicableKeys(c, i, st)
	}
}

// speaksOf reports whether a statement can speak of somebody whom the audit is
// about: identity policies always do, a bucket's policy where it names everyone,
// or an account or principal that is audited.
func (a *auditor) speaksOf(c consulted, st *policy.Statement) bool {
	if !st.Principal.Present() {
		return true
	}
	if st.Principal.Everyone {
		return true
	}
	for _, t := range st.Principal.Types {
		for _, v := range t.Values.Values {
			if v == "*" || a.audited(v) {
				return true
			}
		}
	}
	return false
}

// audited reports whether a principal is, or is the account of, a caller whose
// permissions were decided.
func (a *auditor) audited(principal string) bool {
	if a.callers == nil {
		a.callers = map[string]bool{}
		for _, c := range a.consults {
			a.callers[c.caller], a.callers[arnAccount(c.caller)] = true, true
		}
		delete(a.callers, "")
	}
	return a.callers[principal] || isRoot(principal) && a.callers[arnAccount(principal)]
}

// isRoot reports whether a principal is the ARN that stands for an account.
func isRoot(principal string) bool {
	p, err := arn.Parse(principal)
	return err == nil && p.Service == "iam" && p.Resource == "root"
}

// inapplicableKeys finds condition keys that no action of a statement can have
// in its requests. The statement then always or never applies.
func (a *auditor) inapplicableKeys(c consulted, i int, st *policy.Statement) {
	known, all := namedActions(st)
	if !all || len(known) == 0 {
		return
	}
	for _, clause := range st.Condition {
		if slices.ContainsFunc(known, func(x actions.Action) bool { return x.KnowsKey(clause.Key) }) {
			continue
		}
		f := a.documentFinding(c, checkKeyInapplicable, Mismatch, High)
		f.Action = known[0].Name
		f.Args["key"], f.Args["action"] = clause.Key, strings.Join(st.Action.Values, ", ")
		diag.Put(f.Args, "effect", effectOf(st.Effect, clause))
		f.Evidence = []Evidence{evidence(c.document, c.policy, i, st, words("says.condition", "condition", clauseText(clause)))}
		f.Fix = withoutClause(c.document, st, clause)
		a.add(f, st)
	}
}

// namedActions returns the actions that a statement names, and whether all of
// them are known. Wildcards never are: they mean actions beyond the catalogue too.
func namedActions(st *policy.Statement) (known []actions.Action, all bool) {
	if !st.Action.Present() {
		return nil, false
	}
	for _, name := range st.Action.Values {
		x, ok := actions.Find(name)
		if !ok {
			return nil, false
		}
		known = append(known, x)
	}
	return known, true
}

// effectOf says what a clause about a key that is never there does to its
// statement. A missing key makes negated operators and those with IfExists true,
// and the others false.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html.
func effectOf(effect policy.Effect, c policy.Clause) diag.Text {
	holds := holdsWithoutKey(c)
	switch {
	case holds && effect == policy.Deny:
		return words("effect.always-denies")
	case holds:
		return words("effect.as-if-absent")
	case effect == policy.Deny:
		return words("effect.never-denies")
	default:
		return words("effect.never-allows")
	}
}

// holdsWithoutKey reports whether a clause is true of a request without its key.
// ForAllValues is true of no values, and ForAnyValue false, whatever the operator.
func holdsWithoutKey(c policy.Clause) bool {
	quantity, base, quantified := strings.Cut(strings.ToLower(c.Operator), ":")
	switch {
	case !quantified:
		base = quantity
	case quantity == "forallvalues":
		return true
	case quantity == "foranyvalue":
		return false
	}
	if base == "null" {
		return c.Values.Contains("true")
	}
	return strings.HasSuffix(base, "ifexists") || strings.Contains(base, "not")
}

// withoutClause is the fix for a key that is never there. Where s3:prefix was
// meant to name object keys, Resource and NotResource do that.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notresource.html.
func withoutClause(kind replication.Kind, st *policy.Statement, clause policy.Clause) *Fix {
	mended := *st
	mended.Condition = slices.DeleteFunc(slices.Clone(st.Condition), func(c policy.Clause) bool {
		return c.Key == clause.Key && c.Operator == clause.Operator
	})
	if len(mended.Condition) == 0 {
		mended.Condition = nil
	}
	patterns, ok := keyPatterns(st, clause)
	negated, compares := comparison(clause.Operator)
	if ok && compares && (!negated || st.Effect == policy.Deny) { // to allow all but some keys would allow other buckets
		mended.Resource = patterns
		if negated {
			mended.Resource, mended.NotResource = policy.Strings{}, patterns
		}
		return Fix{Op: Replace, Document: kind, Statement: &mended}.saying(words("fix.name-keys"))
	}
	return Fix{Op: Remove, Document: kind, Statement: st}.saying(words("fix.limit-otherwise", "key", clause.Key))
}

// comparison reports whether an operator compares texts, and whether it is about
// those that are not like its values.
func comparison(operator string) (negated, compares bool) {
	base := strings.TrimSuffix(strings.ToLower(operator), "ifexists")
	if _, quantified, ok := strings.Cut(base, ":"); ok {
		base = quantified
	}
	switch base {
	case "stringlike", "stringequals":
		return false, true
	case "stringnotlike", "stringnotequals":
		return true, true
	default:
		return false, false
	}
}

// keyPatterns turns the values of an s3:prefix clause into ARN patterns of
// objects in the bucket that the statement names.
func keyPatterns(st *policy.Statement, clause policy.Clause) (policy.Strings, bool) {
	if !strings.EqualFold(clause.Key, "s3:prefix") || len(st.Resource.Values) != 1 {
		return policy.Strings{}, false
	}
	bucket, ok := strings.CutSuffix(st.Resource.Values[0], "/*")
	if !ok || strings.Contains(bucket, "/") {
		return policy.Strings{}, false
	}
	var patterns []string
	for _, v := range clause.Values.Values {
		patterns = append(patterns, bucket+"/"+strings.TrimSuffix(v, "*")+"*")
	}
	return policy.Compact(patterns...), true
}

// documentFinding is a finding about a document as such.
func (a *auditor) documentFinding(c consulted, check string, o Outcome, s Severity) Finding {
	return Finding{
		Check: check, Outcome: o, Severity: s, Account: c.account, Document: c.document, Target: c.target, Position: c.position,
		Args: map[string]string{"document": string(c.document), "target": c.target},
	}
}
