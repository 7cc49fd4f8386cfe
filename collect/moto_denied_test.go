package collect_test

import (
	"os"
	"testing"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/collect"
	"github.com/repligrant/repligrant/internal/reads"
	"github.com/repligrant/repligrant/snapshot"
)

// TestMotoEachReadDenied lets moto deny one read after another, by an identity
// policy that it evaluates: what the read would have said is unread for that
// reason, all else is as it is, and an audit grants nothing that it does not grant
// when all is read. Without the reads of STS nothing is read at all. Some of the
// reads in each run; all, with REPLIGRANT_FULL=1.
func TestMotoEachReadDenied(t *testing.T) {
	w := &world{held: readSnapshot(t, "testdata/refused.json")}
	server := motoWith(t, w.held)
	read := func(t *testing.T) *snapshot.Snapshot {
		return collectWhatIsListed(t, everything(w.held, func(id string) collect.Account {
			a := motoAccount(server, id)
			a.AllBuckets = true
			if own, _ := w.held.Accounts[id].Organization.Get(); own.ManagementAccount {
				a.Members = "audit"
			}
			return a
		}), fast())
	}
	server.DenyOnly(t, "s3:PutObject") // which nobody asks for
	whole := read(t)
	w.audit, w.whole = audit.Run(audit.Input{Snapshot: whole, From: "live"}), decode(t, encoded(t, whole))
	denied := harm{name: "denied", why: "AccessDenied|AccessDeniedException"}
	tried := 0
	for i, r := range reads.All() {
		if r.Service == "STS" || os.Getenv("REPLIGRANT_FULL") == "" && i%5 != 0 {
			continue
		}
		tried++
		t.Run(r.Service+"."+r.Operation, func(t *testing.T) {
			server.DenyOnly(t, r.Action, motoServices[r.Service]+":"+r.Operation)
			w.check(t, denied, r, read(t))
		})
	}
	if tried < 5 {
		t.Errorf("only %d reads were denied", tried)
	}
}

// motoServices are the services in the names that moto has for actions.
var motoServices = map[string]string{"S3": "s3", "S3 Control": "s3", "IAM": "iam", "KMS": "kms", "Organizations": "organizations"}

// An account whose role the caller may not assume is unread with the reason, and
// the other one is read.
func TestMotoAssumeRoleDenied(t *testing.T) {
	server := moto(t, "cross-account")
	server.DenyOnly(t, "sts:AssumeRole")
	own, other := motoAccount(server, source), motoAccount(server, source)
	own.AllBuckets, other.AllBuckets = true, true
	other.ID, other.RoleName = destination, "audit"
	got := mustCollect(t, []collect.Account{own, other}, fast())
	if why := got.Accounts[destination].WhyUnread(); why != "AccessDenied" || got.Accounts[destination].As != "" {
		t.Errorf("the account is unread for %q, want AccessDenied", why)
	}
	if got.Accounts[source].Buckets["acme-orders"] == nil {
		t.Error("the account that was entered was not read")
	}
	if b := got.Accounts[destination].Buckets; len(b) > 0 {
		t.Errorf("the account that was not entered holds %v", b)
	}
}
