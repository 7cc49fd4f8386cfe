package planner_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/policy/glob"
	"github.com/repligrant/repligrant/replication"
)

// A grant is one box of what a document allows or refuses.
type grant struct {
	kind                        replication.Kind
	target                      string
	effect                      policy.Effect
	principal, action, resource string
	condition                   string
	context                     string // the encryption context that the condition demands
}

func (g grant) String() string {
	return fmt.Sprintf("%s of %s: %s %s may %s on %s %s %s", g.kind, g.target, g.effect, g.principal, g.action, g.resource, g.condition, g.context)
}

// grantsOf takes a statement apart.
func grantsOf(kind replication.Kind, target string, st policy.Statement) []grant {
	principals := []string{""}
	if len(st.Principal.Types) > 0 {
		principals = nil
	}
	for _, t := range st.Principal.Types {
		for _, v := range t.Values.Values {
			principals = append(principals, t.Type+" "+v)
		}
	}
	resources := st.Resource.Values
	if !st.Resource.Present() {
		resources = []string{""}
	}
	var grants []grant
	for _, p := range principals {
		for _, a := range st.Action.Values {
			for _, r := range resources {
				for _, clauses := range alternatives(st.Condition) {
					grants = append(grants, withCondition(grant{kind, target, st.Effect, p, a, r, "", ""}, clauses))
				}
			}
		}
	}
	return grants
}

// alternatives takes a condition apart, into all combinations of single values.
func alternatives(condition []policy.Clause) [][]policy.Clause {
	all := [][]policy.Clause{nil}
	for _, c := range condition {
		var next [][]policy.Clause
		for _, before := range all {
			for _, v := range c.Values.Values {
				next = append(next, append(slices.Clone(before), policy.Clause{Operator: c.Operator, Key: c.Key, Values: policy.One(v)}))
			}
		}
		all = next
	}
	return all
}

// withCondition keeps the encryption context apart, since one may contain another.
func withCondition(g grant, clauses []policy.Clause) grant {
	var rest []policy.Clause
	for _, c := range clauses {
		if c.Key == replication.EncryptionContext {
			g.context = c.Values.Values[0]
		} else {
			rest = append(rest, c)
		}
	}
	condition, _ := policy.New(policy.Statement{Condition: rest}).Encode()
	g.condition = string(condition)
	return g
}

// granted takes the policies of a plan apart, but for guards of prefixes, which
// no requirement asks for.
func granted(t rapid.TB, p *planner.Plan) []grant {
	var grants []grant
	for _, d := range p.Documents {
		if d.Kind == replication.ReplicationConfiguration {
			continue
		}
		for _, st := range parse(t, d).Statements {
			if !st.NotResource.Present() {
				grants = append(grants, grantsOf(d.Kind, d.Target, st)...)
			}
		}
	}
	return grants
}

func parse(t rapid.TB, d planner.Document) *policy.Document {
	t.Helper()
	doc, err := policy.Parse(d.Document)
	if err != nil {
		t.Fatalf("%s of %s has no reading: %v\n%s", d.Kind, d.Target, err, d.Document)
	}
	return doc
}

// asked lists what rules and writers ask for, box by box.
func asked(rules []replication.Rule, writers []replication.Writer) []grant {
	qs := append(replication.Requirements(rules), replication.DocsGrants(rules)...)
	for _, w := range writers {
		qs = append(qs, replication.WriterRequirements(w)...)
	}
	var grants []grant
	for _, q := range qs {
		for _, holder := range q.Holders {
			grants = append(grants, grantsOf(holder, target(q, holder), q.Statement(holder))...)
		}
	}
	for _, w := range writers {
		if w.Guard && len(w.SourceIPs) > 0 {
			grants = append(grants, grantsOf(replication.WriterBucketPolicy, w.Bucket.ARN(), w.AddressGuard())...)
		}
	}
	for _, r := range rules {
		if r.Enabled && r.Tags == replication.Refuse {
			grants = append(grants, grantsOf(replication.DestinationBucketPolicy, r.To.ARN(), replication.DenyTags(r))...)
		}
		if r.Enabled && r.Annotations == replication.Refuse {
			grants = append(grants, grantsOf(replication.DestinationBucketPolicy, r.To.ARN(), replication.DenyAnnotations(r))...)
		}
		if !r.Enabled {
			grants = append(grants, withCondition(grant{replication.RoleTrustPolicy, r.Role, policy.Allow, "Service s3.amazonaws.com", "sts:AssumeRole", "", "", ""}, nil))
		}
	}
	return grants
}

