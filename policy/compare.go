package policy

import (
	"slices"
	"strconv"
	"strings"

	"github.com/repligrant/repligrant/internal/diag"
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
	// Because is Unknown with the keys of its sentences.
	Because []diag.Text
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
	return compare([2]*Document{a, b}, [2]diag.Text{diag.Datum("a"), diag.Datum("b")}, statementNumber, in)
}

// CompareAs is [Compare] for a reader who knows the documents by other names than
// a and b, and a statement that has a Sid by that: its number may be another one in
// what the reader has.
func CompareAs(names [2]diag.Text, a, b *Document, in Universe) (Comparison, error) {
	return compare([2]*Document{a, b}, names, statementName, in)
}

// statementNumber and statementName are how reasons name statement i.
func statementNumber(i int, _ *Statement) diag.Text {
	return sentences.Text("compare.statement", "statement", strconv.Itoa(i))
}

func statementName(i int, s *Statement) diag.Text {
	if s.Sid == "" {
		return statementNumber(i, s)
	}
	return sentences.Text("compare.statement", "statement", strconv.Quote(s.Sid))
}

func compare(documents [2]*Document, names [2]diag.Text, call func(int, *Statement) diag.Text, in Universe) (Comparison, error) {
	c, err := newContainment(documents, names, call, in)
	if err != nil {
		return Comparison{}, err
	}
	why := c.mixed()
	if c.spent() {
		why = []reason{because(sentences.Text(compareTooComplex))}
	}
	if why != nil {
		return Comparison{unknownFor(why), unknownFor(why)}, nil
	}
	return Comparison{c.excess(0), c.excess(1)}, nil
}

// A containment is the comparison of two documents, which are 0 and 1.
type containment struct {
	documents [2]*Document
	names     [2]diag.Text                    // of the documents
	call      func(int, *Statement) diag.Text // how a statement is named
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
	variables bool             // the document's version has them
	id        string           // the same for statements that say the same
	place     func() diag.Text // for reasons: "statement 0 of a"
	actions   set              // of actionSpace.subjects
	plain     []*pattern
	isPlain   bool // plain says it all about resources
}

func newContainment(documents [2]*Document, names [2]diag.Text, call func(int, *Statement) diag.Text, in Universe) (*containment, error) {
	c := &containment{names: names, call: call, evaluator: new(Evaluator), budget: glob.NewBudget(maxUnits)}
	for side, d := range documents {
		if d == nil {
			d = New()
		}
		if err := d.readable(); err != nil {
			return nil, saying{sentences.Text("compare.of").With("document", names[side]).With("problem", textOf(err))}
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
		s, n := &d.Statements[i], strconv.Itoa(i)
		switch {
		case s.Doubt != "":
			return failing("compare.doubt", "statement", n, "problem", s.Doubt)
		case s.Effect != Allow && s.Effect != Deny:
			return failing("compare.effect", "statement", n)
		case s.Action.Present() && s.NotAction.Present():
			return failing("compare.both", "statement", n, "one", "Action", "other", "NotAction")
		case s.Resource.Present() && s.NotResource.Present():
			return failing("compare.both", "statement", n, "one", "Resource", "other", "NotResource")
		case s.Principal.Present() && s.NotPrincipal.Present():
			return failing("compare.both", "statement", n, "one", "Principal", "other", "NotPrincipal")
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
				t = &term{id: id, source: s, variables: variables, place: c.placeOf(side, i, s)}
				known[id] = t
				c.both = append(c.both, t)
				c.named = c.named || t.isNamed()
			}
			t.in[side] = true
		}
	}
}

// placeOf says where a statement stands.
func (c *containment) placeOf(side, i int, s *Statement) func() diag.Text {
	return func() diag.Text {
		return sentences.Text("compare.place").With("statement", c.call(i, s)).With("document", c.names[side])
	}
}

// say is a sentence about a statement.
func (t *term) say(key string, args ...string) diag.Text {
	return sentences.Text(key, args...).With("place", t.place())
}

func (t *term) isNamed() bool { return t.source.Principal.Present() || t.source.NotPrincipal.Present() }

// same reports whether the documents have the same statements.
func (c *containment) same() bool {
	return !slices.ContainsFunc(c.both, func(t *term) bool { return t.in[0] != t.in[1] })
}

// mixed says why the documents cannot be compared: one is the policy of an
// identity and the other that of a resource.
func (c *containment) mixed() []reason {
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
			return []reason{because(sentences.Text("compare.kinds").With("document", name).With("other", c.names[other]))}
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
	var reasons []reason
	for _, f := range open {
		w, certain := f.searchFixed()
		if w != nil {
			return Excess{Witness: w}
		}
		if !certain {
			reasons = append(reasons, f.reasons...)
		}
	}
	return unknownFor(few(reasons))
}

// maxReasons bounds the reasons that are told.
const maxReasons = 10

// few returns reasons in order, each once, and of many the first.
func few(reasons []reason) []reason {
	slices.SortFunc(reasons, func(a, b reason) int { return strings.Compare(a.english, b.english) })
	reasons = slices.CompactFunc(reasons, func(a, b reason) bool { return a.english == b.english })
	if more := len(reasons) - maxReasons; more > 0 {
		return append(reasons[:maxReasons:maxReasons], because(sentences.Text("compare.more", "count", strconv.Itoa(more))))
	}
	return reasons
}

// unknownFor is an excess of which nobody knows, for reasons. Without them there is
// none.
func unknownFor(reasons []reason) (e Excess) {
	for _, r := range reasons {
		e.Unknown, e.Because = append(e.Unknown, r.english), append(e.Because, r.said)
	}
	return e
}
