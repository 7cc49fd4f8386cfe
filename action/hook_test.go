package action_test

import (
	"os"
	"regexp"
	"testing"
)

// The hook takes the SPECs that init writes by the name that it is shown with, and
// no YAML of others.
func TestHookTakesSPECs(t *testing.T) {
	hooks, err := os.ReadFile("../.pre-commit-hooks.yaml")
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`(?m)^  files: (.+)$`).FindSubmatch(hooks)
	if m == nil {
		t.Fatal("the hook has no files")
	}
	files := regexp.MustCompile(string(m[1]))
	start, err := os.ReadFile("../docs/getting-started.md")
	if err != nil {
		t.Fatal(err)
	}
	shown := regexp.MustCompile("`repligrant init --output ([^ `]+)`").FindSubmatch(start)
	if shown == nil {
		t.Fatal("docs/getting-started.md does not show how a SPEC is begun")
	}
	for name, want := range map[string]bool{
		string(shown[1]): true, "repligrant.yml": true, "s3/repligrant.yaml": true, "s3/acme.repligrant.yaml": true,
		"k8s/replicationcontroller.yaml": false, "replication.yaml": false, "openapi/spec.yaml": false,
		"notrepligrant.yaml": false, "repligrant.yaml.bak": false, "repligrant-report/audit.yaml": false,
	} {
		if got := files.MatchString(name); got != want {
			t.Errorf("the hook takes %s: %v, want %v", name, got, want)
		}
	}
}
