package spec_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/internal/golden"
	"github.com/repligrant/repligrant/spec"
)

// files lists the specs in a folder of testdata.
func files(t testing.TB, folder string) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join("testdata", folder, "*.yaml"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no specs in testdata/%s (err = %v)", folder, err)
	}
	return names
}

func read(t testing.TB, file string) []byte {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// parse returns the spec of a file in testdata/ok.
func parse(t testing.TB, name string) *spec.Spec {
	t.Helper()
	s, err := spec.Parse("spec.yaml", read(t, filepath.Join("testdata", "ok", name)))
	if err != nil {
		t.Fatalf("%s:\n%v", name, err)
	}
	return s
}

func TestParse(t *testing.T) {
	for _, file := range files(t, "ok") {
		t.Run(filepath.Base(file), func(t *testing.T) {
			s, err := spec.Parse("spec.yaml", read(t, file))
			if err != nil {
				t.Fatalf("a good spec is refused:\n%v", err)
			}
			if len(s.Rules)+len(s.Writers) == 0 {
				t.Error("the spec has neither rules nor writers")
			}
		})
	}
}

// Each testdata/bad/NAME.yaml has its problems beside it in NAME.want.
func TestParseRefuses(t *testing.T) {
	for _, file := range files(t, "bad") {
		name := strings.TrimSuffix(filepath.Base(file), ".yaml")
		t.Run(name, func(t *testing.T) {
			s, err := spec.Parse("spec.yaml", read(t, file))
			if s != nil || err == nil {
				t.Fatalf("a bad spec is taken (err = %v)", err)
			}
			golden.Equal(t, "bad/"+name+".want", render(err))
		})
	}
}

// render writes problems as the command does.
func render(err error) string {
	var b strings.Builder
	for _, d := range diag.Of(err) {
		fmt.Fprintln(&b, d.Error())
		if hint := d.Hint.String(); hint != "" {
			fmt.Fprintln(&b, "  hint: "+hint)
		}
	}
	return b.String()
}

// Every sentence is said by a case of testdata/bad, or named here with the test
// that says it.
func TestTextsAreCovered(t *testing.T) {
	said := map[string]bool{
		"spec-owner-unknown":     true, // TestRequireOwners
		"spec-too-many-problems": true, // TestManyMistakes
		"spec-too-many-rules":    true, // TestTooManyRules
		"spec-too-many-items":    true, // TestTooManyItems
	}
	for _, file := range files(t, "bad") {
		_, err := spec.Parse("spec.yaml", read(t, file))
		for _, d := range diag.Of(err) {
			said[d.Message.Key] = true
			for _, text := range []diag.Text{d.Message, d.Hint} {
				if s := text.String(); strings.Contains(s, "{") && !strings.Contains(s, "braces") {
					t.Errorf("%s: %s lacks an argument: %s", file, text.Key, s)
				}
			}
		}
	}
	for _, text := range spec.Texts() {
		key := strings.TrimSuffix(text.Key, "-hint")
		if strings.HasPrefix(key, "spec-") && !said[key] {
			t.Errorf("no case in testdata/bad has the problem %s", key)
			said[key] = true
		}
		if strings.HasSuffix(text.English, ".") {
			t.Errorf("%s ends with a period: %s", text.Key, text.English)
		}
	}
}

// Every key of a problem that the code names is in the table.
func TestKeysAreInTheTable(t *testing.T) {
	var known []string
	for _, text := range spec.Texts() {
		known = append(known, text.Key)
	}
	named := 0
	for _, key := range literals(t) {
		if !strings.HasPrefix(key, "spec-") {
			continue
		}
		named++
		if !slices.Contains(known, key) {
			t.Errorf("the table lacks %s", key)
		}
	}
	if named == 0 {
		t.Fatal("no keys found in the code")
	}
}

// literals returns the strings in the package's code.
func literals(t *testing.T) []string {
	sources, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, file := range sources {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		tree, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(tree, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if s, err := strconv.Unquote(lit.Value); err == nil {
					found = append(found, s)
				}
			}
			return true
		})
	}
	return found
}

// A problem between two places names both.
func TestClashesNameBothPlaces(t *testing.T) {
	clashes := 0
	for _, file := range files(t, "bad") {
		_, err := spec.Parse("spec.yaml", read(t, file))
		for _, d := range diag.Of(err) {
			if d.Related.IsZero() {
				continue
			}
			clashes++
			if !strings.Contains(d.Message.String(), d.Related.String()) {
				t.Errorf("%s: the message does not name %v: %v", file, d.Related, d)
			}
			if d.Related == d.Pos {
				t.Errorf("%s: both places are the same: %v", file, d)
			}
		}
	}
	if clashes == 0 {
		t.Fatal("no clashes in testdata/bad")
	}
}

