package audit

import (
	"cmp"
	"maps"
	"strings"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/snapshot"
)

// A question is a requirement with everything that decides it.
type question struct {
	replication.Requirement
	rule     replication.Rule
	writer   *replication.Writer // whose requirement it is, if it is not a rule's
	bucket   replication.Bucket  // that the resource lies in
	check    string              // of a missing permission
	request  policy.Request
	policies policy.Policies
	assuming []string

	restricts fact.Value[bool] // RestrictPublicBuckets, of the bucket or its account
}

// advised reports whether the requirement is one on whose need AWS's pages disagree.
func (qu *question) advised() bool { return qu.Level == replication.Advised }

// requirement decides one requirement of a rule. Of a rule without a role nobody
// can say what it lacks: a finding about its configuration says that it has none.
func (a *auditor) requirement(r replication.Rule, q replication.Requirement) {
	if r.Role == "" {
		return
	}
	qu := question{Requirement: q, rule: r, bucket: bucketOf(r, q.On), check: checkMissing}
	if q.On == replication.TheRole || q.On == replication.BatchRole {
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

// bucketOf is the bucket that a form of ARN is about: of a key, that whose
// objects it encrypts.
func bucketOf(r replication.Rule, on replication.Form) replication.Bucket {
	switch on {
	case replication.DestinationBucket, replication.DestinationObjects, replication.ReplicaKey, replication.DefaultKey:
		return r.To
	case replication.ManifestObjects, replication.ManifestKey:
		return r.Job.Manifest.Bucket
	case replication.ReportObjects, replication.ReportKey:
		return r.Job.Report.Bucket
	default:
		return r.From
	}
}

// nowhere reports whether the requirement has lost its ground: the role or the
// bucket or the key does not exist, which is one finding for all that depends on it.
func (a *auditor) nowhere(qu *question) bool {
	principal := qu.Principal
	if qu.check == checkTrustMissing {
		principal = qu.Resource
	}
	gone := a.identity(principal).state == fact.None
	if gone {
		a.noRole(qu, principal)
	}
	if _, _, state := a.bucket(qu.bucket); state == fact.None && qu.check != checkTrustMissing {
		gone = true
		a.noBucket(qu.rule, qu.bucket, a.concern(qu))
	}
	if _, state := a.key(qu.Resource); qu.On.OfKey() && state == fact.None {
		gone = true
		a.noKey(qu)
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
		ViaService: qu.Context[replication.ViaService], EncryptionContext: qu.Context[replication.EncryptionContext],
	}
	if qu.Objects == replication.KMSObjects {
		call.ReplicaKMSKey = qu.rule.ReplicaKMSKey
	}
	qu.request = policy.Request{
		Caller:          policy.Caller{Kind: policy.Role, ARN: qu.Principal, Account: qu.Account, UniqueID: p.uniqueID, AnySession: true},
		Action:          qu.Action,
		Resource:        qu.Resource,
		Pattern:         !qu.On.OfKey() || strings.HasSuffix(qu.Resource, "*"),
		ResourceAccount: qu.ResourceAccount,
	}
	a.applyPolicies(qu, call)
	a.narrow(qu)
}

// narrow makes the question one about the single key that an explanation is for,
// taken literally. The requirement stays as it is, for the fix.
func (a *auditor) narrow(qu *question) {
	object := func(b replication.Bucket) string { return arn.Object(b.Partition, b.Name, a.only) }
	switch {
	case a.only == "":
	case qu.On == replication.SourceObjects || qu.On == replication.DestinationObjects:
		qu.request.Resource, qu.request.Pattern = object(qu.bucket), false
	case qu.On.OfKey() && strings.Contains(qu.Context[replication.EncryptionContext], "/"): // an S3 Bucket Key has no object in it
		qu.request.Context.Keys = maps.Clone(qu.request.Context.Keys)
		qu.request.Context.Keys[strings.ToLower(replication.EncryptionContext)] = policy.Exactly(object(qu.bucket))
	}
}

// applyPolicies gathers the policies on both sides of a call.
func (a *auditor) applyPolicies(qu *question, call replication.Call) {
	p := a.identity(qu.Principal)
	var caller, resource fact.Value[snapshot.Organization]
	call.Organization, caller = a.organization(qu.Account)
	call.ResourceOrg, resource = a.organization(qu.ResourceAccount)
	qu.request.Context = a.context(call, qu.From)
	qu.policies = policy.Policies{Identity: p.identity, Resource: a.resourcePolicy(qu), Boundary: p.boundary}
	if p.state == fact.NotRead {
		qu.policies.Identity = []policy.Source{unread(qu.Principal, p.why)}
		qu.policies.Boundary = absent("")
	}
	a.organizationPolicies(qu, caller, resource)
	if qu.On.OfKey() {
		qu.restricts = fact.Of(false) // it is a setting of buckets
		return
	}
	qu.restricts = a.restrictsPublic(qu.bucket)
	qu.policies.RestrictPublicBuckets = qu.restricts.Or(false)
}

// organizationPolicies adds the policies of the caller's and of the resource's
// organization. Most accounts cannot see them: what was not read is assumed to
// allow, and the requirement carries the assumption.
func (a *auditor) organizationPolicies(qu *question, caller, resource fact.Value[snapshot.Organization]) {
	var read bool
	qu.policies.SCPs, read = levels(caller, scps)
	if !read && qu.Account != "" {
		a.assume(qu, replication.SCP, qu.Account, caller, scps)
	}
	qu.policies.RCPs, read = levels(resource, rcps)
	if !read && qu.ResourceAccount != "" {
		a.assume(qu, replication.RCP, qu.ResourceAccount, resource, rcps)
	}
	qu.policies.ManagementAccount = caller.Or(snapshot.Organization{}).ManagementAccount
}

// trustQuestion fills in the request by which S3 assumes the role.
func (a *auditor) trustQuestion(qu *question) {
	role := qu.Resource
	account := qu.ResourceAccount
	trust := unread(trustPolicy, a.identity(role).why)
	if live, state := a.in.Snapshot.FindRole(role); state == fact.Known {
		trust.Document = live.AssumeRolePolicyDocument.Value
	}
	qu.request = policy.Request{
		Caller:          policy.Caller{Kind: policy.ServiceCaller, ARN: qu.Principal},
		Action:          qu.Action,
		Resource:        role,
		ResourceAccount: account,
		Context:         a.assumeKeys(replication.TrustContext(qu.Principal, account, qu.rule.From.ARN())),
	}
	qu.policies = policy.Policies{
		Resource: trust,
		Boundary: absent(""),
		SCPs:     fact.Absent[[][]policy.Source](),
	}
	_, org := a.organization(account)
	var read bool
	qu.policies.RCPs, read = levels(org, rcps)
	if !read {
		a.assume(qu, replication.RCP, account, org, rcps)
	}
}

// answer decides the question and keeps what is found. Where S3 accepts another
// action too, it is enough that one of them is allowed.
func (a *auditor) answer(qu *question) {
	a.consult(qu)
	if a.holds(qu) {
		a.permitted(qu)
		return
	}
	answer := a.evaluator.Decide(qu.request, qu.policies)
	if len(qu.AnyOf) > 0 {
		answer = a.either(qu, answer)
	}
	switch {
	case answer.Allowed():
		a.permitted(qu)
	case a.perhapsNeedless(qu):
		a.count(qu, Unknown)
		a.ownershipUnread(qu.rule, qu.bucket, a.concern(qu))
	case qu.Perhaps:
		a.count(qu, Unknown)
		a.encryptionUnread(qu)
	case qu.On.OfKey() && a.grants(qu, answer):
	default:
		a.blame(qu, answer)
	}
}

// permitted keeps that what was asked for is allowed, if it certainly stays so.
func (a *auditor) permitted(qu *question) {
	if a.alsoIfRestricted(qu) {
		a.count(qu, Granted)
		return
	}
	a.count(qu, Unknown)
	a.blockUnread(qu.bucket, a.aside(qu))
}

// readBlock is the operation that reads Block Public Access.
const readBlock = "GetPublicAccessBlock"

// blockUnread records that Block Public Access of a bucket, or of its account, was
// not read.
func (a *auditor) blockUnread(b replication.Bucket, on concern) {
	a.notRead(unreading{a.blockPlace(b), readBlock, a.whyRestricts(b)}, on)
}

// blockPlace is where Block Public Access was not read: at a bucket or its account.
func (a *auditor) blockPlace(b replication.Bucket) place {
	p := publicAccessPlace(b)
	if own, _ := a.publicAccessBlocks(b); own.Read() {
		p.target = p.account
	}
	return p
}

// perhapsNeedless reports whether nobody knows if the permission is needed: an
// owner override needs none where the destination is bucket-owner-enforced.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-change-owner.html.
func (a *auditor) perhapsNeedless(qu *question) bool {
	return qu.Without == replication.ObjectFailed && strings.EqualFold(qu.Action, "s3:ObjectOwnerOverrideToBucketOwner") && !qu.rule.To.ObjectOwnership.Read()
}

// alsoIfRestricted reports whether a permission that is granted stays so should
// a Block Public Access setting that was not read be on. It matters only where
// the bucket's policy is public.
func (a *auditor) alsoIfRestricted(qu *question) bool {
	if qu.check == checkTrustMissing || qu.restricts.Read() || !qu.policies.Resource.Document.Read() || !qu.crossAccount() {
		return true
	}
	restricted := qu.policies
	restricted.RestrictPublicBuckets = true
	return a.evaluator.Allowed(qu.request, restricted)
}

// restrictsPublic says whether Block Public Access cuts a public bucket off from
// other accounts: the strictest of the bucket's and the account's settings holds.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html.
func (a *auditor) restrictsPublic(b replication.Bucket) fact.Value[bool] {
	own, all := a.publicAccessBlocks(b)
	if own.Or(snapshot.PublicAccessBlock{}).RestrictPublicBuckets || all.Or(snapshot.PublicAccessBlock{}).RestrictPublicBuckets {
		return fact.Of(true)
	}
	if !own.Read() || !all.Read() {
		return fact.Value[bool]{}
	}
	return fact.Of(false)
}

// publicAccessBlocks returns the settings of a bucket and of its account.
func (a *auditor) publicAccessBlocks(b replication.Bucket) (own, all fact.Value[snapshot.PublicAccessBlock]) {
	if _, live, _ := a.bucket(b); live != nil {
		own = live.PublicAccessBlockConfiguration
	}
	if account := a.in.Snapshot.Accounts[b.Account]; account != nil {
		all = account.PublicAccessBlockConfiguration
	}
	return own, all
}

// whyRestricts says which of the two settings was not read, and why.
func (a *auditor) whyRestricts(b replication.Bucket) string {
	own, all := a.publicAccessBlocks(b)
	if !own.Read() {
		return cmp.Or(own.Why(), sentences["unread.public-access-bucket"])
	}
	return cmp.Or(all.Why(), sentences["unread.public-access-account"])
}
