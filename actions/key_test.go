package actions_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/repligrant/repligrant/actions"
)

// The case that started this package: s3:prefix is a key of list requests and
// of nothing else, so a statement about s3:PutObject cannot use it.
func TestKnowsKey(t *testing.T) {
	for _, tc := range []struct {
		action, key string
		want        bool
	}{
		{"s3:PutObject", "s3:prefix", false},
		{"s3:ListBucket", "s3:prefix", true},
		{"s3:listbucket", "S3:Prefix", true},
		{"s3:PutObject", "s3:x-amz-acl", true},
		{"s3:ReplicateObject", "s3:x-amz-acl", false},
		{"s3:ReplicateObject", "s3:x-amz-server-side-encryption", true},
		{"s3:ReplicateObject", "aws:SecureTransport", true},
		{"s3:ReplicateObject", "aws:NewerThanTheCatalogue", true},
		{"s3:ReplicateObject", "s3:TlsVersion", true},
		{"s3:ReplicateObject", "s3:BucketTag/team", true},
		{"s3:ReplicateObject", "s3:BucketTag/", false},
		{"s3:ReplicateObject", "s3:BucketTag", false},
		{"s3:ReplicateObject", "aws:ResourceTag/team", true},
		{"s3:ReplicateObject", "aws:RequestTag/team", false},
		{"s3:ReplicateObject", "aws:TagKeys", false},
		{"s3:ReplicateObject", "s3:DataAccessPointArn", false},
		{"s3:PutObject", "s3:DataAccessPointArn", true},
		{"s3:ListBucketMultipartUploads", "s3:DataAccessPointArn", true},
		{"s3:GetObjectVersionTagging", "s3:ExistingObjectTag/class", true},
		{"s3:GetObjectVersionForReplication", "s3:ExistingObjectTag/class", false},
		{"s3:InitiateReplication", "s3:TlsVersion", false},
		{"s3:InitiateReplication", "s3:ResourceAccount", true},
		{"s3:InitiateReplication", "aws:PrincipalArn", true},
		{"s3:CreateJob", "aws:TagKeys", true},
		{"s3:CreateJob", "aws:RequestTag/team", true},
		{"s3:ListAllMyBuckets", "aws:ResourceTag/team", false},
		{"s3:PutObject", "kms:ViaService", false},
		{"s3:PutObject", "sts:ExternalId", false},
		{"s3:PutObject", "ec2:SourceInstanceArn", true},
		{"s3:PutObject", "ec2:InstanceType", false},
		{"kms:Decrypt", "kms:EncryptionContext:aws:s3:arn", true},
		{"kms:Decrypt", "KMS:encryptioncontext:AWS:S3:ARN", true},
		{"kms:Decrypt", "kms:EncryptionContext:", false},
		{"kms:Decrypt", "kms:ViaService", true},
		{"kms:Decrypt", "kms:ResourceAliases", true},
		{"kms:Decrypt", "kms:GrantOperations", false},
		{"kms:CreateGrant", "kms:GrantIsForAWSResource", true},
		{"kms:CreateKey", "kms:KeySpec", true},
		{"kms:CreateKey", "kms:CustomerMasterKeySpec", true},
		{"kms:Decrypt", "kms:CustomerMasterKeyUsage", true},
		{"kms:Decrypt", "s3:prefix", false},
		{"iam:PassRole", "iam:PassedToService", true},
		{"iam:PassRole", "iam:ResourceTag/team", true},
		{"iam:GetRole", "iam:PassedToService", false},
		{"sts:AssumeRole", "sts:ExternalId", true},
		{"sts:AssumeRole", "saml:aud", false},
		{"sts:AssumeRole", "saml:sub", true},
		{"sts:AssumeRoleWithSAML", "saml:aud", true},
		{"sts:AssumeRoleWithWebIdentity", "token.actions.githubusercontent.com:sub", true},
		{"sts:AssumeRoleWithWebIdentity", "oidc.eks.eu-west-1.amazonaws.com/id/0123ABCD:aud", true},
		{"s3:GetObject", "cognito-identity.amazonaws.com:sub", true},
	} {
		a, ok := actions.Find(tc.action)
		if !ok {
			t.Errorf("%s is not in the catalogue", tc.action)
			continue
		}
		if got := a.KnowsKey(tc.key); got != tc.want {
			t.Errorf("%s knows %s: got %t, want %t", tc.action, tc.key, got, tc.want)
		}
	}
}

