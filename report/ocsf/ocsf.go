// Package ocsf writes audits as Compliance Findings of the Open Cybersecurity
// Schema Framework, for data lakes and SIEMs: one event on a line.
//
// See https://schema.ocsf.io/1.3.0/classes/compliance_finding.
package ocsf

import (
	"cmp"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/report/listing"
	"github.com/repligrant/repligrant/report/safe"
)

// Version is that of the schema: the first that has resources in this class, so
// that most readers know it.
const Version = "1.3.0"

// An Event is one Compliance Finding.
type Event struct {
	ActivityID   int          `json:"activity_id"`
	ActivityName string       `json:"activity_name"`
	CategoryUID  int          `json:"category_uid"`
	CategoryName string       `json:"category_name"`
	ClassUID     int          `json:"class_uid"`
	ClassName    string       `json:"class_name"`
	TypeUID      int          `json:"type_uid"`
	TypeName     string       `json:"type_name"`
	Time         int64        `json:"time"` // milliseconds since 1970
	SeverityID   int          `json:"severity_id"`
	Severity     string       `json:"severity"`
	StatusID     int          `json:"status_id,omitempty"`
	Status       string       `json:"status,omitempty"`
	StatusDetail string       `json:"status_detail,omitempty"`
	Message      string       `json:"message"`
	Metadata     Metadata     `json:"metadata"`
	Cloud        Cloud        `json:"cloud"`
	FindingInfo  FindingInfo  `json:"finding_info"`
	Compliance   Compliance   `json:"compliance"`
	Remediation  *Remediation `json:"remediation,omitempty"`
	Resources    []Resource   `json:"resources"`
	Unmapped     Unmapped     `json:"unmapped"`
}

// Metadata says who wrote an event and in which version of the schema.
type Metadata struct {
	Version   string   `json:"version"`
	Product   Product  `json:"product"`
	Profiles  []string `json:"profiles"`
	UID       string   `json:"uid"`
	EventCode string   `json:"event_code"`
}

// A Product is a program.
type Product struct {
	Name       string `json:"name"`
	VendorName string `json:"vendor_name"`
	Version    string `json:"version,omitempty"`
}

// Cloud is where a finding belongs.
type Cloud struct {
	Provider string   `json:"provider"`
	Account  *Account `json:"account,omitempty"`
}

// An Account is one of AWS.
type Account struct {
	UID    string `json:"uid"`
	Type   string `json:"type"`
	TypeID int    `json:"type_id"`
}

// FindingInfo tells findings apart.
type FindingInfo struct {
	UID         string   `json:"uid"`
	Title       string   `json:"title"`
	Desc        string   `json:"desc"`
	CreatedTime int64    `json:"created_time"`
	Types       []string `json:"types"`
	SrcURL      string   `json:"src_url,omitempty"`
	Analytic    Analytic `json:"analytic"`
}

// An Analytic is the check that found something.
type Analytic struct {
	UID    string `json:"uid"`
	Name   string `json:"name"`
	Type   string `json:"type"`
	TypeID int    `json:"type_id"`
}

// Compliance is what a finding means for standards.
type Compliance struct {
	Control      string   `json:"control"`
	Standards    []string `json:"standards"`
	Requirements []string `json:"requirements,omitempty"`
	StatusID     int      `json:"status_id"`
	Status       string   `json:"status"`
	StatusCode   string   `json:"status_code"`
}

// Remediation is how to mend a finding.
type Remediation struct {
	Desc       string   `json:"desc"`
	References []string `json:"references,omitempty"`
}

// A Resource is what a finding is about.
type Resource struct {
	UID            string `json:"uid"`
	Type           string `json:"type"`
	CloudPartition string `json:"cloud_partition,omitempty"`
	Region         string `json:"region,omitempty"`
	Owner          *Owner `json:"owner,omitempty"`
}

// An Owner is the account of a resource.
type Owner struct {
	Account Account `json:"account"`
}

// Unmapped is what the schema has no word for.
type Unmapped struct {
	Outcome     string   `json:"outcome"`
	Group       string   `json:"group,omitempty"`
	Coverage    string   `json:"coverage,omitempty"`
	Rule        string   `json:"rule,omitempty"`
	From        string   `json:"from,omitempty"`
	To          string   `json:"to,omitempty"`
	Document    string   `json:"document,omitempty"`
	Principal   string   `json:"principal,omitempty"`
	Action      string   `json:"action,omitempty"`
	Resource    string   `json:"resource,omitempty"`
	Witness     string   `json:"witness,omitempty"`
	FailureCode string   `json:"failure_code,omitempty"`
	Requirement []string `json:"requirements,omitempty"`
	Position    string   `json:"position,omitempty"`
}

// A caption is an identifier of the schema with its name.
type caption struct {
	id   int
	name string
}

var severities = map[audit.Severity]caption{
	audit.Info: {1, "Informational"}, audit.Low: {2, "Low"}, audit.Medium: {3, "Medium"}, audit.High: {4, "High"}, audit.Critical: {5, "Critical"},
}

// results are the statuses of a compliance check. Advice is none of the schema's;
// what nobody knows is a warning, which stands for missing information.
//
// See https://schema.ocsf.io/1.3.0/objects/compliance.
var results = map[listing.Result]caption{
	listing.Passed: {1, "Pass"}, listing.Unknown: {2, "Warning"}, listing.Failed: {3, "Fail"}, listing.Noted: {99, "Advice"},
}

