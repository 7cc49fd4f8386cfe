package audit

import (
	"cmp"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
)

// admits reports whether a statement may let a caller in: it is among its
// principals, and no condition on who calls shuts it out. What else a condition
// asks for may hold.
func admits(st *policy.Statement, caller policy.Caller) bool {
	return admitsWith(st, caller, identityOf(caller))
}

// admitsWith is admits for what condition keys say of a caller.
func admitsWith(st *policy.Statement, caller policy.Caller, keys map[string]policy.Domain) bool {
	about := slices.DeleteFunc(slices.Clone(st.Condition), func(c policy.Clause) bool { return !asksWho(c, keys) })
	switch {
	case len(about) == 0 && everyone(st) && !st.NotPrincipal.Present():
		return true
	case slices.ContainsFunc(about, func(c policy.Clause) bool { return listsOthers(c, caller) }):
		return false
	}
	whom := policy.Statement{
		Effect: policy.Allow, Principal: st.Principal, NotPrincipal: st.NotPrincipal, Condition: about,
		Action: policy.One("*"), Resource: policy.One("*"),
	}
	own := policy.Statement{Effect: policy.Allow, Action: policy.One("*"), Resource: policy.One("*")}
	answer := policy.Decide(policy.Request{
		Caller: caller, Action: "s3:GetObject", Resource: "arn:aws:s3:::bucket/key", ResourceAccount: "000000000001",
		Context: policy.Context{Keys: keys, Rest: func(string) policy.Domain { return policy.Anything() }},
	}, policy.Policies{
		Identity: []policy.Source{{Document: fact.Of(policy.New(own))}},
		Resource: policy.Source{Document: fact.Of(policy.New(whom))},
		Boundary: policy.Source{Document: fact.Absent[*policy.Document]()},
		SCPs:     fact.Absent[[][]policy.Source](), RCPs: fact.Absent[[][]policy.Source](),
	})
	return slices.ContainsFunc(answer.Classes, func(c policy.Class) bool { return !c.Decision.Denied() })
}

// asksWho reports whether a condition is about keys that say who calls.
func asksWho(c policy.Clause, keys map[string]policy.Domain) bool {
	_, ok := keys[strings.ToLower(c.Key)]
	return ok
}

// listsOthers reports whether a condition lists principals or accounts in full, and
// not the caller's: the answer for nearly all roles where a policy is for everyone.
func listsOthers(c policy.Clause, caller policy.Caller) bool {
	own := ""
	switch {
	case bounds(c, "aws:PrincipalArn"):
		own = caller.ARN
	case bounds(c, "aws:PrincipalAccount") || bounds(c, "kms:CallerAccount"):
		own = caller.Account
	}
	return own != "" && !slices.ContainsFunc(c.Values.Values, func(v string) bool { return v == own || strings.ContainsAny(v, "*?$") })
}

// identityOf are the condition keys that say who a caller is.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
// and https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-caller-account.
func identityOf(c policy.Caller) map[string]policy.Domain {
	keys := map[string]policy.Domain{
		"aws:principalarn": policy.Absent(), "aws:principalaccount": policy.Absent(), "kms:calleraccount": policy.Absent(),
		"aws:principalisawsservice": policy.Exactly("false"), "aws:principalservicename": policy.Absent(),
		"aws:sourceorgid": policy.Absent(), "aws:sourceorgpaths": policy.Absent(),
	}
	if c.Kind != policy.Anonymous {
		keys["aws:principalarn"] = policy.Exactly(c.ARN)
		keys["aws:principalaccount"], keys["kms:calleraccount"] = policy.Exactly(c.Account), policy.Exactly(c.Account)
	}
	switch {
	case c.Account == nobodys || c.Kind == policy.Anonymous: // nobody whom a policy can mean
		for _, key := range []string{"aws:principalorgid", "aws:principalorgpaths", "aws:userid"} {
			keys[key] = policy.Absent()
			if c.Kind != policy.Anonymous {
				keys[key] = policy.Exactly(nobodys)
			}
		}
	case c.UniqueID != "":
		keys["aws:userid"] = policy.Like(c.UniqueID + ":*")
	}
	return keys
}

// nobodys and strangers are numbers of no account: of the first also the
// organization is one that no policy means.
const (
	nobodys   = "000000000000"
	strangers = "000000000002"
)

// somebody is a caller of an account, where a document is, whom no policy names.
func (c consulted) somebody(account string) policy.Caller {
	target, _ := arn.Parse(c.target)
	p := cmp.Or(target.Partition, "aws")
	return policy.Caller{Kind: policy.Role, ARN: "arn:" + p + ":iam::" + account + ":role/" + nobodys, Account: account}
}

// anonymous is a caller who does not sign requests.
var anonymous = policy.Caller{Kind: policy.Anonymous}

// asCaller is the caller that the ARN of a role or a user means.
func asCaller(of string) policy.Caller {
	kind := policy.Role
	if p, err := arn.Parse(of); err == nil && p.Type() == "user" {
		kind = policy.User
	}
	return policy.Caller{Kind: kind, ARN: of, Account: arnAccount(of), AnySession: true}
}

