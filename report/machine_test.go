package report_test

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/internal/golden"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/report"
)

const hubRegion = "eu-west-1"

// machines are the formats for programs, and what checks them.
var machines = map[string]func(t testing.TB, out string){
	report.SARIF: func(t testing.TB, out string) { checkSARIF(t, out) },
	report.JUnit: func(t testing.TB, out string) { checkJUnit(t, out) },
	report.CSV:   func(t testing.TB, out string) { checkCSV(t, out) },
	report.OCSF:  func(t testing.TB, out string) { checkOCSF(t, out) },
	report.ASFF:  func(t testing.TB, out string) { checkASFF(t, out) },
}

func machineOptions(format string) report.Options {
	o := report.Options{Format: format}
	if format == report.ASFF {
		o.HubRegion = hubRegion
	}
	return o
}

// lived is an audit with everything that somebody may live with.
func lived() *audit.Audit {
	a := broken()
	a.Baseline = "before.json"
	a.Assumed = []string{"scp:111122223333"}
	for i := range a.Findings {
		a.Findings[i].Status = audit.New
	}
	a.Findings[1].Status = audit.Known
	a.Findings[2].Status = audit.Suppressed
	a.Findings[2].Suppression = &audit.Suppression{Reason: "moved in May", Owner: "storage@example.com", Expires: "2027-01-31"}
	a.Findings[3].Planned = &audit.Planned{Address: "CopyPolicy", Position: diag.Pos{File: "infra/template.yaml", Line: 40, Column: 3}}
	a.Granted = []audit.Grant{{
		Requirement: "orders/acme-orders/acme-orders-copy/s3:ListBucket", Rule: "orders", From: "acme-orders", To: "acme-orders-copy",
		Account: "111122223333", Document: replication.RolePolicy, Principal: role, Action: "s3:ListBucket", Resource: sourceARN,
		Level: replication.Required, Source: pagePermissions,
	}}
	return a
}

// TestMachineGoldens shows every format of audits that have everything.
func TestMachineGoldens(t *testing.T) {
	for name, build := range map[string]func() *audit.Audit{"lived": lived, "incomplete": incomplete} {
		for format, check := range machines {
			t.Run(name+"."+format, func(t *testing.T) {
				o := machineOptions(format)
				o.All = true
				out := auditAs(t, build(), o)
				check(t, out)
				if format == report.SARIF {
					out = withoutRules(t, out)
				}
				golden.Equal(t, "audit/"+name+"."+format, out)
			})
		}
	}
}

// withoutRules leaves out what the page of checks says of each.
func withoutRules(t *testing.T, out string) string {
	t.Helper()
	begin := strings.Index(out, "          \"rules\": [\n")
	end := strings.Index(out, "          \"notifications\": [\n")
	if begin < 0 || end < begin {
		t.Fatal("there are no rules")
	}
	return out[:begin] + out[end:]
}

// TestMachinesOfEveryAudit checks what is written of each audit, also with nothing
// in it.
func TestMachinesOfEveryAudit(t *testing.T) {
	all := map[string]func() *audit.Audit{"lived": lived, "fleet": fleet, "many": func() *audit.Audit { return many(250) }}
	maps.Copy(all, audits)
	for name, build := range all {
		for format, check := range machines {
			t.Run(name+"."+format, func(t *testing.T) {
				out := auditAs(t, build(), machineOptions(format))
				check(t, out)
				checkTerminal(t, strings.ReplaceAll(out, "\r\n", "\n"))
				if again := auditAs(t, build(), machineOptions(format)); out != again {
					t.Errorf("the same audit is written in two ways")
				}
			})
		}
	}
}

// dated gives an audit what some formats need and somebody else wrote over.
func dated(a *audit.Audit) *audit.Audit {
	if len(a.Sources) == 0 {
		a.Sources = []audit.Source{{}}
	}
	for i := range a.Sources {
		a.Sources[i].Account, a.Sources[i].At = "111122223333", "2026-11-22T12:00:00Z"
	}
	return a
}

