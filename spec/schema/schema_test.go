package schema_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/internal/golden"
	"github.com/repligrant/repligrant/internal/yaml"
	"github.com/repligrant/repligrant/spec"
	"github.com/repligrant/repligrant/spec/schema"
)

// The schema is kept, so that a change of what editors offer is seen in review.
func TestJSON(t *testing.T) {
	golden.Equal(t, "spec.schema.json", schema.JSON(diag.Text.String))
}

// An editor marks nothing in a SPEC that the program takes.
func TestExamplesAreValid(t *testing.T) {
	compiled := compile(t)
	for _, file := range examples(t) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if err := compiled.Validate(decode(t, data)); err != nil {
				t.Errorf("the schema refuses a good SPEC:\n%v", err)
			}
		})
	}
}

// What the schema refuses, the program refuses too, and the other way round for
// mistakes in one value.
func TestMistakes(t *testing.T) {
	compiled := compile(t)
	for _, mistake := range []struct{ key, value string }{
		{"version", "2"},
		{"accounts.a.id", "111122223333"},
		{"accounts.a.id", `"1111"`},
		{"accounts.a.partition", "aws-moon"},
		{"accounts.a.nme", "x"},
		{"buckets.src.region", "eu-west"},
		{"buckets.src.kms_key", "alias/x"},
		{"buckets.src.bucket_key", "'yes'"},
		{"buckets.src.object_ownership", "enforced"},
		{"replication.0.to", "[]"},
		{"replication.0.status", "on"},
		{"replication.0.priority", "-1"},
		{"replication.0.priority", "high"},
		{"replication.0.filter_tags", "[a]"},
		{"replication.0.storage_class", "standard"},
		{"replication.0.existing_objects", "{}"},
		{"replication.0.existing_objects", "{report: {prefix: x}}"},
		{"replication.0.two_way", "'true'"},
		{"replication.0.form", "x"},
		{"replication", "{}"},
		{"policy_style", "small"},
		{"writers", "[{bucket: src, assumed_by: [lambda.amazonaws.com]}]"},
		{"writers", "[{name: w, bucket: src, assumed_by: []}]"},
		{"allowed_destinations.regions", "[]"},
		{"roles", "{'a b': {}}"},
	} {
		t.Run(mistake.key+"="+mistake.value, func(t *testing.T) {
			text := withValue(t, mistake.key, mistake.value)
			if _, err := spec.Parse("spec.yaml", text); err == nil {
				t.Errorf("the program takes\n%s", text)
			}
			if err := compiled.Validate(decode(t, text)); err == nil {
				t.Errorf("the schema takes\n%s", text)
			}
		})
	}
}

// withValue is a small SPEC in which one key has another value.
func withValue(t *testing.T, path, value string) []byte {
	t.Helper()
	root := map[string]any{
		"version":     1,
		"accounts":    map[string]any{"a": map[string]any{"id": "111122223333"}},
		"buckets":     map[string]any{"src": map[string]any{"account": "a"}, "dst": map[string]any{"account": "a"}},
		"replication": []any{map[string]any{"from": "src", "to": "dst"}},
	}
	var at any = root
	parts := strings.Split(path, ".")
	for _, p := range parts[:len(parts)-1] {
		switch in := at.(type) {
		case map[string]any:
			if in[p] == nil {
				in[p] = map[string]any{}
			}
			at = in[p]
		case []any:
			at = in[0]
		}
	}
	at.(map[string]any)[parts[len(parts)-1]] = json.RawMessage(`"PLACE"`)
	text, err := json.Marshal(root)
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Replace(text, []byte(`"PLACE"`), []byte(value), 1)
}

// The schema has the keys that the program knows, in every mapping, and the
// words that it knows, in every key that takes one of a few.
func TestSameKeysAndWords(t *testing.T) {
	var root map[string]any
	if err := json.Unmarshal(schema.JSON(diag.Text.String), &root); err != nil {
		t.Fatal(err)
	}
	seen := 0
	each(root, nil, func(path []string, node map[string]any) {
		choices := names(node)
		if choices == nil {
			return
		}
		seen++
		if diff := cmp.Diff(known(t, path, node["enum"] != nil), choices); diff != "" {
			t.Errorf("%s (-program +schema):\n%s", strings.Join(path, "."), diff)
		}
	})
	if seen < 20 {
		t.Errorf("looked at %d mappings and words, want at least 20", seen)
	}
}

