package iac_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/iac"
	"github.com/repligrant/repligrant/snapshot"
)

// planText is a plan of one change of a resource, with its expressions.
func planText(changes, config string) string {
	return `{"format_version": "1.2", "resource_changes": [` + changes + `], "configuration": {
		"provider_config": {"aws": {"name": "aws", "expressions": {"region": {"constant_value": "us-east-1"}}}},
		"root_module": {"resources": [` + config + `]}}}`
}

// apply lays a plan over nothing.
func apply(t *testing.T, text string) (*snapshot.Account, *iac.Layer) {
	t.Helper()
	l, err := iac.Terraform("plan.json", []byte(text), "111122223333")
	if err != nil {
		t.Fatalf("Terraform: %v", err)
	}
	a := l.Over(&snapshot.Snapshot{}).Accounts["111122223333"]
	if a == nil {
		t.Fatalf("the plan says nothing of its account; left: %v", l.Left)
	}
	return a, l
}

const (
	newBucket = `{"address": "aws_s3_bucket.a", "mode": "managed", "type": "aws_s3_bucket", "name": "a",
		"change": {"actions": ["create"], "before": null, "after": {"bucket": "acme-orders"}, "after_unknown": {"id": true, "arn": true, "versioning": true}}}`
	newVersioning = `{"address": "aws_s3_bucket_versioning.a", "mode": "managed", "type": "aws_s3_bucket_versioning", "name": "a",
		"change": {"actions": ["create"], "before": null, "after": {"versioning_configuration": [{"status": "Enabled"}]}, "after_unknown": {"bucket": true}}}`
	bucketConfig = `{"address": "aws_s3_bucket.a", "provider_config_key": "aws", "expressions": {"bucket": {"constant_value": "acme-orders"}}}`
)

// versioningConfig is versioning of the bucket that references lead to.
func versioningConfig(references string) string {
	return bucketConfig + `, {"address": "aws_s3_bucket_versioning.a", "provider_config_key": "aws", "expressions": {"bucket": {"references": [` + references + `]}}}`
}

// A bucket that is made has what S3 gives it, and what the plan adds, although
// the name stands there as a reference only.
func TestNewBucket(t *testing.T) {
	a, l := apply(t, planText(newBucket+","+newVersioning, versioningConfig(`"aws_s3_bucket.a.id", "aws_s3_bucket.a"`)))
	b := a.Buckets["acme-orders"]
	if b == nil || len(l.Left) != 0 {
		t.Fatalf("bucket %v, left %v", b, l.Left)
	}
	if v, _ := b.Versioning.Get(); v.Status != "Enabled" {
		t.Errorf("Versioning = %v, want Enabled", b.Versioning)
	}
	if b.Region != "us-east-1" || b.Policy.State() != fact.None || b.ReplicationConfiguration.State() != fact.None {
		t.Errorf("a new bucket is %+v, want one in us-east-1 without a policy and without replication", b)
	}
}

// A name that is found by reference may be a part of a longer text: it is told.
func TestReferencesAreTold(t *testing.T) {
	_, l := apply(t, planText(newBucket+","+newVersioning, versioningConfig(`"aws_s3_bucket.a.id", "aws_s3_bucket.a"`)))
	if want := []string{"reference:aws_s3_bucket_versioning.a.bucket=acme-orders"}; !cmp.Equal(want, l.Taken) {
		t.Errorf("taken for granted: %q, want %q", l.Taken, want)
	}
	known := strings.Replace(newVersioning, `"after": {`, `"after": {"bucket": "acme-orders", `, 1)
	known = strings.Replace(known, `"after_unknown": {"bucket": true}`, `"after_unknown": {}`, 1)
	a, l := apply(t, planText(newBucket+","+known, versioningConfig(`"aws_s3_bucket.a.bucket", "aws_s3_bucket.a"`)))
	if v, _ := a.Buckets["acme-orders"].Versioning.Get(); v.Status != "Enabled" || len(l.Taken) != 0 {
		t.Errorf("with a known name, versioning is %v and %q is taken for granted", v, l.Taken)
	}
}

// Destroying versioning suspends it, but for a bucket that never had it.
func TestVersioningDestroyed(t *testing.T) {
	for before, want := range map[string]fact.Value[snapshot.Versioning]{
		"Enabled": fact.Of(snapshot.Versioning{Status: "Suspended"}), "Suspended": fact.Of(snapshot.Versioning{Status: "Suspended"}), "Disabled": {},
	} {
		text := planText(`{"address": "aws_s3_bucket_versioning.a", "mode": "managed", "type": "aws_s3_bucket_versioning", "name": "a", "change": {"actions": ["delete"],
			"before": {"bucket": "acme-orders", "versioning_configuration": [{"status": "`+before+`"}]}, "after": null}}`,
			`{"address": "aws_s3_bucket_versioning.a", "provider_config_key": "aws"}`)
		l, err := iac.Terraform("plan.json", []byte(text), "111122223333")
		if err != nil {
			t.Fatal(err)
		}
		base := &snapshot.Snapshot{Accounts: map[string]*snapshot.Account{"111122223333": {Buckets: map[string]*snapshot.Bucket{"acme-orders": {}}}}}
		if got := l.Over(base).Accounts["111122223333"].Buckets["acme-orders"].Versioning; got.String() != want.String() {
			t.Errorf("%s versioning is %v when it is destroyed, want %v", before, got, want)
		}
	}
}

