package replication_test

import (
	"reflect"
	"testing"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
)

const (
	caller     = "arn:aws:iam::111122223333:role/service-role/r"
	accessARN  = "arn:aws:s3:us-east-1:444455556666:accesspoint/up"
	anyAddress = "203.0.113.0/24"
)

// TestContext checks what is known of the condition keys of a request.
func TestContext(t *testing.T) {
	org := fact.Of(replication.Organization{ID: "o-a", Path: "o-a/r-b/ou-c/"})
	replica := replication.Call{Action: "s3:ReplicateObject", Caller: caller, Account: "111122223333", ResourceAccount: "444455556666", Organization: org}
	list := replica
	list.Action, list.Tags = "s3:ListBucket", fact.Of([]replication.Tag{{Key: "Team", Value: "x"}})
	user := replication.Call{
		Action: "s3:PutObject", Caller: "arn:aws:iam::111122223333:user/path/up", Account: "111122223333", Human: true,
		SourceIPs: []string{anyAddress}, AccessPoint: accessARN, Organization: fact.Absent[replication.Organization](),
	}
	person := user
	person.Caller, person.SourceIPs, person.AccessPoint, person.UniqueID = caller, nil, "", "AROAEXAMPLE"
	tests := []struct {
		name string
		call replication.Call
		key  string
		want policy.Domain
	}{
		{"the role, with its path", replica, "aws:principalarn", policy.Exactly(caller)},
		{"who owns the resource", replica, "aws:resourceaccount", policy.Exactly("444455556666")},
		{"a Region nobody knows", replica, "aws:requestedregion", policy.Like("*")},
		{"S3 is the role here", replica, "aws:principalisawsservice", policy.Exactly("false")},
		{"an address of AWS or none", replica, "aws:sourceip", policy.OneOf(policy.Absent(), policy.OutsideRanges())},
		{"TLS or nothing said", replica, "aws:securetransport", policy.OneOf(policy.Exactly("true"), policy.Absent())},
		{"no MFA", replica, "aws:multifactorauthpresent", policy.OneOf(policy.Exactly("false"), policy.Absent())},
		{"the session's ID", replica, "aws:userid", policy.Like("*:*")},
		{"no user name", replica, "aws:username", policy.Absent()},
		{"no VPC endpoint", replica, "aws:sourcevpce", policy.Absent()},
		{"no access point", list, "s3:dataaccesspointarn", policy.Absent()},
		{"the organization", replica, "aws:principalorgid", policy.Exactly("o-a")},
		{"an organization nobody read", replica, "aws:resourceorgid", policy.Anything()},
		{"tags nobody read", replica, "aws:principaltag/team", policy.Anything()},
		{"tags compare without case", list, "aws:principaltag/team", policy.Exactly("x")},
		{"a tag the role lacks", list, "aws:principaltag/cost", policy.Absent()},
		{"a key of another action", replica, "s3:prefix", policy.Absent()},
		{"a key nobody knows the value of", list, "s3:prefix", policy.Anything()},
		{"any set of keys", list, "aws:tagkeys", policy.Absent()},
		{"the user's name", user, "aws:username", policy.Exactly("up")},
		{"each listed address", user, "aws:sourceip", policy.EveryAddress("203.0.113.0/24")},
		{"its access point", user, "s3:dataaccesspointarn", policy.Exactly(accessARN)},
		{"the owner of the access point", user, "s3:dataaccesspointaccount", policy.Exactly("444455556666")},
		{"in no organization", user, "aws:principalorgid", policy.Absent()},
		{"any address", person, "aws:sourceip", policy.Anything()},
		{"straight to the bucket", person, "s3:dataaccesspointarn", policy.Absent()},
		{"a session of the role", person, "aws:userid", policy.Like("AROAEXAMPLE:*")},
	}
	for _, tt := range tests {
		if got := domain(tt.call.Context(), tt.key); !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s: %s is %v, want %v", tt.name, tt.key, got, tt.want)
		}
	}
}

func domain(c policy.Context, key string) policy.Domain {
	if d, ok := c.Keys[key]; ok {
		return d
	}
	return c.Rest(key)
}

// TestTrustContext checks what S3 may send when it assumes a role: no page says
// that it names the account and the bucket, nor that it does not.
func TestTrustContext(t *testing.T) {
	c := replication.TrustContext(replication.S3Service, "111122223333", "arn:aws:s3:::acme")
	tests := map[string]policy.Domain{
		"aws:principalservicename": policy.Exactly("s3.amazonaws.com"),
		"aws:sourceaccount":        policy.OneOf(policy.Absent(), policy.Exactly("111122223333")),
		"aws:sourcearn":            policy.OneOf(policy.Absent(), policy.Exactly("arn:aws:s3:::acme")),
		"sts:externalid":           policy.Absent(),
		"aws:principaltag/team":    policy.Absent(),
		"aws:sourceip":             policy.Anything(),
	}
	for key, want := range tests {
		if got := domain(c, key); !reflect.DeepEqual(got, want) {
			t.Errorf("%s is %v, want %v", key, got, want)
		}
	}
}
