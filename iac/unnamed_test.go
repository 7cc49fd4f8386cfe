package iac_test

import (
	"strings"
	"testing"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/iac"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/snapshot"
)

const (
	roleMade = "arn:aws:iam::" + owner + ":role/app-replication-abcdefghijkl"
	aKey     = "arn:aws:kms:us-east-1:" + owner + ":key/1234abcd-12ab-34cd-56ef-1234567890ab"
	aPoint   = "arn:aws:s3:us-east-1:" + owner + ":accesspoint/ap"
	madeName = "app-source-abcdefghijkl" // as CloudFormation makes it up
)

// wholly is an account of which everything is read: a role and a bucket that
// people named, and such as CloudFormation names.
func wholly() *snapshot.Snapshot {
	base := held()
	a := base.Accounts[owner]
	document := snapshot.ReadDocument(anyDocument)
	role := func() *snapshot.Role {
		return &snapshot.Role{
			AssumeRolePolicyDocument: document, InlinePolicies: documents("old"), AttachedPolicies: documents(policyP), PermissionsBoundary: fact.Absent[snapshot.Boundary](),
		}
	}
	a.Roles = map[string]*snapshot.Role{roleR: role(), roleMade: role()}
	a.Buckets = map[string]*snapshot.Bucket{}
	for _, name := range []string{"a", madeName} {
		a.Buckets[name] = &snapshot.Bucket{
			Region: "us-east-1", Versioning: enabled, Policy: document, ObjectLockConfiguration: unlocked,
			ReplicationConfiguration: fact.Absent[replication.Configuration](), PublicAccessBlockConfiguration: fact.Absent[snapshot.PublicAccessBlock](),
		}
	}
	a.Keys = map[string]*snapshot.Key{aKey: {
		KeyMetadata: fact.Of(snapshot.Raw{"KeyState": "Enabled", "KeyManager": "CUSTOMER"}), Policy: document, Aliases: fact.Of([]any{map[string]any{"AliasName": "alias/x"}}),
	}}
	a.AccessPoints = map[string]*snapshot.AccessPoint{aPoint: {Bucket: "a", Policy: document}}
	return base
}

