package simulate_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/repligrant/repligrant/actions"
	"github.com/repligrant/repligrant/policy/simulate"
)

const (
	getLogs = `{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/logs/*"}}`
	getAll  = `{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}}`
	twoKeys = `{"Statement": {"Effect": "Allow", "Action": "s3:CreateJob", "Resource": "*", "Condition": {
		"ForAllValues:StringEquals": {"aws:TagKeys": ["a", "b"]}, "ForAnyValue:StringEquals": {"aws:TagKeys": "a"}}}}`
	oneKey  = `{"Statement": {"Effect": "Allow", "Action": "s3:CreateJob", "Resource": "*", "Condition": {"ForAllValues:StringEquals": {"aws:TagKeys": "a"}}}}`
	toRole  = `{"Statement": {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/r"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}}`
	toOwner = `{"Statement": {"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}}`
)

func TestComparer(t *testing.T) {
	date := `,"catalogue":"` + actions.Date() + `"}`
	for _, tc := range []struct{ name, line, want string }{
		{"equal", `{"id": 1, "a": ` + getAll + `, "b": ` + getAll + `}`, `{"id":1,"relation":"equal"` + date},
		{"no id", `{"a": {}, "b": {}}`, `{"id":null,"relation":"equal"` + date},
		{
			"subset", `{"id": "1", "a": ` + getLogs + `, "b": ` + getAll + `}`,
			`{"id":"1","relation":"subset","witness":{"allowed_by_b_only":{"action":"s3:GetObject","resource":"arn:aws:s3:::b/a","context":{}}}` + date,
		},
		{
			"a universe", `{"id": "1", "a": ` + getLogs + `, "b": ` + getAll + `, "universe": {"actions": ["s3:Get*"], "resource": "arn:aws:s3:::b/logs/*"}, "notes": 1}`,
			`{"id":"1","relation":"equal"` + date,
		},
		{"a universe of everything", `{"id": "1", "a": {}, "b": {}, "universe": {"actions": null, "resource": null}}`, `{"id":"1","relation":"equal"` + date},
		{"no universe", `{"id": "1", "a": {}, "b": {}, "universe": null}`, `{"id":"1","relation":"equal"` + date},
		{
			"several values", `{"id": "1", "a": ` + twoKeys + `, "b": ` + oneKey + `, "universe": {}}`,
			`{"id":"1","relation":"incomparable","witness":{` +
				`"allowed_by_a_only":{"action":"s3:CreateJob","resource":"*","context":{"aws:TagKeys":["a","b"]}},` +
				`"allowed_by_b_only":{"action":"s3:CreateJob","resource":"*","context":{}}}` + date,
		},
		{
			"unknown", `{"id": "1", "a": ` + toRole + `, "b": ` + toOwner + `}`,
			`{"id":"1","relation":"unknown","witness":{"allowed_by_b_only":{"action":"s3:GetObject","resource":"arn:aws:s3:::b/a","principal":"arn:aws:iam::111122223333:role/a","context":{}}},` +
				`"unknown":{"allowed_by_a_only":["statement 0 of a names a principal, statement 0 of b its account"]}` + date,
		},
		{"blank", " \t\n", ""},
		{"no JSON", "x", `{"id":null,"error":"the line is not JSON: invalid character 'x' looking for beginning of value","line":1}`},
		{"no object", "[]", `{"id":null,"error":"the line is not a JSON object","line":1}`},
		{"no b", `{"id": "1", "a": {}}`, `{"id":"1","error":"the line has no b","line":1}`},
		{"null", `{"id": "1", "a": null, "b": {}}`, `{"id":"1","error":"a: a policy is a JSON object (character 1 of it)","line":1}`},
		{"no reading", `{"id": "1", "a": {}, "b": {"Statement": {"Effect": "allow"}}}`, `{"id":"1","error":"b: Effect is \"Allow\" or \"Deny\" (character 26 of it)","line":1}`},
		{"no universe object", `{"id": "1", "a": {}, "b": {}, "universe": []}`, `{"id":"1","error":"universe is not a JSON object","line":1}`},
		{"misspelled", `{"id": "1", "a": {}, "b": {}, "univers": {}}`, `{"id":"1","error":"unknown field \"univers\": is it universe?","line":1}`},
		{"misspelled in the universe", `{"id": "1", "a": {}, "b": {}, "universe": {"action": []}}`, `{"id":"1","error":"universe: unknown field \"action\": is it actions?","line":1}`},
		{"no actions", `{"id": "1", "a": {}, "b": {}, "universe": {"actions": []}}`, `{"id":"1","error":"universe.actions is empty: leave it out for all actions","line":1}`},
		{"action", `{"id": "1", "a": {}, "b": {}, "universe": {"actions": [1]}}`, `{"id":"1","error":"universe.actions[0] is not a string","line":1}`},
		{"actions", `{"id": "1", "a": {}, "b": {}, "universe": {"actions": "s3:*"}}`, `{"id":"1","error":"universe.actions is not a list","line":1}`},
		{"resource", `{"id": "1", "a": {}, "b": {}, "universe": {"resource": "b"}}`, `{"id":"1","error":"universe: resource \"b\" has too few parts for an ARN","line":1}`},
		{"twice", `{"id": "1", "a": {}, "a": {}}`, `{"id":"1","error":"the line: \"a\" is here twice","line":1}`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var c simulate.Comparer
			answer, ok := c.Answer([]byte(strings.ReplaceAll(tc.line, "\n", " ")))
			if got := strings.TrimSuffix(string(answer), "\n"); got != tc.want {
				t.Errorf("%s\nis answered with\n%s\nwant\n%s", tc.line, got, tc.want)
			}
			if want := !strings.Contains(tc.want, `"error"`); ok != want {
				t.Errorf("%s: %t, want %t", tc.line, ok, want)
			}
		})
	}
}