// names are the keys of a mapping, or the words of a value.
func names(node map[string]any) []string {
	var list []string
	if fields, ok := node["properties"].(map[string]any); ok {
		for name := range fields {
			list = append(list, name)
		}
	}
	if words, ok := node["enum"].([]any); ok {
		for _, w := range words {
			list = append(list, w.(string))
		}
	}
	slices.Sort(list)
	return list
}

// each visits every schema in node. In a path, "*" is a name and "0" an element.
func each(node map[string]any, path []string, visit func([]string, map[string]any)) {
	visit(path, node)
	below := func(name string, v any) {
		if n, ok := v.(map[string]any); ok {
			each(n, append(slices.Clone(path), name), visit)
		}
	}
	if fields, ok := node["properties"].(map[string]any); ok {
		for name, v := range fields {
			below(name, v)
		}
	}
	below("*", node["additionalProperties"])
	below("0", node["items"])
	if list, ok := node["anyOf"].([]any); ok && path != nil {
		for _, v := range list {
			each(v.(map[string]any), path, visit)
		}
	}
}

// known asks the program what may stand at path: it lists that where something
// else does.
func known(t *testing.T, path []string, word bool) []string {
	t.Helper()
	const nonsense = "qqqqqqqqqqqqqqqqqqqqqqqq"
	var value any = map[string]any{nonsense: 1}
	if word {
		value = nonsense
	}
	for _, p := range slices.Backward(path) {
		switch p {
		case "0":
			value = []any{value}
		case "*":
			value = map[string]any{"some-name": value}
		default:
			value = map[string]any{p: value}
		}
	}
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	_, err = spec.Parse("spec.yaml", text)
	for _, d := range diag.Of(err) {
		if choices, ok := d.Hint.Args["choices"]; ok && strings.Contains(d.Message.String(), nonsense) {
			list := strings.Split(choices, ", ")
			slices.Sort(list)
			return list
		}
	}
	t.Fatalf("the program does not say what may stand at %v: %v", path, err)
	return nil
}

// Whatever the program takes, the schema takes: an editor that marks a good SPEC
// is worse than none.
func FuzzJSON(f *testing.F) {
	for _, file := range examples(f) {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	compiled := compile(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, err := spec.Parse("spec.yaml", data); err != nil {
			return
		}
		if err := compiled.Validate(decode(t, data)); err != nil {
			t.Errorf("the schema refuses a good SPEC:\n%v\n%s", err, data)
		}
	})
}

// Every text of the schema has a key of its own and an end.
func TestTexts(t *testing.T) {
	seen := map[string]bool{}
	for _, text := range schema.Texts() {
		if seen[text.Key] {
			t.Errorf("%s is there twice", text.Key)
		}
		seen[text.Key] = true
		if text.English == "" {
			t.Errorf("%s is empty", text.Key)
		}
	}
	said := string(schema.JSON(func(t diag.Text) string { return "otro idioma: " + t.Key }))
	if !strings.Contains(said, `"description": "otro idioma: schema-replication.prefix"`) {
		t.Error("a text in another language is not used")
	}
}

func compile(t testing.TB) *jsonschema.Schema {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema.JSON(diag.Text.String)))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("spec.json", document); err != nil {
		t.Fatal(err)
	}
	compiled, err := compiler.Compile("spec.json")
	if err != nil {
		t.Fatal(err)
	}
	return compiled
}

// examples lists every good SPEC of the project.
func examples(t testing.TB) []string {
	t.Helper()
	var list []string
	for _, pattern := range []string{"../testdata/ok/*.yaml", "../../testdata/examples/*.yaml", "../../planner/testdata/*.yaml"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("no file is %s (err = %v)", pattern, err)
		}
		list = append(list, files...)
	}
	return list
}

// decode reads YAML as the program does, and turns it into what JSON would hold.
func decode(t testing.TB, data []byte) any {
	t.Helper()
	node, problems := yaml.Parse("spec.yaml", data, spec.MaxSize)
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	return plain(t, node)
}

func plain(t testing.TB, n *yaml.Node) any {
	t.Helper()
	switch n.Kind {
	case yaml.Mapping:
		m := make(map[string]any, len(n.Entries))
		for _, e := range n.Entries {
			m[e.Key] = plain(t, e.Value)
		}
		return m
	case yaml.Sequence:
		list := make([]any, len(n.Items))
		for i, item := range n.Items {
			list[i] = plain(t, item)
		}
		return list
	}
	switch n.Type {
	case yaml.Null:
		return nil
	case yaml.Bool:
		return strings.EqualFold(n.Text, "true")
	case yaml.Number:
		return json.Number(n.Text)
	}
	return n.Text
}
