package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/report/asff"
	"github.com/repligrant/repligrant/report/csv"
	"github.com/repligrant/repligrant/report/junit"
	"github.com/repligrant/repligrant/report/listing"
	"github.com/repligrant/repligrant/report/ocsf"
	"github.com/repligrant/repligrant/report/sarif"
	"github.com/repligrant/repligrant/report/text"
)

// The formats of audits that other programs take. Packages below write them.
const (
	SARIF = "sarif"
	JUnit = "junit"
	CSV   = "csv"
	OCSF  = "ocsf"
	ASFF  = "asff"
)

// The keys of what a format needs.
const (
	needsRegion  = "format-needs-region"
	wrongRegion  = "format-region"
	givenRegion  = "format-takes-no-region"
	needsTime    = "format-needs-time"
	needsAccount = "format-needs-account"
)

// needs are what a format needs that is not there.
var needs = diag.Table{
	needsRegion:  {Message: "format asff needs the Region of the Security Hub that takes the findings", Hint: "add --security-hub-region us-east-1, or another Region"},
	wrongRegion:  {Message: "--security-hub-region {region} is no Region of AWS", Hint: "write it as us-east-1"},
	givenRegion:  {Message: "--security-hub-region is for format asff, and the format is {format}", Hint: "leave it out, or add --format asff"},
	needsTime:    {Message: "format {format} needs the time of the audit, and none of its sources has one", Hint: "audit live accounts, or a snapshot with collected_at"},
	needsAccount: {Message: "format {format} needs accounts, and the audit names none", Hint: "write the account IDs into the SPEC"},
}

var region = regexp.MustCompile(`^[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}$`)

// checkRegion refuses a Region that is missing, that nobody needs, or that is none.
func checkRegion(o Options) error {
	switch {
	case o.Format == ASFF && o.HubRegion == "":
		return needs.At(diag.Pos{}, needsRegion)
	case o.Format != ASFF && o.HubRegion != "":
		return needs.At(diag.Pos{}, givenRegion, "format", o.Format)
	case o.HubRegion != "" && !region.MatchString(o.HubRegion):
		return needs.At(diag.Pos{}, wrongRegion, "region", o.HubRegion)
	default:
		return nil
	}
}

// machine writes an audit for a program.
func machine(a *audit.Audit, format string, c text.Catalogue, o Options) ([]byte, error) {
	l := listing.Options{Texts: c, All: o.All, FailOn: o.FailOn, AllowIncomplete: o.AllowIncomplete, Region: o.HubRegion}
	if l.FailOn == nil {
		l.FailOn = audit.DefaultFailOn
	}
	switch format {
	case SARIF:
		return encode(sarif.Log(a, l))
	case JUnit:
		return junit.Document(a, l)
	case CSV:
		return csv.Table(a, l), nil
	case OCSF:
		return events(a, l)
	default:
		return requests(a, l)
	}
}

func events(a *audit.Audit, l listing.Options) ([]byte, error) {
	list, ok := ocsf.Events(a, l)
	if !ok {
		return nil, needs.At(diag.Pos{}, needsTime, "format", OCSF)
	}
	return lines(list)
}

func requests(a *audit.Audit, l listing.Options) ([]byte, error) {
	list, lack := asff.Requests(a, l)
	switch lack {
	case asff.LacksTime:
		return nil, needs.At(diag.Pos{}, needsTime, "format", ASFF)
	case asff.LacksAccount:
		return nil, needs.At(diag.Pos{}, needsAccount, "format", ASFF)
	default:
		return lines(list)
	}
}

// lines writes each value as one line of JSON.
func lines(list []any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	for _, v := range list {
		if err := e.Encode(v); err != nil {
			return nil, fmt.Errorf("encode report: %w", err)
		}
	}
	return replaceEscaped(b.Bytes()), nil
}
