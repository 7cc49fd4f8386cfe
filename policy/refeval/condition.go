package refeval

import (
	"slices"
	"strings"

	"github.com/repligrant/repligrant/policy"
)

// conditionHolds: all operators and all keys under them have to hold.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html.
func (e *evaluation) conditionHolds(version string, st policy.Statement) bool {
	for _, c := range st.Condition {
		if !e.clauseHolds(version, c) {
			return false
		}
	}
	return true
}

// clauseHolds decides one key under one operator. Key names compare without
// case.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html.
func (e *evaluation) clauseHolds(version string, c policy.Clause) bool {
	e.clause = c
	name, forAll := strings.CutPrefix(c.Operator, "ForAllValues:")
	name, forAny := strings.CutPrefix(name, "ForAnyValue:")
	present := e.req.Context[strings.ToLower(c.Key)]
	if name == "Null" && !forAll && !forAny {
		return e.null(c.Values.Values, len(present) == 0)
	}
	name, ifExists := strings.CutSuffix(name, "IfExists")
	op, ok := operators[name]
	if !ok || forAll && forAny || len(c.Values.Values) == 0 {
		return e.ask("%s of %s", c.Operator, c.Key)
	}
	one := func(value string) bool { return e.valueHolds(version, op, value, c.Values.Values) }
	switch {
	case len(present) == 0 && ifExists:
		return true // "If the key is not present, evaluate the condition element as true"
	case forAll && empty(present):
		return true
	case forAny && empty(present):
		return ifExists && e.ask("%s of %s without data", c.Operator, c.Key)
	case forAll:
		return !slices.ContainsFunc(present, func(v string) bool { return !one(v) }) // also of none
	case forAny:
		return slices.ContainsFunc(present, one)
	case len(present) == 0:
		return op.negated
	case len(present) > 1:
		return e.ask("%s of %s with several values", c.Operator, c.Key)
	default:
		return one(present[0])
	}
}

// empty says whether values come to a "null data set, such as an empty string".
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html.
func empty(values []string) bool { return strings.Join(values, "") == "" }

// valueHolds compares one value of the request with those of the policy: one of
// them has to match or, under a negated operator, none may.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_multi-value-conditions.html.
func (e *evaluation) valueHolds(version string, op operator, value string, written []string) bool {
	for _, w := range written {
		if op.compare(e, version, value, w) {
			return !op.negated
		}
	}
	return op.negated
}

// incomparable is what to compare AWS does not say how.
func (e *evaluation) incomparable(value, written string) bool {
	return e.ask("%s of %s: %q against %q", e.clause.Operator, e.clause.Key, value, written)
}

// null tests whether a key is absent.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Null.
func (e *evaluation) null(written []string, absent bool) bool {
	for _, w := range written {
		switch {
		case w != "true" && w != "false":
			if e.incomparable("", w) {
				return true
			}
		case (w == "true") == absent:
			return true
		}
	}
	return len(written) == 0 && e.ask("Null of nothing")
}
