package collect_test

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/collect"
	"github.com/repligrant/repligrant/collect/fakeaws"
	"github.com/repligrant/repligrant/internal/reads"
	"github.com/repligrant/repligrant/snapshot"
)

// A harm is a way in which a call may fail.
type harm struct {
	name  string
	why   string                                            // expression of the reason; "" if nothing is lost
	fault func(reads.Read) (fault fakeaws.Fault, fits bool) // fits: it is one for this operation
}

// harms are all the ways.
var harms = []harm{
	{"busy", "SlowDown", always(fakeaws.Fault{Status: 503, Code: "SlowDown"})},
	{"too many requests", "TooManyRequestsException", always(fakeaws.Fault{Status: 429, Code: "TooManyRequestsException"})},
	{"throttled", "ThrottlingException", always(fakeaws.Fault{Code: "ThrottlingException"})},
	{"internal error", "InternalFailure", always(fakeaws.Fault{Status: 500, Code: "InternalFailure"})},
	{"500 without a word", "InternalServerError|HTTP500", always(fakeaws.Fault{Status: 500})},
	{"proxy", "BadGateway|HTTP502", always(fakeaws.Fault{Status: 502, Body: "<html><body>Bad gateway</body></html>", Header: html})},
	{"denied", "AccessDenied", always(fakeaws.Fault{Status: 403, Code: "AccessDenied"})},
	{"denied by a wall", "AccessDenied|Forbidden", always(fakeaws.Fault{Status: 403, Body: "nobody"})},
	{"not implemented", "NotImplemented", always(fakeaws.Fault{Status: 501, Code: "NotImplemented"})},
	{"a code that is none", "HTTP400|BadRequest|Failed|BrokenAnswer", always(fakeaws.Fault{Status: 400, Code: "\x1b[31m rm -rf"})},
	{"no content", "BrokenAnswer", always(fakeaws.Fault{Status: 204})},
	{"partial content", "BrokenAnswer", always(fakeaws.Fault{Status: 206, Body: "<a/>"})},
	{"empty", "EmptyAnswer", always(fakeaws.Fault{Status: 200})},
	{"white space", "EmptyAnswer", always(fakeaws.Fault{Status: 200, Body: " \r\n"})},
	{"a page", "BrokenAnswer", unlessText(fakeaws.Fault{Status: 200, Body: "<html><body>Sign in</body></html>", Header: html})},
	{"another object", "BrokenAnswer", unlessText(fakeaws.Fault{Status: 200, Body: `{"message": "hello"}`})},
	{"a number", "BrokenAnswer", unlessText(fakeaws.Fault{Status: 200, Body: "7"})},
	{"hollow", "EmptyAnswer|BrokenAnswer", hollow},
	{"of another type", "BrokenAnswer", ofAnotherType},
	{"cut off", "BrokenAnswer", always(fakeaws.Fault{Truncate: true})},
	{"half a text", "BrokenAnswer|MalformedPolicy.*|HTTP404", always(fakeaws.Fault{Rewrite: func(s string) string { return s[:len(s)/2] }})},
	{"malformed", "BrokenAnswer|MalformedPolicy.*|HTTP404", always(fakeaws.Fault{Rewrite: func(s string) string { return s + "<}" }})},
	{"dropped", "ConnectionLost", always(fakeaws.Fault{Drop: true})},
	{"slow", "Timeout", always(fakeaws.Fault{Delay: time.Hour})},
	{"list without an end", "BrokenAnswer", endless(func() string { return fmt.Sprintf("%09d", tokens.Add(1)) })},
	{"list that turns around", "BrokenAnswer", endless(func() string { return "again" })},
	{"another content type", "", always(fakeaws.Fault{Header: html})},
}

var (
	html   = map[string]string{"Content-Type": "text/html"}
	tokens atomic.Int64
)

func always(f fakeaws.Fault) func(reads.Read) (fakeaws.Fault, bool) {
	return func(reads.Read) (fakeaws.Fault, bool) { return f, true }
}

// unlessText is for answers that have a form. A bucket policy is text: any.
func unlessText(f fakeaws.Fault) func(reads.Read) (fakeaws.Fault, bool) {
	return func(r reads.Read) (fakeaws.Fault, bool) { return f, r.Root != "" }
}

// hollow is an answer of the right name with nothing in it, where none is right.
func hollow(r reads.Read) (fakeaws.Fault, bool) {
	body := "<" + r.Root + "/>"
	switch {
	case r.JSON():
		body = `{"` + r.Root + `": {}}`
	case r.Service == "IAM" || r.Service == "STS":
		body = "<" + r.Root + "><" + r.Operation + "Result/></" + r.Root + ">"
	}
	return fakeaws.Fault{Status: 200, Body: body}, r.Parts != "" || r.JSON()
}

