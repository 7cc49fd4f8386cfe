package simulate_test

import (
	"slices"
	"strings"
	"testing"
)

// mustPass are the vectors that any evaluator of AWS's policies has to pass.
var mustPass = strings.Fields(`
	missing-key-negated-if-exists
	missing-key-negated
	missing-key-positive
	not-resource-spares
	not-resource-denies
	secure-transport-bool-missing
	secure-transport-bool-if-exists-missing
	source-vpce-not-equals-missing
	negated-values-nor
	positive-values-or
	action-case
	resource-case
	wildcard-crosses-slash
	both-slashes-needed
	role-grant-boundary-silent
	session-grant-boundary-silent
	account-grant-no-identity
	no-bucket-policy-cross-account
	no-bucket-policy-same-account
	key-policy-without-delegation
	key-policy-names-role
	key-policy-names-role-cross-account
	scp-allows-other-actions
	scp-management-account
	for-all-values-no-tags
	variable-without-version
	bucket-key-context
	principal-arn-is-the-role
	deny-of-role-binds-sessions
	not-principal-role-only
`)

// knownFaults are what other evaluators were found to get wrong, by kind of
// fault, with the cases that would show it.
var knownFaults = map[string]string{
	"the key of an encryption context never reaches its condition": "encryption-context-key-dropped encryption-context-bucket-key-not-told-apart",
	"a negated operator does not match a variable without value":   "deny-not-equals-null-variable",
	"variables have values in policies of 2008":                    "variable-in-version-2008 variable-without-version-in-bucket-policy",
	"IfExists is forgotten under ForAnyValue":                      "for-any-value-if-exists-missing for-any-value-if-exists-missing-deny",
	"addresses of two families are not told apart":                 "not-ip-address-other-family ipv6-compared-as-text",
	"seconds are compared with milliseconds":                       "epoch-against-iso-date",
	"a colon in a variable is taken for the ARN's":                 "colon-inside-a-variable",
	"a wildcard stops at a newline":                                "newline-in-key newline-in-key-deny",
	"a session policy limits a session that is named":              "session-grant-session-policy-silent",
	"a pattern of many stars takes minutes":                        "many-stars many-stars-match",
	"a resource policy hides session and endpoint policies":        "session-policy-beside-bucket-policy endpoint-policy-beside-bucket-policy",
	"a role without trust policy is assumed":                       "assume-role-without-trust-policy",
	"a policy that was not read is taken for an empty one":         "unread-bucket-policy-is-not-empty unread-key-policy-is-not-empty",
	"ForAnyValue is not known":                                     "for-any-value-allow for-any-value-deny",
	"a request changes the policy for the next":                    "no-state-bob-own no-state-eve-in-bobs no-state-eve-own",
	"a grant of other resources counts":                            "bucket-policy-resource-counts",
	"a boundary's Deny gives way to a resource policy":             "boundary-deny-beats-bucket-policy",
	"a grant to a role passes its boundary":                        "boundary-silent-bucket-policy-names-role boundary-silent-key-policy-names-role",
	"NotPrincipal spares a role with a boundary":                   "not-principal-and-boundary",
	"another account needs no policy of its own":                   "create-grant-across-accounts",
	"a missing key or variable matches":                            "string-like-star-missing-key string-equals-unset-variable",
	"variables in Resource are text":                               "variable-in-resource default-of-variable literal-star-variable",
	"a wildcard stops at a colon":                                  "colon-in-key colon-in-key-deny string-like-stars-across-colons",
	"ArnLike has no wildcards in some parts":                       "arn-like-wildcard-account arn-like-wildcard-partition arn-like-wildcard-type",
	"bare addresses, decimals and time zones are not read":         "address-without-prefix decimal-number date-with-offset",
	"sessions, services and their policies are not known":          "session-matches-role-principal service-principal-supported session-policy-supported endpoint-policy-supported",
	"RCPs do not bind objects":                                     "rcp-binds-objects",
}

// The cases that must not get lost are there.
func TestCorpusIndex(t *testing.T) {
	var ids []string
	for _, c := range readCorpus(t) {
		ids = append(ids, c.ID)
	}
	requireCases(t, ids, "must-pass/", mustPass)
	for fault, list := range knownFaults {
		t.Run(fault, func(t *testing.T) { requireCases(t, ids, "known-faults/", strings.Fields(list)) })
	}
}

func requireCases(t *testing.T, ids []string, prefix string, want []string) {
	t.Helper()
	if len(want) == 0 {
		t.Error("no case is asked for")
	}
	for _, name := range want {
		if !slices.Contains(ids, prefix+name) {
			t.Errorf("there is no case %s%s", prefix, name)
		}
	}
}
