package simulate_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/repligrant/repligrant/policy/simulate"
)

// What has no reading is answered with an error, never with a decision.
func TestErrors(t *testing.T) {
	grant := policies(identity(allow()))
	in := func(policy string) string { return line(reader, policies(identity(policy))) }
	tests := []struct{ name, line, want string }{
		{"no JSON", `nonsense`, "not JSON"},
		{"half of it", `{"id": "1", "request": {`, "not JSON: unexpected end"},
		{"two values", line(reader) + "{}", "not JSON"},
		{"no object", `["id"]`, "the line is not a JSON object"},
		{"byte order mark", "\ufeff" + line(reader), "byte order mark"},
		{"not UTF-8", line("\"action\": \"\xff\""), "not UTF-8"},
		{"UTF-16", "\xff\xfe{\x00}\x00", "not UTF-8"},
		{"NUL", "{\"id\": \"1\x00\"}", "not JSON"},
		{"deep", strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000), "exceeded max depth"},
		{"deep document", in(`{"Statement": ` + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + `}`), "nested more than 32 deep"},
		{"deep policy", in(strings.Repeat(`{"policy": `, 3000) + "{}" + strings.Repeat("}", 3000)), "nested more than 32 deep"},
		{"too long", `{"id": "` + strings.Repeat("x", simulate.MaxLine) + `"}`, "longer than 16777216 bytes"},
		{"long and blank", strings.Repeat(" ", simulate.MaxLine+1), "longer than 16777216 bytes"},
		{"request twice", line(reader, `"request": {}`), `the line: "request" is here twice`},
		{"id twice", line(reader, `"id": "2"`), `"id" is here twice`},
		{"same name in other letters", line(reader + `, "\u0061ction": "s3:PutObject"`), `request: "action" is here twice`},
		{"half a surrogate pair", line(role + `, "action": "s3:GetObject", "resource": "arn:aws:s3:::b/\ud800\ufffd"`), "request.resource: half of a surrogate pair"},

		{"no request", `{"id": "1"}`, "the line has no request"},
		{"request is null", `{"id": "1", "request": null}`, "request is not a JSON object"},
		{"no action", line(role + `, "resource": "*"`), "request.action is not there"},
		{"no resource", line(role + `, "action": "s3:GetObject"`), "request.resource is not there"},
		{"no principal", line(read), "request.principal is not there"},
		{"empty action", line(role + `, "resource": "*", "action": ""`), "request.action is empty"},
		{"action is a number", line(role + `, "resource": "*", "action": 1`), "request.action is not a string"},
		{"misspelled", line(reader + `, "contxt": {}`), `request: unknown field "contxt": is it context?`},
		{"another field", line(reader + `, "region": "x"`), `request: unknown field "region": there are action, resource`},
		{"misspelled beside the request", line(reader, `"polices": {}`), `unknown field "polices": is it policies?`},
		{"short account", line(reader + `, "resource_account": "1111"`), `request.resource_account "1111" is not an AWS account ID`},
		{"account is a number", line(reader + `, "resource_account": 111122223333`), `request.resource_account is not a string`},

		{"layer that there is not", line(reader, policies(`"inline": []`)), `policies: unknown field "inline": there are identity`},
		{"misspelled layer", line(reader, policies(`"scp": []`)), `is it scps?`},
		{"policies are a list", line(reader, `"policies": []`), "policies is not a JSON object"},
		{"policy is text", in(`"{}"`), "policies.identity[0] is not a JSON object"},
		{"policy is null", in(`null`), "policies.identity[0] is not a JSON object"},
		{"resource in a list", line(reader, policies(`"resource": [`+allow()+`]`)), "policies.resource is not a JSON object"},
		{"Action and NotAction", in(allow(`"NotAction": "s3:*"`)), "policies.identity[0]: the statement has Action and NotAction (character 41 of it)"},
		{"unknown Effect", in(strings.Replace(allow(), "Allow", "allow", 1)), `policies.identity[0]: Effect is "Allow" or "Deny" (character`},
		{"no string", in(strings.Replace(allow(), `"*"`, "7", 1)), "policies.identity[0]: Action is a string or a list of strings"},
		{"in a named policy", in(`{"name": "p", "policy": {"Statements": []}}`), `policies.identity[0].policy: "Statements" is not an element of a policy`},
		{"name alone", in(`{"name": "p"}`), `policies.identity[0] has "name" and no "policy"`},
		{"name is a number", in(`{"name": 1, "policy": {}}`), `policies.identity[0].name is not a string`},
		{"unreadable and more", in(`{"unreadable": "x", "Statement": []}`), `"Statement" stands beside "unreadable"`},
		{"unreadable because of a number", in(`{"unreadable": 403}`), `policies.identity[0].unreadable is not a string`},
		{"SCPs are one document", line(reader, policies(`"scps": `+allow())), "policies.scps is not a list of levels, root first"},
		{"levels are documents", line(reader, policies(`"scps": [`+allow()+`]`)), `policies.scps[0] is not a level: a list of policies, or {"id", "policies"}`},
		{"level is text", line(reader, policies(`"rcps": ["x"]`)), `policies.rcps[0] is not a JSON object`},
		{"level without policies", line(reader, policies(`"scps": [{"id": "r"}]`)), `policies.scps[0] has "id" and no "policies"`},
		{"policies of a level", line(reader, policies(`"scps": [{"id": "r", "policies": {}}]`)), `policies.scps[0].policies is not a list`},
		{"null in a level", line(reader, policies(`"scps": [{"id": "r", "policies": null}]`)), `policies.scps[0].policies is not a list`},
		{"document in a level", line(reader, policies(`"scps": [[], [{}, {"Statement": 1}]]`)), `policies.scps[1][1]: Statement is an object`},

		{"context is a list", line(reader + `, "context": []`), "request.context is not a JSON object"},
		{"value is an object", line(reader + `, "context": {"k": {}}`), "request.context.k is not a string, a number, true or false"},
		{"value in a list is null", line(reader + `, "context": {"k": ["a", null]}`), "request.context.k[1] is not"},
		{
			"key twice", line(reader + `, "context": {"aws:SourceIp": "1.1.1.1", "aws:sourceip": "2.2.2.2"}`),
			`context key "aws:sourceip" in context is there already: "aws:SourceIp" in context`,
		},
		{"key known and unknown", line(reader + `, "context": {"aws:SourceIp": "1.1.1.1"}, "unknown_keys": ["aws:sourceip"]`), `"aws:sourceip" in unknown_keys is there already`},
		{"unknown and possible", line(reader + `, "unknown_keys": ["k"], "possible": {"K": ["a"]}`), `"K" in possible is there already: "k" in unknown_keys`},
		{"unknown keys are text", line(reader + `, "unknown_keys": "k"`), "request.unknown_keys is not a list"},
		{"unknown key is a number", line(reader + `, "unknown_keys": [1]`), "request.unknown_keys[0] is not a string"},
		{"unknown keys by pattern", line(reader + `, "unknown_keys": ["aws:PrincipalTag/*"]`), `"aws:PrincipalTag/*" names no context key`},
		{"no possible value", line(reader + `, "possible": {"k": []}`), "possible.k lists no value"},
		{"possible is no list", line(reader + `, "possible": {"k": "a"}`), "possible.k is not a list"},
		{"possible value is an object", line(reader + `, "possible": {"k": [{}]}`), "possible.k[0] is not a string"},
		{"option twice", line(reader+`, "fill": true`, `"fill": true`), "fill is here twice: as fill and as request.fill"},
		{"fill is text", line(reader + `, "fill": "yes"`), "request.fill is not true or false"},
		{"all is a number", line(reader, `"all": 1`), "all is not true or false"},
		{"patterns without all", line(reader + `, "patterns": {"k": "a*"}`), `they need "all": true`},
		{"pattern is a list", line(reader + `, "all": true, "patterns": {"k": ["a*"]}`), "patterns.k is not a string"},
		{"pattern is known", line(reader + `, "all": true, "context": {"k": "a"}, "patterns": {"k": "a*"}`), `"k" in patterns is there already`},
		{"nothing in the pattern", line(role+`, "all": true, "action": "s3:GetObject", "resource": "arn:aws:s3:::b/"`, grant), "the pattern names no resource"},
		{"boundaries that tell resources apart", line(role+`, "all": true, "action": "s3:GetObject", "resource": "arn:aws:s3:::b/*"`,
			policies(identity(allow()), `"boundary": [`+allow()+`, `+allow(`"Resource": "arn:aws:s3:::b/x"`)+`]`)), "several boundaries"},

		{"setting that there is not", line(reader, `"settings": {"abac": true}`), `settings: unknown field "abac": there are s3BucketAbacEnabled`},
		{"setting is text", line(reader, `"settings": {"managementAccount": "no"}`), "settings.managementAccount is not true or false"},
		{"settings are a list", line(reader, `"settings": []`), "settings is not a JSON object"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a := ask(t, test.line)
			if !strings.Contains(a.Error, test.want) || a.Decision != "" || a.Line != 1 {
				t.Errorf("got error %q, decision %q on line %d; want an error on line 1 with %q", a.Error, a.Decision, a.Line, test.want)
			}
		})
	}
}

