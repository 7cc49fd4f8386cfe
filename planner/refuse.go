package planner

import (
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/spec"
)

// unplannable are the wishes for which no plan can be written, or none that does
// what they say.
var unplannable = diag.Table{
	"plan-owner-unknown": {
		Message: "bucket {bucket} has no account, so that nobody knows whose policies it needs",
		Hint:    "write account: with a name from accounts",
	},
	"plan-region-unknown": {
		Message: "bucket {bucket} has no Region, on which partition and keys depend",
		Hint:    "write region: with the code of its Region",
	},
	"plan-destination-not-allowed": {
		Message: "rule {rule} replicates to {bucket} in account {account} and Region {region}, which allowed_destinations does not name",
		Hint:    "take the destination out of the rule, or write its account and Region into allowed_destinations",
	},
	"plan-source-key-unknown": {
		Message: "rule {rule} selects objects that KMS encrypts, and nobody knows the keys of {bucket}",
		Hint:    "write kms_key: with the keys of its objects, the default key first; or kms_objects: false",
	},
	"plan-batch-elsewhere": {
		Message: "bucket {bucket} is in another account than the role of the batch job, which would own the reports there: the bucket is not bucket-owner-enforced",
		Hint:    "write object_ownership: bucket-owner-enforced, or name a bucket of account {account}",
	},
	"plan-confused-deputy": {
		Message: "confused_deputy is for roles that S3 assumes, and no rule uses role {role}",
		Hint:    "take it out; assumed_by of the writer says who may assume the role",
	},
	"plan-grant-to": {
		Message: "grant_to is for roles of rules, and no rule uses role {role}",
		Hint:    "take it out",
	},
}

// A refuser collects refusals, each place and problem once: one line of a SPEC
// may stand for several rules.
type refuser struct {
	list diag.List
	seen map[string]bool
}

func (r *refuser) refuse(pos diag.Pos, key string, args ...string) {
	d := unplannable.At(pos, key, args...)
	if at := d.Error(); !r.seen[at] {
		r.seen[at] = true
		r.list = append(r.list, d)
	}
}

// refusals returns what s asks for and no plan can hold.
func refusals(s *spec.Spec) diag.List {
	r := &refuser{seen: map[string]bool{}}
	used := map[string]bool{}
	for _, rule := range s.Rules {
		used[rule.Role.Name.Value], used[rule.ExistingObjects.Role.Name.Value] = true, true
	}
	for _, role := range s.Roles {
		if !used[role.Name.Value] {
			r.writerRole(role)
		}
	}
	for _, rule := range s.Rules {
		r.rule(s, rule)
	}
	for _, w := range s.Writers {
		b, _ := s.Bucket(w.Bucket.Value)
		r.owner(b)
	}
	return r.list
}

func (r *refuser) owner(b spec.Bucket) {
	if b.Account.IsZero() {
		r.refuse(b.Pos, "plan-owner-unknown", "bucket", b.Name.Value)
	}
	if b.Region.IsZero() {
		r.refuse(b.Pos, "plan-region-unknown", "bucket", b.Name.Value)
	}
}

func (r *refuser) rule(s *spec.Spec, rule spec.Rule) {
	from, _ := s.Bucket(rule.From.Value)
	to, _ := s.Bucket(rule.To.Value)
	r.owner(from)
	r.owner(to)
	owner, known := s.Owner(rule.To.Value)
	if known && !replication.AllowedFromSpec(s).Allows(replication.BucketOf(s, rule.To.Value)) {
		r.refuse(rule.To.Pos, "plan-destination-not-allowed",
			"rule", rule.Name.Value, "bucket", to.Name.Value, "account", owner.ID.Value, "region", to.Region.Value)
	}
	if rule.KMSObjects.Value && len(from.KMSKeys.Value) == 0 {
		pos := rule.KMSObjects.Pos
		if rule.Mirrored {
			pos = rule.Pos
		}
		r.refuse(pos, "plan-source-key-unknown", "rule", rule.Name.Value, "bucket", from.Name.Value)
	}
	if m := rule.ExistingObjects.Manifest; m.Stated {
		b, _ := s.Bucket(m.Value.Bucket.Value)
		r.owner(b)
	}
	r.report(s, from, rule.ExistingObjects.Report)
}

// report refuses a report that the owner of its bucket may not be able to read:
// with ACLs, an object belongs to who writes it.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html.
func (r *refuser) report(s *spec.Spec, from spec.Bucket, l spec.Optional[spec.Location]) {
	if !l.Stated {
		return
	}
	b, _ := s.Bucket(l.Value.Bucket.Value)
	r.owner(b)
	ownership, stated := b.ObjectOwnership.Get()
	if b.Account.Value != from.Account.Value && stated && ownership != spec.BucketOwnerEnforced {
		r.refuse(l.Value.Bucket.Pos, "plan-batch-elsewhere", "bucket", b.Name.Value, "account", from.Account.Value)
	}
}

// writerRole refuses details of a role that only a writer has.
func (r *refuser) writerRole(role spec.Role) {
	if d := role.ConfusedDeputy; d.Stated && d.Value != spec.ConfusedDeputyNone {
		r.refuse(d.Pos, "plan-confused-deputy", "role", role.Name.Value)
	}
	if g := role.GrantTo; g.Stated && g.Value != spec.GrantToRole {
		r.refuse(g.Pos, "plan-grant-to", "role", role.Name.Value)
	}
}