func TestKeyType(t *testing.T) {
	for _, tc := range []struct {
		key  string
		want actions.Type
		many bool
	}{
		{"aws:PrincipalArn", actions.TypeARN, false},
		{"AWS:principalARN", actions.TypeARN, false},
		{"aws:PrincipalTag/team", actions.TypeString, false},
		{"aws:PrincipalTag/*", actions.TypeString, false},
		{"aws:TagKeys", actions.TypeArrayOfString, true},
		{"aws:RequestTag/team", actions.TypeString, false},
		{"aws:PrincipalOrgPaths", actions.TypeArrayOfString, true},
		{"aws:CalledVia", actions.TypeArrayOfString, true},
		{"aws:SecureTransport", actions.TypeBool, false},
		{"aws:SourceIp", actions.TypeIPAddress, false},
		{"aws:MultiFactorAuthAge", actions.TypeNumeric, false},
		{"aws:CurrentTime", actions.TypeDate, false},
		{"s3:RequestObjectTagKeys", actions.TypeArrayOfString, true},
		{"s3:ExistingObjectTag/class", actions.TypeString, false},
		{"s3:max-keys", actions.TypeNumeric, false},
		{"s3:TlsVersion", actions.TypeNumeric, false},
		{"s3:object-lock-retain-until-date", actions.TypeDate, false},
		{"kms:EncryptionContext:aws:s3:arn", actions.TypeString, false},
		{"kms:EncryptionContextKeys", actions.TypeArrayOfString, true},
		{"kms:GrantIsForAWSResource", actions.TypeBool, false},
		{"kms:CustomerMasterKeySpec", actions.TypeString, false},
		{"sts:RequestContextProviders", actions.TypeArrayOfARN, true},
		{"iam:PolicyARN", actions.TypeARN, false},
		{"token.actions.example.ghe.com:actor_id", actions.TypeString, false},
		{"ec2:SourceInstanceArn", actions.TypeARN, false},
	} {
		got, ok := actions.KeyType(tc.key)
		if !ok || got != tc.want || got.Multivalued() != tc.many {
			t.Errorf("%s: got type %q, multivalued %t, known %t; want %q, %t", tc.key, got, got.Multivalued(), ok, tc.want, tc.many)
		}
	}
}

func TestKeyTypeUnknown(t *testing.T) {
	for _, key := range []string{
		"aws:NoSuchKey", "aws:PrincipalTag/", "aws:PrincipalTag", "s3:ExistingObjectTag/", "ec2:InstanceType",
		"oidc.example.com:sub", "prefix", "", "*", ":",
	} {
		if got, ok := actions.KeyType(key); ok {
			t.Errorf("%q: got type %q, want none", key, got)
		}
	}
}

func TestElement(t *testing.T) {
	for many, want := range map[actions.Type]actions.Type{
		actions.TypeArrayOfString: actions.TypeString, actions.TypeArrayOfARN: actions.TypeARN, actions.TypeBool: actions.TypeBool,
	} {
		if got := many.Element(); got != want {
			t.Errorf("one value of %s: got %s, want %s", many, got, want)
		}
	}
}

// Every key that an action or a resource type lists has a type.
func TestEachListedKeyHasAType(t *testing.T) {
	listed := map[string]bool{}
	for a := range actions.All() {
		for _, k := range a.Keys {
			listed[k] = true
			if name := strings.ReplaceAll(k, "*", "x"); !a.KnowsKey(name) || !a.KnowsKey(strings.ToUpper(name)) {
				t.Errorf("%s does not know its key %s", a.Name, name)
			}
		}
	}
	for r := range actions.Types() {
		for _, k := range r.Keys {
			listed[k] = true
		}
	}
	if len(listed) < 250 {
		t.Errorf("only %d keys are listed", len(listed))
	}
	for k := range listed {
		if _, ok := actions.KeyType(strings.ReplaceAll(k, "*", "x")); !ok {
			t.Errorf("%s has no type", k)
		}
	}
}

func TestKeys(t *testing.T) {
	types := []actions.Type{
		actions.TypeString, actions.TypeARN, actions.TypeBool, actions.TypeDate, actions.TypeIPAddress, actions.TypeNumeric,
		actions.TypeArrayOfARN, actions.TypeArrayOfString,
	}
	count, last := 0, ""
	for k, kind := range actions.Keys() {
		if k <= last || k != strings.ToLower(k) || strings.Count(k, "*") > 1 {
			t.Errorf("%q stands after %q", k, last)
		}
		if !slices.Contains(types, kind) {
			t.Errorf("%s has the type %q, which nobody knows", k, kind)
		}
		count, last = count+1, k
	}
	if count < 330 {
		t.Errorf("only %d keys", count)
	}
	for k := range actions.Keys() {
		if k == "" {
			t.Error("a key has no name")
		}
		break // an iterator has to bear this
	}
}