// Principals that no request can have.
func TestPrincipalErrors(t *testing.T) {
	for _, p := range []string{
		"*", "111122223333", "repl", "s3.amazonaws.com.", ".", "S3.amazonaws.com", "arn:aws:iam::111122223333:role",
		"arn:aws:iam::111122223333:role/", "arn:aws:iam::111122223333:role/path/", "arn:aws:iam::111122223333:role:r",
		"arn:aws:iam::111122223333:role/*", "arn:aws:iam::111122223333:group/g", "arn:aws:iam::1111:role/r",
		"arn:aws:iam::111122223333:root/r", "arn:aws:iam::111122223333:roots", "arn:aws:iam:us-east-1:111122223333:role/r",
		"arn:aws:sts::111122223333:assumed-role/r", "arn:aws:sts::111122223333:assumed-role/r/", "arn:aws:sts::111122223333:assumed-role//s",
		"arn:aws:sts::111122223333:assumed-role/r/s/t", "arn:aws:s3:::b", "arn:aws:sts::111122223333:federated-user/",
	} {
		a := ask(t, line(read+`, "principal": "`+p+`"`))
		if want := fmt.Sprintf("request.principal %q: it is the ARN of a role", p); !strings.HasPrefix(a.Error, want) {
			t.Errorf("principal %q: got decision %q, error %q", p, a.Decision, a.Error)
		}
	}
}

