package policy

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/repligrant/repligrant/policy/glob"
)

// A Universe bounds what two documents are compared for. The zero Universe is
// everything: all actions, resources and principals.
type Universe struct {
	Actions  []string // patterns, as in Action; none: all actions
	Resource string   // a pattern, as in Resource; "": all resources
}

// A Relation is how the requests that one document allows on its own lie to
// those that another one does.
type Relation string

// The relations of a to b.
const (
	Equal           Relation = "equal"
	Subset          Relation = "subset"   // a allows less
	Superset        Relation = "superset" // a allows more
	Incomparable    Relation = "incomparable"
	UnknownRelation Relation = "unknown"
)

// A Comparison says what each of two documents allows and the other does not.
type Comparison struct {
	A, B Excess
}

// An Excess is what one document allows beyond another. Without witness and
// without reasons there is nothing.
type Excess struct {
	Witness *Witness // a request that shows it
	// Unknown says why nobody can know whether there is something. There is no
	// witness then.
	Unknown []string
}

// None reports whether it is certain that there is nothing.
func (e Excess) None() bool { return e.Witness == nil && e.Unknown == nil }

// Relation is the relation of a to b.
func (c Comparison) Relation() Relation {
	switch {
	case c.A.Unknown != nil || c.B.Unknown != nil:
		return UnknownRelation
	case c.A.None() && c.B.None():
		return Equal
	case c.A.None():
		return Subset
	case c.B.None():
		return Superset
	default:
		return Incomparable
	}
}

// Compare finds what a allows on its own and b does not, and the reverse: allowed
// is what a statement of the document allows and none of it denies. It looks at
// every action of the catalogue of package actions, each on the resources of its
// types; at actions of other services by their patterns, on all resources; and,
// if there is a Principal in one of the documents, at all principals. A condition
// key has any value of its type or none, independently of the other keys and of
// the principal, unless the catalogue says that the action does not have it.
//
// The error says that a document has no reading, or that the universe is empty.
func Compare(a, b *Document, in Universe) (Comparison, error) {
	return compare([2]*Document{a, b}, [2]string{"a", "b"}, statementNumber, in)
}

// CompareAs is [Compare] for a reader who knows the documents by other names than
// a and b, and a statement that has a Sid by that: its number may be another one in
// what the reader has.
func CompareAs(names [2]string, a, b *Document, in Universe) (Comparison, error) {
	return compare([2]*Document{a, b}, names, statementName, in)
}

// statementNumber and statementName are how reasons name statement i.
func statementNumber(i int, _ *Statement) string { return "statement " + strconv.Itoa(i) }

func statementName(i int, s *Statement) string {
	if s.Sid == "" {
		return statementNumber(i, s)
	}
	return "statement " + strconv.Quote(s.Sid)
}

func compare(documents [2]*Document, names [2]string, call func(int, *Statement) string, in Universe) (Comparison, error) {
	c, err := newContainment(documents, names, call, in)
	if err != nil {
		return Comparison{}, err
	}
	why := c.mixed()
	if c.spent() {
		why = []string{tooComplexText}
	}
	if why != nil {
		return Comparison{Excess{Unknown: why}, Excess{Unknown: why}}, nil
	}
	return Comparison{c.excess(0), c.excess(1)}, nil
}

// A containment is the comparison of two documents, which are 0 and 1.
type containment struct {
	documents [2]*Document
	names     [2]string                    // of the documents
	call      func(int, *Statement) string // how a statement is named
	evaluator *Evaluator
	both      []*term // the statements of both
	named     bool    // there are principals
	actionSpace
	within *pattern // the universe's resources; nil: all
	reach  reach
	doubts doubts
	budget *glob.Budget // of what is under way: the preparation, or the search for what one side has more
}

// maxUnits bounds what the preparation and each side may cost, so that a
// comparison takes seconds at most.
const maxUnits = 1 << 24

// spent reports whether the budget is, and so whether something may have been
// left out.
func (c *containment) spent() bool { return !c.budget.Spend(0) }

// A term is a statement of one of the documents, or of both.
type term struct {
	statement
	in        [2]bool
	source    *Statement
	variables bool   // the document's version has them
	id        string // the same for statements that say the same
	place     string // for reasons: "statement 0 of a"
	actions   set    // of actionSpace.subjects
	plain     []*pattern
	isPlain   bool // plain says it all about resources
}

