package refeval

import (
	"regexp"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/policy"
)

// A grant is what an Allow in a resource's policy is worth to the caller, in
// rising order.
type grant int

const (
	none            grant = iota
	toAccount             // the account is named: its own policies must allow in turn
	toRole                // the role is named: boundary and session policies limit
	toFederatedUser       // the user behind a federated session is named: session policies limit
	direct                // the user, session or service is named, or everyone
)

// grant is the most that the resource's policy allows. RestrictPublicBuckets
// leaves a public bucket policy to AWS services and the bucket's own account.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
// and https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html.
func (e *evaluation) grant() grant {
	doc, ok := e.policies.Resource.Document.Get()
	if !ok {
		return none
	}
	most := none
	for _, st := range doc.Statements {
		if st.Effect == policy.Allow && e.applies(policy.Resource, doc.Version, st) {
			most = max(most, e.worthOfStatement(st))
		}
	}
	foreign := e.req.Caller.Kind != policy.ServiceCaller && e.req.Caller.Account != e.req.ResourceAccount
	if most != none && foreign && e.policies.RestrictPublicBuckets && e.service() == "s3" && e.public(doc) {
		return none
	}
	return most
}

// worthOfStatement is the worth of a statement that applies. Everyone but those
// listed is what NotPrincipal with Allow used to mean; nobody is named then.
func (e *evaluation) worthOfStatement(st policy.Statement) grant {
	if st.NotPrincipal.Present() {
		return direct
	}
	return e.worth(st.Principal)
}

// public says whether S3 takes a bucket policy for public, as far as that is
// plain: everyone may do something without a condition, or only named
// principals may do anything.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status.
func (e *evaluation) public(doc *policy.Document) bool {
	open := false
	for _, st := range doc.Statements {
		if st.Effect != policy.Allow || !st.NotPrincipal.Present() && !wild(st.Principal) {
			continue
		}
		if isEveryone(st.Principal) && len(st.Condition) == 0 {
			return true
		}
		open = true
	}
	return open && e.ask("is the bucket policy public")
}

func wild(p policy.Principals) bool {
	return p.Everyone || slices.ContainsFunc(p.Types, func(t policy.PrincipalsType) bool {
		return slices.ContainsFunc(t.Values.Values, func(v string) bool { return strings.ContainsAny(v, "*?") })
	})
}

// isEveryone: "*" and {"AWS": "*"} are equal.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-anonymous.
func isEveryone(p policy.Principals) bool {
	return p.Everyone || slices.ContainsFunc(p.Types, func(t policy.PrincipalsType) bool {
		return t.Type == "AWS" && t.Values.Contains("*")
	})
}

// principalMatches compares Principal or NotPrincipal, which only policies of
// resources, RCPs and endpoint policies have.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html.
func (e *evaluation) principalMatches(layer policy.Layer, st policy.Statement) bool {
	named := st.Principal.Present() || st.NotPrincipal.Present()
	switch layer {
	case policy.Identity, policy.Boundary, policy.Session, policy.SCP:
		return !named || e.ask("a Principal where none belongs")
	case policy.Endpoint:
		return e.endpointPrincipal(st)
	case policy.Resource, policy.RCP:
	}
	switch {
	case !named:
		return e.ask("a statement without Principal")
	case st.NotPrincipal.Present():
		return e.notPrincipal(st)
	default:
		return e.worth(st.Principal) != none
	}
}

// endpointPrincipal: in the policy of a gateway endpoint a principal can only
// be "*"; an account there means its root user.
//
// See https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html.
func (e *evaluation) endpointPrincipal(st policy.Statement) bool {
	switch {
	case isEveryone(st.Principal):
		return true
	case st.Principal.Present() && e.worth(st.Principal) == none:
		return false
	default:
		return e.ask("the principal of an endpoint policy")
	}
}

// worth is what the principals of a statement grant to the caller.
func (e *evaluation) worth(p policy.Principals) grant {
	if isEveryone(p) {
		return direct
	}
	most := none
	for _, t := range p.Types {
		for _, name := range t.Values.Values {
			most = max(most, e.worthOf(t.Type, name))
		}
	}
	return most
}

