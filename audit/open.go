package audit

import (
	"cmp"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
)

// isKeyPolicy reports whether a document is the policy of a KMS key.
func isKeyPolicy(k replication.Kind) bool {
	switch k {
	case replication.SourceKMSKeyPolicy, replication.DestinationKMSKeyPolicy, replication.BatchKMSKeyPolicy, replication.WriterKMSKeyPolicy:
		return true
	default:
		return false
	}
}

// about is a statement as its document means it: in the policy of a key "*" is
// the key.
//
// See https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html.
func (c consulted) about(st *policy.Statement) *policy.Statement {
	if !isKeyPolicy(c.document) {
		return st
	}
	of := *st
	of.Resource, of.NotResource = policy.One(c.target), policy.Strings{}
	return &of
}

// forAnybody finds a statement that is not for replication and lets anybody at what
// it rests on: at replicas or at a key, or at the source, if they may change it.
func (a *auditor) forAnybody(c consulted, i int, st *policy.Statement, scopes *scopes) {
	if c.document == replication.SourceBucketPolicy && !undoes(c, st, undoing) {
		return
	}
	switch open, read := a.lets(c, st).Get(); {
	case open:
		a.toOthers(c, i, st, scopes, whomWhere(st), Dangerous, Critical)
	case !read:
		a.perhapsOpen(c)
		a.toOthers(c, i, st, scopes, whomWhere(st), Informational, Info)
	}
}

// forOthers finds a statement that lets other accounts undo what the owner of a
// bucket or of a key rests on: whoever of them their own policies let and, at a key,
// also those that are named. What else others are granted is for others to say,
// but that nobody writes replicas whose rules are known to be others.
func (a *auditor) forOthers(c consulted, i int, st *policy.Statement, scopes *scopes, judged *scope) {
	if isOpen(c, st) {
		return
	}
	tell := func(who []string, g Group, severity Severity) {
		if len(who) > 0 {
			a.toOthers(c, i, st, scopes, diag.Datum(strings.Join(who, ", ")), g, severity)
		}
	}
	others, named := scopes.otherAccounts(c, st, judged), scopes.otherCallers(c, st)
	switch {
	case isKeyPolicy(c.document) && undoes(c, st, undoing):
		tell(append(others, named...), Dangerous, High)
	case isKeyPolicy(c.document):
	case undoes(c, st, ruining):
		tell(others, Dangerous, High)
		tell(named, Informational, Info)
	case c.document == replication.DestinationBucketPolicy && receives(c, st):
		known := func(who string) bool { return a.configurationsRead(cmp.Or(arnAccount(who), who)) }
		who := append(others, named...)
		if slices.ContainsFunc(who, known) {
			tell(who, Wider, Medium)
		} else {
			tell(who, Informational, Info)
		}
	}
}

// toOthers records what a statement grants to some who are not for replication.
func (a *auditor) toOthers(c consulted, i int, st *policy.Statement, scopes *scopes, who diag.Text, g Group, severity Severity) {
	nobody := newScope("", scopes.unread)
	f := a.exceeding(c, i, st, nobody, g, nil, true)
	f.Key, f.Severity, f.Principal = checkSurplus+"/others", severity, who.String()
	f.Witness = nobody.anywhere(c.about(st))
	switch {
	case g == Informational && everyone(st):
		f.Key = checkSurplus + "/others-unless"
	case g == Informational && !undoes(c, st, ruining):
		f.Key = checkSurplus + "/unjudged"
	}
	f.Args["witness"] = f.Witness
	diag.Put(f.Args, "action", actionsIn(st))
	diag.Put(f.Args, "who", who)
	if scopes.carries(c, st) {
		f.Fix = Fix{Op: Replace, Document: c.document}.saying(words("fix.replace-by-plan"))
	}
	a.add(f, st)
}

// otherAccounts are the accounts that a statement lets in, as it writes them, but
// for its owner's and those of roles that are judged.
func (s *scopes) otherAccounts(c consulted, st *policy.Statement, judged *scope) []string {
	var others []string
	for _, account := range accountsIn(st) {
		spared := account == c.account || judged != nil && slices.ContainsFunc(judged.members(), func(role string) bool { return arnAccount(role) == account })
		if !spared && c.letsAccount(st, account) {
			others = append(others, account)
		}
	}
	return others
}

// otherCallers are the roles and users of other accounts that a statement names
// and lets in, but for those whose grants are judged. A principal that is malformed
// lets nobody in.
func (s *scopes) otherCallers(c consulted, st *policy.Statement) []string {
	var others []string
	for _, t := range st.Principal.Types {
		for _, v := range t.Values.Values {
			account := arnAccount(v)
			if t.Type != "AWS" || account == "" || account == c.account || isRoot(v) || s.role(v) != "" || !wellFormed(v) {
				continue
			}
			if admitsNamed(st, v) {
				others = append(others, v)
			}
		}
	}
	return others
}

// carries reports whether a statement grants what some role needs.
func (s *scopes) carries(c consulted, st *policy.Statement) bool {
	return slices.ContainsFunc(s.candidates(st), func(principal string) bool {
		o := s.by[principal]
		if o.writer != "" || !admits(st, s.caller(principal)) {
			return false
		}
		actions, resources := o.keep(c.about(st))
		return len(actions) > 0 && len(resources) > 0
	})
}

// undoes reports whether a statement names one of some actions that undo, on the
// kind of resource that its document belongs to. Grants of a key that only AWS
// services make for what they encrypt undo nothing.
//
// See https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-grant-is-for-aws-resource.
func undoes(c consulted, st *policy.Statement, some []string) bool {
	forServices := slices.ContainsFunc(st.Condition, func(c policy.Clause) bool {
		return strings.EqualFold(c.Operator, "Bool") && strings.EqualFold(c.Key, "kms:GrantIsForAWSResource") && slices.Equal(c.Values.Values, []string{"true"})
	})
	return slices.ContainsFunc(some, func(x string) bool {
		return namesAction(st, x) && ofService(c, x) && (!forServices || !ofGrants[x])
	})
}

// ofGrants are the actions whose requests say whether a grant is for a service.
var ofGrants = map[string]bool{"kms:CreateGrant": true, "kms:ListGrants": true, "kms:RevokeGrant": true}

// ofService reports whether an action is about the kind of resource that a
// document belongs to.
func ofService(c consulted, action string) bool {
	service := "s3:"
	if isKeyPolicy(c.document) {
		service = "kms:"
	}
	return strings.HasPrefix(action, service)
}

// actionsIn lists the actions of a statement as they are written.
func actionsIn(st *policy.Statement) diag.Text {
	if !st.Action.Present() {
		return words("action.all-but", "actions", strings.Join(st.NotAction.Values, ", "))
	}
	return diag.Datum(strings.Join(st.Action.Values, ", "))
}
