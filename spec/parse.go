package spec

import (
	"strconv"

	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/internal/yaml"
)

// MaxSize is the size of the largest specification that is read, in bytes.
const MaxSize = 16 << 20

// version is the one version of the format that there is.
const version = 1

// Parse reads a specification. File is its name for messages; no file is
// opened. The error holds every problem of the text at once, in file order, each
// with its place; [diag.Of] takes it apart. Where there is an error there is no
// Spec.
func Parse(file string, data []byte) (*Spec, error) {
	root, problems := yaml.Parse(file, data, MaxSize)
	p := &parser{problems: problems, spec: &Spec{File: file, PolicyStyle: Minimal}, suggestions: maxSuggestions, badNames: make(map[diag.Pos]bool), unread: make(map[diag.Pos]bool)}
	if root != nil && p.isSpec(root) {
		p.read(root)
		p.check()
	}
	if err := p.problems.Err(); err != nil {
		return nil, err
	}
	return p.spec, nil
}

// A parser builds a Spec in two passes. The first reads each value on its own;
// the second follows names, expands entries into rules, and looks for what does
// not fit together. Neither stops at a problem.
type parser struct {
	spec        *Spec
	entries     []*entry // of replication
	problems    diag.List
	badNames    map[diag.Pos]bool // where a rule's name has been reported
	unread      map[diag.Pos]bool // entries of which is not known what they select, or in which order
	suggestions int               // how many comparisons of names are left for "did you mean"

	accountNames []string // in file order
	accountIDs   map[string]Account
	bucketNames  []string
	declared     map[string]*declaration // by the name of the role
}

func (p *parser) report(pos diag.Pos, key string, args ...string) {
	p.add(table.At(pos, key, args...))
}

// add adds a problem. Of too many, the last says so.
func (p *parser) add(d *diag.Diagnostic) {
	switch {
	case len(p.problems) < yaml.MaxProblems:
		p.problems = append(p.problems, d)
	case len(p.problems) == yaml.MaxProblems:
		p.problems = append(p.problems, table.At(d.Pos, "spec-too-many-problems", "limit", strconv.Itoa(yaml.MaxProblems)))
	}
}

// clash reports two places that do not fit. The message names the second as
// {other}.
func (p *parser) clash(pos, other diag.Pos, key string, args ...string) {
	d := table.At(pos, key, append(args, "other", other.String())...)
	d.Related = other
	p.add(d)
}

// check is the second pass.
func (p *parser) check() {
	p.spec.index()
	p.accountIDs = make(map[string]Account, len(p.spec.Accounts))
	for _, a := range p.spec.Accounts {
		p.accountNames = append(p.accountNames, a.Name.Value)
	}
	for _, b := range p.spec.Buckets {
		p.bucketNames = append(p.bucketNames, b.Name.Value)
	}
	p.checkAccounts()
	p.checkBuckets()
	p.declareRoles()
	p.expand()
	p.checkRules()
	p.checkWriters()
	p.checkDeclarations()
}

// isSpec reports whether root is a mapping at all.
func (p *parser) isSpec(root *yaml.Node) bool {
	if root.Kind == yaml.Mapping {
		return true
	}
	if root.Kind != yaml.Invalid {
		p.report(root.Pos, "spec-not-a-spec")
	}
	return false
}

// read is the first pass.
func (p *parser) read(root *yaml.Node) {
	s := p.spec
	seen := p.mapping("", root.Pos, root, []field{
		{"version", required, p.version},
		{"access", 0, p.access(&s.Access)},
		{"accounts", 0, p.named(p.account)},
		{"allowed_destinations", 0, p.allowedDestinations},
		{"buckets", required, p.named(p.bucket)},
		{"roles", 0, p.named(p.declaredRole)},
		{"replication", 0, p.each(p.entry)},
		{"policy_style", 0, p.policyStyle},
		{"writers", 0, p.each(p.writer)},
	})
	if !hasItems(root, seen, "replication") && !hasItems(root, seen, "writers") {
		p.report(root.Pos, "spec-nothing-to-do")
	}
}

// hasItems reports whether key is there with something in it, right or wrong, or
// was meant by another.
func hasItems(n *yaml.Node, seen map[string]bool, key string) bool {
	for _, e := range n.Entries {
		if e.Key == key {
			return e.Value.Kind != yaml.Sequence && e.Value.Type != yaml.Null || len(e.Value.Items) > 0
		}
	}
	return seen[key]
}

func (p *parser) version(key string, n *yaml.Node) {
	v, ok := p.number(key, n)
	if !ok {
		return
	}
	if v != version {
		p.report(n.Pos, "spec-version", "version", n.Text, "supported", strconv.Itoa(version))
		return
	}
	p.spec.Version = v
}

func (p *parser) policyStyle(key string, n *yaml.Node) {
	style := Optional[PolicyStyle]{Value: Minimal}
	choice(p, &style, Minimal, AWSDocs)(key, n)
	p.spec.PolicyStyle = style.Value
}
