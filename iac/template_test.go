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

const stackAccount = "111122223333"

// stack is what the tests say of a stack.
var stack = iac.Stack{Account: stackAccount, Parameters: map[string]string{"AWS::Region": "us-east-1"}}

// lay lays a template over a snapshot, or over nothing.
func lay(t *testing.T, text string, s iac.Stack, base *snapshot.Snapshot) (*snapshot.Account, *iac.Layer) {
	t.Helper()
	l, err := iac.CloudFormation("t.yaml", []byte(text), s)
	if err != nil {
		t.Fatalf("CloudFormation: %v", err)
	}
	if base == nil {
		base = &snapshot.Snapshot{}
	}
	a := l.Over(base).Accounts[stackAccount]
	if a == nil {
		a = &snapshot.Account{}
	}
	return a, l
}

// TestFunctions evaluates functions: each text is the storage class of a
// destination, and want what it is, or "" where nobody can know it.
func TestFunctions(t *testing.T) {
	const template = `
Parameters:
  Given: { Type: String }
  Only: { Type: String, AllowedValues: [one] }
  Default: { Type: String, Default: d }
  List: { Type: CommaDelimitedList }
  Secret: { Type: "AWS::SSM::Parameter::Value<String>", Default: /name }
Conditions:
  Holds: !Equals [a, a]
  Fails: !Not [!Condition Holds]
  Never: !And [!Condition Holds, Condition: Fails]
  Ever: !Or [!Equals [!Ref Default, x], !Condition Holds]
  Open: !Equals [!Ref Default, x]
  Loop: !Condition Loop
Mappings:
  M: { k: { v: mapped, l: [x, y] } }
Resources:
  Named: { Type: AWS::S3::Bucket, Properties: { BucketName: named } }
  Unnamed: { Type: AWS::S3::Bucket }
  Self: { Type: AWS::S3::Bucket, Properties: { BucketName: !Ref Self } }
  Role: { Type: AWS::IAM::Role, Properties: { RoleName: r, Path: /p/ } }
  Policy: { Type: AWS::IAM::ManagedPolicy, Properties: { ManagedPolicyName: m } }
  Key: { Type: AWS::KMS::Key }
  B:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: b
      ReplicationConfiguration:
        Role: r
        Rules: [{ Status: Enabled, Destination: { Bucket: c, StorageClass: %s } }]
`
	cases := []struct{ value, want string }{
		{`plain`, "plain"},
		{`!Ref Given`, "given"},
		{`{ Ref: Given }`, "given"},
		{`!Ref Only`, "one"},
		{`!Ref Default`, ""},
		{`!Ref Secret`, ""},
		{`!Ref Nothing`, ""},
		{`!Ref AWS::AccountId`, stackAccount},
		{`!Ref AWS::Region`, "us-east-1"},
		{`!Ref AWS::Partition`, "aws"},
		{`!Ref AWS::URLSuffix`, "amazonaws.com"},
		{`!Ref AWS::StackName`, ""},
		{`!Ref Named`, "named"},
		{`!Ref Unnamed`, ""},
		{`!Ref Self`, ""},
		{`!Ref Policy`, "arn:aws:iam::111122223333:policy/m"},
		{`!GetAtt Named.Arn`, "arn:aws:s3:::named"},
		{`{ "Fn::GetAtt": [Role, Arn] }`, "arn:aws:iam::111122223333:role/p/r"},
		{`!GetAtt Policy.PolicyArn`, "arn:aws:iam::111122223333:policy/m"},
		{`!GetAtt Policy.Arn`, ""},
		{`!GetAtt Named.PolicyArn`, ""},
		{`!GetAtt Role.RoleId`, ""},
		{`!GetAtt Key.Arn`, ""},
		{`!Sub "${Given}-${Named}-${Role.Arn}-${!Literal}"`, "given-named-arn:aws:iam::111122223333:role/p/r-${Literal}"},
		{`!Sub ["${x}-${Given}", { x: !Ref Only }]`, "one-given"},
		{`!Sub "${Unnamed}-x"`, ""},
		{`!Join ["-", [a, !Ref Given, 12]]`, "a-given-12"},
		{`!Join ["-", [a, !Ref Unnamed]]`, ""},
		{`!Select [1, !Split ["/", "a/b/c"]]`, "b"},
		{`!Select [1, !Ref List]`, "two"},
		{`!Select [0, [a, !Ref Unnamed]]`, "a"},
		{`!Select [7, [a]]`, ""},
		{`!FindInMap [M, k, v]`, "mapped"},
		{`!FindInMap [M, k, none]`, ""},
		{`!If [Holds, yes, no]`, "yes"},
		{`!If [Fails, yes, no]`, "no"},
		{`!If [Never, yes, no]`, "no"},
		{`!If [Ever, yes, no]`, "yes"},
		{`!If [Open, yes, no]`, ""},
		{`!If [Open, same, same]`, "same"},
		{`!If [Loop, yes, no]`, ""},
		{`!If [Undefined, yes, no]`, ""},
		{`!ImportValue x`, ""},
		{`{ "Fn::ImportValue": x }`, ""},
		{`!Base64 x`, ""},
		{`{ "Fn::Later": x }`, ""},
		{`"{{resolve:ssm:name}}"`, ""},
		{`0123`, ""},
	}
	s := stack
	s.Parameters = map[string]string{"AWS::Region": "us-east-1", "Given": "given", "List": "one, two"}
	for _, c := range cases {
		a, _ := lay(t, fmt.Sprintf(template, c.value), s, nil)
		v := a.Buckets["b"].ReplicationConfiguration
		got, known := v.Get()
		known = known && len(got.Rules) > 0
		switch address, isOpen := fact.Address(whyOpen(v)); {
		case c.want == "" && (known || !isOpen || !strings.HasPrefix(address, "B.ReplicationConfiguration.Rules[0]")):
			t.Errorf("%s is %v, want it open with its address", c.value, v)
		case c.want != "" && (!known || got.Rules[0].Destination.StorageClass != c.want):
			t.Errorf("%s is %v, want %s", c.value, v, c.want)
		}
	}
}

