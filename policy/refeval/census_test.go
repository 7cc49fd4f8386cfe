package refeval_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/policy/refeval"
)

// A census counts what the drawn cases hold.
type census map[string]int

func (c census) note(kind string, is bool) {
	if is {
		c[kind]++
	}
}

// TestDrawnKinds: what the two evaluators are compared on holds each kind of
// caller, policy, statement, principal, value and operator.
func TestDrawnKinds(t *testing.T) {
	t.Parallel()
	first, n := seeds(t, 15_000)
	c := census{}
	for seed := first; seed < first+n; seed++ {
		g := newGenerator(seed)
		req, policies := g.request(), g.policies()
		c.request(req)
		c.policies(policies)
		c.note("federated user with session policy", req.Caller.Kind == policy.FederatedUser && len(policies.Session) > 0)
	}
	wanted := kinds()
	for kind := range c {
		if !slices.Contains(wanted, kind) {
			t.Errorf("%s is counted, and not asked for", kind)
		}
	}
	for _, kind := range wanted {
		if c[kind] == 0 {
			t.Errorf("%s: not in one of %d cases", kind, n)
		}
	}
}

// kinds are all that the cases have to hold.
func kinds() []string {
	out := []string{
		"role, some session", "role, named session", "service-linked role", "unique ID", "user", "root user", "federated user", "service", "anonymous",
		"bucket policy", "root user of the bucket policy", "action without permission", "grant to retire", "federated user with session policy",
		"same account", "other account", "own key", "foreign key", "alias", "no resource", "line feed in a key", "colon in a key", "asterisk in a key",
		"key absent", "several values", "IPv6 address", "date with offset", "date in seconds", "encryption context", "line feed in a value", "empty value",
		"identity", "several identity policies", "resource", "boundary", "session", "endpoint", "management account", "RestrictPublicBuckets",
		"scps, 1 levels", "scps, 2 levels", "scps, 3 levels", "rcps, 1 levels", "rcps, 2 levels", "rcps, 3 levels", "empty level",
		"version none", "version 2008-10-17", "version 2012-10-17", "Deny", "Allow", "NotAction", "NotResource", "NotPrincipal in Deny", "NotPrincipal in Allow",
		"no Resource", "no Principal", "clauses on two keys",
		"everyone", "AWS *", "account ID", "account root", "role", "role session", "IAM user", "federated session", "deleted principal", "wildcard in a principal",
		"other partition", "Service", "CanonicalUser", "Federated", "principals of two types",
		"variable", "default", "escaped wildcard", "missing variable", "IPv6 range", "offset in the policy", "variable in Resource", "too short for an ARN",
		"value that cannot be read",
		"Null",
	}
	for family, names := range operators {
		for _, name := range names {
			for _, quantity := range []string{"", "ForAllValues:", "ForAnyValue:"} {
				if family != "Null" {
					out = append(out, quantity+name, quantity+name+"IfExists")
				}
			}
		}
	}
	return out
}

func (c census) request(r refeval.Request) {
	caller := r.Caller
	linked := strings.Contains(caller.ARN, ":role/aws-service-role/")
	c.note("role, some session", caller.Kind == policy.Role && caller.Session == "")
	c.note("role, named session", caller.Kind == policy.Role && caller.Session != "")
	c.note("service-linked role", linked)
	c.note("unique ID", caller.UniqueID != "")
	for kind, name := range map[policy.CallerKind]string{
		policy.User: "user", policy.Root: "root user", policy.FederatedUser: "federated user", policy.ServiceCaller: "service", policy.Anonymous: "anonymous",
	} {
		c.note(name, caller.Kind == kind)
	}
	c.note("bucket policy", r.Action == "s3:PutBucketPolicy")
	c.note("root user of the bucket policy", r.Action == "s3:PutBucketPolicy" && caller.Kind == policy.Root && caller.Account == r.ResourceAccount)
	c.note("action without permission", r.Action == "sts:GetCallerIdentity")
	c.note("grant to retire", r.Action == "kms:RetireGrant")
	c.note("same account", caller.Account == r.ResourceAccount)
	c.note("other account", caller.Account != "" && caller.Account != r.ResourceAccount)
	c.note("own key", strings.Contains(r.Resource, home+":key/"))
	c.note("foreign key", strings.Contains(r.Resource, foreign+":key/"))
	c.note("alias", strings.Contains(r.Resource, ":alias/"))
	c.note("no resource", r.Resource == "*")
	_, key, _ := strings.Cut(r.Resource, "/")
	c.note("line feed in a key", strings.Contains(key, "\n"))
	c.note("colon in a key", strings.Contains(key, ":"))
	c.note("asterisk in a key", strings.Contains(key, "*"))
	c.note("key absent", len(r.Context) < len(values))
	for key, list := range r.Context {
		text := strings.Join(list, " ")
		c.note("several values", len(list) > 1)
		c.note("IPv6 address", key == "aws:sourceip" && strings.Contains(text, ":"))
		c.note("date with offset", key == "aws:currenttime" && strings.Contains(text, "+"))
		c.note("date in seconds", key == "aws:currenttime" && !strings.Contains(text, "-"))
		c.note("encryption context", strings.HasPrefix(key, "kms:encryptioncontext:"))
		c.note("line feed in a value", strings.Contains(text, "\n"))
		c.note("empty value", text == "")
	}
}

