package audit

import (
	"slices"
	"strings"

	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
)

// trustTooWide finds statements of a trust policy by which somebody other than
// S3 may assume the replication role.
func (a *auditor) trustTooWide(c consulted, i int, st *policy.Statement) {
	if !namesAction(st, "sts:AssumeRole") && !namesAction(st, "sts:AssumeRoleWithWebIdentity") && !namesAction(st, "sts:AssumeRoleWithSAML") {
		return
	}
	for _, o := range others(st, a.servicesOf(c.target)) {
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
		f.Fix = onlyS3(c, st, a.servicesOf(c.target), o.group != Informational)
		a.add(f, st)
	}
}

// servicesOf returns the services that have to assume a role. One role may serve
// live replication and batch jobs.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html.
func (a *auditor) servicesOf(role string) []string {
	if a.services != nil {
		return a.services[role]
	}
	a.services = map[string][]string{}
	needs := func(role, service string) {
		if !slices.Contains(a.services[role], service) {
			a.services[role] = append(a.services[role], service)
		}
	}
	for i := range a.decided {
		r := &a.decided[i]
		needs(r.Role, replication.S3Service)
		if r.Job != nil {
			needs(r.Job.Role, replication.BatchService)
		}
	}
	return a.services[role]
}

// An other is a principal of a trust policy that is not S3.
type other struct {
	name  string
	who   diag.Text
	group Group
}

func others(st *policy.Statement, needed []string) []other {
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
			case t.Type == "Service" && (slices.Contains(needed, v) || strings.ContainsAny(v, "*?")): // which matches nobody
			case t.Type == "Service" && v == replication.S3Service:
				out = append(out, other{v, diag.Datum("S3"), Informational})
			case t.Type == "Service" && v == replication.BatchService:
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
func onlyS3(c consulted, st *policy.Statement, needed []string, batch bool) *Fix {
	var services []string
	for _, t := range st.Principal.Types {
		for _, v := range t.Values.Values {
			if t.Type == "Service" && (slices.Contains(needed, v) || batch && v == replication.BatchService) {
				services = append(services, v)
			}
		}
	}
	if len(services) == 0 && others(st, needed)[0].name == "*" && !c.trusts(needed) {
		services = append(services, needed...) // it may be what lets S3 in
	}
	if len(services) == 0 {
		return Fix{Op: Remove, Document: c.document, Statement: st}.saying(words("fix.remove-trust"))
	}
	mended := *st
	mended.Principal, mended.NotPrincipal = policy.Service(services...), policy.Principals{}
	mended.Action, mended.NotAction = policy.One("sts:AssumeRole"), policy.Strings{}
	return Fix{Op: Replace, Document: c.document, Statement: &mended}.saying(words("fix.trust-alone").With("services", diag.Join(diag.And, data(services))))
}

// trusts reports whether statements of a trust policy name all of some services, so
// that no other statement has to let them in.
func (c consulted) trusts(services []string) bool {
	d, _ := c.source.Document.Get()
	return !slices.ContainsFunc(services, func(service string) bool {
		return !slices.ContainsFunc(d.Statements, func(st policy.Statement) bool {
			return st.Effect == policy.Allow && len(st.Condition) == 0 && namesAction(&st, "sts:AssumeRole") && names(st.Principal, service)
		})
	})
}
