package spec

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/internal/diag"
)

// A declaration is an element of roles, and the account in which a rule uses it.
type declaration struct {
	role    Role
	used    bool
	account string // of the rule; "" if unknown
}

// The endings of the names of roles that nobody named.
const (
	liveSuffix  = "-replication"
	batchSuffix = "-batch-replication"
)

// maxRoleName is the length of the longest name of a role.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html.
const maxRoleName = 64

// defaultRoleName is the bucket with a suffix. Where that is too long, the
// bucket is cut, and 8 digits of its hash keep the name apart from others.
func defaultRoleName(bucket, suffix string) string {
	if len(bucket)+len(suffix) <= maxRoleName {
		return bucket + suffix
	}
	sum := sha256.Sum256([]byte(bucket))
	tail := "-" + hex.EncodeToString(sum[:4]) + suffix
	return bucket[:maxRoleName-len(tail)] + tail
}

func (p *parser) declareRoles() {
	p.declared = make(map[string]*declaration, len(p.spec.Roles))
	for i := range p.spec.Roles {
		r := p.spec.Roles[i]
		p.knownAccount(r.Account)
		p.declared[r.Name.Value] = &declaration{role: r}
	}
}

// resolve returns the role of the rules of one source in full. Written is its
// name or ARN; where it was left out, the bucket's name with suffix takes its
// place. At is where the rule stands.
func (p *parser) resolve(written Text, source Bucket, suffix string, at diag.Pos) Role {
	r := Role{Name: written, Pos: written.Pos}
	if written.IsZero() {
		r.Name, r.Pos = Text{defaultRoleName(source.Name.Value, suffix), at}, at
	}
	r.Account = source.Account
	r.ConfusedDeputy.Value, r.GrantTo.Value = ConfusedDeputyNone, GrantToRole
	if isARN(written.Value) {
		p.fromARN(&r, written, source)
	}
	p.addDetails(&r, source)
	if r.Path.IsZero() {
		r.Path = Text{Value: "/", Pos: r.Pos}
	}
	if owner, ok := p.spec.Account(r.Account.Value); ok && r.ARN == "" {
		r.ARN = arn.Role(p.spec.PartitionOf(source), owner.ID.Value, r.Path.Value, r.Name.Value)
	}
	return r
}

// fromARN takes name, path and account from an ARN. Who configures replication
// passes the role to S3, and IAM lets nobody pass a role of another account.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html.
func (p *parser) fromARN(r *Role, written Text, source Bucket) {
	a, err := arn.Parse(written.Value)
	if err != nil {
		return
	}
	r.ARN = written.Value
	r.Name = Text{a.Name(), written.Pos}
	r.Path = Text{strings.TrimSuffix(strings.TrimPrefix(a.Resource, "role"), a.Name()), written.Pos}
	if owner, ok := p.spec.Account(source.Account.Value); ok {
		p.inAccount(written, owner, "spec-role-outside")
	} else {
		r.Account = p.accountIDs[a.Account].Name
	}
	at := source.Region.Pos
	if source.Region.IsZero() {
		at = source.Pos
	}
	p.inPartition(written, p.spec.PartitionOf(source), at)
}

// addDetails adds what roles says of the role.
func (p *parser) addDetails(r *Role, source Bucket) {
	d, ok := p.declared[r.Name.Value]
	if !ok {
		return
	}
	details := d.role
	_, known := p.spec.Account(details.Account.Value)
	if known && !source.Account.IsZero() && details.Account.Value != source.Account.Value {
		p.clash(r.Pos, details.Account.Pos, "spec-role-elsewhere", "role", quote(r.Name.Value),
			"got", quote(details.Account.Value), "bucket", quote(source.Name.Value), "want", quote(source.Account.Value))
	}
	if r.Account.IsZero() {
		r.Account = details.Account
	}
	switch {
	case r.Path.IsZero():
		r.Path = details.Path
	case !details.Path.IsZero() && details.Path.Value != r.Path.Value:
		p.clash(r.Pos, details.Path.Pos, "spec-role-path", "role", quote(r.Name.Value), "got", r.Path.Value, "want", details.Path.Value)
	}
	r.PermissionsBoundary = details.PermissionsBoundary
	r.ConfusedDeputy, r.GrantTo = details.ConfusedDeputy, details.GrantTo
	d.used, d.account = true, r.Account.Value
}

// checkDeclarations checks the permissions boundaries against the accounts that
// their roles are in, and, once everything else fits, that every declared role
// is used: an unused one is a name with a mistake, and its boundary would be
// missing where it was meant.
func (p *parser) checkDeclarations() {
	unproblematic := len(p.problems) == 0
	for _, r := range p.spec.Roles {
		d := p.declared[r.Name.Value]
		if a, ok := p.spec.Account(d.account); ok {
			p.checkBoundary(r, a)
		}
		if !d.used && unproblematic {
			p.unknown(r.Pos, "spec-role-unused", r.Name.Value, p.roleNames())
		}
	}
}

// checkBoundary checks that a permissions boundary is one of the account's own
// policies or of AWS's.
//
// See https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePermissionsBoundary.html and
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html.
func (p *parser) checkBoundary(r Role, a Account) {
	boundary := r.PermissionsBoundary
	if boundary.IsZero() {
		return
	}
	if got, err := arn.Parse(boundary.Value); err == nil && got.Account != "aws" {
		p.inAccount(boundary, a, "spec-boundary-outside")
	}
	p.inAccountPartition(boundary, a)
}

// roleNames lists the roles that rules use.
func (p *parser) roleNames() []string {
	names := make(map[string]bool)
	for _, r := range p.spec.Rules {
		names[r.Role.Name.Value] = true
		if r.ExistingObjects.Wanted {
			names[r.ExistingObjects.Role.Name.Value] = true
		}
	}
	return sorted(names)
}