// TestHostileMachines puts every hostile string into every field, and reads what
// comes out as strictly as its readers do.
func TestHostileMachines(t *testing.T) {
	for _, s := range append(slices.Clone(hostile), formulas...) {
		l := hostileAudits(s)
		for _, a := range []*audit.Audit{l[0], l[1], l[len(l)-1]} {
			dated(a)
			for format, check := range machines {
				o := machineOptions(format)
				o.All = true
				out := auditAs(t, a, o)
				check(t, out)
				checkTerminal(t, strings.ReplaceAll(out, "\r\n", "\n"))
			}
		}
		if t.Failed() {
			t.Fatalf("after %.100q", s)
		}
	}
}

// formulas are what a spreadsheet runs, and what XML and SARIF read.
var formulas = []string{
	"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =cmd|'/c calc'!A1", "\u00a0=1", "\uff1d1", "\u200b=1", `"`, `",""`, "a,b", `=HYPERLINK("http://evil.example")`,
	"]]>", "<![CDATA[", "&#0;", "&amp;", "<!DOCTYPE x>", "\ufffe", "\ud7ff\uffff", "<?xml?>",
	"{0}", "{1}{2}", "[x](1)", "../../etc/passwd", "/etc/passwd", `C:\spec.yaml`, "a:b", "..", ".", "//host/x", "file:///etc/passwd", "%2e%2e", "a b?c#d", "arn:aws:s3:::", "arn:aws:iam::111122223333:role/x",
}

func FuzzMachines(f *testing.F) {
	for _, s := range formulas { // those of hostile are tested by name
		f.Add(s[:min(len(s), 200)])
	}
	f.Fuzz(func(t *testing.T, s string) {
		audits, _ := fuzzed(s)
		for _, a := range audits {
			dated(a)
			for format, check := range machines {
				out := auditAs(t, a, machineOptions(format))
				check(t, out)
				checkTerminal(t, strings.ReplaceAll(out, "\r\n", "\n"))
			}
		}
	})
}

// TestMachineNeeds sees that a format which cannot be written says why, and what
// to do.
func TestMachineNeeds(t *testing.T) {
	timeless, nameless := broken(), broken()
	for i := range timeless.Sources {
		timeless.Sources[i].At = ""
	}
	nameless.Sources = nil
	for i := range nameless.Findings {
		nameless.Findings[i].Account, nameless.Findings[i].Target, nameless.Findings[i].Principal = "", copyARN, ""
	}
	tests := []struct {
		name string
		a    *audit.Audit
		o    report.Options
		want string
	}{
		{"no Region", broken(), report.Options{Format: report.ASFF}, "format asff needs the Region of the Security Hub that takes the findings"},
		{"a wrong Region", broken(), report.Options{Format: report.ASFF, HubRegion: "EU"}, "--security-hub-region EU is no Region of AWS"},
		{"a Region for nothing", broken(), report.Options{Format: report.CSV, HubRegion: hubRegion}, "--security-hub-region is for format asff, and the format is csv"},
		{"no time", timeless, report.Options{Format: report.ASFF, HubRegion: hubRegion}, "format asff needs the time of the audit, and none of its sources has one"},
		{"no time", timeless, report.Options{Format: report.OCSF}, "format ocsf needs the time of the audit, and none of its sources has one"},
		{"no account", nameless, report.Options{Format: report.ASFF, HubRegion: hubRegion}, "format asff needs accounts, and the audit names none"},
	}
	for _, tt := range tests {
		err := report.Audit(io.Discard, tt.a, tt.o)
		problem, ok := errors.AsType[*diag.Diagnostic](err)
		if !ok || problem.Error() != tt.want || problem.Hint.String() == "" {
			t.Errorf("%s: %v, want %s, with a hint", tt.name, err, tt.want)
		}
	}
}

// checkVisible fails if a text that was decoded holds what nobody sees. It stands
// inside a line, so that it begins none.
func checkVisible(t testing.TB, s string) {
	t.Helper()
	checkTerminal(t, "|"+s)
}

// checkStrings checks every text of a JSON value.
func checkStrings(t testing.TB, v any) {
	t.Helper()
	switch v := v.(type) {
	case string:
		checkVisible(t, v)
	case []any:
		for _, e := range v {
			checkStrings(t, e)
		}
	case map[string]any:
		for _, e := range v {
			checkStrings(t, e)
		}
	}
}

