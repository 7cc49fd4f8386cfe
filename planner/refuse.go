package planner

import (
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/spec"
)

// unsupported are the wishes that this version cannot plan. To leave one out in
// silence would be a plan for something else.
var unsupported = diag.Table{
	"plan-owner-unknown": {
		Message: "bucket {bucket} has no account, so that nobody knows whose policies it needs",
		Hint:    "write account: with a name from accounts",
	},
	"plan-allowed-destinations": {
		Message: "allowed_destinations is not supported yet",
		Hint:    "take it out to plan without this guard; the plan names every destination",
	},
	"plan-kms-key": {
		Message: "the KMS key of bucket {bucket} is not supported yet",
		Hint:    "write kms_objects: false in its rules, and objects with a KMS key are not replicated",
	},
	"plan-destination-kms-key": {
		Message: "replicas in bucket {bucket}, which has a KMS key, are not supported yet",
		Hint:    "leave the rules to it out, or replicate to a bucket that uses SSE-S3",
	},
	"plan-writer-kms-key": {
		Message: "writers to bucket {bucket}, which has a KMS key, are not supported yet",
		Hint:    "leave the writer out, or let it write to a bucket that uses SSE-S3",
	},
	"plan-kms-objects": {
		Message: "kms_objects: true is not supported yet",
		Hint:    "write kms_objects: false, and objects with a KMS key are not replicated",
	},
	"plan-replica-kms-key": {
		Message: "replica_kms_key is not supported yet",
		Hint:    "take it out, and write kms_objects: false if the source has a key",
	},
	"plan-object-lock": {
		Message: "Object Lock of bucket {bucket} is not supported yet",
		Hint:    "leave the rules of this bucket out; they need permissions that this version does not write",
	},
	"plan-existing-objects": {
		Message: "existing_objects is not supported yet",
		Hint:    "take it out: objects that are there before the rule are then not replicated",
	},
	"plan-two-way": {
		Message: "two_way is not supported yet",
		Hint:    "take it out, and write the rule for the way back as an entry of its own",
	},
	"plan-replica-modifications": {
		Message: "replica_modifications is not supported yet",
		Hint:    "take it out: changes to the metadata of replicas then stay where they are made",
	},
	"plan-sse-c-objects": {
		Message: "sse_c_objects is not supported yet",
		Hint:    "take it out: objects with SSE-C keys need no permission of their own, and nobody checks that the destination takes them",
	},
	"plan-confused-deputy": {
		Message: "confused_deputy: {value} is not supported yet",
		Hint:    "write confused_deputy: none, as AWS's own trust policies for replication do",
	},
	"plan-grant-to": {
		Message: "grant_to: account is not supported yet",
		Hint:    "write grant_to: role, and create the role before the policies that name it",
	},
	"plan-permissions-boundary": {
		Message: "permissions_boundary is not supported yet",
		Hint:    "take it out, and see to it yourself that the boundary allows what the role policy grants",
	},
}

// A refuser collects refusals, each place and problem once: one line of a SPEC
// may stand for several rules.
type refuser struct {
	list diag.List
	seen map[string]bool
}

func (r *refuser) refuse(pos diag.Pos, key string, args ...string) {
	d := unsupported.At(pos, key, args...)
	if at := d.Error(); !r.seen[at] {
		r.seen[at] = true
		r.list = append(r.list, d)
	}
}

// stated refuses a setting that is switched on.
func (r *refuser) stated(o spec.Optional[bool], key string, args ...string) {
	if o.Stated && o.Value {
		r.refuse(o.Pos, key, args...)
	}
}

// refusals returns what s asks for and no plan can hold.
func refusals(s *spec.Spec) diag.List {
	r := &refuser{seen: map[string]bool{}}
	if pos := s.AllowedDestinations.Pos; pos != (diag.Pos{}) {
		r.refuse(pos, "plan-allowed-destinations")
	}
	for _, role := range s.Roles {
		r.role(role)
	}
	for _, rule := range s.Rules {
		r.rule(rule)
		from, _ := s.Bucket(rule.From.Value)
		to, _ := s.Bucket(rule.To.Value)
		r.owner(from)
		r.owner(to)
		r.encryption(rule, from, to)
		if rule.Enabled.Value {
			r.stated(from.ObjectLock, "plan-object-lock", "bucket", from.Name.Value)
			r.stated(to.ObjectLock, "plan-object-lock", "bucket", to.Name.Value)
		}
	}
	for _, w := range s.Writers {
		b, _ := s.Bucket(w.Bucket.Value)
		r.owner(b)
		if key, ok := b.DefaultKey(); ok {
			r.refuse(key.Pos, "plan-writer-kms-key", "bucket", b.Name.Value)
		}
	}
	return r.list
}

func (r *refuser) owner(b spec.Bucket) {
	if b.Account.IsZero() {
		r.refuse(b.Pos, "plan-owner-unknown", "bucket", b.Name.Value)
	}
}

// rule refuses what stands in the rule itself. A disabled rule grants nothing,
// but its configuration would lack the same elements.
func (r *refuser) rule(rule spec.Rule) {
	if rule.ExistingObjects.Wanted {
		r.refuse(rule.ExistingObjects.Pos, "plan-existing-objects")
	}
	if rule.TwoWay.Wanted {
		r.refuse(rule.TwoWay.Pos, "plan-two-way")
	}
	r.stated(rule.ReplicaModifications, "plan-replica-modifications")
	r.stated(rule.SSECObjects, "plan-sse-c-objects")
	r.stated(rule.KMSObjects, "plan-kms-objects")
	if rule.ReplicaKMSKey.Stated {
		r.refuse(rule.ReplicaKMSKey.Pos, "plan-replica-kms-key")
	}
}

// role refuses details of a role, that of a rule as well as that of a writer:
// the SPEC has no others.
func (r *refuser) role(role spec.Role) {
	if d := role.ConfusedDeputy; d.Stated && d.Value != spec.ConfusedDeputyNone {
		r.refuse(d.Pos, "plan-confused-deputy", "value", string(d.Value))
	}
	if g := role.GrantTo; g.Stated && g.Value != spec.GrantToRole {
		r.refuse(g.Pos, "plan-grant-to")
	}
	if !role.PermissionsBoundary.IsZero() {
		r.refuse(role.PermissionsBoundary.Pos, "plan-permissions-boundary")
	}
}

// encryption refuses rules that need a key: those that select KMS objects
// because their source has a key, and those into a bucket whose default
// encryption takes one for every replica.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html.
func (r *refuser) encryption(rule spec.Rule, from, to spec.Bucket) {
	if key, ok := from.DefaultKey(); ok && rule.KMSObjects.Value && !rule.KMSObjects.Stated {
		r.refuse(key.Pos, "plan-kms-key", "bucket", from.Name.Value)
	}
	if key, ok := to.DefaultKey(); ok && rule.Enabled.Value {
		r.refuse(key.Pos, "plan-destination-kms-key", "bucket", to.Name.Value)
	}
}
