package cli_test

import (
	"encoding/json"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/cmd/cli"
	"github.com/repligrant/repligrant/collect"
	"github.com/repligrant/repligrant/discover"
	"github.com/repligrant/repligrant/iac"
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/planner/awscli"
	"github.com/repligrant/repligrant/planner/cloudformation"
	"github.com/repligrant/repligrant/planner/target"
	"github.com/repligrant/repligrant/planner/terraform"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/report"
	"github.com/repligrant/repligrant/report/text"
	"github.com/repligrant/repligrant/snapshot"
	"github.com/repligrant/repligrant/spec"
	"github.com/repligrant/repligrant/spec/schema"
	"github.com/repligrant/repligrant/suppress"
)

// allTexts are all texts of the program in English, by key. One key has one
// template, whichever package says it.
func allTexts(t testing.TB) map[string]string {
	t.Helper()
	english := map[string]string{}
	for _, said := range slices.Concat(spec.Texts(), schema.Texts(), policy.Texts(), snapshot.Problems.Texts(), replication.Texts(), planner.Texts(),
		target.Texts(), awscli.Texts(), cloudformation.Texts(), terraform.Texts(), audit.Texts(), suppress.Texts(), collect.Texts(), discover.Texts(), iac.Texts(), report.Texts(), text.Texts(), cli.Texts(), diag.Syntax.Texts()) {
		if before, ok := english[said.Key]; ok && before != said.English || said.Key == "" || said.English == "" {
			t.Errorf("key %q says %q and %q", said.Key, before, said.English)
		}
		english[said.Key] = said.English
	}
	return english
}

func TestOneEnglishPerKey(t *testing.T) {
	if n := len(allTexts(t)); n < 500 {
		t.Errorf("there are %d texts: some package's are left out", n)
	}
}

// siblings are where results hold texts, and where their keys and arguments are.
var siblings = map[string][]struct{ key, args string }{
	"message":  {{"key", "args"}, {"code", "args"}},
	"says":     {{"says_key", "says_args"}},
	"text":     {{"text_key", "text_args"}},
	"why":      {{"why_key", "why_args"}},
	"conflict": {{"conflict_key", "conflict_args"}},
}

// A walk goes through results as JSON and checks every text in them.
type walk struct {
	testing.TB
	english map[string]string
	said    map[string]int // by field
	keys    map[string]bool
}

func newWalk(t testing.TB) *walk { return &walk{t, allTexts(t), map[string]int{}, map[string]bool{}} }

// result walks through a result.
func (w *walk) result(name string, data []byte) {
	w.Helper()
	var v any
	if err := json.Unmarshal(data, &v); err != nil {
		w.Fatalf("%s: %v", name, err)
	}
	w.value(name, v)
}

func (w *walk) value(at string, v any) {
	w.Helper()
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			w.value(at, e)
		}
	case map[string]any:
		for field, inner := range v {
			switch s, isText := inner.(string); {
			case isText && siblings[field] != nil:
				w.field(at, v, field, s)
			case field == "args" || strings.HasSuffix(field, "_args") || field == "statement" || field == "document":
			default:
				w.value(at+"."+field, inner)
			}
		}
	}
}

// field checks that a text has a key, and that its English is that of the key.
func (w *walk) field(at string, object map[string]any, field, english string) {
	w.Helper()
	w.said[field]++
	for _, sibling := range siblings[field] {
		key, ok := object[sibling.key].(string)
		if !ok {
			continue
		}
		args := map[string]string{}
		given, _ := object[sibling.args].(map[string]any)
		for name, v := range given {
			args[name], _ = v.(string)
		}
		w.check(at+"."+field, diag.Said{Key: key, English: english, Args: args})
		return
	}
	w.Errorf("%s says %q without a key", at, english)
}

// check compares what is said with the template, and so with all texts within.
func (w *walk) check(at string, s diag.Said) {
	w.Helper()
	parts := diag.Parts(s.Args)
	w.keys[s.Key] = true
	template, ok := w.english[s.Key]
	if diag.Lists[s.Key] != "" {
		names := slices.Sorted(maps.Keys(parts))
		template = "{1}"
		for i := range len(names) - 1 {
			template += diag.Lists[s.Key] + "{" + string(rune('2'+i)) + "}"
		}
	}
	if got := diag.Fill(template, s.Args); !ok || got != s.English {
		w.Errorf("%s says %q; its key %q makes %q", at, s.English, s.Key, got)
	}
	for name, part := range parts {
		if part.Key != "" {
			w.check(at+"{"+name+"}", part)
		}
	}
}

