package cloudformation_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/internal/golden"
	"github.com/repligrant/repligrant/internal/needs"
	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/planner/cloudformation"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/spec"
)

const (
	prod   = "111122223333"
	backup = "444455556666"
)

// A planned is a plan with what its SPEC says beside it.
type planned struct {
	*planner.Plan
	o cloudformation.Options
}

// specs are all SPECs that the planner has goldens for, and everything.
func specs(t *testing.T) map[string]planned {
	t.Helper()
	files, err := filepath.Glob("../testdata/*.yaml")
	if err != nil || len(files) < 20 {
		t.Fatalf("%d SPECs in ../testdata (err = %v)", len(files), err)
	}
	plans := map[string]planned{"everything": everything(t)}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		plans[strings.TrimSuffix(filepath.Base(file), ".yaml")] = planOf(t, string(text))
	}
	return plans
}

func planOf(t *testing.T, text string) planned {
	t.Helper()
	s, err := spec.Parse("spec.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	p, err := planner.New(s)
	if err != nil {
		t.Fatal(err)
	}
	o := cloudformation.Options{Accounts: map[string]string{}, Regions: map[string]string{}}
	for _, a := range s.Accounts {
		o.Accounts[a.ID.Value] = a.Name.Value
	}
	for _, b := range s.Buckets {
		o.Regions[b.Name.Value] = b.Region.Value
	}
	return planned{p, o}
}

// everything is a plan with every kind of document that there is.
func everything(t *testing.T) planned {
	t.Helper()
	text, err := os.ReadFile("../target/testdata/everything.plan.json")
	p := &planner.Plan{}
	if err := errors.Join(err, json.Unmarshal(text, p)); err != nil {
		t.Fatal(err)
	}
	return planned{p, cloudformation.Options{Accounts: map[string]string{prod: "prod"}}}
}

func files(t *testing.T, p planned) map[string][]byte {
	t.Helper()
	files, err := cloudformation.Files(p.Plan, p.o)
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// TestGolden compares the files of a plan with those of testdata/NAME.
func TestGolden(t *testing.T) {
	plans := specs(t)
	for _, name := range []string{"everything", "same-account", "fan-out", "writer-user", "writer-access-point", "prefix-escapes", "china", "filters"} {
		got := files(t, plans[name])
		for file, text := range got {
			golden.Equal(t, name+"/"+file, text)
		}
		there, err := filepath.Glob("testdata/" + name + "/*")
		if err != nil || len(there) != len(got) {
			t.Errorf("%s: %d files in testdata, want %d (err = %v)", name, len(there), len(got), err)
		}
	}
}

// newer are actions of S3 that the list of the linter does not have yet.
var newer = regexp.MustCompile(`^'(replicateobjectannotation|getobjectversionannotationforreplication)' is not one of`)

// TestLint has AWS's own linter read every template of every SPEC, in one
// process, and one template with a mistake, which it has to find.
func TestLint(t *testing.T) {
	lint := needs.Tool(t, "cfn-lint")
	dir := t.TempDir()
	seen := map[string]bool{}
	var names []string
	add := func(name string, text []byte) {
		t.Helper()
		if !strings.HasSuffix(name, ".json") || strings.HasSuffix(name, "-statements.json") || seen[string(text)] {
			return
		}
		seen[string(text)] = true
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
	}
	for name, p := range specs(t) {
		for file, text := range files(t, p) {
			add(name+"-"+file, text)
		}
	}
	sound := len(names)
	add("wrong.json", []byte(strings.Replace(string(files(t, everything(t))["prod-rules.json"]), `"TagFilters"`, `"Tags"`, 1)))
	if sound < 20 || len(names) != sound+1 {
		t.Fatalf("%d templates, %d with the wrong one", sound, len(names))
	}
	cmd := exec.CommandContext(t.Context(), lint, append([]string{"--format", "json", "--"}, names...)...)
	cmd.Dir = dir
	out, err := cmd.Output()
	var found []struct {
		Filename, Message string
		Rule              struct{ ID string }
	}
	if _, ok := errors.AsType[*exec.ExitError](err); !ok || json.Unmarshal(out, &found) != nil {
		t.Fatalf("cfn-lint: %v: %s", err, out)
	}
	inWrong := 0
	for _, f := range found {
		switch {
		case f.Filename == "wrong.json":
			inWrong++
		case f.Rule.ID == "W3037" && newer.MatchString(f.Message):
		default:
			t.Errorf("%s: %s %s", f.Filename, f.Rule.ID, f.Message)
		}
	}
	if inWrong == 0 {
		t.Error("cfn-lint finds nothing wrong in a template with Tags in place of TagFilters")
	}
}

// statements collects the statements of every policy below v, and its rules.
func statements(t *testing.T, v any, found *[]string) {
	t.Helper()
	switch v := v.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			list, ok := v[key].([]any)
			if !ok || key != "Statement" {
				statements(t, v[key], found)
				continue
			}
			for _, st := range list {
				text, err := json.Marshal(st)
				if err != nil {
					t.Fatal(err)
				}
				*found = append(*found, string(text))
			}
		}
	case []any:
		for _, inner := range v {
			statements(t, inner, found)
		}
	}
}

