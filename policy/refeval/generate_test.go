package refeval_test

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/policy/refeval"
)

const (
	home    = "111122223333"
	foreign = "444455556666"
)

// A generator makes documents and requests from a small alphabet, so that most
// statements nearly match: one element off, one key absent, one case wrong.
type generator struct{ *rand.Rand }

func newGenerator(seed uint64) generator {
	return generator{rand.New(rand.NewPCG(seed, 0x5eed))} //nolint:gosec // reproducible on purpose
}

func pick[T any](g generator, list []T) T { return list[g.IntN(len(list))] }

// some returns one to n values, mostly one.
func some[T any](g generator, n int, list []T) []T {
	out := []T{pick(g, list)}
	for len(out) < n && g.IntN(3) == 0 {
		out = append(out, pick(g, list))
	}
	return out
}

func (g generator) percent(n int) bool { return g.IntN(100) < n }

var callers = []policy.Caller{
	{Kind: policy.Role, ARN: "arn:aws:iam::111122223333:role/p/R", Account: home, UniqueID: "AROA1"},
	{Kind: policy.Role, ARN: "arn:aws:iam::111122223333:role/p/R", Account: home, Session: "S"},
	{Kind: policy.Role, ARN: "arn:aws:iam::111122223333:role/p/R", Account: home, Session: "S", UniqueID: "AROA1"},
	{Kind: policy.Role, ARN: "arn:aws:iam::111122223333:role/aws-service-role/x.amazonaws.com/R", Account: home, Session: "S"},
	{Kind: policy.User, ARN: "arn:aws:iam::111122223333:user/u", Account: home, UniqueID: "AIDA1"},
	{Kind: policy.User, ARN: "arn:aws:iam::111122223333:user/u", Account: home},
	{Kind: policy.Root, ARN: "arn:aws:iam::111122223333:root", Account: home},
	{Kind: policy.FederatedUser, ARN: "arn:aws:sts::111122223333:federated-user/f", Account: home},
	{Kind: policy.ServiceCaller, ARN: "s3.amazonaws.com"},
	{Kind: policy.Anonymous},
}

var principals = []string{
	"*", home, foreign, "arn:aws:iam::111122223333:root", "arn:aws:iam::444455556666:root", "arn:aws-cn:iam::111122223333:root",
	"arn:aws:iam::111122223333:role/p/R", "arn:aws:iam::111122223333:role/R", "arn:aws:iam::111122223333:role/p/*", "arn:aws:iam::444455556666:role/p/R",
	"arn:aws:sts::111122223333:assumed-role/R/S", "arn:aws:sts::111122223333:assumed-role/R/*", "arn:aws:sts::111122223333:assumed-role/R/T",
	"arn:aws:sts::444455556666:assumed-role/R/S", "arn:aws-cn:sts::111122223333:assumed-role/R/S",
	"arn:aws:sts::111122223333:assumed-role/p/R/S", "arn:aws:iam::111122223333:user/u", "arn:aws:iam::111122223333:user/U",
	"arn:aws:sts::111122223333:federated-user/f", "arn:aws:sts::111122223333:federated-user/g", "AROA1", "AIDA1", "AROA2",
}

