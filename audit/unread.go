package audit

import (
	"cmp"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/internal/reads"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/snapshot"
)

// An unreading is something that was not read: by which API operation it would
// have been, and why it was not.
type unreading struct {
	place
	operation, why string
}

// notRead records that something was not read, and what hangs on it. Where
// nothing of the account was read, one finding stands for all of it.
func (a *auditor) notRead(u unreading, on concern) {
	if strings.HasPrefix(u.why, snapshot.Malformed) {
		a.malformed(u, on)
		return
	}
	if u.account != "" && !a.entered(u.account) {
		a.accountUnread(u.account, on)
		return
	}
	if l, x, ok := a.maybeKey(u.why); ok {
		a.share(x.cause(l), on, func() Finding { return a.leftFinding(l, x) })
		return
	}
	subject := u.words()
	if u.document == replication.BucketSettings {
		subject = words("what.setting", "target", u.target)
	}
	c := cause{checkReadDenied, u.target, u.operation}
	a.share(c, on, func() Finding { return a.readDenied(u, checkReadDenied, subject) })
	if i, ok := a.causes[c]; ok {
		a.findings[i].alsoAfterApply(u.why)
	}
}

// accountUnread records an account that could not be entered.
func (a *auditor) accountUnread(id string, on concern) {
	u := unreading{place{replication.BucketSettings, id, id, ""}, "GetCallerIdentity", a.whyAccount(id)}
	a.share(cause{checkReadDenied, id, "account"}, on, func() Finding { return a.notEntered(u, keyAccount, words("what.account", "account", id)) })
}

// bucketUnread records a bucket of which nothing was read: its account was
// entered and did not show it, or nobody knows which account owns it.
func (a *auditor) bucketUnread(b replication.Bucket, on concern) {
	if b.Account != "" && !a.entered(b.Account) {
		a.accountUnread(b.Account, on)
		return
	}
	key := checkReadDenied + "/bucket"
	if b.Account == "" {
		key = checkReadDenied + "/owner"
	}
	u := unreading{place{replication.BucketSettings, b.Account, b.ARN(), ""}, "GetBucketVersioning", a.whyBucket(b)}
	a.share(cause{checkReadDenied, b.ARN(), "bucket"}, on, func() Finding { return a.readDenied(u, key, words("what.bucket", "bucket", b.Name)) })
}

// unreadBucket records a setting of a bucket that was not read, for a rule.
func (a *auditor) unreadBucket(b replication.Bucket, k replication.Kind, operation, why string, on concern) {
	a.notRead(unreading{place{k, b.Account, b.ARN(), ""}, operation, why}, on)
}

// listUnread lists a read that failed with its account, once. What was to be read
// of the account as a whole does not name it again.
func (a *auditor) listUnread(account, operation, target string) {
	item := operation
	if target != account {
		item += " " + target
	}
	if !slices.Contains(a.unread[account], item) {
		a.unread[account] = append(a.unread[account], item)
	}
}

// readDenied is the finding about what was not read.
func (a *auditor) readDenied(u unreading, key string, subject diag.Text) Finding {
	a.listUnread(u.account, u.operation, u.target)
	why := reason(cmp.Or(u.why, sentences["unread.not-in-snapshot"]))
	permission, source := permissionFor(u.operation)
	if u.operation == "GetPublicAccessBlock" && u.target == u.account {
		permission = "s3:GetAccountPublicAccessBlock"
	}
	f := Finding{
		Check: checkReadDenied, Key: key, Outcome: Unknown, Severity: Medium, Account: u.account, Document: u.document, Target: u.target,
		Args:   map[string]string{"permission": permission},
		Source: source,
	}
	diag.Put(f.Args, "what", subject)
	diag.Put(f.Args, "why", why)
	f.Evidence = []Evidence{Evidence{Document: u.document, Policy: u.policy}.saying(words("says.unread", "operation", u.operation).With("why", why))}
	a.afterApply(&f, u.why)
	return f
}

