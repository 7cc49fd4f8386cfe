package simulate

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/policy"
)

// A Case is a line that was read. It holds parts of the line, which must not
// change meanwhile.
type Case struct {
	ID       string // a string, or anything else as its JSON text; "" if there is none
	Request  policy.Request
	Policies policy.Policies

	id         json.RawMessage // as written; nil if there is none
	context    []member        // as written, for witnesses
	patterns   []string        // the keys whose values are patterns, as written
	boundaries []policy.Source // beside Policies.Boundary
	explain    bool
	compared   map[string]bool // see sets
}

// Read reads one line. Fields of the line that it does not know are left alone;
// one in its request, policies or settings is an error, as it may be a known one
// that is misspelled.
func Read(line []byte) (Case, error) { return new(Simulator).read(line) }

// read reads one line. The Case has its ID also where there is an error.
func (s *Simulator) read(line []byte) (c Case, err error) {
	s.forget()
	if err := check(line); err != nil {
		return c, err
	}
	list, err := members("the line", bytes.TrimSpace(line))
	p := parts{options: options{keys: map[string]string{}}}
	for _, m := range list {
		if e := c.part(&p, m); err == nil {
			err = e
		}
	}
	if err != nil {
		return c, err
	}
	return c, s.fill(&c, &p)
}

// setID keeps the ID of a line.
func (c *Case) setID(raw []byte) (err error) {
	c.id, c.ID = raw, string(raw)
	if raw[0] == '"' {
		c.ID, err = text("id", raw)
	}
	return err
}

// Parts are what a line is made of.
type parts struct {
	request, policies []byte
	set               settings
	options
}

// part reads a field of the line. How a request is to be answered may stand in
// the request or beside it.
func (c *Case) part(p *parts, m member) (err error) {
	switch m.name {
	case "id":
		err = c.setID(m.value)
	case "request":
		p.request = m.value
	case "policies":
		p.policies = m.value
	case "settings":
		err = p.set.read(m.value)
	default:
		var ok bool
		if ok, err = p.option("", m); err == nil && !ok {
			err = misspelled(m.name)
		}
	}
	return err
}

// misspelled refuses a field of the line that looks like one of ours.
func misspelled(name string) error {
	if len(name) < 5 || len(name) > 10 {
		return nil // too far from each of them
	}
	if near := diag.Nearest(strings.ToLower(name), []string{"request", "policies", "settings"}); near != "" {
		return fmt.Errorf("unknown field %q: is it %s?", name, near)
	}
	return nil
}

// fill makes the case of the parts of its line.
func (s *Simulator) fill(c *Case, p *parts) error {
	if p.request == nil {
		return fmt.Errorf("the line has no request")
	}
	var r request
	if err := r.read(p.request, &p.options); err != nil {
		return err
	}
	if err := r.complete(); err != nil {
		return err
	}
	if err := s.policies(c, p.policies); err != nil {
		return err
	}
	c.Policies.ManagementAccount = p.set.managementAccount
	c.Policies.RestrictPublicBuckets = p.set.restrictPublicBuckets
	return c.settle(&r, p)
}

// settle turns what was read into the request that is decided.
func (c *Case) settle(r *request, p *parts) (err error) {
	c.explain, c.context = p.explain, r.context
	c.Request = policy.Request{Action: r.action, Resource: r.resource, Pattern: p.all}
	if c.Request.Caller, err = parsePrincipal(r.principal); err != nil {
		return err
	}
	if c.Request.ResourceAccount, err = r.owner(c.Request.Caller, p.all); err != nil {
		return err
	}
	c.completeResource()
	if err := c.settleRole(); err != nil {
		return err
	}
	return c.settleContext(p)
}

// A request is the request of a line, as written.
type request struct {
	action, resource, account, principal string
	context                              []member
}

// read reads the fields of a request; how it is to be answered goes to o.
func (r *request) read(raw []byte, o *options) error {
	list, err := members("request", raw)
	for i := 0; i < len(list) && err == nil; i++ {
		err = r.field(list[i], o)
	}
	return err
}

func (r *request) field(m member, o *options) error {
	where := "request." + m.name
	switch m.name {
	case "action":
		return setText(&r.action, where, m.value)
	case "resource":
		return setText(&r.resource, where, m.value)
	case "resource_account":
		return setText(&r.account, where, m.value)
	case "principal":
		return setText(&r.principal, where, m.value)
	case "context":
		if isNull(m.value) {
			return nil
		}
		list, err := members(where, m.value)
		r.context = list
		return err
	}
	ok, err := o.option("request.", m)
	if err == nil && !ok {
		known := []string{"action", "resource", "resource_account", "principal", "context"}
		err = unknownField("request", m.name, append(known, optionNames...)...)
	}
	return err
}

// setText sets a text that must not be empty; null leaves it out.
func setText(to *string, where string, raw []byte) (err error) {
	if isNull(raw) {
		return nil
	}
	if *to, err = text(where, raw); err == nil && *to == "" {
		err = fmt.Errorf("%s is empty", where)
	}
	return err
}

// complete refuses a request that lacks something.
func (r *request) complete() error {
	for _, f := range []struct{ name, value string }{
		{"action", r.action}, {"resource", r.resource}, {"principal", r.principal},
	} {
		if f.value == "" {
			return fmt.Errorf("request.%s is not there", f.name)
		}
	}
	return nil
}

// owner returns the account that owns the resource: that of its ARN, else the
// caller's. It is "", not known, where a pattern leaves it open.
func (r *request) owner(c policy.Caller, pattern bool) (string, error) {
	if r.account != "" {
		if !arn.IsAccountID(r.account) {
			return "", fmt.Errorf("request.resource_account %q is not an AWS account ID: it has 12 digits", r.account)
		}
		return r.account, nil
	}
	a, err := arn.Parse(r.resource)
	switch {
	case err == nil && arn.IsAccountID(a.Account):
		return a.Account, nil
	case err == nil && pattern && strings.ContainsAny(a.Account, "*?$"):
		return "", nil
	default:
		return c.Account, nil
	}
}

// Settings are what accounts and buckets are set to.
type settings struct {
	withoutBucketTags                        bool // s3BucketAbacEnabled is false
	restrictPublicBuckets, managementAccount bool
}

func (s *settings) read(raw []byte) error {
	if isNull(raw) {
		return nil
	}
	list, err := members("settings", raw)
	for i := 0; i < len(list) && err == nil; i++ {
		err = s.setting(list[i])
	}
	return err
}

func (s *settings) setting(m member) error {
	known := []string{"s3BucketAbacEnabled", "restrictPublicBuckets", "managementAccount"}
	at := slices.Index(known, m.name)
	if at < 0 {
		return unknownField("settings", m.name, known...)
	}
	if isNull(m.value) {
		return nil
	}
	is, err := boolean("settings."+m.name, m.value)
	switch at {
	case 0:
		s.withoutBucketTags = !is
	case 1:
		s.restrictPublicBuckets = is
	default:
		s.managementAccount = is
	}
	return err
}

// unknownField refuses a field that there is not: it may be one that is misspelled.
func unknownField(where, name string, known ...string) error {
	if near := diag.Nearest(name, known); near != "" {
		return fmt.Errorf("%s: unknown field %q: is it %s?", where, name, near)
	}
	return fmt.Errorf("%s: unknown field %q: there are %s", where, name, strings.Join(known, ", "))
}
