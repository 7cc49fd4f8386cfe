package audit

import (
	"strings"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/policy/glob"
)

// spelled is a statement as it is for some principals: with what is known of
// them in place of policy variables. Variables that nobody knows, or that differ
// between the principals, stay, and whole says whether there were none.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html.
func (a *auditor) spelled(c consulted, st *policy.Statement, principals ...string) (of *policy.Statement, whole bool) {
	if !strings.Contains(strings.Join(st.Resource.Values, "")+strings.Join(st.NotResource.Values, ""), "${") {
		return st, true
	}
	out := *st
	d, _ := c.source.Document.Get()
	if d == nil || d.Version != policy.Version2012 { // it has no variables
		out.Resource, out.NotResource = literal(st.Resource), literal(st.NotResource)
		return &out, true
	}
	known := false
	out.Resource, whole = a.expand(st.Resource, principals)
	out.NotResource, known = a.expand(st.NotResource, principals)
	return &out, whole && known
}

// literal writes texts of a document without variables so that what looks like
// one in them is none.
func literal(texts policy.Strings) policy.Strings {
	out := policy.Strings{Single: texts.Single}
	for _, text := range texts.Values {
		out.Values = append(out.Values, strings.ReplaceAll(text, "${", "${$}{"))
	}
	return out
}

// expand puts what is known of principals into texts.
func (a *auditor) expand(texts policy.Strings, principals []string) (out policy.Strings, whole bool) {
	out, whole = policy.Strings{Single: texts.Single}, true
	for _, text := range texts.Values {
		text := variables(text, func(name string) string {
			value, known := a.variable(name, principals[0])
			for _, other := range principals[1:] {
				same, ok := a.variable(name, other)
				known = known && ok && same == value
			}
			if known {
				return value
			}
			whole = false
			return "${" + name + "}"
		})
		out.Values = append(out.Values, text)
	}
	return out, whole
}

// variables writes something else for each ${...} of a text, but for those that
// stand for a character. One that is not closed ends with the text.
func variables(text string, write func(name string) string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "${")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		name, after, _ := strings.Cut(rest, "}")
		if name == "*" || name == "?" || name == "$" {
			b.WriteString("${" + name + "}")
		} else {
			b.WriteString(write(name))
		}
		text = after
	}
}

// isVague reports whether a resource has a policy variable that nobody knows.
func isVague(resource string) bool { return widest(resource) != resource }

// widest is the pattern of all that a resource may be, whatever its variables are.
func widest(resource string) string {
	if !strings.Contains(resource, "${") {
		return resource
	}
	return variables(resource, func(string) string { return "*" })
}

// variable is what a policy variable is for a principal, ready to stand in a
// pattern.
func (a *auditor) variable(name, principal string) (string, bool) {
	p, err := arn.Parse(principal)
	lower := strings.ToLower(name)
	tag, isTag := strings.CutPrefix(lower, "aws:principaltag/")
	switch {
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