// TestEveryStatement makes sure that templates hold what plans say, no more and
// no less.
func TestEveryStatement(t *testing.T) {
	for name, p := range specs(t) {
		var want, got []string
		for _, d := range p.Documents {
			statements(t, decode(t, d.Document), &want)
		}
		for file, text := range files(t, p) {
			if strings.HasSuffix(file, ".json") {
				statements(t, decode(t, text), &got)
			}
		}
		slices.Sort(want)
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" || len(want) == 0 {
			t.Errorf("%s: the templates hold something else than the plan (-plan +templates):\n%s", name, diff)
		}
	}
}

func decode(t *testing.T, text []byte) any {
	t.Helper()
	var v any
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// TestRules makes sure that rules say in a template what they say to S3: the
// names that differ are put back, and then nothing differs.
func TestRules(t *testing.T) {
	rules := 0
	for name, p := range specs(t) {
		var want, got []any
		for _, d := range p.Documents {
			if d.Kind == replication.ReplicationConfiguration {
				want = append(want, decode(t, d.Document))
			}
		}
		for file, text := range files(t, p) {
			if !strings.HasSuffix(file, "-rules.json") {
				continue
			}
			s := strings.NewReplacer(`"Id"`, `"ID"`, `"TagFilter"`, `"Tag"`, `"TagFilters"`, `"Tags"`).Replace(string(text))
			for _, r := range decode(t, []byte(s)).(map[string]any)["Resources"].(map[string]any) {
				property := r.(map[string]any)["Properties"].(map[string]any)["ReplicationConfiguration"]
				got = append(got, property.(map[string]any)["Fn::If"].([]any)[1])
			}
		}
		byRole := func(a, b any) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) }
		slices.SortFunc(want, byRole)
		slices.SortFunc(got, byRole)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: rules differ (-plan +template):\n%s", name, diff)
		}
		rules += len(want)
	}
	if rules == 0 {
		t.Error("no rule was compared")
	}
}

func TestDeterministic(t *testing.T) {
	p := everything(t)
	first := files(t, p)
	for range 20 {
		if diff := cmp.Diff(first, files(t, p)); diff != "" {
			t.Fatalf("two runs differ:\n%s", diff)
		}
	}
}

