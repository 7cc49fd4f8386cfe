package audit

import (
	"strings"
	"unicode"

	"github.com/repligrant/repligrant/replication"
)

// ruleFlaws are about a rule as such, and beside the others.
var ruleFlaws = []flaw{
	{
		"status", "rule {rule} of {bucket} is neither Enabled nor Disabled, which S3 refuses", "fix.rule-status",
		func(_ replication.Configuration, r replication.ConfigurationRule) bool {
			return r.Status != replication.Enabled && r.Status != replication.Disabled
		},
		apiDocs + "API_ReplicationRule.html",
	},
	{
		"equal-priorities", "rule {rule} of {bucket} has the priority of another rule to the same destination", "fix.rule-priorities",
		func(c replication.Configuration, r replication.ConfigurationRule) bool {
			equal := 0
			for _, o := range c.Rules {
				if o.Priority != nil && r.Priority != nil && *o.Priority == *r.Priority && o.Destination.Bucket == r.Destination.Bucket {
					equal++
				}
			}
			return equal > 1
		},
		"https://github.com/hashicorp/terraform-provider-aws/pull/20269",
	},
	{
		"without-priority", "rule {rule} of {bucket} has a Filter and no Priority: AWS asks for one", "fix.rule-priority",
		func(_ replication.Configuration, r replication.ConfigurationRule) bool {
			return r.Filter != nil && r.Priority == nil
		},
		apiDocs + "API_PutBucketReplication.html",
	},
	{
		"id-not-ascii", "the ID of rule {rule} of {bucket} has characters beyond ASCII, which S3 refuses", "fix.rule-id",
		func(_ replication.Configuration, r replication.ConfigurationRule) bool {
			return strings.ContainsFunc(r.ID, func(c rune) bool { return c > unicode.MaxASCII })
		},
		apiDocs + "ErrorResponses.html",
	},
	{
		"id-too-long", "the ID of rule {rule} of {bucket} has more than 255 characters, which S3 refuses", "fix.rule-id",
		func(_ replication.Configuration, r replication.ConfigurationRule) bool { return len(r.ID) > 255 },
		apiDocs + "API_ReplicationRule.html",
	},
	{
		"equal-ids", "another rule of {bucket} has the ID {rule} too, which S3 refuses", "fix.rule-id",
		func(c replication.Configuration, r replication.ConfigurationRule) bool {
			return r.ID != "" && count(c.Rules, func(o replication.ConfigurationRule) bool { return o.ID == r.ID }) > 1
		},
		apiDocs + "ErrorResponses.html",
	},
	{
		"existing-objects", "rule {rule} of {bucket} asks for the replication of existing objects, which S3 does not take any more", "fix.rule-existing",
		func(_ replication.Configuration, r replication.ConfigurationRule) bool {
			return r.ExistingObjectReplication != nil && r.ExistingObjectReplication.Status == replication.Enabled
		},
		userGuide + "s3-batch-replication-batch.html",
	},
}

func count(rules []replication.ConfigurationRule, is func(replication.ConfigurationRule) bool) (n int) {
	for _, r := range rules {
		if is(r) {
			n++
		}
	}
	return n
}
