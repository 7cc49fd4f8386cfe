package simulate_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/policy/refeval"
	"github.com/repligrant/repligrant/policy/simulate"
)

const corpus = "../../testdata/corpus"

// fewest is how many cases there are at least: a test that finds none says nothing.
const fewest = 300

// A corpusCase is one line of the corpus: a request, what is expected of it, and
// the sentence of AWS's documentation that decides it.
type corpusCase struct {
	ID, Title, Expected, Why, Source string

	Request map[string]json.RawMessage

	file string
	line []byte
}

// readCorpus reads all lines of all files, in order.
func readCorpus(t *testing.T) []corpusCase {
	t.Helper()
	files, err := filepath.Glob(corpus + "/*.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	var cases []corpusCase
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for line := range bytes.Lines(data) {
			c := corpusCase{file: strings.TrimSuffix(filepath.Base(file), ".jsonl"), line: line}
			if err := json.Unmarshal(line, &c); err != nil {
				t.Fatalf("%s: %v: %.200s", file, err, line)
			}
			cases = append(cases, c)
		}
	}
	if len(cases) < fewest {
		t.Fatalf("%d cases in %s, want at least %d", len(cases), corpus, fewest)
	}
	return cases
}

// Each case is decided as AWS's documentation says, one after another as in one
// run: what an earlier request was must not matter.
func TestCorpus(t *testing.T) {
	var s simulate.Simulator
	for _, c := range readCorpus(t) {
		answer, _ := s.Answer(c.line)
		t.Run(c.ID, func(t *testing.T) { c.check(t, answer) })
	}
}

// check compares the answer with what is expected.
func (c *corpusCase) check(t *testing.T, answer []byte) {
	t.Helper()
	var got struct {
		ID, Decision, Error string

		Reasons []struct{ Effect string }
		Witness map[string]json.RawMessage
	}
	if err := json.Unmarshal(answer, &got); err != nil {
		t.Fatalf("answered %s: %v", answer, err)
	}
	if got.Error != "" {
		got.Decision = "error"
	}
	want := c.Expected
	if got.ID != c.ID || got.Decision != want {
		t.Errorf("%s: got %s%s, want %s: %s\n%s", c.Title, got.Decision, got.Error, want, c.Why, c.Source)
	}
	if want == "explicit_deny" && !slices.ContainsFunc(got.Reasons, func(r struct{ Effect string }) bool { return r.Effect == "Deny" }) {
		t.Errorf("%s: an explicit deny, and no statement that denies: %s", c.Title, answer)
	}
	if want == "mixed" && len(got.Witness) < 2 {
		t.Errorf("%s: decided both ways, with %d witnesses: %s", c.Title, len(got.Witness), answer)
	}
}

// The fast way to a decision, without reasons, leads to the same.
func TestCorpusWithoutReasons(t *testing.T) {
	for _, c := range readCorpus(t) {
		if c.Expected != "error" {
			t.Run(c.ID, c.checkWithoutReasons)
		}
	}
}

func (c *corpusCase) checkWithoutReasons(t *testing.T) {
	read, err := simulate.Read(c.line)
	if err != nil {
		t.Fatal(err)
	}
	want := c.Expected
	d, alike := policy.Prepare(read.Policies).Decision(read.Request.Prepare())
	got := nameOf(d, alike)
	if got == "mixed" && want == "unknown" && d.Unknown() {
		return // not alike, and one part is not known: Decision does not tell which
	}
	if got != want {
		t.Errorf("%s: got %s, want %s: %s\n%s", c.Title, got, want, c.Why, c.Source)
	}
}

// nameOf is the name of the decisions over all resources of a request.
func nameOf(d policy.Decision, alike bool) string {
	for name, one := range decisions {
		if d == one {
			return name
		}
	}
	switch {
	case !alike:
		return "mixed"
	case d.Denied():
		return "denied"
	default:
		return "unknown"
	}
}

// The second evaluator, which shares no code with the first, decides the cases
// in which all is known. Where it has no reading, what is expected is one of
// the readings.
func TestCorpusByReference(t *testing.T) {
	n := 0
	for _, c := range readCorpus(t) {
		if c.isConcrete() {
			n++
			t.Run(c.ID, c.checkByReference)
		}
	}
	if n < fewest {
		t.Errorf("%d cases hold all that the reference needs, want at least %d", n, fewest)
	}
}

// isConcrete reports whether everything about a case is known, and stated as the
// reference takes it.
func (c *corpusCase) isConcrete() bool {
	for _, option := range []string{"all", "fill", "patterns", "possible", "unknown_keys"} {
		if c.Request[option] != nil {
			return false
		}
	}
	return c.Expected != "error" && !bytes.Contains(c.line, []byte(`"unreadable"`)) &&
		!bytes.Contains(c.line, []byte(`"s3BucketAbacEnabled": false`))
}

func (c *corpusCase) checkByReference(t *testing.T) {
	read, err := simulate.Read(c.line)
	if err != nil {
		t.Fatal(err)
	}
	got, err := refeval.Decide(refeval.Request{
		Caller: read.Request.Caller, Action: read.Request.Action, Resource: read.Request.Resource,
		ResourceAccount: read.Request.ResourceAccount, Context: c.context(t),
	}, read.Policies)
	switch {
	case errors.Is(err, refeval.ErrNoReading):
		if want, ok := decisions[c.Expected]; ok && got&want == 0 {
			t.Errorf("%s: want %s, which is none of the readings: %v", c.Title, c.Expected, err)
		}
	case err != nil:
		t.Fatal(err)
	case got != decisions[c.Expected]:
		t.Errorf("%s: got %03b, want %s: %s\n%s", c.Title, got, c.Expected, c.Why, c.Source)
	}
}

// decisions are those that are one decision.
var decisions = map[string]policy.Decision{
	"allowed": policy.Allowed, "implicit_deny": policy.ImplicitDeny, "explicit_deny": policy.ExplicitDeny,
}

// context returns the values of the keys of a case.
func (c *corpusCase) context(t *testing.T) map[string][]string {
	t.Helper()
	var stated map[string]any
	if err := json.Unmarshal(c.Request["context"], &stated); err != nil {
		t.Fatal(err)
	}
	keys := map[string][]string{}
	for key, value := range stated {
		list, many := value.([]any)
		if !many {
			list = []any{value}
		}
		for _, v := range list {
			keys[strings.ToLower(key)] = append(keys[strings.ToLower(key)], v.(string))
		}
	}
	return keys
}

// Each case says what it is about and where that stands.
func TestCorpusForm(t *testing.T) {
	expected := []string{"allowed", "implicit_deny", "explicit_deny", "denied", "unknown", "mixed", "error"}
	seen := map[string]bool{}
	for _, c := range readCorpus(t) {
		switch {
		case !strings.HasPrefix(c.ID, c.file+"/"):
			t.Errorf("%s: the ID of a case in %s.jsonl begins with %s/", c.ID, c.file, c.file)
		case seen[c.ID]:
			t.Errorf("%s: two cases have this ID", c.ID)
		case c.Title == "" || c.Why == "":
			t.Errorf("%s lacks title or why", c.ID)
		case !strings.HasPrefix(c.Source, "https://docs.aws.amazon.com/"):
			t.Errorf("%s: source %q is no page of AWS's documentation", c.ID, c.Source)
		case !slices.Contains(expected, c.Expected):
			t.Errorf("%s: expected is %q", c.ID, c.Expected)
		}
		seen[c.ID] = true
	}
}
