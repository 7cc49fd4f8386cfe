package refeval_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	catalogue "github.com/repligrant/repligrant/actions"
	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/policy/glob"
	"github.com/repligrant/repligrant/policy/refeval"
)

// samples are the requests that each pair is held against.
const samples = 60

// What Compare says of two documents is held against requests that the slow
// evaluator decides: a witness shows what it is said to show, and where nothing
// is said to exceed, nothing does.
func TestCompare(t *testing.T) {
	t.Parallel()
	first, n := seeds(t, 500)
	count := map[policy.Relation]int{}
	for seed := first; seed < first+n; seed++ {
		g := newGenerator(seed)
		a, b := g.pair(style{principal: seed%2 == 0})
		c, err := policy.Compare(a, b, policy.Universe{})
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		count[c.Relation()]++
		p := versus{t, seed, seed%2 == 0}
		p.witness(c.A, a, b)
		p.witness(c.B, b, a)
		p.agrees(c)
		for range samples {
			if r := g.within(p.named); !p.elsewhere(r, a, b) {
				p.sample(r, c, a, b)
			}
		}
	}
	t.Logf("%v", count)
	for _, r := range []policy.Relation{policy.Equal, policy.Subset, policy.Superset, policy.Incomparable} {
		if count[r] < int(n)/20 {
			t.Errorf("only %d of %d pairs are %s: the generator has lost its aim", count[r], n, r)
		}
	}
	if count[policy.UnknownRelation] > int(n)/6 {
		t.Errorf("%d of %d pairs are unknown", count[policy.UnknownRelation], n)
	}
}

// pair makes two documents, of which the second is mostly the first with a change.
func (g generator) pair(s style) (a, b *policy.Document) {
	a = g.document(s)
	if g.percent(20) {
		return a, g.document(s)
	}
	b = &policy.Document{Version: a.Version, Statements: slices.Clone(a.Statements)}
	for range 1 + g.IntN(2) {
		g.change(b, s)
	}
	if g.percent(50) {
		return b, a
	}
	return a, b
}

func (g generator) change(d *policy.Document, s style) {
	if len(d.Statements) == 0 || g.percent(30) {
		d.Statements = append(d.Statements, g.statement(s))
		return
	}
	st := &d.Statements[g.IntN(len(d.Statements))]
	other := g.statement(s)
	switch g.IntN(5) {
	case 0:
		st.Action, st.NotAction = other.Action, other.NotAction
	case 1:
		st.Resource, st.NotResource = other.Resource, other.NotResource
	case 2:
		st.Condition = other.Condition
	case 3:
		st.Principal, st.NotPrincipal = other.Principal, other.NotPrincipal
	default:
		i := g.IntN(len(d.Statements))
		d.Statements = slices.Delete(slices.Clone(d.Statements), i, i+1)
	}
}

// within makes a request that is one of those that Compare looks at.
func (g generator) within(named bool) refeval.Request {
	for {
		r := g.request()
		a, _ := catalogue.Find(r.Action)
		if named && a.Service() != "s3" || !inTypes(a, r.Resource) {
			continue
		}
		r.Caller.UniqueID = ""
		if !named {
			r.Caller = callers[1]
		}
		for key := range r.Context {
			if !a.KnowsKey(key) {
				delete(r.Context, key)
			}
		}
		return r
	}
}

func inTypes(a catalogue.Action, resource string) bool {
	types := a.Types()
	return len(types) == 0 && resource == "*" || slices.ContainsFunc(types, func(t catalogue.ResourceType) bool {
		return glob.CompileARN(t.Pattern()).Match(resource) && (t.Beyond() == "" || !glob.CompileARN(t.Beyond()).Match(resource))
	})
}

// A versus is one pair of documents.
type versus struct {
	*testing.T
	seed  uint64
	named bool
}

// elsewhere reports whether the documents say where an account or a role is, and
// that is not where the caller is: accounts are of the partition, and roles of the
// path, that some ARN gives them.
func (c versus) elsewhere(r refeval.Request, documents ...*policy.Document) bool {
	encoded, _ := json.Marshal(documents)
	text := string(encoded)
	role := "arn:aws:iam::" + home + ":role/"
	otherPath := (strings.Contains(text, role+"R") || strings.Contains(text, role+"p/R")) && !strings.Contains(text, r.Caller.ARN+`"`)
	return c.named && (strings.Contains(text, "arn:aws-cn:") || r.Caller.Session != "" && otherPath)
}

