package cli_test

import (
	"slices"
	"testing"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/snapshot"
	"github.com/repligrant/repligrant/spec"
)

// A setUp is what a plan made, and what somebody did to it since.
type setUp struct {
	name string
	keys bool // of testdata/mend/keys.yaml, else of plain.yaml
	soon bool // tried in each run, else with REPLIGRANT_FULL=1 only
	harm func(*harmed)

	told  []string // what discover tells
	finds []string // by an audit: outcome, check, document, action
	merge int      // exit status of plan --merge
	args  []string // that the script needs
	left  []string // findings when the script was run
}

// A harmed is the accounts of a set-up while somebody does something to them.
type harmed struct {
	*testing.T
	from, to *snapshot.Bucket
	role     *snapshot.Role
	replicas *snapshot.Key
}

// The owners of the set-ups.
const (
	mendSource = "111122223333"
	mendCopies = "444455556666"
)

// hurt returns the accounts that hold a plan, after the harm.
func (u setUp) hurt(t *testing.T, s *spec.Spec, p *planner.Plan) *snapshot.Snapshot {
	t.Helper()
	world := planned(t, s, p)
	source, copies := world.Accounts[mendSource], world.Accounts[mendCopies]
	u.harm(&harmed{
		T: t, from: source.Buckets["acme-orders"], to: copies.Buckets["acme-orders-copy"],
		role:     source.Roles["arn:aws:iam::111122223333:role/acme-orders-replication"],
		replicas: copies.Keys["arn:aws:kms:eu-west-1:444455556666:key/44444444-bbbb-4bbb-8bbb-444444444444"],
	})
	return world
}

// inline changes the policy of the role.
func (h *harmed) inline(change func(snapshot.Document) snapshot.Document) {
	h.Helper()
	all := h.role.InlinePolicies.Or(nil)
	if len(all) != 1 {
		h.Fatalf("the role has %d policies, want one to change", len(all))
	}
	for name, d := range all {
		all[name] = change(d)
	}
}

// rule changes the only rule.
func (h *harmed) rule(change func(*replication.ConfigurationRule)) {
	h.Helper()
	c, _ := h.from.ReplicationConfiguration.Get()
	if len(c.Rules) != 1 {
		h.Fatalf("the source has %d rules, want one to change", len(c.Rules))
	}
	change(&c.Rules[0])
	h.from.ReplicationConfiguration = fact.Of(c)
}

// without returns what takes an action out of a policy that has it.
func (h *harmed) without(action string) func(snapshot.Document) snapshot.Document {
	return func(d snapshot.Document) snapshot.Document {
		h.Helper()
		whole, _ := d.Get()
		less, taken := *whole, false
		less.Statements = nil
		for _, st := range whole.Statements {
			taken = taken || st.Action.Contains(action)
			left := slices.DeleteFunc(slices.Clone(st.Action.Values), func(a string) bool { return a == action })
			if st.Action = policy.List(left...); len(left) > 0 {
				less.Statements = append(less.Statements, st)
			}
		}
		if !taken {
			h.Fatalf("no statement has %s, which was to be taken out", action)
		}
		return snapshot.Of(&less)
	}
}

// beside returns a policy with statements of somebody else before its own.
func beside(d snapshot.Document, theirs ...policy.Statement) snapshot.Document {
	more := *policy.New(theirs...)
	if whole, ok := d.Get(); ok {
		more.Statements = append(more.Statements, whole.Statements...)
	}
	return snapshot.Of(&more)
}

// theirs is a statement of somebody else about all that is in the destination.
func theirs(effect policy.Effect, action string, conditions ...policy.Clause) policy.Statement {
	return policy.Statement{
		Sid: "Theirs", Effect: effect, Principal: policy.Principals{Everyone: true}, Action: policy.One(action),
		Resource: policy.One("arn:aws:s3:::acme-orders-copy/*"), Condition: conditions,
	}
}

