package refeval_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/policy/glob"
	"github.com/repligrant/repligrant/policy/refeval"
	"github.com/repligrant/repligrant/policy/simulate"
)

// A found is a case with something wrong, to be written in the form that
// `repligrant simulate` reads.
type found struct {
	seed     uint64
	req      refeval.Request
	policies policy.Policies
	possible map[string][][]string // of open keys: nil stands for absent
	unknown  []string              // keys of which nothing is known
	patterns map[string]string     // keys that stand for each value of a pattern
	all      bool                  // req.Resource is a pattern
	comment  string
}

// line is the case as a line of `simulate`. What it cannot hold is lost: the
// names of documents, the pattern of an open key, and, where a key has patterns,
// that the resource "*" is that text alone.
func (f found) line() ([]byte, error) {
	request := map[string]any{
		"action": f.req.Action, "resource": f.req.Resource, "resource_account": f.req.ResourceAccount,
		"principal": principalOf(f.req.Caller), "context": contextOf(f.req.Context, f.possible),
	}
	if f.all || len(f.patterns) > 0 {
		request["all"] = true
	}
	if !f.all && len(f.patterns) > 0 && f.req.Resource != "*" {
		request["resource"] = glob.Escape(f.req.Resource)
	}
	if len(f.patterns) > 0 {
		request["patterns"] = f.patterns
	}
	if len(f.unknown) > 0 {
		request["unknown_keys"] = f.unknown
	}
	if len(f.possible) > 0 {
		request["possible"] = possibleOf(f.possible)
	}
	return json.Marshal(map[string]any{
		"id": fmt.Sprint(f.seed), "comment": f.comment, "request": request, "policies": layersOf(f.policies),
		"settings": map[string]bool{"managementAccount": f.policies.ManagementAccount, "restrictPublicBuckets": f.policies.RestrictPublicBuckets},
	})
}

// principalOf names a caller. The path of a role is not in the ARN of its
// session: aws:PrincipalArn tells it.
func principalOf(c policy.Caller) string {
	switch {
	case c.Kind == policy.Anonymous:
		return "anonymous"
	case c.Kind == policy.Role && c.Session != "":
		return "arn:aws:sts::" + c.Account + ":assumed-role/" + c.ARN[strings.LastIndex(c.ARN, "/")+1:] + "/" + c.Session
	default:
		return c.ARN
	}
}

func contextOf(context map[string][]string, open map[string][][]string) map[string]any {
	out := map[string]any{}
	for key, values := range context {
		if _, ok := open[key]; !ok {
			out[key] = valueOf(values)
		}
	}
	return out
}

func possibleOf(open map[string][][]string) map[string]any {
	out := map[string]any{}
	for key, states := range open {
		var list []any
		for _, values := range states {
			list = append(list, valueOf(values))
		}
		out[key] = list
	}
	return out
}

func valueOf(values []string) any {
	switch len(values) {
	case 0:
		return nil
	case 1:
		return values[0]
	default:
		return values
	}
}

// layersOf writes the policies that are there.
func layersOf(p policy.Policies) map[string]any {
	out := map[string]any{}
	list := func(name string, sources []policy.Source) {
		if len(sources) > 0 {
			out[name] = documentsOf(sources)
		}
	}
	list("identity", p.Identity)
	list("session", p.Session)
	list("vpce", p.Endpoint)
	for name, s := range map[string]policy.Source{"resource": p.Resource, "boundary": p.Boundary} {
		if s.Document.State() != fact.None {
			out[name] = s.Document
		}
	}
	for name, levels := range map[string]fact.Value[[][]policy.Source]{"scps": p.SCPs, "rcps": p.RCPs} {
		if levels.State() == fact.None {
			continue
		}
		if !levels.Read() {
			out[name] = map[string]string{"unreadable": levels.Why()}
			continue
		}
		written := [][]any{}
		for _, level := range levels.Or(nil) {
			written = append(written, documentsOf(level))
		}
		out[name] = written
	}
	return out
}

func documentsOf(sources []policy.Source) []any {
	out := []any{}
	for _, s := range sources {
		out = append(out, s.Document)
	}
	return out
}

