package audit_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/suppress"
)

const today = "2026-11-22"

// unwritable is a set-up in which replicas do not arrive, and the role may too much.
func unwritable(t testing.TB) *world {
	t.Helper()
	w := clean(t)
	w.put(dstPolicy, "null")
	with(rolePolicy, `{"Effect": "Allow", "Action": "s3:DeleteObject", "Resource": "arn:aws:s3:::acme-logs-copy/*"}`)(w)
	return w
}

func statuses(out *audit.Audit) []string {
	var l []string
	for _, f := range out.Findings {
		l = append(l, strings.TrimSpace(f.Check+" "+f.Action+" "+f.Status))
	}
	return l
}

// status is the exit status by default.
func status(out *audit.Audit) int { return out.Status(audit.DefaultFailOn, false) }

// TestSuppress: who lives with a finding says which, and nothing else is suppressed.
func TestSuppress(t *testing.T) {
	const (
		object = "permission-missing s3:ReplicateObject"
		remove = "permission-surplus s3:DeleteObject"
		tags   = "permission-advised s3:ReplicateTags"
	)
	id := ""
	for _, f := range unwritable(t).audit().Findings {
		if f.Check == "permission-surplus" {
			id = f.ID
		}
	}
	entry := func(e suppress.Entry) suppress.Entry {
		e.Reason, e.Owner, e.Expires = "r", "o", "2027-03-31"
		return e
	}
	for _, tt := range []struct {
		name  string
		entry suppress.Entry
		want  []string
	}{
		{"one finding", suppress.Entry{Finding: id}, []string{object, remove + " suppressed", tags}},
		{"a check", suppress.Entry{Check: "permission-missing"}, []string{object + " suppressed", remove, tags}},
		{"a check of a bucket", suppress.Entry{Check: "permission-missing", From: "acme-logs"}, []string{object + " suppressed", remove, tags}},
		{"of another bucket", suppress.Entry{Check: "permission-missing", From: "acme-logs-copy"}, []string{object, remove, tags}},
		{"of a rule", suppress.Entry{Check: "permission-missing", Rule: "logs"}, []string{object + " suppressed", remove, tags}},
		{"of another rule", suppress.Entry{Check: "permission-missing", Rule: "log"}, []string{object, remove, tags}},
		{"of an account", suppress.Entry{Check: "permission-missing", Account: foreign}, []string{object + " suppressed", remove, tags}},
		{"of another account", suppress.Entry{Check: "permission-missing", Account: own}, []string{object, remove, tags}},
	} {
		out := unwritable(t).audit()
		out.Suppress([]suppress.Entry{entry(tt.entry)}, today)
		if diff := cmp.Diff(tt.want, statuses(out)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
		n := strings.Count(strings.Join(tt.want, " "), audit.Suppressed)
		s := out.Summary.Findings
		if out.Exceptions[0].Findings != n || s.Suppressed != n || s.Suppressed+s.Missing+s.Surplus+s.Advice != 3 {
			t.Errorf("%s: %d are suppressed; the entry counts %d, the summary is %+v", tt.name, n, out.Exceptions[0].Findings, s)
		}
	}
}

// TestSuppressAll: an audit whose findings are all suppressed ends well, and its
// requirements and verdicts say what is so.
func TestSuppressAll(t *testing.T) {
	out := unwritable(t).audit()
	before := out.Summary
	entries := []suppress.Entry{
		{Check: "permission-missing", Reason: "r", Owner: "o", Expires: today}, // the last day on which it holds
		{Check: "permission-surplus", Reason: "r", Owner: "o", Expires: "2027-03-31"},
	}
	out.Suppress(entries, today)
	if got := status(out); got != audit.StatusClean {
		t.Errorf("the status is %d with %v", got, statuses(out))
	}
	if out.Summary.Requirements != before.Requirements || out.Summary.Rules != before.Rules || out.Rules[0].Verdict != audit.Fails {
		t.Errorf("requirements and rules were %+v, and are %+v, %v", before, out.Summary, out.Rules)
	}
	out.Suppress(entries, "2026-11-23") // the day after
	want := []string{"permission-missing s3:ReplicateObject", "permission-surplus s3:DeleteObject suppressed", "suppression-expired", "permission-advised s3:ReplicateTags"}
	if diff := cmp.Diff(want, statuses(out)); diff != "" || status(out) != audit.StatusGaps {
		t.Errorf("status %d; (-want +got):\n%s", status(out), diff)
	}
	out.Suppress(nil, today)
	if got := out.Summary; got != before || out.Exceptions != nil {
		t.Errorf("without entries nothing is suppressed: %+v, want %+v", got, before)
	}
}

// TestSuppressUnknown: what is unknown stays so, whoever lives with it.
func TestSuppressUnknown(t *testing.T) {
	w := clean(t)
	drop(dstPolicy)(w)
	out := w.audit()
	out.Suppress([]suppress.Entry{{Check: "read-denied", Reason: "r", Owner: "o", Expires: "2027-03-31"}}, today)
	if got := status(out); out.Summary.Findings.Suppressed != 1 || got != audit.StatusIncomplete {
		t.Errorf("an audit that did not read a policy exits with %d: %v", got, statuses(out))
	}
	if got := out.Status([]string{"unknown"}, true); got != audit.StatusClean {
		t.Errorf("where incomplete audits are allowed the status is %d", got)
	}
}

// TestAgainst: what an earlier audit has is known, and what it lacks is new.
func TestAgainst(t *testing.T) {
	old := unwritable(t)
	drop(rolePolicy)(old) // it has no surplus yet
	old.put(rolePolicy, document(readBucket, readObjects, write))
	baseline := old.audit()
	out := unwritable(t).audit()
	out.Against("baseline.json", baseline)
	want := []string{"permission-missing s3:ReplicateObject known", "permission-surplus s3:DeleteObject new", "permission-advised s3:ReplicateTags known"}
	if diff := cmp.Diff(want, statuses(out)); diff != "" || status(out) != audit.StatusGaps || out.Summary.Findings.Known != 2 {
		t.Errorf("status %d, %d known; (-want +got):\n%s", status(out), out.Summary.Findings.Known, diff)
	}
	out.Against("itself", unwritable(t).audit())
	if status(out) != audit.StatusClean || out.Summary.Findings.Known != 3 {
		t.Errorf("against itself the status is %d: %v", status(out), statuses(out))
	}
	baseline.Suppress([]suppress.Entry{{Check: "permission-missing", Reason: "r", Owner: "o", Expires: today}}, today)
	out.Against("suppressed", baseline)
	if got := statuses(out)[0]; got != "permission-missing s3:ReplicateObject new" {
		t.Errorf("what the baseline suppressed is not known from there: %s", got)
	}
}

// TestAgainstPartial: what failed for some objects and fails for all is new, and
// the other way round it is known.
func TestAgainstPartial(t *testing.T) {
	partial, all := clean(t), clean(t)
	partial.put(dstPolicy, document(strings.ReplaceAll(receive, "acme-logs-copy/*", "acme-logs-copy/2026/*")))
	all.put(dstPolicy, "null")
	worse, better := all.audit(), partial.audit()
	worse.Against("p", partial.audit())
	better.Against("a", all.audit())
	if got, want := statuses(worse)[0], "permission-missing s3:ReplicateObject new"; got != want {
		t.Errorf("what got worse is %q, want %q", got, want)
	}
	if got, want := statuses(better)[0], "permission-missing s3:ReplicateObject known"; got != want {
		t.Errorf("what got better is %q, want %q", got, want)
	}
}

// TestAll lists granted requirements, and what one cause leaves unknown one by one.
func TestAll(t *testing.T) {
	w := clean(t)
	drop(rolePolicy)(w)
	w.put(role+" > Errors", `{"GetRolePolicy": "AccessDenied"}`)
	drop(role + " > InlinePolicies")(w)
	folded := w.audit()
	w.input.All = true
	out := w.audit()
	if len(folded.Findings) != 1 || len(folded.Granted) != 0 || len(out.Granted) != out.Summary.Requirements.Granted {
		t.Fatalf("%d granted requirements are listed, %d are counted; folded there are %d", len(out.Granted), out.Summary.Requirements.Granted, len(folded.Granted))
	}
	var got []string
	for _, f := range out.Findings {
		got = append(got, f.Requirement)
		if f.Cause != folded.Findings[0].ID || f.ID == f.Cause {
			t.Errorf("%s is part of %q, want %q", f.ID, f.Cause, folded.Findings[0].ID)
		}
	}
	if diff := cmp.Diff(slices.Sorted(slices.Values(folded.Findings[0].Requirements)), slices.Sorted(slices.Values(got))); diff != "" || len(got) < 2 {
		t.Errorf("one by one (-folded +got):\n%s", diff)
	}
	if folded.Summary.Requirements != out.Summary.Requirements || status(out) != status(folded) {
		t.Errorf("requirements are %+v, and were %+v", out.Summary.Requirements, folded.Summary.Requirements)
	}
	out.Against("folded", folded)
	if out.Summary.Findings.Known != len(out.Findings) {
		t.Errorf("the parts of what is known are known: %v", statuses(out))
	}
	folded.Against("all", w.audit())
	if folded.Summary.Findings.Known != 1 {
		t.Errorf("what is known in parts is known: %v", statuses(folded))
	}
	sound(t, out)
}
