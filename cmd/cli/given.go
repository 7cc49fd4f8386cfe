package cli

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/report/safe"
)

// A kindOfFile is what a file can be, going by what is at its top. The last part
// of the keys of its sentences is name.
type kindOfFile struct {
	name   string
	schema string   // how the schema begins that it names, or
	keys   []string // the keys that it has, all of them
	by     string   // the command that wrote it
}

// kindsOfFiles are the kinds of files that people have, those that say what they
// are before those that are told by their keys.
//
// See https://developer.hashicorp.com/terraform/internals/json-format and
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html.
var kindsOfFiles = []kindOfFile{
	{name: "snapshot", schema: "repligrant.snapshot/"},
	{name: "audit", schema: "repligrant.audit/"},
	{name: "plan", schema: "repligrant.plan/"},
	{name: "result", schema: "repligrant.audit-diff/", by: "diff"},
	{name: "result", schema: "repligrant.plan-diff/", by: "diff"},
	{name: "result", schema: "repligrant.access/", by: "access"},
	{name: "result", schema: "repligrant.explain/", by: "explain"},
	{name: "terraform-plan", keys: []string{"format_version", "planned_values"}},
	{name: "terraform-plan", keys: []string{"format_version", "resource_changes"}},
	{name: "terraform-state", keys: []string{"format_version", "values"}},
	{name: "terraform-state", keys: []string{"serial", "lineage"}},
	{name: "template", keys: []string{"AWSTemplateFormatVersion"}},
	{name: "template", keys: []string{"Resources"}},
	{name: "suppressions", keys: []string{"suppress", "version"}},
	{name: "policy", keys: []string{"Statement"}},
	{name: "spec", keys: []string{"buckets", "version"}},
	{name: "spec", keys: []string{"replication", "version"}},
	{name: "spec", keys: []string{"writers", "version"}},
}

// wantedFiles are the kinds that are taken, by what a file is read for.
var wantedFiles = map[string][]string{
	"SPEC": {"spec"}, "snapshot": {"snapshot"}, "AUDIT": {"audit"}, "baseline": {"audit"},
	"OLD": {"audit", "plan"}, "NEW": {"audit", "plan"}, "A": {"policy"}, "B": {"policy"}, "document": {"policy"},
	"terraform plan": {"terraform-plan", "terraform-state"}, "template": {"template"},
	"suppressions": {"suppressions"}, "object": {},
}

// givenProblems are what is said of a file that is given in place of another.
var givenProblems = diag.Table{
	"cli-given-snapshot":        {Message: "this is a snapshot, and {wanted} should be given here", Hint: "audit, discover and explain take it as --snapshot {word}, plan as --merge {word}"},
	"cli-given-audit":           {Message: "this is an audit, and {wanted} should be given here", Hint: "report and diff take it, and both audit and report as --baseline {word}"},
	"cli-given-plan":            {Message: "this is a plan, and {wanted} should be given here", Hint: "diff takes two of them; what else there is takes the SPEC that it was made from"},
	"cli-given-result":          {Message: "this is what repligrant {command} wrote, and {wanted} should be given here", Hint: "no command takes it: give the files that it was made from"},
	"cli-given-terraform-plan":  {Message: "this is a Terraform plan, and {wanted} should be given here", Hint: "audit takes it as --terraform-plan {word}"},
	"cli-given-terraform-state": {Message: "this is a Terraform state, and {wanted} should be given here", Hint: "audit takes a plan, not a state: terraform plan -out PLAN, terraform show -json PLAN > plan.json, then --terraform-plan plan.json"},
	"cli-given-template":        {Message: "this is a CloudFormation template, and {wanted} should be given here", Hint: "audit takes it as --cloudformation {word}"},
	"cli-given-suppressions":    {Message: "this is a list of suppressions, and {wanted} should be given here", Hint: "audit and report take it as --suppress {word}"},
	"cli-given-policy":          {Message: "this is a policy, and {wanted} should be given here", Hint: "compare takes two of them, and plan one as --merge ARN={word}"},
	"cli-given-spec":            {Message: "this is a SPEC, and {wanted} should be given here", Hint: "audit, plan, collect and access take it without an option; repligrant plan --format json {argument} writes a plan of it"},
}

