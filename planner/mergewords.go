package planner

import (
	"strconv"

	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/policy"
)

// mergeProblems are the documents in place that nothing can be laid into.
var mergeProblems = diag.Table{
	"merge-policy-malformed": {
		Message: "the policy of {target} has no reading: {problem}",
		Hint:    "give it as aws s3api get-bucket-policy or aws kms get-key-policy prints it",
	},
	"merge-configuration-malformed": {
		Message: "the replication configuration of {target} has no reading: {problem}",
		Hint:    "give it as aws s3api get-bucket-replication prints it",
	},
	"merge-version": {
		Message: "the policy of {target} is of version {version}, in which prefixes with *, ? or $ cannot be written, " +
			"and another version would change what its other statements mean",
		Hint: "see to the statements that hold ${, set Version to 2012-10-17, and merge again",
	},
	"merge-policy-too-large": {
		Message: "merged, the {place} of {target} would have {size} {unit}; AWS takes {limit} ({source})",
		Hint:    "take out of the policy what is not needed any more, or let the rules name fewer prefixes",
	},
	"merge-configuration-too-large": {
		Message: "merged, the replication configuration of {target} would have {rules} rules and {size} bytes; S3 takes {most} and {limit} ({source})",
		Hint:    "take out of the configuration what is not needed any more, or write fewer rules: one prefix may cover several",
	},
	"merge-role-differs": {
		Message: "the replication configuration of {target} has role {role}, the plan has {planned}: one role works for all rules, and {rules} would get another one",
		Hint:    "write role: {role} in the rules of this bucket, or bring the other rules into the spec",
	},
	"merge-first-version": {
		Message: "the replication configuration of {target} is of the first version of the schema, which the plan's rules are not, and {rules} would change what they do",
		Hint:    "bring these rules into the spec, with delete_markers: true to keep what they do now",
	},
	"merge-priority": {
		Message: "in the replication configuration of {target} rule {other} has priority {priority}, as rule {rule} of the plan has to the same destination: S3 refuses that",
		Hint:    "write another priority: in rule {rule}; the higher one wins",
	},
}

// malformed refuses a document in place that has no reading.
func (m *merger) malformed(file, key, target string, err error) {
	d := mergeProblems.At(diag.Pos{File: file}, key, "target", target)
	d.Message = d.Message.With("problem", Wrong(err))
	m.problems = append(m.problems, d)
}

// tooLarge reports a merged policy above its quota.
func (m *merger) tooLarge(file, target string, place policy.Place, size int) {
	quota := policy.QuotaOf(place)
	d := mergeProblems.At(diag.Pos{File: file}, "merge-policy-too-large",
		"target", target, "size", strconv.Itoa(size), "limit", strconv.Itoa(quota.Limit), "source", quota.Source)
	diag.Put(d.Message.Args, "place", placeText(place))
	diag.Put(d.Message.Args, "unit", unit(quota))
	m.problems = append(m.problems, d)
}