// says returns what a document says of a request on its own; false if AWS does
// not say what it means.
func (c versus) says(d *policy.Document, r refeval.Request) (allowed, known bool) {
	all := policy.New(policy.Statement{Effect: policy.Allow, Action: policy.One("*"), Resource: policy.One("*")})
	open := policy.New(policy.Statement{Effect: policy.Allow, Principal: policy.Principals{Everyone: true}, Action: policy.One("*"), Resource: policy.One("*")})
	p := policy.Policies{
		Identity: []policy.Source{{Document: fact.Of(all)}}, Resource: policy.Source{Document: fact.Of(d)}, Boundary: nothing(),
		SCPs: fact.Absent[[][]policy.Source](), RCPs: fact.Absent[[][]policy.Source](),
	}
	if ownRules(r.Action) {
		return false, false
	}
	if r.Caller.Kind == policy.FederatedUser {
		p.Session = p.Identity // without, it could do nothing
	}
	r.ResourceAccount = "999999999999"
	if strings.HasPrefix(r.Action, "kms:") {
		r.ResourceAccount = r.Caller.Account // few can be done from other accounts, whatever the policy says
		if c.named && (!strings.Contains(r.Resource, ":key/") || r.Caller.Account == "") {
			return false, false
		}
	}
	if !c.named {
		p.Resource = policy.Source{Document: fact.Of(open)}
		p.SCPs = fact.Of([][]policy.Source{{{Document: fact.Of(d)}}})
		r.ResourceAccount = r.Caller.Account
	}
	decision, err := refeval.Decide(r, p)
	if err != nil && !errors.Is(err, refeval.ErrNoReading) {
		c.Fatalf("seed %d: %v", c.seed, err)
	}
	return decision == policy.Allowed, err == nil
}

// agrees checks that the evaluator agreed with all that Compare would have said.
func (c versus) agrees(got policy.Comparison) {
	c.Helper()
	for _, why := range slices.Concat(got.A.Unknown, got.B.Unknown) {
		if strings.Contains(why, "does not agree") {
			c.Errorf("seed %d: %s", c.seed, why)
		}
	}
}

// ownRules reports whether AWS decides an action by more than its policies.
func ownRules(action string) bool {
	return strings.HasPrefix(action, "sts:") || strings.HasSuffix(action, "BucketPolicy") || action == "kms:RetireGrant"
}

func (c versus) witness(e policy.Excess, x, y *policy.Document) {
	c.Helper()
	if e.Witness == nil {
		return
	}
	r := refeval.Request{Action: e.Witness.Action, Resource: e.Witness.Resource, Context: map[string][]string{}, Caller: callers[1]}
	if c.named {
		var ok bool
		if r.Caller, ok = callerOf(e.Witness.Principal); !ok {
			return
		}
	}
	for key, v := range e.Witness.Context {
		r.Context[strings.ToLower(key)] = v
	}
	if allowed, known := c.says(x, r); known && !allowed {
		c.tell("the witness is not allowed", r, x, y)
	}
	if allowed, known := c.says(y, r); known && allowed {
		c.tell("the witness is allowed by both", r, x, y)
	}
}

// callerOf reads a principal; false for those that are none of refeval's.
func callerOf(s string) (policy.Caller, bool) {
	parts := strings.SplitN(s, ":", 6)
	switch {
	case s == "anonymous":
		return policy.Caller{Kind: policy.Anonymous}, true
	case len(parts) < 6:
		return policy.Caller{Kind: policy.ServiceCaller, ARN: s}, strings.HasSuffix(s, ".com") && s != "cognito-identity.amazonaws.com"
	case strings.HasPrefix(parts[5], "role/"):
		return policy.Caller{Kind: policy.Role, ARN: s, Account: parts[4]}, true
	case strings.HasPrefix(parts[5], "user/"):
		return policy.Caller{Kind: policy.User, ARN: s, Account: parts[4]}, true
	case strings.HasPrefix(parts[5], "federated-user/"):
		return policy.Caller{Kind: policy.FederatedUser, ARN: s, Account: parts[4]}, true
	case parts[5] == "root":
		return policy.Caller{Kind: policy.Root, ARN: s, Account: parts[4]}, true
	default: // a session: the path of its role is not in it
		return policy.Caller{}, false
	}
}

func (c versus) sample(r refeval.Request, got policy.Comparison, a, b *policy.Document) {
	c.Helper()
	byA, knownA := c.says(a, r)
	byB, knownB := c.says(b, r)
	if !knownA || !knownB {
		return
	}
	if byA && !byB && got.A.None() {
		c.tell("a allows more", r, a, b)
	}
	if byB && !byA && got.B.None() {
		c.tell("b allows more", r, a, b)
	}
}

func (c versus) tell(what string, r refeval.Request, a, b *policy.Document) {
	c.Helper()
	request, _ := json.Marshal(r)
	one, _ := json.Marshal(a)
	other, _ := json.Marshal(b)
	c.Errorf("seed %d: %s\n%s\n%s\n%s", c.seed, what, request, one, other)
}
