package cli_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/snapshot"
	"github.com/repligrant/repligrant/spec"
)

// planned returns accounts that hold exactly what a plan says, and what it
// assumes of the rest: buckets with versioning, in accounts of no organization.
func planned(t testing.TB, s *spec.Spec, p *planner.Plan) *snapshot.Snapshot {
	t.Helper()
	world := &snapshot.Snapshot{Schema: snapshot.Schema, Accounts: map[string]*snapshot.Account{}}
	for _, a := range s.Accounts {
		world.Accounts[a.ID.Value] = emptyAccount()
	}
	for _, b := range s.Buckets {
		owner, ok := s.Owner(b.Name.Value)
		if !ok {
			t.Fatalf("bucket %s has no account", b.Name)
		}
		world.Accounts[owner.ID.Value].Buckets[b.Name.Value] = bucketOf(b, p)
	}
	for _, d := range p.Documents {
		apply(t, world.Accounts[d.Account], d)
	}
	return world
}

func emptyAccount() *snapshot.Account {
	return &snapshot.Account{
		Listed:                         []string{"buckets"},
		Buckets:                        map[string]*snapshot.Bucket{},
		Roles:                          map[string]*snapshot.Role{},
		Users:                          map[string]*snapshot.User{},
		AccessPoints:                   map[string]*snapshot.AccessPoint{},
		PublicAccessBlockConfiguration: fact.Absent[snapshot.PublicAccessBlock](),
		Organization:                   fact.Absent[snapshot.Organization](),
	}
}

// bucketOf is a bucket without policy and replication.
func bucketOf(b spec.Bucket, p *planner.Plan) *snapshot.Bucket {
	ownership := spec.BucketOwnerEnforced
	if slices.ContainsFunc(p.Assumptions, func(a planner.Assumption) bool {
		return a.Bucket == b.Name.Value && a.Field == "object_ownership" && a.Assumed == "not bucket-owner-enforced"
	}) {
		ownership = spec.BucketOwnerPreferred
	}
	if stated, ok := b.ObjectOwnership.Get(); ok {
		ownership = stated
	}
	return &snapshot.Bucket{
		Region:                   b.Region.Value,
		Versioning:               fact.Of(snapshot.Versioning{Status: "Enabled"}),
		ReplicationConfiguration: fact.Absent[replication.Configuration](),
		Policy:                   snapshot.NoDocument(),
		OwnershipControls:        fact.Of(snapshot.OwnershipControls{Rules: []snapshot.OwnershipRule{{ObjectOwnership: string(ownership)}}}),
		ServerSideEncryptionConfiguration: fact.Of(snapshot.Encryption{Rules: []snapshot.EncryptionRule{
			{ApplyServerSideEncryptionByDefault: &snapshot.EncryptionDefault{SSEAlgorithm: "AES256"}},
		}}),
		PublicAccessBlockConfiguration: fact.Of(snapshot.PublicAccessBlock{
			BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true,
		}),
		ObjectLockConfiguration:   fact.Absent[snapshot.ObjectLock](),
		RequestPayment:            fact.Of(snapshot.RequestPayment{Payer: "BucketOwner"}),
		LifecycleConfiguration:    fact.Absent[snapshot.Raw](),
		NotificationConfiguration: fact.Absent[snapshot.Raw](),
		Tagging:                   fact.Absent[[]replication.Tag](),
	}
}

// apply puts a document where its target is.
func apply(t testing.TB, a *snapshot.Account, d planner.Document) {
	t.Helper()
	if a == nil {
		t.Fatalf("%s is for account %s, which the spec does not have", d.Kind, d.Account)
	}
	bucket := d.Target[strings.LastIndexByte(d.Target, ':')+1:]
	switch d.Kind {
	case replication.ReplicationConfiguration:
		a.Buckets[bucket].ReplicationConfiguration = fact.Of(decode[replication.Configuration](t, d))
	case replication.DestinationBucketPolicy, replication.WriterBucketPolicy:
		a.Buckets[bucket].Policy = joined(t, a.Buckets[bucket].Policy, d)
	case replication.WriterAccessPointPolicy:
		a.AccessPoints[d.Target] = &snapshot.AccessPoint{Policy: joined(t, snapshot.NoDocument(), d)}
	case replication.RoleTrustPolicy, replication.WriterTrustPolicy:
		roleAt(a, d.Target).AssumeRolePolicyDocument = joined(t, snapshot.NoDocument(), d)
	case replication.RolePolicy, replication.WriterPolicy:
		inline := fact.Of(map[string]snapshot.Document{d.Name: joined(t, snapshot.NoDocument(), d)})
		if strings.Contains(d.Target, ":user/") {
			userAt(a, d.Target).InlinePolicies = inline
			return
		}
		roleAt(a, d.Target).InlinePolicies = inline
	default:
		t.Fatalf("a plan holds a %s, and nobody knows where that goes", d.Kind)
	}
}

// joined lays a part of a policy behind the parts before it. A part without a
// statement leaves nothing behind: IAM saves no empty policy.
func joined(t testing.TB, before snapshot.Document, d planner.Document) snapshot.Document {
	t.Helper()
	whole := decode[policy.Document](t, d)
	if first, ok := before.Get(); ok {
		whole.Statements = append(slices.Clone(first.Statements), whole.Statements...)
	}
	if len(whole.Statements) == 0 {
		return snapshot.NoDocument()
	}
	return snapshot.Of(&whole)
}

func decode[T any](t testing.TB, d planner.Document) T {
	t.Helper()
	var v T
	if err := json.Unmarshal(d.Document, &v); err != nil {
		t.Fatalf("%s of %s: %v", d.Kind, d.Target, err)
	}
	return v
}

func roleAt(a *snapshot.Account, arn string) *snapshot.Role {
	if a.Roles[arn] == nil {
		a.Roles[arn] = &snapshot.Role{
			RoleID: "AROAEXAMPLE", Tags: fact.Absent[[]replication.Tag](), AssumeRolePolicyDocument: snapshot.NoDocument(),
			InlinePolicies:      fact.Of(map[string]snapshot.Document{}),
			AttachedPolicies:    fact.Of(map[string]snapshot.Document{}),
			PermissionsBoundary: fact.Absent[snapshot.Boundary](),
		}
	}
	return a.Roles[arn]
}

func userAt(a *snapshot.Account, arn string) *snapshot.User {
	if a.Users[arn] == nil {
		a.Users[arn] = &snapshot.User{
			UserID:              "AIDAEXAMPLE",
			InlinePolicies:      fact.Of(map[string]snapshot.Document{}),
			AttachedPolicies:    fact.Of(map[string]snapshot.Document{}),
			GroupPolicies:       fact.Of(map[string]snapshot.Document{}),
			PermissionsBoundary: fact.Absent[snapshot.Boundary](),
		}
	}
	return a.Users[arn]
}
