package simulate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/actions"
	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/policy/glob"
)

// optionNames are the fields that say how a request is to be answered.
var optionNames = []string{"fill", "unknown_keys", "possible", "all", "patterns", "explain"}

// Options say how a request is to be answered.
type options struct {
	fill, all, explain bool
	unknown            []string
	possible, patterns []member
	keys               map[string]string // of the option that stands for a name: where it was written
}

// option reads an option; ok is false if the field is none. Where is "request."
// or "" for the line itself.
func (o *options) option(where string, m member) (ok bool, err error) {
	if !slices.Contains(optionNames, m.name) {
		return false, nil
	}
	where += m.name
	if first, twice := o.keys[m.name]; twice {
		return true, fmt.Errorf("%s is here twice: as %s and as %s", m.name, first, where)
	}
	o.keys[m.name] = where
	if isNull(m.value) {
		return true, nil
	}
	switch m.name {
	case "fill":
		o.fill, err = boolean(where, m.value)
	case "all":
		o.all, err = boolean(where, m.value)
	case "explain":
		o.explain, err = boolean(where, m.value)
	case "unknown_keys":
		o.unknown, err = keyNames(where, m.value)
	case "possible":
		o.possible, err = members(where, m.value)
	case "patterns":
		o.patterns, err = members(where, m.value)
	}
	return true, err
}

// keyNames reads a list of context keys.
func keyNames(where string, raw []byte) ([]string, error) {
	list, err := items(where, raw)
	if err != nil {
		return nil, err
	}
	keys := make([]string, len(list))
	for i, raw := range list {
		if keys[i], err = text(fmt.Sprintf("%s[%d]", where, i), raw); err != nil {
			return nil, err
		}
	}
	return keys, nil
}

// A keyring gathers what is known of the context keys of a request.
type keyring struct {
	domains map[string]policy.Domain
	stated  map[string]mention
}

// A mention is where a key was stated, and how it was spelled there.
type mention struct{ where, key string }

// state notes what is known of a key. A key has one statement, however it is
// spelled.
func (k *keyring) state(where, key string, d policy.Domain) error {
	lower := strings.ToLower(key)
	if first, twice := k.stated[lower]; twice {
		return fmt.Errorf("context key %q in %s is there already: %q in %s", key, where, first.key, first.where)
	}
	k.stated[lower], k.domains[lower] = mention{where, key}, d
	return nil
}

// settleContext gathers the context of the request.
func (c *Case) settleContext(p *parts) error {
	k := keyring{map[string]policy.Domain{}, map[string]mention{}}
	if err := c.stated(&k); err != nil {
		return err
	}
	if err := c.open(&k, &p.options); err != nil {
		return err
	}
	if err := c.pattern(&k, p); err != nil {
		return err
	}
	c.Request.Caller.UniqueID = k.uniqueID(c.context)
	if p.fill {
		c.fillKeys(&k)
	}
	if p.set.withoutBucketTags && isBucket(c.Request.Resource) {
		k.dropTags()
	}
	c.Request.Context.Keys = k.domains
	return nil
}

// stated reads the keys that have a value.
func (c *Case) stated(k *keyring) error {
	for _, m := range c.context {
		values, err := valuesOf("request.context."+m.name, m.value)
		if err != nil {
			return err
		}
		d := policy.Absent()
		if len(values) > 0 {
			d = policy.Exactly(values...)
		}
		if err := k.state("context", m.name, d); err != nil {
			return err
		}
	}
	return nil
}

// valuesOf reads the values of a key: one, or a list of them. Null and the empty
// list are no value.
func valuesOf(where string, raw []byte) ([]string, error) {
	if isNull(raw) {
		return nil, nil
	}
	if raw[0] != '[' {
		one, err := scalar(where, raw)
		return []string{one}, err
	}
	list, err := items(where, raw)
	values := make([]string, len(list))
	for i := 0; i < len(list) && err == nil; i++ {
		values[i], err = scalar(fmt.Sprintf("%s[%d]", where, i), list[i])
	}
	return values, err
}

// open reads the keys that may have several values.
func (c *Case) open(k *keyring, o *options) error {
	for _, key := range o.unknown {
		if key == "" || strings.ContainsAny(key, "*?") {
			return fmt.Errorf("unknown_keys: %q names no context key", key)
		}
		if err := k.state("unknown_keys", key, c.unknownValue(key)); err != nil {
			return err
		}
	}
	for _, m := range o.possible {
		d, err := possible("possible."+m.name, m.value)
		if err != nil {
			return err
		}
		if err := k.state("possible", m.name, d); err != nil {
			return err
		}
	}
	return nil
}

// possible reads the values that a key may have: each is a value, a list of
// values that it has at once, or null if it may be absent.
func possible(where string, raw []byte) (policy.Domain, error) {
	list, err := items(where, raw)
	if err != nil {
		return policy.Domain{}, err
	}
	if len(list) == 0 {
		return policy.Domain{}, fmt.Errorf("%s lists no value; null stands for absent", where)
	}
	domains := make([]policy.Domain, len(list))
	for i, raw := range list {
		values, err := valuesOf(fmt.Sprintf("%s[%d]", where, i), raw)
		if err != nil {
			return policy.Domain{}, err
		}
		if len(values) > 0 {
			domains[i] = policy.Exactly(values...)
		}
	}
	return policy.OneOf(domains...), nil
}

