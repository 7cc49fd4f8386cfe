package report_test

import (
	"encoding/csv"
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// A sarifLog has all that is written of SARIF, so that what the standard does not
// know does not get in. See
// https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html.
type sarifLog struct {
	Schema  string     `json:"$schema"`
	Version string     `json:"version"`
	Runs    []sarifRun `json:"runs"`
}

type sarifText struct{ Text, Markdown string }

type sarifRule struct {
	ID                                      string
	ShortDescription, FullDescription, Help sarifText
	HelpURI                                 string
	DefaultConfiguration                    struct{ Level string }
	Properties                              struct {
		Tags             []string
		Precision        string
		ProblemSeverity  string `json:"problem.severity"`
		SecuritySeverity string `json:"security-severity"`
	}
}

type sarifRun struct {
	Tool struct {
		Driver struct {
			Name, Version, SemanticVersion, InformationURI string

			Rules         []sarifRule
			Notifications []sarifRule
		}
	}
	AutomationDetails struct{ ID string }
	Invocations       []sarifInvocation
	ColumnKind        string
	Results           []sarifResult
}

type sarifInvocation struct {
	EndTimeUTC                 string
	ExecutionSuccessful        bool
	ExitCode                   int
	ExitCodeDescription        string
	ToolExecutionNotifications []struct {
		Descriptor struct {
			ID    string
			Index int
		}
		Level   string
		Message sarifText
	}
}

type sarifLocation struct {
	ID               int
	PhysicalLocation struct {
		ArtifactLocation struct{ URI string }
		Region           struct{ StartLine, StartColumn, EndLine, EndColumn int }
	}
	LogicalLocations []struct{ FullyQualifiedName, Kind string }
	Message          sarifText
}

type sarifResult struct {
	RuleID              string
	RuleIndex           int
	Kind, Level         string
	Message             sarifText
	Locations           []sarifLocation
	RelatedLocations    []sarifLocation
	PartialFingerprints map[string]string
	BaselineState       string
	Suppressions        []struct{ Kind, Status, Justification string }
	Properties          map[string]any
}

// checkSARIF checks a log against the standard and the limits of GitHub.
//
// See https://docs.github.com/en/code-security/code-scanning/troubleshooting-sarif-uploads/results-exceed-limit.
func checkSARIF(t testing.TB, out string) sarifRun {
	t.Helper()
	var l sarifLog
	decode(t, out, &l)
	checkStrings(t, without(t, out))
	if l.Version != "2.1.0" || !strings.HasSuffix(l.Schema, "sarif-schema-2.1.0.json") || len(l.Runs) != 1 {
		t.Fatalf("version %s, schema %s, %d runs", l.Version, l.Schema, len(l.Runs))
	}
	r := l.Runs[0]
	if d := r.Tool.Driver; d.Name != "repligrant" || len(r.Invocations) != 1 || r.ColumnKind != "unicodeCodePoints" || !strings.HasSuffix(r.AutomationDetails.ID, "/") {
		t.Errorf("tool %s, %d invocations, columns %s, category %s", d.Name, len(r.Invocations), r.ColumnKind, r.AutomationDetails.ID)
	}
	checkSARIFRules(t, r)
	if r.Results == nil || len(r.Results) > 5_000 {
		t.Errorf("%d results", len(r.Results))
	}
	seen := map[string]bool{}
	for _, x := range r.Results {
		checkSARIFResult(t, r, x)
		if hash := x.PartialFingerprints["primaryLocationLineHash"]; hash == "" || seen[hash] {
			t.Errorf("%q is the hash of two results, or of none", hash)
		} else {
			seen[hash] = true
		}
	}
	i := r.Invocations[0]
	if _, err := time.Parse(time.RFC3339, i.EndTimeUTC); i.EndTimeUTC != "" && err != nil || !slices.Contains([]int{0, 1, 3}, i.ExitCode) {
		t.Errorf("the invocation ended at %q with %d", i.EndTimeUTC, i.ExitCode)
	}
	for _, n := range i.ToolExecutionNotifications {
		if r.Tool.Driver.Notifications[n.Descriptor.Index].ID != n.Descriptor.ID || n.Message.Text == "" {
			t.Errorf("notification %+v is not one of the driver's", n)
		}
	}
	return r
}

// without is a run without its rules, of which checkSARIFRules sees the texts.
func without(t testing.TB, out string) any {
	t.Helper()
	var l struct {
		Runs []struct{ Invocations, Results any }
	}
	if err := json.Unmarshal([]byte(out), &l); err != nil {
		t.Fatal(err)
	}
	return []any{l.Runs[0].Invocations, l.Runs[0].Results}
}

func checkSARIFRules(t testing.TB, r sarifRun) {
	t.Helper()
	ids := map[string]bool{}
	for _, x := range r.Tool.Driver.Rules {
		score, err := strconv.ParseFloat(x.Properties.SecuritySeverity, 64)
		switch {
		case ids[x.ID] || x.ID == "":
			t.Errorf("rule %q is there twice, or has no name", x.ID)
		case x.ShortDescription.Text == "" || x.Help.Text == "" || utf8.RuneCountInString(x.FullDescription.Text) > 1_000 || utf8.RuneCountInString(x.ShortDescription.Text) > 1_000:
			t.Errorf("rule %s is not described, or too long", x.ID)
		case err != nil || score <= 0 || score > 10:
			t.Errorf("rule %s has security severity %q", x.ID, x.Properties.SecuritySeverity)
		case len(x.Properties.Tags) > 10 || !slices.Contains(x.Properties.Tags, "security"):
			t.Errorf("rule %s has tags %q", x.ID, x.Properties.Tags)
		case !slices.Contains([]string{"error", "warning", "note"}, x.DefaultConfiguration.Level):
			t.Errorf("rule %s has level %q", x.ID, x.DefaultConfiguration.Level)
		}
		ids[x.ID] = true
		checkVisible(t, x.ID+x.ShortDescription.Text)
	}
}

func checkSARIFResult(t testing.TB, r sarifRun, x sarifResult) {
	t.Helper()
	if x.RuleIndex >= len(r.Tool.Driver.Rules) || r.Tool.Driver.Rules[x.RuleIndex].ID != x.RuleID {
		t.Errorf("rule %d is not %s", x.RuleIndex, x.RuleID)
	}
	if (x.Kind == "") == (x.Level == "") || x.Kind != "" && x.Kind != "open" || x.Level != "" && !slices.Contains([]string{"error", "warning", "note"}, x.Level) {
		t.Errorf("kind %q with level %q", x.Kind, x.Level)
	}
	if x.Message.Text == "" || strings.Contains(x.Message.Text, "](") || regexp.MustCompile(`(^|[^{])\{[0-9]+\}($|[^}])`).MatchString(x.Message.Text) {
		t.Errorf("the message is empty, or holds what SARIF reads: %q", x.Message.Text)
	}
	if len(x.Locations) != 1 {
		t.Errorf("%d locations", len(x.Locations))
	}
	for _, l := range slices.Concat(x.Locations, x.RelatedLocations) {
		checkSARIFLocation(t, l)
	}
}

func checkSARIFLocation(t testing.TB, l sarifLocation) {
	t.Helper()
	uri, at := l.PhysicalLocation.ArtifactLocation.URI, l.PhysicalLocation.Region
	u, err := url.Parse(uri)
	if err != nil || uri == "" || u.IsAbs() || u.Host != "" || u.RawQuery != "" || u.Fragment != "" || strings.HasPrefix(uri, "/") || slices.Contains(strings.Split(uri, "/"), "..") {
		t.Errorf("%q is not the path of a file in the repository: %v", uri, err)
	}
	if at.StartLine < 1 || at.StartColumn < 1 || at.EndLine != at.StartLine || at.EndColumn <= at.StartColumn {
		t.Errorf("%s: region %+v", uri, at)
	}
}

// checkCSV reads a table as RFC 4180 has it, and fails where a spreadsheet would
// run a cell. It returns the rows.
func checkCSV(t testing.TB, out string) [][]string {
	t.Helper()
	for line := range strings.Lines(out) {
		if !strings.HasPrefix(line, `"`) || !strings.HasSuffix(line, "\"\r\n") {
			t.Fatalf("a line is not a row of quoted fields: %q", line)
		}
	}
	rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	if err != nil || len(rows) == 0 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for _, row := range rows {
		for _, cell := range row {
			checkVisible(t, cell)
			if trimmed := strings.TrimLeft(cell, " \u00a0\t\r\n"); trimmed != "" && strings.ContainsAny(trimmed[:1], "=+-@") || utf8.RuneCountInString(cell) > 32_767 {
				t.Errorf("a spreadsheet runs %.100q, or does not hold it", cell)
			}
		}
	}
	return rows
}

// records reads JSON lines.
func records(t testing.TB, out string) []map[string]any {
	t.Helper()
	var l []map[string]any
	for line := range strings.Lines(out) {
		var v map[string]any
		decode(t, line, &v)
		checkStrings(t, v)
		l = append(l, v)
	}
	return l
}

// at is the value below a path of keys.
func at(v any, path string) any {
	for key := range strings.SplitSeq(path, ".") {
		m, _ := v.(map[string]any)
		v = m[key]
	}
	return v
}

// required are what every Compliance Finding has, by the schema of OCSF 1.3.0:
// those of the event, of the profile cloud, and of the objects in it.
//
// See https://github.com/ocsf/ocsf-schema/tree/v1.3.0.
var required = []string{
	"activity_id", "category_uid", "class_uid", "type_uid", "severity_id", "time", "metadata.version", "metadata.product.vendor_name", "metadata.product.name",
	"metadata.profiles", "cloud.provider", "finding_info.uid", "finding_info.title", "finding_info.analytic.type_id", "compliance.standards", "compliance.status_id", "compliance.control",
}

func checkOCSF(t testing.TB, out string) []map[string]any {
	t.Helper()
	events := records(t, out)
	for _, e := range events {
		for _, path := range required {
			if v := at(e, path); v == nil || v == "" {
				t.Errorf("%s is missing in %v", path, e)
			}
		}
		if at(e, "category_uid") != 2.0 || at(e, "class_uid") != 2003.0 || at(e, "type_uid") != 200301.0 || at(e, "activity_id") != 1.0 || at(e, "metadata.version") != "1.3.0" {
			t.Errorf("this is no new Compliance Finding of 1.3.0: %v", e)
		}
		if s, _ := at(e, "severity_id").(float64); s < 0 || s > 5 {
			t.Errorf("severity %v", s)
		}
		if !slices.Contains([]any{1.0, 2.0, 3.0, 99.0}, at(e, "compliance.status_id")) || !slices.Contains([]any{nil, 1.0, 3.0, 99.0}, at(e, "status_id")) {
			t.Errorf("compliance status %v, status %v", at(e, "compliance.status_id"), at(e, "status_id"))
		}
		if ms, _ := at(e, "time").(float64); ms < 1e12 || ms > 1e13 {
			t.Errorf("time %v is not in milliseconds", ms)
		}
		if l, _ := at(e, "compliance.standards").([]any); len(l) == 0 {
			t.Error("there is no standard")
		}
		if l, _ := at(e, "resources").([]any); len(l) != 1 || at(l[0], "uid") == "" {
			t.Errorf("resources %v", l)
		}
		if r := at(e, "remediation"); r != nil && at(r, "desc") == "" {
			t.Error("the remediation says nothing")
		}
	}
	return events
}

// limits are the longest that a field of ASFF may be.
//
// See https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_AwsSecurityFinding.html.
var limits = map[string]int{
	"Id": 512, "ProductArn": 2048, "ProductName": 128, "CompanyName": 128, "GeneratorId": 512, "AwsAccountId": 12, "Title": 256, "Description": 1024,
	"Severity.Original": 64, "SchemaVersion": 10, "CreatedAt": 24, "UpdatedAt": 24, "FindingProviderFields.Severity.Original": 64,
}

var asffRequired = []string{"SchemaVersion", "Id", "ProductArn", "GeneratorId", "AwsAccountId", "CreatedAt", "UpdatedAt", "Title", "Description", "Severity.Label", "FindingProviderFields.Severity.Label"}

// asffFindings checks requests as BatchImportFindings does, and returns findings.
func checkASFF(t testing.TB, out string) []map[string]any {
	t.Helper()
	var all []map[string]any
	for line := range strings.Lines(out) {
		if len(line) > 6_000_000 {
			t.Errorf("a request has %d bytes", len(line))
		}
	}
	for _, r := range records(t, out) {
		l, _ := r["Findings"].([]any)
		if len(l) == 0 || len(l) > 100 || len(r) != 1 {
			t.Errorf("a request has %d findings", len(l))
		}
		for _, v := range l {
			f, _ := v.(map[string]any)
			checkASFFFinding(t, f)
			if f["AwsAccountId"] != at(l[0], "AwsAccountId") {
				t.Errorf("a request speaks for %v and %v", f["AwsAccountId"], at(l[0], "AwsAccountId"))
			}
			all = append(all, f)
		}
	}
	return all
}

func checkASFFFinding(t testing.TB, f map[string]any) {
	t.Helper()
	for _, path := range asffRequired {
		if s, _ := at(f, path).(string); strings.TrimSpace(s) == "" {
			t.Errorf("%s is missing", path)
		}
	}
	for path, n := range limits {
		if s, _ := at(f, path).(string); len(s) > n {
			t.Errorf("%s has %d bytes, and may have %d", path, len(s), n)
		}
	}
	account, _ := f["AwsAccountId"].(string)
	if want := "arn:aws:securityhub:" + hubRegion + ":" + account + ":product/" + account + "/default"; f["ProductArn"] != want || len(account) != 12 {
		t.Errorf("ProductArn is %v, want %s", f["ProductArn"], want)
	}
	for _, path := range []string{"CreatedAt", "UpdatedAt"} {
		s, _ := f[path].(string)
		if _, err := time.Parse("2006-01-02T15:04:05.000Z", s); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
	if text := at(f, "Remediation.Recommendation.Text"); f["Remediation"] != nil && (text == "" || len(text.(string)) > 512) {
		t.Errorf("the recommendation is %v", text)
	}
	fields, _ := f["ProductFields"].(map[string]any)
	for k, v := range fields {
		if s, _ := v.(string); strings.TrimSpace(s) == "" || len(s) > 2048 || len(k) > 128 {
			t.Errorf("field %q has %d bytes", k, len(s))
		}
	}
	requirements, _ := at(f, "Compliance.RelatedRequirements").([]any)
	resources, _ := f["Resources"].([]any)
	if len(fields) > 50 || len(requirements) > 32 || len(resources) != 1 || at(resources[0], "Id") == "" || at(resources[0], "Type") == "" {
		t.Errorf("%d fields, %d requirements, resources %v", len(fields), len(requirements), resources)
	}
	data, err := json.Marshal(f)
	if err != nil || len(data) > 240_000 {
		t.Errorf("a finding has %d bytes, %v", len(data), err)
	}
}
