// Package target sorts the documents of a plan by what carries them: roles,
// users, buckets, keys and access points, each with all that is written to it.
// It is what the forms of a plan for tools have in common. It contacts nothing.
package target

import (
	"encoding/json"
	"slices"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
)

// A Type is a type of what carries documents.
type Type string

// The types.
const (
	Role        Type = "role"
	User        Type = "user"
	Bucket      Type = "bucket"      // with its policy
	Key         Type = "key"         // a KMS key with its policy
	AccessPoint Type = "accesspoint" // with its policy
	Source      Type = "source"      // a bucket with its replication configuration
)

// A Target is what carries documents of a plan.
// Names and paths are checked: none holds a control character or white space.
type Target struct {
	Type    Type
	Step    int    // the first in which the plan writes to it
	Account string // ID of the account that applies it
	ARN     arn.ARN
	Name    string // of the role, user, bucket or access point; the ID of a key
	Path    string // of a role or user; begins and ends with a slash

	Trust    *policy.Document // of a role; nil if the plan has none
	Boundary string           // ARN of the permissions boundary of a role or user, or ""
	Policies []Policy         // of a role or user, each with at least one statement

	Policy *policy.Document // of a bucket, key or access point, with at least one statement

	Configuration json.RawMessage // of a source bucket, in the shape of S3's API

	// Merged is the policy or configuration with what others wrote in it, and
	// Settled says that there is nothing to change; only after a merge.
	Merged  json.RawMessage
	Settled bool

	// Narrowed says that in Merged a Deny of somebody else spares a role of the
	// plan, which the owner of the bucket has to agree to.
	Narrowed bool
}

// A Policy is a policy of a role or user.
type Policy struct {
	Name     string
	Managed  bool // a customer managed policy, else inline
	Document *policy.Document
}

// An identity of a target within a plan.
type identity struct {
	kind Type
	arn  string
}

// Of returns what carries the documents of p, in the order of application. Parts
// of one policy are joined, and a policy without a statement is left out: AWS
// keeps none. So is a Deny of somebody else with a role of the plan spared: it is
// an offer to its owner; where it is part of a policy that the plan writes to, see
// Narrowed. The error is about a document that no target can carry; it has a key,
// see [diag.Of].
func Of(p *planner.Plan) ([]*Target, error) {
	var targets []*Target
	index := map[identity]*Target{}
	offers := map[string]bool{}
	for _, d := range p.Documents {
		if d.Kind == replication.SourceBucketPolicy {
			offers[d.Target] = true
			continue
		}
		kind, err := typeOf(d)
		if err != nil {
			return nil, err
		}
		key := identity{kind, d.Target}
		t := index[key]
		if t == nil {
			if t, err = newTarget(kind, d); err != nil {
				return nil, err
			}
			index[key] = t
			targets = append(targets, t)
		}
		if err := t.add(d); err != nil {
			return nil, err
		}
	}
	for _, t := range targets {
		t.Narrowed = t.Type == Bucket && t.Merged != nil && offers[t.ARN.String()]
	}
	return slices.DeleteFunc(targets, (*Target).empty), nil
}

// empty reports whether there is nothing to apply. A role with a trust policy is
// made, whatever it may do: a replication configuration can name it all the same.
func (t *Target) empty() bool {
	switch t.Type {
	case Bucket, Key, AccessPoint:
		return t.Policy == nil
	case Role:
		return t.Trust == nil && len(t.Policies) == 0
	default:
		return false
	}
}

// add lays a document to those that t carries.
func (t *Target) add(d planner.Document) error {
	if t.Account != d.Account {
		return refuse("form-two-accounts", d, "account", t.Account, "other", d.Account)
	}
	if err := checkWords(d); err != nil {
		return err
	}
	if d.Merged != nil {
		t.Merged, t.Settled = d.Merged, d.Change == planner.NoChange // the same in all parts
	}
	if d.PermissionsBoundary != "" {
		t.Boundary = d.PermissionsBoundary
	}
	if d.Kind == replication.ReplicationConfiguration {
		t.Configuration = d.Document
		return checkConfiguration(d)
	}
	part, err := policy.Parse(d.Document)
	if err != nil {
		return refuseFor("form-no-reading", d, err)
	}
	if len(part.Statements) == 0 {
		return nil
	}
	switch d.Kind {
	case replication.RolePolicy, replication.BatchRolePolicy, replication.WriterPolicy:
		t.addPolicy(d, part)
	case replication.RoleTrustPolicy, replication.BatchRoleTrustPolicy, replication.WriterTrustPolicy:
		t.Trust = join(t.Trust, part)
	default:
		t.Policy = join(t.Policy, part)
	}
	return nil
}

// addPolicy lays a document to the policy of its name.
func (t *Target) addPolicy(d planner.Document, part *policy.Document) {
	i := slices.IndexFunc(t.Policies, func(p Policy) bool { return p.Name == d.Name && p.Managed == d.Managed })
	if i < 0 {
		t.Policies = append(t.Policies, Policy{Name: d.Name, Managed: d.Managed, Document: part})
		return
	}
	t.Policies[i].Document = join(t.Policies[i].Document, part)
}

// join returns whole with the statements of part behind its own.
func join(whole, part *policy.Document) *policy.Document {
	if whole == nil {
		return part
	}
	joined := *whole
	joined.Statements = slices.Concat(whole.Statements, part.Statements)
	return &joined
}