// Whatever a template says under a name that nobody knows may be of all that has
// such a name: what it would change there is not known any more.
func TestUnnamed(t *testing.T) {
	const denies = "{ Version: 2012-10-17, Statement: [{ Effect: Deny, Action: '*', Resource: '*' }] }"
	document := func(m fact.Value[map[string]snapshot.Document], name string) snapshot.Document {
		return m.Or(nil)[name]
	}
	for name, tt := range map[string]struct {
		resource string
		known    func(*snapshot.Account) bool
	}{
		"the policy of a bucket": {
			"{ Type: AWS::S3::BucketPolicy, Properties: { Bucket: !ImportValue x, PolicyDocument: D } }",
			func(a *snapshot.Account) bool {
				return a.Buckets["a"].Policy.Read() || a.Buckets[madeName].Policy.Read()
			},
		},
		"the policy of a bucket that code makes": {
			"{ Type: AWS::S3::BucketPolicy, Properties: { Bucket: !GetAtt Code.Bucket, PolicyDocument: D } }",
			func(a *snapshot.Account) bool { return a.Buckets["a"].Policy.Read() },
		},
		"the policy of a bucket that CloudFormation names": {
			"{ Type: AWS::S3::BucketPolicy, Properties: { Bucket: !Ref Source, PolicyDocument: D } }",
			func(a *snapshot.Account) bool {
				return a.Buckets[madeName].Policy.Read() || !a.Buckets["a"].Policy.Read()
			},
		},
		"versioning": {
			"{ Type: AWS::S3::Bucket, Properties: { BucketName: !ImportValue x, VersioningConfiguration: { Status: Suspended } } }",
			func(a *snapshot.Account) bool { return a.Buckets["a"].Versioning.Read() },
		},
		"replication": {
			"{ Type: AWS::S3::Bucket, Properties: { BucketName: !ImportValue x, ReplicationConfiguration: { Role: r, Rules: [] } } }",
			func(a *snapshot.Account) bool { return a.Buckets["a"].ReplicationConfiguration.Read() },
		},
		"the public access block": {
			"{ Type: AWS::S3::Bucket, Properties: { BucketName: !ImportValue x, PublicAccessBlockConfiguration: { RestrictPublicBuckets: true } } }",
			func(a *snapshot.Account) bool { return a.Buckets["a"].PublicAccessBlockConfiguration.Read() },
		},
		"a trust policy": {
			"{ Type: AWS::IAM::Role, Properties: { RoleName: !ImportValue x, AssumeRolePolicyDocument: D } }",
			func(a *snapshot.Account) bool { return a.Roles[roleR].AssumeRolePolicyDocument.Read() },
		},
		"a role at another path": {
			"{ Type: AWS::IAM::Role, Properties: { RoleName: r, Path: /p/, AssumeRolePolicyDocument: D } }",
			func(a *snapshot.Account) bool {
				return a.Roles[roleR].AssumeRolePolicyDocument.Read() || !a.Roles[roleMade].AssumeRolePolicyDocument.Read()
			},
		},
		"a role that CloudFormation names": {
			"{ Type: AWS::IAM::Role, Properties: { AssumeRolePolicyDocument: D, PermissionsBoundary: b } }",
			func(a *snapshot.Account) bool {
				return a.Roles[roleMade].AssumeRolePolicyDocument.Read() || a.Roles[roleMade].PermissionsBoundary.Read() || !a.Roles[roleR].AssumeRolePolicyDocument.Read()
			},
		},
		"all that a role has": {
			"{ Type: AWS::IAM::Role, Properties: !If [Unknown, { RoleName: r }, {}] }",
			func(a *snapshot.Account) bool { return a.Roles[roleR].AssumeRolePolicyDocument.Read() },
		},
		"a policy within a role": {
			"{ Type: AWS::IAM::Role, Properties: { RoleName: !ImportValue x, Policies: [{ PolicyName: n, PolicyDocument: D }] } }",
			func(a *snapshot.Account) bool { return len(a.Roles[roleR].InlinePolicies.Or(nil)) == 1 },
		},
		"a policy within a user": {
			"{ Type: AWS::IAM::User, Properties: { UserName: !ImportValue x, Policies: [{ PolicyName: n, PolicyDocument: D }], Groups: [g] } }",
			func(a *snapshot.Account) bool {
				return len(a.Users[userU].InlinePolicies.Or(nil)) == 1 || a.Users[userU].GroupPolicies.Read()
			},
		},
		"a managed policy": {
			"{ Type: AWS::IAM::ManagedPolicy, Properties: { ManagedPolicyName: !ImportValue x, PolicyDocument: D } }",
			func(a *snapshot.Account) bool { return document(a.Roles[roleR].AttachedPolicies, policyP).Read() },
		},
		"the policy of a role that CloudFormation names": {
			"{ Type: AWS::IAM::RolePolicy, Properties: { RoleName: !Ref Replication, PolicyName: n, PolicyDocument: D } }",
			func(a *snapshot.Account) bool {
				return len(a.Roles[roleMade].InlinePolicies.Or(nil)) == 1 || len(a.Roles[roleR].InlinePolicies.Or(nil)) > 1
			},
		},
		"the policy of a user that code makes": {
			"{ Type: AWS::IAM::UserPolicy, Properties: { UserName: !GetAtt Code.User, PolicyName: n, PolicyDocument: D } }",
			func(a *snapshot.Account) bool { return len(a.Users[userU].InlinePolicies.Or(nil)) == 1 },
		},
		"a policy of roles that code makes": {
			"{ Type: AWS::IAM::Policy, Properties: { Roles: [!GetAtt Code.Role], PolicyName: n, PolicyDocument: D } }",
			func(a *snapshot.Account) bool { return len(a.Roles[roleR].InlinePolicies.Or(nil)) == 1 },
		},
		"a key": {
			"{ Type: AWS::KMS::Key, Properties: { Enabled: false, KeyPolicy: D } }",
			func(a *snapshot.Account) bool { return a.Keys[aKey].Policy.Read() || a.Keys[aKey].KeyMetadata.Read() },
		},
		"the key of an alias": {
			"{ Type: AWS::KMS::Alias, Properties: { AliasName: alias/x, TargetKeyId: !ImportValue x } }",
			func(a *snapshot.Account) bool { return a.Keys[aKey].Aliases.Read() },
		},
		"an alias": {
			"{ Type: AWS::KMS::Alias, Properties: { AliasName: !ImportValue x, TargetKeyId: k } }",
			func(a *snapshot.Account) bool { return a.Keys[aKey].Aliases.Read() },
		},
		"an alias of a key that nobody has read": {
			"{ Type: AWS::KMS::Alias, Properties: { AliasName: alias/x, TargetKeyId: k } }",
			func(a *snapshot.Account) bool { return len(a.Keys[aKey].Aliases.Or(nil)) > 0 },
		},
		"an access point": {
			"{ Type: AWS::S3::AccessPoint, Properties: { Name: !ImportValue x, Bucket: a, Policy: D } }",
			func(a *snapshot.Account) bool { return a.AccessPoints[aPoint].Policy.Read() },
		},
	} {
		t.Run(name, func(t *testing.T) {
			text := "Resources:\n  Code: { Type: AWS::SSM::Parameter }\n  ReplicationRole: " + strings.ReplaceAll(tt.resource, "Document: D", "Document: "+denies) + "\n"
			text = strings.ReplaceAll(text, "Policy: D", "Policy: "+denies)
			if strings.Contains(text, "!Ref Source") {
				text += "  Source: { Type: AWS::S3::Bucket }\n"
			}
			if strings.Contains(text, "!Ref Replication,") {
				text += "  Replication: { Type: AWS::IAM::Role, Properties: { AssumeRolePolicyDocument: " + anyDocument + " } }\n"
			}
			a, l := lay(t, text, stack, wholly())
			if tt.known(a) {
				t.Errorf("what %s changes is taken to be known; left: %v", name, addresses(l))
			}
		})
	}
}