func (e *evaluation) worthOf(kind, name string) grant {
	c := e.req.Caller
	switch {
	case kind == "AWS":
		return e.worthOfAWS(name)
	case kind == "Service" && c.Kind == policy.ServiceCaller:
		return when(name == c.ARN || name == "*" && e.ask("every service"), direct)
	case kind == "CanonicalUser" && c.Account != "":
		return when(e.ask("whose is the canonical ID %s", name), toAccount)
	default:
		return none // Federated: sessions of identity providers, which no Caller is
	}
}

func when(is bool, g grant) grant {
	if is {
		return g
	}
	return none
}

var accountID = regexp.MustCompile(`^[0-9]{12}$`)

func (e *evaluation) worthOfAWS(name string) grant {
	c := e.req.Caller
	parts := strings.SplitN(name, ":", 6)
	switch {
	case name == c.ARN && c.Kind == policy.Role, name == c.UniqueID && name != "" && c.Kind == policy.Role:
		return toRole
	case name == c.ARN && (c.Kind == policy.User || c.Kind == policy.Root || c.Kind == policy.FederatedUser):
		return direct
	case name == c.UniqueID && name != "" && c.Kind == policy.User:
		return direct
	case accountID.MatchString(name):
		return when(name == c.Account, e.accountWorth())
	case len(parts) != 6 || parts[0] != "arn" || parts[1] != e.partition() || parts[4] != c.Account || c.Account == "":
		return none
	case parts[2] == "iam" && parts[5] == "root":
		return e.accountWorth()
	case c.Kind == policy.Role && parts[2] == "sts" && c.Session != "":
		return when(parts[5] == "assumed-role/"+c.ARN[strings.LastIndex(c.ARN, "/")+1:]+"/"+c.Session, direct)
	case c.Kind == policy.FederatedUser && parts[2] == "iam" && strings.HasPrefix(parts[5], "user/"):
		return when(e.ask("is %s the user behind the session", name), toFederatedUser)
	default:
		return none
	}
}

func (e *evaluation) accountWorth() grant {
	if e.req.Caller.Kind == policy.Root {
		return direct
	}
	return toAccount
}

func (e *evaluation) partition() string {
	_, rest, _ := strings.Cut(e.req.Caller.ARN, ":")
	partition, _, _ := strings.Cut(rest, ":")
	return partition
}

// notPrincipal: with Deny, everyone but those listed. To be spared, a caller
// needs its account and, for a role, also its session listed, and it must not
// have a permissions boundary.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html.
func (e *evaluation) notPrincipal(st policy.Statement) bool {
	c := e.req.Caller
	attached := c.Kind == policy.User || c.Kind == policy.Role
	_, bounded := e.policies.Boundary.Document.Get()
	switch {
	case st.Effect != policy.Deny || isEveryone(st.NotPrincipal):
		return e.ask("NotPrincipal")
	case attached && bounded:
		return true
	case c.Kind == policy.FederatedUser && bounded && e.ask("does the boundary of a federated session's user count for NotPrincipal"):
		return true
	case e.worth(st.NotPrincipal) == none:
		return true
	case slices.ContainsFunc(st.NotPrincipal.Types, func(t policy.PrincipalsType) bool { return t.Values.Contains(c.UniqueID) }):
		return e.ask("a unique ID in NotPrincipal")
	case e.chain(st.NotPrincipal):
		return false
	default:
		return e.ask("NotPrincipal with a part of the caller")
	}
}

// chain says whether a NotPrincipal lists all that it has to list for a caller.
func (e *evaluation) chain(p policy.Principals) bool {
	lists := func(want grant) bool {
		return slices.ContainsFunc(p.Types, func(t policy.PrincipalsType) bool {
			return slices.ContainsFunc(t.Values.Values, func(v string) bool { return e.worthOf(t.Type, v) == want })
		})
	}
	switch e.req.Caller.Kind {
	case policy.ServiceCaller, policy.Root:
		return lists(direct)
	case policy.Role:
		return lists(toAccount) && lists(toRole) && lists(direct)
	case policy.User, policy.FederatedUser:
		return lists(toAccount) && lists(direct)
	case policy.Anonymous:
	}
	return false
}
