package policy_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/policy"
)

func TestParse(t *testing.T) {
	const doc = `{
  "Version": "2012-10-17",
  "Id": "p",
  "Statement": [
    {"Sid": "One", "Effect": "Allow", "Principal": {"AWS": ["111122223333"], "Service": "s3.amazonaws.com"},
     "Action": "s3:*", "Resource": ["arn:aws:s3:::b", "arn:aws:s3:::b/*"],
     "Condition": {"Bool": {"aws:SecureTransport": true}, "NumericLessThan": {"s3:TlsVersion": [1.2, "1.3"]}}},
    {"Effect": "Deny", "NotPrincipal": "*", "NotAction": [], "NotResource": "*"}
  ]
}`
	got, err := policy.Parse([]byte(doc))
	if err != nil {
		t.Fatal(err)
	}
	want := &policy.Document{Version: "2012-10-17", ID: "p", Statements: []policy.Statement{
		{
			Pos: diag.Pos{Line: 5, Column: 5}, Sid: "One", Effect: policy.Allow,
			Principal: policy.Principals{Types: []policy.PrincipalsType{
				{Type: "AWS", Values: policy.List("111122223333")}, {Type: "Service", Values: policy.One("s3.amazonaws.com")},
			}},
			Action: policy.One("s3:*"), Resource: policy.List("arn:aws:s3:::b", "arn:aws:s3:::b/*"),
			Condition: []policy.Clause{
				{Operator: "Bool", Key: "aws:SecureTransport", Values: policy.One("true")},
				{Operator: "NumericLessThan", Key: "s3:TlsVersion", Values: policy.List("1.2", "1.3")},
			},
		},
		{
			Pos: diag.Pos{Line: 8, Column: 5}, Effect: policy.Deny, NotPrincipal: policy.Principals{Everyone: true},
			NotAction: policy.Strings{Values: []string{}}, NotResource: policy.One("*"),
		},
	}}
	if d := cmp.Diff(want, got, cmpopts.IgnoreUnexported(policy.Document{})); d != "" {
		t.Errorf("Parse (-want +got):\n%s", d)
	}
}