// TestHostile makes sure that texts stay texts: none ends a string, and none is
// a reference that CloudFormation would follow.
func TestHostile(t *testing.T) {
	for _, text := range []string{`"}]}`, "a\nb", "\u202e", `\`, "${AWS::AccountId}", "{{", `{"Ref": "x"}`, "!Sub x", "日本\U0001F600"} {
		p := everything(t)
		replace(t, p.Plan, text)
		got := files(t, p)
		var found []string
		for file, data := range got {
			if strings.HasSuffix(file, ".json") {
				statements(t, decode(t, data), &found)
			}
		}
		quoted, err := json.Marshal("arn:aws:s3:::dst/" + text)
		if err != nil {
			t.Fatal(err)
		}
		if all := strings.Join(found, "\n"); strings.Count(all, string(quoted)) != 2 {
			t.Errorf("%q is in %d statements, want 2:\n%s", text, strings.Count(all, string(quoted)), all)
		}
	}
}

// replace puts a text where plans have object keys.
func replace(t *testing.T, p *planner.Plan, text string) {
	t.Helper()
	quoted, err := json.Marshal(text)
	if err != nil {
		t.Fatal(err)
	}
	inner := string(quoted[1 : len(quoted)-1])
	for i := range p.Documents {
		d := &p.Documents[i]
		d.Document = []byte(strings.NewReplacer("dst/*", "dst/"+inner).Replace(string(d.Document)))
	}
}

func TestRefused(t *testing.T) {
	huge := everything(t)
	large(t, huge.Plan, 1000)

	many := everything(t)
	for i := range 501 {
		d := many.Documents[0]
		d.Target = fmt.Sprintf("arn:aws:iam::%s:role/r%d", prod, i)
		many.Documents = append(many.Documents, d)
	}

	existing := everything(t)
	d := &existing.Documents[len(existing.Documents)-1]
	d.Document = []byte(strings.Replace(string(d.Document), `"Status"`, `"ExistingObjectReplication": {"Status": "Enabled"}, "Status"`, 1))

	novel := everything(t)
	d = &novel.Documents[len(novel.Documents)-1]
	d.Merged = []byte(strings.Replace(string(d.Document), `"Status"`, `"Novelty": {}, "Status"`, 1))

	secret := everything(t)
	replace(t, secret.Plan, "{{resolve:secretsmanager:secret}}")

	keySecret := everything(t)
	for i := range keySecret.Documents {
		if d := &keySecret.Documents[i]; d.Kind == replication.DestinationKMSKeyPolicy {
			d.Merged = []byte(`{"Version": "2012-10-17", "Statement": [{"Sid": "{{resolve:ssm:x}}", "Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"}]}`)
		}
	}

	reached := map[string]bool{}
	for _, tt := range []struct {
		p    planned
		want string
	}{
		{huge, "template prod-rules.json has 1359325 bytes, and CloudFormation takes 1000000"},
		{many, "template prod-roles.json has 508 resources, and CloudFormation takes 500"},
		{existing, `rule "one" of arn:aws:s3:::src has ExistingObjectReplication, which CloudFormation does not have`},
		{novel, `unknown field "Novelty"`},
		{secret, "prod-roles.json has {{resolve: in a value"},
		{keySecret, "444455556666-eu-west-1-key-1234abcd-12ab-34cd-56ef-1234567890ab-policy.json has {{resolve: in a value"},
	} {
		_, err := cloudformation.Files(tt.p.Plan, tt.p.o)
		l := diag.Of(err)
		if len(l) != 1 || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("error %v, want one with a key: %s", err, tt.want)
			continue
		}
		reached[l[0].Message.Key], reached[l[0].Hint.Key] = true, true
	}
	for _, accounts := range []int{tooManyBytes, tooManyResources} {
		_, err := cloudformation.Access(accessOf(t, accounts))
		for _, d := range diag.Of(err) {
			reached[d.Message.Key], reached[d.Hint.Key] = true, true
		}
	}
	for _, text := range cloudformation.Texts() {
		if !reached[text.Key] && !strings.HasPrefix(text.Key, "cloudformation.") {
			t.Errorf("no plan here is refused with %s", text.Key)
		}
	}
}

// TestNames makes sure that buckets with names that look alike stay apart, and
// that a name does not depend on what else there is before it.
func TestNames(t *testing.T) {
	p := everything(t)
	d := p.Documents[len(p.Documents)-1]
	p.Documents = nil
	for _, bucket := range []string{"a-b-c", "a.b.c", "abc"} {
		d.Target = "arn:aws:s3:::" + bucket
		p.Documents = append(p.Documents, d)
	}
	names := func() []string {
		got := decode(t, files(t, p)["prod-rules.json"]).(map[string]any)["Resources"].(map[string]any)
		return slices.Sorted(maps.Keys(got))
	}
	first := names()
	if len(first) != 3 || first[2] != "AbcSource" {
		t.Errorf("resources %q, want three", first)
	}
	slices.Reverse(p.Documents)
	if diff := cmp.Diff(first, names()); diff != "" {
		t.Errorf("names depend on the order:\n%s", diff)
	}
}

// TestPolicyNames makes sure that no resource takes the place of another whose
// name looks alike.
func TestPolicyNames(t *testing.T) {
	p := everything(t)
	role := p.Documents[0]
	grant := p.Documents[1]
	grant.Managed = false
	p.Documents = nil
	for _, name := range []string{"x", "x-role-policy"} {
		role.Target = "arn:aws:iam::" + prod + ":role/" + name
		grant.Target = role.Target
		p.Documents = append(p.Documents, role)
		for _, policy := range []string{"role", "a-b", "a.b"} {
			grant.Name = policy
			p.Documents = append(p.Documents, grant)
		}
	}
	got := decode(t, files(t, p)["prod-roles.json"]).(map[string]any)["Resources"].(map[string]any)
	if len(got) != 8 {
		t.Errorf("%d resources, want 2 roles and 6 policies: %q", len(got), slices.Sorted(maps.Keys(got)))
	}
}

// TestMerged makes sure that a template has the whole policy and all rules, where
// a merge knows them: it replaces what is there.
func TestMerged(t *testing.T) {
	p := everything(t)
	for i := range p.Documents {
		d := &p.Documents[i]
		switch d.Kind {
		case replication.DestinationBucketPolicy, replication.WriterBucketPolicy:
			d.Merged = []byte(`{"Version": "2008-10-17", "Id": "theirs", "Statement": {"Sid": "Theirs", "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}}`)
		case replication.ReplicationConfiguration:
			d.Merged = []byte(strings.Replace(string(d.Document), `[`, `[{"ID": "theirs", "Status": "Disabled", "Filter": {}, "Destination": {"Bucket": "arn:aws:s3:::elsewhere"}}, `, 1))
		}
	}
	got := files(t, p)
	if policy := string(got["444455556666-destination.json"]); !strings.Contains(policy, `"Id": "theirs"`) {
		t.Errorf("the template has not the whole policy:\n%s", policy)
	}
	if rules := string(got["prod-rules.json"]); strings.Count(rules, `"Id": `) != 2 || !strings.Contains(rules, `"Id": "theirs"`) {
		t.Errorf("the template has not all rules:\n%s", rules)
	}
	readme := string(got["README.md"])
	if strings.Contains(readme, "put its statements into") || !strings.Contains(readme, "`444455556666-destination.json` holds those that\n\n    dst\n\nhad when they were read") {
		t.Errorf("README.md asks for statements that the template has already:\n%s", readme)
	}
	if !strings.Contains(readme, "The template holds, beside ours, those that\n\n    src\n\nhad when they were read. Merge again") {
		t.Errorf("README.md says that the rules of others are lost, which the template has:\n%s", readme)
	}
}

// TestMergedKeys makes sure that the policy of a key or access point is written
// whole where what there is was given, with the command that puts it there, and
// not at all where it grants everything already. A template for it would make
// another key.
func TestMergedKeys(t *testing.T) {
	p := everything(t)
	for i := range p.Documents {
		d := &p.Documents[i]
		switch d.Kind {
		case replication.SourceKMSKeyPolicy, replication.DestinationKMSKeyPolicy, replication.BatchKMSKeyPolicy, replication.WriterKMSKeyPolicy:
			d.Merged, d.Change = []byte(`{"Version": "2012-10-17", "Id": "theirs", "Statement": []}`), planner.Add
		case replication.WriterAccessPointPolicy:
			d.Merged, d.Change = []byte(`{}`), planner.NoChange
		}
	}
	got := files(t, p)
	const file = "444455556666-eu-west-1-key-1234abcd-12ab-34cd-56ef-1234567890ab-policy.json"
	if want := "{\n  \"Version\": \"2012-10-17\",\n  \"Id\": \"theirs\",\n  \"Statement\": []\n}\n"; string(got[file]) != want {
		t.Errorf("%s of %q holds %q, want the whole policy", file, slices.Sorted(maps.Keys(got)), got[file])
	}
	readme := string(got["README.md"])
	for _, want := range []string{
		"becomes `" + file + "`, which has the statements of others",
		"this is the\nKeyPolicy of its AWS::KMS::Key",
		"aws kms put-key-policy --region eu-west-1 --key-id arn:aws:kms:eu-west-1:444455556666:key/1234abcd-12ab-34cd-56ef-1234567890ab --policy-name default --policy file://" + file + "\n",
		"    arn:aws:s3:us-east-1:111122223333:accesspoint/recordings\n\ngrants everything already.\n",
	} {
		if !strings.Contains(readme, want) {
			t.Errorf("README.md lacks %q:\n%s", want, readme)
		}
	}
	for name, text := range got {
		if strings.Contains(name, "accesspoint") || strings.Contains(string(text), `"AWS::KMS::Key"`) {
			t.Errorf("%s pretends to own a key, or changes what needs no change:\n%s", name, text)
		}
	}
}

// TestNarrowed makes sure that a template with somebody else's Deny narrowed says so.
func TestNarrowed(t *testing.T) {
	p := everything(t)
	for _, d := range p.Documents {
		if d.Kind == replication.DestinationBucketPolicy {
			d.Kind = replication.SourceBucketPolicy
			p.Documents = append(p.Documents, d)
		}
	}
	for i := range p.Documents {
		if d := &p.Documents[i]; strings.HasSuffix(string(d.Kind), "bucket-policy") {
			d.Merged = d.Document
		}
	}
	if readme := string(files(t, p)["README.md"]); !strings.Contains(readme, "In the policy of dst a Deny of somebody else is narrowed") {
		t.Errorf("nobody is told of the Deny:\n%s", readme)
	}
}

// TestWarnings makes sure that whoever deploys reads what to know, in which nothing
// is read as Markdown and nothing hides.
func TestWarnings(t *testing.T) {
	p := everything(t)
	p.Warnings = []planner.Warning{{Code: "prefix-widened", Message: "<b>[x](y)\n# z\u202e"}}
	if readme := string(files(t, p)["README.md"]); !strings.HasSuffix(readme, "\n## Warnings\n\n    (prefix-widened) <b>[x](y)?# z?\n") {
		t.Errorf("the warning is not one line of a block:\n%s", readme)
	}
}

// TestRegions makes sure that buckets of two Regions are in two templates.
func TestRegions(t *testing.T) {
	p := planOf(t, `version: 1
accounts:
  prod:   { id: "111122223333" }
  backup: { id: "444455556666" }
buckets:
  acme-orders: { account: prod,   region: us-east-1 }
  acme-one:    { account: backup, region: eu-west-1 }
  acme-two:    { account: backup, region: eu-central-1 }
replication:
  - { from: acme-orders, to: [acme-one, acme-two] }
`)
	want := []string{"README.md", "backup-eu-central-1-destination.json", "backup-eu-west-1-destination.json", "prod-roles.json", "prod-rules.json"}
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(files(t, p)))); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
}

