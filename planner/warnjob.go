package planner

import (
	"strings"

	"github.com/repligrant/repligrant/replication"
)

// jobWarnings names the rules whose keys a batch job of another rule is for too:
// a manifest that S3 makes is narrowed by a prefix, and by no rule.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_JobManifestGeneratorFilter.html.
func jobWarnings(rules []replication.Rule) []Warning {
	silent := map[string][]*replication.Rule{} // rules that ask for no job, by source
	for i := range rules {
		if r := &rules[i]; r.Enabled && r.Job == nil {
			silent[r.From.Name] = append(silent[r.From.Name], r)
		}
	}
	var list []Warning
	for i := range rules {
		r := &rules[i]
		if !r.Enabled || r.Job == nil || r.Job.Manifest != nil {
			continue
		}
		for _, o := range silent[r.From.Name] {
			if strings.HasPrefix(o.Prefix, r.Prefix) {
				list = append(list, warn(r.Pos, "job-covers-another-rule", "rule", r.Name, "from", r.From.Name, "other", o.Name))
			}
		}
	}
	return list
}