// pattern reads the keys whose values are patterns.
func (c *Case) pattern(k *keyring, p *parts) error {
	if len(p.patterns) > 0 && !p.all {
		return fmt.Errorf("patterns are decided for all values: they need \"all\": true")
	}
	for _, m := range p.patterns {
		pattern, err := text("patterns."+m.name, m.value)
		if err != nil {
			return err
		}
		if err := k.state("patterns", m.name, policy.Every(pattern)); err != nil {
			return err
		}
		c.patterns = append(c.patterns, m.name)
	}
	return nil
}

// unknownValue is the domain of a key of which nothing is known. A key that the
// catalogue does not know holds a set if some statement compares it as one.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html.
func (c *Case) unknownValue(key string) policy.Domain {
	t, known := actions.KeyType(key)
	if known && t.Multivalued() || !known && c.sets()[strings.ToLower(key)] {
		return policy.AnySet()
	}
	return policy.Anything()
}

// sets returns the keys, in lower case, that have ForAllValues or ForAnyValue
// before them in some condition.
func (c *Case) sets() map[string]bool {
	if c.compared != nil {
		return c.compared
	}
	c.compared = map[string]bool{}
	for d := range c.documents() {
		for i := range d.Statements {
			for _, cl := range d.Statements[i].Condition {
				if strings.Contains(cl.Operator, ":") {
					c.compared[strings.ToLower(cl.Key)] = true
				}
			}
		}
	}
	return c.compared
}

// uniqueID returns the ID of the caller, if its aws:userid is stated: for a role
// session it stands before the colon.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html.
func (k *keyring) uniqueID(context []member) string {
	for _, m := range context {
		if strings.EqualFold(m.name, "aws:userid") {
			s, err := scalar(m.name, m.value)
			id, _, _ := strings.Cut(s, ":")
			if err == nil && (strings.HasPrefix(id, "AROA") || strings.HasPrefix(id, "AIDA")) {
				return id
			}
		}
	}
	return ""
}

// isBucket reports whether an ARN, or every ARN of a pattern, is that of a bucket
// or an object: other resources of S3 have an account in theirs.
func isBucket(resource string) bool {
	a, err := arn.Parse(resource)
	return err == nil && a.Service == "s3" && a.Region == "" && a.Account == ""
}

// dropTags takes the tags of a bucket out of the request.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/buckets-tagging-enable-abac.html.
func (k *keyring) dropTags() {
	for key := range k.domains {
		if strings.HasPrefix(key, "aws:resourcetag/") || strings.HasPrefix(key, "s3:buckettag/") {
			delete(k.domains, key)
		}
	}
}

// fillKeys adds the keys that follow from who calls and what is called, where
// nothing is stated of them.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
// and the table of principals in
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html.
func (c *Case) fillKeys(k *keyring) {
	r := &c.Request
	add := func(key string, d policy.Domain) {
		if _, stated := k.domains[key]; !stated {
			k.domains[key] = d
		}
	}
	for key, value := range callerKeys(&r.Caller) {
		add(key, policy.Exactly(value))
	}
	if id := userID(&r.Caller); id != "" {
		add("aws:userid", policy.Like(id))
	}
	service, _, _ := strings.Cut(strings.ToLower(r.Action), ":")
	if service == "kms" && r.Caller.Account != "" {
		add("kms:calleraccount", policy.Exactly(r.Caller.Account))
	}
	owner := policy.Exactly(r.ResourceAccount)
	if r.ResourceAccount == "" {
		owner = policy.Like("*")
	}
	add("aws:resourceaccount", owner)
	if service == "s3" {
		add("s3:resourceaccount", owner)
	}
}

// callerKeys are the keys that tell who calls.
func callerKeys(c *policy.Caller) map[string]string {
	switch c.Kind {
	case policy.Anonymous:
		return map[string]string{"aws:principaltype": "Anonymous"}
	case policy.ServiceCaller:
		return map[string]string{"aws:principalisawsservice": "true", "aws:principalservicename": c.ARN}
	default:
	}
	keys := map[string]string{
		"aws:principalarn": c.ARN, "aws:principalaccount": c.Account, "aws:principalisawsservice": "false",
		"aws:principaltype": principalTypes[c.Kind],
	}
	if c.Kind == policy.User {
		keys["aws:username"] = name(c.ARN)
	}
	return keys
}

var principalTypes = map[policy.CallerKind]string{
	policy.Role: "AssumedRole", policy.User: "User", policy.Root: "Account", policy.FederatedUser: "FederatedUser",
}

// userID is a pattern of the caller's aws:userid; "" if there is none. The IDs of
// roles and users are not known.
func userID(c *policy.Caller) string {
	switch c.Kind {
	case policy.Role:
		if c.Session == "" {
			return "AROA*:*"
		}
		return "AROA*:" + glob.Escape(c.Session)
	case policy.User:
		return "AIDA*"
	case policy.Root:
		return c.Account
	case policy.FederatedUser:
		return c.Account + ":" + glob.Escape(name(c.ARN))
	default:
		return ""
	}
}

// name is the name at the end of an ARN.
func name(s string) string { return s[strings.LastIndexByte(s, '/')+1:] }
