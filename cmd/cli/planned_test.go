package cli_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/snapshot"
	"github.com/repligrant/repligrant/spec"
)

// planned returns accounts that hold exactly what a plan says, and what it
// assumes of the rest: buckets with versioning, keys and access points, in
// accounts of no organization.
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
	for _, r := range replication.FromSpec(s) {
		for _, key := range append(slices.Concat(r.From.KMSKeys.Or(nil), r.To.KMSKeys.Or(nil)), r.ReplicaKMSKey) {
			addKey(t, world, key)
		}
	}
	for _, b := range s.Buckets {
		for _, key := range b.KMSKeys.Value {
			addKey(t, world, key.Value)
		}
	}
	for _, w := range replication.WritersFromSpec(s) {
		if point := w.AccessPointARN(); point != "" {
			world.Accounts[w.Bucket.Account].AccessPoints[point] = &snapshot.AccessPoint{Bucket: w.Bucket.Name, Policy: snapshot.NoDocument()}
		}
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
		Keys:                           map[string]*snapshot.Key{},
		AccessPoints:                   map[string]*snapshot.AccessPoint{},
		PublicAccessBlockConfiguration: fact.Absent[snapshot.PublicAccessBlock](),
		Organization:                   fact.Absent[snapshot.Organization](),
	}
}

// addKey adds a key as KMS makes it: its policy leaves its use to IAM.
//
// See https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html.
func addKey(t testing.TB, world *snapshot.Snapshot, key string) {
	t.Helper()
	if key == "" {
		return
	}
	a, err := arn.Parse(key)
	if err != nil {
		t.Fatal(err)
	}
	world.Accounts[a.Account].Keys[key] = &snapshot.Key{
		KeyMetadata: fact.Of(snapshot.Raw{"KeyState": "Enabled", "KeyManager": "CUSTOMER"}),
		Policy: snapshot.Of(policy.New(policy.Statement{
			Effect: policy.Allow, Principal: policy.AWS(arn.Root(a.Partition, a.Account)), Action: policy.One("kms:*"), Resource: policy.One("*"),
		})),
		Grants: fact.Absent[[]snapshot.Raw](),
	}
}

// encryptionOf is the default encryption of a bucket. Where the SPEC leaves open
// whether it uses bucket keys it does, so that all that the plan grants is needed.
func encryptionOf(b spec.Bucket) snapshot.Encryption {
	key, ok := b.DefaultKey()
	if !ok {
		return snapshot.Encryption{Rules: []snapshot.EncryptionRule{{ApplyServerSideEncryptionByDefault: &snapshot.EncryptionDefault{SSEAlgorithm: "AES256"}}}}
	}
	return snapshot.Encryption{Rules: []snapshot.EncryptionRule{{
		ApplyServerSideEncryptionByDefault: &snapshot.EncryptionDefault{SSEAlgorithm: "aws:kms", KMSMasterKeyID: key.Value},
		BucketKeyEnabled:                   b.BucketKey.Value || !b.BucketKey.Stated,
	}}}
}

// lockOf is the Object Lock of a bucket, as the SPEC says or the plan assumes.
func lockOf(b spec.Bucket, p *planner.Plan) fact.Value[snapshot.ObjectLock] {
	assumed := slices.ContainsFunc(p.Assumptions, func(a planner.Assumption) bool {
		return a.Bucket == b.Name.Value && a.Field == "object_lock" && a.Assumed == "true"
	})
	if b.ObjectLock.Value || assumed {
		return fact.Of(snapshot.ObjectLock{ObjectLockEnabled: "Enabled"})
	}
	return fact.Absent[snapshot.ObjectLock]()
}

// payment is who pays for requests to a bucket: its owner, unless the SPEC says else.
func payment(b spec.Bucket) snapshot.RequestPayment {
	if b.RequesterPays.Value {
		return snapshot.RequestPayment{Payer: "Requester"}
	}
	return snapshot.RequestPayment{Payer: "BucketOwner"}
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
		Region:                            b.Region.Value,
		Versioning:                        fact.Of(snapshot.Versioning{Status: "Enabled"}),
		ReplicationConfiguration:          fact.Absent[replication.Configuration](),
		Policy:                            snapshot.NoDocument(),
		OwnershipControls:                 fact.Of(snapshot.OwnershipControls{Rules: []snapshot.OwnershipRule{{ObjectOwnership: string(ownership)}}}),
		ServerSideEncryptionConfiguration: fact.Of(encryptionOf(b)),
		PublicAccessBlockConfiguration: fact.Of(snapshot.PublicAccessBlock{
			BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true,
		}),
		ObjectLockConfiguration:   lockOf(b, p),
		RequestPayment:            fact.Of(payment(b)),
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
		a.AccessPoints[d.Target].Policy = joined(t, a.AccessPoints[d.Target].Policy, d)
	case replication.SourceKMSKeyPolicy, replication.DestinationKMSKeyPolicy, replication.BatchKMSKeyPolicy, replication.WriterKMSKeyPolicy:
		a.Keys[d.Target].Policy = joined(t, a.Keys[d.Target].Policy, d)
	case replication.RoleTrustPolicy, replication.BatchRoleTrustPolicy, replication.WriterTrustPolicy:
		role := roleAt(a, d.Target)
		role.AssumeRolePolicyDocument = joined(t, role.AssumeRolePolicyDocument, d)
		if d.PermissionsBoundary != "" { // as wide as a boundary can be
			all := policy.Statement{Effect: policy.Allow, Action: policy.One("*"), Resource: policy.One("*")}
			role.PermissionsBoundary = fact.Of(snapshot.Boundary{PermissionsBoundaryARN: d.PermissionsBoundary, Document: snapshot.Of(policy.New(all))})
		}
	case replication.RolePolicy, replication.BatchRolePolicy, replication.WriterPolicy:
		document := joined(t, snapshot.NoDocument(), d)
		switch {
		case strings.Contains(d.Target, ":user/") && d.Managed:
			userAt(a, d.Target).AttachedPolicies.Or(nil)["arn:aws:iam::"+d.Account+":policy/"+d.Name] = document
		case strings.Contains(d.Target, ":user/"):
			userAt(a, d.Target).InlinePolicies.Or(nil)[d.Name] = document
		case d.Managed:
			roleAt(a, d.Target).AttachedPolicies.Or(nil)["arn:aws:iam::"+d.Account+":policy/"+d.Name] = document
		default:
			roleAt(a, d.Target).InlinePolicies.Or(nil)[d.Name] = document
		}
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

// sids lists the Sids of the policies that Step 2 writes, those of buckets, keys
// and access points, by what has them.
func sids(world *snapshot.Snapshot) map[string][]string {
	held := map[string][]string{}
	add := func(target string, policy snapshot.Document) {
		d, ok := policy.Get()
		if !ok {
			return
		}
		for _, st := range d.Statements {
			held[target] = append(held[target], st.Sid)
		}
	}
	for _, a := range world.Accounts {
		for name, b := range a.Buckets {
			add(name, b.Policy)
		}
		for key, k := range a.Keys {
			add(key, k.Policy)
		}
		for point, p := range a.AccessPoints {
			add(point, p.Policy)
		}
	}
	return held
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
