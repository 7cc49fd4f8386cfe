package audit

import (
	"slices"

	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
)

// A fault is one document that keeps a requirement from being met, and for how
// many of its keys.
type fault struct {
	layer   policy.Layer
	outcome Outcome
	witness string
	classes int
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
	for _, c := range answer.Classes {
		if c.Decision == policy.Allowed {
			continue
		}
		faults = addFaults(faults, c, qu.crossAccount())
		open = append(open, c.Open...)
	}
	a.count(qu, worst(faults))
	for _, f := range faults {
		a.fault(qu, f, len(answer.Classes))
	}
	if len(faults) == 0 || len(open) > 0 {
		a.open(qu, open)
	}
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
func addFaults(faults []fault, c policy.Class, cross bool) []fault {
	if !c.Decision.Denied() {
		return faults
	}
	found := false
	says := map[policy.Layer]policy.Says{}
	for _, v := range c.Views {
		says[v.Layer] = v.Says
		if v.Says == policy.Denies || limits(v) {
			faults = addFault(faults, fault{v.Layer, Blocked, c.Witness, 1, v.Denies})
			found = true
		}
	}
	for _, layer := range lacking(says, cross) {
		faults = addFault(faults, fault{layer, Missing, c.Witness, 1, nil})
		found = true
	}
	if !found {
		faults = addFault(faults, fault{somewhere(c), Blocked, c.Witness, 1, nil})
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
// there.
func lacking(says map[policy.Layer]policy.Says, cross bool) []policy.Layer {
	const allows = policy.AllowsAccount | policy.AllowsDirectly
	identity, known := says[policy.Identity]
	if !known {
		identity = policy.Silent
	}
	resource, known := says[policy.Resource]
	if !known {
		resource = policy.Silent
	}
	var out []policy.Layer
	if identity&allows == 0 && identity != policy.Denies && (cross || resource&policy.AllowsDirectly == 0) && resource != policy.Denies {
		out = append(out, policy.Identity)
	}
	if cross && resource&allows == 0 && resource != policy.Denies {
		out = append(out, policy.Resource)
	}
	return out
}

// somewhere is the layer to name where each by itself might allow and all
// together never do.
func somewhere(c policy.Class) policy.Layer {
	for _, v := range c.Views {
		if v.Says&policy.Denies != 0 {
			return v.Layer
		}
	}
	return policy.Identity
}

func addFault(faults []fault, f fault) []fault {
	for i := range faults {
		if faults[i].layer == f.layer && faults[i].outcome == f.outcome {
			faults[i].classes++
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
func (a *auditor) fault(qu *question, f fault, classes int) {
	place := qu.place(f.layer)
	finding := a.findingFor(qu, place)
	finding.Check, finding.Outcome = qu.check, f.outcome
	finding.Witness = f.witness
	finding.Coverage = CoverageNone
	if f.classes < classes {
		finding.Coverage = CoveragePartial
	}
	switch {
	case qu.Level == replication.Advised:
		finding.Check, finding.Outcome = checkAdvised, Advice
	case f.outcome == Blocked && qu.check != checkWriterCannot:
		finding.Check = checkBlocked
	case f.outcome == Blocked:
		finding.Outcome = Blocked
	}
	finding.Severity = severityOf(qu.Requirement, finding)
	if f.outcome == Blocked {
		finding.Evidence = a.denials(qu, place, f)
		finding.Fix = a.spare(qu, place, f)
	} else {
		finding.Evidence = a.nearest(qu, place, f)
		finding.Fix = grant(qu.Requirement, place)
	}
	a.add(finding, nil)
	a.weigh(qu, finding)
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

// open records what a requirement depends on and nobody knows: documents that
// were not read, and condition keys.
func (a *auditor) open(qu *question, open []policy.Open) {
	if qu.Level == replication.Advised {
		return
	}
	if p := a.rules[keyOf(qu.rule)]; p != nil {
		p.unknown = true
	}
	for _, o := range open {
		if o.Key != "" {
			a.openKey(qu, o)
			continue
		}
		a.openDocument(qu, o)
	}
	if len(open) == 0 {
		a.tooComplex(qu)
	}
}