// results are audits and plans of all that is told in testdata, as JSON and by
// the command line that made each.
func results(t *testing.T, play func(name string, json []byte, args ...string)) {
	t.Helper()
	run := func(name string, args ...string) {
		t.Helper()
		got := stage{}.run(t.Context(), append(args, "--format", "json")...)
		if got.stdout == "" {
			t.Fatalf("%s: %v: %s", name, args, got.stderr)
		}
		play(name, []byte(got.stdout), args...)
	}
	files, err := filepath.Glob("../../testdata/scenario/*.txtar")
	if err != nil || len(files) < 10 {
		t.Fatalf("%d scenarios (err = %v)", len(files), err)
	}
	for _, file := range files {
		s, dir := readScenario(t, file), t.TempDir()
		name := filepath.Base(file)
		var args []string
		if s.has(specFile) {
			args = append(args, in(t, dir, specFile, s.text(specFile)))
		}
		texts := s.snapshots(t)
		for i, text := range texts {
			args = append(args, "--snapshot", in(t, dir, strconv.Itoa(i)+snapshotFile, text))
		}
		if len(texts) > 0 {
			run(name, append([]string{"audit"}, args...)...)
		}
	}
	plans, err := filepath.Glob("../../planner/testdata/*.yaml")
	if err != nil || len(plans) < 10 {
		t.Fatalf("%d SPECs (err = %v)", len(plans), err)
	}
	for _, file := range plans {
		run(filepath.Base(file), "plan", file)
	}
	wish, world := demoFiles(t)
	run("demo", "audit", wish, "--snapshot", world)
}

// in writes a file into a directory and returns its name.
func in(t *testing.T, dir, name, content string) string {
	t.Helper()
	file := filepath.Join(dir, name)
	write(t, file, content)
	return file
}

// TestEveryTextHasAKey checks that nothing is said in English alone.
func TestEveryTextHasAKey(t *testing.T) {
	w := newWalk(t)
	results(t, func(name string, data []byte, _ ...string) { w.result(name, data) })
	for field, least := range map[string]int{"message": 80, "says": 50, "text": 50, "why": 300, "conflict": 50} {
		if w.said[field] < least {
			t.Errorf("%d texts were in %s, want %d at least: the test looks at too little", w.said[field], field, least)
		}
	}
	t.Logf("%v texts of %d keys", w.said, len(w.keys))
}

// loud is a language that is English in capitals.
func loud(t testing.TB) map[string]map[string]string {
	t.Helper()
	texts := map[string]string{}
	for key, english := range allTexts(t) {
		texts[key] = capitals(english)
	}
	return map[string]map[string]string{"loud": texts}
}

// argument is the place of an argument in a template.
var argument = regexp.MustCompile(`\{[a-z0-9_]+\}`)

func capitals(template string) string {
	var b strings.Builder
	rest := template
	for _, at := range argument.FindAllString(template, -1) {
		before, after, _ := strings.Cut(rest, at)
		b.WriteString(strings.ToUpper(before) + at)
		rest = after
	}
	return b.String() + strings.ToUpper(rest)
}

// prose are the parts of a template that are three or more words of it in a row, and
// so nothing that comes from an account.
func prose(template string) []string {
	var out []string
	for _, literal := range argument.Split(template, -1) {
		for _, run := range words.FindAllString(literal, -1) {
			if !strings.HasPrefix(run, "repligrant ") && strings.Count(strings.TrimSpace(run), " ") > 1 { // commands stay as they are
				out = append(out, strings.TrimSpace(run))
			}
		}
	}
	return out
}

var words = regexp.MustCompile(`[A-Za-z][a-z ]{7,}`)

