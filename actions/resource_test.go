package actions_test

import (
	"strings"
	"testing"

	"github.com/repligrant/repligrant/actions"
	"github.com/repligrant/repligrant/policy/glob"
)

// Each type's pattern holds an ARN of it, in which every variable is written out.
func TestPatterns(t *testing.T) {
	count := 0
	for r := range actions.Types() {
		count++
		example := r.ARN
		for strings.Contains(example, "${") {
			before, rest, _ := strings.Cut(example, "${")
			_, after, _ := strings.Cut(rest, "}")
			example = before + "x" + after
		}
		p := glob.CompileARN(r.Pattern())
		if !p.Match(example) || strings.Contains(r.Pattern(), "$") {
			t.Errorf("%s %s: %s does not hold %s", r.Service, r.Name, r.Pattern(), example)
		}
		if b := r.Beyond(); b != "" && (glob.CompileARN(b).Match(example) || !glob.CompileARN(b).Match(example+"/x")) {
			t.Errorf("%s %s: %s cuts off its own ARNs, or does not cut off those below", r.Service, r.Name, b)
		}
	}
	if count < 30 {
		t.Errorf("only %d types", count)
	}
}

func TestPatternOf(t *testing.T) {
	for _, tc := range []struct {
		service         string
		name            actions.Resource
		pattern, beyond string
	}{
		{"s3", actions.Bucket, "arn:*:s3:::?*", "arn:*:s3:::?*/*"},
		{"s3", actions.Object, "arn:*:s3:::?*/?*", ""},
		{"s3", actions.AccessPoint, "arn:*:s3:*:*:accesspoint/?*", "arn:*:s3:*:*:accesspoint/?*/*"},
		{"s3", actions.AccessPointObject, "arn:*:s3:*:*:accesspoint/?*/object/?*", ""},
		{"kms", actions.Key, "arn:*:kms:*:*:key/?*", ""},
		{"iam", actions.Role, "arn:*:iam::*:role/?*", ""},
		{"sts", actions.Role, "arn:*:iam::*:role/?*", ""},
		{"sts", "root-user", "arn:*:iam::*:root", ""},
	} {
		r := typeOf(t, tc.service, tc.name)
		if r.Pattern() != tc.pattern || r.Beyond() != tc.beyond {
			t.Errorf("%s %s: got %s beyond %q, want %s beyond %q", tc.service, tc.name, r.Pattern(), r.Beyond(), tc.pattern, tc.beyond)
		}
	}
}

func typeOf(t *testing.T, service string, name actions.Resource) actions.ResourceType {
	t.Helper()
	for r := range actions.Types() {
		if r.Service == service && r.Name == name {
			return r
		}
	}
	t.Fatalf("%s has no resource type %s", service, name)
	return actions.ResourceType{}
}

// An object of a bucket is no bucket, although the bucket's pattern holds it.
func TestBucketIsNoObject(t *testing.T) {
	bucket, object := typeOf(t, "s3", actions.Bucket), typeOf(t, "s3", actions.Object)
	for arn, want := range map[string][2]bool{
		"arn:aws:s3:::acme-logs":       {true, false},
		"arn:aws-cn:s3:::acme-logs/k":  {false, true},
		"arn:aws:s3:::acme-logs/a/b\n": {false, true},
		"arn:aws:s3:::acme-logs/":      {false, false},
		"arn:aws:s3:::":                {false, false},
		"arn:aws:sqs:::acme-logs":      {false, false},
	} {
		got := [2]bool{isOf(bucket, arn), isOf(object, arn)}
		if got != want {
			t.Errorf("%q is a bucket, an object: got %v, want %v", arn, got, want)
		}
	}
}

func isOf(r actions.ResourceType, arn string) bool {
	in := glob.CompileARN(r.Pattern()).Match(arn)
	return in && (r.Beyond() == "" || !glob.CompileARN(r.Beyond()).Match(arn))
}