func newContainment(documents [2]*Document, names [2]string, call func(int, *Statement) string, in Universe) (*containment, error) {
	c := &containment{names: names, call: call, evaluator: new(Evaluator), budget: glob.NewBudget(maxUnits)}
	for side, d := range documents {
		if d == nil {
			d = New()
		}
		if err := d.readable(); err != nil {
			return nil, fmt.Errorf("%s: %w", names[side], err)
		}
		c.documents[side] = withProviders(d)
	}
	c.addTerms()
	if err := c.bound(in); err != nil {
		return nil, err
	}
	return c, nil
}

// readable says what in a document that was built in Go has no reading; [Parse]
// finds the same in text.
func (d *Document) readable() error {
	for i := range d.Statements {
		s := &d.Statements[i]
		switch {
		case s.Doubt != "":
			return fmt.Errorf("statement %d: %s", i, s.Doubt)
		case s.Effect != Allow && s.Effect != Deny:
			return fmt.Errorf("statement %d: Effect is neither Allow nor Deny", i)
		case s.Action.Present() && s.NotAction.Present():
			return fmt.Errorf("statement %d has Action and NotAction", i)
		case s.Resource.Present() && s.NotResource.Present():
			return fmt.Errorf("statement %d has Resource and NotResource", i)
		case s.Principal.Present() && s.NotPrincipal.Present():
			return fmt.Errorf("statement %d has Principal and NotPrincipal", i)
		}
	}
	return nil
}

// addTerms finds the statements of both documents. Those that say the same are
// one.
func (c *containment) addTerms() {
	known := map[string]*term{}
	for side, d := range c.documents {
		variables := d.Version == Version2012
		for i := range d.Statements {
			s := &d.Statements[i]
			id := s.identity(variables)
			t := known[id]
			if t == nil {
				t = &term{id: id, source: s, variables: variables, place: c.call(i, s) + " of " + c.names[side]}
				known[id] = t
				c.both = append(c.both, t)
				c.named = c.named || t.isNamed()
			}
			t.in[side] = true
		}
	}
}

func (t *term) isNamed() bool { return t.source.Principal.Present() || t.source.NotPrincipal.Present() }

// same reports whether the documents have the same statements.
func (c *containment) same() bool {
	return !slices.ContainsFunc(c.both, func(t *term) bool { return t.in[0] != t.in[1] })
}

// mixed says why the documents cannot be compared: one is the policy of an
// identity and the other that of a resource.
func (c *containment) mixed() []string {
	var named, bare [2]bool
	for _, t := range c.both {
		for side, in := range t.in {
			named[side] = named[side] || in && t.isNamed()
			bare[side] = bare[side] || in && !t.isNamed()
		}
	}
	for side, name := range c.names {
		other := 1 - side
		if named[side] && bare[other] && !named[other] {
			return []string{fmt.Sprintf("%s is the policy of a resource and %s that of an identity", name, c.names[other])}
		}
	}
	return nil
}

// excess finds what document x allows and the other, y, does not. That begins
// with a statement that only one of them has: an Allow of x, or a Deny of y.
func (c *containment) excess(x int) Excess {
	c.budget = glob.NewBudget(maxUnits)
	var open []*focus
	for _, t := range c.both {
		if t.in[x] == t.in[1-x] || t.in[x] != (t.effect == Allow) {
			continue
		}
		f := c.newFocus(x, t)
		if w := f.search(); w != nil {
			return Excess{Witness: w}
		}
		if f.reasons != nil {
			open = append(open, f)
		}
		if c.spent() {
			break // the head has that among its reasons
		}
	}
	var reasons []string
	for _, f := range open {
		w, certain := f.searchFixed()
		if w != nil {
			return Excess{Witness: w}
		}
		if !certain {
			reasons = append(reasons, f.reasons...)
		}
	}
	return Excess{Unknown: few(reasons)}
}

// maxReasons bounds the reasons that are told.
const maxReasons = 10

// few returns reasons in order, each once, and of many the first.
func few(reasons []string) []string {
	slices.Sort(reasons)
	reasons = slices.Compact(reasons)
	if more := len(reasons) - maxReasons; more > 0 {
		return append(reasons[:maxReasons:maxReasons], fmt.Sprintf("and %d more", more))
	}
	return reasons
}
