package planner

import (
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/replication"
)

// docsWarnings tells each owner of a destination once what AWS's page grants.
func docsWarnings(r replication.Rule, told map[string]bool) []Warning {
	key := r.To.ARN() + " " + r.Role
	if !r.AWSDocs || !r.CrossAccount() || told[key] {
		return nil
	}
	told[key] = true
	return []Warning{warn(r.Pos, "aws-docs-too-wide", "role", r.Role, "to", r.To.Name)}
}

// roleWarnings says once of each role what its trust and its boundary may do.
func roleWarnings(r replication.Rule, told map[string]bool) []Warning {
	list := trustWarnings(r.Pos, told, r.Role, "trust-condition-"+r.ConfusedDeputy, r.Boundary)
	if r.Job == nil {
		return list
	}
	condition := "trust-condition-" + r.Job.ConfusedDeputy
	if r.Job.ConfusedDeputy == "strict" {
		condition += "-job"
	}
	return append(list, trustWarnings(r.Pos, told, r.Job.Role, condition, r.Job.Boundary)...)
}

// trustWarnings tells once of each role what a condition, which may be none,
// does to its trust, and once what its boundary does.
func trustWarnings(pos diag.Pos, told map[string]bool, role, condition, boundary string) []Warning {
	var list []Warning
	once := func(code string, args ...string) {
		if key := role + " " + code; !told[key] {
			told[key] = true
			list = append(list, warn(pos, code, append([]string{"role", role}, args...)...))
		}
	}
	if _, known := notices[condition]; known {
		once(condition)
	}
	if boundary != "" {
		once("boundary-has-to-allow", "boundary", boundary)
	}
	return list
}

// ofRule returns what r requires: the first of what it and the rules after it do.
func ofRule(qs []replication.Requirement, r replication.Rule) []replication.Requirement {
	n := 0
	for n < len(qs) && qs[n].Rule == r.Name && qs[n].From == r.From.Name && qs[n].To == r.To.Name {
		n++
	}
	return qs[:n]
}

// delegationWarnings names once each key of the caller's own account whose
// policy has to leave its use to IAM.
func (o Options) delegationWarnings(pos diag.Pos, qs []replication.Requirement, told map[string]bool) []Warning {
	var list []Warning
	for _, q := range qs {
		if !q.On.OfKey() || len(q.Instead) == 0 || o.AllKeyPolicies || told[q.Resource+" "+q.Principal] {
			continue
		}
		told[q.Resource+" "+q.Principal] = true
		list = append(list, warn(pos, "key-policy-has-to-delegate", "role", q.Principal, "key", q.Resource))
	}
	return list
}
