package audit_test

import (
	"cmp"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/repligrant/repligrant/audit"
)

const checksPage = "../docs/checks.md"

// contract are the names that users rely on: none may go.
var contract = strings.Fields(`permission-missing permission-blocked permission-advised permission-unknown permission-surplus
	grant-without-effect trust-missing trust-too-wide tags-not-denied condition-key-not-applicable replication-missing rule-missing
	rule-differs rule-extra role-differs configuration-invalid bucket-not-found role-not-found kms-key-not-found
	destination-account-differs destination-outside-organization destination-not-allowed versioning-disabled owner-override-differs
	object-ownership-differs object-lock-missing requester-pays public-policy-restricted sse-c-blocked kms-key-region kms-key-state
	kms-key-managed-by-aws kms-key-alias kms-opt-in-missing replicas-owned-by-source owner-override-same-account
	source-objects-may-be-foreign replica-chain rule-disabled lifecycle-blocked failures-unseen read-denied writer-too-wide
	writer-cannot-write writer-not-guarded policy-malformed policy-over-quota orphaned-principal principal-malformed
	suppression-expired`)

// TestEveryCheckIsDocumented sees that each check has all parts of its entry, and
// that the story that it names shows it broken, and not once mended. UPDATE=1
// writes sources and controls into the page.
func TestEveryCheckIsDocumented(t *testing.T) {
	text, err := os.ReadFile(checksPage)
	if err != nil {
		t.Fatal(err)
	}
	page := string(text)
	for _, c := range audit.Checks {
		entry, ok := entryOf(page, c.Name)
		if !ok {
			t.Errorf("%s is not in %s", c.Name, checksPage)
			continue
		}
		filled := fill(entry, "Source", sourceOf(c))
		filled = fill(filled, "Controls", cmp.Or(strings.Join(audit.ControlsOf(c.Name), ", "), "none"))
		if filled != entry {
			t.Errorf("the source or the controls of %s are out of date (UPDATE=1 writes them)", c.Name)
			page = strings.Replace(page, entry, filled, 1)
		}
		for _, part := range []string{"\n*" + string(c.Outcome), "\n- Broken: ", " Mended: ", "\n- Failure code: ", "\n- Fix: ", "\n- Source: ", "\n- Controls: "} {
			if !strings.Contains(filled, part) {
				t.Errorf("the entry of %s lacks %q", c.Name, part)
			}
		}
		shown(t, c.Name, entry)
	}
	if os.Getenv("UPDATE") == "1" {
		if err := os.WriteFile(checksPage, []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// entryOf is what the page says of a check.
func entryOf(page, name string) (string, bool) {
	_, rest, ok := strings.Cut(page, "\n### "+name+"\n")
	end := regexp.MustCompile(`\n##+ `).FindStringIndex(rest)
	if end != nil {
		rest = rest[:end[0]+1]
	}
	return "\n" + rest, ok
}

func fill(entry, part, value string) string {
	return regexp.MustCompile(`\n- `+part+`: .*`).ReplaceAllLiteralString(entry, "\n- "+part+": "+value)
}

func sourceOf(c audit.Check) string {
	if c.Source == "" {
		return "that of the permission, named by the finding"
	}
	return c.Source
}

// shown checks the scenario that an entry names. That each gives what it says is
// tested where the scenarios are played.
func shown(t *testing.T, name, entry string) {
	t.Helper()
	link := regexp.MustCompile(`\]\((\.\./testdata/scenario/[^)]+)\)`).FindStringSubmatch(entry)
	if link == nil {
		t.Errorf("the entry of %s names no story", name)
		return
	}
	text, err := os.ReadFile(filepath.Join("../docs", link[1]))
	if err != nil {
		t.Error(err)
		return
	}
	_, rest, _ := strings.Cut(string(text), "\n-- findings --\n")
	broken, mended, ok := strings.Cut(rest, "\n-- mended --\n")
	if !strings.Contains(broken, " "+name+" ") || !ok || strings.Contains(mended, " "+name+" ") {
		t.Errorf("the story of %s does not show it broken and mended: %q, then %q", name, broken, mended)
	}
}

// TestContract sees that no name of a check is gone.
func TestContract(t *testing.T) {
	for _, name := range contract {
		if !slices.ContainsFunc(audit.Checks, func(c audit.Check) bool { return c.Name == name }) {
			t.Errorf("check %s is gone", name)
		}
	}
}
