package target

import (
	"encoding/json"
	"regexp"
	"strings"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/replication"
)

// typeOf returns the type of what carries d.
func typeOf(d planner.Document) (Type, error) {
	switch d.Kind {
	case replication.RoleTrustPolicy, replication.BatchRoleTrustPolicy, replication.WriterTrustPolicy:
		return Role, nil
	case replication.RolePolicy, replication.BatchRolePolicy, replication.WriterPolicy:
		if strings.Contains(d.Target, ":user/") {
			return User, nil
		}
		return Role, nil
	case replication.DestinationBucketPolicy, replication.WriterBucketPolicy:
		return Bucket, nil
	case replication.SourceKMSKeyPolicy, replication.DestinationKMSKeyPolicy, replication.BatchKMSKeyPolicy, replication.WriterKMSKeyPolicy:
		return Key, nil
	case replication.WriterAccessPointPolicy:
		return AccessPoint, nil
	case replication.ReplicationConfiguration:
		return Source, nil
	default:
		return "", refuse("form-kind", d)
	}
}

// A shape is how the ARN of a target looks. Names and paths are those that AWS
// allows, and no more: what is written into scripts and templates need not be
// feared.
//
// See https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html,
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html and
// https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html.
type shape struct {
	service  string
	regional bool
	resource *regexp.Regexp // with the path and the name, or the name alone, as groups
}

var shapes = map[Type]shape{
	Role:        {"iam", false, regexp.MustCompile(`^role(/|/[!-~]+/)([\w+=,.@-]{1,64})$`)},
	User:        {"iam", false, regexp.MustCompile(`^user(/|/[!-~]+/)([\w+=,.@-]{1,64})$`)},
	Bucket:      {"s3", false, regexp.MustCompile(`^()([A-Za-z0-9._-]{3,255})$`)},
	Source:      {"s3", false, regexp.MustCompile(`^()([A-Za-z0-9._-]{3,255})$`)},
	Key:         {"kms", true, regexp.MustCompile(`^key(/)([A-Za-z0-9-]+)$`)},
	AccessPoint: {"s3", true, regexp.MustCompile(`^accesspoint(/)([a-z0-9-]{3,63})$`)},
}

// plain is what regions and partitions are made of.
var plain = regexp.MustCompile(`^[a-z0-9-]+$`)

// newTarget returns the target of d without documents.
func newTarget(kind Type, d planner.Document) (*Target, error) {
	a, err := arn.Parse(d.Target)
	if err != nil {
		return nil, refuse("form-no-arn", d)
	}
	s := shapes[kind]
	name := s.resource.FindStringSubmatch(a.Resource)
	switch {
	case name == nil, a.Service != s.service, !plain.MatchString(a.Partition), s.regional != plain.MatchString(a.Region):
		return nil, refuse("form-other-arn", d)
	case !arn.IsAccountID(d.Account), a.Account != "" && a.Account != d.Account:
		return nil, refuse("form-account", d, "account", d.Account)
	}
	return &Target{Type: kind, Step: d.Step, Account: d.Account, ARN: a, Path: name[1], Name: name[2]}, nil
}

// policyName and boundary are what IAM calls a policy, and where it keeps one.
//
// See https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html and
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html.
var (
	policyName = regexp.MustCompile(`^[\w+=,.@-]{1,128}$`)
	boundary   = regexp.MustCompile(`^arn:[a-z0-9-]+:iam::([0-9]{12}|aws):policy(/|/[!-~]+/)[\w+=,.@-]{1,128}$`)
)

// checkWords refuses what AWS would refuse, and no form should have to quote.
func checkWords(d planner.Document) error {
	switch {
	case (d.Kind == replication.RolePolicy || d.Kind == replication.BatchRolePolicy || d.Kind == replication.WriterPolicy) && !policyName.MatchString(d.Name):
		return refuse("form-policy-name", d, "name", d.Name)
	case d.PermissionsBoundary != "" && !boundary.MatchString(d.PermissionsBoundary):
		return refuse("form-boundary", d, "boundary", d.PermissionsBoundary)
	default:
		return nil
	}
}

// checkConfiguration refuses what S3 could not read.
func checkConfiguration(d planner.Document) error {
	var c replication.Configuration
	if err := json.Unmarshal(d.Document, &c); err != nil {
		return refuseFor("form-no-reading", d, err)
	}
	if c.Role == "" || len(c.Rules) == 0 {
		return refuse("form-no-rules", d)
	}
	return nil
}
