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
		return []excess{s.allBut(st)}
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

// allBut judges a statement that grants all actions but some.
func (s *scope) allBut(st *policy.Statement) excess {
	out := excess{group: Dangerous, action: actionsIn(st), example: words("action.unneeded"), witness: s.anywhere(st)}
	if slices.ContainsFunc(st.NotAction.Values, func(name string) bool { return strings.Trim(name, "*:") == "" }) {
		out.group = NoEffect
		return out
	}
	e, found, idle := s.worst(st, func(name string) bool { return namesAction(st, name) })
	switch {
	case found:
		out.example, out.witness = e.example, e.witness
	case idle && s.onlyCovered(st):
		out.group = NoEffect
	}
	return out
}

// worst is an excess of one of some actions of the catalogue, if there is any: of
// one that undoes replication, or else of the first. Idle says that none of them
// has any effect on what the statement is about.
func (s *scope) worst(st *policy.Statement, among func(name string) bool) (worst excess, found, idle bool) {
	for _, name := range undoing {
		if !among(name) {
			continue
		}
		if e, ok := s.single(st, name, name); ok && e.group == Dangerous {
			return e, true, false
		}
	}
	idle = true
	for x := range actions.All() {
		if !among(x.Name) {
			continue
		}
		e, ok := s.single(st, x.Name, x.Name)
		if ok && e.group != NoEffect {
			return e, true, false
		}
		idle = idle && ok
	}
	return excess{}, false, idle
}

// onlyCovered reports whether all resources of a statement are of services whose
// actions the catalogue has, all of them.
func (s *scope) onlyCovered(st *policy.Statement) bool {
	return st.Resource.Present() && !slices.ContainsFunc(st.Resource.Values, func(r string) bool {
		p, err := arn.Parse(r)
		return err != nil || strings.ContainsAny(p.Service, "*?$") || !actions.Covers(p.Service)
	})
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
	among := func(name string) bool {
		x, _ := actions.Find(name)
		return (x.Service() == "s3" || x.Service() == service) && p.Match(strings.ToLower(name))
	}
	e, found, idle := s.worst(st, among)
	if found {
		return excess{group: group, action: diag.Datum(written), example: e.example, witness: e.witness}, true
	}
	exists := false
	for x := range actions.All() {
		exists = exists || among(x.Name)
	}
	switch covers := actions.Covers(service); {
	case !exists && covers:
		return s.unheardOf(written), true
	case covers && idle && !st.NotResource.Present():
		return excess{group: NoEffect, action: diag.Datum(written), example: diag.Datum(written), witness: strings.Join(st.Resource.Values, ", ")}, true
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
		out = append(out, compileARN(widest(p)))
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
		of := s.resource(r, lower)
		vague := isVague(r) && s.needsIn(lower, of)
		t.unjudged = vague || s.jobs(lower, r) || s.unjudged(cmp.Or(x.Name, action), r)
		t.try(of, r)
		t.vague = t.vague || vague && t.informational != ""
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
		e := named(Informational, t.informational)
		e.vague = t.vague
		return e, true
	default:
		return s.otherRequests(st, lower, written)
	}
}

// needsIn reports whether an action, in lower case, is or may be needed on some of
// a pattern.
func (s *scope) needsIn(action string, of glob.Pattern) bool {
	meets := func(p glob.Pattern) bool { return !glob.Disjoint(of, p) }
	return slices.ContainsFunc(s.need.patterns(action), meets) || slices.ContainsFunc(s.spared.patterns(action), meets)
}

// unjudged reports whether a resource lies in a bucket, named in full, of which
// nobody knows what it replicates: its rules may need the action. Of open rules
// nobody knows where to they replicate.
func (s *scope) unjudged(action, resource string) bool {
	if on := replication.FormOf(action); s.open && (on == replication.DestinationObjects || on.OfKey()) {
		return true
	}
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
	partition := s.partition()
	switch {
	case r == "*" && strings.HasPrefix(action, "s3:") && !elsewhere:
		return compileARN(arn.Bucket(partition, "*"))
	case r == "*" && isKnown && x.Takes(actions.Key):
		return compileARN("arn:" + partition + ":kms:?*:?*:key/?*")
	}
	parts := strings.SplitN(widest(r), ":", 3)
	if len(parts) == 3 && parts[0] == "arn" && glob.CompileEscaped(parts[1]).Match(partition) {
		parts[1] = partition
	}
	return compileARN(strings.Join(parts, ":"))
}

// partition is the one that a principal is in: nothing of another one is for it.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html.
func (s *scope) partition() string {
	p, _ := arn.Parse(s.principal)
	return cmp.Or(p.Partition, "aws")
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
