package replication_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/actions"
	"github.com/repligrant/repligrant/replication"
)

// TestFailures checks that every code has a row, and every row says what
// happened, what to do, and where AWS says so.
func TestFailures(t *testing.T) {
	var codes []string
	for _, f := range replication.Failures {
		codes = append(codes, f.Code)
		checkSource(t, f.Code, f.Source)
		if f.Means.Key == "" || f.Means.English == "" || f.Do.Key == "" || f.Do.English == "" {
			t.Errorf("%s: means %+v, do %+v", f.Code, f.Means, f.Do)
		}
		for _, l := range f.Look {
			if _, ok := actions.Find(l.Action); !ok {
				t.Errorf("%s: there is no action %s", f.Code, l.Action)
			}
			if len(l.Documents()) == 0 {
				t.Errorf("%s: no document holds %s", f.Code, l.Action)
			}
		}
	}
	want := slices.Sorted(slices.Values(failureCodes))
	if diff := cmp.Diff(want, codes); diff != "" {
		t.Errorf("the codes of the table (-want +got):\n%s", diff)
	}
}

// A permission that has a failure code is among those that the code sends to.
func TestFailuresNameTheirPermissions(t *testing.T) {
	n := 0
	for _, p := range replication.Permissions {
		if p.FailureCode == "" || p.On == replication.DefaultKey {
			continue
		}
		n++
		f, ok := replication.FindFailure(p.FailureCode)
		if !ok || !slices.ContainsFunc(f.Look, func(l replication.Look) bool { return l.Action == p.Action }) {
			t.Errorf("%s is not what %s sends to: %+v", p.Action, p.FailureCode, f.Look)
		}
	}
	if n == 0 {
		t.Error("no permission has a failure code")
	}
}

func TestFindFailure(t *testing.T) {
	for spelled, want := range map[string]string{
		"DstPutObjectNotPermitted":           "DstPutObjectNotPermitted",
		"dstputobjectnotpermitted":           "DstPutObjectNotPermitted",
		"DstMultipartUploadNotPermitted":     "DstMultipartUploadNotPermitted",
		"DstMultipartPartUploadNotPermitted": "DstMultipartUploadNotPermitted",
		"DstPutObject":                       "",
		"":                                   "",
	} {
		if f, ok := replication.FindFailure(spelled); f.Code != want || ok != (want != "") {
			t.Errorf("FindFailure(%q) = %q, %t, want %q", spelled, f.Code, ok, want)
		}
	}
}

// What AWS's table names for a code is told from what follows from it: of the
// writes of locks it names the permissions of locks, and no other.
func TestFailuresTellWhatAWSNames(t *testing.T) {
	for code, want := range map[string][]string{
		"DstPutLegalHoldNotPermitted":        {"s3:PutObjectLegalHold"},
		"DstPutRetentionNotPermitted":        {"s3:PutObjectRetention"},
		"DstPutTaggingNotPermitted":          {"s3:ReplicateObject"},
		"DstPutObjectAnnotationNotPermitted": nil,
		"SrcGetObjectNotPermitted":           {"s3:GetObjectVersionForReplication"},
	} {
		var got []string
		f, _ := replication.FindFailure(code)
		for _, l := range f.Look {
			if !l.Inferred {
				got = append(got, l.Action)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: AWS is said to name %q, want %q", code, got, want)
		}
	}
}
