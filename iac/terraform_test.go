package iac_test

import (
	"os"
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

// destroyed lays a plan that destroys a resource of a bucket over a snapshot of it.
func destroyed(t *testing.T, kind, before string, base snapshot.Bucket) *snapshot.Bucket {
	t.Helper()
	return planned(t, kind, `"actions": ["delete"], "before": {"bucket": "acme-orders", `+before+`}, "after": null`, base)
}

// planned lays a plan that changes a resource of a bucket over a snapshot of it.
func planned(t *testing.T, kind, change string, base snapshot.Bucket) *snapshot.Bucket {
	t.Helper()
	text := planText(`{"address": "`+kind+`.a", "mode": "managed", "type": "`+kind+`", "name": "a", "change": {`+change+`}}`,
		`{"address": "`+kind+`.a", "provider_config_key": "aws"}`)
	l, err := iac.Terraform("plan.json", []byte(text), "111122223333")
	if err != nil {
		t.Fatal(err)
	}
	s := &snapshot.Snapshot{Accounts: map[string]*snapshot.Account{"111122223333": {Buckets: map[string]*snapshot.Bucket{"acme-orders": &base}}}}
	return l.Over(s).Accounts["111122223333"].Buckets["acme-orders"]
}

var (
	unlocked = fact.Absent[snapshot.ObjectLock]()
	locked   = fact.Of(snapshot.ObjectLock{ObjectLockEnabled: "Enabled"})
	enabled  = fact.Of(snapshot.Versioning{Status: "Enabled"})
)

// Destroying versioning suspends it, but for a bucket that never had it, and for
// one with Object Lock, which S3 does not let go. Where that was not read, nobody
// knows.
func TestVersioningDestroyed(t *testing.T) {
	const kind = "aws_s3_bucket_versioning"
	suspended := fact.Of(snapshot.Versioning{Status: "Suspended"})
	for _, tt := range []struct {
		before string
		base   snapshot.Bucket
		want   fact.Value[snapshot.Versioning]
	}{
		{"Enabled", snapshot.Bucket{ObjectLockConfiguration: unlocked}, suspended},
		{"Suspended", snapshot.Bucket{ObjectLockConfiguration: unlocked}, suspended},
		{"Disabled", snapshot.Bucket{ObjectLockConfiguration: unlocked}, fact.Value[snapshot.Versioning]{}},
		{"Enabled", snapshot.Bucket{Versioning: enabled, ObjectLockConfiguration: locked}, enabled},
		{"Enabled", snapshot.Bucket{Versioning: enabled}, fact.AfterApply[snapshot.Versioning](kind + ".a")},
	} {
		got := destroyed(t, kind, `"versioning_configuration": [{"status": "`+tt.before+`"}]`, tt.base).Versioning
		if got.String() != tt.want.String() {
			t.Errorf("%s versioning of %v is %v when it is destroyed, want %v", tt.before, tt.base.ObjectLockConfiguration, got, tt.want)
		}
	}
}

// The provider changes nothing where versioning is "Disabled": a bucket that was
// read keeps what it has.
func TestVersioningDisabled(t *testing.T) {
	const change = `"actions": ["create"], "before": null, "after": {"bucket": "acme-orders", "versioning_configuration": [{"status": "Disabled"}]}`
	if got := planned(t, "aws_s3_bucket_versioning", change, snapshot.Bucket{Versioning: enabled}).Versioning; got.String() != enabled.String() {
		t.Errorf("versioning that was read as Enabled is %v, want it kept", got)
	}
	if got := planned(t, "aws_s3_bucket_versioning", change, snapshot.Bucket{}).Versioning; !got.Read() {
		t.Errorf("versioning that was not read is %v, want what the plan says", got)
	}
}

// A public access block with skip_destroy outlives its resource.
func TestSkipDestroy(t *testing.T) {
	base := snapshot.Bucket{PublicAccessBlockConfiguration: fact.Of(snapshot.PublicAccessBlock{RestrictPublicBuckets: true})}
	for before, want := range map[string]fact.State{`"skip_destroy": true`: fact.Known, `"skip_destroy": false`: fact.None, `"skip_destroy": null`: fact.None} {
		if got := destroyed(t, "aws_s3_bucket_public_access_block", before, base).PublicAccessBlockConfiguration; got.State() != want {
			t.Errorf("with %s the block is %v when it is destroyed, want %v", before, got, want)
		}
	}
}

// Without its resource Object Lock stays on, and its default retention goes.
func TestObjectLockDestroyed(t *testing.T) {
	base := snapshot.Bucket{ObjectLockConfiguration: fact.Of(snapshot.ObjectLock{ObjectLockEnabled: "Enabled", Rule: snapshot.Raw{"DefaultRetention": "x"}})}
	got := destroyed(t, "aws_s3_bucket_object_lock_configuration", `"object_lock_enabled": "Enabled"`, base).ObjectLockConfiguration
	if v, ok := got.Get(); !ok || v.ObjectLockEnabled != "Enabled" || v.Rule != nil {
		t.Errorf("Object Lock is %v, want it on and without a rule", got)
	}
}

// A key that the plan leaves as it is has the state that the plan tells.
func TestKeyState(t *testing.T) {
	const id = "arn:aws:kms:us-east-1:111122223333:key/k"
	for flag, want := range map[string]any{"true": "Enabled", "false": "Disabled", "null": nil} {
		held := `{"arn": "` + id + `", "key_id": "k", "is_enabled": ` + flag + `, "policy": "{}"}`
		a, _ := apply(t, planText(`{"address": "aws_kms_key.k", "mode": "managed", "type": "aws_kms_key", "name": "k",
			"change": {"actions": ["no-op"], "before": `+held+`, "after": `+held+`}}`, `{"address": "aws_kms_key.k", "provider_config_key": "aws"}`))
		if got := a.Keys[id].KeyMetadata.Or(nil)["KeyState"]; got != want {
			t.Errorf("with is_enabled %s the state of the key is %v, want %v", flag, got, want)
		}
	}
}

// What a bucket refuses stays refused where a plan does not say it: by a new
// encryption, and by none. Where it was not read, SSE-C counts as refused.
func TestRefusedEncryption(t *testing.T) {
	const kind = "aws_s3_bucket_server_side_encryption_configuration"
	rule := func(more string) string {
		return `"actions": ["create"], "before": null, "after": {"bucket": "acme-orders",
			"rule": [{"apply_server_side_encryption_by_default": [{"sse_algorithm": "aws:kms"}]` + more + `}]}`
	}
	holding := func(types ...string) snapshot.Bucket {
		r := snapshot.EncryptionRule{}
		if types != nil {
			r.BlockedEncryptionTypes = &snapshot.BlockedEncryptionType{EncryptionType: types}
		}
		return snapshot.Bucket{ServerSideEncryptionConfiguration: fact.Of(snapshot.Encryption{Rules: []snapshot.EncryptionRule{r}})}
	}
	const gone = `"actions": ["delete"], "before": {"bucket": "acme-orders"}, "after": null`
	for _, tt := range []struct {
		name, change, algorithm string
		base                    snapshot.Bucket
		want                    []string
	}{
		{"said", rule(`, "blocked_encryption_types": ["NONE"]`), "aws:kms", holding("SSE-C"), []string{"NONE"}},
		{"not said", rule(""), "aws:kms", holding("SSE-C"), []string{"SSE-C"}},
		{"empty", rule(`, "blocked_encryption_types": []`), "aws:kms", holding("SSE-C"), []string{"SSE-C"}},
		{"not said of one that refuses nothing", rule(""), "aws:kms", holding(), nil},
		{"not said of one that was not read", rule(""), "aws:kms", snapshot.Bucket{}, []string{"SSE-C"}},
		{"destroyed", gone, "AES256", holding("SSE-C"), []string{"SSE-C"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e, _ := planned(t, kind, tt.change, tt.base).ServerSideEncryptionConfiguration.Get()
			if len(e.Rules) != 1 || e.Rules[0].ApplyServerSideEncryptionByDefault.SSEAlgorithm != tt.algorithm {
				t.Fatalf("encryption is %+v, want %s", e, tt.algorithm)
			}
			var got []string
			if b := e.Rules[0].BlockedEncryptionTypes; b != nil {
				got = b.EncryptionType
			}
			if !cmp.Equal(tt.want, got) {
				t.Errorf("it refuses %q, want %q", got, tt.want)
			}
		})
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

// In those blocks the provider sends what becomes of delete markers with a filter
// only, and says then that they are not replicated where nothing is written.
func TestInlineDeleteMarkers(t *testing.T) {
	for rule, want := range map[string]string{
		`"filter": [{"prefix": "a/"}]`: "Disabled", `"filter": [{"prefix": "a/"}], "delete_marker_replication_status": "Enabled"`: "Enabled",
		`"prefix": "a/"`: "", `"prefix": "a/", "delete_marker_replication_status": "Enabled"`: "",
	} {
		a, _ := apply(t, planText(`{"address": "aws_s3_bucket.a", "mode": "managed", "type": "aws_s3_bucket", "name": "a", "change": {"actions": ["create"], "before": null,
			"after": {"bucket": "acme-orders", "replication_configuration": [{"role": "r", "rules": [{"status": "Enabled", "destination": [{"bucket": "b"}], `+rule+`}]}]}}}`, bucketConfig))
		c, _ := a.Buckets["acme-orders"].ReplicationConfiguration.Get()
		if len(c.Rules) != 1 {
			t.Fatalf("with %s the rules are %+v", rule, c.Rules)
		}
		got := ""
		if d := c.Rules[0].DeleteMarkerReplication; d != nil {
			got = d.Status
		}
		if got != want {
			t.Errorf("with %s delete markers are %q, want %q", rule, got, want)
		}
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
		{"changes that are no list", `{"format_version": "1.2", "resource_changes": {}}`, "resource_changes is an object; it should be a list"},
		{"two values", `{"format_version": "1.2", "resource_changes": []} {}`, "the file is not JSON: more follows after its end"},
		{"a state", `{"format_version": "1.0", "values": {}}`, "the file is a state"},
		{"another version", `{"format_version": "2.0", "resource_changes": []}`, "format_version 2.0 is none that is known"},
		{"an error", `{"format_version": "1.2", "errored": true, "resource_changes": []}`, "ended with an error"},
		{"a key twice", "{\"format_version\": \"1.2\",\n \"resource_changes\": [{\"change\": {\"after\": {}, \"x:\": [{\"after\": 1}], \"after\" : {}}}]}", "plan.json:2:70: the key \"after\" is here twice"},
		{"nothing known", `{"format_version": null, "resource_changes": null, "configuration": null, "prior_state": null, "variables": null}`, "the file is a state"},
		{"a version that is a number", `{"format_version": 1}`, "format_version is a number; it should be a string"},
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

func file(tb testing.TB, name string) string {
	tb.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		tb.Fatal(err)
	}
	return string(data)
}

// Whatever a plan holds, reading it and laying it over a snapshot ends.
func FuzzTerraform(f *testing.F) {
	f.Add(file(f, "testdata/document.json"))
	f.Add(planText(change("aws_iam_role_policy_attachment.p", "delete create", `{"role": "r", "policy_arn": "a"}`, `{"role": "r"}`, `{"policy_arn": true}`)+","+
		change(`module.m["a"].aws_iam_policy_attachment.p`, "update", `{"policy_arn": "p", "roles": ["r"]}`, `{"policy_arn": "p", "roles": [null]}`, `{"roles": [true]}`), bucketConfig))
	f.Add(planText(newBucket+","+newVersioning, versioningConfig(`"aws_s3_bucket.a.id"`)))
	f.Add(planText(newBucket, bucketConfig))
	f.Fuzz(func(_ *testing.T, text string) {
		if l, err := iac.Terraform("plan.json", []byte(text), "111122223333"); err == nil {
			l.Over(&snapshot.Snapshot{})
		}
	})
}
