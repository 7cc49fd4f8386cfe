package report_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/report"
)

// A size is said in what AWS counts. Where the lines that a report shows would be
// over the limit, it says that they are not to be copied.
func TestSizes(t *testing.T) {
	full := func(size int) json.RawMessage {
		const frame = `{"Version":"2012-10-17","Statement":[{"Sid":""}]}`
		return json.RawMessage(strings.Replace(frame, `""`, `"`+strings.Repeat("x", size-len(frame))+`"`, 1))
	}
	tests := []struct {
		kind        replication.Kind
		size, limit int
		want        string
		copied      bool
	}{
		{replication.RoleTrustPolicy, 120, 2048, "120 of 2048 characters", true},
		{replication.RoleTrustPolicy, 2048, 2048, "2048 of 2048 characters", false},
		{replication.RolePolicy, 10240, 10240, "10240 of 10240 characters", true},
		{replication.DestinationBucketPolicy, 240, 20480, "240 of 20480 bytes", true},
		{replication.DestinationBucketPolicy, 20480, 20480, "20480 of 20480 bytes", false},
		{replication.DestinationKMSKeyPolicy, 32768, 32768, "32768 of 32768 bytes", false},
		{replication.WriterAccessPointPolicy, 20470, 20480, "20470 of 20480 bytes", false},
		{replication.ReplicationConfiguration, 240, 2 << 20, "240 of 2097152 bytes", true},
		{"novel", 240, 300, "240 of 300 characters", true},
	}
	for _, tt := range tests {
		p := plan()
		p.Documents = []planner.Document{{Kind: tt.kind, Account: "111122223333", Target: copyARN, Document: full(tt.size), Size: tt.size, Limit: tt.limit}}
		for _, format := range []string{report.Text, report.Markdown} {
			got := strings.Join(strings.Fields(planAs(t, p, report.Options{Format: format})), " ")
			const warning = ", without the white space that is shown here"
			if !strings.Contains(got, tt.want) || strings.Contains(got, tt.want+warning) == tt.copied {
				t.Errorf("%s, %s: want %q, to be copied: %t; got\n%s", tt.kind, format, tt.want, tt.copied, fmt.Sprintf("%.3000s", got))
			}
		}
	}
}
