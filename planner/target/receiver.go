package target

import (
	"slices"
	"strings"

	"github.com/repligrant/repligrant/planner"
)

// Receivers lists the buckets that get replicas, which need versioning, by the ID
// of their account and sorted. A bucket that gets reports only is none.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-requirements.html.
func Receivers(p *planner.Plan) map[string][]string {
	buckets := map[string][]string{}
	type receiver struct{ account, bucket string }
	seen := map[receiver]bool{}
	for _, q := range p.Requirements {
		r := receiver{q.ResourceAccount, q.To}
		if q.From != "" && !seen[r] && inBucket(q.Resource, q.To) {
			seen[r] = true
			buckets[q.ResourceAccount] = append(buckets[q.ResourceAccount], q.To)
		}
	}
	for _, list := range buckets {
		slices.Sort(list)
	}
	return buckets
}

// inBucket reports whether an ARN is of a bucket or of objects in it.
func inBucket(arn, bucket string) bool {
	head, _, _ := strings.Cut(arn, "/")
	return strings.HasPrefix(head, "arn:") && strings.HasSuffix(head, ":s3:::"+bucket)
}
