package audit

import (
	"unicode/utf8"

	"github.com/repligrant/repligrant/replication"
)

// maxPrefix is the longest prefix of a rule, in characters.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/API/API_ReplicationRule.html.
const maxPrefix = 1024

// selectionFlaws are about which objects a rule takes.
var selectionFlaws = []flaw{
	{
		"filter-without-delete-markers", "rule {rule} of {bucket} has a Filter and no DeleteMarkerReplication, which S3 refuses", "fix.rule-delete-markers",
		func(_ replication.Configuration, r replication.ConfigurationRule) bool {
			return r.Filter != nil && r.DeleteMarkerReplication == nil
		},
		apiDocs + "API_PutBucketReplication.html",
	},
	{
		"tags-with-delete-markers", "rule {rule} of {bucket} filters by tag and replicates delete markers, which S3 refuses", "fix.rule-no-delete-markers",
		func(_ replication.Configuration, r replication.ConfigurationRule) bool {
			_, tags := r.Selects()
			return len(tags) > 0 && r.DeleteMarkerReplication != nil && r.DeleteMarkerReplication.Status == replication.Enabled
		},
		apiDocs + "API_DeleteMarkerReplication.html",
	},
	{
		ambiguous, "rule {rule} of {bucket} has no Filter beside rules that have one: AWS does not say what that means", "fix.rule-filter",
		func(c replication.Configuration, r replication.ConfigurationRule) bool {
			return c.V2() && r.Filter == nil && r.Destination.ReplicationTime == nil
		},
		userGuide + "replication-add-config.html",
	},
	{
		twofold, "rule {rule} of {bucket} has a Prefix beside its Filter: AWS does not say which one S3 goes by", "fix.rule-one-prefix",
		func(_ replication.Configuration, r replication.ConfigurationRule) bool {
			return r.Filter != nil && r.Prefix != nil
		},
		userGuide + "replication-add-config.html",
	},
	{
		"filter-of-several", "the Filter of rule {rule} of {bucket} has more than one of Prefix, Tag and And, which S3 refuses", "fix.rule-and",
		func(_ replication.Configuration, r replication.ConfigurationRule) bool {
			return r.Filter != nil && parts(*r.Filter) > 1
		},
		apiDocs + "API_ReplicationRuleFilter.html",
	},
	{
		"modifications-without-filter", "rule {rule} of {bucket} replicates modifications of replicas, which S3 does only for rules with a Filter", "fix.rule-filter",
		func(c replication.Configuration, r replication.ConfigurationRule) bool {
			s := r.SourceSelectionCriteria
			return !c.V2() && s != nil && s.ReplicaModifications != nil && s.ReplicaModifications.Status == replication.Enabled
		},
		apiDocs + "API_SourceSelectionCriteria.html",
	},
	{
		"prefix-too-long", "the prefix of rule {rule} of {bucket} has more than 1,024 characters, which is the most that S3 takes", "fix.rule-prefix",
		func(_ replication.Configuration, r replication.ConfigurationRule) bool {
			prefix, _ := r.Selects()
			return utf8.RuneCountInString(prefix) > maxPrefix
		},
		apiDocs + "API_ReplicationRule.html",
	},
}

// parts counts what a filter selects by.
func parts(f replication.Filter) int {
	n := 0
	for _, there := range []bool{f.Prefix != nil && *f.Prefix != "", f.Tag != nil, f.And != nil} {
		if there {
			n++
		}
	}
	return n
}
