package audit

import (
	"github.com/repligrant/repligrant/internal/diag"
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
		f.Args["principal"] = c.target
		diag.Put(f.Args, "who", o.who)
		said := words("says.trusts", "principal", o.name)
		if len(st.Condition) > 0 {
			said = words("says.trusts-where", "principal", o.name).With("condition", conditionOf(st))
		}
		f.Evidence = []Evidence{evidence(c.document, c.policy, i, st, said)}
		f.Fix = onlyS3(c.document, st, o.group != Informational)
		a.add(f, st)
	}
}

// An other is a principal of a trust policy that is not S3.
type other struct {
	name  string
	who   diag.Text
	group Group
}

func others(st *policy.Statement) []other {
	if st.Principal.Everyone {
		return []other{{"*", words("who.anybody"), Dangerous}}
	}
	if st.NotPrincipal.Present() {
		return []other{{"*", words("who.others"), Dangerous}}
	}
	var out []other
	for _, t := range st.Principal.Types {
		for _, v := range t.Values.Values {
			switch {
			case t.Type == "Service" && v == replication.S3Service:
			case t.Type == "Service" && v == batchService:
				out = append(out, other{v, diag.Datum("S3 Batch Operations"), Informational})
			case v == "*":
				out = append(out, other{v, words("who.anybody"), Dangerous})
			case t.Type == "Service":
				out = append(out, other{v, words("who.service", "service", v), Wider})
			default:
				out = append(out, other{v, diag.Datum(v), Dangerous})
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
		return Fix{Op: Remove, Document: kind, Statement: st}.saying(words("fix.remove-trust"))
	}
	mended := *st
	mended.Principal, mended.NotPrincipal = policy.Service(services...), policy.Principals{}
	return Fix{Op: Replace, Document: kind, Statement: &mended}.saying(words("fix.trust-alone").With("services", diag.Join(diag.And, data(services))))
}