// save writes a case with something wrong to the folder that REFEVAL_FAILURES
// names, or else to one among the temporary files, and says where.
func (f found) save(t *testing.T) {
	t.Helper()
	line, err := f.line()
	if err != nil {
		t.Errorf("seed %d cannot be written: %v", f.seed, err)
		return
	}
	folder := os.Getenv("REFEVAL_FAILURES")
	if folder == "" {
		folder = filepath.Join(os.TempDir(), "refeval-failures")
	}
	if err := os.MkdirAll(folder, 0o750); err != nil {
		t.Error(err)
		return
	}
	file := filepath.Join(folder, fmt.Sprintf("%s-%d.jsonl", strings.ReplaceAll(t.Name(), "/", "-"), f.seed))
	if err := os.WriteFile(file, append(line, '\n'), 0o600); err != nil {
		t.Error(err)
		return
	}
	t.Logf("seed %d is saved; see it again with: repligrant simulate %s", f.seed, file)
}

// TestLines: a case that is saved is the one that was found: read back, it is
// about the same caller and decided alike.
func TestLines(t *testing.T) {
	t.Parallel()
	first, n := seeds(t, 1000)
	for seed := first; seed < first+n; seed++ {
		g := newGenerator(seed)
		f := found{seed: seed, req: g.request(), policies: g.policies(), all: g.percent(20)}
		switch {
		case g.percent(30):
			f.possible = g.domains(f.req.Context)
		case g.percent(20) && f.req.Resource != "*":
			f.patterns = map[string]string{"s3:prefix": "a*"}
			delete(f.req.Context, "s3:prefix")
		}
		switch {
		case g.percent(10):
			f.policies.SCPs = fact.Unread[[][]policy.Source]("AccessDenied")
		case g.percent(20):
			pick(g, unreadable(&f.policies)).source.Document = fact.Unread[*policy.Document]("AccessDenied")
		}
		f.compare(t)
	}
}

func (f found) compare(t *testing.T) {
	t.Helper()
	line, err := f.line()
	if err != nil {
		t.Fatalf("seed %d: %v", f.seed, err)
	}
	read, err := simulate.Read(line)
	if err != nil {
		t.Fatalf("seed %d: %v\n%s", f.seed, err, line)
	}
	if d := cmp.Diff(f.req.Caller, read.Request.Caller); d != "" {
		t.Errorf("seed %d: the caller (-generated +read):\n%s", f.seed, d)
	}
	q := patterned(f.req, f.possible)
	q.Pattern = f.all
	for key, pattern := range f.patterns {
		q.Context.Keys[key] = policy.Every(pattern)
	}
	want, got := policy.Decide(q, f.policies), policy.Decide(read.Request, read.Policies)
	if d := cmp.Diff(decisions(want), decisions(got)); d != "" {
		t.Errorf("seed %d: decisions (-generated +read):\n%s\n%s", f.seed, d, line)
	}
}

// decisions are those of all classes.
func decisions(a policy.Answer) map[policy.Decision]bool {
	all := map[policy.Decision]bool{}
	for _, c := range a.Classes {
		all[c.Decision] = true
	}
	return all
}

// TestSave: the file is where it is said to be, and simulate answers it.
func TestSave(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "new")
	t.Setenv("REFEVAL_FAILURES", folder)
	g := newGenerator(7)
	found{seed: 7, req: g.request(), policies: g.policies(), comment: "wrong"}.save(t)
	line, err := os.ReadFile(filepath.Join(folder, "TestSave-7.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	if answer, ok := new(simulate.Simulator).Answer(line); !ok || !strings.Contains(string(answer), `"id":"7"`) {
		t.Errorf("simulate answers %s", answer)
	}
}

// report says what two evaluators disagree on, and saves the case.
func (f found) report(t *testing.T, got, want policy.Decision, err error) {
	t.Helper()
	f.comment = fmt.Sprintf("policy says %03b, refeval %03b", got, want)
	if err != nil && !errors.Is(err, refeval.ErrNoReading) {
		t.Fatalf("seed %d: %v", f.seed, err)
	}
	line, _ := f.line()
	t.Errorf("seed %d: %s (%v)\n%s", f.seed, f.comment, err, line)
	f.save(t)
}
