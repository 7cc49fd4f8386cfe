package audit

import (
	"maps"
	"slices"
	"strings"
)

// A Standing is how a requirement stands in an audit.
type Standing string

// The standings. An audit that was saved without --all does not list what is
// granted: what it does not find missing is granted or not required.
const (
	StandGranted   Standing = "granted"
	StandMissing   Standing = "missing"
	StandBlocked   Standing = "blocked"
	StandAdvised   Standing = "advised" // unmet, and AWS only advises it
	StandUnknown   Standing = "unknown"
	StandNotNeeded Standing = "not-required"
	StandNotListed Standing = "not-listed"  // granted, or not required
	StandUnseen    Standing = "not-audited" // the audit does not look at its rule
)

// A RequirementChange is a requirement that is decided otherwise.
type RequirementChange struct {
	Requirement string   `json:"requirement"` // ID
	Before      Standing `json:"before"`
	Now         Standing `json:"now"`
}

// decided reports whether it is certain that something became of the requirement.
func (c RequirementChange) decided() bool {
	return c.Now != StandUnknown && c.Now != StandUnseen && c.Before != StandUnseen
}

// standings ranks what several findings say of one requirement, the worst first:
// what denies or lacks is certain, whatever else is open.
var standings = []Standing{StandBlocked, StandMissing, StandUnknown, StandAdvised}

// requirements are the IDs of those that a finding is about.
func (f *Finding) requirements() []string {
	if f.Requirement == "" {
		return f.Requirements
	}
	return append([]string{f.Requirement}, f.Requirements...)
}

// stand says how each requirement stands that an audit names.
func (a *audited) stand() {
	for _, g := range a.Granted {
		a.state[g.Requirement] = StandGranted
	}
	for i := range a.Findings {
		f := &a.Findings[i]
		now, ok := f.standing()
		if !ok {
			continue
		}
		for _, q := range f.requirements() {
			if before, there := a.state[q]; !there || slices.Index(standings, now) < slices.Index(standings, before) {
				a.state[q] = now
			}
		}
	}
}

// standing is what a finding says of its requirements. One about what they were
// decided without says nothing.
func (f *Finding) standing() (Standing, bool) {
	switch {
	case f.Check == checkReadDenied && len(f.Assuming) > 0:
		return "", false
	case f.Outcome == Missing:
		return StandMissing, true
	case f.Outcome == Blocked:
		return StandBlocked, true
	case f.Outcome == Advice:
		return StandAdvised, true
	case f.leavesOpen():
		return StandUnknown, true
	default:
		return "", false
	}
}

// standingOf is how a requirement stands that the other audit names. One that is
// only advised and could not be decided is no finding: where something is open,
// nobody knows of what is not listed.
func (a *audited) standingOf(q string) Standing {
	if s, ok := a.state[q]; ok {
		return s
	}
	looks := slices.ContainsFunc(a.Rules, func(v RuleVerdict) bool { return strings.HasPrefix(q, v.Rule+"/"+v.From+"/"+v.To+"/") })
	switch {
	case looks && !a.ListsGranted():
		return StandNotListed
	case looks && slices.ContainsFunc(a.open, func(f *Finding) bool { return len(f.Assuming) == 0 }):
		return StandUnknown
	case looks || a.sources[sourceIn(q)]:
		return StandNotNeeded
	default:
		return StandUnseen
	}
}

// sourceIn is the source bucket in the ID of a requirement, rule/from/to/action.
// The names of buckets have no slash, and those of rules may.
func sourceIn(q string) string {
	for _, service := range []string{"/s3:", "/kms:", "/sts:"} {
		if i := strings.LastIndex(q, service); i >= 0 {
			parts := strings.Split(q[:i], "/")
			if len(parts) >= 3 {
				return parts[len(parts)-2]
			}
		}
	}
	return ""
}

// requirementChanges lists the requirements that stand otherwise, in order. What
// one side does not list is compared with nothing that may be the same.
func requirementChanges(was, is *audited) []RequirementChange {
	all := maps.Clone(was.state)
	maps.Copy(all, is.state)
	out := []RequirementChange{}
	for _, q := range slices.Sorted(maps.Keys(all)) {
		c := RequirementChange{q, was.standingOf(q), is.standingOf(q)}
		if c.Before != c.Now && !mayBeSame(c.Before, c.Now) && !mayBeSame(c.Now, c.Before) {
			out = append(out, c)
		}
	}
	return out
}

// mayBeSame reports whether a requirement that is not listed may stand as s.
func mayBeSame(unlisted, s Standing) bool {
	return unlisted == StandNotListed && (s == StandGranted || s == StandNotNeeded)
}
