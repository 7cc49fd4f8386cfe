package planner

import (
	"slices"
	"strings"

	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/replication"
)

// warnings says what works, or may not, and may surprise: rule by rule, then
// writer by writer.
func (o Options) warnings(rules []replication.Rule, writers []replication.Writer, qs []replication.Requirement) []Warning {
	list := []Warning{}
	overridden := overriddenBuckets(rules)
	parts := partsOf(rules)
	told := map[string]bool{}
	priorities := map[priority]string{}
	for _, r := range rules {
		list = append(list, priorityWarnings(r, priorities)...)
		list = append(list, ownerWarnings(r, overridden)...)
		if !r.Enabled {
			list = append(list, disabledWarnings(r)...)
			continue
		}
		list = append(list, foreignWarnings(r, told)...)
		if keys, _ := r.From.KMSKeys.Get(); len(keys) > 0 && !r.KMSObjects {
			list = append(list, warn(r.Pos, "kms-objects-left-out", "rule", r.Name, "from", r.From.Name))
		}
		if r.Tags == replication.Refuse {
			list = append(list, warn(r.Pos, "tags-denied-may-fail", "rule", r.Name, "to", r.To.Name))
		}
		for _, p := range parts {
			list = append(list, p.warnings(r)...)
		}
		list = append(list, docsWarnings(r, told)...)
		list = append(list, roleWarnings(r, told)...)
		own := ofRule(qs, r)
		qs = qs[len(own):]
		list = append(list, o.delegationWarnings(r.Pos, own, told)...)
		if r.SSECObjects {
			list = append(list, warn(r.Pos, "sse-c-may-be-blocked", "rule", r.Name, "to", r.To.Name))
		}
		if r.ReplicaModifications && !slices.ContainsFunc(rules, func(back replication.Rule) bool {
			return back.Enabled && back.From.Name == r.To.Name && back.To.Name == r.From.Name
		}) {
			list = append(list, warn(r.Pos, "replica-modifications-one-way", "rule", r.Name, "from", r.From.Name, "to", r.To.Name))
		}
		list = append(list, prefixWarnings(r.Pos, phrases.Text("what.rule", "rule", r.Name), r.Prefix)...)
	}
	list = append(list, jobWarnings(rules)...)
	for _, w := range writers {
		list = append(list, writerWarnings(w)...)
		list = append(list, o.delegationWarnings(w.Pos, replication.WriterRequirements(w), told)...)
	}
	return list
}

// disabledWarnings name what a disabled rule asks for and nobody gets.
func disabledWarnings(r replication.Rule) []Warning {
	var list []Warning
	for field, asked := range map[string]bool{"existing_objects": r.Job != nil, "sse_c_objects": r.SSECObjects} {
		if asked {
			list = append(list, warn(r.Pos, "disabled-rule-asks", "rule", r.Name, "field", field))
		}
	}
	slices.SortFunc(list, func(a, b Warning) int { return strings.Compare(a.Message, b.Message) })
	return list
}

// overriddenBuckets are the destinations of rules with an owner override. One
// whose ownership nobody states is then taken not to be bucket-owner-enforced.
func overriddenBuckets(rules []replication.Rule) map[string]bool {
	overridden := map[string]bool{}
	for _, r := range rules {
		if r.Enabled && r.OwnerOverride {
			overridden[r.To.Name] = true
		}
	}
	return overridden
}

func ownerWarnings(r replication.Rule, overridden map[string]bool) []Warning {
	ownership, stated := r.To.ObjectOwnership.Get()
	switch {
	case r.OwnerOverride && !r.EffectiveOverride():
		return []Warning{warn(r.Pos, "owner-override-unnecessary", "rule", r.Name, "to", r.To.Name)}
	case r.OwnerOverride && !r.CrossAccount():
		return []Warning{warn(r.Pos, "owner-override-same-account", "rule", r.Name)}
	case r.OwnerOverride || !r.CrossAccount() || !r.Enabled:
		return nil
	case stated && ownership != replication.BucketOwnerEnforced, !stated && overridden[r.To.Name]:
		return []Warning{warn(r.Pos, "replicas-owned-by-source", "rule", r.Name, "to", r.To.Name, "account", r.From.Account)}
	}
	return nil
}

// foreignWarnings says once of each source that the ACLs of its objects count.
// With bucket-owner-preferred, who uploads still decides whether they do.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html.
func foreignWarnings(r replication.Rule, told map[string]bool) []Warning {
	ownership, stated := r.From.ObjectOwnership.Get()
	if !stated || ownership == replication.BucketOwnerEnforced || told[r.From.ARN()] {
		return nil
	}
	told[r.From.ARN()] = true
	return []Warning{warn(r.Pos, "source-objects-of-others", "rule", r.Name, "from", r.From.Name, "ownership", ownership)}
}

// A priority is one of the rules of a source.
type priority struct {
	from   string
	number int
}

// priorityWarnings compares a rule with those before it, of which told has the
// first of each priority. Rules to one destination have different ones: a SPEC
// in which they have not is refused.
func priorityWarnings(r replication.Rule, told map[priority]string) []Warning {
	key := priority{r.From.Name, r.Priority}
	if other, ok := told[key]; ok {
		return []Warning{warn(r.Pos, "priority-twice", "rule", r.Name, "other", other)}
	}
	told[key] = r.Name
	return nil
}

func prefixWarnings(pos diag.Pos, what diag.Text, prefixes ...string) []Warning {
	var list []Warning
	add := func(code string, args ...string) {
		list = append(list, warning(pos, said(code, args...).With("what", what)))
	}
	for _, p := range prefixes {
		if strings.Contains(p, "*") {
			add("prefix-has-star", "prefix", p)
		}
		if strings.HasPrefix(p, "/") {
			add("prefix-begins-with-slash", "prefix", p)
		}
		if escaped, whole := replication.EscapePrefix(p); !whole {
			add("prefix-widened", "prefix", p, "written", escaped)
		}
	}
	return list
}
