package collect_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/repligrant/repligrant/collect"
	"github.com/repligrant/repligrant/collect/fakeaws"
	"github.com/repligrant/repligrant/internal/reads"
	"github.com/repligrant/repligrant/snapshot"
)

// Whatever call fails, in whatever way: what it would have said is unread, with
// a reason, and everything else is as it is. Nothing turns into "there is none".
func TestUnreadIsNeverAbsent(t *testing.T) {
	faults := map[string]fakeaws.Fault{
		"denied":  {Status: 403, Body: "nobody"},
		"empty":   {Status: 200},
		"foreign": {Status: 200, Body: "<html></html>"},
		"cut off": {Truncate: true},
	}
	held := scenario(t, "cross-account")
	whole := decode(t, collectFrom(t, held, fakeaws.Options{}))
	for _, read := range reads.All() {
		if read.Operation == "AssumeRole" || read.Operation == "ListBuckets" || read.Operation == "GetCallerIdentity" || read.Operation == "ListAccounts" {
			continue // not called here, or the account is not entered
		}
		for name, fault := range faults {
			if name == "foreign" && read.Operation == "GetBucketPolicy" {
				continue // it is text, and has no reading: told by the policy's own reason
			}
			t.Run(read.Operation+"/"+name, func(t *testing.T) {
				got := decode(t, collectFrom(t, held, fakeaws.Options{Fault: only(read.Operation, fault)}))
				if n := unread(t, "", whole, got); n == 0 {
					t.Error("nothing is unread: the call that failed was not needed, or its failure was lost")
				}
			})
		}
	}
}

func collectFrom(t *testing.T, held *snapshot.Snapshot, opts fakeaws.Options) string {
	t.Helper()
	fake := serve(t, held, opts)
	return encoded(t, mustCollect(t, everything(held, func(id string) collect.Account { return account(fake, id) }), fast()))
}

func decode(t *testing.T, text string) any {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// unread counts what is unread in got of what whole has, and fails for all
// other differences.
func unread(t *testing.T, path string, whole, got any) int {
	t.Helper()
	if list, ok := whole.([]any); ok {
		return unreadInList(t, path, list, got)
	}
	object, ok := whole.(map[string]any)
	other, same := got.(map[string]any)
	switch {
	case ok && same && other["unreadable"] != nil:
		return 1
	case !ok || !same:
		if fmt.Sprint(whole) != fmt.Sprint(got) {
			t.Errorf("%s is %v, want %v or unread", path, got, whole)
		}
		return 0
	}
	n := 0
	for key, value := range object {
		switch at, there := other[key]; {
		case key == "RoleId" || key == "UserId":
		case strings.HasSuffix(path, "/accessPoints") && !there:
			n++ // the account says that they were not listed
		case key == "Path" && !there:
			n++ // of an account in its organization: an empty one is not known
		case there:
			n += unread(t, path+"/"+key, value, at)
		case other["Errors"] != nil:
			n++
		default:
			t.Errorf("%s/%s is not there, and nobody says why", path, key)
		}
	}
	return n
}

func unreadInList(t *testing.T, path string, whole []any, got any) int {
	t.Helper()
	list, _ := got.([]any)
	object, _ := got.(map[string]any)
	switch {
	case object["unreadable"] != nil:
		return 1
	case len(list) != len(whole):
		t.Errorf("%s is %v, want %v or unread", path, got, whole)
		return 0
	}
	n := 0
	for i, entry := range whole {
		n += unread(t, fmt.Sprintf("%s[%d]", path, i), entry, list[i])
	}
	return n
}

// A policy that is none is unread too, and says so itself.
func TestForeignPolicy(t *testing.T) {
	held := scenario(t, "cross-account")
	got := collectFrom(t, held, fakeaws.Options{Fault: only("GetBucketPolicy", fakeaws.Fault{Status: 200, Body: "<html></html>"})})
	if n := strings.Count(got, `"unreadable": "MalformedPolicy: `); n != 3 {
		t.Errorf("%d policies are malformed, want all 3:\n%s", n, got)
	}
}