// wantedWords say what a file is read for. Their keys end with it.
var wantedWords = diag.Sentences{
	"cli-wanted.SPEC":           "a SPEC",
	"cli-wanted.snapshot":       "a snapshot",
	"cli-wanted.AUDIT":          "an audit",
	"cli-wanted.baseline":       "an audit",
	"cli-wanted.OLD":            "an audit or a plan",
	"cli-wanted.NEW":            "an audit or a plan",
	"cli-wanted.A":              "a policy",
	"cli-wanted.B":              "a policy",
	"cli-wanted.document":       "a policy or a replication configuration",
	"cli-wanted.terraform plan": "a Terraform plan",
	"cli-wanted.template":       "a CloudFormation template",
	"cli-wanted.suppressions":   "a list of suppressions",
	"cli-wanted.object":         "what aws s3api head-object prints",
}

// instead returns what a file is if that is of another kind than it is read for,
// and err if it is not, or nobody can tell.
func instead(what, name string, data []byte, err error) error {
	if err == nil {
		return nil
	}
	if problem := otherKind(what, name, data); problem != nil {
		return problem
	}
	return err
}

// otherKind returns the problem of a file that is of another kind than it is read
// for, and of none that would do.
func otherKind(what, name string, data []byte) error {
	top := topOf(bytes.TrimPrefix(data, []byte("\ufeff")))
	var other *kindOfFile
	for i, k := range kindsOfFiles {
		if top.is(k) && slices.Contains(wantedFiles[what], k.name) {
			return nil
		}
		if top.is(k) && other == nil {
			other = &kindsOfFiles[i]
		}
	}
	if other == nil {
		return nil
	}
	at := "schema"
	if other.schema == "" {
		at = other.keys[0]
	}
	file := name
	if file == stdinName {
		file = standard
	}
	d := givenProblems.At(diag.Place(name, data, top.keys[at]), "cli-given-"+other.name, "word", safe.Word(file), "argument", safe.Argument(file), "command", other.by)
	d.Message = d.Message.With("wanted", wantedWords.Text("cli-wanted."+what))
	return d
}

// A top is what is at the top of a file.
type top struct {
	schema string
	keys   map[string]int // with their offsets
}

func (t top) is(k kindOfFile) bool {
	if k.schema != "" {
		return strings.HasPrefix(t.schema, k.schema)
	}
	return !slices.ContainsFunc(k.keys, func(key string) bool { _, ok := t.keys[key]; return !ok })
}

// blockKey is a key at the top of a YAML file that is not written in braces.
var blockKey = regexp.MustCompile(`(?m)^["']?([A-Za-z]\w*)["']?[ \t]*:`)

// topOf reads the keys of a file, as far as it can: what is wrong with it, and
// where it was cut off, does not matter here.
func topOf(data []byte) top {
	t := top{keys: map[string]int{}}
	if bytes.HasPrefix(bytes.TrimLeft(data, " \t\r\n"), []byte("{")) {
		t.members(data)
		return t
	}
	for _, at := range blockKey.FindAllSubmatchIndex(data, -1) {
		t.add(string(data[at[2]:at[3]]), at[0])
	}
	return t
}

// members reads the keys of an object.
func (t *top) members(data []byte) {
	d := json.NewDecoder(bytes.NewReader(data))
	_, _ = d.Token() // it is a brace
	for d.More() {
		token, err := d.Token()
		key, ok := token.(string)
		if err != nil || !ok {
			return
		}
		t.add(key, int(d.InputOffset())-len(key)-len(`""`))
		var value json.RawMessage
		if d.Decode(&value) != nil {
			return
		}
		if key == "schema" {
			_ = json.Unmarshal(value, &t.schema) // what is no text names none
		}
	}
}

// add adds a key, of two the first.
func (t *top) add(key string, offset int) {
	if _, ok := t.keys[key]; !ok {
		t.keys[key] = offset
	}
}