var (
	actions = []string{
		"s3:GetObject", "s3:GetObject", "s3:GetObject", "s3:ReplicateObject", "s3:ReplicateObject", "s3:ListBucket", "s3:PutBucketPolicy",
		"kms:Decrypt", "kms:Decrypt", "kms:PutKeyPolicy", "kms:RetireGrant", "sts:AssumeRole", "sts:AssumeRole", "sts:GetCallerIdentity",
	}
	actionPatterns = []string{
		"*", "s3:*", "S3:getobject", "s3:GetObject", "s3:Get*", "s3:?etObject", "s3:Replicate*", "s3:*Object", "s3:ListBucket", "s3:Get?bject",
		"kms:*", "kms:Decrypt", "KMS:d*", "sts:AssumeRole", "sts:*", "s*:GetObject", "s3*",
	}
	resources = map[string][]string{
		"s3": {
			"arn:aws:s3:::b/k", "arn:aws:s3:::b/u/x", "arn:aws:s3:::b/x:y", "arn:aws:s3:::b", "arn:aws:s3:::b/*", "arn:aws:s3:::bb/k", "arn:aws:s3:::b/K",
			"arn:aws:s3:::b/a/u/c", "arn:aws:s3:::b/x\ny", "*",
		},
		"kms": {
			"arn:aws:kms:eu-west-1:111122223333:key/k", "arn:aws:kms:eu-west-1:444455556666:key/k", "arn:aws:kms:eu-west-1:111122223333:alias/k", "*",
		},
		"sts": {"arn:aws:iam::111122223333:role/T", "*"},
	}
	resourcePatterns = []string{
		"*", "arn:aws:s3:::b/*", "arn:aws:s3:::b*", "arn:aws:s3:::b", "arn:aws:s3:::b/k", "arn:aws:s3:::b/K", "arn:aws:s3:::?/k", "arn:aws:s3:::*",
		"arn:aws:s3:::b/${aws:username}/*", "arn:aws:s3:::b/${AWS:UserName, 'k'}", "arn:aws:s3:::b/*/u/*", "arn:aws:s3:::*/k", "arn:*:s3:::b/k", "arn:aws:s3:*:*:b/k",
		"arn:aws:s3:::b/${*}", "arn:aws:s3:::b/${aws:PrincipalTag/team}", "arn:aws:s3:::${aws:missing}", "arn:aws:s3:::b/x:*", "arn:aws:s3:::b/x*y",
		"arn:aws:kms:*:111122223333:key/*", "arn:aws:kms:*:*:key/k", "arn:aws:iam::111122223333:role/*", "arn:aws:s3:*", "arn:aws:*:b/k", "arn:aws:s3:::b/",
	}
)

// values are what each key holds in requests, and in policies with others.
var values = map[string][]string{
	"aws:username":          {"u", "U", "k", "a*", "", "x\ny"},
	"aws:principaltag/team": {"k", "u/x", "x"},
	"aws:principalarn":      {"arn:aws:iam::111122223333:role/p/R", "arn:aws:iam::111122223333:user/u"},
	"aws:sourceip":          {"192.0.2.1", "198.51.100.7", "2001:db8::1"},
	"aws:securetransport":   {"true", "false"},
	"s3:tlsversion":         {"1.2", "1.3", "1", "-0.5"},
	"aws:currenttime":       {"2026-01-01T00:00:00Z", "2026-01-01T02:00:00+02:00", "1767225600", "2025-12-31"},
	"aws:tagkeys":           {"a", "b", "c"},
	"s3:prefix":             {"a/", "A/", "a/b", "*"},

	"kms:encryptioncontext:aws:s3:arn": {"arn:aws:s3:::b/k", "arn:aws:s3:::b", "arn:aws:s3:::b/*"},
}

var keys = []string{
	"aws:username", "aws:PrincipalTag/Team", "aws:PrincipalArn", "AWS:sourceip", "aws:SecureTransport", "s3:TlsVersion", "aws:CurrentTime", "aws:TagKeys",
	"aws:TagKeys", "s3:prefix", "aws:SourceVpce", "kms:EncryptionContext:aws:s3:arn", "kms:encryptioncontext:aws:s3:ARN",
}

// written are values in policies that no request holds.
var written = map[string][]string{
	"String": {"u", "*", "a*", "?", "${aws:username}", "${aws:missing}", "${aws:username, 'u'}", "${*}", "A", "a", "k", "x", "a/*", ""},
	"Arn": {
		"arn:aws:iam::111122223333:role/*", "arn:aws:iam::*:user/?", "arn:aws:iam::111122223333:*/${aws:username}", "arn:aws:sts::111122223333:assumed-role/R/*",
		"arn:aws:iam::111122223333:role/p/R", "arn:aws:iam:*:role/p/R", "*", "arn:*:*:*:*:*",
	},
	"Numeric": {"1.2", "1.20", "2", "0", "1.3", "x"},
	"Date":    {"2026-01-01T00:00:00Z", "2026-01-01", "1767225600", "2026-01-01T00:00:01Z", "2025-12", "tomorrow"},
	"Bool":    {"true", "false", "True"},
	"Null":    {"true", "false"},
	"Ip":      {"192.0.2.0/24", "192.0.2.1", "0.0.0.0/0", "::/0", "2001:db8::/32", "198.51.100.7/31", "300.1.1.1"},
	"Binary":  {"aw==", "eA==", "!"},
}