func TestNothing(t *testing.T) {
	got := files(t, planned{Plan: &planner.Plan{}})
	if len(got) != 1 || !strings.Contains(string(got["README.md"]), "There is nothing to apply.") {
		t.Errorf("an empty plan has the files %q", got)
	}
}

// TestLarge makes sure that whoever deploys learns that a template is too large for
// a request, where it is, and how it gets there all the same.
func TestLarge(t *testing.T) {
	small := string(files(t, everything(t))["README.md"])
	for _, no := range []string{"--s3-bucket", "a request holds"} {
		if strings.Contains(small, no) {
			t.Errorf("README.md speaks of %s, and no template is large:\n%s", no, small)
		}
	}
	p := everything(t)
	large(t, p.Plan, 100)
	got := files(t, p)
	readme := string(got["README.md"])
	for _, want := range []string{
		"aws cloudformation deploy --stack-name repligrant-rules --template-file prod-rules.json --s3-bucket BUCKET --parameter-overrides Replicate=true\n",
		"--change-set-type IMPORT --template-url URL \\\n",
		fmt.Sprintf("\nThe template has %d bytes, and a request holds 51200: it has to come from a bucket", len(got["prod-rules.json"])),
		"    aws s3 cp prod-rules.json s3://BUCKET/prod-rules.json\n",
		"--template-file prod-roles.json --capabilities",
	} {
		if !strings.Contains(readme, want) {
			t.Errorf("README.md lacks %q:\n%s", want, readme)
		}
	}
}

