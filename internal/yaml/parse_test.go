package yaml_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/internal/yaml"
)

const limit = 1 << 16

// show writes a tree on one line: KIND@LINE:COLUMN, scalars with their text.
func show(n *yaml.Node) string {
	if n == nil {
		return "none"
	}
	at := fmt.Sprintf("@%d:%d", n.Pos.Line, n.Pos.Column)
	var parts []string
	switch n.Kind {
	case yaml.Mapping:
		for _, e := range n.Entries {
			parts = append(parts, fmt.Sprintf("%s@%d:%d=%s", e.Key, e.Pos.Line, e.Pos.Column, show(e.Value)))
		}
		return "{" + strings.Join(parts, " ") + "}" + at
	case yaml.Sequence:
		for _, item := range n.Items {
			parts = append(parts, show(item))
		}
		return "[" + strings.Join(parts, " ") + "]" + at
	case yaml.Scalar:
		names := []string{"string", "null", "bool", "number", "time"}
		return fmt.Sprintf("%s(%q)%s", names[n.Type], n.Text, at)
	default:
		return "invalid" + at
	}
}

func TestParse(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"a mapping in file order", "b: x\na: y\n", `{b@1:1=string("x")@1:4 a@2:1=string("y")@2:4}@1:1`},
		{"a number as it was written", "id: 012345670123\n", `{id@1:1=number("012345670123")@1:5}@1:1`},
		{"types", "[~, true, 1.5, 2026-11-22, yes]", `[null("~")@1:2 bool("true")@1:5 number("1.5")@1:11 time("2026-11-22")@1:16 string("yes")@1:28]@1:1`},
		{"quotes make strings", `["1", 'true']`, `[string("1")@1:2 string("true")@1:7]@1:1`},
		{"block scalars are strings", "a: |\n  1\n", `{a@1:1=string("1\n")@1:4}@1:1`},
		{"nothing", "a:\n", `{a@1:1=null("")@1:3}@1:1`},
		{"columns in characters", "é: [ü, x]\n", `{é@1:1=[string("ü")@1:5 string("x")@1:8]@1:4}@1:1`},
		{"a byte order mark is no character", "\ufeffa: b\n", `{a@1:1=string("b")@1:4}@1:1`},
		{"CRLF", "a:\r\n  - b\r\nc: d\r\n", `{a@1:1=[string("b")@2:5]@2:3 c@3:1=string("d")@3:4}@1:1`},
		{"JSON", `{"a": {"b": []}}`, `{a@1:2={b@1:8=[]@1:13}@1:7}@1:1`},
		{"one document in marks", "---\na: b\n...\n", `{a@2:1=string("b")@2:4}@2:1`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			n, problems := yaml.Parse("f", []byte(tt.in), limit)
			if err := problems.Err(); err != nil {
				t.Fatalf("Parse(%q): %v", tt.in, err)
			}
			if diff := cmp.Diff(tt.want, show(n)); diff != "" {
				t.Errorf("Parse(%q) (-want +got):\n%s", tt.in, diff)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		tree     string
		want     []string
	}{
		{"nothing", "# only a comment\n", "none", []string{"1:1 yaml-empty"}},
		{"too large", strings.Repeat("#", limit+1), "none", []string{"1:1 yaml-too-large"}},
		{"not UTF-8", "a: b\né: \xff\n", "none", []string{"2:4 yaml-not-utf-8"}},
		{"UTF-16", "\xff\xfea\x00", "none", []string{"1:1 yaml-not-utf-8"}},
		{"a line separator", "a: b\u2028c\n", "none", []string{"1:5 yaml-line-separator"}},
		{"a second document", "a: b\n---\nc: d\n", `{a@1:1=string("b")@1:4}@1:1`, []string{"2:1 yaml-second-document"}},
		{"an alias", "a: &x b\nc: *x\n", `{a@1:1=string("b")@1:4 c@2:1=invalid@2:4}@1:1`, []string{"1:4 yaml-anchor", "2:4 yaml-alias (1:4)"}},
		{"an alias of nothing", "a: b\nc: *x\n", "none", []string{"2:5 yaml-anchor-unknown"}},
		{"a merge key", "a:\n  <<: {b: c}\n", `{a@1:1={}@2:3}@1:1`, []string{"2:3 yaml-merge-key"}},
		{"tags", "a: !!str 1\nb: !mine c\n", `{a@1:1=invalid@1:4 b@2:1=invalid@2:4}@1:1`, []string{"1:4 yaml-tag", "2:4 yaml-tag"}},
		{"a tagged key", "!!str a: b\n", `{}@1:1`, []string{"1:1 yaml-tag"}},
		{"an anchored key", "&k a: b\n", `{}@1:1`, []string{"1:1 yaml-anchor"}},
		{
			"keys that are no strings", "1: a\ntrue: b\n[c]: d\n? \n: e\n", `{}@1:1`,
			[]string{"1:1 yaml-key-not-string", "2:1 yaml-key-not-string", "3:1 yaml-key-not-scalar", "4:2 yaml-key-missing"},
		},
		{"a key twice", "a: 1\nb: 2\n\"a\": 3\n", `{a@1:1=number("1")@1:4 b@2:1=number("2")@2:4}@1:1`, []string{"3:1 yaml-duplicate-key (1:1)"}},
		{"too deep", strings.Repeat("[", 65) + strings.Repeat("]", 65), "", []string{"1:65 yaml-too-deep"}},

		{"a tab", "a:\n\tb: c\n", "none", []string{"2:1 yaml-syntax-tab"}},
		{"a character without a meaning", "a: b\nc: @d\n", "none", []string{"2:4 yaml-syntax-character"}},
		{"a control character", "a: b\x01\n", "none", []string{"1:5 yaml-syntax-control"}},
		{"an open quote on the first line", "a: 'b\nc: d\n", "none", []string{"1:4 yaml-syntax-quote"}},
		{"an open quote", "a: b\nc: \"d\n", "none", []string{"2:4 yaml-syntax-quote"}},
		{"an open bracket", "a: b\nc: [d\ne: f\n", "none", []string{"2:5 yaml-syntax-bracket"}},
		{"an open brace", "a: b\nc: {d: e\nf: g\n", "none", []string{"2:5 yaml-syntax-brace"}},
		{"a missing value", "a: [b, , c]\n", "none", []string{"1:6 yaml-syntax-value"}},
		{"a list beside its key", "a: - b\n", "none", []string{"1:4 yaml-syntax-entry"}},
		{"no colon", "a: b\nc\nd: e\n", "none", []string{"2:1 yaml-syntax-colon"}},
		{"two colons", "a: b\né: ü: c\n", "none", []string{"2:5 yaml-syntax-mapping"}},
		{"a line too far to the left", "a:\n  b: c\n d: e\n", "none", []string{"3:2 yaml-syntax-indentation"}},
		{"another error", "a: \"\\q\"\n", "none", []string{"1:5 yaml-syntax"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			n, problems := yaml.Parse("f", []byte(tt.in), limit)
			var got []string
			for _, d := range problems {
				line := fmt.Sprintf("%d:%d %s", d.Pos.Line, d.Pos.Column, d.Message.Key)
				if !d.Related.IsZero() {
					line += fmt.Sprintf(" (%d:%d)", d.Related.Line, d.Related.Column)
				}
				got = append(got, line)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("Parse(%.60q) reports (-want +got):\n%s", tt.in, diff)
			}
			if tree := show(n); tt.tree != "" && tree != tt.tree {
				t.Errorf("Parse(%.60q) = %s, want %s", tt.in, tree, tt.tree)
			}
		})
	}
}

