package audit

import (
	"strings"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/policy/glob"
)

// spelled is a statement as it is for one principal: with what is known of the
// principal in place of policy variables. Resources with a variable that nobody
// knows are left out, and whole says whether there were none.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html.
func (a *auditor) spelled(c consulted, st *policy.Statement, principal string) (of *policy.Statement, whole bool) {
	d, _ := c.source.Document.Get()
	if d == nil || d.Version != policy.Version2012 || !strings.Contains(strings.Join(st.Resource.Values, "")+strings.Join(st.NotResource.Values, ""), "${") {
		return st, true
	}
	out := *st
	out.Resource, whole = a.expand(st.Resource, principal)
	notResource, known := a.expand(st.NotResource, principal)
	out.NotResource = notResource
	if !known { // what is left of everything is not known
		out.NotResource = policy.Strings{}
	}
	return &out, whole && known
}

// expand puts what is known of a principal into texts; those that keep a variable
// are left out.
func (a *auditor) expand(texts policy.Strings, principal string) (policy.Strings, bool) {
	out := policy.Strings{Single: texts.Single}
	for _, text := range texts.Values {
		if text, ok := a.expanded(text, principal); ok {
			out.Values = append(out.Values, text)
		}
	}
	return out, len(out.Values) == len(texts.Values)
}

// expanded is a text with what is known of a principal in it.
func (a *auditor) expanded(text, principal string) (string, bool) {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "${")
		b.WriteString(before)
		if !found {
			return b.String(), true
		}
		name, after, closed := strings.Cut(rest, "}")
		value, ok := a.variable(name, principal)
		if !closed || !ok {
			return "", false
		}
		b.WriteString(value)
		text = after
	}
}

// variable is what a policy variable is for a principal, ready to stand in a
// pattern.
func (a *auditor) variable(name, principal string) (string, bool) {
	p, err := arn.Parse(principal)
	lower := strings.ToLower(name)
	tag, isTag := strings.CutPrefix(lower, "aws:principaltag/")
	switch {
	case name == "*" || name == "?" || name == "$":
		return "${" + name + "}", true
	case err != nil:
		return "", false
	case lower == "aws:principalaccount":
		return p.Account, true
	case lower == "aws:principalarn":
		return glob.Escape(principal), true
	case lower == "aws:username" && p.Type() == "user":
		return glob.Escape(p.Name()), true
	case isTag:
		tags, _ := a.identity(principal).tags.Get()
		for _, t := range tags {
			if strings.EqualFold(t.Key, tag) {
				return glob.Escape(t.Value), true
			}
		}
	}
	return "", false
}
