package planner

import (
	"slices"
	"strings"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
)

// universesOf is what the policies of a target can be about: a trust policy names
// no resource, and the policy of a key may say "*", and both mean the target; that
// of a bucket is about the bucket and its objects, also where NotResource names
// everything else.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-role-trust-policy.html,
// https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html and
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_service-with-iam.html.
func universesOf(key placed) []policy.Universe {
	switch key.kind {
	case replication.RoleTrustPolicy, replication.DestinationKMSKeyPolicy:
		return []policy.Universe{{Resource: key.target}}
	case replication.DestinationBucketPolicy:
		return []policy.Universe{{Resource: key.target + "/*"}, {Resource: key.target}}
	default:
		return []policy.Universe{{}}
	}
}

// principalARN is the condition key that holds who calls.
const principalARN = "aws:PrincipalArn"

// narrowed names in place of an account the role that a condition narrows it to,
// so that a policy that was written before the role was there compares with one
// that names the role. That is the same in the policy of another account's
// resource, where the role's own policies have to allow the request either way;
// [policy.Compare] takes each key for independent of the caller.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn and
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html.
func narrowed(owner string, statements []policy.Statement) []policy.Statement {
	out := slices.Clone(statements)
	for i, st := range out {
		account, named := accountNamed(st.Principal)
		at := slices.IndexFunc(st.Condition, func(c policy.Clause) bool {
			return c.Operator == "ArnEquals" && strings.EqualFold(c.Key, principalARN)
		})
		if !named || at < 0 || account == owner {
			continue
		}
		roles := st.Condition[at].Values.Values
		if len(roles) == 0 || slices.ContainsFunc(roles, func(r string) bool { return !isRoleOf(r, account) }) {
			continue
		}
		out[i].Principal = policy.AWS(roles...)
		out[i].Condition = slices.Delete(slices.Clone(st.Condition), at, at+1)
	}
	return out
}

// accountNamed returns the account that is the only principal.
func accountNamed(p policy.Principals) (string, bool) {
	if p.Everyone || len(p.Types) != 1 || p.Types[0].Type != "AWS" || len(p.Types[0].Values.Values) != 1 {
		return "", false
	}
	a, err := arn.Parse(p.Types[0].Values.Values[0])
	return a.Account, err == nil && a.Service == "iam" && a.Resource == "root"
}

// isRoleOf reports whether s is the ARN of one role of an account.
func isRoleOf(s, account string) bool {
	a, err := arn.Parse(s)
	return err == nil && a.Service == "iam" && a.Account == account && a.Type() == "role" && !strings.ContainsAny(s, "*?$")
}
