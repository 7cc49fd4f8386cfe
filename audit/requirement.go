package audit

import (
	"slices"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/snapshot"
)

// A question is a requirement with everything that decides it.
type question struct {
	replication.Requirement
	rule     replication.Rule
	bucket   replication.Bucket // that the resource lies in
	check    string             // of a missing permission
	request  policy.Request
	policies policy.Policies
	assuming []string

	restricts fact.Value[bool] // RestrictPublicBuckets, of the bucket or its account
}

// requirement decides one requirement of a rule.
func (a *auditor) requirement(r replication.Rule, q replication.Requirement) {
	qu := question{Requirement: q, rule: r, bucket: r.From, check: checkMissing}
	if q.ResourceAccount == r.To.Account && slices.Contains(append(q.Holders, q.Instead...), replication.DestinationBucketPolicy) {
		qu.bucket = r.To
	}
	if q.Holders[0] == replication.RoleTrustPolicy {
		qu.check = checkTrustMissing
		a.trustQuestion(&qu)
	} else {
		a.dataQuestion(&qu)
	}
	if a.nowhere(&qu) {
		return
	}
	a.answer(&qu)
}

// nowhere reports whether the requirement has lost its ground: the role or the
// bucket does not exist, which is one finding for all that depends on it.
func (a *auditor) nowhere(qu *question) bool {
	gone := false
	principal := qu.Principal
	if qu.check == checkTrustMissing {
		principal = qu.Resource
	}
	if a.identity(principal).state == fact.None {
		gone = true
		a.noRole(qu, principal)
	}
	if qu.check == checkTrustMissing {
		if gone {
			a.count(qu, Missing)
		}
		return gone
	}
	if _, _, state := a.bucket(qu.bucket); state == fact.None {
		gone = true
		a.noBucket(qu.rule, qu.bucket)
	}
	if gone {
		a.count(qu, Missing)
	}
	return gone
}

// dataQuestion fills in the request that S3 makes with the role's session, and
// the policies that apply to it.
func (a *auditor) dataQuestion(qu *question) {
	p := a.identity(qu.Principal)
	call := replication.Call{
		Action: qu.Action, Caller: qu.Principal, Account: qu.Account, ResourceAccount: qu.ResourceAccount,
		Region: qu.bucket.Region, UniqueID: p.uniqueID, Tags: p.tags,
	}
	qu.request = policy.Request{
		Caller:          policy.Caller{Kind: policy.Role, ARN: qu.Principal, Account: qu.Account, UniqueID: p.uniqueID, AnySession: true},
		Action:          qu.Action,
		Resource:        qu.Resource,
		Pattern:         true,
		ResourceAccount: qu.ResourceAccount,
	}
	a.applyPolicies(qu, call)
}

// applyPolicies gathers the policies on both sides of a call.
func (a *auditor) applyPolicies(qu *question, call replication.Call) {
	p := a.identity(qu.Principal)
	var caller, resource fact.Value[snapshot.Organization]
	call.Organization, caller = a.organization(qu.Account)
	call.ResourceOrg, resource = a.organization(qu.ResourceAccount)
	qu.request.Context = a.assumeKeys(call.Context())
	qu.policies = policy.Policies{Identity: p.identity, Resource: a.bucketPolicy(qu.bucket), Boundary: p.boundary}
	if p.state == fact.NotRead {
		why := a.whyAccount(qu.Account)
		qu.policies.Identity = []policy.Source{{Name: qu.Principal, Document: fact.Unread[*policy.Document](why)}}
		qu.policies.Boundary = policy.Source{Document: fact.Absent[*policy.Document]()}
	}
	a.organizationPolicies(qu, caller, resource)
	qu.restricts = a.restrictsPublic(qu.bucket)
	qu.policies.RestrictPublicBuckets = qu.restricts.Or(false)
}