// target is the ARN of what carries a document, written apart from the planner.
func target(q replication.Requirement, holder replication.Kind) string {
	switch holder {
	case replication.RoleTrustPolicy, replication.BatchRoleTrustPolicy, replication.WriterTrustPolicy,
		replication.SourceKMSKeyPolicy, replication.DestinationKMSKeyPolicy, replication.BatchKMSKeyPolicy, replication.WriterKMSKeyPolicy:
		return q.Resource
	case replication.RolePolicy, replication.BatchRolePolicy, replication.WriterPolicy:
		return q.Principal
	}
	if i := strings.Index(q.Resource, "/object/"); i >= 0 && strings.Contains(q.Resource, ":accesspoint/") {
		return q.Resource[:i]
	}
	return strings.SplitN(q.Resource, "/", 2)[0]
}

// covers reports whether one of the grants says all that want does. What a role
// may do by its policy for rules it may do in jobs too.
func covers(grants []grant, want grant) bool {
	return slices.ContainsFunc(grants, func(g grant) bool {
		same := g
		same.resource, same.context = want.resource, want.context
		if g.kind == replication.RolePolicy && want.kind == replication.BatchRolePolicy {
			same.kind = want.kind
		}
		return same == want && contains(g.resource, want.resource) && contains(g.context, want.context)
	})
}

func contains(outer, inner string) bool {
	in, err := glob.Contains(glob.CompileARNEscaped(outer), glob.CompileARNEscaped(inner))
	return outer == inner || err == nil && in
}

// firstUnmet returns something that is asked for and not granted.
func firstUnmet(grants, want []grant) (grant, bool) {
	for _, w := range want {
		if !covers(grants, w) {
			return w, true
		}
	}
	return grant{}, false
}

// TestPlanIsEnoughAndMinimal checks the promise: what is asked for is granted,
// what is granted is asked for to the letter, nothing is granted twice, also not
// by two policies of one role, and without any one action something is missing.
func TestPlanIsEnoughAndMinimal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rules, writers := drawRules(t), drawWriters(t)
		p := build(t, rules, writers)
		got, want := granted(t, p), asked(rules, writers)
		if w, bad := firstUnmet(got, want); bad {
			t.Fatalf("asked for and not granted: %s", w)
		}
		for i, g := range got {
			if !slices.Contains(want, g) {
				t.Errorf("granted and not asked for: %s", g)
			}
			if _, unmet := firstUnmet(slices.Delete(slices.Clone(got), i, i+1), want); !unmet {
				t.Errorf("granted twice: %s", g)
			}
		}
	})
}

func build(t rapid.TB, rules []replication.Rule, writers []replication.Writer) *planner.Plan {
	t.Helper()
	p, problems := planner.Build(rules, writers)
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	return p
}

// TestPlanIsWellFormed checks what holds for every plan: order, names, sizes,
// ids, and the same bytes each time.
func TestPlanIsWellFormed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rules, writers := drawRules(t), drawWriters(t)
		p := build(t, rules, writers)
		checkOrder(t, p)
		checkSids(t, p)
		checkIDs(t, p)
		again := build(t, rules, writers)
		a, _ := json.Marshal(p)
		b, _ := json.Marshal(again)
		if string(a) != string(b) {
			t.Errorf("the same input gave\n%s\nand\n%s", a, b)
		}
	})
}

