// Package asff writes audits in the AWS Security Finding Format, for Security Hub:
// one request of BatchImportFindings on a line. A request has findings of one
// account, which has to send it: a custom integration may speak for no other.
//
// See https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-custom-providers.html.
package asff

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/report/listing"
	"github.com/repligrant/repligrant/report/safe"
)

// What Security Hub takes: findings and bytes of one request, and bytes of one
// finding.
//
// See https://docs.aws.amazon.com/securityhub/latest/userguide/finding-update-batchimportfindings.html.
const (
	MaxFindings     = 100
	MaxRequestBytes = 6_000_000
	MaxFindingBytes = 240_000
)

// The lengths of fields. Nobody says what they count, so they are kept in bytes.
// Those of one finding together are far below [MaxFindingBytes].
//
// See https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_AwsSecurityFinding.html.
const (
	maxID           = 512
	maxTitle        = 256
	maxDescription  = 1_024
	maxText         = 512
	maxOriginal     = 64
	maxField        = 2_048
	maxRequirements = 32
	maxURL          = 2_048
	maxResource     = 2_048
)

const (
	schema  = "2018-10-08"
	product = "repligrant"
)

// A Lack says what an audit lacks for this format: a "time" or an "account".
type Lack string

// The lacks.
const (
	LacksTime    Lack = "time"
	LacksAccount Lack = "account"
)

// Requests are the findings of an audit, by account and in their order, and what
// the audit lacks for them, "" for nothing.
func Requests(a *audit.Audit, o listing.Options) ([]any, Lack) {
	accounts := map[string][]Finding{}
	var order []string
	for _, e := range listing.Records(a, o) {
		account := listing.Account(a, e.Finding)
		if account == "" {
			return nil, LacksAccount
		}
		t, ok := listing.Time(a, account)
		if !ok {
			return nil, LacksTime
		}
		if accounts[account] == nil {
			order = append(order, account)
		}
		accounts[account] = append(accounts[account], finding(a, o, e, account, t))
	}
	slices.Sort(order)
	var requests []any
	for _, account := range order {
		requests = append(requests, batches(accounts[account])...)
	}
	return requests, ""
}

// batches packs findings into requests, none of which is too large.
func batches(findings []Finding) []any {
	var l []any
	begin, size := 0, 0
	for i, f := range findings {
		n := sizeOf(f)
		if i > begin && (i-begin == MaxFindings || size+n > MaxRequestBytes) {
			l = append(l, Request{findings[begin:i]})
			begin, size = i, 0
		}
		size += n
	}
	return append(l, Request{findings[begin:]})
}

// sizeOf is how many bytes a finding takes at most; a few more are for what
// stands around it.
func sizeOf(f Finding) int {
	const around = 64
	data, err := json.Marshal(f)
	if err != nil {
		return MaxFindingBytes // texts and lists of texts are always JSON
	}
	return len(data) + around
}

var labels = map[audit.Severity]string{
	audit.Critical: "CRITICAL", audit.High: "HIGH", audit.Medium: "MEDIUM", audit.Low: "LOW", audit.Info: "INFORMATIONAL",
}

// statuses are those of compliance. Advice has none; what nobody knows is a
// warning, which stands for missing information.
//
// See https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_Compliance.html.
var statuses = map[listing.Result]string{listing.Passed: "PASSED", listing.Unknown: "WARNING", listing.Failed: "FAILED"}

func finding(a *audit.Audit, o listing.Options, e listing.Entry, account string, t time.Time) Finding {
	f := e.Finding
	check := safe.Visible(cmp.Or(f.Check, "requirement"))
	at := t.Format("2006-01-02T15:04:05.000Z")
	severity := Severity{cmp.Or(labels[f.Severity], "MEDIUM"), limit(safe.Visible(string(f.Severity)), maxOriginal)}
	types := []string{"Software and Configuration Checks/AWS Security Best Practices"}
	return Finding{
		SchemaVersion: schema, ID: filled(safe.Visible(f.ID), maxID), ProductARN: productARN(o.Region, account), ProductName: product, CompanyName: product,
		GeneratorID: filled(product+"/"+check, maxID), AWSAccountID: account, Types: types, CreatedAt: at, UpdatedAt: at, Severity: severity,
		Title: title(f, check), Description: filled(o.Message(f), maxDescription), Remediation: remediation(f, o), SourceURL: page(f),
		ProductFields: fields(a, o, f), Resources: []Resource{resource(f, o.Region, account)}, Compliance: compliance(e),
		Workflow: Workflow{workflow(f)}, RecordState: "ACTIVE", FindingProviderFields: ProviderFields{severity, types},
	}
}