// The ID comes back as it was written, also with an error; blank lines have no
// answer, and count.
func TestIDs(t *testing.T) {
	tests := []struct{ line, want string }{
		{line(reader), `{"id":"1","decision":"implicit_deny","reasons":[]}` + "\n"},
		{"{\"id\": 17, \"request\": {" + reader + "}}\r\n", `{"id":17,"decision":"implicit_deny","reasons":[]}` + "\n"},
		{`{"id": 1.50e1, "request": {}}`, `{"id":1.50e1,"error":"request.action is not there","line":3}` + "\n"},
		{"", ""},
		{" \t\r\n", ""},
		{` {"request": {` + reader + `}} `, `{"id":null,"decision":"implicit_deny","reasons":[]}` + "\n"},
		{`{"request": 1, "id": {"a": ["b"]}}`, `{"id":{"a":["b"]},"error":"request is not a JSON object","line":7}` + "\n"},
		{`{"settings": 1, "id": "<x>"}`, `{"id":"<x>","error":"settings is not a JSON object","line":8}` + "\n"},
		{`{"id": "2", "request": 1, "request": 2}`, `{"id":"2","error":"the line: \"request\" is here twice","line":9}` + "\n"},
		{`{`, `{"id":null,"error":"the line is not JSON: unexpected end of JSON input","line":10}` + "\n"},
	}
	var s simulate.Simulator
	for _, test := range tests {
		if got, _ := s.Answer([]byte(test.line)); string(got) != test.want {
			t.Errorf("%q is answered with\n%s\nwant\n%s", test.line, got, test.want)
		}
	}
}

// An error may quote a text of any length.
func TestLongError(t *testing.T) {
	a := ask(t, line(read+`, "principal": "`+strings.Repeat("é", 100_000)+`"`))
	if len(a.Error) > 1100 || !strings.HasSuffix(a.Error, "...") {
		t.Errorf("the error has %d bytes and ends in %q", len(a.Error), a.Error[len(a.Error)-10:])
	}
}

// Read tells what Answer would.
func TestRead(t *testing.T) {
	c, err := simulate.Read([]byte(line(reader, policies(identity(allow())), `"origin": "x"`)))
	if err != nil || c.ID != "1" || c.Request.Action != "s3:GetObject" || len(c.Policies.Identity) != 1 {
		t.Errorf("got %+v, %v", c, err)
	}
	c, err = simulate.Read([]byte(`{"id": 7}`))
	if err == nil || c.ID != "7" {
		t.Errorf("a line without a request: got ID %q, error %v", c.ID, err)
	}
}

// Documents of earlier lines are kept, and not too many of them.
func TestKept(t *testing.T) {
	var s simulate.Simulator
	same := []byte(line(reader, policies(identity(allow()))))
	for range 3 {
		s.Answer(same)
	}
	if got, want := s.Kept(), len(allow()); got != want {
		t.Errorf("after one policy in three lines %d bytes are kept, want %d", got, want)
	}
	large := strings.Repeat("x", simulate.MaxKept/3)
	for i := range 12 {
		policy := allow(fmt.Sprintf(`"Sid": "%d%s"`, i, large))
		answer, ok := s.Answer([]byte(line(reader, policies(identity(policy)))))
		if !ok || !bytes.Contains(answer, []byte(`"allowed"`)) {
			t.Fatalf("line %d is answered with %.200s", i, answer)
		}
		if s.Kept() > 2*simulate.MaxKept {
			t.Fatalf("after %d policies %d bytes are kept", i, s.Kept())
		}
	}
}

// Many names, keys and policies take no more time for each than few.
func TestManyNames(t *testing.T) {
	var keys []string
	for i := range 50_000 {
		keys = append(keys, fmt.Sprintf(`"k%d": "v"`, i))
	}
	decides(t, line(reader+`, "context": {`+strings.Join(keys, ", ")+`}`, policies(identity(allow(when("StringEquals", "K49999", `"v"`))))), "allowed")
	if a := ask(t, line(reader+`, "context": {`+strings.Join(keys, ", ")+`, "k0": "v"}`)); !strings.Contains(a.Error, `"k0" is here twice`) {
		t.Errorf("the 50,001st key is the first again, and the answer is %+v", a)
	}
}