// ofAnotherType is an answer with something in the place of a list or a switch.
func ofAnotherType(r reads.Read) (fakeaws.Fault, bool) {
	if r.JSON() {
		return fakeaws.Fault{Status: 200, Body: `{"` + r.Root + `": 7}`}, true
	}
	return replace("<IsTruncated>false", "<IsTruncated>perhaps"), r.Service == "IAM" && strings.HasPrefix(r.Operation, "List")
}

// endless makes a list go on for ever.
func endless(token func() string) func(reads.Read) (fakeaws.Fault, bool) {
	return func(r reads.Read) (fakeaws.Fault, bool) {
		return fakeaws.Fault{Rewrite: func(body string) string { return goOn(r, body, token()) }}, strings.HasPrefix(r.Operation, "List")
	}
}

// goOn says in a page of a list that there is a next one.
func goOn(r reads.Read, body, token string) string {
	switch r.Service {
	case "IAM":
		return strings.Replace(body, "<IsTruncated>false</IsTruncated>", "<IsTruncated>true</IsTruncated><Marker>"+token+"</Marker>", 1)
	case "KMS":
		return strings.Replace(body, `"Truncated":false`, `"Truncated":true,"NextMarker":"`+token+`"`, 1)
	case "Organizations":
		return strings.Replace(body, "{", `{"NextToken":"`+token+`",`, 1)
	case "S3":
		return strings.Replace(body, "</ListAllMyBucketsResult>", "<ContinuationToken>"+token+"</ContinuationToken></ListAllMyBucketsResult>", 1)
	}
	return strings.Replace(body, "</ListAccessPointsResult>", "<NextToken>"+token+"</NextToken></ListAccessPointsResult>", 1)
}

// entered are orders to read all of a snapshot: the first account by its key, the
// others by a role that it assumes, and by name as well as by list.
func entered(held *snapshot.Snapshot, fake *fakeaws.Server) []collect.Account {
	accounts := everything(held, func(id string) collect.Account {
		a := account(fake, source)
		if a.ID = id; id != source {
			a.RoleName = "audit"
		}
		return a
	})
	for i := range accounts {
		accounts[i].AllBuckets = true
		if own, _ := held.Accounts[accounts[i].ID].Organization.Get(); own.ManagementAccount {
			accounts[i].Members = "audit"
		}
	}
	return accounts
}

// A world is what accounts hold, and what comes of reading all of it.
type world struct {
	held   *snapshot.Snapshot
	whole  any
	audit  *audit.Audit
	asked  []fakeaws.Call
	faults atomic.Int64
}