func checkOrder(t rapid.TB, p *planner.Plan) {
	type place struct {
		kind         replication.Kind
		target, name string
	}
	seen := map[place]bool{}
	for i, d := range p.Documents {
		if seen[place{d.Kind, d.Target, d.Name}] {
			t.Errorf("two documents %s of %s", d.Kind, d.Target)
		}
		seen[place{d.Kind, d.Target, d.Name}] = true
		if d.Account == "" || d.Name == "" || d.Size <= 0 || d.Size > d.Limit {
			t.Errorf("%s of %s: account %q, name %q, size %d of %d", d.Kind, d.Target, d.Account, d.Name, d.Size, d.Limit)
		}
		if i == 0 {
			continue
		}
		before := p.Documents[i-1]
		if cmp.Or(cmp.Compare(before.Step, d.Step), cmp.Compare(before.Account, d.Account), cmp.Compare(before.Target, d.Target)) > 0 {
			t.Errorf("document %d (%s of %s) comes after %s of %s", i, d.Kind, d.Target, before.Kind, before.Target)
		}
	}
}

func checkSids(t rapid.TB, p *planner.Plan) {
	const alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	seen := map[string]bool{}
	for _, d := range p.Documents {
		if d.Kind == replication.ReplicationConfiguration {
			continue
		}
		trust := d.Kind == replication.RoleTrustPolicy || d.Kind == replication.BatchRoleTrustPolicy || d.Kind == replication.WriterTrustPolicy
		for _, st := range parse(t, d).Statements {
			if trust && st.Sid == "" {
				continue
			}
			switch {
			case seen[d.Target+st.Sid]:
				t.Errorf("%s has Sid %q twice", d.Target, st.Sid)
			case st.Sid == "" || strings.Trim(st.Sid, alphanumeric) != "":
				t.Errorf("%s of %s: %q is no Sid", d.Kind, d.Target, st.Sid)
			case d.Step == 2 && !strings.HasPrefix(st.Sid, replication.SidPrefix):
				t.Errorf("%s of %s: Sid %q lacks the prefix %q", d.Kind, d.Target, st.Sid, replication.SidPrefix)
			}
			seen[d.Target+st.Sid] = true
		}
	}
}

func checkIDs(t rapid.TB, p *planner.Plan) {
	ids := map[string]bool{}
	for _, q := range p.Requirements {
		if ids[q.ID] {
			t.Errorf("two requirements have the id %s", q.ID)
		}
		ids[q.ID] = true
	}
}

var prefixes = []string{"", "logs/", "logs/a", "logs/!b", "logs-old", "año/", "日本/", "what?/*", "$", "${*}"}

// drawRules draws rules between a few buckets of three accounts. One role
// serves all rules of a source, and sometimes two sources.
func drawRules(t *rapid.T) []replication.Rule {
	docs := rapid.Bool().Draw(t, "aws-docs")
	shared := rapid.Bool().Draw(t, "shared role")
	return rapid.Custom(func(t *rapid.T) []replication.Rule {
		rules := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) replication.Rule { return drawRule(t, docs, shared) }), 0, 6).Draw(t, "rules")
		for i := range rules {
			rules[i].Name = fmt.Sprint("rule-", i)
			rules[i].Priority = i
			rules[i].Pos = diag.Pos{Line: i + 1, Column: 1}
		}
		return rules
	}).Draw(t, "rules")
}

var modes = []replication.Mode{replication.Replicate, replication.Omit, replication.Refuse}

func drawRule(t *rapid.T, docs, shared bool) replication.Rule {
	from := rapid.IntRange(0, 2).Draw(t, "from")
	role := from
	if shared && from == 1 {
		role = 0
	}
	r := replication.Rule{
		From:          bucket("source", from, []string{"111122223333", "111122223333", "777788889999"}[from]),
		To:            drawDestination(t),
		Enabled:       rapid.IntRange(0, 3).Draw(t, "enabled") > 0,
		Prefix:        rapid.SampledFrom(prefixes).Draw(t, "prefix"),
		Tags:          rapid.SampledFrom(modes).Draw(t, "tags"),
		Annotations:   rapid.SampledFrom(modes).Draw(t, "annotations"),
		OwnerOverride: rapid.Bool().Draw(t, "owner override"),
		DeleteMarkers: rapid.Bool().Draw(t, "delete markers"),
		AWSDocs:       docs,
	}
	r.Role = fmt.Sprintf("arn:aws:iam::%s:role/replication-%d", r.From.Account, role)
	r.GrantTo = rapid.SampledFrom([]string{"role", "account"}).Draw(t, "grant to")
	drawKeys(t, &r)
	drawJob(t, &r)
	return r
}

