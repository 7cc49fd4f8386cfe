package spec_test

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/spec"
)

// lines writes each rule of a spec on one line: NAME FROM>TO PRIORITY ROLE, and
// what marks it.
func lines(s *spec.Spec) []string {
	var lines []string
	for _, r := range s.Rules {
		line := fmt.Sprintf("%s %s>%s %d %s", r.Name, r.From, r.To, r.Priority.Value, r.Role.ARN)
		if r.Mirrored {
			line += " mirrored"
		}
		if r.ExistingObjects.Wanted {
			line += " batch=" + r.ExistingObjects.Role.ARN
		}
		lines = append(lines, line)
	}
	return lines
}

func TestExpansion(t *testing.T) {
	const (
		prod   = "arn:aws:iam::111122223333:role/"
		backup = "arn:aws:iam::444455556666:role/"
	)
	for _, tt := range []struct {
		file string
		want []string
	}{
		{"smallest.yaml", []string{
			"acme-orders-to-acme-orders-copy acme-orders>acme-orders-copy 1 " + prod + "acme-orders-replication",
		}},
		{"full.yaml", []string{
			"orders acme-orders>acme-orders-copy 1 " + prod + "service-role/acme-orders-replication",
		}},
		{"fan_out.yaml", []string{
			"all-to-acme-logs-copy acme-logs>acme-logs-copy 1 " + prod + "acme-logs-replication batch=" + prod + "acme-logs-jobs",
			"back acme-logs-copy>acme-logs 1 " + backup + "acme-logs-copy-replication mirrored",
			"all-to-acme-logs-archive acme-logs>acme-logs-archive 2 " + prod + "acme-logs-replication batch=" + prod + "acme-logs-jobs",
			"back acme-logs-archive>acme-logs 1 " + backup + "acme-logs-archive-replication mirrored",
			"urgent acme-logs>acme-jobs 3 " + prod + "acme-logs-replication",
		}},
		{"china.yaml", []string{
			"acme-cn-to-acme-cn-copy acme-cn>acme-cn-copy 1 arn:aws-cn:iam::012345670123:role/service-role/replicator",
		}},
		{"priorities.yaml", []string{
			"a acme-logs>acme-logs-copy 2 " + prod + "acme-logs-replication",
			"ab acme-logs>acme-logs-copy 7 " + prod + "acme-logs-replication",
			"gold acme-logs>acme-logs-copy 1 " + prod + "acme-logs-replication",
			"lead acme-logs>acme-logs-copy 3 " + prod + "acme-logs-replication",
			"archive acme-logs>acme-logs-archive 4 " + prod + "acme-logs-replication",
		}},
	} {
		t.Run(tt.file, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, lines(parse(t, tt.file))); diff != "" {
				t.Errorf("rules (-want +got):\n%s", diff)
			}
		})
	}
}

// smallest returns the smallest spec with more lines at its end.
func smallest(t *testing.T, lines ...string) *spec.Spec {
	t.Helper()
	text := string(read(t, "testdata/ok/smallest.yaml")) + strings.Join(lines, "\n")
	s, err := spec.Parse("spec.yaml", []byte(text))
	if err != nil {
		t.Fatalf("%v\nin:\n%s", err, text)
	}
	return s
}

func TestMirroredNames(t *testing.T) {
	for _, tt := range []struct {
		name  string
		lines []string
		want  []string
	}{
		{"nothing is named", []string{"    two_way: true"}, []string{"acme-orders-to-acme-orders-copy", "acme-orders-copy-to-acme-orders"}},
		{"the entry is named", []string{"    two_way: true", "    name: x"}, []string{"x", "x-to-acme-orders"}},
		{"both are named", []string{"    two_way: { name: y }", "    name: x"}, []string{"x", "y"}},
		{"two_way: false", []string{"    two_way: false"}, []string{"acme-orders-to-acme-orders-copy"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, r := range smallest(t, tt.lines...).Rules {
				got = append(got, r.Name.Value)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("names (-want +got):\n%s", diff)
			}
		})
	}
}