var setUps = []setUp{
	{
		name: "bucket-policy-action", soon: true,
		harm: func(h *harmed) {
			tls := policy.Clause{Operator: "Bool", Key: "aws:SecureTransport", Values: policy.One("false")}
			h.to.Policy = beside(h.without("s3:ReplicateDelete")(h.to.Policy), theirs(policy.Deny, "s3:*", tls))
		},
		finds: []string{
			"missing permission-missing destination-bucket-policy s3:ReplicateDelete",
		},
	},
	{
		name: "only-foreign-statements",
		harm: func(h *harmed) {
			lister := policy.Statement{
				Sid: "Lister", Effect: policy.Allow, Principal: policy.AWS("arn:aws:iam::444455556666:root"),
				Action: policy.One("s3:ListBucket"), Resource: policy.One("arn:aws:s3:::acme-orders-copy"),
			}
			h.to.Policy = snapshot.Of(policy.New(lister))
		},
		finds: []string{
			"advice permission-advised destination-bucket-policy s3:ReplicateTags",
			"missing permission-missing destination-bucket-policy s3:ObjectOwnerOverrideToBucketOwner",
			"missing permission-missing destination-bucket-policy s3:ReplicateDelete",
			"missing permission-missing destination-bucket-policy s3:ReplicateObject",
		},
	},
	{
		name: "wrong-trust",
		harm: func(h *harmed) {
			h.role.AssumeRolePolicyDocument = snapshot.Of(policy.New(policy.Statement{
				Sid: "Instances", Effect: policy.Allow, Principal: policy.Service("ec2.amazonaws.com"), Action: policy.One("sts:AssumeRole"),
			}))
		},
		finds: []string{
			"missing trust-missing role-trust-policy sts:AssumeRole",
			"surplus trust-too-wide role-trust-policy sts:AssumeRole",
		},
		left: []string{
			"surplus trust-too-wide role-trust-policy sts:AssumeRole",
		},
	},
	{
		name: "kms-grants", keys: true, soon: true,
		harm: func(h *harmed) {
			h.inline(h.without("kms:Decrypt"))
			whole, _ := h.replicas.Policy.Get()
			less := *whole
			less.Statements = less.Statements[:1] // that of the owner
			h.replicas.Policy = snapshot.Of(&less)
		},
		finds: []string{
			"advice permission-advised destination-kms-key-policy kms:Encrypt",
			"advice permission-advised role-policy kms:Decrypt",
			"missing permission-missing destination-kms-key-policy kms:Encrypt",
			"missing permission-missing role-policy kms:Decrypt",
		},
	},
	{
		name: "owner-override",
		harm: func(h *harmed) {
			override := h.without("s3:ObjectOwnerOverrideToBucketOwner")
			h.inline(override)
			h.to.Policy = override(h.to.Policy)
		},
		finds: []string{
			"missing permission-missing destination-bucket-policy s3:ObjectOwnerOverrideToBucketOwner",
			"missing permission-missing role-policy s3:ObjectOwnerOverrideToBucketOwner",
		},
	},
	{
		name: "destination-account",
		harm: func(h *harmed) {
			h.rule(func(r *replication.ConfigurationRule) { r.Destination.Account = new("777788889999") })
		},
		told: []string{
			"rule acme-orders-to-acme-orders-copy of acme-orders names account 777788889999 as the owner of acme-orders-copy, which is in account 444455556666: the bucket may have been deleted, and made anew by somebody else",
		},
		finds: []string{
			"mismatch destination-account-differs replication-configuration",
		},
	},
	{
		name: "boundary", soon: true,
		harm: func(h *harmed) {
			narrow := policy.Statement{Sid: "Reads", Effect: policy.Allow, Action: policy.List("s3:Get*", "s3:List*"), Resource: policy.One("*")}
			h.role.PermissionsBoundary = fact.Of(snapshot.Boundary{
				PermissionsBoundaryARN: "arn:aws:iam::111122223333:policy/boundary", Document: snapshot.Of(policy.New(narrow)),
			})
			h.inline(h.without("s3:GetObjectVersionTagging"))
		},
		finds: []string{
			"advice permission-advised permissions-boundary s3:ReplicateTags",
			"blocked permission-blocked permissions-boundary s3:ObjectOwnerOverrideToBucketOwner",
			"blocked permission-blocked permissions-boundary s3:ReplicateDelete",
			"blocked permission-blocked permissions-boundary s3:ReplicateObject",
			"missing permission-missing role-policy s3:GetObjectVersionTagging",
		},
		left: []string{
			"advice permission-advised permissions-boundary s3:ReplicateTags",
			"blocked permission-blocked permissions-boundary s3:ObjectOwnerOverrideToBucketOwner",
			"blocked permission-blocked permissions-boundary s3:ReplicateDelete",
			"blocked permission-blocked permissions-boundary s3:ReplicateObject",
		},
	},
	{
		name: "public-access",
		harm: func(h *harmed) {
			h.to.Policy = beside(h.to.Policy, theirs(policy.Allow, "s3:GetObject"))
		},
		finds: []string{
			"advice permission-advised public-access-block s3:ReplicateTags",
			"blocked public-policy-restricted public-access-block",
		},
		left: []string{
			"advice permission-advised public-access-block s3:ReplicateTags",
			"blocked public-policy-restricted public-access-block",
		},
	},
	{
		name: "versioning",
		harm: func(h *harmed) {
			h.to.Versioning = fact.Of(snapshot.Versioning{Status: "Suspended"})
		},
		args: []string{"--enable-versioning"},
		finds: []string{
			"missing versioning-disabled bucket-settings",
		},
	},
	{
		name: "made-anew",
		harm: func(h *harmed) {
			h.to.Versioning = fact.Of(snapshot.Versioning{})
			h.to.Policy = snapshot.NoDocument()
		},
		args: []string{"--enable-versioning"},
		told: []string{
			"bucket acme-orders-copy never had versioning, so that S3 would not have taken rule acme-orders-to-acme-orders-copy of acme-orders: it was deleted and made anew",
		},
		finds: []string{
			"advice permission-advised destination-bucket-policy s3:ReplicateTags",
			"missing permission-missing destination-bucket-policy s3:ObjectOwnerOverrideToBucketOwner",
			"missing permission-missing destination-bucket-policy s3:ReplicateDelete",
			"missing permission-missing destination-bucket-policy s3:ReplicateObject",
			"missing versioning-disabled bucket-settings",
		},
	},
	{
		name: "wide-role",
		harm: func(h *harmed) {
			all := policy.Statement{Sid: "Everything", Effect: policy.Allow, Action: policy.One("s3:*"), Resource: policy.One("*")}
			h.role.InlinePolicies.Or(nil)["everything"] = snapshot.Of(policy.New(all))
		},
		finds: []string{
			"surplus permission-surplus role-policy s3:*",
		},
		left: []string{
			"surplus permission-surplus role-policy s3:*",
		},
	},
	{
		name: "wide-policy-of-the-planned-name",
		harm: func(h *harmed) {
			all := policy.Statement{Sid: "Everything", Effect: policy.Allow, Action: policy.One("s3:*"), Resource: policy.One("*")}
			h.inline(func(snapshot.Document) snapshot.Document { return snapshot.Of(policy.New(all)) })
		},
		args: []string{"--replace-policies"},
		finds: []string{
			"surplus permission-surplus role-policy s3:*",
		},
	},
	{
		name: "deny-of-somebody-else",
		harm: func(h *harmed) {
			h.to.Policy = beside(h.without("s3:ReplicateTags")(h.to.Policy), theirs(policy.Deny, "s3:ReplicateDelete"))
		},
		merge: 1,
		finds: []string{
			"advice permission-advised destination-bucket-policy s3:ReplicateTags",
			"blocked permission-blocked destination-bucket-policy s3:ReplicateDelete",
		},
		left: []string{
			"blocked permission-blocked destination-bucket-policy s3:ReplicateDelete",
		},
	},
}
