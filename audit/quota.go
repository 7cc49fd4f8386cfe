package audit

import (
	"strconv"
	"strings"

	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
)

// quotas finds documents that are too large for AWS to take. What AWS holds never
// is; what is planned, or was written by hand into a snapshot, may be.
func (a *auditor) quotas() {
	inline := map[string][]*policy.Document{} // of one role or user together, by its ARN
	last := map[string]consulted{}
	for _, c := range a.consults {
		d, ok := c.source.Document.Get()
		if !ok || d.Doubt() != "" {
			continue
		}
		switch at := placeOf(c); at {
		case "":
		case policy.RoleInline, policy.UserInline:
			inline[c.target] = append(inline[c.target], d)
			last[c.target] = c
		default:
			a.quota(c, at, d)
		}
	}
	for _, c := range a.consults {
		if documents := inline[c.target]; len(documents) > 0 && last[c.target].policy == c.policy {
			a.quota(consulted{place: place{c.document, c.account, c.target, ""}, position: c.position}, placeOf(c), documents...)
		}
	}
	for _, r := range a.decided {
		for _, id := range []string{r.From.Account, r.To.Account} {
			a.organizationQuotas(consulted{place: place{replication.SCP, id, id, ""}, position: r.Pos}, policy.ServiceControlPolicy, scps)
			a.organizationQuotas(consulted{place: place{replication.RCP, id, id, ""}, position: r.Pos}, policy.ResourceControlPolicy, rcps)
		}
	}
}

// organizationQuotas looks at the policies of an organization. One that binds
// several accounts is shown once.
func (a *auditor) organizationQuotas(c consulted, at policy.Place, pick levelsOf) {
	looked := "quota\x00" + string(c.document) + "\x00" + c.account
	if a.done[looked] {
		return
	}
	a.done[looked] = true
	_, org := a.organization(c.account)
	all, _ := levels(org, pick)
	for _, level := range all.Or(nil) {
		for _, s := range level {
			d, ok := s.Document.Get()
			key := "quota\x00" + string(c.document) + s.Name
			if !ok || d.Doubt() != "" || a.done[key] {
				continue
			}
			c.policy = s.Name
			a.done[key] = a.quota(c, at, d)
		}
	}
}

// placeOf is where a document is kept, "" for one whose size is AWS's affair.
func placeOf(c consulted) policy.Place {
	switch {
	case strings.Contains(c.policy, ":iam::aws:policy/"):
		return ""
	case strings.HasPrefix(c.policy, "arn:"), c.document == replication.PermissionsBoundary:
		return policy.ManagedPolicy
	}
	switch c.document {
	case replication.RolePolicy, replication.BatchRolePolicy, replication.WriterPolicy:
		if strings.Contains(c.target, ":user/") {
			return policy.UserInline
		}
		return policy.RoleInline
	case replication.RoleTrustPolicy, replication.BatchRoleTrustPolicy, replication.WriterTrustPolicy:
		return policy.TrustPolicy
	case replication.SourceKMSKeyPolicy, replication.DestinationKMSKeyPolicy, replication.BatchKMSKeyPolicy, replication.WriterKMSKeyPolicy:
		return policy.KeyPolicy
	case replication.WriterAccessPointPolicy:
		return policy.AccessPoint
	default:
		return policy.BucketPolicy
	}
}

// quota records, and reports, documents that are together above what AWS takes in a place.
func (a *auditor) quota(c consulted, at policy.Place, documents ...*policy.Document) bool {
	q := policy.QuotaOf(at)
	limit := max(q.Limit, q.Maximum)
	size, err := q.Size(documents...)
	if err != nil || size <= limit {
		return false
	}
	unit := words("unit.characters")
	if q.Bytes {
		unit = words("unit.bytes")
	}
	f := a.documentFinding(c, checkOverQuota, Mismatch, High)
	f.Source = q.Source
	f.Args["policy"] = c.policy
	f.Args["size"], f.Args["limit"] = strconv.Itoa(size), strconv.Itoa(limit)
	diag.Put(f.Args, "what", c.words())
	diag.Put(f.Args, "unit", unit)
	f.Evidence = []Evidence{Evidence{Document: c.document, Policy: c.policy}.saying(words("says.size", "size", strconv.Itoa(size)).With("unit", unit))}
	f.Fix = Fix{Op: Replace, Document: c.document}.saying(words("fix.shorten"))
	a.add(f, nil)
	return true
}