func TestParseRefuses(t *testing.T) {
	statement := func(s string) string { return `{"Statement": [` + s + `]}` }
	tests := []struct{ name, in, want string }{
		{"empty", "", "1:1: the document ends before it is complete"},
		{"list", "[]", "1:1: a policy is a JSON object"},
		{"byte order mark", "\ufeff{}", "1:1: the document begins with a byte order mark, which JSON does not allow"},
		{"UTF-16", "\xff\xfe{\x00}\x00", "1:1: the document is UTF-16; JSON is UTF-8"},
		{"invalid UTF-8", "{\"Id\": \"a\xff\"}", "1:10: invalid UTF-8"},
		{"invalid UTF-8 between tokens", "{\xff}", "1:2: invalid UTF-8"},
		{"text after it", "{}\n {}", "2:2: something follows the end of the document"},
		{"columns are characters", `{"Id": "äöü", "id": 1}`, `1:15: "id" is not an element of a policy`},
		{"key twice", "{\"Id\": \"a\",\n \"Id\": \"b\"}", `2:2: "Id" is here twice; the first is at 1:2`},
		{"escaped key twice", `{"Id": "a", "\u0049d": "b"}`, `1:13: "Id" is here twice; the first is at 1:2`},
		{"version", `{"Version": "2012-10-18"}`, `1:13: Version is "2012-10-17" or "2008-10-17"`},
		{"version without quotes", `{"Version": 2012}`, `1:13: Version is "2012-10-17" or "2008-10-17"`},
		{"statement text", `{"Statement": "x"}`, "1:15: Statement is an object or a list of objects"},
		{"statement in list", statement(`1`), "1:16: a statement is a JSON object"},
		{"unknown element", statement(`{"Effects": "Allow"}`), `1:17: "Effects" is not an element of a statement`},
		{"no effect", statement(`{"Action": "*", "Resource": "*"}`), "1:16: the statement has no Effect"},
		{"effect in lower case", statement(`{"Effect": "allow"}`), `1:27: Effect is "Allow" or "Deny"`},
		{"action twice", statement(`{"Effect": "Allow", "Action": "*", "NotAction": "*"}`), "1:16: the statement has Action and NotAction"},
		{"no action", statement(`{"Effect": "Allow", "Resource": "*"}`), "1:16: the statement has neither Action nor NotAction"},
		{"resource twice", statement(`{"Effect": "Allow", "Action": "*", "Resource": "*", "NotResource": []}`), "1:16: the statement has Resource and NotResource"},
		{"principal twice", statement(`{"Effect": "Allow", "Action": "*", "Principal": "*", "NotPrincipal": {}}`), "1:16: the statement has Principal and NotPrincipal"},
		{"action number", statement(`{"Effect": "Allow", "Action": 1}`), "1:46: Action is a string or a list of strings"},
		{"action list of null", statement(`{"Effect": "Allow", "Action": ["*", null]}`), "1:52: Action is a list of strings, and this is none"},
		{"sid number", statement(`{"Sid": 1}`), "1:24: Sid is a string"},
		{"principal text", statement(`{"Principal": "111122223333"}`), `1:30: Principal is "*" or an object such as {"AWS": "ARN"}`},
		{"principal type", statement(`{"Principal": {"aws": "*"}}`), `1:31: "aws" is not a type of principal`},
		{"condition list", statement(`{"Condition": []}`), "1:30: Condition is a JSON object"},
		{"operator text", statement(`{"Condition": {"Bool": "x"}}`), "1:39: Bool is an object from condition keys to values"},
		{"value null", statement(`{"Condition": {"Bool": {"k": [true, null]}}}`), "1:52: the value of k is a string, a number, true or false"},
		{"value object", statement(`{"Condition": {"Bool": {"k": {}}}}`), "1:45: the value of k is a string, a number, true or false"},
		{"principal number", statement(`{"Principal": {"AWS": 1}}`), "1:38: AWS is a string or a list of strings"},
		{"no value", `{"Id": }`, "1:8: '}' where a value should be"},
		{"no comma", `{"Statement": [{} {}]}`, "1:19: '{' where ',' or ']' should be"},
		{"ends after a name", `{"Id"`, "1:6: the document ends where ':' should be"},
		{"ends in a name", `{"Id`, "1:5: the document ends inside a string"},
		{"no digit after the point", `{"Id": 1.}`, `1:8: "1." is not a JSON value`},
		{"no digit in the exponent", `{"Id": 1e+}`, `1:8: "1e+" is not a JSON value`},
		{"leading zero", `{"Id": 01}`, `1:8: "01" is not a JSON value`},
		{"word", `{"Id": yes}`, `1:8: "yes" is not a JSON value`},
		{"trailing comma", `{"Id": "a",}`, `1:12: '}' where a name in quotes should be`},
		{"no colon", `{"Id" "a"}`, `1:7: '"' where ':' should be`},
		{"open string", `{"Id": "a`, "1:10: the document ends inside a string"},
		{"line in string", "{\"Id\": \"a\n\"}", "1:10: a control character inside a string must be escaped"},
		{"escape", `{"Id": "\x"}`, "1:9: not an escape sequence of JSON"},
		{"half a pair", `{"Id": "\ud83d"}`, "1:9: half of a surrogate pair is no character"},
		{"deep", strings.Repeat("[", 100), "1:34: nested more than 32 deep"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, err := policy.Parse([]byte(tt.in))
			if _, ok := errors.AsType[*policy.Error](err); !ok {
				t.Fatalf("Parse(%s) = %v, %v; want an *Error", tt.in, d, err)
			}
			if err.Error() != tt.want {
				t.Errorf("Parse(%s): %v; want %s", tt.in, err, tt.want)
			}
		})
	}
}

func TestParseEncoded(t *testing.T) {
	const plain = `{"Statement":[{"Effect":"Allow","Action":"s3:Get%","Resource":"arn:aws:s3:::a+b/*"}]}`
	const encoded = `%7B%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%22s3%3AGet%25%22%2C%22Resource%22%3A%22arn%3Aaws%3As3%3A%3A%3Aa+b%2F%2A%22%7D%5D%7D`
	for _, in := range []string{plain, encoded, "\n" + plain} {
		d, err := policy.ParseEncoded(in)
		if err != nil {
			t.Fatalf("ParseEncoded(%s): %v", in, err)
		}
		if got := encode(t, d); got != plain {
			t.Errorf("ParseEncoded(%s) reads %s", in, got)
		}
	}
	if d, err := policy.ParseEncoded("%7"); err == nil {
		t.Errorf("ParseEncoded(%%7) = %v, want an error", d)
	}
}

