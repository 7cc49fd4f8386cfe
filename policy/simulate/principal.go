package simulate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/policy"
)

const forms = "it is the ARN of a role, user, root user, role session or federated session, a service principal, or anonymous"

// parsePrincipal reads who makes a request.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html.
func parsePrincipal(s string) (policy.Caller, error) {
	if s == "anonymous" {
		return policy.Caller{Kind: policy.Anonymous}, nil
	}
	if isService(s) {
		return policy.Caller{Kind: policy.ServiceCaller, ARN: s}, nil
	}
	a, err := arn.Parse(s)
	if err != nil || a.Region != "" || !arn.IsAccountID(a.Account) || strings.ContainsAny(s, "*?") {
		return policy.Caller{}, fmt.Errorf("request.principal %q: %s", s, forms)
	}
	c, ok := callerOf(a)
	if !ok {
		return policy.Caller{}, fmt.Errorf("request.principal %q: %s", s, forms)
	}
	return c, nil
}

// isService reports whether s has the form of a service's name: labels with
// dots between them.
func isService(s string) bool {
	labels := strings.Split(s, ".")
	return len(labels) > 1 && !slices.ContainsFunc(labels, func(l string) bool {
		return l == "" || strings.Trim(l, "abcdefghijklmnopqrstuvwxyz0123456789-") != ""
	})
}

func callerOf(a arn.ARN) (policy.Caller, bool) {
	c := policy.Caller{ARN: a.String(), Account: a.Account}
	_, name, _ := strings.Cut(a.Resource, "/")
	switch a.Service + ":" + a.Type() {
	case "iam:":
		c.Kind = policy.Root
		return c, a.Resource == "root"
	case "iam:role":
		c.Kind = policy.Role
	case "iam:user":
		c.Kind = policy.User
	case "sts:federated-user":
		c.Kind = policy.FederatedUser
	case "sts:assumed-role":
		c.Kind = policy.Role
		name, c.Session, _ = strings.Cut(name, "/")
		c.ARN = arn.Role(a.Partition, a.Account, "", name)
		return c, name != "" && c.Session != "" && !strings.Contains(c.Session, "/")
	default:
		return c, false
	}
	return c, a.Name() != "" && a.Resource[len(a.Type())] == '/'
}

// settleRole finds the path of the role of a session. The ARN of a session does
// not hold it, and the names of roles are unique within an account: so a role of
// that name, wherever it is named with its path, is the one.
//
// See https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html.
func (c *Case) settleRole() error {
	caller := &c.Request.Caller
	if caller.Kind != policy.Role || caller.Session == "" {
		return nil
	}
	found := c.rolesNamed(caller.ARN)
	switch len(found) {
	case 0:
	case 1:
		caller.ARN = found[0]
	default:
		return fmt.Errorf("request.principal: the path of its role is not known, and the policies name %s; "+
			"state aws:PrincipalArn in the context", strings.Join(found, " and "))
	}
	return nil
}

// rolesNamed returns the ARNs of roles with the account and name of a role,
// whatever their path: the one of aws:PrincipalArn, else those that are named
// as principals, of which two are enough.
func (c *Case) rolesNamed(role string) []string {
	for _, m := range c.context {
		if !strings.EqualFold(m.name, "aws:PrincipalArn") {
			continue
		}
		if s, err := scalar(m.name, m.value); err == nil && sameRole(s, role) {
			return []string{s}
		}
	}
	var found []string
	for d := range c.documents() {
		for i := range d.Statements {
			st := &d.Statements[i]
			found = appendRoles(found, st.Principal.Types, role)
			found = appendRoles(found, st.NotPrincipal.Types, role)
			if len(found) > 1 {
				return found[:2]
			}
		}
	}
	return found
}

func appendRoles(found []string, types []policy.PrincipalsType, role string) []string {
	for _, t := range types {
		for _, v := range t.Values.Values {
			if t.Type == "AWS" && !slices.Contains(found, v) && sameRole(v, role) {
				found = append(found, v)
			}
		}
	}
	return found
}

// sameRole reports whether two ARNs are of one role but for its path.
func sameRole(s, role string) bool {
	a, err := arn.Parse(s)
	b, _ := arn.Parse(role)
	return err == nil && a.Type() == "role" && a.Name() == b.Name() &&
		a.Partition == b.Partition && a.Service == b.Service && a.Account == b.Account
}
