package awscli_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/spec"
)

// TestOperatorMayRunTheScript derives from the text of scripts what they call, and
// looks for each call in what the operator of the same SPEC may do in that account.
// Every branch of the library counts, but those that an empty argument shuts.
func TestOperatorMayRunTheScript(t *testing.T) {
	library := libraryOf(t)
	texts := map[string]string{"many rules, so that the policy of the role is split": split(), "writers of both kinds": writersOfBothKinds}
	for _, pattern := range []string{"../testdata/*.yaml", "../../testdata/examples/*.yaml"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) < 20 {
			t.Fatalf("%d SPECs are %s (err = %v)", len(files), pattern, err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			texts[file] = string(text)
		}
	}
	called := map[string]bool{}
	for name, text := range texts {
		s, err := spec.Parse("spec.yaml", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		access, err := planner.NewAccess(s, planner.AccessOptions{})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range callsOf(library, script(t, planOf(t, text))) {
			called[c.verb] = true
			if !operatorMay(t, access, c) {
				t.Errorf("%s: the script calls %s for %s in account %s, and the operator may not %s", name, c.verb, c.name, c.account, c.action())
			}
		}
	}
	for _, verb := range []string{"iam detach-role-policy", "iam delete-role-policy", "iam list-attached-user-policies", "kms put-key-policy", "s3api put-bucket-replication"} {
		if !called[verb] {
			t.Errorf("no script is read as calling aws %s", verb)
		}
	}
}

func split() string {
	var b strings.Builder
	b.WriteString(smallest[:strings.Index(smallest, "  - name")])
	for i := range 70 {
		fmt.Fprintf(&b, "  - { name: r%d, from: acme-orders, to: acme-orders-copy, prefix: \"tenant-%03d-%s/\" }\n", i, i, strings.Repeat("long-", 20))
	}
	return b.String()
}

const writersOfBothKinds = `version: 1
accounts: { prod: { id: "111122223333" } }
buckets: { acme-orders: { account: prod, region: us-east-1 } }
writers:
  - { name: app, kind: user, bucket: acme-orders, access_point: recordings }
  - { name: batch, bucket: acme-orders, prefixes: [b/], guard: true, assumed_by: ["arn:aws:iam::111122223333:root"] }
`

// A scriptCall is one that a script may make.
type scriptCall struct{ account, verb, name string }

// action is the IAM action that a call needs. A new verb whose action has another
// name fails here, and is to be added.
//
// See https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html.
func (c scriptCall) action() string {
	service, verb, _ := strings.Cut(c.verb, " ")
	if strings.HasPrefix(service, "s3") {
		service = "s3"
	}
	var b strings.Builder
	for word := range strings.SplitSeq(strings.Replace(verb, "bucket-replication", "replication-configuration", 1), "-") {
		b.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return service + ":" + b.String()
}

var (
	functionHead = regexp.MustCompile(`^([a-z_0-9A-Z]+)\(\) \{`)
	awsVerb      = regexp.MustCompile(`\b(s3api|s3control|iam|kms) "?([a-z]+-[a-z$0-9-]*[a-z])`)
	stepHead     = regexp.MustCompile(`^# Step \d, account .* \((\d{12})\):`)
)

// libraryOf reads the functions of the library, with their lines.
func libraryOf(t *testing.T) map[string][]string {
	t.Helper()
	text, err := os.ReadFile("library.sh")
	if err != nil {
		t.Fatal(err)
	}
	functions, at := map[string][]string{}, ""
	for l := range strings.Lines(string(text)) {
		if m := functionHead.FindStringSubmatch(l); m != nil {
			at = m[1]
		}
		if !strings.HasPrefix(l, "#") {
			functions[at] = append(functions[at], strings.TrimSpace(l))
		}
		if l == "}\n" {
			at = ""
		}
	}
	return functions
}

// verbsOf are the calls of a function and of those that it uses. Kind takes the
// place of the argument that says role or user.
func verbsOf(library map[string][]string, function, kind string, seen map[string]bool) (verbs []string) {
	if seen[function] {
		return nil
	}
	seen[function] = true
	for _, l := range library[function] {
		for _, m := range awsVerb.FindAllStringSubmatch(l, -1) {
			verbs = append(verbs, m[1]+" "+strings.NewReplacer("$1", kind, "$type", kind).Replace(m[2]))
		}
		if used, _, _ := strings.Cut(l, " "); library[used] != nil {
			verbs = append(verbs, verbsOf(library, used, kind, seen)...)
		}
	}
	return verbs
}

// callsOf reads the commands of the steps of a script.
func callsOf(library map[string][]string, script string) (calls []scriptCall) {
	account := ""
	for l := range strings.Lines(script) {
		if m := stepHead.FindStringSubmatch(l); m != nil {
			account = m[1]
		}
		words := strings.Fields(strings.Split(l, " <<")[0])
		if l == "usage() {\n" {
			return calls // the library
		}
		if account == "" || !strings.HasPrefix(l, "  ") || strings.HasPrefix(l, "   ") || library[words[0]] == nil {
			continue
		}
		kind, name := "", words[1]
		switch words[0] {
		case "inline", "managed", "earlier":
			kind, name = words[1], words[2]
		case "role", "user":
			name = words[3]
		case "key_policy", "access_point_policy":
			name = words[2]
		}
		for _, verb := range verbsOf(library, words[0], kind, map[string]bool{}) {
			without := words[len(words)-1] == "''" && strings.HasSuffix(verb, "-permissions-boundary") ||
				words[0] == "earlier" && words[3] == "''" && strings.HasPrefix(verb, "iam delete-")
			if !without {
				calls = append(calls, scriptCall{account, verb, strings.Trim(name, "'")})
			}
		}
	}
	return calls
}

// operatorMay reports whether the operator may make a call: the action, and, but
// for those on managed policies, on what the call is about.
func operatorMay(t *testing.T, access *planner.Access, c scriptCall) bool {
	t.Helper()
	of := func(r string) bool {
		policies := regexp.MustCompile(`^iam [a-z]+-(policy|policy-version|policy-versions)$`).MatchString(c.verb)
		return policies || strings.HasSuffix(r, c.name)
	}
	for _, p := range access.Policies {
		if p.For != planner.Operator || p.Account != c.account {
			continue
		}
		d, err := policy.Parse(p.Document)
		if err != nil {
			t.Fatal(err)
		}
		for _, st := range d.Statements {
			if !strings.HasPrefix(st.Sid, "TerraformReads") && slices.Contains(st.Action.Values, c.action()) && slices.ContainsFunc(st.Resource.Values, of) {
				return true
			}
		}
	}
	return false
}
