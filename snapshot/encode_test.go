package snapshot_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repligrant/repligrant/internal/golden"
	"github.com/repligrant/repligrant/snapshot"
)

// Each testdata/NAME.json encodes to testdata/NAME.golden, and that to itself.
func TestEncode(t *testing.T) {
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no snapshots in testdata (err = %v)", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		t.Run(name, func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := encode(t, file, data)
			golden.Equal(t, name+".golden", got)
			if again := encode(t, "encoded", got); !bytes.Equal(got, again) {
				t.Errorf("what Encode wrote reads differently (-first +second):\n%s", cmp.Diff(string(got), string(again)))
			}
		})
	}
}

// encode parses data, and encodes it.
func encode(t *testing.T, file string, data []byte) []byte {
	t.Helper()
	s, err := snapshot.Parse(file, data)
	if err != nil {
		t.Fatal(err)
	}
	got, err := snapshot.Encode(s)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// Encode leaves the snapshot as it is: reasons stay where they can be asked.
func TestEncodeChangesNothing(t *testing.T) {
	s, err := snapshot.Parse("snap.json", []byte(text(`{"buckets": {"b": {"Errors": {"GetBucketPolicy": "AccessDenied"}}},
		"organization": {"Errors": {"ListPoliciesForTarget": "AccessDenied"}}}`)))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := snapshot.Encode(s); err != nil {
		t.Fatal(err)
	}
	a := s.Accounts["111122223333"]
	o, _ := a.Organization.Get()
	if got := a.Buckets["b"].Policy.Why() + " " + o.SCPs.Why(); got != "AccessDenied AccessDenied" {
		t.Errorf("after Encode the reasons are %q", got)
	}
}

func FuzzParse(f *testing.F) {
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) == 0 {
		f.Fatalf("no snapshots in testdata (err = %v)", err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte(text(`{"buckets": {"b": {"Policy": {"Policy": {"Policy": 3}}}}}`)))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := snapshot.Parse("f", data)
		if err != nil {
			return
		}
		first, err := snapshot.Encode(s)
		if err != nil {
			t.Fatalf("what Parse read cannot be encoded: %v", err)
		}
		if second := encode(t, "encoded", first); !bytes.Equal(first, second) {
			t.Errorf("Encode is not stable (-first +second):\n%s", cmp.Diff(string(first), string(second)))
		}
	})
}