// large gives the configuration of a plan so many more rules with long prefixes.
func large(t *testing.T, p *planner.Plan, rules int) {
	t.Helper()
	configuration := &p.Documents[len(p.Documents)-1]
	var c replication.Configuration
	if err := json.Unmarshal(configuration.Document, &c); err != nil {
		t.Fatal(err)
	}
	for range rules {
		rule := c.Rules[0]
		prefix := strings.Repeat("p", 1000)
		rule.Filter = &replication.Filter{Prefix: &prefix}
		c.Rules = append(c.Rules, rule)
	}
	configuration.Document, _ = json.Marshal(c) // strings and numbers always encode
}

// TestVersioning: what receives replicas needs versioning, with a bucket policy or
// without; a bucket that receives reports does not.
func TestVersioning(t *testing.T) {
	for name, want := range map[string]string{
		"batch-elsewhere": "Account backup (444455556666): versioning has to be enabled on\n\n    acme-orders-copy\n\n",
		"same-account":    "Account prod (111122223333): versioning has to be enabled on\n\n    acme-orders-copy\n\n",
	} {
		readme := string(files(t, specs(t)[name])["README.md"])
		if !strings.Contains(readme, want) || strings.Count(readme, "versioning has to be") != 1 {
			t.Errorf("%s: README.md does not say %q once:\n%s", name, want, readme)
		}
		if name == "batch-elsewhere" && !strings.Contains(readme, "-destination.json") {
			t.Errorf("%s: no bucket receives a report:\n%s", name, readme)
		}
	}
}
