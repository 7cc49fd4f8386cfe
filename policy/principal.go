package policy

import (
	"strings"

	"github.com/repligrant/repligrant/arn"
)

// A grant is what the allow of a resource policy is worth to a caller of the
// account that owns the resource.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html.
type grant uint8

const (
	nothing    grant = iota
	toAccount        // the caller's own policies must allow too
	toRole           // boundary and session policies must allow too
	toIdentity       // nothing else has to allow
)

// Principals of a statement, ready to be compared with callers.
type principals struct {
	present bool
	not     bool
	all     bool // "*" or {"AWS": "*"}
	entries []principal
}

type principalKind uint8

const (
	nobody principalKind = iota // has no reading as a caller
	account
	role
	session
	user
	federated
	uniqueID
	service
	canonicalUser
)

// A principal is one entry of a Principal element.
type principal struct {
	kind      principalKind
	id        string // ARN of a role or user, name of a session's role, unique ID or service name
	partition string // of an ARN
	account   string
	session   string // the name of a role session
}

func newPrincipals(s *Statement) principals {
	from := s.Principal
	p := principals{present: from.Present() || s.NotPrincipal.Present()}
	if s.NotPrincipal.Present() {
		from, p.not = s.NotPrincipal, true
	}
	p.all = from.Everyone
	for _, t := range from.Types {
		for _, v := range t.Values.Values {
			if t.Type == "AWS" && v == "*" {
				p.all = true
				continue
			}
			p.entries = append(p.entries, newPrincipal(t.Type, v))
		}
	}
	return p
}

// newPrincipal reads one principal. Wildcards in part of it, groups, and what
// is no principal at all match nobody.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html.
func newPrincipal(kind, v string) principal {
	switch {
	case kind == "Service":
		return principal{kind: service, id: v}
	case kind == "CanonicalUser":
		return principal{kind: canonicalUser, id: v}
	case kind != "AWS" || strings.ContainsAny(v, "*?"):
		return principal{}
	case arn.IsAccountID(v):
		return principal{kind: account, account: v}
	case strings.HasPrefix(v, "AROA") || strings.HasPrefix(v, "AIDA"):
		return principal{kind: uniqueID, id: v}
	}
	a, err := arn.Parse(v)
	if err != nil || a.Region != "" || !arn.IsAccountID(a.Account) {
		return principal{}
	}
	return principalOf(a, v)
}

func principalOf(a arn.ARN, v string) principal {
	p := principal{id: v, partition: a.Partition, account: a.Account}
	switch a.Service + ":" + a.Type() {
	case "iam:":
		if a.Resource == "root" {
			p.kind = account
		}
	case "iam:role":
		p.kind = role
	case "iam:user":
		p.kind = user
	case "sts:federated-user":
		p.kind = federated
	case "sts:assumed-role":
		// The ARN of a session holds the role's name without its path.
		rest := strings.TrimPrefix(a.Resource, "assumed-role/")
		if name, of, found := strings.Cut(rest, "/"); found && of != "" {
			p.kind, p.id, p.session = session, name, of
		}
	}
	return p
}

// covers compares one principal with a caller, but for the name of a role
// session: needs, if not empty, is the name that the session must have.
func (p principal) covers(c *Caller) (t truth, worth grant, needs string) {
	switch p.kind {
	case account:
		return truthOf(p.inAccount(c)), toAccount, ""
	case role:
		return truthOf(c.Kind == Role && c.ARN == p.id), toRole, ""
	case user:
		if c.Kind == FederatedUser && p.inAccount(c) {
			return open, toRole, "" // perhaps the user who made the session
		}
		return truthOf(c.Kind == User && c.ARN == p.id), toIdentity, ""
	case federated:
		return truthOf(c.Kind == FederatedUser && c.ARN == p.id), toIdentity, ""
	case session:
		return truthOf(c.Kind == Role && p.inAccount(c) && roleName(c.ARN) == p.id), toIdentity, p.session
	case uniqueID:
		return truthOf(c.UniqueID != "" && c.UniqueID == p.id), worthOf(c.Kind), ""
	case service:
		return truthOf(c.Kind == ServiceCaller && c.ARN == p.id), toIdentity, ""
	case canonicalUser:
		if c.Account != "" {
			return open, toAccount, "" // whose canonical ID this is stands nowhere
		}
		return no, nothing, ""
	default:
		return no, nothing, ""
	}
}

// inAccount reports whether a caller is of the principal's account, and of its
// partition, as far as both say.
func (p principal) inAccount(c *Caller) bool {
	a, err := arn.Parse(c.ARN)
	return c.Account != "" && c.Account == p.account && (p.partition == "" || err != nil || p.partition == a.Partition)
}

func roleName(s string) string { return s[strings.LastIndexByte(s, '/')+1:] }

// worthOf is what naming a caller itself is worth.
func worthOf(k CallerKind) grant {
	if k == Role {
		return toRole
	}
	return toIdentity
}