// organizationPolicies adds the policies of the caller's and of the resource's
// organization. Most accounts cannot see them: what was not read is assumed to
// allow, and the requirement carries the assumption.
func (a *auditor) organizationPolicies(qu *question, caller, resource fact.Value[snapshot.Organization]) {
	var read bool
	qu.policies.SCPs, read = levels(caller, func(o snapshot.Organization) fact.Value[[]snapshot.Level] { return o.SCPs })
	if !read && qu.Account != "" {
		a.assume(qu, replication.SCP, "scp", qu.Account, caller)
	}
	qu.policies.RCPs, read = levels(resource, func(o snapshot.Organization) fact.Value[[]snapshot.Level] { return o.RCPs })
	if !read && qu.ResourceAccount != "" {
		a.assume(qu, replication.RCP, "rcp", qu.ResourceAccount, resource)
	}
	qu.policies.ManagementAccount = caller.Or(snapshot.Organization{}).ManagementAccount
}

// trustQuestion fills in the request by which S3 assumes the role.
func (a *auditor) trustQuestion(qu *question) {
	role := qu.Resource
	account := qu.ResourceAccount
	trust := policy.Source{Name: "trust policy", Document: fact.Unread[*policy.Document](a.whyAccount(account))}
	if live, state := a.in.Snapshot.FindRole(role); state == fact.Known {
		trust.Document = live.AssumeRolePolicyDocument.Value
	}
	qu.request = policy.Request{
		Caller:          policy.Caller{Kind: policy.ServiceCaller, ARN: replication.S3Service},
		Action:          qu.Action,
		Resource:        role,
		ResourceAccount: account,
		Context:         a.assumeKeys(replication.TrustContext(account, qu.rule.From.ARN())),
	}
	qu.policies = policy.Policies{
		Resource: trust,
		Boundary: policy.Source{Document: fact.Absent[*policy.Document]()},
		SCPs:     fact.Absent[[][]policy.Source](),
	}
	_, org := a.organization(account)
	var read bool
	qu.policies.RCPs, read = levels(org, func(o snapshot.Organization) fact.Value[[]snapshot.Level] { return o.RCPs })
	if !read {
		a.assume(qu, replication.RCP, "rcp", account, org)
	}
}

// answer decides the question and keeps what is found. Where S3 accepts another
// action too, it is enough that one of them is allowed.
func (a *auditor) answer(qu *question) {
	a.consult(qu)
	answer := a.evaluator.Decide(qu.request, qu.policies)
	if answer.Allowed() && a.alsoIfRestricted(qu) {
		a.count(qu, Granted)
		return
	}
	for _, other := range qu.AnyOf {
		request := qu.request
		request.Action = other
		if a.evaluator.Decide(request, qu.policies).Allowed() {
			a.count(qu, Granted)
			return
		}
	}
	if answer.Allowed() {
		a.count(qu, Unknown)
		p := place{replication.PublicAccessBlock, qu.bucket.Account, qu.bucket.ARN(), ""}
		a.notRead(p, "GetPublicAccessBlock", "of the bucket or its account", qu.ID, qu.Position)
		return
	}
	a.blame(qu, answer)
}

// alsoIfRestricted reports whether a permission that is granted stays so should
// a Block Public Access setting that was not read be on. It matters only where
// the bucket's policy is public.
func (a *auditor) alsoIfRestricted(qu *question) bool {
	if qu.restricts.Read() || !qu.policies.Resource.Document.Read() {
		return true
	}
	restricted := qu.policies
	restricted.RestrictPublicBuckets = true
	return a.evaluator.Decide(qu.request, restricted).Allowed()
}

// restrictsPublic says whether Block Public Access cuts a public bucket off from
// other accounts: the strictest of the bucket's and the account's settings holds.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html.
func (a *auditor) restrictsPublic(b replication.Bucket) fact.Value[bool] {
	account := a.in.Snapshot.Accounts[b.Account]
	_, live, _ := a.bucket(b)
	if account == nil || live == nil {
		return fact.Value[bool]{}
	}
	own, all := live.PublicAccessBlockConfiguration, account.PublicAccessBlockConfiguration
	if own.Or(snapshot.PublicAccessBlock{}).RestrictPublicBuckets || all.Or(snapshot.PublicAccessBlock{}).RestrictPublicBuckets {
		return fact.Of(true)
	}
	if !own.Read() || !all.Read() {
		return fact.Value[bool]{}
	}
	return fact.Of(false)
}
