package policy

import (
	"strings"

	"github.com/repligrant/repligrant/policy/glob"
)

// A statement is a Statement that is ready to be decided.
type statement struct {
	index     int
	sid       string
	twins     []twin // others of the document that say the same
	effect    Effect
	actions   []glob.Pattern // in lower case
	notAction bool
	resources []resource
	// resourceless says that there is neither Resource nor NotResource.
	resourceless bool
	notResource  bool
	principals   principals
	clauses      []clause
	doubt        string // see Statement.Doubt
}

// A twin is where a statement stands that another says too.
type twin struct {
	index int
	sid   string
}

// refs returns where a statement stands, and the others that say the same.
func (s *statement) refs(at Ref) []Ref {
	all := []Ref{at}
	for _, t := range s.twins {
		at.Statement, at.Sid = t.index, t.sid
		all = append(all, at)
	}
	return all
}

// A resource is one value of Resource or NotResource.
type resource struct {
	pattern  glob.Pattern
	template template // if there are variables, instead of pattern
	broken   bool     // it has no reading
	short    bool     // it has too few parts for an ARN
}

// compileDocument makes the statements of d ready. D may be nil.
func compileDocument(d *Document) []statement {
	if d == nil {
		return nil
	}
	variables := d.Version == Version2012
	out := make([]statement, len(d.Statements))
	for i := range d.Statements {
		out[i] = compileStatement(&d.Statements[i], variables)
		out[i].index = i
	}
	return out
}

func compileStatement(s *Statement, variables bool) statement {
	c := statement{sid: s.Sid, effect: s.Effect, principals: newPrincipals(s), doubt: s.Doubt}
	actions := s.Action
	if s.NotAction.Present() {
		actions, c.notAction = s.NotAction, true
	}
	for _, a := range actions.Values {
		c.actions = append(c.actions, glob.Compile(lower(a)))
	}
	resources := s.Resource
	if s.NotResource.Present() {
		resources, c.notResource = s.NotResource, true
	}
	c.resourceless = !resources.Present()
	for _, r := range resources.Values {
		c.resources = append(c.resources, newResource(r, variables))
	}
	for _, clause := range s.Condition {
		c.clauses = append(c.clauses, newClause(clause, variables))
	}
	return c
}

// newResource reads a resource. Variables may stand after the fifth colon only.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html.
func newResource(s string, variables bool) resource {
	if !variables {
		if isShort(s) {
			return resource{pattern: glob.Compile(s), short: true}
		}
		return resource{pattern: glob.CompileARN(s)}
	}
	t, ok := parseTemplate(s)
	switch {
	case !ok || t.startsBefore(5):
		return resource{broken: true}
	case isShort(s):
		return resource{pattern: glob.CompileEscaped(s), short: true}
	case len(t.keys()) > 0:
		return resource{template: t}
	default:
		return resource{pattern: glob.CompileARNEscaped(s)}
	}
}

// isShort reports whether a pattern cannot be compared with an ARN part by part.
func isShort(s string) bool { return s != "*" && strings.Count(s, ":") < 5 }

// matchesAction reports whether the statement is about an action, which is in
// lower case.
func (s *statement) matchesAction(action string) bool {
	for i := range s.actions {
		if s.actions[i].Match(action) {
			return !s.notAction
		}
	}
	return s.notAction
}
