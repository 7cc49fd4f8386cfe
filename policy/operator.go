package policy

import "strings"

// A family says how the operators of a condition compare.
type family uint8

const (
	asText family = iota // patterns of any kind
	asARN
	asNumber
	asDate
	asBool
	asBinary
	asAddress
	asPresence // Null
)

// An order says which way numbers and dates must lie.
type order uint8

const (
	equal order = iota
	less
	lessEqual
	greater
	greaterEqual
)

// holds reports whether a comparison result, as of cmp.Compare, is in order.
func (o order) holds(c int) bool {
	switch o {
	case less:
		return c < 0
	case lessEqual:
		return c <= 0
	case greater:
		return c > 0
	case greaterEqual:
		return c >= 0
	default:
		return c == 0
	}
}

// A quantifier says which values of a multivalued key must match.
type quantifier uint8

const (
	single quantifier = iota
	forAll
	forAny
)

// An operator is the left side of a condition.
type operator struct {
	family   family
	order    order
	negate   bool
	wild     bool // * and ? are wildcards
	fold     bool // case is ignored
	quantity quantifier
	ifExists bool
}

// operators are the condition operators without qualifier and suffix, in lower case.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html.
var operators = map[string]operator{
	"stringequals":              {family: asText},
	"stringnotequals":           {family: asText, negate: true},
	"stringequalsignorecase":    {family: asText, fold: true},
	"stringnotequalsignorecase": {family: asText, fold: true, negate: true},
	"stringlike":                {family: asText, wild: true},
	"stringnotlike":             {family: asText, wild: true, negate: true},
	"arnequals":                 {family: asARN, wild: true},
	"arnlike":                   {family: asARN, wild: true},
	"arnnotequals":              {family: asARN, wild: true, negate: true},
	"arnnotlike":                {family: asARN, wild: true, negate: true},
	"numericequals":             {family: asNumber},
	"numericnotequals":          {family: asNumber, negate: true},
	"numericlessthan":           {family: asNumber, order: less},
	"numericlessthanequals":     {family: asNumber, order: lessEqual},
	"numericgreaterthan":        {family: asNumber, order: greater},
	"numericgreaterthanequals":  {family: asNumber, order: greaterEqual},
	"dateequals":                {family: asDate},
	"datenotequals":             {family: asDate, negate: true},
	"datelessthan":              {family: asDate, order: less},
	"datelessthanequals":        {family: asDate, order: lessEqual},
	"dategreaterthan":           {family: asDate, order: greater},
	"dategreaterthanequals":     {family: asDate, order: greaterEqual},
	"bool":                      {family: asBool},
	"binaryequals":              {family: asBinary},
	"ipaddress":                 {family: asAddress},
	"notipaddress":              {family: asAddress, negate: true},
	"null":                      {family: asPresence},
}

// operatorOf reads the name of an operator. AWS does not say whether case
// matters in it; a policy with another case means the same operator.
func operatorOf(name string) (operator, bool) {
	name = strings.ToLower(name)
	quantity := single
	if qualifier, rest, found := strings.Cut(name, ":"); found {
		switch qualifier {
		case "forallvalues":
			quantity = forAll
		case "foranyvalue":
			quantity = forAny
		default:
			return operator{}, false
		}
		name = rest
	}
	name, ifExists := strings.CutSuffix(name, "ifexists")
	o, ok := operators[name]
	o.quantity, o.ifExists = quantity, ifExists
	if o.family == asPresence && (ifExists || quantity != single) {
		return operator{}, false // Null is the question itself
	}
	return o, ok
}