// Events are the findings of an audit in their order. It is false where the audit
// has findings and no time, which every event needs.
func Events(a *audit.Audit, o listing.Options) ([]any, bool) {
	var events []any
	for _, e := range listing.Records(a, o) {
		account := listing.Account(a, e.Finding)
		t, ok := listing.Time(a, account)
		if !ok {
			return nil, false
		}
		events = append(events, event(a, o, e, account, t.UnixMilli()))
	}
	return events, true
}

func event(a *audit.Audit, o listing.Options, e listing.Entry, account string, at int64) Event {
	f := e.Finding
	severity, ok := severities[f.Severity]
	if !ok {
		severity = caption{0, "Unknown"}
	}
	check, message := checkOf(f), cmp.Or(o.Message(f), "unnamed")
	uid := cmp.Or(safe.Visible(f.ID), "unnamed")
	x := Event{
		ActivityID: 1, ActivityName: "Create", CategoryUID: 2, CategoryName: "Findings", ClassUID: 2003, ClassName: "Compliance Finding",
		TypeUID: 200301, TypeName: "Compliance Finding: Create", Time: at, SeverityID: severity.id, Severity: severity.name, Message: message,
		Metadata: Metadata{Version, Product{"repligrant", "repligrant", safe.Visible(a.Tool.Version)}, []string{"cloud"}, uid, check},
		Cloud:    Cloud{Provider: "AWS", Account: ownerOf(account)},
		FindingInfo: FindingInfo{
			UID: uid, Title: title(f), Desc: message, CreatedTime: at, Types: []string{safe.Visible(string(f.Outcome))},
			SrcURL: page(f), Analytic: Analytic{check, check, "Rule", 1},
		},
		Compliance:  compliance(e, check),
		Remediation: remediation(f, o),
		Resources:   []Resource{resource(f, account)},
		Unmapped:    unmapped(f),
	}
	x.StatusID, x.Status, x.StatusDetail = status(a, o, e)
	return x
}

// checkOf is the check, or what stands for one where a requirement is met.
func checkOf(f audit.Finding) string { return safe.Visible(cmp.Or(f.Check, "requirement")) }

func title(f audit.Finding) string {
	return safe.Cut(checkOf(f)+": "+cmp.Or(safe.Visible(f.Action), listing.Place(f)), 256)
}

func page(f audit.Finding) string {
	if listing.IsPage(f.Source) {
		return f.Source
	}
	return ""
}

// status is how far somebody has looked at a finding. The schema has no word for
// one that was known before.
func status(a *audit.Audit, o listing.Options, e listing.Entry) (id int, name, detail string) {
	switch detail = o.Accepted(a, e.Finding); {
	case e.Status == audit.Suppressed:
		return 3, "Suppressed", detail
	case detail != "":
		return 99, "Known", detail
	case e.Result == listing.Passed:
		return 0, "", ""
	default:
		return 1, "New", ""
	}
}

// compliance names the standards of the controls; the schema wants one at least.
func compliance(e listing.Entry, check string) Compliance {
	standards := listing.Standards(e.Controls)
	if len(standards) == 0 {
		standards = []string{"Amazon S3 replication"}
	}
	var controls []string
	for _, c := range e.Controls {
		controls = append(controls, safe.Visible(c))
	}
	r := results[e.Result]
	return Compliance{check, standards, controls, r.id, r.name, safe.Visible(string(e.Outcome))}
}

func remediation(f audit.Finding, o listing.Options) *Remediation {
	fix := o.Mending(f)
	if fix == "" {
		return nil
	}
	r := &Remediation{Desc: fix}
	if p := page(f); p != "" {
		r.References = []string{p}
	}
	return r
}

func ownerOf(account string) *Account {
	if account == "" {
		return nil
	}
	return &Account{account, "AWS Account", 10}
}

func resource(f audit.Finding, account string) Resource {
	r := Resource{UID: safe.Visible(cmp.Or(f.Target, f.Resource, "unnamed")), Type: safe.Visible(cmp.Or(string(f.Document), "unnamed"))}
	if parsed, err := arn.Parse(r.UID); err == nil {
		r.CloudPartition, r.Region = parsed.Partition, parsed.Region
	}
	if owner := ownerOf(account); owner != nil {
		r.Owner = &Owner{*owner}
	}
	return r
}

func unmapped(f audit.Finding) Unmapped {
	v := safe.Visible
	u := Unmapped{
		Outcome: v(string(f.Outcome)), Group: v(string(f.Group)), Coverage: v(string(f.Coverage)), Rule: v(f.Rule), From: v(f.From), To: v(f.To),
		Document: v(string(f.Document)), Principal: v(f.Principal), Action: v(f.Action), Resource: v(f.Resource), Witness: v(f.Witness), FailureCode: v(f.FailureCode),
	}
	for _, id := range append([]string{f.Requirement}, f.Requirements...) {
		if id != "" {
			u.Requirement = append(u.Requirement, v(id))
		}
	}
	if !f.Position.IsZero() {
		u.Position = v(f.Position.String())
	}
	return u
}
