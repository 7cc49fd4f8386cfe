package reads_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/repligrant/repligrant/internal/reads"
)

// What is on the list only ever reads, by the names that AWS gives.
func TestAllOnlyRead(t *testing.T) {
	table := reads.All()
	if len(table) == 0 {
		t.Fatal("the table is empty")
	}
	operation := regexp.MustCompile(`^(Get|List|Describe)[A-Z]`)
	action := regexp.MustCompile(`^(s3|iam|organizations|kms):(Get|List|Describe)[A-Za-z]+$`)
	for _, r := range table {
		name := r.Service + "." + r.Operation
		if name == "STS.AssumeRole" || name == "STS.GetCallerIdentity" {
			continue
		}
		if !operation.MatchString(r.Operation) || !action.MatchString(r.Action) {
			t.Errorf("%s (%s) does not look like a read", name, r.Action)
		}
		if r.Action == "s3:GetObject" || strings.HasPrefix(r.Action, "s3:GetObject") {
			t.Errorf("%s reads objects", name)
		}
		if r.For == "" || r.Resource == "" {
			t.Errorf("%s says not what for, or on what", name)
		}
		if strings.HasPrefix(r.Service, "S3") != (r.Query != "") {
			t.Errorf("%s has sub-resource or path %q; S3 operations have one, others none", name, r.Query)
		}
	}
}

func TestAllAreDistinct(t *testing.T) {
	names, queries := map[string]bool{}, map[string]bool{}
	for _, r := range reads.All() {
		name := r.Service + "." + r.Operation
		if names[name] || r.Query != "" && queries[r.Query] {
			t.Errorf("%s (query %q) is there twice", name, r.Query)
		}
		names[name], queries[r.Query] = true, true
	}
}

func TestFind(t *testing.T) {
	if r, ok := reads.Find("S3", "GetBucketPolicy"); !ok || r.Action != "s3:GetBucketPolicy" {
		t.Errorf("Find(S3, GetBucketPolicy) = %v, %t", r, ok)
	}
	for _, operation := range []string{"PutBucketPolicy", "GetObject", ""} {
		if r, ok := reads.Find("S3", operation); ok {
			t.Errorf("Find(S3, %s) = %v, want none", operation, r)
		}
	}
	if r, ok := reads.Query("object-lock"); !ok || r.Operation != "GetObjectLockConfiguration" {
		t.Errorf("Query(object-lock) = %v, %t", r, ok)
	}
	if r, ok := reads.Query(""); ok {
		t.Errorf("Query() = %v, want none", r)
	}
}

func TestPath(t *testing.T) {
	tests := []struct{ path, operation, name string }{
		{"/v20180820/configuration/publicAccessBlock", "GetPublicAccessBlock", ""},
		{"/v20180820/accesspoint", "ListAccessPoints", ""},
		{"/v20180820/accesspoint/recordings", "GetAccessPoint", "recordings"},
		{"/v20180820/accesspoint/recordings/policy", "GetAccessPointPolicy", "recordings"},
		{"/v20180820/accesspoint/recordings/policyStatus", "", ""},
		{"/v20180820/accesspoint/", "", ""},
		{"/v20180820/accesspoint//policy", "", ""},
		{"/v20180820/accesspoint/../policy", "", ""},
		{"/v20180820/jobs", "", ""},
		{"/accesspoint/recordings", "", ""},
		{"accesspoint", "", ""},
		{"", "", ""},
	}
	for _, test := range tests {
		if r, name, ok := reads.Path(test.path); r.Operation != test.operation || name != test.name || ok != (test.operation != "") {
			t.Errorf("Path(%q) = %s, %q, %t; want %s, %q", test.path, r.Operation, name, ok, test.operation, test.name)
		}
	}
}

// A session policy with all actions must fit into 2,048 characters.
func TestActionsFitASessionPolicy(t *testing.T) {
	size := 120
	for _, action := range reads.Actions() {
		size += len(action) + 3
	}
	if size > 2048 {
		t.Errorf("a session policy would have about %d characters", size)
	}
}

// The reads of objects are apart: nothing that looks into the table finds them.
func TestReadsOfObjectsAreApart(t *testing.T) {
	for _, r := range reads.OfObjects() {
		if r.Operation != "HeadObject" || r.Resource != "arn:PARTITION:s3:::BUCKET/OBJECT" || r.For == "" || r.Parts == "" {
			t.Errorf("%+v is no read of what S3 says of an object", r)
		}
		if found, ok := reads.Find(r.Service, r.Operation); ok {
			t.Errorf("Find(%s, %s) = %+v, want none", r.Service, r.Operation, found)
		}
		if found, ok := reads.Query(r.Query); ok {
			t.Errorf("Query(%q) = %+v, want none", r.Query, found)
		}
		if slices.Contains(reads.Actions(), r.Action) {
			t.Errorf("%s is among the actions of every audit", r.Action)
		}
	}
	if got := reads.OfObject(false).Action + " " + reads.OfObject(true).Action; got != "s3:GetObject s3:GetObjectVersion" {
		t.Errorf("the reads of an object need %s", got)
	}
}
