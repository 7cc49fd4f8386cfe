package audit

import (
	"slices"
	"strings"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/policy"
)

// open records what a requirement depends on and nobody knows: documents that
// were not read, statements without a certain reading, and condition keys.
func (a *auditor) open(qu *question, open []policy.Open) {
	if p := a.rules[keyOf(qu.rule)]; p != nil && !qu.advised() {
		p.unknown = true
	}
	for _, o := range open {
		switch {
		case o.Key == "" && (!qu.wasRead(o) || isPlanned(o.Why)):
			a.openDocument(qu, o)
		case o.Key == "":
			a.openStatement(qu, o)
		case strings.EqualFold(o.Key, "aws:ResourceAccount") && qu.ResourceAccount == "":
			a.bucketUnread(qu.bucket, a.aside(qu))
		default:
			a.openKey(qu, o)
		}
	}
}

// isPlanned reports whether why is that something is known only after apply.
func isPlanned(why string) bool {
	_, ok := fact.Address(why)
	return ok
}

// wasRead reports whether the document that an answer depends on was read, so
// that it is not the reading that is wanting.
func (qu *question) wasRead(o policy.Open) bool {
	for _, s := range qu.sourcesOf(o.Layer) {
		if s.Name == o.Policy && !s.Document.Read() {
			return false
		}
	}
	return true
}

// openKey records a requirement that depends on the value of a condition key.
func (a *auditor) openKey(qu *question, o policy.Open) {
	p := qu.place(o.Layer)
	a.undecided(qu, p, "key:"+strings.ToLower(o.Key), func(f *Finding) {
		diag.Put(f.Args, "key", keyWords(o.Key))
		f.Evidence = a.mentioning(qu, p, o)
	})
}

// ofPrincipal is in place of a condition key where it is the principal on which
// a statement depends.
const ofPrincipal = "who.principal"

func keyWords(key string) diag.Text {
	if key == sentences[ofPrincipal] {
		return words(ofPrincipal)
	}
	return diag.Datum(key)
}

// openStatement records a requirement that depends on a statement of which AWS
// does not say for certain whom or what it means.
func (a *auditor) openStatement(qu *question, o policy.Open) {
	p := qu.place(o.Layer)
	a.undecided(qu, p, "reading", func(f *Finding) {
		f.Key = checkUnknown + "/reading"
		why := reason(o.Why)
		diag.Put(f.Args, "why", why)
		f.Evidence = []Evidence{Evidence{Document: p.document, Policy: p.policy}.saying(words("says.why").With("why", why))}
	})
}

// tooComplex records a requirement whose patterns are beyond the budget.
func (a *auditor) tooComplex(qu *question) {
	if p := a.rules[keyOf(qu.rule)]; p != nil && !qu.advised() {
		p.unknown = true
	}
	p := qu.place(policy.Identity)
	a.undecided(qu, p, "too-complex", func(f *Finding) {
		f.Key = checkUnknown + "/too-complex"
		f.Evidence = shows(p.document, words("says.too-complex", "action", qu.Action))
	})
}

// undecided adds a requirement to the finding about what leaves it unknown.
func (a *auditor) undecided(qu *question, p place, what string, say func(*Finding)) {
	a.share(cause{checkUnknown, p.target, what + " " + qu.Principal}, a.aside(qu), func() Finding {
		f := a.findingFor(qu, p)
		f.Check, f.Outcome, f.Severity = checkUnknown, Unknown, Medium
		f.Source = ""
		f.anonymous()
		say(&f)
		return f
	})
}

// anonymous takes away what a finding says of one rule and requirement.
func (f *Finding) anonymous() {
	f.Rule, f.From, f.To, f.Origin = "", "", "", ""
	f.Requirement, f.Action, f.Resource, f.Assuming = "", "", "", nil
	f.FailureCode, f.Position = "", position{}
}

// mentioning is the evidence of an open key: the statements that test it.
func (a *auditor) mentioning(qu *question, p place, o policy.Open) []Evidence {
	var out []Evidence
	for _, s := range qu.sourcesOf(o.Layer) {
		d, ok := s.Document.Get()
		if !ok {
			continue
		}
		for i := range d.Statements {
			st := &d.Statements[i]
			if testsKey(st, o.Key) {
				out = append(out, evidence(p.document, s.Name, i, st, tested(st)))
			}
		}
	}
	return out
}

// testsKey reports whether a statement tests a key, or one of a list of them.
func testsKey(st *policy.Statement, key string) bool {
	return slices.ContainsFunc(st.Condition, func(c policy.Clause) bool {
		return slices.ContainsFunc(strings.Split(key, keySeparator), func(k string) bool { return strings.EqualFold(c.Key, k) })
	})
}

// keySeparator stands between keys on which something depends together.
const keySeparator = ", "