// A default counts where it was accepted, and is told.
func TestDefaults(t *testing.T) {
	const text = `
Parameters: { Status: { Type: String, Default: Enabled } }
Resources: { B: { Type: AWS::S3::Bucket, Properties: { BucketName: b, VersioningConfiguration: { Status: !Ref Status } } } }
`
	a, l := lay(t, text, stack, nil)
	if a.Buckets["b"].Versioning.Read() || len(l.Taken) != 0 {
		t.Errorf("versioning is %v and %q taken for granted, want it unknown", a.Buckets["b"].Versioning, l.Taken)
	}
	s := stack
	s.Defaults = true
	a, l = lay(t, text, s, nil)
	if v, _ := a.Buckets["b"].Versioning.Get(); v.Status != "Enabled" || !cmp.Equal(l.Taken, []string{"default:Status=Enabled"}) {
		t.Errorf("versioning is %v and %q taken for granted", v, l.Taken)
	}
}

// A property that is left out is the default of a new bucket. Of a bucket that
// was read it is unknown, unless what was read is that default.
func TestLeftOut(t *testing.T) {
	const text = `Resources: { B: { Type: AWS::S3::Bucket, Properties: { BucketName: b } } }`
	a, _ := lay(t, text, stack, nil)
	b := a.Buckets["b"]
	if v, ok := b.Versioning.Get(); !ok || v.Status != "" || b.Policy.State() != fact.None || b.Region != "us-east-1" {
		t.Errorf("a new bucket is %+v", b)
	}
	base := &snapshot.Snapshot{Accounts: map[string]*snapshot.Account{stackAccount: {Buckets: map[string]*snapshot.Bucket{"b": {
		Versioning: fact.Of(snapshot.Versioning{Status: "Enabled"}), Policy: snapshot.NoDocument(),
	}}}}}
	a, _ = lay(t, text, stack, base)
	b = a.Buckets["b"]
	if address, ok := fact.Address(b.Versioning.Why()); !ok || address != "B.Versioning" || b.Policy.State() != fact.None {
		t.Errorf("versioning is %v and the policy %v, want the first unknown and no policy", b.Versioning, b.Policy)
	}
}

