package audit

import (
	"strings"

	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
)

// batchService assumes the roles of Batch Replication jobs. One role may serve
// both, so that its trust is not judged.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-batch-replication-policies.html.
const batchService = "batchoperations.s3.amazonaws.com"

// trustTooWide finds statements of a trust policy by which somebody other than
// S3 may assume the replication role.
func (a *auditor) trustTooWide(c consulted, i int, st *policy.Statement) {
	if !namesAction(st, "sts:AssumeRole") && !namesAction(st, "sts:AssumeRoleWithWebIdentity") && !namesAction(st, "sts:AssumeRoleWithSAML") {
		return
	}
	for _, o := range others(st) {
		f := a.documentFinding(c, checkTrustTooWide, Surplus, groupSeverity[o.group])
		f.Group, f.Principal, f.Action, f.Resource, f.Witness = o.group, o.name, "sts:AssumeRole", c.target, o.name
		if o.name == "*" && len(st.Condition) == 0 {
			f.Severity = Critical
		}
		f.Args["who"], f.Args["principal"] = o.who, c.target
		f.Evidence = []Evidence{evidence(c.document, c.policy, i, st, "allows "+o.name+conditionText(st))}
		f.Fix = onlyS3(c.document, st, o.group != Informational)
		a.add(f, st)
	}
}

// An other is a principal of a trust policy that is not S3.
type other struct {
	name, who string
	group     Group
}

func others(st *policy.Statement) []other {
	if st.Principal.Everyone {
		return []other{{"*", "anybody", Dangerous}}
	}
	if st.NotPrincipal.Present() {
		return []other{{"*", "everybody but those named", Dangerous}}
	}
	var out []other
	for _, t := range st.Principal.Types {
		for _, v := range t.Values.Values {
			switch {
			case t.Type == "Service" && v == replication.S3Service:
			case t.Type == "Service" && v == batchService:
				out = append(out, other{v, "S3 Batch Operations", Informational})
			case v == "*":
				out = append(out, other{v, "anybody", Dangerous})
			case t.Type == "Service":
				out = append(out, other{v, "the service " + v, Wider})
			default:
				out = append(out, other{v, v, Dangerous})
			}
		}
	}
	return out
}

// onlyS3 is the fix: the statement with S3 as its only principal, or none. Trust
// of Batch Operations stays unless it is what the finding is about.
func onlyS3(kind replication.Kind, st *policy.Statement, batch bool) *Fix {
	var services []string
	for _, t := range st.Principal.Types {
		for _, v := range t.Values.Values {
			if t.Type == "Service" && (v == replication.S3Service || batch && v == batchService) {
				services = append(services, v)
			}
		}
	}
	if len(services) == 0 && others(st)[0].name == "*" {
		services = append(services, replication.S3Service) // it may be what lets S3 in
	}
	if len(services) == 0 {
		return &Fix{Op: Remove, Document: kind, Statement: st, Text: "remove this statement: S3 does not need it"}
	}
	mended := *st
	mended.Principal, mended.NotPrincipal = policy.Service(services...), policy.Principals{}
	return &Fix{Op: Replace, Document: kind, Statement: &mended, Text: "trust " + strings.Join(services, " and ") + " alone"}
}