func TestTooLarge(t *testing.T) {
	_, err := spec.Parse("spec.yaml", make([]byte, spec.MaxSize+1))
	want := fmt.Sprintf("spec.yaml:1:1: the file has more than %d bytes", spec.MaxSize)
	if err == nil || err.Error() != want {
		t.Errorf("Parse of a file above MaxSize: %v, want %s", err, want)
	}
}

// TestTooManyItems checks that a text of nothing but entries is refused before
// they are read, each of which takes many times its text.
func TestTooManyItems(t *testing.T) {
	for _, tt := range []struct {
		count    int
		problems int
		want     string
	}{
		{100_001, 1, "spec.yaml:2:14: replication has 100001 entries; at most 100000 are read"},
		{20_000, 10_001, "spec.yaml:2:15: the key from is missing here"},
	} {
		text := "version: 1\nreplication: [" + strings.Repeat("{},", tt.count-1) + "{}]\nbuckets: {}\n"
		_, err := spec.Parse("spec.yaml", []byte(text))
		list := diag.Of(err)
		if len(list) != tt.problems || list[0].Error() != tt.want {
			t.Errorf("%d entries without anything: %d problems, want %d, the first %v, want %s", tt.count, len(list), tt.problems, list[0], tt.want)
		}
	}
}

func TestTooManyRules(t *testing.T) {
	if _, err := spec.Parse("spec.yaml", large(1000)); err != nil {
		t.Errorf("1,000 rules are refused: %v", err)
	}
	_, err := spec.Parse("spec.yaml", large(1001))
	want := `spec.yaml:1008:5: bucket "acme-logs" has more than 1000 rules`
	if err == nil || err.Error() != want {
		t.Errorf("1,001 rules: %v, want %s", err, want)
	}
}

// large returns a spec whose source has that many rules, one a line.
func large(rules int) []byte {
	var b strings.Builder
	b.WriteString(`version: 1
accounts: { prod: { id: "111122223333" } }
buckets:
  acme-logs: { account: prod, region: us-east-1 }
  acme-logs-copy: { account: prod, region: eu-west-1 }

replication:
`)
	for i := range rules {
		fmt.Fprintf(&b, "  - { name: r%d, from: acme-logs, to: acme-logs-copy, prefix: %05d/ }\n", i, i)
	}
	return []byte(b.String())
}

// A spec of mistakes is refused in a time that grows with its length, and the
// list of them ends.
func TestManyMistakes(t *testing.T) {
	const n = 20_000
	var b strings.Builder
	b.WriteString("version: 1\nbuckets:\n")
	for i := range n {
		fmt.Fprintf(&b, "  bucket-%d: { region: us-east-1 }\n", i)
	}
	b.WriteString("replication:\n")
	for i := range n {
		fmt.Fprintf(&b, "  - { from: bukket-%d, to: buckett-%d }\n", i, i)
	}
	_, err := spec.Parse("spec.yaml", []byte(b.String()))
	const want = 10_000 + 1 // the one that says that there are more
	if got := len(diag.Of(err)); got != want || !strings.Contains(err.Error(), "more than 10000 problems") {
		t.Errorf("%d problems, want %d, and one that says that there are more", got, want)
	}
}

func TestRequireOwners(t *testing.T) {
	if err := parse(t, "full.yaml").RequireOwners(); err != nil {
		t.Errorf("every owner is stated, but: %v", err)
	}
	got := render(parse(t, "china.yaml").RequireOwners())
	want := "spec.yaml:9:3: the owner of bucket \"acme-cn-copy\" is not stated\n" +
		"  hint: write its account; the documents depend on it\n"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("RequireOwners (-want +got):\n%s", diff)
	}
}

func FuzzParse(f *testing.F) {
	for _, folder := range []string{"ok", "bad"} {
		for _, file := range files(f, folder) {
			f.Add(read(f, file))
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := spec.Parse("spec.yaml", data)
		if (s == nil) == (err == nil) {
			t.Fatalf("spec %v and error %v: want one of them", s != nil, err)
		}
		for _, d := range diag.Of(err) {
			inside(t, data, d.Pos)
			if !d.Related.IsZero() {
				inside(t, data, d.Related)
			}
			if strings.ContainsAny(d.Error(), "\r\n") {
				t.Fatalf("a message of several lines: %q", d.Error())
			}
		}
	})
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

func BenchmarkParse(b *testing.B) {
	data := large(1000)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if _, err := spec.Parse("spec.yaml", data); err != nil {
			b.Fatal(err)
		}
	}
}
