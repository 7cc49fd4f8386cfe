package audit

import (
	"cmp"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/actions"
	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/policy/glob"
)

// A trial holds the resources of a statement against the need for one action.
type trial struct {
	action   actions.Action
	isKnown  bool
	scope    *scope
	name     string         // of the action, in lower case
	except   []glob.Pattern // of NotResource
	unjudged bool           // what is beyond need cannot be judged
	vague    bool           // since nobody knows what a policy variable is

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
	spared := t.scope.spared.patterns(t.name)
	columns := slices.Concat([]glob.Pattern{objects, nameless, noKeyID}, t.except, needed, spared)
	if !strings.Contains(written, ":::") && written != "*" { // it may be of several kinds
		columns = append(columns, kindsIn(t.scope.partition())...)
	}
	classes, err := glob.Classes(resource, columns, glob.DefaultBudget)
	if err != nil {
		t.effect, t.wider = true, written
		return
	}
	for _, c := range classes {
		excepted, rest := c.In[3:3+len(t.except)], c.In[3+len(t.except):len(t.except)+3+len(needed)+len(spared)]
		if c.In[1] || c.In[2] || slices.Contains(excepted, true) || !t.takes(c.Witness, c.In[0]) || t.ofAccount() && !resource.Match("*") {
			continue
		}
		t.effect = true
		at := cmp.Or(c.Witness, written)
		switch {
		case !slices.Contains(rest, true) && !t.unjudged:
			t.wider = likelier(t.wider, at)
		case !slices.Contains(rest[:len(needed)], true):
			t.informational = cmp.Or(t.informational, at)
		}
	}
}

// kindsIn are the ARNs of a partition that statements of replication are about.
func kindsIn(partition string) []glob.Pattern {
	var kinds []glob.Pattern
	for _, kind := range []string{"s3:::?*", "s3:?*:?*:accesspoint/?*", "kms:?*:?*:key/?*", "iam::?*:role/?*"} {
		kinds = append(kinds, compileARN("arn:"+partition+":"+kind))
	}
	return kinds
}

// likelier is the first of two resources, unless only the second has the form of one.
func likelier(first, second string) string {
	_, notFirst := arn.Parse(first)
	_, notSecond := arn.Parse(second)
	if first == "" || notFirst != nil && first != "*" && notSecond == nil {
		return second
	}
	return first
}

// takes reports whether the action can be about an ARN.
func (t *trial) takes(witness string, isObject bool) bool {
	p, err := arn.Parse(witness)
	switch {
	case err != nil:
		return !t.isKnown || t.action.Service() != "s3" || !t.takesAny()
	case t.scope.principal != "" && p.Partition != t.scope.partition():
		return false
	case !isS3(witness):
		return p.Service != "s3" || ofRegion(p)
	default:
		return !t.isKnown || isObject && t.action.Takes(actions.Object) || !isObject && t.action.Takes(actions.Bucket)
	}
}

// takesAny reports whether the action is about buckets or objects.
func (t *trial) takesAny() bool {
	return t.action.Takes(actions.Object) || t.action.Takes(actions.Bucket)
}

// ofRegion reports whether an ARN of S3 is of a type that has a Region or an
// account, as buckets and objects have none.
func ofRegion(p arn.ARN) bool {
	for x := range actions.Types() {
		name := x.ARN[strings.LastIndex(x.ARN, ":")+1:]
		kind, _, hasKind := strings.Cut(name, "/")
		if x.Service == "s3" && x.Name != actions.Bucket && x.Name != actions.Object && hasKind && strings.HasPrefix(p.Resource, kind+"/") {
			return true
		}
	}
	return false
}

// ofAccount reports whether the action names no resource, so that it is granted
// on everything or not at all.
//
// See https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html.
func (t *trial) ofAccount() bool { return t.isKnown && len(t.action.Resources) == 0 }

// isS3 reports whether an ARN is that of a bucket or an object.
func isS3(a string) bool {
	return strings.HasPrefix(a, "arn:") && strings.Contains(a, ":s3:::")
}