// TestRoundTrip reads and writes documents that are in the order of AWS's
// grammar: nothing may change.
func TestRoundTrip(t *testing.T) {
	for _, want := range []string{
		`{"Statement":[]}`,
		`{"Version":"2008-10-17","Id":"x","Statement":{"Effect":"Allow","Action":["a"],"Resource":"*"}}`,
		`{"Version":"2012-10-17","Statement":[{"Sid":"<&> é 😀","Effect":"Deny","Principal":"*","NotAction":[],"NotResource":["arn:aws:s3:::b/<&>"]}]}`,
		`{"Statement":[{"Effect":"Deny","NotPrincipal":{"AWS":["a","b"],"Service":"c"},"Action":"*","Resource":"*","Condition":{"StringLike":{"a":"1","b":["2"]},"Null":{"a":"true"}}}]}`,
		`{"Statement":[{"Effect":"Deny","Principal":{},"Action":"*","Condition":{}}]}`,
	} {
		d, err := policy.Parse([]byte(want))
		if err != nil {
			t.Fatalf("Parse(%s): %v", want, err)
		}
		if got := encode(t, d); got != want {
			t.Errorf("read and written:\n got %s\nwant %s", got, want)
		}
	}
}

func TestEncode(t *testing.T) {
	d := policy.New(policy.Statement{
		Effect: policy.Allow, Principal: policy.AWS("111122223333"), Action: policy.List("s3:GetObject"), Resource: policy.One("*"),
		Condition: []policy.Clause{
			{Operator: "Bool", Key: "a", Values: policy.One("true")},
			{Operator: "Null", Key: "a", Values: policy.One("true")},
			{Operator: "Bool", Key: "b", Values: policy.One("true")},
		},
	})
	got, err := d.Indent()
	if err != nil {
		t.Fatal(err)
	}
	const want = `{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Principal": {
        "AWS": "111122223333"
      },
      "Action": [
        "s3:GetObject"
      ],
      "Resource": "*",
      "Condition": {
        "Bool": {
          "a": "true",
          "b": "true"
        },
        "Null": {
          "a": "true"
        }
      }
    }
  ]
}
`
	if d := cmp.Diff(want, string(got)); d != "" {
		t.Errorf("Indent (-want +got):\n%s", d)
	}
	twice := policy.New(policy.Statement{Condition: []policy.Clause{{Operator: "Bool", Key: "a"}, {Operator: "Bool", Key: "a"}}})
	if b, err := twice.Encode(); err == nil {
		t.Errorf("a key twice under one operator is written as %s", b)
	}
	if b, err := twice.Indent(); err == nil {
		t.Errorf("a key twice under one operator is written as %s", b)
	}
	if n, err := policy.QuotaOf(policy.BucketPolicy).Size(twice); err == nil {
		t.Errorf("a document that cannot be written has %d bytes", n)
	}
}

func TestJSON(t *testing.T) {
	var got struct {
		Policy    *policy.Document
		Statement policy.Statement
	}
	const in = `{"Policy": {"Statement": {"Effect": "Allow", "Action": "*"}}, "Statement": {"Effect": "Deny", "Action": []}}`
	if err := json.Unmarshal([]byte(in), &got); err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"Policy":{"Statement":{"Effect":"Allow","Action":"*"}},"Statement":{"Effect":"Deny","Action":[]}}`
	if string(b) != want {
		t.Errorf("Marshal = %s, want %s", b, want)
	}
	for _, in := range []string{`{"Policy": {"Id": 1}}`, `{"Statement": {"Sid": "a", "Sid": "b"}}`, `{"Statement": null}`} {
		if err := json.Unmarshal([]byte(in), &got); err == nil {
			t.Errorf("Unmarshal(%s): no error", in)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}`)
	f.Add(`{"Statement":{"Sid":"\ud83d\ude00","Effect":"Deny","Principal":{"AWS":[]},"NotAction":["a"],"Condition":{"Bool":{"a":true,"b":[1e9]}}}}`)
	f.Fuzz(func(t *testing.T, in string) {
		d, err := policy.Parse([]byte(in))
		if err != nil {
			if _, ok := errors.AsType[*policy.Error](err); !ok {
				t.Fatalf("Parse(%q): %v has no place", in, err)
			}
			return
		}
		if !json.Valid([]byte(in)) {
			t.Fatalf("Parse takes %q, which is not JSON", in)
		}
		once := encode(t, d)
		again, err := policy.Parse([]byte(once))
		if err != nil {
			t.Fatalf("%q is written as %s, which is refused: %v", in, once, err)
		}
		if twice := encode(t, again); twice != once {
			t.Fatalf("%q is written as %s, and then as %s", in, once, twice)
		}
	})
}

func encode(t *testing.T, d *policy.Document) string {
	t.Helper()
	b, err := d.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
