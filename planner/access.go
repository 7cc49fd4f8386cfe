package planner

import (
	"cmp"
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/spec"
)

// AccessSchema is the version of the JSON form of an [Access].
const AccessSchema = "repligrant.access/v1"

// An Access is what the people who work with repligrant need to be allowed: to
// read what an audit reads, and to apply what a plan holds.
type Access struct {
	Schema   string         `json:"schema"`
	Policies []AccessPolicy `json:"policies"` // by account, the auditor's before the operator's
	Warnings []Warning      `json:"warnings"`
}

// A Person is who an access policy is for.
type Person string

// The persons.
const (
	Auditor  Person = "auditor"  // reads, and nothing else
	Operator Person = "operator" // applies the plan
)

// An AccessPolicy is one document for one person in one account.
type AccessPolicy struct {
	For      Person          `json:"for"`
	Account  string          `json:"account"`
	Name     string          `json:"name"`             // of a managed policy; "trust" for who may assume Target
	Target   string          `json:"target,omitempty"` // ARN of the role that the SPEC signs in with
	Document json.RawMessage `json:"document"`
	Size     int             `json:"size"` // as AWS counts it
	Limit    int             `json:"limit"`

	// ExternalIDEnv is, for a trust policy that demands an external ID, the
	// environment variable that holds it. The document has [ExternalID] in its
	// place: it is a secret.
	ExternalIDEnv string `json:"external_id_env,omitempty"`
}

// Trust reports whether p says who may assume a role.
func (p AccessPolicy) Trust() bool { return p.Name == trustName }

const trustName = "trust"

// ExternalID stands in a trust policy where the external ID belongs. Nobody who
// applies it unchanged lets anybody in but who knows these words.
const ExternalID = "REPLACE-WITH-THE-EXTERNAL-ID"

// AccessOptions say what a SPEC does not. The zero AccessOptions is ready to use.
type AccessOptions struct {
	// Auditors are the ARNs of the principals that assume the roles by which the
	// SPEC signs in; none: their trust policies are not written.
	Auditors []string
	// Explain lets the auditor ask S3 for objects, as `explain --read-object` does:
	// for Objects, or, if that is empty, for those of all buckets that the SPEC
	// replicates from.
	Explain bool
	Objects []Objects
}

// auditors are principals that a trust policy can name: no wildcard, so that a
// slip does not open the accounts to everyone.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html.
var auditors = regexp.MustCompile(`^arn:[a-z-]+:(iam::[0-9]{12}:(root|role/[\w+=,.@/-]+|user/[\w+=,.@/-]+)|sts::[0-9]{12}:assumed-role/[\w+=,.@-]+/[\w+=,.@-]+)$`)

// IsAuditor reports whether s can be one of [AccessOptions.Auditors].
func IsAuditor(s string) bool { return auditors.MatchString(s) }

// NewAccess returns what a SPEC needs people to be allowed, for exactly the
// buckets, roles, users, keys and access points that it names. The errors are
// those of [New], and those of policies that no quota has room for.
func NewAccess(s *spec.Spec, o AccessOptions) (*Access, error) {
	p, err := New(s)
	if err != nil {
		return nil, err
	}
	if err := o.checkObjects(s); err != nil {
		return nil, err
	}
	a := &accessing{Access: &Access{Schema: AccessSchema, Policies: []AccessPolicy{}, Warnings: []Warning{}}, options: o}
	for _, account := range slices.Concat(s.Accounts, p.unnamed(s)) {
		scope := scopeOf(s, p, account)
		scope.objects = o.objectsIn(s, account)
		a.warnObjects(scope)
		a.add(Auditor, scope, scope.reads())
		a.trust(account.Pos, s.SignIn(account).ExternalIDEnv.Value, scope)
		a.warnUnbounded(account.Pos, scope)
		a.add(Operator, scope, scope.work())
	}
	slices.SortStableFunc(a.Policies, func(x, y AccessPolicy) int { return strings.Compare(x.Account, y.Account) })
	return a.Access, a.problems.Err()
}

