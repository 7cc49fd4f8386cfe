package collect_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/collect"
	"github.com/repligrant/repligrant/collect/fakeaws"
	"github.com/repligrant/repligrant/fact"
)

// replace returns a fault that changes the proper answer.
func replace(old, text string) fakeaws.Fault {
	return fakeaws.Fault{Rewrite: func(proper string) string { return strings.ReplaceAll(proper, old, text) }}
}

// A Region becomes part of a host name. What S3 names as one and is none is not
// believed: S3 is asked where the bucket is, which it also says in a header.
func TestHostileRegionOfAList(t *testing.T) {
	for _, hostile := range []string{"evil.example/", "evil.example#", "us-east-1.evil.example", "us-east-1@evil.example:80", "US-EAST-1", "../x", "&#10;"} {
		held := hold(t, `{"111122223333": {"buckets": {"acme-src": {"Region": "eu-west-1", "ReplicationConfiguration": null}}}}`)
		fake := serve(t, held, fakeaws.Options{Fault: only("ListBuckets", replace("eu-west-1", hostile))})
		a := account(fake, source)
		a.AllBuckets = true
		got := mustCollect(t, []collect.Account{a}, fast()).Accounts[source]
		b := got.Buckets["acme-src"]
		if b == nil || b.Region != "eu-west-1" || b.ReplicationConfiguration.State() != fact.None {
			t.Errorf("Region %q: got bucket %+v, want it read in eu-west-1", hostile, b)
		}
	}
}

// A Region in the header of a redirect is not believed either.
func TestHostileRegionOfARedirect(t *testing.T) {
	for _, hostile := range []string{"evil.example/", "eu-west-1.evil.example", "eu_west"} {
		fault := fakeaws.Fault{Status: 301, Code: "PermanentRedirect", Header: map[string]string{"X-Amz-Bucket-Region": hostile}}
		fake := serve(t, hold(t, `{"111122223333": {"buckets": {"acme-src": {}}}}`), fakeaws.Options{Fault: only("GetBucketVersioning", fault)})
		a := account(fake, source)
		a.Buckets = []collect.Bucket{{Name: "acme-src"}}
		b := mustCollect(t, []collect.Account{a}, fast()).Accounts[source].Buckets["acme-src"]
		if why := b.Versioning.Why(); why != "PermanentRedirect" || b.Region != "" {
			t.Errorf("Region %q: got %q in %q, want PermanentRedirect in an unknown one", hostile, why, b.Region)
		}
	}
}

// A name in a list becomes the path of a request. A list that names something
// else is not complete, and what else it names is read.
func TestHostileNameInAList(t *testing.T) {
	for _, hostile := range []string{"acme/../other", "acme?policy", "", "a", "arn:aws:s3:us-east-1:1:accesspoint/x"} {
		held := hold(t, `{"111122223333": {"buckets": {"acme-one": {"ReplicationConfiguration": null}, "acme-two": {"ReplicationConfiguration": null}}}}`)
		fake := serve(t, held, fakeaws.Options{Fault: only("ListBuckets", replace("acme-one", hostile))})
		a := account(fake, source)
		a.AllBuckets = true
		got := mustCollect(t, []collect.Account{a}, fast()).Accounts[source]
		if diff := cmp.Diff([]string{"acme-two"}, slices.Sorted(maps.Keys(got.Buckets))); diff != "" {
			t.Errorf("name %q: buckets differ (-want +got):\n%s", hostile, diff)
		}
		if got.Lists("buckets") || got.Errors["ListBuckets"] != "BrokenAnswer" {
			t.Errorf("name %q: Listed %v, Errors %v; want the list to be broken", hostile, got.Listed, got.Errors)
		}
	}
}