// permissionFor returns the IAM action that an API operation needs, and the page
// that says so.
func permissionFor(operation string) (action, source string) {
	pages := []struct{ service, page string }{
		{"S3", userGuide + "using-with-s3-policy-actions.html"},
		{"IAM", "https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html"},
		{"Organizations", organizationsPage},
		{"KMS", keyPage},
		{"S3 Control", userGuide + "access-points-policies.html"},
	}
	for _, p := range pages {
		if r, ok := reads.Find(p.service, operation); ok {
			return r.Action, p.page
		}
	}
	return "organizations:" + operation, organizationsPage
}

const (
	organizationsPage = "https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsorganizations.html"
	accessPointRead   = "GetAccessPointPolicy"
	keyPage           = "https://docs.aws.amazon.com/kms/latest/developerguide/kms-api-permissions-reference.html"
)

// operationOf is the API operation that reads a document.
func operationOf(k replication.Kind, name string) string {
	switch k {
	case replication.RolePolicy, replication.BatchRolePolicy:
		return identityOperation(name, "Role")
	case replication.WriterPolicy:
		return identityOperation(name, "User")
	case replication.RoleTrustPolicy, replication.BatchRoleTrustPolicy:
		return "GetRole"
	case replication.SourceKMSKeyPolicy, replication.DestinationKMSKeyPolicy, replication.BatchKMSKeyPolicy, replication.WriterKMSKeyPolicy:
		return "GetKeyPolicy"
	case replication.PermissionsBoundary:
		if strings.HasPrefix(name, "arn:") {
			return "GetPolicyVersion"
		}
		return "GetRole"
	case replication.SCP, replication.RCP:
		return "DescribePolicy"
	case replication.WriterAccessPointPolicy:
		return accessPointRead
	default:
		return "GetBucketPolicy"
	}
}

func identityOperation(name, entity string) string {
	switch {
	case name == inlinePolicies:
		return "List" + entity + "Policies"
	case name == attachedPolicies:
		return "ListAttached" + entity + "Policies"
	case name == groupPolicies:
		return "ListGroupsForUser"
	case strings.Contains(name, ":role/") || strings.Contains(name, ":user/"):
		return "Get" + entity
	case strings.HasPrefix(name, "arn:"):
		return "GetPolicyVersion"
	default:
		return "Get" + entity + "Policy"
	}
}

// openDocument records a requirement that depends on a document that was not read.
func (a *auditor) openDocument(qu *question, o policy.Open) {
	a.documentUnread(qu, qu.place(o.Layer), unread(o.Policy, o.Why), a.aside(qu))
}

// documentUnread records a document that was not read.
func (a *auditor) documentUnread(qu *question, p place, s policy.Source, on concern) {
	p.policy = s.Name
	if p.document == replication.DestinationBucketPolicy || p.document == replication.SourceBucketPolicy || p.document == replication.WriterBucketPolicy {
		if _, _, state := a.bucket(qu.bucket); state == fact.NotRead {
			a.bucketUnread(qu.bucket, on)
			return
		}
	}
	a.notRead(unreading{p, operationOf(p.document, s.Name), s.Document.Why()}, on)
}

// malformed records a document that has no reading.
func (a *auditor) malformed(u unreading, on concern) {
	a.incomplete = a.incomplete || !on.aside
	why := strings.TrimPrefix(strings.TrimPrefix(u.why, snapshot.Malformed), ": ")
	a.share(cause{checkPolicyMalformed, u.target, u.policy + " " + why}, on, func() Finding {
		said := reason(why)
		f := Finding{
			Check: checkPolicyMalformed, Outcome: Mismatch, Severity: High, Account: u.account, Document: u.document, Target: u.target,
			Args:     map[string]string{"policy": u.policy},
			Evidence: []Evidence{Evidence{Document: u.document, Policy: u.policy}.saying(words("says.why").With("why", said))},
			Fix:      Fix{Op: Replace, Document: u.document}.saying(words("fix.write-document")),
		}
		diag.Put(f.Args, "what", u.words())
		diag.Put(f.Args, "why", said)
		return f
	})
}