// So it is with a plan, where what a resource is about is known only after apply.
func TestUnnamedInPlan(t *testing.T) {
	for kind, tt := range map[string]struct {
		attribute, after string
		known            func(*snapshot.Account) bool
	}{
		"aws_s3_bucket_policy":     {"bucket", `"policy": ` + denyAll, func(a *snapshot.Account) bool { return a.Buckets["a"].Policy.Read() }},
		"aws_s3_bucket_versioning": {"bucket", `"versioning_configuration": [{"status": "Suspended"}]`, func(a *snapshot.Account) bool { return a.Buckets["a"].Versioning.Read() }},
		"aws_s3_bucket_replication_configuration": {"bucket", `"role": "r", "rule": []`, func(a *snapshot.Account) bool {
			return a.Buckets["a"].ReplicationConfiguration.Read()
		}},
		"aws_s3_bucket_public_access_block": {"bucket", `"restrict_public_buckets": true`, func(a *snapshot.Account) bool {
			return a.Buckets["a"].PublicAccessBlockConfiguration.Read()
		}},
		"aws_s3_bucket_object_lock_configuration": {"bucket", `"rule": []`, func(a *snapshot.Account) bool { return a.Buckets["a"].ObjectLockConfiguration.Read() }},
		"aws_kms_key_policy":                      {"key_id", `"policy": ` + denyAll, func(a *snapshot.Account) bool { return a.Keys[aKey].Policy.Read() }},
		"aws_kms_alias":                           {"target_key_arn", `"name": "alias/x"`, func(a *snapshot.Account) bool { return a.Keys[aKey].Aliases.Read() }},
		"aws_s3control_access_point_policy":       {"access_point_arn", `"policy": ` + denyAll, func(a *snapshot.Account) bool { return a.AccessPoints[aPoint].Policy.Read() }},
	} {
		t.Run(kind, func(t *testing.T) {
			l, err := iac.Terraform("plan.json", []byte(planText(change(kind+".x", "create", "null", "{"+tt.after+"}", `{"`+tt.attribute+`": true}`), "")), owner)
			if err != nil {
				t.Fatal(err)
			}
			if a := l.Over(wholly()).Accounts[owner]; tt.known(a) || len(l.Left) != 1 {
				t.Errorf("what %s changes is taken to be known; left: %v", kind, addresses(l))
			}
		})
	}
}

