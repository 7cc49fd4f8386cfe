package policy

import (
	"math/big"
	"net/netip"
	"strings"

	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/policy/glob"
)

// A clause is a Clause that is ready to be decided.
type clause struct {
	operator
	name   string // key as written
	key    string // key in lower case
	tests  []test
	broken *diag.Text // why the clause has no answer: AWS does not have the operator
}

// A test is one value that a policy compares a key with.
type test struct {
	pattern  glob.Pattern // of texts, ARNs: what the key must match
	template template     // of texts, ARNs and Bool, if there are variables: instead of pattern and yes
	number   *big.Rat     // of numbers and dates
	yes      bool         // of Bool and Null
	binary   string
	network  netip.Prefix
	broken   *diag.Text // why nothing can be compared with it
}

// broken is why there is no answer.
func broken(key string, args ...string) *diag.Text {
	t := sentences.Text(key, args...)
	return &t
}

// newClause reads a clause. Variables exist in version 2012-10-17 only.
func newClause(c Clause, variables bool) clause {
	out := clause{name: c.Key, key: lower(c.Key)}
	var ok bool
	if out.operator, ok = operatorOf(c.Operator); !ok {
		out.broken = broken("value-operator", "operator", c.Operator)
		return out
	}
	for _, v := range c.Values.Values {
		out.tests = append(out.tests, out.newTest(v, variables))
	}
	return out
}

func (c *clause) newTest(v string, variables bool) test {
	var t test
	var err error
	switch c.family {
	case asText, asARN:
		return c.newTextTest(v, variables)
	case asBool:
		if variables && strings.Contains(v, "${") {
			return c.newTextTest(v, variables)
		}
		t.yes, err = parseBool(v)
	case asPresence:
		t.yes, err = parseBool(v)
	case asNumber:
		t.number, err = parseNumber(v)
	case asDate:
		t.number, err = parseDate(v)
	case asBinary:
		t.binary, err = parseBinary(v)
	case asAddress:
		t.network, err = parseRange(v)
	}
	if err != nil {
		said := textOf(err)
		t.broken = &said
	}
	return t
}

func (c *clause) newTextTest(v string, variables bool) test {
	if !variables {
		return c.newPattern(v, false)
	}
	parts, ok := parseTemplate(v)
	switch {
	case !ok:
		return test{broken: broken("value-variable", "value", v)}
	case len(parts.keys()) > 0 || c.family == asBool:
		return test{template: parts}
	default:
		return c.newPattern(v, true)
	}
}

func (c *clause) newPattern(v string, escaped bool) test {
	if c.family == asARN && isShort(v) {
		return test{broken: broken("value-arn", "value", v)}
	}
	if c.family == asARN && v == "*" {
		return test{broken: broken("value-every-arn")}
	}
	return test{pattern: c.compile(v, escaped)}
}

// compile returns the pattern of a text; escaped says that ${*} is a character.
func (c *clause) compile(s string, escaped bool) glob.Pattern {
	switch {
	case !c.wild && escaped:
		s = unescape(s)
		fallthrough
	case !c.wild:
		if c.fold {
			return glob.Fold(s)
		}
		return glob.Literal(s)
	case c.family == asARN && escaped:
		return glob.CompileARNEscaped(s)
	case c.family == asARN:
		return glob.CompileARN(s)
	case escaped:
		return glob.CompileEscaped(s)
	default:
		return glob.Compile(s)
	}
}

// variables returns the keys whose values the clause puts into its own.
func (c *clause) variables() []string {
	var keys []string
	for _, t := range c.tests {
		keys = append(keys, t.template.keys()...)
	}
	return keys
}

