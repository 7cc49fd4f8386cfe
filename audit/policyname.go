package audit

import (
	"strings"

	"github.com/repligrant/repligrant/internal/diag"
)

// How policies are called that have no name of their own. The names of AWS's hold
// no space.
//
// See https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html.
const (
	inlinePolicies      = "inline policies"
	attachedPolicies    = "attached policies"
	groupPolicies       = "group policies"
	trustPolicy         = "trust policy"
	permissionsBoundary = "permissions boundary"
	policyOfBucket      = "policy of bucket "
	policyOfKey         = "policy of key "
	policyOfAccessPoint = "policy of access point "
)

var policyNames = diag.Sentences{
	"policy.attached":  attachedPolicies,
	"policy.boundary":  permissionsBoundary,
	"policy.group":     groupPolicies,
	"policy.inline":    inlinePolicies,
	"policy.of-bucket": policyOfBucket + "{bucket}",
	"policy.of-key":    policyOfKey + "{key}",
	"policy.of-point":  policyOfAccessPoint + "{point}",
	"policy.trust":     trustPolicy,
}

// PolicyName is the text of [Evidence.Policy]: the name of a policy, or what one
// without a name is called.
func PolicyName(policy string) diag.Text {
	if strings.Contains(policy, " ") {
		if t, ok := policyNames.Recognize(policy); ok {
			return t
		}
	}
	return diag.Datum(policy)
}