// What Comparer says a request shows, Simulator says of the request.
func TestComparerReplays(t *testing.T) {
	var c simulate.Comparer
	answer, ok := c.Answer([]byte(`{"a": ` + strings.ReplaceAll(twoKeys, "\n", " ") + `, "b": ` + oneKey + `}`))
	var got struct {
		Witness map[string]map[string]any
	}
	if err := json.Unmarshal(answer, &got); err != nil || !ok || len(got.Witness) != 2 {
		t.Fatalf("%s: %t, %v", answer, ok, err)
	}
	var s simulate.Simulator
	for side, request := range got.Witness {
		request["principal"] = "arn:aws:iam::111122223333:role/r"
		text, err := json.Marshal(request)
		if err != nil {
			t.Fatal(err)
		}
		for name, document := range map[string]string{"allowed_by_a_only": twoKeys, "allowed_by_b_only": oneKey} {
			line := fmt.Sprintf(`{"request": %s, "policies": {"identity": %s}}`, text, strings.ReplaceAll(document, "\n", " "))
			decision, ok := s.Answer([]byte(line))
			if allowed := strings.Contains(string(decision), `"allowed"`); !ok || allowed != (name == side) {
				t.Errorf("%s: %s of the document of %s", line, decision, name)
			}
		}
	}
}

// Callers of every kind that Simulator reads are shown as it reads them.
func TestComparerPrincipals(t *testing.T) {
	const document = `{"Statement": [{"Effect": "Allow", "Principal": %s, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}%s]}`
	const everything = `{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}`
	const everyAccount = `, {"Effect": "Deny", "NotPrincipal": {"Service": "s3.amazonaws.com"}, "Action": "*", "Resource": "*", "Condition": {"Null": {"aws:PrincipalAccount": "false"}}}`
	for principal, rest := range map[string]string{
		`"*"`:                             "",
		`{"AWS": "*"}`:                    everyAccount,
		`{"AWS": "111122223333"}`:         "",
		`{"Service": "s3.amazonaws.com"}`: "",
		`{"AWS": "arn:aws:iam::111122223333:root"}`:                    "",
		`{"AWS": "arn:aws-cn:iam::111122223333:role/p/r"}`:             "",
		`{"AWS": "arn:aws:iam::111122223333:user/u"}`:                  "",
		`{"AWS": "arn:aws:sts::111122223333:assumed-role/r/s"}`:        "",
		`{"AWS": "arn:aws:sts::111122223333:federated-user/u"}`:        "",
		`{"AWS": ["AROAEXAMPLE", "arn:aws:iam::111122223333:role/r"]}`: `, {"Effect": "Deny", "Principal": {"AWS": "AIDAEXAMPLE"}, "Action": "*", "Resource": "*"}`,
	} {
		a := fmt.Sprintf(document, principal, rest)
		var c simulate.Comparer
		answer, _ := c.Answer([]byte(`{"a": ` + a + `, "b": {}}`))
		var got struct {
			Witness map[string]map[string]any
		}
		if err := json.Unmarshal(answer, &got); err != nil || len(got.Witness) != 1 {
			t.Errorf("%s: %s, %v", a, answer, err)
			continue
		}
		request := got.Witness["allowed_by_a_only"]
		request["resource_account"] = "444455556666"
		text, err := json.Marshal(request)
		if err != nil {
			t.Fatal(err)
		}
		for document, want := range map[string]bool{a: true, "{}": false} {
			var s simulate.Simulator
			decision, ok := s.Answer(fmt.Appendf(nil, `{"request": %s, "policies": {"resource": %s, "identity": %s, "session": %[3]s}}`, text, document, everything))
			if allowed := strings.Contains(string(decision), `"allowed"`); !ok || allowed != want {
				t.Errorf("%s of %s: %s", text, document, decision)
			}
		}
	}
}

func ExampleComparer_Answer() {
	var c simulate.Comparer
	answer, _ := c.Answer([]byte(`{"id": "narrower",
		"a": {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-logs/2026/*"}},
		"b": {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::acme-logs/*"}},
		"universe": {"actions": ["s3:GetObject"]}}`))
	before, _, _ := strings.Cut(string(answer), `,"catalogue"`)
	fmt.Println(before + "}")
	// Output:
	// {"id":"narrower","relation":"subset","witness":{"allowed_by_b_only":{"action":"s3:GetObject","resource":"arn:aws:s3:::acme-logs/a","context":{}}}}
}
