package audit_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/snapshot"
)

// TestLacks audits without a SPEC two accounts in which all is fine, where a third
// one was to be read that nobody knows the ID of.
func TestLacks(t *testing.T) {
	profile := func(name, why string) func(*snapshot.Snapshot) {
		return func(s *snapshot.Snapshot) {
			s.Lacks = []snapshot.Lack{{Profile: name, Errors: snapshot.Errors{"GetCallerIdentity": why}}}
		}
	}
	for _, c := range []struct {
		name      string
		lack      func(*snapshot.Snapshot)
		want, fix string
	}{
		{
			"no such profile", profile("nope", "ProfileNotFound: nope"),
			"GetCallerIdentity: the account of profile nope could not be entered: the shared AWS config has no profile nope",
			"name a profile that the shared AWS config has (aws configure list-profiles), or add nope to it",
		},
		{
			"nobody answers", profile("far", "Unreachable: http://127.0.0.1:9"),
			"GetCallerIdentity: the account of profile far could not be entered: http://127.0.0.1:9 was not reached (Unreachable); check the network, the proxy (HTTPS_PROXY, NO_PROXY) and AWS_ENDPOINT_URL",
			"see that http://127.0.0.1:9 answers, and read again",
		},
		{
			"expired", profile("old", "ExpiredToken"),
			"GetCallerIdentity: the account of profile old could not be entered (ExpiredToken): credentials of it are needed",
			"sign in with that profile, or leave it out",
		},
		{
			"nobody signed in", profile("", "NoCredentials"),
			"GetCallerIdentity: the account of the default credentials could not be entered (NoCredentials): credentials of it are needed",
			"sign in, or name a profile that is signed in: --profile NAME",
		},
		{
			"organization not listed",
			func(s *snapshot.Snapshot) {
				s.Lacks = []snapshot.Lack{{Account: own, Errors: snapshot.Errors{"ListAccounts": "AccessDenied"}}}
			},
			"ListAccounts: the list of the accounts of the organization of account 111122223333 could not be read (AccessDenied): organizations:ListAccounts is needed",
			"allow the auditor organizations:ListAccounts, or name each account with --account",
		},
		{
			"interrupted", func(s *snapshot.Snapshot) { s.Interrupted = true },
			": what had not been read yet is not known: reading was interrupted", "read again, to the end",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := clean(t)
			held := w.snapshot()
			c.lack(held)
			out := audit.Run(audit.Input{Snapshot: held, From: "live"})
			if got := out.Status(audit.DefaultFailOn, false); got != audit.StatusIncomplete || out.Complete {
				t.Errorf("status %d, complete %v: an account that nobody entered may replicate anything", got, out.Complete)
			}
			if got := out.Status(audit.DefaultFailOn, true); got != audit.StatusClean {
				t.Errorf("status %d with --allow-incomplete, want %d", got, audit.StatusClean)
			}
			assumed := audit.Run(audit.Input{Snapshot: held, From: "live", Assume: []string{"account:" + own, "scp", "rcp"}})
			if got := assumed.Status(audit.DefaultFailOn, false); got != audit.StatusIncomplete || len(assumed.Assumed) > 0 {
				t.Errorf("status %d, assumed %v: what has no account ID cannot be accepted by one", got, assumed.Assumed)
			}
			if diff := cmp.Diff(c.want, notRead(out)); diff != "" {
				t.Errorf("what was not read (-want +got):\n%s", diff)
			}
			for _, f := range out.Findings {
				translatableFinding(t, f)
				if f.Outcome == audit.Unknown && (f.Check != "read-denied" || f.Target == "" || f.Fix == nil || f.Fix.Text != c.fix) {
					t.Errorf("finding %s of %q has fix %+v, want %q", f.Check, f.Target, f.Fix, c.fix)
				}
			}
		})
	}
}
