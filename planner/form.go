package planner

import (
	"slices"
	"strings"

	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
)

// The steps of application. S3 refuses a bucket policy that names a role that
// does not exist, and a rule to a bucket without versioning.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html.
const (
	stepRoles          = 1
	stepDestinations   = 2
	stepConfigurations = 3
)

// A form says how a kind of policy is named, when it is applied, and where it
// is kept.
type form struct {
	kind  replication.Kind
	name  string
	step  int
	place policy.Place
}

// forms are the kinds of policies that a plan holds, a role's trust before its
// grants.
var forms = []form{
	{replication.RoleTrustPolicy, "trust", stepRoles, policy.TrustPolicy},
	{replication.BatchRoleTrustPolicy, "trust", stepRoles, policy.TrustPolicy},
	{replication.RolePolicy, "replication", stepRoles, policy.RoleInline},
	{replication.BatchRolePolicy, "batch-replication", stepRoles, policy.RoleInline},
	{replication.WriterTrustPolicy, "trust", stepRoles, policy.TrustPolicy},
	{replication.WriterPolicy, "upload", stepRoles, policy.RoleInline},
	{replication.DestinationBucketPolicy, "bucket-policy", stepDestinations, policy.BucketPolicy},
	{replication.WriterBucketPolicy, "bucket-policy", stepDestinations, policy.BucketPolicy},
	{replication.SourceKMSKeyPolicy, "key-policy", stepDestinations, policy.KeyPolicy},
	{replication.DestinationKMSKeyPolicy, "key-policy", stepDestinations, policy.KeyPolicy},
	{replication.BatchKMSKeyPolicy, "key-policy", stepDestinations, policy.KeyPolicy},
	{replication.WriterKMSKeyPolicy, "key-policy", stepDestinations, policy.KeyPolicy},
	{replication.WriterAccessPointPolicy, "access-point-policy", stepDestinations, policy.AccessPoint},
}

// formOf returns the form of a policy. It panics for a kind that no plan holds:
// no requirement names one.
func formOf(kind replication.Kind, target string) form {
	i := rank(kind)
	if i < 0 {
		panic("planner: no form for " + string(kind)) //nolint:forbidigo // a row of the table that this package does not know
	}
	f := forms[i]
	if f.place == policy.RoleInline && strings.Contains(target, ":user/") {
		f.place = policy.UserInline
	}
	return f
}

// Quota is what AWS limits d to, and how it counts. It reports false for a kind
// that no plan holds.
func (d Document) Quota() (q policy.Quota, ok bool) {
	switch {
	case d.Kind == replication.ReplicationConfiguration:
		return policy.QuotaOf(policy.ReplicationConfiguration), true
	case d.Kind == replication.SourceBucketPolicy:
		return policy.QuotaOf(policy.BucketPolicy), true
	case d.Managed:
		return policy.QuotaOf(policy.ManagedPolicy), true
	case rank(d.Kind) < 0:
		return policy.Quota{}, false
	default:
		return policy.QuotaOf(formOf(d.Kind, d.Target).place), true
	}
}

// rank orders documents of one target.
func rank(kind replication.Kind) int {
	return slices.IndexFunc(forms, func(f form) bool { return f.kind == kind })
}

// carrier returns who applies the document that is to hold q, and the ARN of
// what carries it.
func carrier(q *replication.Requirement, holder replication.Kind) (account, target string) {
	switch holder {
	case replication.RolePolicy, replication.BatchRolePolicy, replication.WriterPolicy:
		return q.Account, q.Principal
	case replication.RoleTrustPolicy, replication.BatchRoleTrustPolicy, replication.WriterTrustPolicy,
		replication.SourceKMSKeyPolicy, replication.DestinationKMSKeyPolicy, replication.BatchKMSKeyPolicy, replication.WriterKMSKeyPolicy:
		return q.ResourceAccount, q.Resource
	case replication.WriterAccessPointPolicy:
		target, _, _ = strings.Cut(q.Resource, "/object/")
		return q.ResourceAccount, target
	default:
		target, _, _ = strings.Cut(q.Resource, "/")
		return q.ResourceAccount, target
	}
}

// stem returns what the Sid of a statement about q begins with: in IAM letters
// and digits only, in the policy of a bucket or an access point the prefix by
// which repligrant finds its own.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html.
func stem(q *replication.Requirement, holder replication.Kind) string {
	switch holder {
	case replication.RoleTrustPolicy, replication.BatchRoleTrustPolicy, replication.WriterTrustPolicy:
		return ""
	case replication.RolePolicy:
		return stems[q.On]
	case replication.BatchRolePolicy:
		return "Batch" + stems[q.On]
	case replication.SourceKMSKeyPolicy:
		return replication.SidPrefix + "DecryptSource"
	case replication.DestinationKMSKeyPolicy:
		return replication.SidPrefix + "EncryptReplicas"
	case replication.BatchKMSKeyPolicy:
		return replication.SidPrefix + "BatchFiles"
	case replication.DestinationBucketPolicy:
		switch q.On {
		case replication.DestinationBucket:
			return replication.SidPrefix + "SetUp"
		case replication.ManifestObjects:
			return replication.SidPrefix + "LetReadManifest"
		case replication.ReportObjects:
			return replication.SidPrefix + "ReceiveReport"
		default:
			return replication.SidPrefix + "ReceiveReplicas"
		}
	case replication.WriterKMSKeyPolicy:
		return replication.SidPrefix + "EncryptUploads"
	case replication.WriterPolicy:
		if q.On.OfKey() {
			return "UploadKey"
		}
		if strings.Contains(q.Resource, ":accesspoint/") {
			return "UploadAccessPoint"
		}
		return "UploadBucket"
	default:
		return replication.SidPrefix + "Upload"
	}
}

// stems are the Sids of a role's policy.
var stems = map[replication.Form]string{
	replication.SourceBucket:       "SourceBucket",
	replication.SourceObjects:      "SourceObjects",
	replication.DestinationObjects: "Destination",
	replication.SourceKeys:         "SourceKey",
	replication.ReplicaKey:         "DestinationKey",
	replication.DefaultKey:         "DestinationKey",
	replication.ManifestObjects:    "Manifest",
	replication.ReportObjects:      "Report",
	replication.ManifestKey:        "Key",
	replication.ReportKey:          "Key",
}
