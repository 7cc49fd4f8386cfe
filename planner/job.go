package planner

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/replication"
)

// A Job is a Batch Replication job to be started when everything is applied. No
// form starts it: what it copies is paid for.
type Job struct {
	Account  string   `json:"account"` // ID of the owner of From, who starts it
	From     string   `json:"from"`
	Rules    []string `json:"rules,omitempty"`    // those that ask for it, in the order of the SPEC; nil in plans of earlier versions
	Role     string   `json:"role"`               // ARN
	Manifest string   `json:"manifest,omitempty"` // ARN of what its keys begin with; "": S3 makes it, and keeps it nowhere
	Report   string   `json:"report,omitempty"`   // likewise; "": none is written
	Command  string   `json:"command"`            // of the AWS CLI, for a POSIX shell
}

// jobs lists the jobs of enabled rules, each once: one without a manifest of its
// own is for all rules of a bucket and a prefix.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-batch-replication-batch.html.
func jobs(rules []replication.Rule) []Job {
	var list []Job
	place := map[string]int{}
	for _, r := range rules {
		if r.Job == nil || !r.Enabled {
			continue
		}
		j := Job{Account: r.From.Account, From: r.From.Name, Role: r.Job.Role, Manifest: beginning(r.Job.Manifest), Report: beginning(r.Job.Report)}
		j.Command = command(r)
		i, there := place[j.Command]
		if !there {
			i, list = len(list), append(list, j)
			place[j.Command] = i
		}
		list[i].Rules = append(list[i].Rules, r.Name)
	}
	return list
}

// beginning is what the ARNs of the objects of l begin with; "" for none.
func beginning(l *replication.Location) string {
	if l == nil {
		return ""
	}
	return arn.Object(l.Bucket.Partition, l.Bucket.Name, l.Prefix)
}

// command starts the job of r. Jobs that the CLI makes run without anybody's
// confirmation unless they ask for it.
//
// See https://docs.aws.amazon.com/cli/latest/reference/s3control/create-job.html.
func command(r replication.Rule) string {
	return fmt.Sprintf("aws s3control create-job --region %s --account-id %s --role-arn %s --priority 10 --no-confirmation-required --operation %s --report %s %s",
		r.From.Region, r.From.Account, r.Job.Role, argument(map[string]any{"S3ReplicateObject": map[string]any{}}), reportOf(r.Job.Report), manifestOf(r))
}

// reportOf is the argument for a report: S3 puts a slash behind its prefix.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_JobReport.html.
func reportOf(l *replication.Location) string {
	if l == nil {
		return argument(map[string]any{"Enabled": false})
	}
	report := map[string]any{"Enabled": true, "Bucket": l.Bucket.ARN(), "Format": "Report_CSV_20180820", "ReportScope": "AllTasks"}
	if prefix := strings.TrimSuffix(l.Prefix, "/"); prefix != "" {
		report["Prefix"] = prefix
	}
	return argument(report)
}

// manifestOf is the option that says what the job is to replicate.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_S3JobManifestGenerator.html,
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_JobManifestGeneratorFilter.html and
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_JobManifestSpec.html.
func manifestOf(r replication.Rule) string {
	if l := r.Job.Manifest; l != nil {
		return "--manifest " + argument(map[string]any{
			"Spec":     map[string]any{"Format": "S3BatchOperations_CSV_20180820", "Fields": []string{"Bucket", "Key", "VersionId"}},
			"Location": map[string]any{"ObjectArn": beginning(l) + "MANIFEST.csv", "ETag": "ETAG"},
		})
	}
	filter := map[string]any{"EligibleForReplication": true, "ObjectReplicationStatuses": []string{"NONE", "FAILED"}}
	if r.Prefix != "" { // beyond it the role may start nothing
		filter["KeyNameConstraint"] = map[string]any{"MatchAnyPrefix": []string{r.Prefix}}
	}
	return "--manifest-generator " + argument(map[string]any{"S3JobManifestGenerator": map[string]any{
		"ExpectedBucketOwner": r.From.Account, "SourceBucket": r.From.ARN(), "EnableManifestOutput": false, "Filter": filter,
	}})
}

// argument is JSON in quotes of the shell. Back quotes and angle brackets are
// JSON escapes, so that it can stand in Markdown.
func argument(v any) string {
	text, _ := json.Marshal(v) // strings and booleans always encode
	return "'" + strings.NewReplacer("'", `\u0027`, "`", `\u0060`).Replace(string(text)) + "'"
}
