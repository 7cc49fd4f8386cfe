package audit_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/replication"
)

func TestStatus(t *testing.T) {
	const extra = `{"Effect": "Allow", "Action": "s3:ReplicateDelete", "Resource": "arn:aws:s3:::acme-logs-copy/*"}`
	const dangerous = `{"Effect": "Allow", "Action": "s3:PutBucketPolicy", "Resource": "arn:aws:s3:::acme-logs-copy"}`
	perhaps := deny(`"s3:*"`, `{"BoolIfExists": {"aws:SecureTransport": "false"}}`)
	lost := put(dstPolicy, "null")
	off := rule(func(r *replication.Rule) { r.Enabled = false })
	for _, c := range []struct {
		name   string
		edits  []edit
		failOn string
		allow  bool
		want   int
	}{
		{"clean", nil, "", false, audit.StatusClean},
		{"missing", []edit{lost}, "", false, audit.StatusGaps},
		{"missing, nothing named", []edit{lost}, "none", false, audit.StatusClean},
		{"missing, another named", []edit{lost}, "blocked", false, audit.StatusClean},
		{"missing, its check named", []edit{lost}, "permission-missing", false, audit.StatusGaps},
		{"missing, its severity named", []edit{lost}, "critical", false, audit.StatusGaps},
		{"missing, another severity named", []edit{lost}, "high", false, audit.StatusClean},
		{"advice, any", []edit{put(dstPolicy, document(`{"Effect": "Allow", "Principal": {"AWS": "`+roleARN+`"}, "Action": "s3:ReplicateObject", "Resource": "arn:aws:s3:::acme-logs-copy/*"}`))}, "any", false, audit.StatusGaps},
		{"wider", []edit{with(rolePolicy, extra)}, "", false, audit.StatusClean},
		{"wider, named", []edit{with(rolePolicy, extra)}, "wider", false, audit.StatusGaps},
		{"wider, surplus named", []edit{with(rolePolicy, extra)}, "surplus", false, audit.StatusGaps},
		{"dangerous", []edit{with(rolePolicy, dangerous)}, "", false, audit.StatusGaps},
		{"unknown", []edit{perhaps}, "", false, audit.StatusIncomplete},
		{"unknown, allowed", []edit{perhaps}, "", true, audit.StatusClean},
		{"unknown, named", []edit{perhaps}, "unknown", true, audit.StatusGaps},
		{"unknown and missing", []edit{perhaps, put(rolePolicy, document(readBucket, readObjects))}, "", false, audit.StatusGaps},
		{"unknown and missing, missing not named", []edit{perhaps, put(rolePolicy, document(readBucket, readObjects, strings.ReplaceAll(write, "copy/*", "copy/a/*")))}, "blocked", false, audit.StatusIncomplete},
		{"nothing could be read", []edit{drop(own), drop(foreign)}, "", true, audit.StatusIncomplete},
		{"no reading", []edit{put(dstPolicy, `{"Statement": 1}`)}, "none", false, audit.StatusIncomplete},
		{"every rule is disabled", []edit{off, put(config, "null")}, "", false, audit.StatusClean},
		{"no role", []edit{noSpec, put(config+" > Role", `""`)}, "", false, audit.StatusGaps},
		{"no role, nothing named", []edit{noSpec, put(config+" > Role", `""`)}, "none", false, audit.StatusClean},
		{"nothing to audit", []edit{noSpec, put(config, "null")}, "", true, audit.StatusIncomplete},
	} {
		w := clean(t)
		for _, e := range c.edits {
			e(w)
		}
		failOn := audit.DefaultFailOn
		if c.failOn != "" {
			words, err := audit.ParseFailOn(c.failOn)
			if err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
			failOn = words
		}
		out := w.audit()
		if got := out.Status(failOn, c.allow); got != c.want {
			t.Errorf("%s: status %d, want %d; it finds %v", c.name, got, c.want, lines(out))
		}
	}
}

// TestStatusOfKnown sees that what a baseline knows does not count.
func TestStatusOfKnown(t *testing.T) {
	w := clean(t)
	w.put(dstPolicy, "null")
	out := w.audit()
	for i := range out.Findings {
		out.Findings[i].Status = "known"
	}
	if got := out.Status(audit.DefaultFailOn, false); got != audit.StatusClean {
		t.Errorf("status %d with known findings only, want %d", got, audit.StatusClean)
	}
}

func TestParseFailOn(t *testing.T) {
	for s, want := range map[string][]string{
		"missing":                     {"missing"},
		" missing , critical,wider":   {"missing", "critical", "wider"},
		"trust-missing,informational": {"trust-missing", "informational"},
		"none":                        {"none"},
		"any":                         {"any"},
		"":                            nil,
		"mising":                      nil,
		"missing,":                    nil,
		"missing,none":                nil,
	} {
		got, err := audit.ParseFailOn(s)
		if (err != nil) != (want == nil) || !slices.Equal(got, want) {
			t.Errorf("ParseFailOn(%q) = %v, %v, want %v", s, got, err, want)
		}
	}
}

// TestChecks sees that the table of checks is whole.
func TestChecks(t *testing.T) {
	if len(audit.Checks) == 0 {
		t.Fatal("no checks")
	}
	seen := map[string]bool{}
	for _, c := range audit.Checks {
		if seen[c.Name] || c.Name == "" || c.Outcome == "" || c.English == "" {
			t.Errorf("check %+v is there twice or lacks something", c)
		}
		seen[c.Name] = true
		if _, err := audit.ParseFailOn(c.Name); err != nil {
			t.Errorf("--fail-on does not take %s: %v", c.Name, err)
		}
	}
}