// A mirrored rule is the rule the other way round, with the role, the key and
// the batch job of its own direction.
func TestMirroredRule(t *testing.T) {
	const key = "arn:aws:kms:us-east-1:111122223333:key/1234abcd"
	text := strings.Replace(string(read(t, "testdata/ok/smallest.yaml")), "region: us-east-1", "region: us-east-1, kms_key: '"+key+"'", 1) +
		"    prefix: a/\n    priority: 5\n    existing_objects: true\n    kms_objects: true\n" +
		"    replica_kms_key: arn:aws:kms:eu-west-1:444455556666:key/5678efgh\n    two_way: { role: back }\n"
	s, err := spec.Parse("spec.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Rules) != 2 {
		t.Fatalf("%d rules, want 2", len(s.Rules))
	}
	got := s.Rules[1]
	switch {
	case !got.Mirrored || got.TwoWay.Wanted:
		t.Errorf("mirrored %v, two-way %v, want a mirrored rule that mirrors nothing", got.Mirrored, got.TwoWay.Wanted)
	case got.ReplicaKMSKey.Value != key:
		t.Errorf("the mirrored replicas have key %q, want that of the source, %q", got.ReplicaKMSKey.Value, key)
	case got.Role.ARN != "arn:aws:iam::444455556666:role/back":
		t.Errorf("the mirrored rule has role %s, want one of its own account", got.Role.ARN)
	case got.ExistingObjects.Wanted:
		t.Error("the batch job is mirrored")
	case got.Prefix.Value != "a/" || got.Priority.Value != 5:
		t.Errorf("prefix %q and priority %d, want those of the entry", got.Prefix, got.Priority.Value)
	}
}

