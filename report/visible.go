package report

import "github.com/repligrant/repligrant/report/safe"

// Visible makes text of other people safe to show on one line, see [safe.Visible].
// Reports do this by themselves; it is exported for messages that are no report.
func Visible(s string) string { return safe.Visible(s) }

// The longest that one datum is shown, in characters. AWS's own limits are
// below maxDatum for all but object keys, which fit with their bucket.
const (
	maxDatum   = 1_200
	maxCell    = 128
	maxMessage = 4_000
	maxSays    = 600 // of evidence, which may list all addresses of a company
)

func cut(s string, n int) string { return safe.Cut(s, n) }