// decode reads JSON that must be one value, without unknown fields.
func decode(t testing.TB, data string, v any) {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		t.Fatalf("%v in %.300s", err, data)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		t.Fatalf("there is more after %.300s", data)
	}
}

// A junitCase is what a CI system reads of one.
type junitCase struct {
	Name    string       `xml:"name,attr"`
	Class   string       `xml:"classname,attr"`
	Skipped *junitReason `xml:"skipped"`
	Error   *junitReason `xml:"error"`
	Failure *junitReason `xml:"failure"`
	Out     string       `xml:"system-out"`
}

type junitReason struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Errors   int         `xml:"errors,attr"`
	Skipped  int         `xml:"skipped,attr"`
	Cases    []junitCase `xml:"testcase"`
}

// outcome is how a CI system shows a case.
func (c junitCase) outcome() string {
	var l []string
	for name, r := range map[string]*junitReason{"skipped": c.Skipped, "error": c.Error, "failure": c.Failure} {
		if r != nil {
			l = append(l, name)
		}
	}
	if len(l) == 0 {
		return "passed"
	}
	return strings.Join(l, "+")
}

func checkJUnit(t testing.TB, out string) []junitSuite {
	t.Helper()
	var d struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Errors   int          `xml:"errors,attr"`
		Skipped  int          `xml:"skipped,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	if err := xml.Unmarshal([]byte(out), &d); err != nil { // strict
		t.Fatalf("%v in %.300s", err, out)
	}
	count := map[string]int{}
	for _, s := range d.Suites {
		own := map[string]int{}
		checkVisible(t, s.Name)
		for _, c := range s.Cases {
			own[c.outcome()]++
			for _, text := range []string{c.Name, c.Class, c.Out} {
				checkVisible(t, text)
			}
			if c.Name == "" || c.Class == "" {
				t.Errorf("a case of %s has no name", s.Name)
			}
		}
		want := [4]int{len(s.Cases), own["failure"], own["error"], own["skipped"]}
		if got := [4]int{s.Tests, s.Failures, s.Errors, s.Skipped}; got != want || len(s.Cases) == 0 {
			t.Errorf("suite %s counts %v, and has %v", s.Name, got, want)
		}
		for k, n := range own {
			count[k] += n
		}
	}
	got, want := [3]int{d.Failures, d.Errors, d.Skipped}, [3]int{count["failure"], count["error"], count["skipped"]}
	if got != want || d.Tests != count["failure"]+count["error"]+count["skipped"]+count["passed"] {
		t.Errorf("the suites count %d, %v, and have %v", d.Tests, got, count)
	}
	return d.Suites
}

// TestJUnitOutcomes shows how each kind of finding counts. A gap that --fail-on
// does not name is skipped, never a pass; what nobody knows is an error.
func TestJUnitOutcomes(t *testing.T) {
	outcomes := func(a *audit.Audit, o report.Options) map[string]string {
		o.Format = report.JUnit
		got := map[string]string{}
		for _, s := range checkJUnit(t, auditAs(t, a, o)) {
			for _, c := range s.Cases {
				got[s.Name+" | "+c.Name] = c.outcome()
			}
		}
		return got
	}
	const orders = "orders, from acme-orders to acme-orders-copy | "
	want := map[string]string{
		orders + "permission-missing s3:ReplicateObject: destination-bucket-policy arn:aws:s3:::acme-orders-copy": "failure",
		orders + "permission-missing s3:ReplicateDelete: destination-bucket-policy arn:aws:s3:::acme-orders-copy": "skipped",
	}
	got := outcomes(lived(), report.Options{})
	for name, outcome := range want {
		if got[name] != outcome {
			t.Errorf("%s: %q, want %q", name, got[name], outcome)
		}
	}
	for name, outcome := range map[string]string{
		"audit | complete":            "error",
		orders + "permission-blocked": "skipped",
		"Not about one rule | read-denied: destination-bucket-policy arn:aws:s3:::acme-orders-copy": "error",
	} {
		got := outcomes(incomplete(), report.Options{})
		found := ""
		for full, o := range got {
			if strings.HasPrefix(full, name) {
				found = o
			}
		}
		if found != outcome {
			t.Errorf("%s: %q, want %q, of %v", name, found, outcome, got)
		}
	}
	if got := outcomes(empty(), report.Options{}); got["audit | decided"] != "error" {
		t.Errorf("an audit that decided nothing has %v, want an error", got)
	}
	wide := "Not about one rule | permission-surplus s3:GetBucketVersioning: role-policy " + role
	if a, b := outcomes(broken(), report.Options{})[wide], outcomes(broken(), report.Options{FailOn: []string{"any"}})[wide]; a != "skipped" || b != "failure" {
		t.Errorf("surplus counts as %q, and as %q with --fail-on any; want skipped and failure", a, b)
	}
	none := outcomes(lived(), report.Options{FailOn: []string{"none"}})
	missing := orders + "permission-missing s3:ReplicateObject: destination-bucket-policy arn:aws:s3:::acme-orders-copy"
	if got := none[missing]; got != "skipped" {
		t.Errorf("with --fail-on none, a permission that is missing is %q, want skipped: nothing is granted by not counting it", got)
	}
	whole := broken() // what makes the rule fail is about no rule
	whole.Findings = []audit.Finding{whole.Findings[0], {ID: "b", Check: "failures-unseen", Outcome: audit.Advice, Rule: "orders", From: "acme-orders", To: "acme-orders-copy"}}
	whole.Findings[0].Rule, whole.Findings[0].From, whole.Findings[0].To = "", "", ""
	for failOn, want := range map[string]string{"missing": "failure", "none": "skipped"} {
		if got := outcomes(whole, report.Options{All: true, FailOn: []string{failOn}})[orders+"replicates"]; got != want {
			t.Errorf("--fail-on %s: a rule that fails for a finding of another suite is %q, want %q", failOn, got, want)
		}
	}
	if got := outcomes(clean(), report.Options{}); !reflect.DeepEqual(got, map[string]string{orders + "replicates": "passed"}) {
		t.Errorf("a clean audit has %v, want one case that passes", got)
	}
}

// csvColumns are a promise: scripts name them.
const csvColumns = "id,check,outcome,severity,group,coverage,status,rule,from,to,origin,account,document,target,principal,action,resource,witness," +
	"failure_code,message,fix,statement,accepted,requirements,assuming,file,line,column,planned,source,controls"

func TestCSVColumns(t *testing.T) {
	rows := checkCSV(t, auditAs(t, lived(), report.Options{Format: report.CSV}))
	if diff := cmp.Diff(csvColumns, strings.Join(rows[0], ",")); diff != "" {
		t.Errorf("the columns differ (-want +got):\n%s", diff)
	}
	if got, want := len(rows), 1+len(lived().Findings); got != want {
		t.Errorf("%d rows, want %d", got, want)
	}
	all := checkCSV(t, auditAs(t, lived(), report.Options{Format: report.CSV, All: true}))
	last := all[len(all)-1]
	if len(all) != len(rows)+1 || last[2] != "granted" || last[1] != "" {
		t.Errorf("with --all the last of %d rows is %q, want what is granted", len(all), last)
	}
}

// TestCSVGuard shows what is written of a cell that a spreadsheet would run.
func TestCSVGuard(t *testing.T) {
	for value, want := range map[string]string{
		"=1+1": "'=1+1", "-o": "'-o", "+x": "'+x", "@x": "'@x", "\t=1": `'\u0009=1`, "\rx": `'\u000Dx`, " =1": "' =1", "＝1": "'＝1",
		"a=1": "a=1", "arn:aws:s3:::b": "arn:aws:s3:::b", "1-2": "1-2", `say "x"`: `say "x"`, "": "",
	} {
		a := broken()
		a.Findings = a.Findings[:1]
		a.Findings[0].Rule = value
		rows := checkCSV(t, auditAs(t, a, report.Options{Format: report.CSV}))
		if got := rows[1][7]; got != want {
			t.Errorf("%q becomes %q, want %q", value, got, want)
		}
	}
}

func BenchmarkMachines(b *testing.B) {
	a := many(5_000)
	for _, format := range slices.Sorted(maps.Keys(machines)) {
		b.Run(fmt.Sprintf("%s-5000", format), func(b *testing.B) {
			size := 0
			for b.Loop() {
				size = len(auditAs(b, a, machineOptions(format)))
			}
			b.ReportMetric(float64(size), "bytes")
		})
	}
}