// A syntax error in a text too long for the search still has a line.
func TestParseLongSyntaxError(t *testing.T) {
	in := append(bytes.Repeat([]byte("# x\n"), 1<<19), "a: b: c\n"...)
	_, problems := yaml.Parse("f", in, len(in))
	if len(problems) != 1 || problems[0].Pos.Line < 1<<19 {
		t.Errorf("got %v, want one problem at the end of the file", problems.Err())
	}
}

func TestParseManyProblems(t *testing.T) {
	in := bytes.Repeat([]byte("a: 1\n"), 2*yaml.MaxProblems)
	_, problems := yaml.Parse("f", in, len(in))
	if len(problems) != yaml.MaxProblems+1 || problems[yaml.MaxProblems].Message.Key != "yaml-too-many-problems" {
		t.Errorf("%d problems, want %d, of which the last says that there are more", len(problems), yaml.MaxProblems+1)
	}
}

// Texts have keys of their own, and messages that begin as they should.
func TestTexts(t *testing.T) {
	texts := yaml.Texts()
	if len(texts) == 0 {
		t.Fatal("no texts")
	}
	for _, text := range texts {
		if !strings.HasPrefix(text.Key, "yaml-") || strings.HasSuffix(text.English, ".") {
			t.Errorf("%s: %q should have a key of this package and no final period", text.Key, text.English)
		}
	}
}

// Tags that a caller knows are kept, on every kind of value; others are refused.
func TestParseTagged(t *testing.T) {
	known := func(tag string) bool { return tag == "!Ref" || tag == "!Join" || tag == "!Map" }
	n, problems := yaml.ParseTagged("f", []byte("a: !Ref 12\nb: !Join [x, !Ref y]\nc: !Map {d: e}\nf: !other g\n!Ref h: i\n"), limit, known)
	if len(problems) != 2 || problems[0].Message.Key != "yaml-tag" || problems[0].Pos.Line != 4 || problems[1].Pos.Line != 5 {
		t.Errorf("problems: %v, want the tags of lines 4 and 5", problems.Err())
	}
	var got []string
	walk(n, func(n *yaml.Node) { got = append(got, n.Tag+" "+n.Text) })
	want := []string{" ", "!Ref 12", "!Join ", " x", "!Ref y", "!Map ", " e", " "}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("tags and texts (-want +got):\n%s", diff)
	}
	if n.Entries[0].Value.Type != yaml.String {
		t.Error("a value with a tag is no number")
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"a: 1\n", "- [a, {b: c}]\n", "a: &x b\nc: *x\n", "a: 'x\n", "\ufeffa:\r\n\tb", "? \n: b\n", "a: |\n  b\n# c\n", "---\n...\n---\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		n, problems := yaml.Parse("f", data, limit)
		if n == nil && len(problems) == 0 {
			t.Fatal("neither a tree nor a problem")
		}
		for _, d := range problems {
			inside(t, data, d.Pos)
		}
		walk(n, func(n *yaml.Node) { inside(t, data, n.Pos) })
	})
}

// walk calls f for n and every node below it.
func walk(n *yaml.Node, f func(*yaml.Node)) {
	if n == nil {
		return
	}
	f(n)
	for _, e := range n.Entries {
		walk(e.Value, f)
	}
	for _, item := range n.Items {
		walk(item, f)
	}
}

// inside fails unless pos lies in data, or right behind a line.
func inside(t *testing.T, data []byte, pos diag.Pos) {
	t.Helper()
	text := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(string(data))
	lines := strings.Split(text, "\n")
	if pos.Line < 1 || pos.Line > len(lines) {
		t.Fatalf("%v is not a line of the %d in %q", pos, len(lines), data)
	}
	if width := len([]rune(lines[pos.Line-1])); pos.Column < 1 || pos.Column > width+1 {
		t.Fatalf("%v is not a column of the %d in line %q", pos, width, lines[pos.Line-1])
	}
}