func TestDefaultRoleNames(t *testing.T) {
	for _, tt := range []struct {
		length      int // of the bucket's name
		live, batch string
	}{
		{11, "BUCKET-replication", "BUCKET-batch-replication"},
		{46, "BUCKET-replication", "BUCKET-batch-replication"}, // 64 characters
		{47, "BUCKET-replication", "37-HASH-batch-replication"},
		{52, "BUCKET-replication", "37-HASH-batch-replication"}, // 64 characters
		{53, "43-HASH-replication", "37-HASH-batch-replication"},
		{63, "43-HASH-replication", "37-HASH-batch-replication"},
	} {
		bucket := strings.Repeat("b", tt.length)
		text := strings.ReplaceAll(string(read(t, "testdata/ok/smallest.yaml")), "acme-orders-copy", "acme-copy")
		text = strings.ReplaceAll(text, "acme-orders", bucket) + "    existing_objects: true\n"
		s, err := spec.Parse("spec.yaml", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		names := strings.NewReplacer("BUCKET", bucket, "43", bucket[:min(43, tt.length)], "37", bucket[:min(37, tt.length)],
			"HASH", fmt.Sprintf("%x", sha256.Sum256([]byte(bucket)))[:8])
		r := s.Rules[0]
		for _, name := range []struct{ got, want string }{
			{r.Role.Name.Value, names.Replace(tt.live)},
			{r.ExistingObjects.Role.Name.Value, names.Replace(tt.batch)},
		} {
			if name.got != name.want || len(name.got) > 64 {
				t.Errorf("bucket of %d characters: role %s, want %s", tt.length, name.got, name.want)
			}
		}
	}
}

// What is not stated is not false: it has a default, and no place.
func TestDefaults(t *testing.T) {
	s := smallest(t)
	r := s.Rules[0]
	if !r.Enabled.Value || r.Enabled.Stated || r.Tags.Value != spec.Replicate || r.Annotations.Value != spec.Omit {
		t.Errorf("enabled %+v, tags %+v, annotations %+v, want the defaults, not stated", r.Enabled, r.Tags, r.Annotations)
	}
	if r.KMSObjects.Value || r.Role.ConfusedDeputy.Value != spec.ConfusedDeputyNone || r.Role.GrantTo.Value != spec.GrantToRole {
		t.Errorf("KMS objects %v, role %+v, want the defaults", r.KMSObjects.Value, r.Role)
	}
	b, _ := s.Bucket("acme-orders")
	if b.KMSKeys.Stated || b.BucketKey.Stated || b.ObjectLock.Stated || b.ObjectOwnership.Stated || b.RequesterPays.Stated {
		t.Errorf("bucket %+v states what was left out", b)
	}
	logs := parse(t, "fan_out.yaml")
	archive, _ := logs.Bucket("acme-logs-archive")
	if keys, stated := archive.KMSKeys.Get(); !stated || len(keys) != 0 {
		t.Errorf("kms_key: [] gives %v, stated %v, want a statement that there is none", keys, stated)
	}
	if urgent := logs.Rules[4]; !urgent.Metrics.Value || urgent.Metrics.Stated {
		t.Errorf("metrics %+v, want it implied by replication_time", urgent.Metrics)
	}
	if keys := logs.Rules[0].ReplicaKMSKey; keys.Stated || !strings.Contains(keys.Value, ":key/0987dcba") {
		t.Errorf("replica key %+v, want the default key of the destination, not stated", keys)
	}
}

func TestPlaces(t *testing.T) {
	s := parse(t, "full.yaml")
	r := s.Rules[0]
	b, _ := s.Bucket("acme-orders")
	a, _ := s.Account("prod")
	for _, tt := range []struct{ what, got, want string }{
		{"account", a.Pos.String(), "spec.yaml:7:3"},
		{"account ID", a.ID.Pos.String(), "spec.yaml:8:9"},
		{"bucket", b.Pos.String(), "spec.yaml:19:3"},
		{"object_lock", b.ObjectLock.Pos.String(), "spec.yaml:24:18"},
		{"entry", r.Pos.String(), "spec.yaml:38:5"},
		{"name", r.Name.Pos.String(), "spec.yaml:38:11"},
		{"role", r.Role.Pos.String(), "spec.yaml:41:11"},
		{"path of the role", r.Role.Path.Pos.String(), "spec.yaml:33:11"},
		{"tag", r.FilterTags[0].Value.Pos.String(), "spec.yaml:43:27"},
		{"status", r.Enabled.Pos.String(), "spec.yaml:45:13"},
		{"replica key", r.ReplicaKMSKey.Pos.String(), "spec.yaml:51:22"},
		{"writer", s.Writers[0].Pos.String(), "spec.yaml:61:5"},
		{"prefix of the writer", s.Writers[0].Prefixes[0].Pos.String(), "spec.yaml:65:16"},
		{"replication_time", r.ReplicationTime.Pos.String(), "spec.yaml:54:23"},
		{"kind", s.Writers[0].Kind.Pos.String(), "spec.yaml:62:11"},
	} {
		if tt.got != tt.want {
			t.Errorf("%s is at %s, want %s", tt.what, tt.got, tt.want)
		}
	}
}

func TestLookups(t *testing.T) {
	full, china := parse(t, "full.yaml"), parse(t, "china.yaml")
	if owner, ok := full.Owner("acme-orders-copy"); !ok || owner.Name.Value != "backup" {
		t.Errorf("the owner of acme-orders-copy is %q, %v", owner.Name, ok)
	}
	if owner, ok := china.Owner("acme-cn-copy"); ok {
		t.Errorf("the owner of acme-cn-copy is %q, want unknown", owner.Name)
	}
	for _, name := range []string{"", "nobody"} {
		if _, ok := full.Account(name); ok {
			t.Errorf("there is an account %q", name)
		}
		if _, ok := full.Bucket(name); ok {
			t.Errorf("there is a bucket %q", name)
		}
		if _, ok := full.Owner(name); ok {
			t.Errorf("bucket %q has an owner", name)
		}
	}
	for _, tt := range []struct {
		s             *spec.Spec
		account, want string
	}{{full, "prod", "aws"}, {full, "backup", "aws"}, {china, "cn", "aws-cn"}, {full, "nobody", "aws"}} {
		if got := tt.s.Partition(tt.account); got != tt.want {
			t.Errorf("account %s is in partition %s, want %s", tt.account, got, tt.want)
		}
	}
	if b, _ := china.Bucket("acme-cn"); b.ARN() != "arn:aws-cn:s3:::acme-cn" {
		t.Errorf("acme-cn has ARN %s", b.ARN())
	}
	if w := parse(t, "writers_only.yaml").Writers[0]; w.Account.Value != "prod" {
		t.Errorf("the writer's account is %q, want the bucket's", w.Account)
	}
}

func TestSignIn(t *testing.T) {
	s := parse(t, "full.yaml")
	for _, tt := range []struct{ account, profile, role, variable string }{
		{"prod", "prod-audit", "", "EXTERNAL_ID"}, // it has a role ARN
		{"backup", "audit", "repligrant-audit", "EXTERNAL_ID"},
	} {
		a, _ := s.Account(tt.account)
		got := s.SignIn(a)
		if got.Profile.Value != tt.profile || got.RoleName.Value != tt.role || got.ExternalIDEnv.Value != tt.variable {
			t.Errorf("sign in to %s with %q, %q, %q, want %q, %q, %q", tt.account,
				got.Profile, got.RoleName, got.ExternalIDEnv, tt.profile, tt.role, tt.variable)
		}
	}
}
