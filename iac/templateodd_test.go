package iac_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/iac"
	"github.com/repligrant/repligrant/snapshot"
)

// Functions in the wrong place, references that lead back, and conditions that
// are none take no time, and decide nothing.
func TestTemplateOddities(t *testing.T) {
	nested := `""`
	for range 60 {
		nested = `{"Fn::Sub": ["${x}${x}", {"x": ` + nested + `}]}`
	}
	for name, text := range map[string]string{
		"a mapping that calls itself twice": `
Mappings: { M: { k: { v: [!FindInMap [M, k, v], !FindInMap [M, k, v]] } } }
Resources: { B: { Type: AWS::S3::Bucket, Properties: { BucketName: b, VersioningConfiguration: { Status: !Select [0, !FindInMap [M, k, v]] } } } }`,
		"texts within texts": `{"Resources": {"B": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "b", "VersioningConfiguration": {"Status": ` + nested + `}}}}}`,
		"a condition of no parts": `
Conditions: { C: !And [], D: !Or { Ref: X } }
Resources: { B: { Type: AWS::S3::Bucket, Properties: { BucketName: b, VersioningConfiguration: { Status: !If [C, Enabled, !If [D, x, y]] } } } }`,
		"a parameter of another template": `
Resources: { B: { Type: AWS::S3::Bucket, Properties: { BucketName: b, VersioningConfiguration: { Status: !Ref Elsewhere } } } }`,
	} {
		s := stack
		s.Parameters = map[string]string{"Elsewhere": "Enabled"}
		a, _ := lay(t, text, s, nil)
		if v := a.Buckets["b"].Versioning; v.Read() {
			t.Errorf("%s: versioning is %v, want it unknown", name, v)
		}
	}
}

// What stands for resources that the template does not show is told.
func TestTemplateModules(t *testing.T) {
	const text = `
Transform: AWS::Serverless-2016-10-31
Resources:
  M: { Type: My::S3::Bucket::MODULE }
  N: { Type: AWS::CloudFormation::Stack }
  S: { Type: AWS::CloudFormation::StackSet }
  C: { Type: Custom::Anything }
  "Fn::ForEach::Buckets": [x, [a, b], { "B${x}": { Type: AWS::S3::Bucket } }]
  "Fn::Transform": { Name: AWS::Include }
  I: { Type: AWS::S3::BucketPolicy, Properties: { "Fn::Transform": { Name: AWS::Include } } }
`
	_, l := lay(t, text, stack, nil)
	want := []string{"Transform", "I", "C", "Fn::ForEach::Buckets", "Fn::Transform", "M", "N", "S"}
	if d := cmp.Diff(want, addresses(l)); d != "" {
		t.Errorf("left (-want +got):\n%s", d)
	}
}

// A bucket with Object Lock is versioned, and an Object Lock configuration means
// that it has one.
func TestTemplateObjectLock(t *testing.T) {
	for _, properties := range []string{"ObjectLockEnabled: true", `ObjectLockEnabled: "true"`, "ObjectLockConfiguration: { Rule: { DefaultRetention: { Mode: GOVERNANCE, Days: 1 } } }"} {
		a, _ := lay(t, "Resources: { B: { Type: AWS::S3::Bucket, Properties: { BucketName: b, "+properties+" } } }", stack, nil)
		b := a.Buckets["b"]
		if l, _ := b.ObjectLockConfiguration.Get(); l.ObjectLockEnabled != "Enabled" || b.Versioning.String() != enabled.String() {
			t.Errorf("with %s Object Lock is %v and versioning %v", properties, b.ObjectLockConfiguration, b.Versioning)
		}
	}
}

// The tags of the stack come on top of those of a resource.
func TestTemplateTags(t *testing.T) {
	a, _ := lay(t, `
Resources:
  B: { Type: AWS::S3::Bucket, Properties: { BucketName: b, Tags: [{ Key: k, Value: v }] } }
  R: { Type: AWS::IAM::Role, Properties: { RoleName: r, Tags: [{ Key: k, Value: v }] } }
`, stack, nil)
	if b, r := a.Buckets["b"].Tagging, a.Roles[roleR].Tags; b.Read() || r.Read() {
		t.Errorf("tags are %v and %v, want them unknown", b, r)
	}
}