// read collects the world with one operation at fault, "" for none.
func (w *world) read(t *testing.T, of reads.Read, fault fakeaws.Fault) (*snapshot.Snapshot, []fakeaws.Call) {
	t.Helper()
	fake, err := fakeaws.Start(w.held, fakeaws.Options{Fault: func(c fakeaws.Call) *fakeaws.Fault {
		if c.Service != of.Service || c.Operation != of.Operation {
			return nil
		}
		w.faults.Add(1)
		return &fault
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = fake.Close() }()
	opts := fast()
	if fault.Delay > 0 {
		opts.Timeout = 500 * time.Millisecond
	}
	before := w.faults.Load()
	got := collectWhatIsListed(t, entered(w.held, fake), opts)
	if hit := w.faults.Load() > before; hit != (of.Operation != "") {
		t.Errorf("%s.%s was not called", of.Service, of.Operation)
	}
	return got, fake.Calls()
}

// collectWhatIsListed collects without an error, but for that of an organization
// whose accounts cannot be listed.
func collectWhatIsListed(t *testing.T, accounts []collect.Account, opts collect.Options) *snapshot.Snapshot {
	t.Helper()
	got, err := collect.Snapshot(t.Context(), accounts, opts)
	if _, unlisted := errors.AsType[*collect.UnlistedError](err); err != nil && !unlisted {
		t.Fatal(err)
	}
	return got
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{held: readSnapshot(t, "testdata/refused.json")}
	got, calls := w.read(t, reads.Read{}, fakeaws.Fault{})
	w.audit, w.asked = audit.Run(audit.Input{Snapshot: got, From: "live"}), calls
	w.whole = decode(t, encoded(t, got))
	if s := w.audit.Summary; s.Requirements.Granted == 0 || s.Findings.Blocked < 7 || s.Requirements.Unknown > 1 {
		t.Fatalf("the world has %+v; want nearly all of it decided, and a refusal by each layer", s)
	}
	return w
}

// Whatever read fails, and however: the collection ends, what the read would have
// said is unread for that reason, all else is as it is, and an audit of it grants
// nothing that the whole does not grant, and finds no gap that is none.
//
// Each operation meets some of the harms and each harm some operations;
// REPLIGRANT_FULL=1 is for all of them together.
func TestEachReadEachHarm(t *testing.T) {
	if testing.Short() {
		t.Skip("TestUnreadIsNeverAbsent is the short form")
	}
	w := newWorld(t)
	step := 9
	if os.Getenv("REPLIGRANT_FULL") != "" {
		step = 1
	}
	tried, met := 0, make(map[string]bool)
	for i, read := range reads.All() {
		for j, h := range harms {
			fault, fits := h.fault(read)
			if !fits || (i+j)%step != 0 {
				continue
			}
			tried++
			met[h.name] = true
			t.Run(read.Service+"."+read.Operation+"/"+h.name, func(t *testing.T) {
				got, calls := w.read(t, read, fault)
				w.check(t, h, read, got)
				if len(calls) > 5*len(w.asked)+5_000 {
					t.Errorf("%d calls, and %d without a fault", len(calls), len(w.asked))
				}
			})
		}
	}
	if len(met) != len(harms) || tried < 100 {
		t.Errorf("%d tries of %d harms out of %d", tried, len(met), len(harms))
	}
}

// check compares what was read with the whole.
func (w *world) check(t *testing.T, h harm, read reads.Read, got *snapshot.Snapshot) {
	t.Helper()
	text := encoded(t, got)
	n := unread(t, "", w.whole, decode(t, text))
	if h.why == "" {
		if n > 0 {
			t.Errorf("%d things are unread, and nothing was wrong", n)
		}
		return
	}
	why := regexp.MustCompile(`": "(` + h.why + `)"`)
	if n == 0 || !why.MatchString(text) {
		t.Errorf("%d things are unread; want some, and the reason %s:\n%s", n, h.why, strings.Join(reasons(text), "\n"))
	}
	for _, line := range reasons(text) {
		if !why.MatchString(line) && !strings.Contains(line, "no account that was read may see them") && h.name != "slow" {
			t.Errorf("%s was at fault, and elsewhere it says %s", read.Operation, line)
		}
	}
	w.checkAudit(t, read, got)
}

// reasons are the lines of a snapshot that say why something is unread.
func reasons(text string) []string {
	var list []string
	within := false
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		within = within && !strings.HasPrefix(line, "}")
		if within || strings.HasPrefix(line, `"unreadable"`) {
			list = append(list, line)
		}
		within = within || strings.HasPrefix(line, `"Errors"`)
	}
	return list
}

// gaps are the requirements that are certainly not met.
func gaps(a *audit.Audit) map[string]bool {
	all := make(map[string]bool)
	for _, f := range a.Findings {
		if f.Outcome == audit.Missing || f.Outcome == audit.Blocked {
			all[f.Requirement] = true
		}
	}
	return all
}

// asks lists what tells which permissions are needed: where it is unread, the
// rule is undecided as a whole.
var asks = []string{"GetBucketReplication", "GetBucketEncryption", "GetObjectLockConfiguration", "GetBucketOwnershipControls"}

func (w *world) checkAudit(t *testing.T, read reads.Read, held *snapshot.Snapshot) {
	t.Helper()
	got := audit.Run(audit.Input{Snapshot: held, From: "live"})
	known, found, open := gaps(w.audit), gaps(got), undecided(got)
	for id := range known {
		if !slices.Contains(asks, read.Operation) && len(got.Rules) == len(w.audit.Rules) && !found[id] && !open[id] && !unbound(held) {
			t.Errorf("%s is not met, and that is lost", id)
		}
	}
	for id := range found {
		if !known[id] {
			t.Errorf("%s is said not to be met, which it is, or nobody knows", id)
		}
	}
	more := got.Summary.Requirements.Granted > w.audit.Summary.Requirements.Granted
	if more && !slices.Contains(asks, read.Operation) && !unbound(held) {
		t.Errorf("%+v are granted, and %+v when all is read", got.Summary.Requirements, w.audit.Summary.Requirements)
	}
	if (more || len(got.Rules) < len(w.audit.Rules) || unbound(held)) && got.Status([]string{"none"}, false) != audit.StatusIncomplete {
		t.Error("something was not read that may refuse, or have rules, and the audit is complete")
	}
}

// undecided are the requirements that findings leave open.
func undecided(a *audit.Audit) map[string]bool {
	open := make(map[string]bool)
	for _, f := range a.Findings {
		if f.Outcome == audit.Unknown || f.Check == "policy-malformed" {
			open[f.Requirement] = true
			for _, id := range f.Requirements {
				open[id] = true
			}
		}
	}
	return open
}

// unbound reports whether nobody knows what an organization refuses an account:
// requirements are decided without it then, and the audit says so.
func unbound(s *snapshot.Snapshot) bool {
	for _, a := range s.Accounts {
		o, _ := a.Organization.Get()
		if !a.Organization.Read() || !o.SCPs.Read() && o.ID != "" || !o.RCPs.Read() && o.ID != "" {
			return true
		}
	}
	return false
}