// holds decides the clause for a value of its key. Lookup gives the values of
// keys in variables.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html.
func (c *clause) holds(v value, lookup func(string) value) truth {
	switch {
	case c.broken != nil:
		return open
	case c.family == asPresence:
		return c.presence(v)
	case v.absent():
		return c.missing()
	case v.outside > 0:
		return c.outside(v.outside)
	case c.quantity != single && v.void():
		return c.ofNothing()
	case c.quantity == single && len(v.texts) > 1:
		return open // a multivalued key needs a set operator; AWS does not say what happens without
	}
	result := truthOf(c.quantity != forAny)
	for _, text := range v.texts {
		hit := c.hit(text, lookup)
		if c.quantity == forAny {
			result = max(result, hit)
		} else {
			result = min(result, hit)
		}
	}
	return result
}

// ofNothing decides a set operator for a key whose value comes to no data. What
// IfExists makes of that stands nowhere.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html.
func (c *clause) ofNothing() truth {
	switch {
	case c.quantity == forAll:
		return yes
	case c.ifExists:
		return open
	default:
		return no
	}
}

func (c *clause) presence(v value) truth {
	result := no
	for _, t := range c.tests {
		if t.broken != nil {
			result = max(result, open)
		} else {
			result = max(result, truthOf(t.yes == v.absent()))
		}
	}
	return result
}

// missing decides the clause where its key is not in the request.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html.
func (c *clause) missing() truth {
	switch {
	case c.quantity == forAll || c.ifExists:
		return yes
	case c.quantity == forAny:
		return no
	default:
		return truthOf(c.negate)
	}
}

// outside decides the clause for an address of some bits that is in no range
// but the one that holds all such addresses.
func (c *clause) outside(bits int) truth {
	if c.family != asAddress {
		return open
	}
	result := no
	for _, t := range c.tests {
		if t.broken != nil {
			result = max(result, open)
		} else {
			result = max(result, truthOf(t.network.Bits() == 0 && t.network.Addr().BitLen() == bits))
		}
	}
	return c.sign(result)
}

// sign turns "one of the tests matches" into the clause's answer.
func (c *clause) sign(matches truth) truth {
	if c.negate {
		return matches.not()
	}
	return matches
}

// hit decides the clause for one value of the key: one of the tests matches, or
// for a negated operator none does.
func (c *clause) hit(text string, lookup func(string) value) truth {
	result := no
	for i := range c.tests {
		result = max(result, c.match(&c.tests[i], text, lookup))
	}
	return c.sign(result)
}

// match compares one value of the key with one value of the policy. A value of
// the key that is of another type than the operator's cannot be compared.
func (c *clause) match(t *test, text string, lookup func(string) value) truth {
	if t.broken != nil {
		return open
	}
	switch c.family {
	case asText, asARN:
		return c.matchText(t, text, lookup)
	case asBool:
		return c.matchBool(t, text, lookup)
	case asNumber, asDate:
		parse := parseNumber
		if c.family == asDate {
			parse = parseDate
		}
		n, err := parse(text)
		return known(err, func() bool { return c.order.holds(n.Cmp(t.number)) })
	case asBinary:
		b, err := parseBinary(text)
		return known(err, func() bool { return b == t.binary })
	default:
		a, err := parseAddress(text)
		return known(err, func() bool { return t.network.Contains(a) })
	}
}

// known is open if a value has no reading.
func known(err error, match func() bool) truth {
	if err != nil {
		return open
	}
	return truthOf(match())
}

func (c *clause) matchText(t *test, text string, lookup func(string) value) truth {
	if t.template == nil {
		return truthOf(t.pattern.Match(text))
	}
	s, ok := t.template.expand(lookup)
	switch {
	case ok == no || s == "" && ok == open:
		return ok
	case c.family == asARN && isShort(s):
		return open
	default:
		return min(truthOf(c.compile(s, true).Match(text)), ok)
	}
}

func (c *clause) matchBool(t *test, text string, lookup func(string) value) truth {
	want := t.yes
	if t.template != nil {
		s, ok := t.template.expand(lookup)
		if ok != yes {
			return ok
		}
		var err error
		if want, err = parseBool(unescape(s)); err != nil {
			return open
		}
	}
	got, err := parseBool(text)
	return known(err, func() bool { return got == want })
}