// everyone reports whether the principals of a statement are all, but for some
// that it may name.
func everyone(st *policy.Statement) bool {
	return st.NotPrincipal.Present() || st.Principal.Everyone || slices.ContainsFunc(st.Principal.Types, func(t policy.PrincipalsType) bool {
		return t.Type == "AWS" && t.Values.Contains("*")
	})
}

// isOpen reports whether a statement lets in callers of whom it knows nothing:
// no condition keeps it to some that AWS takes for narrow, or to accounts and
// principals that are written.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html.
func isOpen(c consulted, st *policy.Statement) bool {
	if !everyone(st) {
		return false
	}
	if public, _ := policy.New(*st).Public(); !public {
		return false
	}
	return admitsAnybody(c, st) || !isKeyPolicy(c.document) && admits(st, anonymous)
}

// lets says whether a statement of a bucket's or a key's policy keeps nobody out,
// and Block Public Access does not restrict it: unknown where that was not read.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html.
func (a *auditor) lets(c consulted, st *policy.Statement) fact.Value[bool] {
	switch {
	case !isOpen(c, st):
		return fact.Of(false)
	case isKeyPolicy(c.document):
		return fact.Of(true)
	}
	restricts, read := a.restrictsPublic(c.bucket()).Get()
	if !read {
		return fact.Value[bool]{}
	}
	return fact.Of(!restricts)
}

// perhapsOpen records that nobody knows whether Block Public Access keeps out
// those whom a bucket's policy lets in: everyone.
func (a *auditor) perhapsOpen(c consulted) {
	b := c.bucket()
	if p := a.blockPlace(b); !a.told(cause{checkReadDenied, p.target, readBlock}) {
		a.blockUnread(b, concern{to: b.Name, position: c.position})
	}
}

// bucket is the one that a bucket's policy belongs to.
func (c consulted) bucket() replication.Bucket {
	target, _ := arn.Parse(c.target)
	return replication.Bucket{Name: target.Resource, Account: c.account, Partition: target.Partition}
}

// delegates reports whether a statement of a key's policy leaves it to the IAM
// policies of the key's own account who may use it, as every key does by default.
//
// See https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html.
func delegates(c consulted, st *policy.Statement, account string) bool {
	if !isKeyPolicy(c.document) || account != c.account {
		return false
	}
	return !everyone(st) || !admits(st, c.somebody(strangers))
}

// accountsIn are the accounts that a statement names, be it in conditions.
func accountsIn(st *policy.Statement) []string {
	var values []string
	for _, t := range st.Principal.Types {
		if t.Type == "AWS" {
			values = append(values, t.Values.Values...)
		}
	}
	if everyone(st) {
		for _, c := range st.Condition {
			values = append(values, c.Values.Values...)
		}
	}
	var accounts []string
	for _, v := range values {
		account := v
		if strings.HasPrefix(v, "arn:") {
			account = arnAccount(v)
		}
		if arn.IsAccountID(account) && !slices.Contains(accounts, account) {
			accounts = append(accounts, account)
		}
	}
	return accounts
}

// letsAccount reports whether a statement lets in an account: whoever of it its
// own policies let.
func (c consulted) letsAccount(st *policy.Statement, account string) bool {
	return (everyone(st) || reaches(st.Principal, account)) && admits(st, c.somebody(account))
}

// alone reports whether a statement lets a role in by itself, and not with its
// account or everyone.
func (s *scopes) alone(st *policy.Statement, role string) bool {
	if everyone(st) || reaches(st.Principal, arnAccount(role)) {
		return narrowedTo(st, role)
	}
	return s.namedAs(st.Principal, role)
}

// narrowedTo reports whether a condition keeps a statement to roles that it
// names, of which one is this.
func narrowedTo(st *policy.Statement, role string) bool {
	return slices.ContainsFunc(st.Condition, func(c policy.Clause) bool {
		some := slices.ContainsFunc(c.Values.Values, func(v string) bool { return strings.ContainsAny(v, "*?") })
		return bounds(c, "aws:PrincipalArn") && c.Values.Contains(role) && !some
	})
}

// namedAs reports whether principals name a role: by its ARN, by its unique ID,
// or a session of it.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html.
func (s *scopes) namedAs(p policy.Principals, role string) bool {
	return slices.ContainsFunc(p.Types, func(t policy.PrincipalsType) bool {
		return t.Type == "AWS" && slices.ContainsFunc(t.Values.Values, func(v string) bool { return s.means(v, role) })
	})
}

// means reports whether a principal is a role, under whatever name.
func (s *scopes) means(value, role string) bool {
	if value == role || s.ids[role] != "" && value == s.ids[role] {
		return true
	}
	p, err := arn.Parse(value)
	if err != nil || p.Service != "sts" || p.Type() != "assumed-role" {
		return false
	}
	name, _, _ := strings.Cut(strings.TrimPrefix(p.Resource, "assumed-role/"), "/")
	r, err := arn.Parse(role)
	return err == nil && r.Service == "iam" && r.Type() == "role" && r.Account == p.Account && r.Name() == name
}
