package replication_test

import (
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/spec"
)

const specText = `version: 1
accounts:
  prod:   { id: "111122223333" }
  backup: { id: "444455556666" }
buckets:
  acme-orders: { account: prod, region: us-east-1, kms_key: [], object_lock: false }
  acme-copy:   { account: backup, region: eu-west-1, object_ownership: bucket-owner-preferred, requester_pays: false }
roles:
  replicator: { account: prod, path: /service-role/, confused_deputy: if-exists, permissions_boundary: arn:aws:iam::111122223333:policy/b }
policy_style: aws-docs
replication:
  - name: plain
    from: acme-orders
    to: acme-copy
    role: replicator
    prefix: a/
  - name: full
    from: acme-orders
    to: acme-copy
    role: replicator
    status: disabled
    prefix: b/
    filter_tags: { class: gold }
    annotations: deny
    owner: destination
    replication_time: true
    storage_class: GLACIER
    existing_objects: { report: { bucket: acme-orders, prefix: reports/ } }
    kms_objects: false
    sse_c_objects: true
    replica_modifications: true
writers:
  - name: app
    assumed_by: ["arn:aws:iam::111122223333:root"]
    bucket: acme-orders
    prefixes: [up/]
    multipart: true
    access_point: point
    source_ips: [203.0.113.0/24]
    guard: true
  - { name: person, kind: user, account: backup, bucket: acme-orders }
`

func parsed(t *testing.T) *spec.Spec {
	t.Helper()
	s, err := spec.Parse("spec.yaml", []byte(specText))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// exported compares facts by what they say.
var exported = cmp.Exporter(func(reflect.Type) bool { return true })

func TestFromSpec(t *testing.T) {
	from := replication.Bucket{
		Name: "acme-orders", Account: "111122223333", Partition: "aws", Region: "us-east-1",
		KMSKeys: fact.Absent[[]string](), ObjectLock: fact.Of(false),
	}
	to := replication.Bucket{
		Name: "acme-copy", Account: "444455556666", Partition: "aws", Region: "eu-west-1",
		ObjectOwnership: fact.Of("BucketOwnerPreferred"), RequesterPays: fact.Of(false),
	}
	plain := replication.Rule{
		Name: "plain", From: from, To: to, Role: "arn:aws:iam::111122223333:role/service-role/replicator",
		Pos: diag.Pos{File: "spec.yaml", Line: 12, Column: 5}, Enabled: true, Prefix: "a/", Priority: 1,
		Tags: replication.Replicate, Annotations: replication.Omit,
		ConfusedDeputy: "if-exists", GrantTo: "role", Boundary: "arn:aws:iam::111122223333:policy/b", AWSDocs: true,
	}
	full := plain
	full.Name, full.Pos.Line, full.Enabled, full.Prefix, full.Priority = "full", 17, false, "b/", 2
	full.FilterTags = []replication.Tag{{Key: "class", Value: "gold"}}
	full.Annotations, full.OwnerOverride, full.StorageClass = replication.Refuse, true, "GLACIER"
	full.ReplicationTime, full.Metrics = true, true
	full.KMSLeftOut, full.SSECObjects, full.ReplicaModifications = true, true, true
	full.Job = &replication.Job{
		Role:   "arn:aws:iam::111122223333:role/acme-orders-batch-replication",
		Report: &replication.Location{Bucket: from, Prefix: "reports/"}, ConfusedDeputy: "none", GrantTo: "role",
	}
	if diff := cmp.Diff([]replication.Rule{plain, full}, replication.FromSpec(parsed(t)), exported); diff != "" {
		t.Errorf("the rules say something else (-want +got):\n%s", diff)
	}
}

func TestWritersFromSpec(t *testing.T) {
	writers := replication.WritersFromSpec(parsed(t))
	bucket := replication.BucketOf(parsed(t), "acme-orders")
	want := []replication.Writer{
		{
			Name: "app", Kind: "role", ARN: "arn:aws:iam::111122223333:role/app", Account: "111122223333",
			AssumedBy: []string{"arn:aws:iam::111122223333:root"}, Bucket: bucket, Prefixes: []string{"up/"}, Multipart: true,
			AccessPoint: "point", SourceIPs: []string{"203.0.113.0/24"}, Guard: true, Pos: diag.Pos{File: "spec.yaml", Line: 33, Column: 5},
		},
		{
			Name: "person", Kind: "user", ARN: "arn:aws:iam::444455556666:user/person", Account: "444455556666",
			Bucket: bucket, Pos: diag.Pos{File: "spec.yaml", Line: 41, Column: 5},
		},
	}
	if diff := cmp.Diff(want, writers, exported); diff != "" {
		t.Errorf("the writers say something else (-want +got):\n%s", diff)
	}
}

// A Region that was left out is not known; the partition follows from the
// account, and from the source, since nothing leaves its partition.
func TestFromSpecWithoutRegions(t *testing.T) {
	s, err := spec.Parse("spec.yaml", []byte(`version: 1
accounts: { cn: { id: "111122223333", partition: aws-cn } }
buckets:
  acme-orders: { account: cn }
  acme-copy: {}
replication:
  - { from: acme-orders, to: acme-copy }
`))
	if err != nil {
		t.Fatal(err)
	}
	r := replication.FromSpec(s)[0]
	got := []string{r.From.ARN(), r.From.Region, r.To.ARN(), r.To.Region, r.Role}
	want := []string{"arn:aws-cn:s3:::acme-orders", "", "arn:aws-cn:s3:::acme-copy", "", "arn:aws-cn:iam::111122223333:role/acme-orders-replication"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("without Regions (-want +got):\n%s", diff)
	}
}