// The partition of a stack is that of what its account holds: without it, no
// template could speak of a role that is there.
func TestPartition(t *testing.T) {
	const text = "Resources: { R: { Type: AWS::IAM::Role, Properties: { RoleName: r, AssumeRolePolicyDocument: {} } } }"
	for name, tt := range map[string]struct {
		held *snapshot.Account
		want string // the role that the template changes, "" if none
	}{
		"a role":               {&snapshot.Account{Roles: map[string]*snapshot.Role{"arn:aws-cn:iam::" + owner + ":role/other": {}}}, "arn:aws-cn:iam::" + owner + ":role/r"},
		"a key":                {&snapshot.Account{Keys: map[string]*snapshot.Key{aKey: {}}}, roleR},
		"the Region of bucket": {&snapshot.Account{Buckets: map[string]*snapshot.Bucket{"b": {Region: "us-gov-west-1"}}}, "arn:aws-us-gov:iam::" + owner + ":role/r"},
		"the role of a bucket": {&snapshot.Account{Buckets: map[string]*snapshot.Bucket{"b": {ReplicationConfiguration: fact.Of(replication.Configuration{Role: roleR})}}}, roleR},
		"nothing":              {&snapshot.Account{}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			base := &snapshot.Snapshot{Accounts: map[string]*snapshot.Account{owner: tt.held}}
			base.Accounts[owner].Listed = []string{"roles"}
			read, err := iac.CloudFormation("t.yaml", []byte(text), iac.Stack{Account: owner})
			if err != nil {
				t.Fatal(err)
			}
			l := read.In(base)
			a := l.Over(base).Accounts[owner]
			if tt.want == "" {
				if len(l.Left) != 1 || len(a.Listed) != 0 {
					t.Errorf("left: %v, and the account lists all its %v: nobody knows the role's ARN", addresses(l), a.Listed)
				}
				return
			}
			if a.Roles[tt.want] == nil || len(l.Left) != 0 {
				t.Errorf("the roles are %v, want %s among them; left: %v", a.Roles, tt.want, addresses(l))
			}
		})
	}
}

// What nobody has read of a bucket that is there, a template that says nothing
// of it tells nobody either.
func TestUnreadStays(t *testing.T) {
	base := &snapshot.Snapshot{Accounts: map[string]*snapshot.Account{owner: {Buckets: map[string]*snapshot.Bucket{"b": {
		Versioning: enabled, Policy: snapshot.UnreadDocument("AccessDenied"),
	}}}}}
	a, _ := lay(t, "Resources: { B: { Type: AWS::S3::Bucket, Properties: { BucketName: b } } }", stack, base)
	if p := a.Buckets["b"].Policy; p.Read() {
		t.Errorf("the policy that nobody may read is %v", p)
	}
	const maybe = "Conditions: { C: !Equals [!ImportValue x, y] }\nResources: { B: { Type: AWS::S3::Bucket, Condition: C, Properties: { BucketName: b } }, R: { Type: AWS::IAM::Role, Condition: C, Properties: { RoleName: r } } }"
	a, _ = lay(t, maybe, stack, nil)
	if p, r := a.Buckets["b"].Policy, a.Roles[roleR]; p.Read() || r.InlinePolicies.Read() {
		t.Errorf("of a bucket and a role that are perhaps made here, the policies are %v and %v", p, r.InlinePolicies)
	}
}