// The account that STS names becomes part of the host of S3 Control.
func TestHostileAccount(t *testing.T) {
	for _, hostile := range []string{"evil.example/", "11112222333", "1111222233334", ""} {
		fake := serve(t, hold(t, `{"111122223333": {}}`), fakeaws.Options{Fault: only("GetCallerIdentity", replace("<Account>111122223333", "<Account>"+hostile))})
		a := account(fake, source)
		a.ID = ""
		_, err := collect.Snapshot(t.Context(), []collect.Account{a}, fast())
		if want := "enter the account of the default credentials: GetCallerIdentity: BrokenAnswer"; err == nil || err.Error() != want {
			t.Errorf("account %q: got %v, want %s", hostile, err, want)
		}
	}
}

// An answer about another role is none about the one that was asked for, which
// is not missing because of it.
func TestHostileRole(t *testing.T) {
	const wanted = "arn:aws:iam::111122223333:role/repl"
	for _, hostile := range []string{
		"", "repl", "arn:aws:iam::444455556666:role/repl", "arn:aws:iam::111122223333:role/other", "arn:aws:iam::111122223333:user/repl",
		"arn:aws:iam::111122223333:role/repl/evil", "arn:aws:s3:::repl",
	} {
		held := hold(t, `{"111122223333": {"roles": {"`+wanted+`": {"AssumeRolePolicyDocument": {"Statement": []}, "InlinePolicies": {}, "AttachedPolicies": {}}}}}`)
		fake := serve(t, held, fakeaws.Options{Fault: only("GetRole", replace("<Arn>"+wanted, "<Arn>"+hostile))})
		a := account(fake, source)
		a.Roles = []string{wanted}
		got := mustCollect(t, []collect.Account{a}, fast())
		if diff := cmp.Diff([]string{source + " " + wanted}, entries(got)); diff != "" {
			t.Errorf("role %q: entries differ (-want +got):\n%s", hostile, diff)
			continue
		}
		if why := got.Accounts[source].Roles[wanted].AssumeRolePolicyDocument.Why(); why != "BrokenAnswer" {
			t.Errorf("role %q: got reason %q, want BrokenAnswer", hostile, why)
		}
	}
}

// The key of an alias becomes part of an ARN, and so does what an access point is
// called of a path.
func TestHostileReferences(t *testing.T) {
	held := hold(t, `{"111122223333": {
		"buckets": {"acme-src": {"Region": "us-east-1", "ReplicationConfiguration": null,
			"ServerSideEncryptionConfiguration": {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "alias/orders"}}]},
			"Policy": {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*", "Condition": {"StringEquals": {"s3:DataAccessPointAccount": "111122223333"}}}]}}},
		"accessPoints": {"arn:aws:s3:us-east-1:111122223333:accesspoint/acme-point": {"Bucket": "acme-src", "Policy": null}},
		"keys": {"arn:aws:kms:us-east-1:111122223333:key/k1": {"Aliases": ["alias/orders"], "KeyMetadata": {"KeyState": "Enabled"}, "Grants": [], "Policy": {"Statement": []}}}}}`)
	faults := map[string]fakeaws.Fault{
		"ListAliases":      replace(`"TargetKeyId":"k1"`, `"TargetKeyId":"x/../k1 \u001b[31m"`),
		"ListAccessPoints": replace("accesspoint/acme-point", "accesspoint/../../acme-src"),
	}
	fake := serve(t, held, fakeaws.Options{Fault: func(c fakeaws.Call) *fakeaws.Fault {
		fault, ok := faults[c.Operation]
		if !ok {
			return nil
		}
		return &fault
	}})
	a := account(fake, source)
	a.Buckets = []collect.Bucket{{Name: "acme-src"}}
	got := mustCollect(t, []collect.Account{a}, fast()).Accounts[source]
	if len(got.Keys) != 0 || len(got.AccessPoints) != 0 {
		t.Errorf("got keys %v and access points %v, want none", got.Keys, got.AccessPoints)
	}
	if why := got.Errors["ListAccessPoints"]; why != "BrokenAnswer" {
		t.Errorf("the list of access points has reason %q, want BrokenAnswer", why)
	}
	for operation := range faults {
		if !slices.ContainsFunc(fake.Calls(), func(c fakeaws.Call) bool { return c.Operation == operation }) {
			t.Errorf("%s was not called", operation)
		}
	}
}