// An encryption that does not speak of SSE-C leaves what S3 refuses of a new bucket.
func TestTemplateRefusesCustomerKeys(t *testing.T) {
	const text = `
Resources:
  B:
    Type: AWS::S3::Bucket
    Properties: { BucketName: b, BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: aws:kms } }] } }
`
	for region, want := range map[string]bool{"us-east-1": true, "me-south-1": false} {
		a, _ := lay(t, text, iac.Stack{Account: stackAccount, Parameters: map[string]string{"AWS::Region": region}}, nil)
		e, _ := a.Buckets["b"].ServerSideEncryptionConfiguration.Get()
		if len(e.Rules) != 1 || e.Rules[0].ApplyServerSideEncryptionByDefault.SSEAlgorithm != "aws:kms" {
			t.Fatalf("encryption in %s is %+v", region, e)
		}
		if got := e.Rules[0].BlockedEncryptionTypes != nil; got != want {
			t.Errorf("a new bucket in %s refuses something: %v, want %v", region, got, want)
		}
	}
}

// Whether public buckets are restricted is unknown where a template leaves it out.
func TestTemplateBlocks(t *testing.T) {
	const text = `Resources: { B: { Type: AWS::S3::Bucket, Properties: { BucketName: b, PublicAccessBlockConfiguration: { %s } } } }`
	for flags, want := range map[string]fact.State{
		"BlockPublicAcls: true": fact.NotRead, "RestrictPublicBuckets: true": fact.Known, "RestrictPublicBuckets: false": fact.Known,
	} {
		a, _ := lay(t, fmt.Sprintf(text, flags), stack, nil)
		if got := a.Buckets["b"].PublicAccessBlockConfiguration; got.State() != want {
			t.Errorf("with %s the block is %v, want %v", flags, got, want)
		}
	}
}

