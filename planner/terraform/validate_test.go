package terraform_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/internal/tftest"
	"github.com/repligrant/repligrant/planner/terraform"
)

// TestTerraformValidate lets Terraform check the golden modules, called as their
// README shows, and the plan of every kind of document.
func TestTerraformValidate(t *testing.T) {
	specs, err := filepath.Glob("testdata/*.yaml")
	if err != nil || len(specs) == 0 {
		t.Fatalf("no specs in testdata (err = %v)", err)
	}
	for _, file := range specs {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			p, o := planOf(t, file, text)
			validate(t, filesOf(t, p, o))
		})
	}
	t.Run("every kind", func(t *testing.T) { validate(t, filesOf(t, everyKind(), terraform.Options{})) })
}

func validate(t *testing.T, files map[string][]byte) {
	t.Helper()
	r := runner(t, files)
	r.Example()
	for _, key := range handedIn.FindAllSubmatch(files["README.md"], -1) {
		policy := []byte(`{"Version": "2012-10-17", "Statement": []}`)
		if err := os.WriteFile(filepath.Join(r.Dir, string(key[1])), policy, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	r.Must("fmt", "-check", "-recursive")
	r.Must("init")
	r.Must("validate")
}

// handedIn is where an example reads the policy of a key.
var handedIn = regexp.MustCompile(`file\("([0-9a-f-]+\.json)"\)`)

// runner is Terraform in a directory with files.
func runner(t *testing.T, files map[string][]byte) *tftest.Runner {
	t.Helper()
	r := tftest.New(t)
	for name, text := range files {
		file := filepath.Join(r.Dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return r
}

// TestTerraformMerge has Terraform lay statements into policies that are handed
// in: those of others stay, in their order, and those of earlier plans go.
func TestTerraformMerge(t *testing.T) {
	r := runner(t, filesOf(t, everyKind(), terraform.Options{}))
	r.Dir = filepath.Join(r.Dir, owner1, "destination")
	r.Must("init")
	const (
		of    = `"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*", "Principal": {"AWS": `
		repl  = `"arn:aws:iam::111122223333:role/service-role/acme-orders-replication"`
		other = `"arn:aws:iam::111122223333:role/of-another-spec"`
		when  = `"Condition": {"ArnEquals": {"aws:PrincipalArn": `
	)
	const drop = "arn:aws:s3:eu-west-1:444455556666:accesspoint/drop"
	for _, tt := range []struct{ existing, target, version, id, sids string }{
		{
			`{"Id": "x", "Version": "2012-10-17", "Statement": [{"Sid": "B${*}"}, {"Sid": "RepligrantOld", ` + of + repl + `}}, {"Action": "a"}, {"Sid": "A"}]}`,
			keyARN, "2012-10-17", "x", "B${*}  A RepligrantReplicaKey RepligrantSourceKey",
		},
		{ // what stays of repligrant's own
			`{"Statement": [
				{"Sid": "RepligrantBare"}, {"Sid": "RepligrantEveryone", "Principal": "*"},
				{"Sid": "RepligrantOther", ` + of + other + `}}, {"Sid": "RepligrantBoth", ` + of + `[` + repl + `, ` + other + `]}},
				{"Sid": "RepligrantService", ` + of + repl + `, "Service": "s3.amazonaws.com"}},
				{"Sid": "RepligrantAccount", ` + of + `"111122223333"}}, {"Sid": "RepligrantOtherInAccount", ` + of + `"111122223333"}, ` + when + other + `}}}]}`,
			keyARN, "2012-10-17", "",
			"RepligrantBare RepligrantEveryone RepligrantOther RepligrantBoth RepligrantService RepligrantAccount RepligrantOtherInAccount RepligrantReplicaKey RepligrantSourceKey",
		},
		{ // what goes
			`{"Statement": [
				{"Sid": "RepligrantOld", ` + of + `[` + repl + `]}}, {"Sid": "RepligrantGone", ` + of + `["AROAEXAMPLEEXAMPLE01", ` + repl + `]}},
				{"Sid": "RepligrantInAccount", ` + of + `"arn:aws:iam::111122223333:root"}, ` + when + `[` + repl + `]}}}]}`,
			keyARN, "2012-10-17", "", "RepligrantReplicaKey RepligrantSourceKey",
		},
		{`{"Statement": {"Sid": "One"}}`, keyARN, "2012-10-17", "", "One RepligrantReplicaKey RepligrantSourceKey"},
		{`{"Version": "2008-10-17", "Statement": []}`, drop, "2012-10-17", "", "RepligrantReplicaKey"},
		{`none`, drop, "2012-10-17", "", "RepligrantReplicaKey"},
	} {
		others := []string{} // what is told to be of other SPECs
		for sid := range strings.FieldsSeq(tt.sids) {
			if strings.HasPrefix(sid, "Repligrant") && !strings.HasSuffix(sid, "Key") {
				others = append(others, sid)
			}
		}
		settings, err := json.Marshal(map[string]any{"existing_policies": map[string]string{tt.target: tt.existing}})
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(r.Dir, "terraform.tfvars.json")
		if err := os.WriteFile(file, settings, 0o600); err != nil {
			t.Fatal(err)
		}
		var got struct {
			Version, ID string
			Statement   []struct{ Sid string }
		}
		answer := r.Console(`local.policies["` + tt.target + `"]`)
		var text string
		if err := errors.Join(json.Unmarshal([]byte(answer), &text), json.Unmarshal([]byte(text), &got)); err != nil {
			t.Fatalf("%v in %s", err, answer)
		}
		var sids []string
		for _, st := range got.Statement {
			sids = append(sids, st.Sid)
		}
		if s := strings.Join(sids, " "); s != tt.sids || got.Version != tt.version || got.ID != tt.id {
			t.Errorf("%s makes version %s, Id %q, statements %q; want %s, %q, %q", tt.existing, got.Version, got.ID, s, tt.version, tt.id, tt.sids)
		}
		told, answer := []string{}, r.Console(`jsonencode(local.other_specs["`+tt.target+`"])`)
		if err := errors.Join(json.Unmarshal([]byte(answer), &text), json.Unmarshal([]byte(text), &told)); err != nil {
			t.Fatalf("%v in %s", err, answer)
		}
		if diff := cmp.Diff(others, told); diff != "" {
			t.Errorf("%s: statements of other SPECs (-want +told):\n%s", tt.existing, diff)
		}
	}
}
