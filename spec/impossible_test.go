package spec_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/spec"
)

// pair is a SPEC of two buckets of two accounts; more stands in the bucket that
// is replicated, and in the rule.
func pair(bucket, rule string) string {
	return `version: 1
accounts: { prod: { id: "111122223333" }, backup: { id: "444455556666" } }
buckets:
  acme-orders: { account: prod, region: us-east-1` + bucket + ` }
  acme-copy: { account: backup, region: eu-west-1 }
replication:
  - { from: acme-orders, to: acme-copy` + rule + ` }
`
}

const (
	sourceKey  = `, kms_key: "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"`
	replicaKey = `, replica_kms_key: `
)

// TestImpossible says everything that S3 refuses, or takes and never does, and
// that a SPEC can say: each is refused where it stands, with the way out.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketReplication.html,
// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html and
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html.
//
// What a SPEC cannot say needs no case: versioning, a rule without Account,
// Priority, Status, Filter or DeleteMarkerReplication, the first version of the
// schema, and an owner override for another account, since plan writes all of
// that itself; minutes other than 15, since there is no key for them;
// ExistingObjectReplication, since existing_objects asks for a batch job. An
// owner override for an unknown owner is refused by plan, an audit finds out. And
// what nobody knows offline is for an audit or for S3 to say: whether a bucket
// has versioning, whether a Region has replication time control, whether a key
// exists, is symmetric and enabled, what its policy denies, and whether who
// applies the plan may pass the role.
func TestImpossible(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"replication time without metrics", pair("", ", replication_time: true, metrics: false"), "spec-time-without-metrics"},
		{"another time than 15 minutes", pair("", ", replication_time: 30"), "spec-not-bool"},
		{"a rule ID beyond ASCII", pair("", ", name: años"), "spec-rule-name-character"},
		{"a rule ID above 255 characters", pair("", ", name: "+strings.Repeat("a", 256)), "spec-rule-name-length"},
		{"a prefix longer than a key", pair("", ", prefix: "+strings.Repeat("a", 1025)), "spec-prefix-length"},
		{"delete markers under a tag filter", pair("", ", filter_tags: { class: gold }, delete_markers: true"), "spec-filter-delete-markers"},
		{"a tag filter, and tags not read", pair("", ", filter_tags: { class: gold }, tags: omit"), "spec-filter-without-tags"},
		{"KMS objects without a replica key", pair(sourceKey, ", kms_objects: true"), "spec-no-replica-key"},
		{"KMS objects by default, without a replica key", pair(sourceKey, ""), "spec-no-replica-key-implied"},
		{"a replica key of the source's Region", pair(sourceKey, replicaKey+`"arn:aws:kms:us-east-1:444455556666:key/one"`), "spec-kms-key-region"},
		{"the primary of a multi-Region key", pair(sourceKey, replicaKey+`"arn:aws:kms:us-east-1:444455556666:key/mrk-1234abcd12ab34cd56ef1234567890ab"`), "spec-kms-key-region"},
		{"a replica key by alias", pair(sourceKey, replicaKey+`"arn:aws:kms:eu-west-1:444455556666:alias/mine"`), "spec-kms-key-alias"},
		{"the key that AWS manages", pair(sourceKey, replicaKey+`"arn:aws:kms:eu-west-1:444455556666:alias/aws/s3"`), "spec-kms-key-alias"},
		{"a replica key by its ID", pair(sourceKey, replicaKey+"1234abcd-12ab-34cd-56ef-1234567890ab"), "spec-kms-key"},
		{"a replica key of another partition", pair(sourceKey, replicaKey+`"arn:aws-cn:kms:cn-north-1:444455556666:key/one"`), "spec-kms-key-region"},
		{"a source key of another Region", pair(`, kms_key: "arn:aws:kms:eu-west-1:111122223333:key/one"`, ", kms_objects: false"), "spec-kms-key-region"},
		{"a bucket to itself", strings.Replace(pair("", ""), "to: acme-copy", "to: acme-orders", 1), "spec-destination-is-source"},
		{"an access point as destination", strings.Replace(pair("", ""), "to: acme-copy", `to: "arn:aws:s3:eu-west-1:444455556666:accesspoint/in"`, 1), "spec-unknown-bucket-listed"},
		{"the alias of an access point as destination", strings.ReplaceAll(pair("", ""), "acme-copy", "acme-in-s3alias"), "spec-bucket-name-suffix"},
		{"a directory bucket", strings.ReplaceAll(pair("", ""), "acme-copy", "acme--use1-az4--x-s3"), "spec-bucket-name-suffix"},
		{"across partitions", strings.Replace(pair("", ""), "region: eu-west-1", "region: cn-north-1", 1), "spec-partitions-differ"},
		{"equal priorities", pair("", ", prefix: a/, priority: 1 }\n  - { name: b, from: acme-orders, to: acme-copy, prefix: b/, priority: 1"), "spec-priority-twice"},
		{"two rules of one name", pair("", ", name: a, prefix: a/ }\n  - { name: a, from: acme-orders, to: acme-copy, prefix: b/"), "spec-rule-name-twice"},
		{"overlapping rules without priorities", pair("", ", prefix: a/ }\n  - { name: b, from: acme-orders, to: acme-copy"), "spec-overlap"},
		{"more than 1,000 rules", pair("", manyRules(1000)), "spec-too-many-rules"},
		{"two roles for one source", pair("", ", prefix: a/, role: one }\n  - { name: b, from: acme-orders, to: acme-copy, prefix: b/, role: two"), "spec-two-roles"},
		{"a role of another account", pair("", `, role: "arn:aws:iam::444455556666:role/theirs"`), "spec-role-outside"},
		{"a storage class that replicas cannot have", pair("", ", storage_class: FSX_OPENZFS"), "spec-choice-listed"},
		{"a storage class of another service", pair("", ", storage_class: OUTPOSTS"), "spec-choice-listed"},
		{"Object Lock at the source alone", strings.Replace(pair(", object_lock: true", ""), "region: eu-west-1", "region: eu-west-1, object_lock: false", 1), "spec-object-lock"},
		{"a destination of another account where the requester pays", strings.Replace(pair("", ""), "region: eu-west-1", "region: eu-west-1, requester_pays: true", 1), "spec-requester-pays"},
		{"a manifest of another Region", pair("", ", existing_objects: { manifest: { bucket: acme-copy, prefix: m/ } }"), "spec-manifest-region"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := spec.Parse("spec.yaml", []byte(tt.text))
			list := diag.Of(err)
			if len(list) == 0 {
				t.Fatalf("it is not refused: %v\n%s", err, tt.text)
			}
			d := list[0]
			if d.Message.Key != tt.want || len(list) != 1 {
				t.Errorf("refused as %s of %d problems, want %s:\n%v", d.Message.Key, len(list), tt.want, err)
			}
			if d.Pos.Line == 0 || d.Pos.Column == 0 || d.Hint.String() == "" {
				t.Errorf("%v has place %v and hint %q", d, d.Pos, d.Hint)
			}
		})
	}
}

// manyRules goes on with n rules, each of its own prefix.
func manyRules(n int) string {
	var b strings.Builder
	b.WriteString(", prefix: first/")
	for i := range n {
		fmt.Fprintf(&b, " }\n  - { name: rule-%d, from: acme-orders, to: acme-copy, prefix: p%d/", i, i)
	}
	return b.String()
}