var operators = map[string][]string{
	"String": {
		"StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase",
		"StringEquals", "StringNotEquals", "StringLike", "StringNotLike",
	},
	"Arn":     {"ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"},
	"Numeric": {"NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals", "NumericGreaterThan", "NumericGreaterThanEquals"},
	"Date":    {"DateEquals", "DateNotEquals", "DateLessThan", "DateLessThanEquals", "DateGreaterThan", "DateGreaterThanEquals"},
	"Bool":    {"Bool"},
	"Null":    {"Null"},
	"Ip":      {"IpAddress", "NotIpAddress"},
	"Binary":  {"BinaryEquals"},
}

// usual is the family of operators that fits a key.
var usual = map[string]string{
	"aws:principalarn": "Arn", "aws:sourceip": "Ip", "aws:securetransport": "Bool", "s3:tlsversion": "Numeric", "aws:currenttime": "Date",
}

var families = []string{"String", "Arn", "Numeric", "Date", "Bool", "Null", "Ip", "Binary"}

func (g generator) clause() policy.Clause {
	key := pick(g, keys)
	family := usual[strings.ToLower(key)]
	switch {
	case g.percent(10):
		family = "Null"
	case g.percent(6):
		family = pick(g, families)
	case family == "" || g.percent(20):
		family = "String"
	}
	op := pick(g, operators[family])
	if family != "Null" {
		if key == "aws:TagKeys" && g.percent(85) || g.percent(12) {
			op = pick(g, []string{"ForAllValues:", "ForAnyValue:"}) + op
		}
		if g.percent(35) {
			op += "IfExists"
		}
	}
	pool := written[family]
	if own := values[strings.ToLower(key)]; len(own) > 0 && family != "Null" && g.percent(60) {
		pool = own
	}
	return policy.Clause{Operator: op, Key: key, Values: policy.Compact(some(g, 2, pool)...)}
}

// conditions have one clause for each key and operator, as JSON demands.
func (g generator) conditions() []policy.Clause {
	var out []policy.Clause
	seen := map[string]bool{}
	for g.percent(45) && len(out) < 3 {
		c := g.clause()
		if id := c.Operator + " " + strings.ToLower(c.Key); !seen[id] {
			seen[id] = true
			out = append(out, c)
		}
	}
	return out
}

func (g generator) principal() policy.Principals {
	switch {
	case g.percent(15):
		return policy.Principals{Everyone: true}
	case g.percent(12):
		return policy.Service(pick(g, []string{"s3.amazonaws.com", "S3.amazonaws.com", "ec2.amazonaws.com", "*"}))
	case g.percent(3):
		return policy.Principals{Types: []policy.PrincipalsType{{Type: "CanonicalUser", Values: policy.One(strings.Repeat("a", 64))}}}
	case g.percent(3):
		return policy.Principals{Types: []policy.PrincipalsType{{Type: "Federated", Values: policy.One("cognito-identity.amazonaws.com")}}}
	}
	p := policy.AWS(some(g, 2, principals)...)
	if g.percent(10) {
		p.Types = append(p.Types, policy.Service("s3.amazonaws.com").Types...)
	}
	return p
}

// notPrincipal lists some principals, or mostly what a caller consists of.
func (g generator) notPrincipal() policy.Principals {
	if g.percent(50) {
		return policy.AWS(some(g, 4, principals[1:])...)
	}
	list := []string{home, "arn:aws:iam::111122223333:role/p/R"}
	for range g.IntN(4) {
		list = append(list, pick(g, principals[1:]))
	}
	if g.percent(70) {
		list = append(list, pick(g, []string{"arn:aws:sts::111122223333:assumed-role/R/S", "arn:aws:iam::111122223333:user/u", "arn:aws:sts::111122223333:federated-user/f"}))
	}
	return policy.AWS(list...)
}

// A style is how the statements of one layer look.
type style struct {
	principal bool // Principal is written
	everyone  bool // and is "*"
	wide      bool // mostly allows, so that other layers decide
	trust     bool // no Resource
}

