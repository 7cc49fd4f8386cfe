package cli_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/spec"
)

// fields says of each field of a SPEC, and of each option of a plan, which factor of the lattice varies it, or,
// behind a hyphen, why none does.
var fields = map[string]string{
	"Spec.Version": "- there is one", "Spec.File": "- where it was read", "Spec.Access": "- how to sign in, which grants nothing", "Spec.Accounts": "owner of to",
	"Spec.AllowedDestinations": "allowed_destinations", "Spec.Buckets": "beside", "Spec.Roles": "path", "Spec.Rules": "beside",
	"Spec.PolicyStyle": "policy_style", "Spec.Writers": "writer",

	"Bucket.Name": "- a name", "Bucket.Account": "owner of to", "Bucket.Region": "partition", "Bucket.KMSKeys": "keys of from", "Bucket.BucketKey": "bucket_key of from",
	"Bucket.ObjectLock": "object_lock of from", "Bucket.ObjectOwnership": "object_ownership", "Bucket.RequesterPays": "requester_pays",

	"Role.Name": "- a name", "Role.Account": "- that of the source, or the SPEC is refused", "Role.Path": "path", "Role.ARN": "path",
	"Role.PermissionsBoundary": "permissions_boundary", "Role.ConfusedDeputy": "confused_deputy", "Role.GrantTo": "grant_to",

	"Rule.Name": "- a name", "Rule.From": "beside", "Rule.To": "beside", "Rule.Role": "path", "Rule.Prefix": "prefix", "Rule.FilterTags": "filter_tags",
	"Rule.Priority": "- which rule wins, which grants nothing", "Rule.Enabled": "status", "Rule.Tags": "tags", "Rule.Annotations": "annotations",
	"Rule.OwnerOverride": "owner", "Rule.DeleteMarkers": "delete_markers", "Rule.KMSObjects": "kms_objects", "Rule.ReplicaKMSKey": "replica key",
	"Rule.SSECObjects": "sse_c_objects", "Rule.ReplicaModifications": "replica_modifications", "Rule.ReplicationTime": "clock", "Rule.Metrics": "clock",
	"Rule.StorageClass": "storage_class", "Rule.ExistingObjects": "existing_objects", "Rule.TwoWay": "two_way", "Rule.Mirrored": "two_way",

	"ExistingObjects.Wanted": "existing_objects", "ExistingObjects.Role": "batch role", "ExistingObjects.Manifest": "existing_objects", "ExistingObjects.Report": "existing_objects",
	"TwoWay.Wanted": "two_way", "TwoWay.Role": "two_way", "TwoWay.Name": "two_way",

	"Writer.Name": "- a name", "Writer.Kind": "writer", "Writer.Account": "account of writer", "Writer.AssumedBy": "writer", "Writer.Bucket": "- the source of a rule",
	"Writer.Prefixes": "prefixes", "Writer.Multipart": "multipart", "Writer.AccessPoint": "access_point", "Writer.SourceIPs": "source_ips", "Writer.Guard": "guard",

	"Options.AllKeyPolicies": "key policies",
}

// TestCoverHasAllFields fails for a new field of a SPEC or of the options until it is a factor of
// the lattice, or until it is said why it is none.
func TestCoverHasAllFields(t *testing.T) {
	factors := map[string]bool{}
	for _, f := range lattice.Factors {
		factors[f.Name] = true
	}
	seen := map[string]bool{}
	for _, v := range []any{spec.Spec{}, spec.Bucket{}, spec.Role{}, spec.Rule{}, spec.ExistingObjects{}, spec.TwoWay{}, spec.Writer{}, planner.Options{}} {
		of := reflect.TypeOf(v)
		for f := range of.Fields() {
			name := of.Name() + "." + f.Name
			how, ok := fields[name]
			seen[name] = true
			if f.IsExported() && f.Name != "Pos" && (!ok || !strings.HasPrefix(how, "- ") && !factors[how]) {
				t.Errorf("%s is varied by %q, which is no factor of the cover", name, how)
			}
		}
	}
	for name := range fields {
		if !seen[name] {
			t.Errorf("neither a SPEC nor the options have a field %s", name)
		}
	}
}