// productARN is that of the default integration of an account.
func productARN(region, account string) string {
	return "arn:" + arn.PartitionOf(region) + ":securityhub:" + region + ":" + account + ":product/" + account + "/default"
}

func title(f audit.Finding, check string) string {
	return filled("S3 replication: "+check+" ("+cmp.Or(safe.Visible(f.Action), listing.Place(f))+")", maxTitle)
}

func limit(s string, n int) string { return safe.CutBytes(s, n) }

// filled is s with n bytes at most; a field must hold something.
func filled(s string, n int) string {
	if strings.TrimSpace(s) == "" {
		return "unnamed"
	}
	return limit(s, n)
}

func remediation(f audit.Finding, o listing.Options) *Remediation {
	fix := o.Fix(f)
	if strings.TrimSpace(fix) == "" {
		return nil
	}
	return &Remediation{Recommendation{limit(fix, maxText), page(f)}}
}

// page is the address of a page, or nothing where it is none.
func page(f audit.Finding) string {
	if listing.IsPage(f.Source) && len(f.Source) <= maxURL {
		return f.Source
	}
	return ""
}

// workflow is the state of a finding that is new to Security Hub; of one that it
// has, Security Hub keeps its own.
func workflow(f audit.Finding) string {
	if f.Status == audit.Suppressed {
		return "SUPPRESSED"
	}
	return "NEW"
}

func compliance(e listing.Entry) *Compliance {
	c := Compliance{Status: statuses[e.Result]}
	for _, control := range e.Controls {
		if shown := limit(safe.Visible(control), maxField); strings.TrimSpace(shown) != "" && len(c.RelatedRequirements) < maxRequirements {
			c.RelatedRequirements = append(c.RelatedRequirements, shown)
		}
	}
	if c.Status == "" && len(c.RelatedRequirements) == 0 {
		return nil
	}
	return &c
}

// resourceTypes are Security Hub's words for what carries a document, by the
// service and the type of its ARN.
//
// See https://docs.aws.amazon.com/securityhub/latest/userguide/asff-resources.html.
var resourceTypes = map[string]string{
	"s3": "AwsS3Bucket", "iam/role": "AwsIamRole", "iam/user": "AwsIamUser", "iam/policy": "AwsIamPolicy", "kms/key": "AwsKmsKey", "s3/accesspoint": "AwsS3AccessPoint",
}

// resource is what a finding is about; where its target is no ARN, the account.
func resource(f audit.Finding, region, account string) Resource {
	target, err := arn.Parse(f.Target)
	if err != nil || safe.Visible(f.Target) != f.Target || len(f.Target) > maxResource {
		return Resource{Type: "AwsAccount", ID: "AWS::::Account:" + account, Partition: arn.PartitionOf(region)}
	}
	kind := target.Service
	if t := target.Type(); t != "" {
		kind += "/" + t
	}
	r := Resource{Type: cmp.Or(resourceTypes[kind], "Other"), ID: f.Target, Partition: target.Partition, Region: target.Region}
	if !arn.IsPartition(r.Partition) {
		r.Partition = arn.PartitionOf(region)
	}
	if len(r.Region) > 16 || strings.TrimSpace(r.Region) == "" {
		r.Region = ""
	}
	return r
}

// fields are what the format has no word for. Empty ones are refused.
func fields(a *audit.Audit, o listing.Options, f audit.Finding) map[string]string {
	m := map[string]string{"ProviderName": product}
	add := func(name, value string) {
		if shown := limit(safe.Visible(value), maxField); strings.TrimSpace(shown) != "" {
			m[name] = shown
		}
	}
	add("ProviderVersion", a.Tool.Version)
	for _, field := range []struct{ name, value string }{
		{"Outcome", string(f.Outcome)},
		{"Group", string(f.Group)},
		{"Coverage", string(f.Coverage)},
		{"Rule", f.Rule},
		{"From", f.From},
		{"To", f.To},
		{"Document", string(f.Document)},
		{"Target", f.Target},
		{"Principal", f.Principal},
		{"Action", f.Action},
		{"Resource", f.Resource},
		{"Witness", f.Witness},
		{"FailureCode", f.FailureCode},
		{"Requirement", f.Requirement},
		{"Accepted", o.Accepted(a, f)},
	} {
		add(product+"/"+field.name, field.value)
	}
	if st := listing.Statement(f); len(st) <= maxField { // half of one is none
		add(product+"/Statement", st)
	}
	if n := len(f.Requirements); n > 0 {
		add(product+"/Requirements", strconv.Itoa(n)+": "+strings.Join(f.Requirements, ", "))
	}
	return m
}
