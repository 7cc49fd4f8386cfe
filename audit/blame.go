package audit

import (
	"cmp"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
)

// A fault is one document that keeps a requirement from being met for some of
// its keys.
type fault struct {
	layer   policy.Layer
	public  bool // it is Block Public Access, which takes away what layer grants
	outcome Outcome
	witness string
	address string // of the witness's caller, where not all addresses are alike
	denies  []policy.Ref
}

// blame turns an answer that is not "allowed" into findings: one for each
// document that lacks the permission or denies it.
func (a *auditor) blame(qu *question, answer policy.Answer) {
	if answer.TooComplex {
		a.count(qu, Unknown)
		a.tooComplex(qu)
		return
	}
	var faults []fault
	var open []policy.Open
	coverage, isOpen := CoverageNone, false
	for _, c := range answer.Classes {
		if !c.Decision.Denied() {
			coverage = CoveragePartial
		}
		if c.Decision.Unknown() {
			isOpen = true
			open = append(open, c.Open...)
		}
		faults = qu.addFaults(faults, c)
	}
	a.tally(qu, worst(faults))
	a.tellApart(qu, faults, open)
	for _, f := range faults {
		if !qu.spared(f) {
			a.fault(qu, f, coverage)
		}
	}
	if isOpen {
		a.open(qu, open)
	}
}

// spared reports whether a fault is one that nobody minds: an advised permission
// that a document is not asked to hold.
func (qu *question) spared(f fault) bool {
	holders := slices.Concat(qu.Holders, qu.Instead)
	return qu.advised() && f.outcome == Missing && !slices.Contains(holders, qu.place(f.layer).document)
}

func (qu *question) crossAccount() bool {
	return qu.Account != qu.ResourceAccount || qu.ResourceAccount == ""
}

// worst is the outcome of a requirement with these faults: denied before
// missing, and unknown if nothing is certain.
func worst(faults []fault) Outcome {
	out := Unknown
	for _, f := range faults {
		if f.outcome == Blocked {
			return Blocked
		}
		out = Missing
	}
	return out
}

// addFaults adds what is certain about one class of keys.
func (qu *question) addFaults(faults []fault, c policy.Class) []fault {
	if !c.Decision.Denied() {
		return faults
	}
	found := false
	add := func(f fault) {
		f.witness = cmp.Or(c.Context[strings.ToLower(replication.EncryptionContext)], c.Witness)
		f.address = c.Context[sourceIP]
		faults, found = addFault(faults, f), true
	}
	for _, v := range c.Views {
		if v.Says == policy.Denies || limits(v) {
			add(fault{layer: v.Layer, outcome: Blocked, denies: v.Denies})
		}
	}
	for _, layer := range qu.lacking(c.Views) {
		add(fault{layer: layer, outcome: Missing})
	}
	if c.Withheld {
		add(fault{layer: policy.Resource, public: true, outcome: Blocked})
	}
	if !found {
		add(somewhere(c))
	}
	return faults
}

// limits reports whether a layer that only ever limits is silent, and so stops
// the request.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html.
func limits(v policy.View) bool {
	return v.Says == policy.Silent && v.Layer != policy.Identity && v.Layer != policy.Resource && v.Layer != policy.RCP
}

// lacking returns the layers that would have to allow and for certain do not.
// In one account the caller's own policies are named, since the smallest fix is
// there. S3, which assumes the role, has no policies of its own.
func (qu *question) lacking(views []policy.View) []policy.Layer {
	identity, resource := viewOf(views, policy.Identity), viewOf(views, policy.Resource)
	if qu.aboutTrust() {
		if lacks(resource, policy.AllowsAccount|policy.AllowsDirectly) {
			return []policy.Layer{policy.Resource}
		}
		return nil
	}
	var out []policy.Layer
	cross := qu.crossAccount()
	// IAM has a say on a key only where the key's policy gives it one.
	// See https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html.
	if qu.On.OfKey() && !cross && lacks(resource, policy.AllowsAccount|policy.AllowsDirectly) {
		out = append(out, policy.Resource)
	}
	if lacks(identity, policy.AllowsDirectly) && (cross || lacks(resource, policy.AllowsDirectly) || resource.Says == policy.Denies && len(resource.Allows) == 0) {
		out = append(out, policy.Identity)
	}
	if cross && lacks(resource, policy.AllowsAccount|policy.AllowsDirectly) {
		out = append(out, policy.Resource)
	}
	return out
}

