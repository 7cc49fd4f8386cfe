package terraform_test

import (
	"encoding/json"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/planner/terraform"
	"github.com/repligrant/repligrant/replication"
)

const (
	source  = "111122223333"
	owner1  = "444455556666"
	keyARN  = "arn:aws:kms:eu-west-1:444455556666:key/1234abcd-12ab-34cd-56ef-1234567890ab"
	roleARN = "arn:aws:iam::111122223333:role/service-role/acme-orders-replication"
)

// document is a document with one statement.
func document(kind replication.Kind, account, target, name, statement string) planner.Document {
	return planner.Document{
		Kind: kind, Account: account, Target: target, Name: name,
		Document: json.RawMessage(`{"Version": "2012-10-17", "Statement": [` + statement + `]}`),
	}
}

const (
	trustS3 = `{"Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": "sts:AssumeRole"}`
	trustBR = `{"Effect": "Allow", "Principal": {"Service": "batchoperations.s3.amazonaws.com"}, "Action": "sts:AssumeRole"}`
	read1   = `{"Sid": "A", "Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::acme-orders"}`
	read2   = `{"Sid": "B", "Effect": "Allow", "Action": "s3:GetReplicationConfiguration", "Resource": "arn:aws:s3:::acme-orders"}`
	read3   = `{"Sid": "C", "Effect": "Allow", "Action": "s3:InitiateReplication", "Resource": "arn:aws:s3:::acme-orders/*"}`
	onKey   = `{"Sid": "RepligrantReplicaKey", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/service-role/acme-orders-replication"},
		"Action": ["kms:Encrypt", "kms:GenerateDataKey"], "Resource": "*",
		"Condition": {"StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"},
			"ArnLike": {"kms:EncryptionContext:aws:s3:arn": ["arn:aws:s3:::acme-copy/a${*}*", "arn:aws:s3:::acme-copy/%{b}*"]}}}`
)

// everyKind is a plan with documents of every kind of policy, in parts.
func everyKind() *planner.Plan {
	trust := document(replication.RoleTrustPolicy, source, roleARN, "trust", trustS3)
	trust.PermissionsBoundary = "arn:aws:iam::111122223333:policy/boundary"
	second := document(replication.RolePolicy, source, roleARN, "policy-2", read2)
	second.Managed = true
	writer := document(replication.WriterPolicy, source, "arn:aws:iam::111122223333:user/up_loader", "upload", read1)
	writer.PermissionsBoundary = "arn:aws:iam::111122223333:policy/other"
	return &planner.Plan{Documents: []planner.Document{
		trust,
		document(replication.BatchRoleTrustPolicy, source, roleARN, "trust", trustBR),
		document(replication.RolePolicy, source, roleARN, "replication", read1),
		document(replication.BatchRolePolicy, source, roleARN, "replication", read3),
		second,
		writer,
		document(replication.WriterTrustPolicy, source, "arn:aws:iam::111122223333:role/writer", "trust", trustBR),
		document(replication.DestinationKMSKeyPolicy, owner1, keyARN, "key-policy", onKey),
		document(replication.SourceKMSKeyPolicy, owner1, keyARN, "key-policy", strings.ReplaceAll(onKey, "ReplicaKey", "SourceKey")),
		document(replication.WriterAccessPointPolicy, owner1, "arn:aws:s3:eu-west-1:444455556666:accesspoint/drop", "access-point-policy", onKey),
	}}
}