// The blocks inside of aws_s3_bucket, as they were before version 4.
func TestInlineBlocks(t *testing.T) {
	text := planText(`{"address": "aws_s3_bucket.a", "mode": "managed", "type": "aws_s3_bucket", "name": "a", "change": {"actions": ["create"], "before": null, "after": {
		"bucket": "acme-orders", "versioning": [{"enabled": true}], "replication_configuration": [{"role": "arn:aws:iam::111122223333:role/r", "rules": [
		{"id": "old", "status": "Enabled", "prefix": "logs/", "destination": [{"bucket": "arn:aws:s3:::copy", "replica_kms_key_id": "arn:aws:kms:us-east-1:111122223333:key/k"}],
		 "source_selection_criteria": [{"sse_kms_encrypted_objects": [{"enabled": true}]}]}]}]}}}`, bucketConfig)
	a, _ := apply(t, text)
	b := a.Buckets["acme-orders"]
	c, ok := b.ReplicationConfiguration.Get()
	if v, _ := b.Versioning.Get(); v.Status != "Enabled" || !ok || len(c.Rules) != 1 {
		t.Fatalf("versioning %v, configuration %v", b.Versioning, b.ReplicationConfiguration)
	}
	r := c.Rules[0]
	if r.ID != "old" || *r.Prefix != "logs/" || r.Destination.EncryptionConfiguration == nil || r.SourceSelectionCriteria.SseKmsEncryptedObjects.Status != "Enabled" {
		t.Errorf("the rule is %+v", r)
	}
}

// Where nobody knows which bucket a setting is about, it may be a new one.
func TestUnclearTarget(t *testing.T) {
	a, l := apply(t, planText(newBucket+","+newVersioning, versioningConfig(`"local.name"`)))
	v := a.Buckets["acme-orders"].Versioning
	if address, ok := fact.Address(v.Why()); !ok || address != "aws_s3_bucket_versioning.a" {
		t.Errorf("Versioning = %v, want known after apply", v)
	}
	if len(l.Left) != 1 || l.Left[0].Address != "aws_s3_bucket_versioning.a" {
		t.Errorf("left: %v, want the versioning", l.Left)
	}
}

// A policy of a role is added to those that it has; the others stay unread.
func TestInlinePolicy(t *testing.T) {
	text := planText(`{"address": "aws_iam_role_policy.p", "mode": "managed", "type": "aws_iam_role_policy", "name": "p", "change": {"actions": ["update"],
		"before": {"name": "p", "role": "r"}, "after": {"name": "p", "role": "r", "policy": "{\"Version\": \"2012-10-17\", \"Statement\": []}"}}}`,
		`{"address": "aws_iam_role_policy.p", "provider_config_key": "aws"}`)
	l, err := iac.Terraform("plan.json", []byte(text), "111122223333")
	if err != nil {
		t.Fatal(err)
	}
	id := "arn:aws:iam::111122223333:role/path/r"
	base := &snapshot.Snapshot{Accounts: map[string]*snapshot.Account{"111122223333": {Roles: map[string]*snapshot.Role{id: {}}}}}
	policies, _ := l.Over(base).Accounts["111122223333"].Roles[id].InlinePolicies.Get()
	got := map[string]fact.State{}
	for name, d := range policies {
		got[name] = d.State()
	}
	if diff := cmp.Diff(map[string]fact.State{"p": fact.Known, "inline policies": fact.NotRead}, got); diff != "" {
		t.Errorf("inline policies (-want +got):\n%s", diff)
	}
	if base.Accounts["111122223333"].Roles[id].InlinePolicies.Read() {
		t.Error("the snapshot beneath was changed")
	}
}

func TestTerraformRefuses(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"nothing", "", "plan.json:1:1: the file is not JSON"},
		{"a saved plan", "PK\x03\x04", "the file is a saved plan"},
		{"a syntax error", "{\n  \"a\": x}", "plan.json:2:8: the file is not JSON: invalid character 'x'"},
		{"a list", "[]", "it should be an object"},
		{"changes that are no list", `{"format_version": "1.2", "resource_changes": {}}`, "resource_changes is object; it should be a list"},
		{"two values", `{"format_version": "1.2", "resource_changes": []} {}`, "the file is not JSON"},
		{"a state", `{"format_version": "1.0", "values": {}}`, "the file is a state"},
		{"another version", `{"format_version": "2.0", "resource_changes": []}`, "format_version 2.0 is none that is known"},
		{"an error", `{"format_version": "1.2", "errored": true, "resource_changes": []}`, "ended with an error"},
		{"too deep", strings.Repeat("[", 1000), "nested more than 200 deep"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := iac.Terraform("plan.json", []byte(tt.text), "")
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Terraform says %v, want %q", err, tt.want)
			}
		})
	}
}

// A provider that names its account needs none given, and contradicts another.
func TestProviderAccount(t *testing.T) {
	text := strings.Replace(planText(newBucket, bucketConfig), `"expressions": {"region"`,
		`"expressions": {"allowed_account_ids": {"constant_value": ["444455556666"]}, "region"`, 1)
	l, err := iac.Terraform("plan.json", []byte(text), "")
	if err != nil || !cmp.Equal(l.Accounts, []string{"444455556666"}) {
		t.Fatalf("Terraform: %v, %v; want account 444455556666", l, err)
	}
	if _, err := iac.Terraform("plan.json", []byte(text), "111122223333"); err == nil {
		t.Error("the provider signs in to 444455556666, and 111122223333 was taken")
	}
}

// Whatever a plan holds, reading it and laying it over a snapshot ends.
func FuzzTerraform(f *testing.F) {
	f.Add(planText(newBucket+","+newVersioning, versioningConfig(`"aws_s3_bucket.a.id"`)))
	f.Add(planText(newBucket, bucketConfig))
	f.Fuzz(func(_ *testing.T, text string) {
		if l, err := iac.Terraform("plan.json", []byte(text), "111122223333"); err == nil {
			l.Over(&snapshot.Snapshot{})
		}
	})
}
