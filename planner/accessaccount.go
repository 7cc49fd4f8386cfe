package planner

import (
	"slices"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/internal/diag"
)

// WholeAccount is what the auditor needs who reads accounts as a whole, with no
// SPEC that says what is in them.
type WholeAccount struct {
	IDs           []string
	Partition     string // ID; "" is aws
	RoleName      string // of the role that signs in; "" if there is none to assume
	ExternalIDEnv string // environment variable of its external ID; "" for none
}

// NewWholeAccess returns what an audit without a SPEC needs to be allowed in each
// account: the reads of the allowlist on every bucket, role, user, key and access
// point. Of objects it is those that are named, whichever of the accounts has
// them. There is nothing for an operator, since nothing is planned.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html.
func NewWholeAccess(w WholeAccount, o AccessOptions) (*Access, error) {
	partition := w.Partition
	if partition == "" {
		partition = "aws"
	}
	a := &accessing{Access: &Access{Schema: AccessSchema, Policies: []AccessPolicy{}, Warnings: []Warning{}}, options: o}
	for _, id := range slices.Compact(slices.Sorted(slices.Values(w.IDs))) {
		c := wholeScope(partition, id)
		if w.RoleName != "" {
			c.role = arn.Role(partition, id, "", w.RoleName)
		}
		for _, objects := range o.Objects {
			c.objects = append(c.objects, objects.pattern(partition))
		}
		a.warnObjects(c)
		a.add(Auditor, c, c.reads())
		a.trust(diag.Pos{}, w.ExternalIDEnv, c)
	}
	return a.Access, a.problems.Err()
}

// wholeScope names everything that there may be in an account. The ARN of a
// bucket has no account: whose buckets may be read is IAM's to know.
func wholeScope(partition, id string) *scope {
	of := func(service, region, account, resource string) []string {
		return []string{arn.ARN{Partition: partition, Service: service, Region: region, Account: account, Resource: resource}.String()}
	}
	return &scope{
		partition: partition, account: id,
		buckets: of("s3", "", "", "*"),
		roles:   of("iam", "", id, "role/*"), users: of("iam", "", id, "user/*"),
		keys: of("kms", "*", id, "key/*"), points: of("s3", "*", id, "accesspoint/*"),
		organization: true, members: true, // whoever is the management account is only known once it is asked
	}
}
