package simulate

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/policy"
)

// An answer is the line with a decision.
type answer struct {
	ID       json.RawMessage    `json:"id"`
	Decision string             `json:"decision"`
	Reasons  []reason           `json:"reasons"`
	Open     []open             `json:"open,omitempty"`
	Witness  map[string]witness `json:"witness,omitempty"`
	Withheld string             `json:"withheld,omitempty"`
	NearMiss []nearMiss         `json:"near_misses,omitzero"`
}

// A failure is the line for one that has no reading.
type failure struct {
	ID    json.RawMessage `json:"id"`
	Error string          `json:"error"`
	Line  int             `json:"line"`
}

// A position is where a policy stands.
type position struct {
	Document string `json:"document,omitempty"`
	Level    *int   `json:"level,omitempty"` // of scps and rcps: 0 is the root
	Policy   *int   `json:"policy,omitempty"`
	Name     string `json:"name,omitempty"`
}

func positionOf(l policy.Layer, name string) position {
	p := placeOf(name)
	pos := position{Document: layerNames[l], Name: p.name}
	if name != "" && p.level >= 0 {
		pos.Level = &p.level
	}
	if name != "" && p.index >= 0 {
		pos.Policy = &p.index
	}
	return pos
}

// A reason is a statement that decides.
type reason struct {
	position
	Statement int    `json:"statement"`
	Sid       string `json:"sid"`
	Effect    string `json:"effect"`
}

func reasonOf(r policy.Ref) reason {
	return reason{positionOf(r.Layer, r.Policy), r.Statement, r.Sid, string(r.Effect)}
}

// An open is what is not known and decides.
type open struct {
	position
	Key string `json:"key,omitempty"`
	Why string `json:"why"`
}

// A witness is one request of all that were asked for.
type witness struct {
	Resource string                     `json:"resource"`
	Context  map[string]json.RawMessage `json:"context"`
}

const (
	mixed      = "mixed"
	unknown    = "unknown"
	notKnown   = "its value is not known"
	tooComplex = "pattern-too-complex"
	tooOpen    = "too much is not known"
)

// nameOf is the name of a set of decisions.
func nameOf(d policy.Decision) string {
	switch {
	case d == policy.Allowed:
		return "allowed"
	case d == policy.ImplicitDeny:
		return "implicit_deny"
	case d == policy.ExplicitDeny:
		return "explicit_deny"
	case d.Denied():
		return "denied"
	default:
		return unknown
	}
}

// answerOf sums up the classes of requests of a case.
func (c *Case) answerOf(classes []policy.Class) *answer {
	a := &answer{ID: c.id, Reasons: []reason{}}
	if c.id == nil {
		a.ID = json.RawMessage("null")
	}
	all, differ := sum(classes)
	a.Decision = nameOf(all)
	if differ {
		a.Decision = mixed
		a.Witness = map[string]witness{}
	}
	for i := range classes {
		a.add(c, &classes[i])
	}
	slices.SortStableFunc(a.Reasons, reason.compare)
	a.Reasons = slices.CompactFunc(a.Reasons, func(r, s reason) bool { return r.compare(s) == 0 })
	return a
}

// sum returns the decisions that are possible in some class, and whether two
// classes differ for certain.
func sum(classes []policy.Class) (all policy.Decision, differ bool) {
	var certain policy.Decision
	for i := range classes {
		d := classes[i].Decision
		all |= d
		if d == policy.Allowed || d == policy.ImplicitDeny || d == policy.ExplicitDeny {
			certain |= d
		}
	}
	allows := certain&policy.Allowed != 0
	denies := slices.ContainsFunc(classes, func(c policy.Class) bool { return c.Decision.Denied() })
	return all, allows && denies || certain == policy.ImplicitDeny|policy.ExplicitDeny
}

// add adds what one class says.
func (a *answer) add(c *Case, class *policy.Class) {
	name := nameOf(class.Decision)
	if _, known := a.Witness[name]; a.Witness != nil && !known {
		a.Witness[name] = c.witness(class)
	}
	for i := range class.Views {
		a.reasons(class.Decision, &class.Views[i])
	}
	for _, o := range class.Open {
		why := o.Why
		if why == "" && o.Key != "" {
			why = notKnown
		}
		next := open{positionOf(o.Layer, o.Policy), o.Key, why}
		if !slices.ContainsFunc(a.Open, next.equal) {
			a.Open = append(a.Open, next)
		}
	}
	if class.Withheld {
		a.Withheld = "RestrictPublicBuckets"
	}
}

// reasons adds the statements of a layer that make a decision: those that deny
// for an explicit deny, and those that allow where nothing denies.
func (a *answer) reasons(d policy.Decision, v *policy.View) {
	if d&policy.ExplicitDeny != 0 {
		for _, r := range v.Denies {
			a.Reasons = append(a.Reasons, reasonOf(r))
		}
	}
	if d&policy.Allowed != 0 {
		for _, r := range v.Allows {
			a.Reasons = append(a.Reasons, reasonOf(r))
		}
	}
}

// witness is the request of a class, with all of its context.
func (c *Case) witness(class *policy.Class) witness {
	w := witness{Resource: class.Witness, Context: map[string]json.RawMessage{}}
	for _, m := range c.context {
		w.Context[m.name] = m.value
	}
	for _, key := range c.patterns {
		if value, ok := class.Context[strings.ToLower(key)]; ok {
			w.Context[key] = encode(value)
		}
	}
	return w
}

func (r reason) compare(s reason) int {
	return cmp.Or(
		slices.Index(order, r.Document)-slices.Index(order, s.Document),
		cmp.Compare(number(r.Level), number(s.Level)), cmp.Compare(number(r.Policy), number(s.Policy)),
		cmp.Compare(r.Statement, s.Statement),
	)
}

func (o open) equal(p open) bool {
	return o.Document == p.Document && number(o.Level) == number(p.Level) && number(o.Policy) == number(p.Policy) &&
		o.Key == p.Key && o.Why == p.Why
}

// order is how the layers follow each other in answers.
var order = []string{"identity", "resource", "boundary", "session", "scps", "rcps", "vpce"}

func number(n *int) int {
	if n == nil {
		return -1
	}
	return *n
}

// maxError bounds the text of an error, which may quote what is wrong.
const maxError = 1000

// refuse is the answer to a line that has no reading.
func (s *Simulator) refuse(id json.RawMessage, err error) []byte { return refusal(id, err, s.line) }

// refusal is the answer to a line that has no reading.
func refusal(id json.RawMessage, err error, line int) []byte {
	if id == nil {
		id = json.RawMessage("null")
	}
	text := err.Error()
	if len(text) > maxError {
		text = strings.ToValidUTF8(text[:maxError], "") + "..."
	}
	return append(encode(failure{id, text, line}), '\n')
}

// encode writes a value as JSON, with <, > and & as they are.
func encode(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(err) //nolint:forbidigo // strings, numbers, and JSON that was checked
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}
