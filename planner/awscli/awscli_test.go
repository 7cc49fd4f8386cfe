package awscli_test

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/internal/golden"
	"github.com/repligrant/repligrant/internal/needs"
	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/planner/awscli"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/spec"
)

var names = map[string]string{prod: "prod", backup: "backup"}

// specs are all SPECs that the planner has goldens for, and the plans of them.
func specs(t *testing.T) map[string]*planner.Plan {
	t.Helper()
	files, err := filepath.Glob("../testdata/*.yaml")
	if err != nil || len(files) < 20 {
		t.Fatalf("%d SPECs in ../testdata (err = %v)", len(files), err)
	}
	plans := map[string]*planner.Plan{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		plans[strings.TrimSuffix(filepath.Base(file), ".yaml")] = planOf(t, string(text))
	}
	return plans
}

func planOf(t *testing.T, text string) *planner.Plan {
	t.Helper()
	s, err := spec.Parse("spec.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	p, err := planner.New(s)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func script(t *testing.T, p *planner.Plan) string {
	t.Helper()
	text, err := awscli.Script(p, awscli.Options{Accounts: names})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestGolden shows what a reader sees of a script before its library, which is
// the same in all.
func TestGolden(t *testing.T) {
	library, err := os.ReadFile("library.sh")
	if err != nil {
		t.Fatal(err)
	}
	plans := specs(t)
	for _, name := range []string{"smallest", "same-account", "fan-out", "writer-access-point", "writer-user", "prefix-escapes", "china", "tags-deny"} {
		head, tail, ok := strings.Cut(script(t, plans[name]), string(library))
		if !ok || !strings.HasSuffix(tail, "\nmain \"$@\"\n") {
			t.Fatalf("%s: the script does not end with its library and main", name)
		}
		golden.Equal(t, name+".sh", head)
	}
	golden.Equal(t, "everything.sh", script(t, everything()))
}

func TestFiles(t *testing.T) {
	files, err := awscli.Files(specs(t)["owner-override"], awscli.Options{Accounts: names})
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != 3 {
		t.Errorf("%d files, want a script for each of two accounts and README.md", len(files))
	}
	golden.Equal(t, "README.md", files["README.md"])
	for name, other := range map[string]string{"apply-prod.sh": backup, "apply-backup.sh": prod} {
		if text := string(files[name]); !strings.Contains(text, "main \"$@\"") || strings.Contains(text, "account="+other) {
			t.Errorf("%s is no script of its account alone", name)
		}
	}
}

// documents are the JSON documents in a script.
func documents(t *testing.T, script string) []any {
	t.Helper()
	var list []any
	lines := strings.Split(script, "\n")
	for i := 0; i < len(lines); i++ {
		_, end, ok := strings.Cut(lines[i], " <<'JSON")
		if !ok {
			continue
		}
		end = "JSON" + strings.TrimSuffix(end, "'")
		var text []string
		for i++; lines[i] != end; i++ {
			text = append(text, lines[i])
		}
		var v any
		if err := json.Unmarshal([]byte(strings.Join(text, "\n")), &v); err != nil {
			t.Fatalf("%v\n%s", err, strings.Join(text, "\n"))
		}
		list = append(list, v)
	}
	return list
}

// TestEveryStatement makes sure that scripts hold what plans say, no more and
// no less.
func TestEveryStatement(t *testing.T) {
	plans := specs(t)
	plans["everything"] = everything()
	for name, p := range plans {
		var want, got []string
		for _, d := range p.Documents {
			var v any
			if err := json.Unmarshal(d.Document, &v); err != nil {
				t.Fatal(err)
			}
			want = append(want, parts(t, v)...)
		}
		for _, d := range documents(t, script(t, p)) {
			got = append(got, parts(t, d)...)
		}
		slices.Sort(want)
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" || len(want) == 0 {
			t.Errorf("%s: the script holds something else than the plan (-plan +script):\n%s", name, diff)
		}
	}
}

// parts are the statements of a policy, or the configuration as a whole.
func parts(t *testing.T, document any) []string {
	t.Helper()
	list, ok := document.(object)["Statement"].([]any)
	if !ok {
		list = []any{document}
	}
	var texts []string
	for _, v := range list {
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, string(text))
	}
	return texts
}

// TestNames makes sure that accounts whose names a shell cannot tell apart, or
// has no variable for, stay apart.
func TestNames(t *testing.T) {
	for want, other := range map[string]map[string]string{
		"prod.eu) account=111122223333 variable=AWS_PROFILE_prod_eu ":           {prod: "prod.eu", backup: "prod-eu"},
		"prod-eu) account=444455556666 variable=AWS_PROFILE_444455556666 ":      {prod: "prod.eu", backup: "prod-eu"},
		"444455556666) account=444455556666 variable=AWS_PROFILE_444455556666 ": {prod: "same", backup: "same"},
		"111122223333) account=111122223333 variable=AWS_PROFILE_111122223333 ": {prod: "a) touch pwned;;", backup: "b"},
	} {
		text, err := awscli.Script(everything(), awscli.Options{Accounts: other})
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(text), "    "+want) || strings.Contains(string(text), "pwned") {
			t.Errorf("accounts %q: no %q in the script", other, want)
		}
	}
}

func TestDeterministic(t *testing.T) {
	p := everything()
	first := script(t, p)
	for range 20 {
		if diff := cmp.Diff(first, script(t, p)); diff != "" {
			t.Fatalf("two scripts of one plan differ:\n%s", diff)
		}
	}
}

// TestShell has bash read the script of every SPEC.
func TestShell(t *testing.T) {
	bash := needs.Tool(t, "bash")
	plans := specs(t)
	plans["everything"] = everything()
	plans["nothing"] = &planner.Plan{}
	for name, p := range plans {
		cmd := exec.CommandContext(t.Context(), bash, "-n")
		cmd.Stdin = strings.NewReader(script(t, p))
		if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
			t.Errorf("%s: bash -n: %v\n%s", name, err, out)
		}
	}
}

// TestShellcheck has shellcheck read two scripts: of two accounts and of one. All
// others differ from them in names and documents only.
func TestShellcheck(t *testing.T) {
	shellcheck := needs.Tool(t, "shellcheck")
	dir := t.TempDir()
	var files []string
	for name, p := range map[string]*planner.Plan{"everything": everything(), "writer-user": specs(t)["writer-user"]} {
		file := filepath.Join(dir, name+".sh")
		if err := os.WriteFile(file, []byte(script(t, p)), 0o600); err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	out, err := exec.CommandContext(t.Context(), shellcheck, files...).CombinedOutput()
	if err != nil || len(out) > 0 {
		t.Errorf("shellcheck: %v\n%s", err, out)
	}
}

// everything is a plan with every kind of document that there is.
func everything() *planner.Plan {
	text, err := os.ReadFile("../target/testdata/everything.plan.json")
	p := &planner.Plan{}
	if err := errors.Join(err, json.Unmarshal(text, p)); err != nil {
		panic(err)
	}
	p.Requirements = []replication.Requirement{
		{From: "src", To: "dst", Resource: "arn:aws:s3:::dst/*", Account: prod, ResourceAccount: backup},
	}
	return p
}