// An answer about another key is none about the one that was asked for.
func TestHostileKey(t *testing.T) {
	const wanted = "arn:aws:kms:us-east-1:111122223333:key/k1"
	for _, hostile := range []string{"arn:aws:kms:us-east-1:111122223333:key/k2", "arn:aws:kms:us-east-1:444455556666:key/k1", "k1", "arn:aws:kms:eu-west-1:111122223333:key/k1"} {
		held := hold(t, `{"111122223333": {"keys": {"`+wanted+`": {"KeyMetadata": {"Arn": "`+wanted+`", "KeyState": "Enabled"}, "Grants": [], "Aliases": [], "Policy": {"Statement": []}}}}}`)
		fake := serve(t, held, fakeaws.Options{Fault: only("DescribeKey", replace(`"Arn":"`+wanted, `"Arn":"`+hostile))})
		a := account(fake, source)
		a.Keys = []string{wanted}
		key := mustCollect(t, []collect.Account{a}, fast()).Accounts[source].Keys[wanted]
		if key == nil || key.KeyMetadata.Why() != "BrokenAnswer" {
			t.Errorf("key %q: got %+v, want its state unread for BrokenAnswer", hostile, key)
		}
	}
}

// Managed policies are read once for all accounts. What one account says of the
// policy of another, whose roles may have it, is not asked for.
func TestHostilePolicyOfAnother(t *testing.T) {
	const (
		evil    = "arn:aws:iam::111122223333:role/evil"
		good    = "arn:aws:iam::444455556666:role/good"
		shared  = "arn:aws:iam::444455556666:policy/shared"
		nothing = `{"Version": "2012-10-17", "Statement": []}`
		role    = `{"AssumeRolePolicyDocument": ` + nothing + `, "InlinePolicies": {}, "PermissionsBoundary": null, "AttachedPolicies": {"` + shared + `": ` + nothing + `}}`
	)
	held := hold(t, `{"111122223333": {"roles": {"`+evil+`": `+role+`}}, "444455556666": {"roles": {"`+good+`": `+role+`}}}`)
	fake := serve(t, held, fakeaws.Options{})
	first, second := account(fake, source), account(fake, destination)
	first.Roles, second.Roles = []string{evil}, []string{good}
	got := mustCollect(t, []collect.Account{first, second}, fast())
	if why := got.Accounts[source].Roles[evil].AttachedPolicies.Or(nil)[shared].Why(); why != "BrokenAnswer" {
		t.Errorf("the policy of another account has reason %q, want BrokenAnswer", why)
	}
	if own := got.Accounts[destination].Roles[good].AttachedPolicies.Or(nil)[shared]; !own.Read() {
		t.Errorf("the account's own policy is unread: %s", own.Why())
	}
	for _, c := range fake.Calls() {
		if c.Resource == shared && c.Account != destination {
			t.Errorf("%s of it was asked of account %s", c.Operation, c.Account)
		}
	}
}

// An access point of another bucket is none of the one that was asked for.
func TestHostilePoint(t *testing.T) {
	held := hold(t, `{"111122223333": {
		"buckets": {"acme-src": {"Region": "us-east-1", "ReplicationConfiguration": null,
			"Policy": {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*", "Condition": {"StringEquals": {"s3:DataAccessPointAccount": "111122223333"}}}]}}},
		"accessPoints": {"arn:aws:s3:us-east-1:111122223333:accesspoint/acme-point": {"Bucket": "acme-src", "Policy": null}}}}`)
	fake := serve(t, held, fakeaws.Options{Fault: only("ListAccessPoints", replace("<Bucket>acme-src", "<Bucket>acme-other"))})
	a := account(fake, source)
	a.Buckets = []collect.Bucket{{Name: "acme-src"}}
	got := mustCollect(t, []collect.Account{a}, fast()).Accounts[source]
	if why := got.Errors["ListAccessPoints"]; why != "BrokenAnswer" || len(got.AccessPoints) > 0 {
		t.Errorf("the list has reason %q, and access points %v; want BrokenAnswer and none", why, got.AccessPoints)
	}
}
