package refeval_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// docs is the page that tells how repligrant decides.
const docs = "../../docs/evaluation.md"

func read(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// asks finds the questions in the source: where AWS does not say what happens.
var asks = regexp.MustCompile(`e\.(?:ask|either)\("([^"]+)"`)

// Each question has a row in the page: what AWS says, and what was chosen.
func TestPageHasEveryQuestion(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	page, found := read(t, docs), 0
	for _, f := range files {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		source := strings.ReplaceAll(read(t, f), `\"`, "'")
		for _, m := range asks.FindAllStringSubmatch(source, -1) {
			found++
			if !strings.Contains(page, "`"+m[1]+"`") {
				t.Errorf("%s asks %q, and no row of %s tells of it", f, m[1], docs)
			}
		}
	}
	if found < 20 {
		t.Errorf("found %d questions: the test looks at the wrong place", found)
	}
}

// expected reads what is expected of each case of the corpus.
func expected(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob("../../testdata/corpus/*.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, f := range files {
		for line := range strings.Lines(read(t, f)) {
			var c struct{ ID, Expected string }
			if err := json.Unmarshal([]byte(line), &c); err != nil {
				t.Fatalf("%s: %v", f, err)
			}
			out[c.ID] = c.Expected
		}
	}
	return out
}

var caseID = regexp.MustCompile("`([a-z-]+/[a-z0-9-]+)`")

// A row that names a case of the corpus says what is expected of that case.
func TestPageAgreesWithCorpus(t *testing.T) {
	t.Parallel()
	want, named := expected(t), 0
	for line := range strings.Lines(read(t, docs)) {
		if !strings.HasPrefix(line, "|") {
			continue
		}
		for _, m := range caseID.FindAllStringSubmatch(line, -1) {
			if _, isCase := want[m[1]]; !isCase && strings.HasPrefix(m[1], "policy/") {
				continue
			}
			named++
			if decision, ok := want[m[1]]; !ok {
				t.Errorf("the corpus has no case %s: %s", m[1], line)
			} else if !strings.Contains(line, "`"+decision+"`") {
				t.Errorf("of %s the corpus expects %s, this row does not: %s", m[1], decision, line)
			}
		}
	}
	if named < 30 {
		t.Errorf("found %d cases in %s: the test looks at the wrong place", named, docs)
	}
}

var (
	address   = regexp.MustCompile(`(?m)^\[([a-z0-9-]+)\]: (\S+)$`)
	reference = regexp.MustCompile(`\]\[([a-z0-9-]+)\]`)
)

// Each link has a target, each target a link, and all lead to AWS.
func TestPageCitesAWS(t *testing.T) {
	t.Parallel()
	page := read(t, docs)
	links := map[string]bool{}
	for _, m := range reference.FindAllStringSubmatch(page, -1) {
		links[m[1]] = true
	}
	for _, m := range address.FindAllStringSubmatch(page, -1) {
		if !strings.HasPrefix(m[2], "https://docs.aws.amazon.com/") {
			t.Errorf("[%s] leads to %s", m[1], m[2])
		}
		if !links[m[1]] {
			t.Errorf("nothing links to [%s]", m[1])
		}
		delete(links, m[1])
	}
	for name := range links {
		t.Errorf("[%s] has no target", name)
	}
	if n := len(address.FindAllString(page, -1)); n < 20 {
		t.Errorf("found %d targets in %s: the test looks at the wrong place", n, docs)
	}
}
