package simulate_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/repligrant/repligrant/policy/simulate"
)

// The role that calls in most tests, and an object of its account.
const (
	role   = `"principal": "arn:aws:iam::111122223333:role/repl"`
	read   = `"action": "s3:GetObject", "resource": "arn:aws:s3:::b/x"`
	reader = read + ", " + role
)

// An answer is what a line is answered with.
type answer struct {
	ID       any
	Decision string
	Error    string
	Line     int
	Reasons  []struct {
		Document          string
		Level, Policy     *int
		Name, Sid, Effect string
		Statement         int
	}
	Open []struct {
		Document      string
		Level, Policy *int
		Key, Why      string
	}
	Witness map[string]struct {
		Resource string
		Context  map[string]any
	}
	Withheld   string
	NearMisses []struct {
		Document, Failed string
		Statement        int
		Condition        *struct {
			Operator, Key string
			Values        []string
			Has           [][]string
		}
	} `json:"near_misses"`
}

// line writes a line of the fields of its request, and others.
func line(request string, rest ...string) string {
	return strings.Join(append([]string{`{"id": "1", "request": {` + request + `}`}, rest...), ", ") + "}"
}

// policies writes the policies of a line.
func policies(layers ...string) string { return `"policies": {` + strings.Join(layers, ", ") + "}" }

// allow and deny write documents with one statement; rest are more elements.
func allow(rest ...string) string { return document("Allow", rest) }
func deny(rest ...string) string  { return document("Deny", rest) }

func document(effect string, rest []string) string {
	st := append([]string{`"Effect": "` + effect + `", "Action": "*"`}, rest...)
	all := strings.Join(st, ", ")
	if !strings.Contains(all, `"Resource":`) && !strings.Contains(all, `"NotResource":`) {
		all += `, "Resource": "*"`
	}
	return `{"Version": "2012-10-17", "Statement": [{` + all + `}]}`
}

// when writes a Condition with one clause; value is JSON.
func when(operator, key, value string) string {
	return `"Condition": {"` + operator + `": {"` + key + `": ` + value + `}}`
}

const everyone = `"Principal": "*"`

func to(arn string) string { return `"Principal": {"AWS": "` + arn + `"}` }

// identity is the identity layer with one policy.
func identity(policy string) string { return `"identity": [` + policy + `]` }

// ask answers one line that is not blank.
func ask(t *testing.T, line string) answer {
	t.Helper()
	var s simulate.Simulator
	text, ok := s.Answer([]byte(line))
	var a answer
	if err := json.Unmarshal(text, &a); err != nil {
		t.Fatalf("%.300s\nis answered with %q: %v", line, text, err)
	}
	if ok != (a.Error == "") {
		t.Errorf("%.300s\nis answered with %s, and ok is %t", line, text, ok)
	}
	return a
}

// decides checks the decision about a line.
func decides(t *testing.T, line, want string) answer {
	t.Helper()
	a := ask(t, line)
	if got := a.Decision + a.Error; got != want {
		t.Errorf("got %s, want %s for %s", got, want, line)
	}
	return a
}