// drawKeys draws KMS keys: of the source's account or another one, shared by
// rules or not, also one key for everything.
func drawKeys(t *rapid.T, r *replication.Rule) {
	keys := []string{
		"arn:aws:kms:eu-west-1:111122223333:key/one", "arn:aws:kms:eu-west-1:444455556666:key/two", "arn:aws:kms:eu-west-1:777788889999:key/one",
	}
	settings := []fact.Value[bool]{{}, fact.Of(true), fact.Of(false)}
	r.From.ObjectLock = rapid.SampledFrom(settings).Draw(t, "lock")
	r.From.BucketKey = rapid.SampledFrom(settings).Draw(t, "bucket key of the source")
	r.To.BucketKey = rapid.SampledFrom(settings).Draw(t, "bucket key of the destination")
	r.From.KMSKeys = fact.Of(rapid.SliceOfN(rapid.SampledFrom(keys), 0, 2).Draw(t, "source keys"))
	r.To.KMSKeys = fact.Of(rapid.SliceOfN(rapid.SampledFrom(keys), 0, 1).Draw(t, "default key"))
	if r.KMSObjects = rapid.Bool().Draw(t, "KMS objects"); r.KMSObjects {
		r.ReplicaKMSKey = rapid.SampledFrom(keys).Draw(t, "replica key")
	}
}

// drawJob draws a batch job, sometimes with the role of the rule.
func drawJob(t *rapid.T, r *replication.Rule) {
	if !rapid.Bool().Draw(t, "job") {
		return
	}
	r.Job = &replication.Job{Role: rapid.SampledFrom([]string{r.Role, r.Role + "-batch"}).Draw(t, "job role"), GrantTo: r.GrantTo}
	if rapid.Bool().Draw(t, "manifest") {
		r.Job.Manifest = &replication.Location{Bucket: r.From, Prefix: "manifest"}
	}
	if rapid.Bool().Draw(t, "report") {
		r.Job.Report = &replication.Location{Bucket: r.From, Prefix: rapid.SampledFrom(prefixes).Draw(t, "report prefix")}
	}
}

func drawDestination(t *rapid.T) replication.Bucket {
	to := rapid.IntRange(0, 2).Draw(t, "to")
	b := bucket("copy", to, []string{"111122223333", "444455556666", "444455556666"}[to])
	if to == 2 {
		b.ObjectOwnership = fact.Of(replication.BucketOwnerEnforced)
	}
	return b
}

func bucket(stem string, n int, account string) replication.Bucket {
	return replication.Bucket{Name: fmt.Sprintf("acme-%s-%d", stem, n), Account: account, Partition: "aws", Region: "eu-west-1"}
}

func drawWriters(t *rapid.T) []replication.Writer {
	n := rapid.IntRange(0, 3).Draw(t, "writers")
	writers := make([]replication.Writer, n)
	for i := range writers {
		writers[i] = drawWriter(t, i)
	}
	return writers
}

func drawWriter(t *rapid.T, n int) replication.Writer {
	w := replication.Writer{
		Name: fmt.Sprint("writer-", n), Kind: "role",
		Account:   rapid.SampledFrom([]string{"111122223333", "444455556666"}).Draw(t, "account"),
		AssumedBy: []string{"arn:aws:iam::111122223333:root"},
		Bucket:    drawDestination(t),
		Prefixes:  rapid.SliceOfN(rapid.SampledFrom(prefixes[1:]), 0, 3).Draw(t, "prefixes"),
		Multipart: rapid.Bool().Draw(t, "multipart"),
		Guard:     rapid.Bool().Draw(t, "guard"),
	}
	w.ARN = fmt.Sprintf("arn:aws:iam::%s:role/%s", w.Account, w.Name)
	if rapid.Bool().Draw(t, "access point") {
		w.AccessPoint = "uploads"
	}
	if rapid.Bool().Draw(t, "source IPs") {
		w.SourceIPs = []string{"203.0.113.0/24"}
	}
	return w
}
