package iac_test

import (
	"strings"
	"testing"

	"github.com/repligrant/repligrant/iac"
	"github.com/repligrant/repligrant/snapshot"
)

const second = "444455556666"

// wrongAccount lays a plan of account owner over a snapshot in which account
// second has a bucket and a key.
func wrongAccount(t *testing.T, owners map[string]string, base *snapshot.Snapshot, changes ...string) *snapshot.Snapshot {
	t.Helper()
	l, err := iac.Terraform("plan.json", []byte(planText(strings.Join(changes, ","), "")), owner)
	if err != nil {
		t.Fatal(err)
	}
	l.Owners = owners
	return l.Over(base)
}

// What a plan says of a bucket that another account is known to have is said of
// that one, whichever account was given for the plan.
func TestBucketOfOtherAccount(t *testing.T) {
	held := func() *snapshot.Snapshot {
		return &snapshot.Snapshot{Accounts: map[string]*snapshot.Account{
			owner: {}, second: {Buckets: map[string]*snapshot.Bucket{"copy": {Policy: snapshot.ReadDocument(anyDocument), Versioning: enabled}}},
		}}
	}
	suspend := change("aws_s3_bucket_versioning.x", "create", "null", `{"bucket": "copy", "versioning_configuration": [{"status": "Suspended"}]}`, "{}")
	create := change("aws_s3_bucket.x", "create", "null", `{"bucket": "copy"}`, "{}")
	for name, tt := range map[string]struct {
		owners map[string]string
		base   *snapshot.Snapshot
		change string
		want   string // account
	}{
		"the snapshot says it":           {nil, held(), suspend, second},
		"the SPEC says it":               {map[string]string{"copy": second}, &snapshot.Snapshot{}, suspend, second},
		"the snapshot before the SPEC":   {map[string]string{"copy": "777788889999"}, held(), suspend, second},
		"a bucket that is there already": {nil, held(), create, second},
		"nobody says it":                 {nil, &snapshot.Snapshot{}, suspend, owner},
	} {
		t.Run(name, func(t *testing.T) {
			result := wrongAccount(t, tt.owners, tt.base, tt.change)
			for id, a := range result.Accounts {
				if (a.Buckets["copy"] != nil) != (id == tt.want) {
					t.Errorf("account %s has bucket copy: %v; it should be in %s alone", id, a.Buckets["copy"] != nil, tt.want)
				}
			}
			if b := result.Accounts[tt.want].Buckets["copy"]; b == nil || b.Versioning.Or(snapshot.Versioning{}).Status == "Enabled" {
				t.Errorf("the plan changed nothing of the bucket: %+v", b)
			}
		})
	}
}

// A bucket that the plan destroys goes from the account that has it.
func TestBucketOfOtherAccountDestroyed(t *testing.T) {
	base := &snapshot.Snapshot{Accounts: map[string]*snapshot.Account{second: {Buckets: map[string]*snapshot.Bucket{"copy": {}}}}}
	result := wrongAccount(t, nil, base, change("aws_s3_bucket.x", "delete", `{"bucket": "copy"}`, "null", "{}"))
	if b := result.Accounts[second].Buckets["copy"]; b != nil {
		t.Errorf("the bucket that is destroyed is still there: %+v", b)
	}
}

// The policy of a key, named by its ID, is that of the account with that key.
func TestKeyOfOtherAccount(t *testing.T) {
	id := "arn:aws:kms:eu-west-1:" + second + ":key/1234abcd-12ab-34cd-56ef-1234567890ab"
	base := &snapshot.Snapshot{Accounts: map[string]*snapshot.Account{owner: {}, second: {Keys: map[string]*snapshot.Key{id: {}}}}}
	after := `{"key_id": "1234abcd-12ab-34cd-56ef-1234567890ab", "policy": "{\"Version\":\"2012-10-17\",\"Statement\":[]}"}`
	result := wrongAccount(t, nil, base, change("aws_kms_key_policy.x", "create", "null", after, "{}"))
	if k := result.Accounts[second].Keys[id]; !k.Policy.Read() {
		t.Errorf("the planned policy of the key is lost: %v", k.Policy)
	}
}
