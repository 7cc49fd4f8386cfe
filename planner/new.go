package planner

import (
	"cmp"
	"slices"

	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/spec"
)

// Options change what a plan holds. The zero Options is what most need.
type Options struct {
	// AllKeyPolicies writes statements for the policies of keys in the role's own
	// account too, where by default IAM decides.
	AllKeyPolicies bool
}

// New returns the plan for a SPEC. What it cannot plan, what AWS would refuse,
// and what is too large for AWS is an error with every such place in it, see
// [diag.Of]; nothing in a SPEC is left out without a word.
func New(s *spec.Spec) (*Plan, error) { return Options{}.New(s) }

// New is [New] with options.
func (o Options) New(s *spec.Spec) (*Plan, error) {
	if err := refusals(s).Err(); err != nil {
		return nil, err
	}
	rules := withLocks(replication.FromSpec(s))
	writers := replication.WritersFromSpec(s)
	p, problems := o.build(rules, writers)
	if err := problems.Err(); err != nil {
		return nil, err
	}
	p.Warnings = append(p.Warnings, outsiders(s)...)
	p.Assumptions = assumptions(s, rules)
	p.Outline = outline(s, rules, writers)
	return p, nil
}

// build plans rules and writers that nothing speaks against.
func (o Options) build(rules []replication.Rule, writers []replication.Writer) (*Plan, diag.List) {
	p := &Plan{
		Schema:       Schema,
		Documents:    []Document{},
		Requirements: replication.Requirements(rules),
		Assumptions:  []Assumption{},
	}
	p.Warnings = o.warnings(rules, writers, p.Requirements)
	if p.Requirements == nil {
		p.Requirements = []replication.Requirement{}
	}
	for _, w := range writers {
		p.Requirements = append(p.Requirements, replication.WriterRequirements(w)...)
	}

	d := draft{Options: o}
	docs := replication.DocsGrants(rules)
	for i := range p.Requirements {
		d.require(&p.Requirements[i])
	}
	for i := range docs {
		d.require(&docs[i])
	}
	for _, r := range rules {
		d.rule(r)
	}
	for _, w := range writers {
		d.writer(w)
	}
	documents, problems := d.documents()
	p.Warnings = append(p.Warnings, splitWarnings(documents, d.parts)...)
	configurations, tooLong := configurations(rules)
	p.Documents = slices.Concat(p.Documents, documents, configurations)
	slices.SortStableFunc(p.Documents, inOrder)
	return p, append(problems, tooLong...)
}

// inOrder is the order of application: by step, then by owner, so that each
// owner's work is in one place, then by what carries the document.
func inOrder(a, b Document) int {
	return cmp.Or(
		cmp.Compare(a.Step, b.Step),
		cmp.Compare(a.Account, b.Account),
		cmp.Compare(a.Target, b.Target),
		cmp.Compare(rank(a.Kind), rank(b.Kind)), // pieces of one policy stay in order
	)
}