func (g generator) statement(s style) policy.Statement {
	st := policy.Statement{Effect: policy.Allow}
	if g.percent(30) {
		st.Effect = policy.Deny
	}
	if s.wide && g.percent(60) {
		st.Action, st.Resource = policy.One("*"), policy.One("*")
	} else {
		g.target(&st, s)
		st.Condition = g.conditions()
	}
	if s.trust && g.percent(70) {
		st.Resource, st.NotResource = policy.Strings{}, policy.Strings{}
	}
	switch {
	case s.everyone && g.percent(90):
		st.Principal = policy.Principals{Everyone: true}
	case s.principal && g.percent(10):
		st.NotPrincipal = g.notPrincipal()
	case s.principal:
		st.Principal = g.principal()
	}
	return st
}

func (g generator) target(st *policy.Statement, s style) {
	list := policy.Compact(some(g, 3, actionPatterns)...)
	if g.percent(40) {
		list = policy.One("*")
	}
	if g.percent(8) {
		st.NotAction = list
	} else {
		st.Action = list
	}
	list = policy.Compact(some(g, 3, resourcePatterns)...)
	if g.percent(25) {
		list = policy.One("*")
	}
	if g.percent(10) && !s.trust {
		st.NotResource = list
	} else {
		st.Resource = list
	}
}

func (g generator) document(s style) *policy.Document {
	doc := &policy.Document{Version: pick(g, []string{policy.Version2012, policy.Version2012, policy.Version2012, policy.Version2008, ""})}
	for range 1 + g.IntN(3) {
		doc.Statements = append(doc.Statements, g.statement(s))
	}
	return doc
}

func (g generator) source(s style) policy.Source {
	return policy.Source{Document: fact.Of(g.document(s))}
}

func nothing() policy.Source { return policy.Source{Document: fact.Absent[*policy.Document]()} }

func (g generator) levels(s style) fact.Value[[][]policy.Source] {
	var out [][]policy.Source
	for range 1 + g.IntN(3) {
		var level []policy.Source
		for g.percent(70) {
			level = append(level, g.source(s))
		}
		out = append(out, level)
	}
	return fact.Of(out)
}

// policies fill some of the layers; the others are not there.
func (g generator) policies() policy.Policies {
	p := policy.Policies{
		Resource: nothing(), Boundary: nothing(),
		SCPs: fact.Absent[[][]policy.Source](), RCPs: fact.Absent[[][]policy.Source](),
		ManagementAccount: g.percent(20), RestrictPublicBuckets: g.percent(10),
	}
	for g.percent(60) && len(p.Identity) < 3 {
		p.Identity = append(p.Identity, g.source(style{}))
	}
	if g.percent(65) {
		p.Resource = g.source(style{principal: true, trust: g.percent(15)})
	}
	if g.percent(20) {
		p.Boundary = g.source(style{wide: true})
	}
	if g.percent(12) {
		p.Session = []policy.Source{g.source(style{wide: true})}
	}
	if g.percent(20) {
		p.SCPs = g.levels(style{wide: true})
	}
	if g.percent(15) {
		p.RCPs = g.levels(style{everyone: true})
	}
	if g.percent(8) {
		p.Endpoint = []policy.Source{g.source(style{wide: true, everyone: true})}
	}
	return p
}

func (g generator) context() map[string][]string {
	out := map[string][]string{}
	for _, key := range slices.Sorted(maps.Keys(values)) {
		pool := values[key]
		switch {
		case g.percent(40):
		case key == "aws:tagkeys":
			out[key] = some(g, 3, pool)
		default:
			out[key] = []string{pick(g, pool)}
		}
	}
	return out
}

// request makes a concrete request. The keys that say who calls are there where
// a line of simulate needs them to tell the caller.
func (g generator) request() refeval.Request {
	action := pick(g, actions)
	service, _, _ := strings.Cut(action, ":")
	r := refeval.Request{
		Caller: pick(g, callers), Action: action, Resource: pick(g, resources[service]),
		ResourceAccount: pick(g, []string{home, home, foreign}), Context: g.context(),
	}
	if strings.Contains(r.Resource, foreign) {
		r.ResourceAccount = foreign
	}
	if r.Caller.Session != "" {
		r.Context["aws:principalarn"] = []string{r.Caller.ARN}
	}
	if r.Caller.UniqueID != "" {
		r.Context["aws:userid"] = []string{strings.TrimSuffix(r.Caller.UniqueID+":"+r.Caller.Session, ":")}
	}
	return r
}
