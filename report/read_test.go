package report_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/report"
	"github.com/repligrant/repligrant/report/text"
)

// What is written as JSON and read back is written as the same bytes.
func TestReadAuditRoundTrip(t *testing.T) {
	odd := broken()
	odd.Findings[0].Message = "bytes \xff\xfe, U+FFFD \ufffd, separators \u2028, <html> & \\ufffd and \"quotes\""
	odd.Findings[0].Args = map[string]string{"z": "\x00", "a": "\\"}
	cases := map[string]*audit.Audit{"zero lists": {Schema: audit.Schema}, "odd": odd, "many": many(50)}
	for name, build := range audits {
		cases[name] = build()
	}
	for name, a := range cases {
		t.Run(name, func(t *testing.T) {
			want := auditAs(t, a, report.Options{Format: report.JSON})
			read, err := report.ReadAudit("audit.json", []byte(want))
			if err != nil {
				t.Fatalf("read what was written: %v", err)
			}
			got := auditAs(t, read, report.Options{Format: report.JSON})
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("written, read and written again (-first +second):\n%s", diff)
			}
			if strings.Contains(want, "null") || strings.Contains(want, `\u003c`) || !strings.HasSuffix(want, "}\n") {
				t.Errorf("null, escapes for HTML, or no end of line in:\n%.300s", want)
			}
		})
	}
}

// A report of a saved audit is that of the audit.
func TestReadAuditReports(t *testing.T) {
	for name, build := range audits {
		read, err := report.ReadAudit("audit.json", []byte(auditAs(t, build(), report.Options{Format: report.JSON})))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, format := range report.Formats(report.KindAudit) {
			o := machineOptions(format)
			o.All = true
			if diff := cmp.Diff(auditAs(t, build(), o), auditAs(t, read, o)); diff != "" {
				t.Errorf("%s as %s, before and after it was saved:\n%s", name, format, diff)
			}
		}
	}
}

func TestReadAuditRefuses(t *testing.T) {
	head := `{"schema": "repligrant.audit/v1", `
	tests := []struct{ name, data, want string }{
		{"empty", "", "a.json:1:1: the file is not JSON: it ends too early"},
		{"cut off", head + `"rules": [`, "a.json:1:45: the file is not JSON: it ends too early"},
		{"syntax", "{\n  \"schema\": repligrant\n}", "a.json:2:13: the file is not JSON: invalid character 'r' looking for beginning of value"},
		{"UTF-16", "\xff\xfe{\x00}\x00", "a.json:1:1: the file is not UTF-8"},
		{"byte order mark", "\ufeff{}", "a.json:1:1: the file is not UTF-8"},
		{"list", " []", "a.json:1:2: the file holds no audit"},
		{"number", "7", "a.json:1:1: the file holds no audit"},
		{"no schema", `{}`, "a.json:1:1: the schema is missing"},
		{"plan", `{"documents": [],` + "\n" + `"schema": "repligrant.plan/v1"}`, `a.json:2:11: the schema is "repligrant.plan/v1", not "repligrant.audit/v1"`},
		{"schema is no text", `{"schema": 1}`, `a.json:1:12: the schema is 1, not "repligrant.audit/v1"`},
		{"two audits", head + `"spec": ""}` + "\n" + head + `"spec": ""}`, "a.json:2:1: there is more after the end of the audit"},
		{"twice", head + "\n" + `"findings": [], "findings": []}`, "a.json:2:17: findings is there twice"},
		{"findings is an object", head + `"findings": {}}`, "a.json:1:47: findings: is no list"},
		{"wrong type", head + "\n" + `"complete": "yes"}`, "a.json:2:17: complete: is a string, which does not fit"},
		{"no check", head + "\n\n" + ` "findings": [{"outcome": "missing", "severity": "low"}]}`, "a.json:3:15: findings[0].check: is missing"},
		{
			"unknown words", head + `"rules": [{"verdict": "ok"}],` + "\n" +
				`"findings": [{"check": "c", "outcome": "granted", "severity": "", "group": "x", "coverage": "x", "status": "x", "fix": {"op": "x"}}]}`,
			`a.json:1:45: rules[0].verdict is "ok"` + "\n" + `a.json:2:14: findings[0].outcome is "granted"` + "\n" +
				`a.json:2:14: findings[0].severity is ""` + "\n" + `a.json:2:14: findings[0].group is "x"` + "\n" +
				`a.json:2:14: findings[0].coverage is "x"` + "\n" + `a.json:2:14: findings[0].status is "x"` + "\n" + `a.json:2:14: findings[0].fix.op is "x"`,
		},
		{
			"malformed statement", head + `"findings": [` + "\n" + `{"check": "c", "outcome": "missing", "severity": "low", "fix": {"op": "add", "statement": {"Effect": "allow"}}}]}`,
			"a.json:2:1: findings[0].fix.statement: ",
		},
		{
			"summary against rules", head + `"rules": [{"rule": "r", "verdict": "fails"}], "summary": {"rules": {"replicates": 1}}}`,
			"a.json:1:1: the summary counts 0 rules as fails; there are 1\na.json:1:1: the summary counts 1 rules as replicates; there are 0",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a, err := report.ReadAudit("a.json", []byte(tt.data))
			if err == nil || !strings.HasPrefix(err.Error(), tt.want) || a != nil {
				t.Errorf("ReadAudit = %v, %v, want an error that begins with\n%s", a, err, tt.want)
			}
			if diag.Of(err) == nil {
				t.Errorf("the error is a %T, which has no places", err)
			}
		})
	}
}

