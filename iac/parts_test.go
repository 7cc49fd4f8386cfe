package iac_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestBucketParts reads each resource that says one thing of a bucket, in the
// shape that the provider gives it in a plan.
func TestBucketParts(t *testing.T) {
	for _, tt := range []struct{ kind, after, field, want string }{
		{"aws_s3_bucket_versioning", `"versioning_configuration": [{"status": "Suspended"}]`, "Versioning", `{"Status": "Suspended"}`},
		{"aws_s3_bucket_ownership_controls", `"rule": [{"object_ownership": "ObjectWriter"}]`, "OwnershipControls", `{"Rules": [{"ObjectOwnership": "ObjectWriter"}]}`},
		{
			"aws_s3_bucket_public_access_block", `"block_public_acls": true, "ignore_public_acls": null, "block_public_policy": true, "restrict_public_buckets": false`,
			"PublicAccessBlockConfiguration", `{"BlockPublicAcls": true, "IgnorePublicAcls": false, "BlockPublicPolicy": true, "RestrictPublicBuckets": false}`,
		},
		{
			"aws_s3_bucket_object_lock_configuration", `"object_lock_enabled": "Enabled", "rule": [{"default_retention": [{"mode": "GOVERNANCE", "days": 7, "years": null}]}]`,
			"ObjectLockConfiguration", `{"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 7}}}`,
		},
		{"aws_s3_bucket_request_payment_configuration", `"payer": "Requester"`, "RequestPayment", `{"Payer": "Requester"}`},
		{
			"aws_s3_bucket_notification", `"eventbridge": true, "queue": [{"events": ["s3:Replication:*"], "queue_arn": "q"}], "topic": [], "lambda_function": []`,
			"NotificationConfiguration", `{"EventBridgeConfiguration": {}, "QueueConfigurations": [{"Events": ["s3:Replication:*"]}]}`,
		},
		{"aws_s3_bucket_lifecycle_configuration", `"rule": [{"id": "x", "status": "Enabled", "expiration": [{"days": 1}]}]`, "LifecycleConfiguration", `{"Rules": [{"id": "x", "status": "Enabled", "expiration": [{"days": 1}]}]}`},
		{
			"aws_s3_bucket_server_side_encryption_configuration", `"rule": [{"apply_server_side_encryption_by_default": [{"sse_algorithm": "aws:kms", "kms_master_key_id": "k"}], "bucket_key_enabled": true, "blocked_encryption_types": ["SSE-C"]}]`,
			"ServerSideEncryptionConfiguration", `{"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "k"}, "BucketKeyEnabled": true, "BlockedEncryptionTypes": {"EncryptionType": ["SSE-C"]}}]}`,
		},
		{
			"aws_s3_bucket_replication_configuration", `"role": "r", "rule": [{"id": "one", "status": "Enabled", "priority": null, "filter": [{"and": [{"prefix": "a/", "tags": {"k": "v"}}], "prefix": null, "tag": []}],
				"delete_marker_replication": [{"status": "Disabled"}], "source_selection_criteria": [{"replica_modifications": [{"status": "Enabled"}], "sse_kms_encrypted_objects": []}],
				"destination": [{"bucket": "b", "account": "1", "access_control_translation": [{"owner": "Destination"}], "metrics": [{"status": "Enabled", "event_threshold": [{"minutes": 15}]}],
				"replication_time": [{"status": "Enabled", "time": [{"minutes": 15}]}]}]}, {"id": "two", "status": "Disabled", "prefix": "b/", "filter": [], "destination": [{"bucket": "c"}]}]`,
			"ReplicationConfiguration", `{"Role": "r", "Rules": [{"ID": "one", "Status": "Enabled", "Priority": 0, "Filter": {"And": {"Prefix": "a/", "Tags": [{"Key": "k", "Value": "v"}]}},
				"DeleteMarkerReplication": {"Status": "Disabled"}, "SourceSelectionCriteria": {"ReplicaModifications": {"Status": "Enabled"}},
				"Destination": {"Bucket": "b", "Account": "1", "AccessControlTranslation": {"Owner": "Destination"}, "Metrics": {"Status": "Enabled", "EventThreshold": {"Minutes": 15}},
				"ReplicationTime": {"Status": "Enabled", "Time": {"Minutes": 15}}}}, {"ID": "two", "Status": "Disabled", "Prefix": "b/", "Destination": {"Bucket": "c"}}]}`,
		},
	} {
		t.Run(tt.kind, func(t *testing.T) {
			a, l := after(t, "", change(tt.kind+".x", "create", "null", `{"bucket": "a", `+tt.after+`}`, "{}"))
			text, err := json.Marshal(a.Buckets["a"])
			if err != nil {
				t.Fatal(err)
			}
			var fields map[string]any
			var want any
			if err := json.Unmarshal(text, &fields); err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal([]byte(tt.want), &want); err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(want, fields[tt.field]); d != "" || len(l.Left) != 0 {
				t.Errorf("%s (-want +got):\n%s\nleft: %v", tt.field, d, l.Left)
			}
		})
	}
}

// A value may go through the output of a module, and its input, to the bucket.
func TestModuleOutputs(t *testing.T) {
	bucket := change("module.m[0].aws_s3_bucket.b", "create", "null", `{"bucket": "new"}`, `{"id": true, "arn": true}`)
	version := change("aws_s3_bucket_versioning.v", "create", "null", `{"versioning_configuration": [{"status": "Enabled"}]}`, `{"bucket": true}`)
	config := `{"address": "aws_s3_bucket_versioning.v", "provider_config_key": "aws", "expressions": {"bucket": {"references": ["module.m[0].name", "module.m[0]", "module.m"]}}}`
	text := `{"format_version": "1.2", "resource_changes": [` + bucket + "," + version + `], "configuration": {"provider_config": {"aws": {"expressions": {"region": {"constant_value": "us-east-1"}}}},
		"root_module": {"resources": [` + config + `], "module_calls": {"m": {"module": {"outputs": {"name": {"expression": {"references": ["aws_s3_bucket.b.id", "aws_s3_bucket.b"]}}},
		"resources": [{"address": "aws_s3_bucket.b", "provider_config_key": "aws"}]}}}}}}`
	a, l := apply(t, text)
	if b := a.Buckets["new"]; b == nil || b.Versioning.String() != enabled.String() || len(l.Left) != 0 {
		t.Errorf("the bucket is %+v; left: %v", b, l.Left)
	}
}
