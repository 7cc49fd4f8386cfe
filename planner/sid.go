package planner

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
)

// sids are the names of the statements of one policy.
type sids map[string]bool

// name gives each statement with a stem a Sid of its own: the stem, the mark of
// whom it is about where others write to the policy too, and a number where that
// is taken.
func (s sids) name(statements []policy.Statement) {
	for i := range statements {
		stem := statements[i].Sid
		if strings.HasPrefix(stem, replication.SidPrefix) {
			stem += markOf(statements[i])
		}
		statements[i].Sid = stem
		for n := 2; s[statements[i].Sid]; n++ {
			statements[i].Sid = stem + strconv.Itoa(n)
		}
		if stem != "" {
			s[statements[i].Sid] = true
		}
	}
}

// markOf stands for the roles and users that a statement names: several SPECs may
// write to one policy.
func markOf(st policy.Statement) string {
	return replication.Mark(slices.Compact(slices.Sorted(slices.Values(callers(st))))...)
}

// marked is a Sid with a mark: stems end with a small letter.
var marked = regexp.MustCompile(`^(` + replication.SidPrefix + `.*[a-z])[A-P]{8}$`)

// stemOf takes a Sid apart again: the stem that [sids.name] was given.
func stemOf(sid string) string {
	sid = strings.TrimRight(sid, "0123456789")
	if m := marked.FindStringSubmatch(sid); m != nil {
		return m[1]
	}
	return sid
}

// callers are the roles and users that a statement of a plan is about: its
// principals, or those of its condition where the principal is their account.
func callers(st policy.Statement) []string {
	if !onlyAWS(st.Principal) {
		return nil
	}
	var list []string
	narrowed := false
	for _, name := range awsOf(st) {
		if !isAccount(name) {
			list = append(list, name)
			continue
		}
		if narrowed {
			continue
		}
		narrowed = true
		by := narrowedTo(st)
		if by == nil {
			return nil // everyone in an account: no plan says that
		}
		list = append(list, by...)
	}
	return list
}

func isAccount(principal string) bool {
	a, err := arn.Parse(principal)
	return arn.IsAccountID(principal) || err == nil && a.Resource == "root"
}

// narrowedTo are the callers of a statement that names their account.
func narrowedTo(st policy.Statement) []string {
	for _, c := range st.Condition {
		if isCallers(c) {
			return c.Values.Values
		}
	}
	return nil
}

func isCallers(c policy.Clause) bool { return c.Operator == "ArnEquals" && c.Key == callersARN }

// Callers lists the roles and users whose grants p describes, in order. What
// earlier plans wrote about these, and about no others, is p's to replace. Who
// may assume them is none of them: what that one may do is for others to plan.
func (p *Plan) Callers() []string {
	list := slices.Clone(p.callers)
	for i := range p.Requirements {
		q := &p.Requirements[i]
		if a, err := arn.Parse(q.Principal); err == nil && a.Service == "iam" && reach(q) != "" {
			list = append(list, q.Principal)
		}
	}
	for _, d := range p.Documents {
		if a, err := arn.Parse(d.Target); err == nil && a.Service == "iam" {
			list = append(list, d.Target)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// goneID is what AWS puts in place of the ARN of a role or user that was
// deleted. It matches nobody, also not a new one of the same name.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html and
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids.
var goneID = regexp.MustCompile(`^A(ROA|IDA)[A-Z0-9]+$`)

// owns reports whether a statement is one that an earlier plan for the same
// callers wrote, so that a new one may replace it. One that also names somebody
// else may be all that another SPEC has: it is not.
func owns(known map[string]bool, st policy.Statement) bool {
	about := callers(st)
	return isOurs(st) && len(about) > 0 &&
		!slices.ContainsFunc(about, func(name string) bool { return !known[name] && !goneID.MatchString(name) })
}

// isOurs reports whether repligrant wrote a statement, for whichever SPEC.
func isOurs(st policy.Statement) bool { return strings.HasPrefix(st.Sid, replication.SidPrefix) }

// sayOthers tells of statements that an earlier plan wrote, and that this one
// must not replace.
func (m *merger) sayOthers(target string, old *oldPolicy) {
	var statements, names []string
	for i, st := range old.document.Statements {
		if isOurs(st) && !old.own(i) {
			statements = append(statements, old.nameOf(i))
			names = append(names, slices.DeleteFunc(slices.Clone(callers(st)), func(name string) bool { return m.known[name] })...)
		}
	}
	if len(statements) == 0 {
		return
	}
	slices.Sort(names)
	about := diag.Datum(strings.Join(slices.Compact(names), ", "))
	if len(names) == 0 {
		about = phrases.Text("merge.nobody")
	}
	said := said("merge-other-spec", "target", target, "statements", strings.Join(statements, ", ")).With("principals", about)
	m.Warnings = append(m.Warnings, warning(m.about[target][0].Position, said))
}
