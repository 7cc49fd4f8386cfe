package actions_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/repligrant/repligrant/actions"
)

func TestTableIsSorted(t *testing.T) {
	if len(actions.Table) == 0 {
		t.Fatal("the table is empty")
	}
	if !slices.IsSortedFunc(actions.Table, func(a, b actions.Action) int { return strings.Compare(a.Name, b.Name) }) {
		t.Error("the table is not in the order of the alphabet")
	}
}

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
		{"s3:ReplicateObject", "s3:TlsVersion", true},
		{"s3:ReplicateObject", "s3:BucketTag/team", true},
		{"s3:ReplicateObject", "s3:BucketTag/", false},
		{"s3:ReplicateObject", "aws:TagKeys", false},
		{"s3:ReplicateObject", "s3:DataAccessPointArn", false},
		{"s3:PutObject", "s3:DataAccessPointArn", true},
		{"s3:GetObjectVersionTagging", "s3:ExistingObjectTag/class", true},
		{"s3:GetObjectVersionForReplication", "s3:ExistingObjectTag/class", false},
		{"s3:InitiateReplication", "s3:TlsVersion", false},
		{"s3:InitiateReplication", "s3:ResourceAccount", true},
		{"s3:CreateJob", "aws:TagKeys", true},
		{"s3:PutObject", "kms:ViaService", false},
	} {
		a, ok := actions.Find(tc.action)
		if !ok {
			t.Errorf("%s is not in the table", tc.action)
			continue
		}
		if got := a.KnowsKey(tc.key); got != tc.want {
			t.Errorf("%s knows %s: got %t, want %t", tc.action, tc.key, got, tc.want)
		}
	}
}

func TestFindUnknown(t *testing.T) {
	if a, ok := actions.Find("s3:ReplicationTags"); ok {
		t.Errorf("found %s, which does not exist", a.Name)
	}
}
