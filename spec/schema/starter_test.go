package schema_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/spec"
	"github.com/repligrant/repligrant/spec/schema"
)

// option is a line that can be taken: what is behind "#?", less one space.
var option = regexp.MustCompile(`^( *)#\? (.*)$`)

// A new user takes "#?" away from one line, and gets a good SPEC: as it stands,
// or with the one other option that its comment asks for.
func TestStarter(t *testing.T) {
	lines := strings.Split(string(schema.Starter("en")), "\n")
	if _, err := spec.Parse("spec.yaml", schema.Starter("en")); err != nil {
		t.Fatalf("as it is written:\n%v", err)
	}
	options := 0
	for i, line := range lines {
		m := option.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		options++
		taken := append([]string(nil), lines...)
		taken[i] = m[1] + m[2]
		if strings.Contains(line, "the copy needs one too") {
			takeNext(taken, "eu-west-1:444455556666:key/")
		}
		if _, err := spec.Parse("spec.yaml", []byte(strings.Join(taken, "\n"))); err != nil {
			t.Errorf("with %q:\n%v", strings.TrimSpace(taken[i]), err)
		}
	}
	if options < 35 {
		t.Errorf("found %d options, want at least 35", options)
	}
}

func takeNext(lines []string, holds string) {
	for i, line := range lines {
		if m := option.FindStringSubmatch(line); m != nil && strings.Contains(line, holds) {
			lines[i] = m[1] + m[2]
			return
		}
	}
}

// comment is what a line says to its reader: behind "#", but not "#?".
var comment = regexp.MustCompile(`(^|\s+)#([^?].*)?$`)

// In Spanish it is the same SPEC with the same options, line by line, and every
// comment says something else.
func TestStarterInSpanish(t *testing.T) {
	english, spanish := strings.Split(string(schema.Starter("en")), "\n"), strings.Split(string(schema.Starter("es")), "\n")
	if len(english) != len(spanish) {
		t.Fatalf("%d lines in English, %d in Spanish", len(english), len(spanish))
	}
	comments := 0
	for i := range english {
		if got, want := comment.ReplaceAllString(spanish[i], ""), comment.ReplaceAllString(english[i], ""); got != want {
			t.Errorf("line %d is %q, in English %q", i+1, got, want)
		}
		said := strings.Trim(comment.FindString(english[i]), " #")
		if said == "" || strings.HasPrefix(said, "yaml-language-server:") || strings.HasPrefix(said, "or deny") && strings.Contains(spanish[i], "# o deny") {
			continue
		}
		if comments++; strings.HasSuffix(spanish[i], said) {
			t.Errorf("line %d is in English: %s", i+1, said)
		}
	}
	if comments < 30 {
		t.Errorf("found %d comments, want at least 30", comments)
	}
	if got := string(schema.Starter("fr")); got != string(schema.Starter("en")) {
		t.Errorf("in a language that there is not, the starter is not English:\n%s", got)
	}
}

// Every key of the schema is in the starter, so that a user meets each once.
func TestStarterHasEveryKey(t *testing.T) {
	starter := string(schema.Starter("en"))
	var root map[string]any
	if err := json.Unmarshal(schema.JSON(diag.Text.String), &root); err != nil {
		t.Fatal(err)
	}
	each(root, nil, func(path []string, _ map[string]any) {
		if len(path) == 0 || path[len(path)-1] == "*" || path[len(path)-1] == "0" {
			return
		}
		name := path[len(path)-1]
		if name == "partition" || name == "role_arn" || name == "confused_deputy" || name == "manifest" {
			return // of few users; the page has them
		}
		if !strings.Contains(starter, name+": ") && !strings.Contains(starter, name+":\n") {
			t.Errorf("the starter lacks %s", strings.Join(path, "."))
		}
	})
}
