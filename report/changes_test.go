package report_test

import (
	"bytes"
	"reflect"
	"strings"
	"testing"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/report"
)

func changesAs(t testing.TB, d *audit.Difference, o report.Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := report.Changes(&b, d, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func compared(t testing.TB, before, now *audit.Audit) *audit.Difference {
	t.Helper()
	d, err := audit.Compare(before, now)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestChangesSayEverything: what an audit says of a finding, a comparison says too.
func TestChangesSayEverything(t *testing.T) {
	for _, format := range []string{report.Text, report.Markdown} {
		for _, want := range []struct {
			name        string
			before, now *audit.Audit
			says        []string
		}{
			{"nothing changes", broken(), broken(), []string{"No change: both audits find the same.", "saved without --all"}},
			{"mended", broken(), clean(), []string{"Gone", "fails", "replicates", "The new audit is complete"}},
			{"broken", clean(), broken(), []string{"New", "permission-missing"}},
			{"not read", broken(), incomplete(), []string{"The new audit is incomplete", "Not known any more"}},
		} {
			got := strings.Join(strings.Fields(changesAs(t, compared(t, want.before, want.now), report.Options{Format: format})), " ")
			for _, s := range want.says {
				if !strings.Contains(got, s) {
					t.Errorf("%s as %s does not say %q:\n%s", want.name, format, s, got)
				}
			}
		}
	}
}

// TestHostileChanges: nothing that somebody named gets out of its place.
func TestHostileChanges(t *testing.T) {
	for _, s := range hostile {
		for _, d := range hostileChanges(t, s) {
			checkTerminal(t, changesAs(t, d, report.Options{All: true, Width: 60}))
			checkMarkdown(t, changesAs(t, d, report.Options{Format: report.Markdown}))
		}
		if t.Failed() {
			t.Fatalf("after %q", s)
		}
	}
}

// hostileChanges are comparisons with s in every field of either audit, and one
// with s in every field of its own.
func hostileChanges(t testing.TB, s string) []*audit.Difference {
	t.Helper()
	old := broken()
	fill(reflect.ValueOf(old), s, true)
	old.Tool.Name = "repligrant"
	whole := &audit.Difference{}
	fill(reflect.ValueOf(whole), s, false)
	return []*audit.Difference{compared(t, old, clean()), compared(t, incomplete(), old), whole}
}

// FuzzChanges compares what can be read as an audit: the comparison never fails
// over what is in it, an audit is the same as itself, and nothing leaks.
func FuzzChanges(f *testing.F) {
	small := clean()
	small.Findings = incomplete().Findings[1:]
	for _, a := range []*audit.Audit{small, empty(), clean()} {
		f.Add([]byte(auditAs(f, a, report.Options{Format: report.JSON})), []byte(auditAs(f, small, report.Options{Format: report.JSON})))
	}
	f.Fuzz(func(t *testing.T, before, now []byte) {
		was, wrongOld := report.ReadAudit("old.json", before)
		is, wrongNew := report.ReadAudit("new.json", now)
		if wrongOld != nil || wrongNew != nil {
			return
		}
		d, err := audit.Compare(was, is)
		if err != nil {
			return // another tool
		}
		if n := d.Summary.New + d.Summary.Changed + d.Summary.Same; n != len(is.Findings) {
			t.Errorf("%d of %d findings of the new audit are compared", n, len(is.Findings))
		}
		checkTerminal(t, changesAs(t, d, report.Options{All: true}))
		checkMarkdown(t, changesAs(t, d, report.Options{Format: report.Markdown}))
		changesAs(t, d, report.Options{Format: report.JSON})
		if named(was) {
			if d, err := audit.Compare(was, was); err != nil || d.Summary.New+d.Summary.Gone+d.Summary.Undecided > 0 {
				t.Errorf("an audit against itself: %+v, %v", d.Summary, err)
			}
		}
	})
}

// named reports whether every finding has an ID, as all that audit writes have.
func named(a *audit.Audit) bool {
	for _, f := range a.Findings {
		if f.ID == "" {
			return false
		}
	}
	return true
}

// TestSchemaOf finds the schema wherever it stands, and none in what is no object.
func TestSchemaOf(t *testing.T) {
	for data, want := range map[string]string{
		`{"schema": "a/v1"}`:                    "a/v1",
		`{"x": {"schema": "b"}, "schema": "a"}`: "a",
		`{"schema": "a", "cut off": [`:          "a",
		`{"x": [`:                               "",
		`{"schema": 1}`:                         "",
		`[{"schema": "a"}]`:                     "",
		``:                                      "",
		"\xff\xfe":                              "",
		`{"x": 1}`:                              "",
		`{"schema": null}`:                      "",
	} {
		if got := report.SchemaOf([]byte(data)); got != want {
			t.Errorf("SchemaOf(%s) = %q, want %q", data, got, want)
		}
	}
}
