package audit

import (
	"cmp"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/snapshot"
)

// assume lets a requirement be decided as if an organization's policies did not
// limit it, and says so once per account and layer.
func (a *auditor) assume(qu *question, kind replication.Kind, account string, org fact.Value[snapshot.Organization], pick levelsOf) {
	assumption := string(kind) + ":" + account
	qu.assuming = append(qu.assuming, assumption)
	if !a.entered(account) {
		a.accountUnread(account, a.concern(qu))
		return
	}
	u := unreading{place{kind, account, account, ""}, "DescribeOrganization", org.Why()}
	if o, ok := org.Get(); ok {
		all, _ := pick(o)
		u.operation, u.why = "ListPoliciesForTarget", all.Why()
		for operation := range o.Errors { // the one that failed first
			u.operation = operation
		}
	}
	u.why = cmp.Or(u.why, sentences["unread.not-read"])
	a.share(cause{checkReadDenied, account, string(kind)}, a.concern(qu), func() Finding {
		f := a.readDenied(u, checkReadDenied+"/organization", words("what.policies", "kind", strings.ToUpper(string(kind)), "account", account))
		f.Assuming = []string{assumption}
		f.Severity = Low
		return f
	})
}

// assumeKeys fixes the keys that --assume key:NAME=VALUE names.
func (a *auditor) assumeKeys(c policy.Context) policy.Context {
	for _, assumption := range a.in.Assume {
		rest, ok := strings.CutPrefix(assumption, "key:")
		if !ok {
			continue
		}
		name, value, _ := strings.Cut(rest, "=")
		c.Keys[strings.ToLower(name)] = policy.Exactly(value)
	}
	return c
}

// gap is how --assume names what a finding leaves open; "" if it cannot be
// accepted.
func (f *Finding) gap() string {
	switch {
	case f.Check != checkReadDenied:
		return ""
	case f.Key == keyUnseen:
		return Left{Address: f.Target}.gap()
	case f.ofAccount():
		return "account:" + f.Account
	case f.Document == replication.SCP || f.Document == replication.RCP:
		return string(f.Document) + ":" + f.Account
	default:
		return ""
	}
}

// Acceptable reports whether --assume can accept what a finding leaves open: it
// names accounts, and nobody knows the ID of some, nor which there are in an
// organization that could not be listed.
func (f *Finding) Acceptable() bool {
	return f.Check == checkReadDenied && (f.Key == keyUnseen || f.Account != "" && !f.ofMembers())
}

// ofMembers reports whether a finding is about an organization whose accounts
// could not be listed.
func (f *Finding) ofMembers() bool {
	return f.Check == checkReadDenied && f.Args["permission"] == "organizations:ListAccounts"
}

// accepts reports whether --assume accepts the gap of a finding. Who accepts
// that an account was not read accepts all that was not read of it.
func (a *auditor) accepts(f *Finding) bool {
	if !f.Acceptable() {
		return false
	}
	kind, _, _ := strings.Cut(f.gap(), ":")
	if kind == "planned" {
		return slices.Contains(a.in.Assume, f.gap())
	}
	return slices.Contains(a.in.Assume, "account:"+f.Account) || kind != "account" && slices.Contains(a.in.Assume, kind)
}

// assumptions lists what --assume accepted and the audit rests on, and what
// planned infrastructure is taken to say.
func (a *auditor) assumptions() []string {
	var out []string
	for i := range a.findings {
		if f := &a.findings[i]; a.accepts(f) {
			out = append(out, cmp.Or(f.gap(), "account:"+f.Account))
		}
	}
	for _, assumption := range a.in.Assume {
		if strings.HasPrefix(assumption, "key:") {
			out = append(out, assumption)
		}
	}
	for _, l := range a.in.Layers {
		out = append(out, l.Taken...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}