// A managed policy without a name may be one that a role has already, with other
// statements: what the role has of its own account is unknown then.
func TestUnnamedPolicyElsewhere(t *testing.T) {
	const text = `
Resources:
  Made:
    Type: AWS::IAM::ManagedPolicy
    Properties: { Roles: [r], PolicyDocument: { Version: 2012-10-17, Statement: [] } }
`
	base := held()
	base.Accounts[owner].Roles[roleR].AttachedPolicies = documents(policyP, "arn:aws:iam::aws:policy/ReadOnlyAccess")
	a, _ := lay(t, text, stack, base)
	want := map[string]fact.State{policyP: fact.NotRead, "arn:aws:iam::aws:policy/ReadOnlyAccess": fact.Known, "Made": fact.Known}
	if d := cmp.Diff(want, states(a.Roles[roleR].AttachedPolicies)); d != "" {
		t.Errorf("attached (-want +got):\n%s", d)
	}
}

// Plans of tens of megabytes, and references without end, are read in seconds.
func TestTerraformSizes(t *testing.T) {
	long := strings.TrimSuffix(strings.Repeat(`"aws_s3_bucket.a",`, 200_000), ",")
	big := change("aws_s3_bucket_policy.p", "create", "null", `{"bucket": "a", "policy": "`+strings.Repeat(" ", 16<<20)+`"}`, "{}")
	for _, text := range []string{
		planText(newVersioning, `{"address": "aws_s3_bucket_versioning.a", "provider_config_key": "aws", "expressions": {"bucket": {"references": [`+long+`]}}}`),
		planText(big, ""),
	} {
		l, err := iac.Terraform("plan.json", []byte(text), owner)
		if err != nil {
			t.Fatal(err)
		}
		l.Over(&snapshot.Snapshot{})
	}
}

// A value that a parameter does not allow is refused; of a list, each has to be
// allowed.
func TestAllowedValues(t *testing.T) {
	const template = "Parameters:\n  Env: { Type: String, AllowedValues: [prod, 1] }\n  Many: { Type: CommaDelimitedList, AllowedValues: [a, b] }\nResources: {}\n"
	for _, tt := range []struct{ name, value, want string }{
		{"Env", "prod", ""},
		{"Env", "1", ""},
		{"Env", "dev", "t.yaml:2:39: the parameter Env does not allow the value dev"},
		{"Many", "a, b", ""},
		{"Many", "a,c", "t.yaml:3:52: the parameter Many does not allow the value c"},
	} {
		_, err := iac.CloudFormation("t.yaml", []byte(template), iac.Stack{Account: stackAccount, Parameters: map[string]string{tt.name: tt.value}})
		if got := fmt.Sprint(err); tt.want == "" && err != nil || tt.want != "" && !strings.HasPrefix(got, tt.want) {
			t.Errorf("%s=%s: %v, want %q", tt.name, tt.value, err, tt.want)
		}
	}
}

// TestOddRulesAreKept: what S3 may refuse is read as it is written, so that an
// audit can say so.
func TestOddRulesAreKept(t *testing.T) {
	const text = `
Resources: { B: { Type: AWS::S3::Bucket, Properties: { BucketName: b, ReplicationConfiguration: { Role: "arn:aws:iam::111122223333:role/r", Rules: [
  { Id: a, Status: Enabled, Prefix: a/, Filter: { Prefix: b/ }, Destination: { Bucket: "arn:aws:s3:::c", Account: "" } },
  { Id: b, Status: Enabled, Filter: { Prefix: b/ }, Destination: { Bucket: "arn:aws:s3:::c" } } ] } } } }
`
	a, _ := lay(t, text, stack, nil)
	c, ok := a.Buckets["b"].ReplicationConfiguration.Get()
	if !ok || len(c.Rules) != 2 {
		t.Fatalf("the configuration is %v", a.Buckets["b"].ReplicationConfiguration)
	}
	if r := c.Rules[0]; r.Prefix == nil || *r.Prefix != "a/" || r.Destination.Account == nil || *r.Destination.Account != "" {
		t.Errorf("the prefix beside the filter and the empty account are lost: %+v", r)
	}
	if r := c.Rules[1]; r.Prefix != nil || r.Destination.Account != nil {
		t.Errorf("what is not written is there: %+v", r)
	}
}