func (c census) policies(p policy.Policies) {
	_, resource := p.Resource.Document.Get()
	_, boundary := p.Boundary.Document.Get()
	c.note("identity", len(p.Identity) > 0)
	c.note("several identity policies", len(p.Identity) > 1)
	c.note("resource", resource)
	c.note("boundary", boundary)
	c.note("session", len(p.Session) > 0)
	c.note("endpoint", len(p.Endpoint) > 0)
	c.note("management account", p.ManagementAccount)
	c.note("RestrictPublicBuckets", p.RestrictPublicBuckets)
	for name, levels := range map[string][][]policy.Source{"scps": p.SCPs.Or(nil), "rcps": p.RCPs.Or(nil)} {
		c.note(fmt.Sprintf("%s, %d levels", name, len(levels)), levels != nil)
		c.note("empty level", slices.ContainsFunc(levels, func(l []policy.Source) bool { return len(l) == 0 }))
	}
	for _, d := range documents(p) {
		version := d.Version
		if version == "" {
			version = "none"
		}
		c.note("version "+version, true)
		for i := range d.Statements {
			c.statement(&d.Statements[i])
		}
	}
}

func (c census) statement(st *policy.Statement) {
	c.note(string(st.Effect), true)
	c.note("NotAction", st.NotAction.Present())
	c.note("NotResource", st.NotResource.Present())
	c.note("NotPrincipal in "+string(st.Effect), st.NotPrincipal.Present())
	c.note("no Resource", !st.Resource.Present() && !st.NotResource.Present())
	c.note("no Principal", !st.Principal.Present() && !st.NotPrincipal.Present())
	for _, r := range st.Resource.Values {
		c.note("variable in Resource", strings.Contains(r, "${aws:"))
		c.note("too short for an ARN", r != "*" && strings.Count(r, ":") < 5)
	}
	c.principals(st.Principal)
	keys := map[string]bool{}
	for _, cl := range st.Condition {
		keys[strings.ToLower(cl.Key)] = true
		c.note(cl.Operator, true)
		c.written(cl)
	}
	c.note("clauses on two keys", len(keys) > 1)
}

func (c census) principals(p policy.Principals) {
	c.note("everyone", p.Everyone)
	c.note("principals of two types", len(p.Types) > 1)
	for _, t := range p.Types {
		if t.Type != "AWS" {
			c.note(t.Type, true)
			continue
		}
		for _, v := range t.Values.Values {
			c.note("AWS *", v == "*")
			c.note("account ID", v == home)
			c.note("account root", strings.HasSuffix(v, ":root"))
			c.note("wildcard in a principal", v != "*" && strings.Contains(v, "*"))
			c.note("other partition", strings.HasPrefix(v, "arn:aws-cn:"))
			c.note("deleted principal", strings.HasPrefix(v, "AROA") || strings.HasPrefix(v, "AIDA"))
			for kind, part := range map[string]string{"role": ":role/", "role session": ":assumed-role/", "IAM user": ":user/", "federated session": ":federated-user/"} {
				c.note(kind, strings.Contains(v, part))
			}
		}
	}
}

func (c census) written(cl policy.Clause) {
	for _, v := range cl.Values.Values {
		c.note("variable", strings.Contains(v, "${aws:"))
		c.note("default", strings.Contains(v, ", '"))
		c.note("escaped wildcard", strings.Contains(v, "${*}"))
		c.note("missing variable", strings.Contains(v, "${aws:missing}"))
		c.note("IPv6 range", strings.Contains(v, "::/"))
		c.note("offset in the policy", strings.Contains(v, "+02:00"))
		c.note("value that cannot be read", slices.Contains([]string{"x", "tomorrow", "300.1.1.1", "!"}, v) && !strings.Contains(cl.Operator, "String"))
	}
}

// TestKindsAreDecided: each key that requests hold decides some case. A key that
// no condition ever fits tests nothing. It is the generator that is looked at, so
// that the seeds are always the same.
func TestKindsAreDecided(t *testing.T) {
	t.Parallel()
	const n = 2000
	decides := map[string]int{}
	for seed := range uint64(n) {
		g := newGenerator(seed)
		req, policies := g.request(), g.policies()
		want := join(policy.Decide(concrete(req), policies))
		for key := range maps.Clone(req.Context) {
			less := req
			less.Context = maps.Clone(req.Context)
			delete(less.Context, key)
			if join(policy.Decide(concrete(less), policies)) != want {
				decides[key]++
			}
		}
	}
	for key := range values {
		if decides[key] == 0 {
			t.Errorf("%s decides none of %d cases", key, n)
		}
	}
}
