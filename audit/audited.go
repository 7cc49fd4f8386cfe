package audit

import (
	"slices"
	"strings"

	"github.com/repligrant/repligrant/replication"
)

// An audited is an audit with what it takes to look things up in it.
type audited struct {
	*Audit
	byID     map[string][]*Finding
	byCause  map[string][]*Finding
	verdicts map[RuleVerdict]Verdict // by the rule
	sources  map[string]bool         // buckets whose rules it looks at
	accounts map[string]bool
	open     []*Finding // that say what is not known
	state    map[string]Standing
}

func index(a *Audit) *audited {
	x := &audited{
		Audit: a, byID: map[string][]*Finding{}, byCause: map[string][]*Finding{}, verdicts: map[RuleVerdict]Verdict{},
		sources: map[string]bool{}, accounts: map[string]bool{}, state: map[string]Standing{},
	}
	for i := range a.Findings {
		f := &a.Findings[i]
		x.byID[f.ID] = append(x.byID[f.ID], f)
		x.byCause[f.Cause] = append(x.byCause[f.Cause], f)
		if f.leavesOpen() {
			x.open = append(x.open, f)
		}
	}
	for _, v := range a.Rules {
		x.verdicts[nameOf(v)] = v.Verdict
		x.sources[v.From] = true
	}
	for _, b := range a.WithoutRules {
		x.sources[b] = true
	}
	for _, s := range a.Sources {
		x.accounts[s.Account] = s.Account != ""
	}
	x.stand()
	return x
}

// nameOf is a rule without its verdict.
func nameOf(v RuleVerdict) RuleVerdict {
	v.Verdict = ""
	return v
}

// leavesOpen reports whether nobody knows what a finding is about: what has no
// reading counts as what was not read.
func (f *Finding) leavesOpen() bool { return f.Outcome == Unknown || f.Check == checkPolicyMalformed }

// same returns the finding that another audit's finding is, nil if there is none.
// An audit that shows all has a part for each requirement of what another shows
// as one.
func (a *audited) same(f *Finding) *Finding {
	for _, known := range []struct {
		by map[string][]*Finding
		id string
	}{{a.byID, f.ID}, {a.byID, f.Cause}, {a.byCause, f.ID}} {
		if l := known.by[known.id]; known.id != "" && len(l) > 0 {
			like := slices.IndexFunc(l, func(o *Finding) bool { return GradeOf(*o) == GradeOf(*f) })
			return l[max(like, 0)] // one ID for several is a mistake of whoever wrote it
		}
	}
	return nil
}

// lacks returns why nobody knows whether a finding of an older audit is mended,
// and the findings that say so; "" if it is.
func (a *audited) lacks(before *audited, f *Finding) (Lack, []string) {
	rules := before.rulesOf(f)
	gone := len(rules) > 0
	for _, v := range rules {
		if why := a.lacksRule(v); why != "" {
			return why, nil
		}
		gone = gone && !a.hasRule(v)
	}
	if gone && f.Rule != "" {
		return "", nil // a finding about a rule goes with it
	}
	if f.Outcome != Unknown && slices.ContainsFunc(f.requirements(), func(q string) bool { return a.state[q] == StandUnknown }) {
		return LackRequirement, a.openAbout(func(o *Finding) bool {
			return slices.ContainsFunc(o.requirements(), func(q string) bool { return slices.Contains(f.requirements(), q) })
		})
	}
	if f.Account != "" && before.accounts[f.Account] && !a.accounts[f.Account] {
		return LackAccount, nil
	}
	if of := a.openAbout(func(o *Finding) bool { return before.same(o) == nil && f.mayRestOn(o, rules) }); len(of) > 0 {
		return LackDocument, of
	}
	return "", nil
}

// narrow are the checks that look at one document or setting, which their findings
// name. All others may rest on anything that a rule is about.
var narrow = []string{
	checkVersioning, checkRequesterPays, checkOwnership, checkOverQuota, checkOrphan, checkPrincipal, checkKeyInapplicable, checkNoEffect,
	checkTrustTooWide,
}

// mayRestOn reports whether a finding may not be found any more because of what is
// open now and was not when it was found. What was open then too did not matter.
func (f *Finding) mayRestOn(open *Finding, rules []RuleVerdict) bool {
	if f.restsOn(open) {
		return true
	}
	if slices.Contains(narrow, f.Check) {
		return false
	}
	bucket := bucketIn(open.Target)
	return bucket == "" || slices.ContainsFunc(rules, func(v RuleVerdict) bool { return v.From == bucket || v.To == bucket })
}

// rulesOf returns the rules that a finding hangs on; where it does not say so,
// those of its bucket, else all of them.
func (a *audited) rulesOf(f *Finding) []RuleVerdict {
	bucket := bucketIn(f.Target)
	for _, is := range []func(RuleVerdict) bool{
		func(v RuleVerdict) bool {
			return v.From == f.From && (f.Rule == "" || v.Rule == f.Rule) && (f.To == "" || v.To == f.To) && v.Origin == f.Origin
		},
		func(v RuleVerdict) bool {
			return slices.ContainsFunc(f.requirements(), func(q string) bool { return strings.HasPrefix(q, v.Rule+"/"+v.From+"/"+v.To+"/") })
		},
		func(v RuleVerdict) bool { return bucket != "" && (v.From == bucket || v.To == bucket) },
	} {
		if l := filter(a.Rules, is); len(l) > 0 {
			return l
		}
	}
	return a.Rules
}

