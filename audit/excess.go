package audit

import (
	"cmp"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/actions"
	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/policy/glob"
	"github.com/repligrant/repligrant/replication"
)

// excesses returns what a statement grants beyond need.
func (s *scope) excesses(st *policy.Statement) []excess {
	if !st.Action.Present() {
		but := words("action.all-but", "actions", strings.Join(st.NotAction.Values, ", "))
		return []excess{{group: Dangerous, action: but, example: diag.Datum("s3:PutReplicationConfiguration"), witness: s.anywhere(st)}}
	}
	var found []excess
	for _, name := range st.Action.Values {
		judge := s.single
		if strings.ContainsAny(name, "*?") {
			judge = s.wildcard
		}
		if e, ok := judge(st, name, name); ok {
			found = append(found, e)
		}
	}
	return found
}

// wildcard judges an action with wildcards by the actions of S3 that it means.
// Since actions beyond the catalogue exist, it is always more than is needed,
// unless it is needed as it is written.
func (s *scope) wildcard(st *policy.Statement, name, written string) (excess, bool) {
	if s.need[strings.ToLower(name)] != nil {
		return s.single(st, name, written)
	}
	p := actionPattern(name)
	service, _, _ := strings.Cut(strings.ToLower(name), ":")
	group := Wider
	if opensWrites(name) {
		group = Dangerous
	}
	exists := false
	for x := range actions.All() {
		if x.Service() != "s3" && x.Service() != service || !p.Match(strings.ToLower(x.Name)) {
			continue
		}
		exists = true
		if e, ok := s.single(st, x.Name, written); ok && e.group != NoEffect {
			return excess{group: group, action: diag.Datum(written), example: diag.Datum(x.Name), witness: e.witness}, true
		}
	}
	if !exists && actions.Covers(service) {
		return s.unheardOf(written), true
	}
	return excess{group: group, action: diag.Datum(written), example: words("action.unneeded"), witness: s.anywhere(st)}, true
}

// anywhere is an ARN on which a statement grants something.
func (s *scope) anywhere(st *policy.Statement) string {
	for _, r := range st.Resource.Values {
		if w, ok := witness(s.resource(r, "s3:"), nil); ok {
			return w
		}
	}
	if w, ok := witness(s.resource("*", "s3:"), compileAll(st.NotResource.Values)); ok && st.NotResource.Present() {
		return w
	}
	return "*"
}

func compileAll(patterns []string) []glob.Pattern {
	var out []glob.Pattern
	for _, p := range patterns {
		out = append(out, compileARN(p))
	}
	return out
}

// witness returns a resource of a pattern that lies in none of others.
func witness(of glob.Pattern, others []glob.Pattern) (string, bool) {
	classes, err := glob.Classes(of, append([]glob.Pattern{nameless, noKeyID}, others...), glob.DefaultBudget)
	if err != nil {
		return of.String(), true
	}
	for _, c := range classes {
		if !slices.Contains(c.In, true) {
			return c.Witness, true
		}
	}
	return "", false
}

// opensWrites reports whether an action with wildcards can mean one that
// changes what replication rests on.
func opensWrites(name string) bool {
	p := actionPattern(name)
	return slices.ContainsFunc(undoing, func(x string) bool { return p.Match(strings.ToLower(x)) })
}