// lacks reports whether a layer for certain does not allow, and not because it
// denies what it would allow.
func lacks(v policy.View, allows policy.Says) bool {
	denies := v.Says == policy.Denies || v.Says&policy.Denies != 0 && len(v.Allows) > 0
	return v.Says&allows == 0 && !denies
}

// viewOf returns what a layer says; one that has no policies is silent.
func viewOf(views []policy.View, layer policy.Layer) policy.View {
	for _, v := range views {
		if v.Layer == layer {
			return v
		}
	}
	return policy.View{Layer: layer, Says: policy.Silent}
}

// somewhere is the fault where each layer by itself might allow and all together
// never do: that of a layer that may deny, or else of the caller's policies.
func somewhere(c policy.Class) fault {
	for _, v := range c.Views {
		if v.Says&policy.Denies != 0 {
			return fault{layer: v.Layer, outcome: Blocked, denies: v.Denies}
		}
	}
	return fault{layer: policy.Identity, outcome: Missing}
}

func addFault(faults []fault, f fault) []fault {
	for i := range faults {
		if faults[i].layer == f.layer && faults[i].outcome == f.outcome && faults[i].public == f.public {
			faults[i].denies = mergeRefs(faults[i].denies, f.denies)
			return faults
		}
	}
	return append(faults, f)
}

func mergeRefs(a, b []policy.Ref) []policy.Ref {
	for _, r := range b {
		if !slices.Contains(a, r) {
			a = append(a, r)
		}
	}
	return a
}

// fault adds the finding for one document.
func (a *auditor) fault(qu *question, f fault, coverage Coverage) {
	place := qu.place(f.layer)
	if qu.advised() && qu.On.OfKey() {
		a.advise(qu, place, f, coverage)
		return
	}
	if f.public {
		place = publicAccessPlace(qu.bucket)
		if qu.check == checkMissing && !qu.advised() {
			a.restricted(qu, place, f, coverage)
			return
		}
	}
	finding := a.findingFor(qu, place)
	finding.Check, finding.Outcome = qu.check, f.outcome
	finding.Witness, finding.Coverage = f.witness, coverage
	switch {
	case qu.advised():
		finding.Check, finding.Outcome = checkAdvised, Advice
	case qu.check == checkWriterCannot:
		finding.Outcome = Missing // whatever keeps the writer from it
		finding.from(f.address)
	case f.outcome == Blocked:
		finding.Check = checkBlocked
	}
	if qu.On == replication.BatchRole && finding.Check == checkTrustMissing {
		finding.Key = checkTrustMissing + "/batch"
	}
	if finding.Check == checkAdvised && f.outcome == Blocked {
		finding.Key = checkAdvised + "/denied"
	}
	finding.Severity = severityOf(qu.Requirement, finding)
	finding.Evidence, finding.Fix = a.proof(qu, place, f)
	a.add(finding, nil)
	a.weigh(qu, finding)
}

