package report_test

import (
	"fmt"
	"os"

	"github.com/repligrant/repligrant/report"
)

func ExampleAudit() {
	saved := []byte(`{"schema": "repligrant.audit/v1", "complete": true,
	  "summary": {"requirements": {"granted": 9}, "rules": {"replicates": 1}},
	  "rules": [{"rule": "orders", "from": "acme-orders", "to": "acme-orders-copy", "verdict": "replicates"}]}`)
	a, err := report.ReadAudit("audit.json", saved)
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := report.Audit(os.Stdout, a, report.Options{}); err != nil {
		fmt.Println(err)
	}
	// Output:
	// Clean: all 9 requirements are granted.
	// 1 rule replicates.
}