// TestEntities reads roles, users and policies in every form.
func TestEntities(t *testing.T) {
	const document = `{ Version: 2012-10-17, Statement: [{ Effect: Allow, Action: s3:ListBucket, Resource: "*" }] }`
	text := strings.ReplaceAll(`
Resources:
  R:
    Type: AWS::IAM::Role
    Properties:
      RoleName: r
      AssumeRolePolicyDocument: DOC
      PermissionsBoundary: !Ref Limit
      ManagedPolicyArns: [!Ref Named, !Ref Made, arn:aws:iam::aws:policy/ReadOnlyAccess]
      Policies: [{ PolicyName: own, PolicyDocument: DOC }]
      Tags: [{ Key: team, Value: a }]
  U: { Type: AWS::IAM::User, Properties: { UserName: u, Groups: [g], Policies: [{ PolicyName: own, PolicyDocument: DOC }] } }
  Named: { Type: AWS::IAM::ManagedPolicy, Properties: { ManagedPolicyName: named, PolicyDocument: DOC, Users: [!Ref U] } }
  Made: { Type: AWS::IAM::ManagedPolicy, Properties: { PolicyDocument: DOC } }
  Limit: { Type: AWS::IAM::ManagedPolicy, Properties: { ManagedPolicyName: limit, PolicyDocument: DOC } }
  P: { Type: AWS::IAM::Policy, Properties: { PolicyName: p, Roles: [!Ref R, elsewhere], PolicyDocument: DOC } }
  Q: { Type: AWS::IAM::RolePolicy, Properties: { RoleName: !Ref R, PolicyName: q, PolicyDocument: DOC } }
  V: { Type: AWS::IAM::UserPolicy, Properties: { UserName: !Ref U, PolicyName: v } }
  A: { Type: AWS::S3::AccessPoint, Properties: { Name: ap, Bucket: b, Policy: DOC } }
  K: { Type: AWS::KMS::Key }
  G: { Type: AWS::IAM::Group }
  I: { Type: AWS::IAM::InstanceProfile }
`, "DOC", document)
	a, l := lay(t, text, stack, nil)
	r := a.Roles["arn:aws:iam::111122223333:role/r"]
	u := a.Users["arn:aws:iam::111122223333:user/u"]
	if r == nil || u == nil {
		t.Fatalf("roles %v, users %v", a.Roles, a.Users)
	}
	limit, _ := r.PermissionsBoundary.Get()
	got := map[string]any{
		"inline": states(r.InlinePolicies), "attached": states(r.AttachedPolicies), "boundary": limit.PermissionsBoundaryARN, "limit": limit.Document.State(),
		"trust": r.AssumeRolePolicyDocument.State(), "user": states(u.InlinePolicies), "user attached": states(u.AttachedPolicies), "groups": u.GroupPolicies.Read(),
		"other": states(a.Roles["arn:aws:iam::111122223333:role/elsewhere"].InlinePolicies),
		"point": a.AccessPoints["arn:aws:s3:us-east-1:111122223333:accesspoint/ap"].Bucket, "left": addresses(l),
	}
	want := map[string]any{
		"inline":   map[string]fact.State{"own": fact.Known, "p": fact.Known, "q": fact.Known},
		"attached": map[string]fact.State{"arn:aws:iam::111122223333:policy/named": fact.Known, "Made": fact.Known, "arn:aws:iam::aws:policy/ReadOnlyAccess": fact.NotRead},
		"boundary": "arn:aws:iam::111122223333:policy/limit", "limit": fact.Known, "trust": fact.Known,
		"user":          map[string]fact.State{"own": fact.Known},
		"user attached": map[string]fact.State{"arn:aws:iam::111122223333:policy/named": fact.Known}, "groups": false,
		"other": map[string]fact.State{"inline policies": fact.NotRead, "p": fact.Known},
		"point": "b", "left": []string{"K", "G"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the template says (-want +got):\n%s", diff)
	}
}

func states(m fact.Value[map[string]snapshot.Document]) map[string]fact.State {
	out := map[string]fact.State{}
	for name, d := range m.Or(nil) {
		out[name] = d.State()
	}
	return out
}

func addresses(l *iac.Layer) []string {
	var out []string
	for _, x := range l.Left {
		out = append(out, x.Address)
	}
	return out
}

// A template takes no time that its size does not explain, however it is written.
func TestTemplateSizes(t *testing.T) {
	doubling := "Resources:\n  A0: { Type: AWS::S3::Bucket, Properties: { BucketName: aaaaaaaa } }\n"
	for i := range 60 {
		doubling += fmt.Sprintf("  A%d: { Type: AWS::S3::Bucket, Properties: { BucketName: !Sub \"${A%d}${A%d}\" } }\n", i+1, i, i)
	}
	splits := "Resources:\n  B: { Type: AWS::S3::Bucket, Properties: { BucketName: b, X: [" +
		strings.Repeat(`!Split ["a", !Ref Long], `, 20_000) + "] } }\nParameters: { Long: { Type: String, AllowedValues: [" + strings.Repeat("a", 200_000) + "] } }\n"
	for _, text := range []string{doubling, splits, `{"Resources": {"B": {"Properties": [` + strings.Repeat(`1,`, 250_000) + `1]}}}`} {
		lay(t, text, stack, nil)
	}
}

// Whatever a template holds, reading it and laying it over a snapshot ends.
func FuzzCloudFormation(f *testing.F) {
	f.Add(file(f, "testdata/templates/replication.yaml"))
	f.Add(file(f, "testdata/templates/replication.json"))
	f.Add("Resources: {B: {Type: 'AWS::S3::Bucket', Condition: C, Properties: {BucketName: !Sub '${P}-${A.Arn}', VersioningConfiguration: !If [C, {Status: Enabled}, !Ref 'AWS::NoValue']}}}\n" +
		"Parameters: {P: {Default: x}}\nConditions: {C: !Or [!Equals [!Ref P, x], !Not [!Condition C]]}\n")
	f.Add(`{"Resources": {"R": {"Type": "AWS::IAM::Role", "Properties": {"RoleName": {"Fn::Join": ["", ["a", {"Ref": "R"}]]}, "Policies": [{"PolicyName": "p"}]}}}}`)
	f.Add("Resources: {P: {Type: 'AWS::IAM::Policy', Properties: {Roles: [a], PolicyDocument: {Statement: []}}}, K: {Type: 'AWS::KMS::Alias', Properties: {TargetKeyId: k}}}")
	s := stack
	s.Defaults = true
	f.Fuzz(func(_ *testing.T, text string) {
		if l, err := iac.CloudFormation("t.yaml", []byte(text), s); err == nil {
			l.Over(l.Over(&snapshot.Snapshot{}))
		}
	})
}