// unnamed are the accounts that apply a part of p and that s does not name: those
// that own no more than a key. They go by their ID.
func (p *Plan) unnamed(s *spec.Spec) []spec.Account {
	var list []spec.Account
	known := map[string]bool{}
	for _, a := range s.Accounts {
		known[a.ID.Value] = true
	}
	for _, d := range p.Documents {
		if known[d.Account] {
			continue
		}
		known[d.Account] = true
		a, _ := arn.Parse(d.Target)
		id := spec.Text{Value: d.Account}
		list = append(list, spec.Account{Name: id, ID: id, Partition: spec.Text{Value: a.Partition}})
	}
	return list
}

// accessing is an Access being put together.
type accessing struct {
	*Access
	options  AccessOptions
	problems diag.List
}

// A scope is what a SPEC names in one account, as ARNs in order.
type scope struct {
	partition, account    string
	role                  string // of the auditor; "" if the SPEC names none
	buckets, roles, users []string
	versioned             []string // buckets that replicate
	objects               []string // patterns of those that may be asked for
	keys, points          []string
	organization          bool       // it may read its organization
	members               bool       // and which accounts it has
	documents             []Document // that the account applies
}

func scopeOf(s *spec.Spec, p *Plan, account spec.Account) *scope {
	c := &scope{partition: cmp.Or(account.Partition.Value, s.Partition(account.Name.Value)), account: account.ID.Value, role: roleOf(s, account), organization: account.Organization.Value}
	sets := map[*[]string]map[string]bool{}
	add := func(list *[]string, value string) {
		if sets[list] == nil {
			sets[list] = map[string]bool{}
		}
		sets[list][value] = true
	}
	for _, b := range s.Buckets {
		if b.Account.Value == account.Name.Value {
			add(&c.buckets, replication.BucketOf(s, b.Name.Value).ARN())
		}
	}
	for _, r := range s.Rules {
		for _, name := range []string{r.From.Value, r.To.Value} {
			if b, _ := s.Bucket(name); b.Account.Value == account.Name.Value {
				add(&c.versioned, replication.BucketOf(s, name).ARN())
			}
		}
	}
	for _, d := range p.Documents {
		if d.Account != c.account {
			continue
		}
		c.documents = append(c.documents, d)
		if list := c.listOf(d.Target); list != nil {
			add(list, d.Target)
		}
	}
	for _, key := range keysOf(s) {
		if a, err := arn.Parse(key); err == nil && a.Account == c.account {
			add(&c.keys, key)
		}
	}
	for list, values := range sets {
		*list = slices.Sorted(maps.Keys(values))
	}
	return c
}

// listOf returns the list for a target that is no bucket; those are in the SPEC.
func (c *scope) listOf(target string) *[]string {
	switch {
	case strings.Contains(target, ":role/"):
		return &c.roles
	case strings.Contains(target, ":user/"):
		return &c.users
	case strings.Contains(target, ":accesspoint/"):
		return &c.points
	case strings.Contains(target, ":kms:"):
		return &c.keys
	default:
		return nil
	}
}

// keysOf lists the KMS keys that a SPEC names.
func keysOf(s *spec.Spec) []string {
	var keys []string
	for _, b := range s.Buckets {
		for _, k := range b.KMSKeys.Value {
			keys = append(keys, k.Value)
		}
	}
	for _, r := range s.Rules {
		if r.ReplicaKMSKey.Value != "" {
			keys = append(keys, r.ReplicaKMSKey.Value)
		}
	}
	return keys
}

// roleOf is the role by which the SPEC signs in to an account; "" for none.
func roleOf(s *spec.Spec, account spec.Account) string {
	if _, named := s.Account(account.Name.Value); !named {
		return ""
	}
	if !account.RoleARN.IsZero() {
		return account.RoleARN.Value
	}
	if name := s.SignIn(account).RoleName.Value; name != "" {
		return arn.Role(s.Partition(account.Name.Value), account.ID.Value, "", name)
	}
	return ""
}

