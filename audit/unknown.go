package audit

import (
	"cmp"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/internal/reads"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/snapshot"
)

// A cause is one thing that leaves requirements undecided: a document that was
// not read, or a key whose value nobody can know. All that one cause leaves
// open is one finding.
type cause struct {
	check    string
	document replication.Kind
	target   string
	what     string // API operation, or condition key
}

// undecided adds a requirement to the finding of a cause, which make begins.
func (a *auditor) undecided(c cause, requirement string, make func() Finding) {
	i, ok := a.unread[c]
	if !ok {
		i = len(a.findings)
		a.unread[c] = i
		a.add(make(), nil)
	}
	f := &a.findings[i]
	if requirement != "" && !slices.Contains(f.Requirements, requirement) {
		f.Requirements = append(f.Requirements, requirement)
	}
}

// openKey records a requirement that depends on the value of a condition key.
func (a *auditor) openKey(qu *question, o policy.Open) {
	p := qu.place(o.Layer)
	key := strings.ToLower(o.Key)
	a.undecided(cause{checkUnknown, p.document, p.target, key + " " + qu.Action}, qu.ID, func() Finding {
		f := a.findingFor(qu, p)
		f.Check, f.Outcome, f.Severity = checkUnknown, Unknown, Medium
		f.Args["key"] = o.Key
		f.Source = ""
		f.Evidence = a.mentioning(qu, p, o)
		return f
	})
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
				out = append(out, evidence(p.document, s.Name, i, st, "tests "+strings.TrimPrefix(conditionOf(st), " where ")))
			}
		}
	}
	return out
}

func testsKey(st *policy.Statement, key string) bool {
	return slices.ContainsFunc(st.Condition, func(c policy.Clause) bool { return strings.EqualFold(c.Key, key) })
}

// openDocument records a requirement that depends on a document that was not read.
func (a *auditor) openDocument(qu *question, o policy.Open) {
	p := qu.place(o.Layer)
	a.notRead(p, operationOf(p.document, o.Policy), o.Why, qu.ID, qu.Position)
}

// operationOf is the API operation that reads a document.
func operationOf(k replication.Kind, name string) string {
	switch k {
	case replication.RolePolicy:
		return identityOperation(name, "Role")
	case replication.WriterPolicy:
		return identityOperation(name, "User")
	case replication.RoleTrustPolicy, replication.PermissionsBoundary:
		return "GetRole"
	case replication.SCP, replication.RCP:
		return "ListPoliciesForTarget"
	case replication.WriterAccessPointPolicy:
		return "GetAccessPointPolicy"
	default:
		return "GetBucketPolicy"
	}
}

func identityOperation(name, entity string) string {
	switch {
	case name == "inline policies":
		return "List" + entity + "Policies"
	case name == "attached policies":
		return "ListAttached" + entity + "Policies"
	case name == "group policies":
		return "ListGroupsForUser"
	case strings.Contains(name, ":role/") || strings.Contains(name, ":user/"):
		return "Get" + entity
	case strings.HasPrefix(name, "arn:"):
		return "GetPolicyVersion"
	default:
		return "Get" + entity + "Policy"
	}
}

// notRead records that something was not read, and what that leaves open.
func (a *auditor) notRead(p place, operation, why, requirement string, pos position) {
	if strings.HasPrefix(why, "MalformedPolicy") {
		a.malformed(p, why, requirement)
		return
	}
	what := operation
	if account := a.in.Snapshot.Accounts[p.account]; account == nil || account.WhyUnread() != "" {
		// Nothing of the account was read, so one finding stands for it all.
		what, p = "account", place{p.document, p.account, p.account, ""}
		p.document = replication.BucketSettings
	}
	a.undecided(cause{checkReadDenied, p.document, p.target, what}, requirement, func() Finding {
		return a.readDenied(p, what, operation, why, pos)
	})
}

func (a *auditor) readDenied(p place, what, operation, why string, pos position) Finding {
	a.sources[p.account] = append(a.sources[p.account], operation+" "+p.target)
	permission, source := permissionFor(operation)
	subject := title(p.document) + " of " + p.target
	if what == "account" {
		subject, permission = "account "+p.account, "sts:AssumeRole or credentials of that account"
		source = "https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html"
	}
	return Finding{
		Check: checkReadDenied, Outcome: Unknown, Severity: Medium, Account: p.account, Document: p.document, Target: p.target,
		Position: pos, Source: source,
		Args:     map[string]string{"what": subject, "why": cmp.Or(why, "not in the snapshot"), "permission": permission},
		Evidence: []Evidence{{Document: p.document, Policy: p.policy, Says: operation + ": " + cmp.Or(why, "not in the snapshot")}},
	}
}