func filter[T any](list []T, is func(T) bool) []T {
	return slices.DeleteFunc(slices.Clone(list), func(v T) bool { return !is(v) })
}

// bucketIn is the name of the bucket of an ARN, "" if it is no bucket's.
func bucketIn(target string) string {
	parts := strings.SplitN(target, ":", 6)
	if len(parts) < 6 || parts[0] != "arn" || parts[2] != "s3" || parts[3]+parts[4] != "" {
		return ""
	}
	name, _, _ := strings.Cut(parts[5], "/")
	return name
}

// hasRule reports whether the audit has a rule, be it of the SPEC or live.
func (a *audited) hasRule(v RuleVerdict) bool {
	return slices.ContainsFunc(a.Rules, func(o RuleVerdict) bool { return o.Rule == v.Rule && o.From == v.From && o.To == v.To })
}

// lacksRule returns why nobody knows whether an older audit's rule is gone; "" if
// it is there, or for certain gone.
func (a *audited) lacksRule(v RuleVerdict) Lack {
	switch {
	case !a.sources[v.From]:
		return LackRule
	case !a.hasRule(v) && slices.ContainsFunc(a.open, func(o *Finding) bool { return o.hidesRulesOf(v.From) || o.ofAccount() && !a.entered(v.From) }):
		return LackDocument
	default:
		return ""
	}
}

// entered reports whether it is certain that the account of a source was read: a
// rule of it has a verdict that takes that.
func (a *audited) entered(bucket string) bool {
	return slices.Contains(a.WithoutRules, bucket) || slices.ContainsFunc(a.Rules, func(v RuleVerdict) bool {
		return v.From == bucket && v.Verdict != Unclear && v.Verdict != Fails
	})
}

// hidesRulesOf reports whether a finding says that the configuration of a bucket
// was not read.
func (f *Finding) hidesRulesOf(bucket string) bool {
	return bucketIn(f.Target) == bucket && (f.Document == replication.ReplicationConfiguration || f.ofWhole())
}

// ofAccount reports whether a finding is about an account that was not entered.
func (f *Finding) ofAccount() bool {
	return f.Account != "" && slices.Contains([]string{keyAccount, keyUnreachable, keyProfile}, f.Key)
}

// ofWhole reports whether a finding is about all that there is to read of its target.
func (f *Finding) ofWhole() bool {
	switch f.Key {
	case checkReadDenied + "/bucket", checkReadDenied + "/owner", keyAccount, keyUnreachable, keyProfile:
		return true
	}
	return f.Check == checkReadDenied && slices.Contains([]string{"iam:GetRole", "iam:GetUser", "kms:DescribeKey"}, f.Args["permission"])
}

// openAbout returns the IDs of what is open and about the same, in order.
func (a *audited) openAbout(same func(*Finding) bool) []string {
	var ids []string
	for _, o := range a.open {
		if same(o) {
			ids = append(ids, o.ID)
		}
	}
	return ids
}

// restsOn reports whether what a finding says depends on what another says to be
// open: its document, one of its evidence, or all that its account holds.
func (f *Finding) restsOn(open *Finding) bool {
	switch {
	case open.ofAccount():
		return open.Target == f.Account
	case open.Target == f.Target && (open.ofWhole() || open.Check == f.Check):
		return true
	case open.Target != f.Target && (open.Account != f.Account || open.Target != f.Account):
		return false
	}
	return slices.ContainsFunc(f.documents(), func(k replication.Kind) bool { return familyOf(k) == familyOf(open.Document) })
}

// documents are those that show a finding to be so.
func (f *Finding) documents() []replication.Kind {
	out := []replication.Kind{f.Document}
	for _, e := range f.Evidence {
		out = append(out, e.Document)
	}
	return out
}

// families has the kinds that are one document: which one a finding names depends
// on what it was read for.
var families = map[replication.Kind]replication.Kind{
	replication.SourceBucketPolicy:   replication.DestinationBucketPolicy,
	replication.WriterBucketPolicy:   replication.DestinationBucketPolicy,
	replication.SourceKMSKeyPolicy:   replication.DestinationKMSKeyPolicy,
	replication.WriterKMSKeyPolicy:   replication.DestinationKMSKeyPolicy,
	replication.BatchKMSKeyPolicy:    replication.DestinationKMSKeyPolicy,
	replication.BatchRolePolicy:      replication.RolePolicy,
	replication.WriterPolicy:         replication.RolePolicy,
	replication.WriterTrustPolicy:    replication.RoleTrustPolicy,
	replication.BatchRoleTrustPolicy: replication.RoleTrustPolicy,
}

func familyOf(k replication.Kind) replication.Kind {
	if one, ok := families[k]; ok {
		return one
	}
	return k
}