// TestAnotherLanguage shows all results in a language that is not built in, as
// they are made and, of audits, as they were saved: no English is left of what
// has a key, whatever the format.
func TestAnotherLanguage(t *testing.T) {
	languages, english := loud(t), allTexts(t)
	shown := map[string]bool{} // keys whose English is in an English report
	results(t, func(name string, data []byte, args ...string) {
		var pages []string
		for _, format := range []string{report.Text, report.Markdown} {
			look := []string{"--format", format}
			if args[0] == "plan" {
				look = append(look, "--explain")
			}
			page := stage{}.run(t.Context(), append(slices.Clone(args), look...)...).stdout
			loud := stage{languages: languages}.run(t.Context(), append(slices.Clone(args), append(look, "--lang", "loud")...)...).stdout
			pages = append(pages, loud)
			if args[0] == "audit" {
				saved := stage{languages: languages, stdin: string(data)}.run(t.Context(), "report", "-", "--format", format, "--lang", "loud").stdout
				if saved != loud {
					t.Errorf("%s: the saved audit is shown otherwise than the audit:\n%s", name, saved)
				}
			}
			page, loud = flat(page), flat(loud)
			for key, template := range english {
				for _, run := range prose(template) {
					shown[key] = shown[key] || strings.Contains(page, run)
					if strings.Contains(loud, run) {
						t.Errorf("%s as %s says %q (%s) in English", name, format, run, key)
					}
				}
			}
		}
		if pages[0] == "" || pages[1] == "" {
			t.Errorf("%s: nothing is shown", name)
		}
	})
	for prefix, least := range map[string]int{"says.": 6, "fix.": 10, "why.": 10, "conflict.": 2, "prefix-": 3, "permission-": 3} {
		n := 0
		for key, is := range shown {
			if is && strings.HasPrefix(key, prefix) {
				n++
			}
		}
		if n < least {
			t.Errorf("%d texts of %s* were shown, want %d at least: the test looks at too little", n, prefix, least)
		}
	}
}

// flat is a page without its line breaks and table borders.
func flat(page string) string {
	page = strings.NewReplacer("│", " ", "|", " ").Replace(page)
	return strings.Join(strings.Fields(page), " ")
}

// TestProblemsInAnotherLanguage shows what is wrong with input.
func TestProblemsInAnotherLanguage(t *testing.T) {
	languages := loud(t)
	dir := t.TempDir()
	file := in(t, dir, "spec.yaml", "version: 1\nacounts: {}\n")
	saved := in(t, dir, "plan.json", `{"schema":"repligrant.plan/v1","documents":[{"kind":"replication-configuration","document":{"Rules":[{}]}}]}`)
	wish, _ := demoFiles(t)
	rules := in(t, dir, "rules.json", `{"Role":"arn:aws:iam::111122223333:role/r","Rules":[{}]}`)
	none := in(t, dir, "none.json", `{"Role":"arn:aws:iam::111122223333:role/r","Rules":[]}`)
	for _, tt := range []struct {
		args []string
		want string
	}{
		{[]string{"plan", file}, `DID YOU MEAN "accounts"?`},
		{[]string{"plan", file, "--format", "tlh"}, `UNKNOWN FORMAT "tlh"`},
		{[]string{"audit", file, "--fail-on", "x"}, `FLAG --FAIL-ON: "x" IS NO OUTCOME`},
		{[]string{"diff", saved, saved}, `HAS NO READING: RULE 0 HAS NO DESTINATION`},
		{[]string{"plan", wish, "--merge", "arn:aws:s3:::acme-orders=" + rules}, `HAS NO READING: RULE 0 HAS NO STATUS, OR`},
		{[]string{"plan", wish, "--merge", "arn:aws:s3:::acme-orders=" + none}, `HAS NO READING: IT NEEDS ONE ROLE AND ONE LIST OF RULES`},
		{[]string{"pln"}, `UNKNOWN COMMAND "pln"`},
		{[]string{"audit", "---x"}, `---x IS NOT A FLAG: IT HAS NO NAME`},
		{[]string{"diff", saved}, `(FILES GIVEN: 1)`},
		{[]string{"audit", "--region", "x y"}, `THE ACCOUNT OF THE DEFAULT CREDENTIALS: "x y" IS NOT A REGION`},
		{[]string{"audit", "--live=false", "--terraform-plan", in(t, dir, "two.json", `{"format_version": "1.2"} {}`)}, `THE FILE IS NOT JSON: MORE FOLLOWS AFTER ITS END`},
		{[]string{"audit", "--live=false", "--terraform-plan", in(t, dir, "list.json", `{"format_version": []}`)}, `format_version IS A LIST; IT SHOULD BE A STRING`},
		{[]string{"audit", "--live=false", "--cloudformation", in(t, dir, "latin.json", "{\"\xe9\": 1}")}, `THE TEMPLATE IS NOT JSON: IT IS NOT UTF-8`},
	} {
		got := stage{languages: languages}.run(t.Context(), append(tt.args, "--lang", "loud")...)
		if got.status != 2 || !strings.Contains(got.stderr, tt.want) {
			t.Errorf("%v: status %d, and says without %s:\n%s", tt.args, got.status, tt.want, got.stderr)
		}
	}
	if got := (stage{languages: languages}).run(t.Context(), "demo", "--lang", "loud"); !strings.Contains(got.stdout, "WHAT TO TRY NEXT") {
		t.Errorf("the demonstration says:\n%s", got.stdout)
	}
}
