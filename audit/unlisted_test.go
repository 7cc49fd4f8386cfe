package audit_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/audit"
)

// TestAccountsThatHideBuckets audits without a SPEC what replicates in three
// accounts, of which one may have sources that nobody saw.
func TestAccountsThatHideBuckets(t *testing.T) {
	const third = "555566667777"
	failed := func(operation string) edit { return put(third, `{"Errors": {"`+operation+`": "AccessDenied"}}`) }
	asked := func(ids ...string) edit { return func(w *world) { w.input.Accounts = ids } }
	only := func(names ...string) edit { return func(w *world) { w.input.Buckets = names } }
	notEntered := "GetCallerIdentity: account " + third +
		" could not be entered (AccessDenied): sts:AssumeRole on its role, or credentials of the account, are needed"
	notListed := "ListBuckets: the list of the buckets of account " + third +
		" could not be read (AccessDenied): s3:ListAllMyBuckets is needed"
	const aside = "GetCallerIdentity: " // told of the source, and of no matter
	for _, c := range []struct {
		name  string
		edits []edit
		want  string
	}{
		{"no credentials", []edit{failed("GetCallerIdentity")}, notEntered},
		{"role refused", []edit{failed("AssumeRole")}, notEntered},
		{"buckets not listed", []edit{failed("ListBuckets")}, notListed},
		{
			"buckets of the source not listed, one held",
			[]edit{put(own+" > Listed", `["roles"]`), put(own+" > Errors", `{"ListBuckets": "AccessDenied"}`)},
			strings.ReplaceAll(notListed, third, "111122223333"),
		},
		{"asked for and not there", []edit{asked("111122223333", third)}, strings.ReplaceAll(notEntered, "AccessDenied", "account not read")},
		{"asked for and only mentioned", []edit{put(third, `{}`), asked("111122223333", third)}, strings.ReplaceAll(notListed, "AccessDenied", "not in the snapshot")},
		{"only mentioned", []edit{put(third, `{}`)}, ""},
		{"some buckets held, nobody tried to list", []edit{put(own+" > Listed", `["roles"]`)}, ""},
		{"another account asked for", []edit{failed("GetCallerIdentity"), asked("111122223333")}, aside},
		{"the bucket asked for is held", []edit{failed("ListBuckets"), only("acme-logs")}, ""},
		{"a bucket asked for is not held", []edit{failed("ListBuckets"), only("acme-logs", "acme-more")}, notListed},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := clean(t)
			w.input.SpecFile, w.rules, w.writers = "", nil, nil
			for _, e := range c.edits {
				e(w)
			}
			out := w.audit()
			status, complete := audit.StatusIncomplete, c.want == "" || c.want == aside
			if complete {
				status = audit.StatusClean
			}
			if got := out.Status(audit.DefaultFailOn, false); got != status || out.Complete != complete {
				t.Errorf("status %d, complete %v, want status %d", got, out.Complete, status)
			}
			if diff := cmp.Diff(c.want, notRead(out)); diff != "" {
				t.Errorf("what was not read (-want +got):\n%s", diff)
			}
		})
	}
}

// notRead is what the sources say that nobody read, and what the findings say of it.
func notRead(a *audit.Audit) string {
	var unread, said []string
	for _, s := range a.Sources {
		unread = append(unread, s.Unread...)
	}
	for _, f := range a.Findings {
		if f.Outcome == audit.Unknown {
			said = append(said, f.Message)
		}
	}
	if len(unread)+len(said) == 0 {
		return ""
	}
	return strings.Join(unread, ", ") + ": " + strings.Join(said, "; ")
}

// TestOneFindingForAnAccount sees that an account that a rule leads to, and that
// could not be entered, is told of once.
func TestOneFindingForAnAccount(t *testing.T) {
	w := clean(t)
	w.input.SpecFile, w.rules, w.writers = "", nil, nil
	w.put(foreign, `{"Errors": {"AssumeRole": "AccessDenied"}}`)
	w.put(config+" > Rules > 0 > Destination > Account", `"444455556666"`)
	n := 0
	for _, f := range w.audit().Findings {
		if f.Key == "read-denied/account" {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%d findings say that the account could not be entered, want 1", n)
	}
}
