package policy_test

import (
	"strings"
	"testing"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/policy"
)

// The account that calls, another one, and a role, user and sessions of the first.
const (
	own      = "111122223333"
	foreign  = "444455556666"
	roleARN  = "arn:aws:iam::111122223333:role/path/repl"
	userARN  = "arn:aws:iam::111122223333:user/u"
	sessions = "arn:aws:sts::111122223333:assumed-role/repl/"
)

// A world is a request with its policies, written as text. Zero fields are not
// there; documents are statements without the document around them.
type world struct {
	caller   policy.Caller
	action   string // s3:ReplicateObject
	resource string // arn:aws:s3:::b/x
	pattern  bool
	owner    string // of the resource: own
	keys     map[string]policy.Domain
	version  string // 2012-10-17

	identity, bucket, boundary, session, endpoint string
	scps, rcps                                    []string
	management, restrict                          bool
}

const unread = "unread" // in place of statements

func (w world) source(t testing.TB, name, statements string) policy.Source {
	t.Helper()
	switch statements {
	case "":
		return policy.Source{Name: name, Document: fact.Absent[*policy.Document]()}
	case unread:
		return policy.Source{Name: name, Document: fact.Unread[*policy.Document]("AccessDenied")}
	}
	version := w.version
	if version == "" {
		version = policy.Version2012
	}
	text := `{"Version": "` + version + `", "Statement": [` + statements + `]}`
	if version == "none" {
		text = `{"Statement": [` + statements + `]}`
	}
	d, err := policy.Parse([]byte(text))
	if err != nil {
		t.Fatalf("%s: %v in %s", name, err, text)
	}
	return policy.Source{Name: name, Document: fact.Of(d)}
}

func (w world) sources(t testing.TB, name, statements string) []policy.Source {
	if statements == "" {
		return nil
	}
	return []policy.Source{w.source(t, name, statements)}
}

// levels is one document for each level of an organization.
func (w world) levels(t testing.TB, name string, documents []string) fact.Value[[][]policy.Source] {
	if documents == nil {
		return fact.Absent[[][]policy.Source]()
	}
	var out [][]policy.Source
	for _, d := range documents {
		out = append(out, w.sources(t, name, d))
	}
	return fact.Of(out)
}

func (w world) policies(t testing.TB) policy.Policies {
	t.Helper()
	return policy.Policies{
		Identity: w.sources(t, "identity", w.identity), Resource: w.source(t, "bucket", w.bucket),
		Boundary: w.source(t, "boundary", w.boundary), Session: w.sources(t, "session", w.session),
		Endpoint: w.sources(t, "endpoint", w.endpoint),
		SCPs:     w.levels(t, "scp", w.scps), RCPs: w.levels(t, "rcp", w.rcps),
		ManagementAccount: w.management, RestrictPublicBuckets: w.restrict,
	}
}

func (w world) request() policy.Request {
	r := policy.Request{
		Caller: w.caller, Action: w.action, Resource: w.resource, Pattern: w.pattern,
		ResourceAccount: w.owner, Context: policy.Context{Keys: w.keys},
	}
	if r.Action == "" {
		r.Action = "s3:ReplicateObject"
	}
	if r.Resource == "" {
		r.Resource = "arn:aws:s3:::b/x"
	}
	if r.ResourceAccount == "" {
		r.ResourceAccount = own
	}
	if r.Caller == (policy.Caller{}) {
		r.Caller = asRole
	}
	return r
}

func (w world) decide(t testing.TB) policy.Answer {
	t.Helper()
	return policy.Decide(w.request(), w.policies(t))
}

var (
	asRole    = policy.Caller{Kind: policy.Role, ARN: roleARN, Account: own}
	asSession = policy.Caller{Kind: policy.Role, ARN: roleARN, Account: own, Session: "s"}
	asAny     = policy.Caller{Kind: policy.Role, ARN: roleARN, Account: own, AnySession: true}
	asUser    = policy.Caller{Kind: policy.User, ARN: userARN, Account: own}
	asRoot    = policy.Caller{Kind: policy.Root, ARN: "arn:aws:iam::111122223333:root", Account: own}
	asGuest   = policy.Caller{Kind: policy.FederatedUser, ARN: "arn:aws:sts::111122223333:federated-user/g", Account: own}
	asS3      = policy.Caller{Kind: policy.ServiceCaller, ARN: "s3.amazonaws.com"}
	anyone    = policy.Caller{Kind: policy.Anonymous, Session: "-"} // not the zero Caller, which stands for asRole
)

const (
	allowed  = policy.Allowed
	implicit = policy.ImplicitDeny
	explicit = policy.ExplicitDeny
	unknown  = policy.Allowed | policy.ImplicitDeny | policy.ExplicitDeny // or any two with Allowed
)

// stmt writes a statement: allow or deny, an action, a resource, and the rest.
func stmt(effect policy.Effect, action, resource string, rest ...string) string {
	s := `{"Effect": "` + string(effect) + `", "Action": "` + action + `"`
	if resource != "" {
		s += `, "Resource": "` + resource + `"`
	}
	return s + strings.Join(append([]string{""}, rest...), ", ") + "}"
}

func allow(rest ...string) string { return stmt(policy.Allow, "*", "*", rest...) }
func deny(rest ...string) string  { return stmt(policy.Deny, "*", "*", rest...) }

func principal(arn string) string { return `"Principal": {"AWS": "` + arn + `"}` }

// when writes a Condition with one clause; value is JSON.
func when(operator, key, value string) string {
	return `"Condition": {"` + operator + `": {"` + key + `": ` + value + `}}`
}

const everyone = `"Principal": "*"`

// exactly returns the values of context keys, in pairs of key and value.
func exactly(pairs ...string) map[string]policy.Domain {
	m := map[string]policy.Domain{}
	for i := 0; i < len(pairs); i += 2 {
		m[strings.ToLower(pairs[i])] = policy.Exactly(pairs[i+1])
	}
	return m
}

// check compares a decision; want is unknown for any that depends on something.
func check(t *testing.T, a policy.Answer, want policy.Decision) {
	t.Helper()
	if len(a.Classes) != 1 {
		t.Fatalf("%d classes, want one: %+v", len(a.Classes), a.Classes)
	}
	got := a.Classes[0].Decision
	if got != want && (want != unknown || !got.Unknown()) {
		t.Errorf("decision %s, want %s: %+v", name(got), name(want), a.Classes[0])
	}
	if a.Allowed() != (got == allowed) {
		t.Errorf("Allowed() = %t with decision %s", a.Allowed(), name(got))
	}
}

func name(d policy.Decision) string {
	var parts []string
	for i, s := range []string{"allowed", "implicit deny", "explicit deny"} {
		if d&(1<<i) != 0 {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, " or ")
}