// Documents of every kind find their module and resource, parts of one policy
// become one, and what is split stays split.
func TestEveryKind(t *testing.T) {
	p := everyKind()
	files := filesOf(t, p, terraform.Options{})
	got := read(t, files)
	sameAs(t, p, got)
	wantBoundaries := map[string]string{
		"acme-orders-replication": "arn:aws:iam::111122223333:policy/boundary", "up_loader": "arn:aws:iam::111122223333:policy/other",
	}
	if diff := cmp.Diff(wantBoundaries, got.boundaries); diff != "" {
		t.Errorf("permissions boundaries differ (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"acme-orders-replication acme-orders-replication-policy-2"}, got.attached); diff != "" {
		t.Errorf("attached policies differ (-want +got):\n%s", diff)
	}
	var folders []string
	for name := range files {
		folders = append(folders, path.Dir(name))
	}
	slices.Sort(folders)
	if diff := cmp.Diff([]string{".", source + "/roles", owner1 + "/destination"}, slices.Compact(folders)); diff != "" {
		t.Errorf("modules differ (-want +got):\n%s", diff)
	}
	if !strings.Contains(string(files["README.md"]), `= file("1234abcd-12ab-34cd-56ef-1234567890ab.json")`) {
		t.Errorf("the example does not ask for the key's policy:\n%s", files["README.md"])
	}
	for _, resource := range []string{`"aws_kms_key_policy" "this"`, `"aws_s3control_access_point_policy" "this"`} {
		if !strings.Contains(string(files[owner1+"/destination/policies.tf"]), resource) {
			t.Errorf("no resource %s", resource)
		}
	}
}

// configured is a plan with one rule for a prefix and a tag.
func configured(t tester, id, prefix, key, value string) *planner.Plan {
	t.Helper()
	priority := 1
	text, err := json.Marshal(replication.Configuration{Role: roleARN, Rules: []replication.ConfigurationRule{{
		ID: id, Priority: &priority, Status: replication.Enabled, DeleteMarkerReplication: &replication.Status{Status: replication.Disabled},
		Filter:      &replication.Filter{And: &replication.And{Prefix: &prefix, Tags: []replication.Tag{{Key: key, Value: value}}}},
		Destination: replication.Destination{Bucket: "arn:aws:s3:::acme-orders-copy"},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	return &planner.Plan{Documents: []planner.Document{{
		Kind: replication.ReplicationConfiguration, Account: source, Target: "arn:aws:s3:::acme-orders", Document: text,
	}}}
}

// TestWarnings makes sure that whoever applies reads what to know, in which nothing
// is read as Markdown and nothing hides.
func TestWarnings(t *testing.T) {
	p := everyKind()
	p.Warnings = []planner.Warning{{Code: "prefix-widened", Message: "<b>[x](y)\n# z\u202e"}}
	if readme := string(filesOf(t, p, terraform.Options{})["README.md"]); !strings.HasSuffix(readme, "\n## Warnings\n\n    (prefix-widened) <b>[x](y)?# z?\n") {
		t.Errorf("the warning is not one line of a block:\n%s", readme)
	}
}

// Text of people means itself, and nothing of it reaches HCL as syntax.
func TestAnyText(t *testing.T) {
	hostile := []string{
		"", "$", "$$", "${a}", "$${a}", "$$${a}", "%{if true}", "%%{x}", "%%%{x}", "${", "%{", `"`, `\`, `\"`, `\n`, "\n", "\r\n", "\t", "\x7f", "\u200b",
		"\u202e", "é", "日本", "\U0001f600", "\U000e0001", "<<EOT", "EOT", "# x", "/* x */", "*/", "for", "null", "a b", "${file(\"/etc/passwd\")}", "`",
	}
	for _, s := range hostile {
		p := configured(t, s, s, s, s)
		sameAs(t, p, read(t, filesOf(t, p, terraform.Options{})))
	}
	rapid.Check(t, func(r *rapid.T) {
		s := rapid.StringOf(rapid.SampledFrom([]rune("$%{}\"\\~\n\r a.é\u202e\U0001f600#*/<"))).Draw(r, "text")
		p := configured(t, s, s, s, s)
		sameAs(r, p, read(r, filesOf(r, p, terraform.Options{})))
	})
}

// Text that Terraform would change is refused, and not changed in silence.
func TestComposedText(t *testing.T) {
	_, err := terraform.Files(configured(t, "a", "e\u0301", "a", "a"), terraform.Options{})
	l := diag.Of(err)
	if len(l) != 1 || l[0].Message.Key != "terraform-text" || l[0].Message.Args["text"] != `"e\u0301"` || !strings.Contains(l[0].Hint.String(), "--format cli") {
		t.Errorf("got %v, want an error about the accent that stands by itself, and the way out", err)
	}
}

func TestRefused(t *testing.T) {
	regions := terraform.Options{Regions: map[string]string{"acme-orders": "../../etc"}}
	tests := map[string]struct {
		o terraform.Options
		d planner.Document
	}{
		"account":     {d: document(replication.RolePolicy, "../../../etc", roleARN, "a", read1)},
		"region":      {o: regions, d: document(replication.DestinationBucketPolicy, source, "arn:aws:s3:::acme-orders", "a", read1)},
		"bucket name": {d: document(replication.DestinationBucketPolicy, source, "arn:aws:s3:::a\"\n${file(\"x\")}", "a", read1)},
		"role name":   {d: document(replication.RolePolicy, source, "arn:aws:iam::111122223333:role/a\"}\n", "a", read1)},
		"policy name": {d: document(replication.RolePolicy, source, roleARN, "a\n\"", read1)},
		"target":      {d: document(replication.RolePolicy, source, "acme", "a", read1)},
		"kind":        {d: document(replication.SCP, source, roleARN, "a", read1)},
		"document":    {d: document(replication.RolePolicy, source, roleARN, "a", "1")},
	}
	for name, tt := range tests {
		files, err := terraform.Files(&planner.Plan{Documents: []planner.Document{tt.d}}, tt.o)
		if l := diag.Of(err); len(l) != 1 || l[0].Hint.English == "" {
			t.Errorf("%s: error %v without a key or a way out, and files %q", name, err, slices.Sorted(maps.Keys(files)))
		}
	}
	receiver := &planner.Plan{
		Documents:    []planner.Document{document(replication.DestinationBucketPolicy, source, "arn:aws:s3:::acme-orders", "a", read1)},
		Requirements: []replication.Requirement{{ID: "r", Action: "s3:ReplicateObject", Resource: "no ARN", ResourceAccount: source}},
	}
	if _, err := terraform.Files(receiver, terraform.Options{}); len(diag.Of(err)) != 1 || !strings.Contains(err.Error(), "requirement r: ") {
		t.Errorf("a requirement about nothing: %v", err)
	}
	if files := filesOf(t, &planner.Plan{}, terraform.Options{}); len(files) != 0 {
		t.Errorf("an empty plan has files %q", slices.Sorted(maps.Keys(files)))
	}
}

// Resources keep their addresses when others come, and no two names share one:
// Terraform would destroy and create again what only moved.
func TestAddresses(t *testing.T) {
	names := []string{
		"a-b", "a_b", "a.b", "a--b", "a-b-", "a+b", "a=b", "a,b", "a@b", "A-B", "1a", "_1a", "a__b", "a", "b", "role", "for", "x-replication", "x",
	}
	address := regexp.MustCompile(`(?m)^resource "([a-z_0-9]+)" "([^"]+)" \{$`)
	label := regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
	p := &planner.Plan{}
	alone := map[string]bool{}
	for _, name := range names {
		target := "arn:aws:iam::111122223333:role/" + name
		one := &planner.Plan{Documents: []planner.Document{
			document(replication.RoleTrustPolicy, source, target, "trust", trustS3),
			document(replication.RolePolicy, source, target, "replication", read1),
			document(replication.RolePolicy, source, target, "b-replication", read1),
		}}
		p.Documents = append(p.Documents, one.Documents...)
		for _, m := range address.FindAllStringSubmatch(string(filesOf(t, one, terraform.Options{})[source+"/roles/main.tf"]), -1) {
			alone[m[1]+"."+m[2]] = true
		}
	}
	together := map[string]bool{}
	for _, m := range address.FindAllStringSubmatch(string(filesOf(t, p, terraform.Options{})[source+"/roles/main.tf"]), -1) {
		if !label.MatchString(m[2]) || together[m[1]+"."+m[2]] {
			t.Errorf("%s.%s is no address, or one that two resources have", m[1], m[2])
		}
		together[m[1]+"."+m[2]] = true
	}
	if len(together) != 3*len(names) {
		t.Errorf("%d resources, want %d", len(together), 3*len(names))
	}
	if diff := cmp.Diff(alone, together); diff != "" {
		t.Errorf("addresses change when others come (-alone +together):\n%s", diff)
	}
}

// 300 rules make one configuration, and the same bytes each time.
func TestManyRules(t *testing.T) {
	p, o := planOf(t, "spec.yaml", []byte(manyRules(1, 300)))
	files := filesOf(t, p, o)
	sameAs(t, p, read(t, files))
	for range 3 {
		if diff := cmp.Diff(files, filesOf(t, p, o)); diff != "" {
			t.Fatalf("the files differ from run to run:\n%s", diff)
		}
	}
}