// advise adds to what AWS advises of one key in one document: both forms of the
// encryption context and all actions are one finding, with one statement to add.
func (a *auditor) advise(qu *question, p place, f fault, coverage Coverage) {
	c := cause{checkAdvised, p.target, strings.Join([]string{string(p.document), string(f.outcome), qu.Rule, qu.From, qu.To, qu.Resource, qu.Principal}, " ")}
	a.share(c, a.concern(qu), func() Finding {
		finding := a.findingFor(qu, p)
		finding.Check, finding.Outcome, finding.Severity, finding.Coverage = checkAdvised, Advice, Low, coverage
		finding.Requirement, finding.Action, finding.Witness = "", "", f.witness
		if f.outcome == Blocked {
			finding.Key = checkAdvised + "/denied"
		}
		finding.Evidence, finding.Fix = a.proof(qu, p, f)
		return finding
	})
	finding := &a.findings[a.causes[c]]
	switch fix := finding.Fix; {
	case f.outcome == Blocked:
		finding.denyToo(a.proof(qu, p, f))
	case fix.Op == Add && fix.Statement != nil:
		joined := joinStatements(*fix.Statement, qu.Statement(p.document))
		fix.Statement = &joined
	}
}

// denyToo adds the statements that deny another form of what a finding is about,
// and what to do about each.
func (f *Finding) denyToo(evidence []Evidence, fix *Fix) {
	fixes := append([]FurtherFix{fix.further()}, fix.Also...)
	for i, e := range evidence {
		if i < len(fixes) && e.Statement != nil && !slices.ContainsFunc(f.Evidence, e.samePlace) {
			f.Evidence, f.Fix.Also = append(f.Evidence, e), append(f.Fix.Also, fixes[i])
		}
	}
}

// samePlace reports whether o points at the same statement.
func (e Evidence) samePlace(o Evidence) bool {
	return e.Document == o.Document && e.Policy == o.Policy && e.Statement != nil && o.Statement != nil && *e.Statement == *o.Statement
}

// sourceIP is the condition key that holds the address of a caller.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourceip.
const sourceIP = "aws:sourceip"

// from says from which address a writer cannot write, where it can from others.
func (f *Finding) from(address string) {
	if address != "" && f.Coverage == CoveragePartial {
		f.Key, f.Args["address"] = checkWriterCannot+"/from", address
	}
}

// restricted adds to the finding that Block Public Access cuts other accounts off
// from a bucket with a public policy: one for all that it stops.
func (a *auditor) restricted(qu *question, p place, f fault, coverage Coverage) {
	weighed := Finding{Outcome: Blocked, Coverage: coverage}
	weighed.Severity = severityOf(qu.Requirement, weighed)
	a.weigh(qu, weighed)
	a.share(cause{checkRestricted, p.target, ""}, a.concern(qu), func() Finding {
		finding := a.findingFor(qu, p)
		finding.anonymous()
		finding.Check, finding.Outcome, finding.Severity, finding.Coverage = checkRestricted, Blocked, weighed.Severity, coverage
		finding.Principal, finding.Source = "", ""
		finding.Args["bucket"] = qu.bucket.Name
		finding.Evidence, finding.Fix = a.proof(qu, p, f)
		return finding
	})
}

// proof is the evidence of a fault, and the fix.
func (a *auditor) proof(qu *question, p place, f fault) ([]Evidence, *Fix) {
	switch {
	case f.public:
		return qu.publicStatements(), qu.unrestrict(p)
	case f.outcome == Missing:
		return qu.nearest(p, f), grant(qu.Requirement, p)
	case len(f.denies) == 0:
		return qu.silence(p, f), qu.allowThere(p)
	default:
		return qu.denials(p, f), qu.spare(p, f)
	}
}

// severityOf ranks an unmet requirement by what is lost without it.
func severityOf(q replication.Requirement, f Finding) Severity {
	switch {
	case q.Level == replication.Advised:
		return Low
	case f.Coverage == CoveragePartial:
		return Medium
	default:
		return severities[q.Without]
	}
}

// weigh counts an unmet requirement against its rule.
func (a *auditor) weigh(qu *question, f Finding) {
	p := a.rules[keyOf(qu.rule)]
	if p == nil || f.Outcome == Advice {
		return
	}
	if f.Coverage == CoverageNone && f.Severity == Critical {
		p.fails = true
		return
	}
	p.degraded = true
}