// add writes statements as managed policies, as few as their quota lets.
func (a *accessing) add(who Person, c *scope, statements []policy.Statement) {
	documents := fit(statements)
	if len(documents) > mostManaged {
		a.problems = append(a.problems, accessProblems.At(diag.Pos{}, "access-too-large", "person", string(who), "account", c.account,
			"policies", strconv.Itoa(len(documents)), "most", strconv.Itoa(mostManaged)))
		return
	}
	for i, d := range documents {
		name := "repligrant-" + string(who)
		if i > 0 {
			name += "-" + strconv.Itoa(i+1)
		}
		one := AccessPolicy{For: who, Account: c.account, Name: name, Document: encode(d)}
		if who == Auditor {
			one.Target = c.role
		}
		a.append(one, policy.ManagedPolicy)
	}
}

// mostManaged is how many managed policies a role takes by default.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html.
const mostManaged = 20

func (a *accessing) append(p AccessPolicy, place policy.Place) {
	quota := policy.QuotaOf(place)
	p.Size, p.Limit = quota.Count(string(p.Document)), quota.Limit
	a.Policies = append(a.Policies, p)
}

// trust says who may assume the role by which the auditor signs in.
func (a *accessing) trust(pos diag.Pos, externalIDEnv string, c *scope) {
	if c.role == "" {
		return
	}
	if len(a.options.Auditors) == 0 {
		a.Warnings = append(a.Warnings, warn(pos, "access-no-auditor", "role", c.role))
		return
	}
	st := policy.Statement{
		Sid: "Auditor", Effect: policy.Allow, Principal: policy.AWS(a.options.Auditors...), Action: policy.One("sts:AssumeRole"),
	}
	if externalIDEnv != "" {
		st.Condition = []policy.Clause{{Operator: "StringEquals", Key: "sts:ExternalId", Values: policy.One(ExternalID)}}
	}
	a.append(AccessPolicy{
		For: Auditor, Account: c.account, Name: trustName, Target: c.role, Document: encode(policy.New(st)), ExternalIDEnv: externalIDEnv,
	}, policy.TrustPolicy)
}

// fit spreads statements over documents that a managed policy has room for.
func fit(statements []policy.Statement) []*policy.Document {
	var documents []*policy.Document
	for len(statements) > 0 {
		d := policy.New(statements[0])
		if tooBig(d) && len(statements[0].Resource.Values) > 1 {
			statements = append(halves(statements[0]), statements[1:]...)
			continue
		}
		i := slices.IndexFunc(documents, func(o *policy.Document) bool {
			return !tooBig(policy.New(append(slices.Clone(o.Statements), statements[0])...))
		})
		if i >= 0 {
			documents[i].Statements = append(documents[i].Statements, statements[0])
		} else {
			documents = append(documents, d)
		}
		statements = statements[1:]
	}
	for _, d := range documents {
		sids{}.name(d.Statements)
	}
	return documents
}

func tooBig(d *policy.Document) bool {
	quota := policy.QuotaOf(policy.ManagedPolicy)
	return quota.Count(string(encode(d))) > quota.Limit-len("99")*len(d.Statements) // Sids may get a number
}

// halves splits a statement by its resources.
func halves(st policy.Statement) []policy.Statement {
	half := len(st.Resource.Values) / 2
	a, b := st, st
	a.Resource, b.Resource = policy.Compact(st.Resource.Values[:half]...), policy.Compact(st.Resource.Values[half:]...)
	return []policy.Statement{a, b}
}

// accessProblems are what no quota has room for, and what a SPEC knows nothing of.
var accessProblems = diag.Table{
	"access-objects": {
		Message: "the spec replicates nothing from bucket {bucket}, so that there is nothing to explain of its objects",
		Hint:    "it replicates from {known}",
	},
	"access-too-large": {
		Message: "what the {person} needs in account {account} takes {policies} managed policies; a role has {most} by default",
		Hint:    "split the spec: fewer buckets, roles and keys at a time",
	},
}