// undoing are actions by which replication or its replicas can be undone, or by
// which somebody gains permissions that nobody gave.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html,
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html,
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awskeymanagementservice.html
// and https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html.
var undoing = []string{
	"s3:DeleteObject", "s3:DeleteObjectVersion", "s3:DeleteBucket", "s3:DeleteBucketPolicy", "s3:PutBucketPolicy", "s3:PutBucketVersioning",
	"s3:PutReplicationConfiguration", "s3:PutObject", "s3:PutObjectAcl", "s3:PutBucketAcl", "s3:PutLifecycleConfiguration",
	"s3:BypassGovernanceRetention", "s3:PutObjectRetention", "s3:PutObjectLegalHold", "s3:PutEncryptionConfiguration",
	"s3:PutObjectVersionAcl", "s3:PutBucketObjectLockConfiguration", "s3:PutAccessPointPolicy",
	"s3:PutBucketOwnershipControls", "s3:PutBucketPublicAccessBlock", "s3:PutAccountPublicAccessBlock", "iam:PassRole", "sts:AssumeRole",
	"kms:PutKeyPolicy", "kms:CreateGrant", "kms:RevokeGrant", "kms:RetireGrant", "kms:ScheduleKeyDeletion", "kms:DisableKey", "kms:DeleteImportedKeyMaterial",
	"iam:AttachRolePolicy", "iam:AttachUserPolicy", "iam:AttachGroupPolicy", "iam:PutRolePolicy", "iam:PutUserPolicy", "iam:PutGroupPolicy",
	"iam:DetachRolePolicy", "iam:DeleteRolePolicy", "iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion",
	"iam:UpdateAssumeRolePolicy", "iam:DeleteRole", "iam:PutRolePermissionsBoundary", "iam:DeleteRolePermissionsBoundary",
	"iam:PutUserPermissionsBoundary", "iam:DeleteUserPermissionsBoundary", "iam:AddUserToGroup", "iam:CreateAccessKey",
	"iam:CreateLoginProfile", "iam:UpdateLoginProfile",
}

// ruining are those of undoing that other accounts have no reason to be granted on
// replicas: unlike writing, they take away what is there, or whose it is.
var ruining = []string{
	"s3:DeleteObject", "s3:DeleteObjectVersion", "s3:DeleteBucket", "s3:DeleteBucketPolicy", "s3:PutBucketPolicy", "s3:PutBucketVersioning",
	"s3:PutReplicationConfiguration", "s3:PutBucketAcl", "s3:PutLifecycleConfiguration", "s3:BypassGovernanceRetention",
	"s3:PutEncryptionConfiguration", "s3:PutBucketOwnershipControls", "s3:PutBucketPublicAccessBlock", "s3:PutBucketObjectLockConfiguration",
}

// single judges one action: on which of the statement's resources is it not
// needed? Resources of a type that the action does not take have no effect.
func (s *scope) single(st *policy.Statement, action, written string) (excess, bool) {
	lower := strings.ToLower(action)
	x, isKnown := actions.Find(action)
	if !isKnown && actions.Covers(action) && !s.mayNeed(lower) {
		return s.unheardOf(written), true
	}
	t := trial{action: x, isKnown: isKnown, scope: s, name: lower}
	for _, r := range st.Resource.Values {
		t.unjudged = s.jobs(lower, r) || s.unjudged(cmp.Or(x.Name, action), r)
		t.try(s.resource(r, lower), r)
	}
	if st.NotResource.Present() {
		t.unjudged, t.except = false, compileAll(st.NotResource.Values)
		t.try(s.resource("*", lower), "*")
	}
	named := func(g Group, witness string) excess {
		return excess{group: g, action: diag.Datum(written), example: diag.Datum(action), witness: witness}
	}
	switch {
	case t.wider != "":
		return named(s.groupOf(action), t.wider), true
	case !t.effect:
		return named(NoEffect, strings.Join(st.Resource.Values, ", ")), true
	case t.informational != "":
		return named(Informational, t.informational), true
	default:
		return s.otherRequests(st, lower, written)
	}
}

// unjudged reports whether a resource lies in a bucket, named in full, of which
// nobody knows what it replicates: its rules may need the action.
func (s *scope) unjudged(action, resource string) bool {
	_, rest, ok := strings.Cut(resource, ":::")
	bucket, _, _ := strings.Cut(rest, "/")
	return ok && s.writer == "" && replication.FormOf(action) != replication.TheRole && !strings.ContainsAny(bucket, "*?$") && s.unread(s.principal, bucket)
}

