package audit_test

import (
	"strings"
	"testing"

	"github.com/repligrant/repligrant/audit"
)

// TestOtherContext writes the key of an encryption context wrong: what is found says
// which key S3 sends by itself. Others come from whoever uploads an object, so that
// nobody knows of them.
func TestOtherContext(t *testing.T) {
	const sent = "by itself S3 sends only kms:EncryptionContext:aws:s3:arn"
	for _, c := range []struct {
		name, key string
		check     string
		says      bool
	}{
		{"the right one, of other objects", "aws:s3:arn", "permission-missing", false},
		{"AWS's typing error", "arn:aws:arn", "permission-missing", true},
		{"another key", "aws:s3arn", "permission-unknown", true},
	} {
		w := clean(t)
		statement := strings.Replace(useSource, "aws:s3:arn", c.key, 1)
		if c.key == "aws:s3:arn" {
			statement = strings.ReplaceAll(statement, "acme-logs", "acme-others")
		}
		for _, e := range []edit{keyed, put(rolePolicy, document(readBucket, readObjects, write, useReplica, statement))} {
			e(w)
		}
		out := w.audit()
		i := indexOf(out, c.check)
		if i < 0 {
			t.Errorf("%s: no %s among %v", c.name, c.check, lines(out))
			continue
		}
		if got := says(out.Findings[i]); strings.Contains(got, sent) != c.says {
			t.Errorf("%s: the evidence is %q; want %q in it: %t", c.name, got, sent, c.says)
		}
	}
}

// indexOf is the place of the first finding of a check, -1 if there is none.
func indexOf(out *audit.Audit, check string) int {
	for i, f := range out.Findings {
		if f.Check == check {
			return i
		}
	}
	return -1
}