// TestReadAuditSaysItsShape: what does not fit has a key, so that it is said in any
// language.
func TestReadAuditSaysItsShape(t *testing.T) {
	spanish, err := text.For(text.Spanish)
	if err != nil {
		t.Fatal(err)
	}
	_, err = report.ReadAudit("a.json", []byte(`{"schema": "repligrant.audit/v1", "rules": {}}`))
	for _, d := range diag.Of(err) {
		if got, _ := spanish.Problem(d); got == "a.json:1:44: rules: no es una lista" {
			return
		}
	}
	t.Errorf("an audit whose rules are no list gives %v", err)
}

func TestReadAuditTooLarge(t *testing.T) {
	if testing.Short() {
		t.Skip("needs 256 MiB")
	}
	_, err := report.ReadAudit("a.json", make([]byte, report.MaxAudit+1))
	if err == nil || !strings.Contains(err.Error(), "more than 268435456 bytes") {
		t.Errorf("ReadAudit of a file above the limit = %v", err)
	}
}

// Keys of a later version of the program are no reason to refuse.
func TestReadAuditIgnoresNewKeys(t *testing.T) {
	var m map[string]any
	if err := json.Unmarshal([]byte(auditAs(t, broken(), report.Options{Format: report.JSON})), &m); err != nil {
		t.Fatal(err)
	}
	m["inventory"] = []string{"new"}
	data, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	a, err := report.ReadAudit("a.json", data)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(len(broken().Findings), len(a.Findings)); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}

func FuzzReadAudit(f *testing.F) {
	small := clean() // large seeds keep the fuzzer busy with making them smaller
	small.Sources = nil
	small.Findings = incomplete().Findings[1:]
	for _, a := range []*audit.Audit{small, empty()} {
		f.Add([]byte(auditAs(f, a, report.Options{Format: report.JSON})))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		a, err := report.ReadAudit("a.json", data)
		if err != nil {
			return
		}
		once := auditAs(t, a, report.Options{Format: report.JSON})
		again, err := report.ReadAudit("a.json", []byte(once))
		if err != nil {
			t.Fatalf("what was read cannot be read again: %v\n%s", err, once)
		}
		if diff := cmp.Diff(once, auditAs(t, again, report.Options{Format: report.JSON})); diff != "" {
			t.Errorf("read and written twice:\n%s", diff)
		}
		checkTerminal(t, auditAs(t, a, report.Options{}))
		checkMarkdown(t, auditAs(t, a, report.Options{Format: report.Markdown}))
	})
}
