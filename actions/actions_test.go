package actions_test

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/actions"
)

// floors are what each service had when the catalogue was made first, less some
// that AWS may take back: a file that was cut short must not pass.
var floors = map[string]int{"iam": 170, "kms": 50, "s3": 165, "sts": 14}

func TestServices(t *testing.T) {
	counts := map[string]int{}
	for a := range actions.All() {
		counts[a.Service()]++
	}
	if diff := cmp.Diff([]string{"iam", "kms", "s3", "sts"}, actions.Services()); diff != "" {
		t.Errorf("services (-want +got):\n%s", diff)
	}
	for service, floor := range floors {
		if counts[service] < floor {
			t.Errorf("%s has %d actions, fewer than %d", service, counts[service], floor)
		}
	}
}

func TestCovers(t *testing.T) {
	for name, want := range map[string]bool{
		"s3": true, "S3": true, "s3:PutObject": true, "KMS:decrypt": true, "s3:NoSuchAction": true, "sts:*": true,
		"ec2": false, "ec2:RunInstances": false, "s3express": false, "s3-object-lambda:GetObject": false, "": false, "*": false,
	} {
		if got := actions.Covers(name); got != want {
			t.Errorf("%q is covered: got %t, want %t", name, got, want)
		}
	}
}

func TestDate(t *testing.T) {
	day, err := time.Parse(time.DateOnly, actions.Date())
	if err != nil || day.Year() < 2026 {
		t.Errorf("the catalogue is of %q (err = %v)", actions.Date(), err)
	}
	if want := day.Format("20060102"); !strings.Contains(actions.Version(), want) {
		t.Errorf("version %s is not of %s", actions.Version(), want)
	}
}

// Actions compare without case, whatever the case.
func TestFindInAnyCase(t *testing.T) {
	found := 0
	for a := range actions.All() {
		found++
		for _, name := range []string{a.Name, strings.ToLower(a.Name), strings.ToUpper(a.Name), swapCase(a.Name)} {
			if got, ok := actions.Find(name); !ok || got.Name != a.Name {
				t.Errorf("%s: got %q, found: %t", name, got.Name, ok)
			}
		}
	}
	if found == 0 {
		t.Fatal("the catalogue is empty")
	}
}

func swapCase(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsUpper(r) {
			return unicode.ToLower(r)
		}
		return unicode.ToUpper(r)
	}, s)
}

func TestFindUnknown(t *testing.T) {
	for _, name := range []string{"s3:ReplicationTags", "s3:*", "s3:Put*", "PutObject", "ec2:RunInstances", "", "s3:PutObject ", "*"} {
		if a, ok := actions.Find(name); ok {
			t.Errorf("%q: found %s, which is another action", name, a.Name)
		}
	}
}

func TestEachActionIsWhole(t *testing.T) {
	levels := []actions.Access{
		actions.AccessList, actions.AccessRead, actions.AccessWrite, actions.AccessTagging, actions.AccessPermissionsManagement,
	}
	var last string
	for a := range actions.All() {
		if a.Name <= last {
			t.Errorf("%s does not stand after %s", a.Name, last)
		}
		last = a.Name
		if len(a.Access) == 0 || slices.ContainsFunc(a.Access, func(x actions.Access) bool { return !slices.Contains(levels, x) }) {
			t.Errorf("%s gives access %q", a.Name, a.Access)
		}
		if len(a.Types()) != len(a.Resources) {
			t.Errorf("%s takes %q, of which only %d are types", a.Name, a.Resources, len(a.Types()))
		}
		for i, r := range a.Types() {
			if r.Name != a.Resources[i] || r.Service != a.Service() || !a.Takes(r.Name) {
				t.Errorf("%s takes %s, and its type is %s of %s", a.Name, a.Resources[i], r.Name, r.Service)
			}
		}
	}
}
