package audit

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/actions"
	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/policy/glob"
)

// excesses returns what a statement grants beyond need.
func (s *scope) excesses(st *policy.Statement) []excess {
	if !st.Action.Present() {
		return []excess{{Dangerous, "all but " + strings.Join(st.NotAction.Values, ", "), "s3:PutReplicationConfiguration", "*"}}
	}
	var found []excess
	for _, name := range st.Action.Values {
		if strings.ContainsAny(name, "*?") {
			found = append(found, s.wildcard(st, name)...)
			continue
		}
		if e, ok := s.single(st, name, name); ok {
			found = append(found, e)
		}
	}
	return found
}

// wildcard judges an action with wildcards by the actions that it means. Since
// actions beyond the table exist, it is always more than is needed.
func (s *scope) wildcard(st *policy.Statement, name string) []excess {
	p := actionPattern(name)
	group := Wider
	if opensWrites(name) {
		group = Dangerous
	}
	for _, x := range actions.Table {
		if !p.Match(strings.ToLower(x.Name)) || len(s.need[strings.ToLower(x.Name)]) > 0 {
			continue
		}
		if e, ok := s.single(st, x.Name, name); ok && e.group != NoEffect {
			e.group, e.action = group, name
			return []excess{e}
		}
	}
	for _, x := range slices.Sorted(maps.Keys(s.need)) {
		if e, ok := s.single(st, x, name); ok && p.Match(x) && e.group != NoEffect {
			return []excess{e}
		}
	}
	return nil
}

// opensWrites reports whether an action with wildcards can mean one that
// changes what replication rests on.
func opensWrites(name string) bool {
	p := actionPattern(name)
	return slices.ContainsFunc(undoing, func(x string) bool { return p.Match(strings.ToLower(x)) })
}

// undoing are actions by which replication or its replicas can be undone.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html.
var undoing = []string{
	"s3:DeleteObject", "s3:DeleteObjectVersion", "s3:DeleteBucket", "s3:DeleteBucketPolicy", "s3:PutBucketPolicy", "s3:PutBucketVersioning",
	"s3:PutReplicationConfiguration", "s3:PutObject", "s3:PutObjectAcl", "s3:PutBucketAcl", "s3:PutLifecycleConfiguration",
	"s3:BypassGovernanceRetention", "s3:PutObjectRetention", "s3:PutObjectLegalHold", "s3:PutEncryptionConfiguration",
	"s3:PutBucketOwnershipControls", "s3:PutBucketPublicAccessBlock", "iam:PassRole", "iam:PutRolePolicy", "sts:AssumeRole",
}

// single judges one action: on which of the statement's resources is it not
// needed? Resources of a type that the action does not take have no effect.
func (s *scope) single(st *policy.Statement, action, written string) (excess, bool) {
	lower := strings.ToLower(action)
	if s.kms && strings.HasPrefix(lower, "kms:") {
		return excess{}, false
	}
	x, isKnown := actions.Find(action)
	effect := false
	if st.NotResource.Present() {
		return excess{groupOf(action), written, action, "all but " + strings.Join(st.NotResource.Values, ", ")}, true
	}
	informational := excess{}
	for _, r := range st.Resource.Values {
		p := s.resource(r, lower)
		witness, has, beyond := exceeding(p, s.need[lower], x, isKnown)
		effect = effect || has
		if !beyond {
			continue
		}
		if _, _, more := exceeding(p, append(slices.Clone(s.need[lower]), s.spared[lower]...), x, isKnown); more {
			return excess{groupOf(action), written, action, witness}, true
		}
		informational = excess{Informational, written, action, witness}
	}
	if !effect && isKnown {
		return excess{NoEffect, written, action, strings.Join(st.Resource.Values, ", ")}, true
	}
	return informational, informational.group != ""
}

// resource compiles a resource for an action in lower case. Of everything, an S3
// action means buckets and objects.
func (s *scope) resource(r, action string) glob.Pattern {
	if r == "*" && strings.HasPrefix(action, "s3:") {
		p, _ := arn.Parse(s.principal)
		return compileARN(arn.Bucket(cmp.Or(p.Partition, "aws"), "*"))
	}
	return compileARN(r)
}

func groupOf(action string) Group {
	if slices.ContainsFunc(undoing, func(x string) bool { return strings.EqualFold(x, action) }) {
		return Dangerous
	}
	return Wider
}

// exceeding decides whether a resource pattern reaches beyond what is needed,
// and names an ARN that does. Has says that the action has any effect on it.
func exceeding(resource glob.Pattern, needed []glob.Pattern, x actions.Action, isKnown bool) (witness string, has, beyond bool) {
	objects := compileARN("arn:*:s3:::*/*")
	classes, err := glob.Classes(resource, append([]glob.Pattern{objects}, needed...), glob.DefaultBudget)
	if err != nil {
		return resource.String(), true, true
	}
	for _, c := range classes {
		if isKnown && (c.In[0] && !x.Takes(actions.Object) || !c.In[0] && !x.Takes(actions.Bucket)) && isS3(c.Witness) {
			continue
		}
		has = true
		if !slices.Contains(c.In[1:], true) {
			return c.Witness, true, true
		}
	}
	return "", has, false
}

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
