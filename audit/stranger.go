package audit

import (
	"slices"
	"strings"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/policy"
)

// admitsAnybody reports whether a statement may let in somebody of whom nobody
// knows anything. Patterns that are not of one account, organization or unique ID
// are no bounds to him: anybody can have an account, and name a role in it.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
// and https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html.
func admitsAnybody(c consulted, st *policy.Statement) bool {
	stranger := c.somebody(nobodys)
	keys := identityOf(stranger)
	for _, clause := range st.Condition {
		key := strings.ToLower(clause.Key)
		vague := strangersKeys[key]
		if vague == nil || !matchesPatterns(clause) {
			continue
		}
		for _, v := range clause.Values.Values {
			if strings.ContainsAny(v, "*?") && !strings.Contains(v, "${") && vague(v) {
				keys[key] = policy.OneOf(keys[key], policy.Like(v))
			}
		}
	}
	return admitsWith(st, stranger, keys)
}

// strangersKeys are the condition keys that say who calls, and of each which
// patterns are not of one account, organization or principal alone.
var strangersKeys = map[string]func(pattern string) bool{
	"aws:principalaccount":  func(p string) bool { return !arn.IsAccountID(fixed(p)) },
	"kms:calleraccount":     func(p string) bool { return !arn.IsAccountID(fixed(p)) },
	"aws:principalarn":      func(p string) bool { return !ofOneAccount(p) },
	"aws:principalorgid":    func(p string) bool { return !isOrganization(fixed(p)) },
	"aws:principalorgpaths": func(p string) bool { return !strings.Contains(fixed(p), "/") && !isOrganization(fixed(p)) },
	"aws:userid":            func(p string) bool { return !strings.Contains(fixed(p), ":") && !isUniqueID(fixed(p)) },
}

// fixed is what of a pattern stands before its first wildcard.
func fixed(pattern string) string {
	if i := strings.IndexAny(pattern, "*?"); i >= 0 {
		return pattern[:i]
	}
	return pattern
}

// ofOneAccount reports whether a pattern of ARNs names the account.
func ofOneAccount(pattern string) bool {
	parts := strings.SplitN(fixed(pattern), ":", 6)
	return len(parts) > 4 && len(parts[4]) >= 12 && arn.IsAccountID(parts[4][:12])
}

// isOrganization reports whether s begins with the ID of an organization, of which
// the shortest have ten characters after "o-".
//
// See https://docs.aws.amazon.com/organizations/latest/APIReference/API_Organization.html.
func isOrganization(s string) bool { return strings.HasPrefix(s, "o-") && len(s) >= len("o-")+10 }

// matchesPatterns reports whether a condition takes wildcards in its values for
// wildcards, and holds for what they match.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html.
func matchesPatterns(c policy.Clause) bool {
	operator := strings.ToLower(c.Operator)
	if _, of, isSet := strings.Cut(operator, ":"); isSet {
		operator = of
	}
	return slices.Contains([]string{"stringlike", "arnlike", "arnequals"}, strings.TrimSuffix(operator, "ifexists"))
}