// resource compiles a resource for an action in lower case. Of everything, an S3
// action means buckets and objects, unless it is about neither, and one on a key
// means keys.
func (s *scope) resource(r, action string) glob.Pattern {
	x, isKnown := actions.Find(action)
	elsewhere := isKnown && !x.Takes(actions.Bucket) && !x.Takes(actions.Object)
	if r == "*" && strings.HasPrefix(action, "s3:") && !elsewhere {
		p, _ := arn.Parse(s.principal)
		return compileARN(arn.Bucket(cmp.Or(p.Partition, "aws"), "*"))
	}
	if r == "*" && isKnown && x.Takes(actions.Key) {
		p, _ := arn.Parse(s.principal)
		return compileARN("arn:" + cmp.Or(p.Partition, "aws") + ":kms:?*:?*:key/?*")
	}
	return compileARN(r)
}

// groupOf is the group of an action that is too much: the right one on more than
// needed is wider, whatever it does.
func (s *scope) groupOf(action string) Group {
	undoes := slices.ContainsFunc(undoing, func(x string) bool { return strings.EqualFold(x, action) })
	if undoes && s.need[strings.ToLower(action)] == nil {
		return Dangerous
	}
	return Wider
}

// A trial holds the resources of a statement against the need for one action.
type trial struct {
	action   actions.Action
	isKnown  bool
	scope    *scope
	name     string         // of the action, in lower case
	except   []glob.Pattern // of NotResource
	unjudged bool           // what is beyond need cannot be judged

	effect        bool   // the action has any effect on some resource
	wider         string // a resource on which nobody needs it
	informational string // a resource on which only what cannot be judged needs it
}

// The forms of S3's ARNs that an action can tell apart. A bucket has a name, so
// that what stands before a slash is never empty.
var (
	objects  = compileARN("arn:*:s3:::*/*")
	nameless = compileARN("arn:*:s3:::/*")
	noKeyID  = compileARN("arn:*:kms:*:*:key/")
)

// try tries one resource pattern, as it is written.
func (t *trial) try(resource glob.Pattern, written string) {
	if t.scope.need.names(t.name, resource.String()) {
		t.effect = true // it is just what is needed, as in most policies
		return
	}
	needed := t.scope.need.patterns(t.name)
	columns := slices.Concat([]glob.Pattern{objects, nameless, noKeyID}, t.except, needed, t.scope.spared.patterns(t.name))
	classes, err := glob.Classes(resource, columns, glob.DefaultBudget)
	if err != nil {
		t.effect, t.wider = true, written
		return
	}
	for _, c := range classes {
		excepted, rest := c.In[3:3+len(t.except)], c.In[3+len(t.except):]
		if c.In[1] || c.In[2] || slices.Contains(excepted, true) || !t.takes(c.Witness, c.In[0]) || t.ofAccount() && !resource.Match("*") {
			continue
		}
		t.effect = true
		at := cmp.Or(c.Witness, written)
		switch {
		case !slices.Contains(rest, true) && !t.unjudged:
			t.wider = cmp.Or(t.wider, at)
		case !slices.Contains(rest[:len(needed)], true):
			t.informational = cmp.Or(t.informational, at)
		}
	}
}

// takes reports whether the action can be about an ARN.
func (t *trial) takes(witness string, isObject bool) bool {
	if !t.isKnown || !isS3(witness) {
		return true
	}
	return isObject && t.action.Takes(actions.Object) || !isObject && t.action.Takes(actions.Bucket)
}

// ofAccount reports whether the action names no resource, so that it is granted
// on everything or not at all.
//
// See https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html.
func (t *trial) ofAccount() bool { return t.isKnown && len(t.action.Resources) == 0 }

func isS3(a string) bool {
	return strings.HasPrefix(a, "arn:") && strings.Contains(a, ":s3:::")
}

// actionPattern is the pattern of an action with wildcards, for names in lower
// case: action names compare without case.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html.
func actionPattern(name string) glob.Pattern { return glob.Compile(strings.ToLower(name)) }

// namesAction reports whether a statement is about the action.
func namesAction(st *policy.Statement, action string) bool {
	match := func(name string) bool { return actionPattern(name).Match(strings.ToLower(action)) }
	if st.Action.Present() {
		return slices.ContainsFunc(st.Action.Values, match)
	}
	return !slices.ContainsFunc(st.NotAction.Values, match)
}
