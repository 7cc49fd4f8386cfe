package awscli

import (
	"strings"

	"github.com/repligrant/repligrant/planner/target"
)

// An earlier is what a plan grants in one form, and may have granted in another.
type earlier struct {
	inline  string   // the inline policy in whose place are managed ones now, or ""
	stem    string   // what the names of its managed policies begin with, before a number
	managed []string // the managed policies that it has now
}

// A family is the two forms in which the planner writes the policies of a role or
// user: one inline policy, or managed ones with numbers.
type family struct{ inline, stem string }

var families = []family{{"replication", "policy-"}, {"batch-replication", "batch-policy-"}, {"upload", "policy-"}}

// earlierOf lists what t may have of an earlier plan, in the order of families.
// What this plan says nothing of is left out: it may be another plan's.
func earlierOf(t *target.Target) []earlier {
	var list []earlier
	for _, f := range families {
		e := earlier{stem: f.stem}
		inline := false
		for _, p := range t.Policies {
			switch {
			case !p.Managed && p.Name == f.inline:
				inline = true
			case p.Managed && f.holds(p):
				e.inline, e.managed = f.inline, append(e.managed, p.Name)
			}
		}
		if inline || e.managed != nil {
			list = append(list, e)
		}
	}
	return list
}

// holds reports whether a managed policy is one of f: its number follows the stem,
// and its statements are about uploads or not.
func (f family) holds(p target.Policy) bool {
	number, ok := strings.CutPrefix(p.Name, f.stem)
	uploads := strings.HasPrefix(p.Document.Statements[0].Sid, "Upload")
	return ok && strings.Trim(number, "0123456789") == "" && uploads == (f.inline == "upload")
}
