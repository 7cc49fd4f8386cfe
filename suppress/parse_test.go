package suppress_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/suppress"
)

var checks = []string{"permission-missing", "permission-surplus", "read-denied", suppress.Expiry}

// TestParse reads a file with an entry of each kind.
func TestParse(t *testing.T) {
	const file = `version: 1
suppress:
  - finding: 00112233445566778899001122334455
    reason: the bucket goes away in spring
    owner: storage team
    expires: 2027-03-31
  - check: permission-surplus
    from: acme-logs
    rule: logs
    account: 111122223333
    reason: AWS's own sample
    owner: ops@example.com
    expires: "2026-12-31"
`
	got, err := suppress.Parse("s.yaml", []byte(file), checks)
	want := []suppress.Entry{
		{
			Finding: "00112233445566778899001122334455", Reason: "the bucket goes away in spring", Owner: "storage team", Expires: "2027-03-31",
			Pos: diag.Pos{File: "s.yaml", Line: 3, Column: 5},
		},
		{
			Check: "permission-surplus", From: "acme-logs", Rule: "logs", Account: "111122223333", Reason: "AWS's own sample", Owner: "ops@example.com",
			Expires: "2026-12-31", Pos: diag.Pos{File: "s.yaml", Line: 7, Column: 5},
		},
	}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

// TestEmpty: a file may begin without entries.
func TestEmpty(t *testing.T) {
	for _, file := range []string{"version: 1\nsuppress: []\n", "version: 1\nsuppress:\n"} {
		if got, err := suppress.Parse("s.yaml", []byte(file), checks); err != nil || len(got) > 0 {
			t.Errorf("%q has entries %v and the error %v", file, got, err)
		}
	}
}

// TestExpired: an entry holds on its last day.
func TestExpired(t *testing.T) {
	e := suppress.Entry{Expires: "2026-12-31"}
	for today, want := range map[string]bool{"2026-12-30": false, "2026-12-31": false, "2027-01-01": true} {
		if got := e.Expired(today); got != want {
			t.Errorf("on %s an entry until %s is expired: %t", today, e.Expires, got)
		}
	}
}

// TestWrong: every problem is said at once, each at its place.
func TestWrong(t *testing.T) {
	const rest = "reason: r, owner: o, expires: 2027-03-31"
	entry := func(text string) string { return "version: 1\nsuppress: [{" + text + "}]\n" }
	for _, tt := range []struct {
		name, file string
		want       []string
	}{
		{"no mapping", "- 1\n", []string{"s.yaml:1:1: the file holds no mapping"}},
		{"nothing in it", "{}\n", []string{"s.yaml:1:1: the key version is missing here", "s.yaml:1:1: the key suppress is missing here"}},
		{"another version", "version: 2\nsuppress: []\n", []string{"s.yaml:1:10: this program does not read version 2 of the format"}},
		{"no list", "version: 1\nsuppress: all\n", []string{"s.yaml:2:11: suppress is not a list"}},
		{"no mapping in it", "version: 1\nsuppress: [all, {" + rest + ", check: read-denied}]\n", []string{"s.yaml:2:12: this entry is not a mapping"}},
		{"a key more", "version: 1\nsuppress: []\nsuppres: []\nx: 1\n", []string{`s.yaml:3:1: unknown key "suppres"`, `s.yaml:4:1: unknown key "x"`}},
		{"without reason, owner and expiry", entry("check: read-denied"), []string{"s.yaml:2:12: the key reason is missing here", "s.yaml:2:12: the key owner is missing here", "s.yaml:2:12: the key expires is missing here"}},
		{"empty", entry(`check: read-denied, reason: " ", owner: , expires: ~`), []string{"s.yaml:2:41: reason has no value", "s.yaml:2:53: owner has no value", "s.yaml:2:64: expires has no value"}},
		{"no text", entry("check: [read-denied], " + rest), []string{"s.yaml:2:20: check is not a text"}},
		{"about nothing", entry(rest), []string{"s.yaml:2:12: this entry names neither a finding nor a check"}},
		{"about both", entry("finding: 00112233445566778899001122334455, check: read-denied, " + rest), []string{"s.yaml:2:13: this entry names a finding and a check"}},
		{"a finding, narrowed", entry("finding: 00112233445566778899001122334455, from: b, " + rest), []string{"s.yaml:2:56: from narrows a check, and this entry names one finding"}},
		{"no ID", entry("finding: 0011, " + rest), []string{`s.yaml:2:22: "0011" is not the ID of a finding`}},
		{"a check misspelled", entry("check: read-denid, " + rest), []string{`s.yaml:2:20: there is no check "read-denid"`}},
		{"no such check", entry("check: weather, " + rest), []string{`s.yaml:2:20: there is no check "weather"`}},
		{"the check of expiry itself", entry("check: suppression-expired, " + rest), []string{"s.yaml:2:20: suppression-expired cannot be suppressed"}},
		{"no account", entry("check: read-denied, account: 1111, " + rest), []string{`s.yaml:2:42: "1111" is not an AWS account ID`}},
		{"no day", entry("check: read-denied, reason: r, owner: o, expires: 2027-02-30"), []string{`s.yaml:2:63: "2027-02-30" is not a day`}},
		{"a day and more", entry("check: read-denied, reason: r, owner: o, expires: 2027-02-20T00:00:00Z"), []string{`s.yaml:2:63: "2027-02-20T00:00:00Z" is not a day`}},
		{"a key twice", entry("check: read-denied, check: read-denied, " + rest), []string{`s.yaml:2:33: the key "check" is here twice; the first is at s.yaml:2:13`}},
	} {
		got, err := suppress.Parse("s.yaml", []byte(tt.file), checks)
		var said []string
		for _, d := range diag.Of(err) {
			said = append(said, d.Error())
			if d.Hint.String() == "" {
				t.Errorf("%s: %v says no way out", tt.name, d)
			}
		}
		if diff := cmp.Diff(tt.want, said); diff != "" || got != nil {
			t.Errorf("%s: entries %v, problems (-want +got):\n%s", tt.name, got, diff)
		}
	}
}

func TestTooMany(t *testing.T) {
	_, err := suppress.Parse("s.yaml", []byte("version: 1\nsuppress:\n"+strings.Repeat("  - {}\n", 5_000)), checks)
	all := diag.Of(err)
	if len(all) != 10_001 {
		t.Errorf("%d problems are listed", len(all))
	}
}

func FuzzParse(f *testing.F) {
	f.Add("version: 1\nsuppress: [{check: read-denied, reason: r, owner: o, expires: 2027-03-31}]")
	f.Fuzz(func(t *testing.T, text string) {
		entries, err := suppress.Parse("s.yaml", []byte(text), checks)
		if err != nil && entries != nil {
			t.Errorf("entries beside the error %v", err)
		}
		for _, e := range entries {
			if (e.Finding == "") == (e.Check == "") || e.Reason == "" || e.Owner == "" || e.Expires == "" || e.Pos.IsZero() {
				t.Errorf("an entry that says too little: %+v", e)
			}
		}
	})
}