// permissionFor returns the IAM action that an API operation needs, and the page
// that says so.
func permissionFor(operation string) (action, source string) {
	pages := []struct{ service, page string }{
		{"S3", userGuide + "using-with-s3-policy-actions.html"},
		{"IAM", "https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html"},
		{"Organizations", organizationsPage},
	}
	for _, p := range pages {
		if r, ok := reads.Find(p.service, operation); ok {
			return r.Action, p.page
		}
	}
	return "organizations:" + operation, organizationsPage
}

const organizationsPage = "https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsorganizations.html"

// malformed records a document that has no reading.
func (a *auditor) malformed(p place, why, requirement string) {
	a.undecided(cause{checkPolicyMalformed, p.document, p.target, why}, requirement, func() Finding {
		return Finding{
			Check: checkPolicyMalformed, Outcome: Mismatch, Severity: High, Account: p.account, Document: p.document, Target: p.target,
			Args: map[string]string{"what": title(p.document) + " of " + p.target, "why": strings.TrimPrefix(why, "MalformedPolicy: ")},
		}
	})
	a.incomplete = true
}

// unreadBucket records a setting of a bucket that was not read.
func (a *auditor) unreadBucket(b replication.Bucket, k replication.Kind, operation, why string) {
	a.notRead(place{k, b.Account, b.ARN(), ""}, operation, cmp.Or(why, a.in.Snapshot.Accounts[b.Account].WhyUnread()), "", position{})
}

// tooComplex records a requirement whose patterns are beyond the budget.
func (a *auditor) tooComplex(qu *question) {
	a.openKey(qu, policy.Open{Layer: policy.Identity, Key: "pattern-too-complex"})
}

// A consulted document is one that an audit rests on.
type consulted struct {
	place
	source policy.Source
	caller string // of identity policies and boundaries: whose
}

// consult remembers the documents of a question, each once, and records those
// that were not read: an audit that lacks one is not complete, even where what
// is known already decides.
func (a *auditor) consult(qu *question) {
	layers := []policy.Layer{policy.Identity, policy.Resource, policy.Boundary}
	for _, layer := range layers {
		p := qu.place(layer)
		for _, s := range qu.sourcesOf(layer) {
			c := consulted{p, s, qu.Principal}
			c.policy = s.Name
			if a.seen(c) {
				continue
			}
			a.consults = append(a.consults, c)
			if !s.Document.Read() {
				a.notRead(p, operationOf(p.document, s.Name), s.Document.Why(), "", qu.Position)
			}
		}
	}
}

func (a *auditor) seen(c consulted) bool {
	key := strings.Join([]string{string(c.document), c.target, c.policy}, "\x00")
	if a.done[key] {
		return true
	}
	a.done[key] = true
	return false
}

// assume lets a requirement be decided as if an organization's policies did not
// limit it, and says so once per account and layer.
func (a *auditor) assume(qu *question, kind replication.Kind, layer, account string, org fact.Value[snapshot.Organization]) {
	assumption := layer + ":" + account
	qu.assuming = append(qu.assuming, assumption)
	p := place{kind, account, account, ""}
	a.undecided(cause{checkReadDenied, kind, account, layer}, qu.ID, func() Finding {
		f := a.readDenied(p, layer, "ListPoliciesForTarget", cmp.Or(whyOrganization(org), "not read"), position{})
		f.Args["what"] = strings.ToUpper(layer) + "s that bind account " + account
		f.Assuming = []string{assumption}
		f.Severity = Low
		return f
	})
}

func whyOrganization(org fact.Value[snapshot.Organization]) string {
	if o, ok := org.Get(); ok {
		return cmp.Or(o.SCPs.Why(), o.RCPs.Why())
	}
	return org.Why()
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

// accepted reports whether --assume accepts the gap of a finding.
func (a *auditor) accepted(f Finding) bool {
	for _, assumption := range a.in.Assume {
		switch {
		case assumption == string(f.Document) && f.Check == checkReadDenied:
			return true
		case assumption == "account:"+f.Account && f.Check == checkReadDenied:
			return true
		}
	}
	return false
}
