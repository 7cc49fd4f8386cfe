package audit

import (
	"slices"
	"strings"

	"github.com/repligrant/repligrant/arn"
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

// delegates reports whether a statement of a key's policy leaves it to the IAM
// policies of the key's own account who may use it, as every key does by default.
//
// See https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html.
func delegates(c consulted, st *policy.Statement, account string) bool {
	if !isKeyPolicy(c.document) || account != c.account {
		return false
	}
	return !everyone(st) || ofAccount(st, account)
}

// ofAccount reports whether a condition keeps a statement to callers of an account.
//
// See https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-caller-account.
func ofAccount(st *policy.Statement, account string) bool {
	return slices.ContainsFunc(st.Condition, func(c policy.Clause) bool {
		isCaller := strings.EqualFold(c.Key, "kms:CallerAccount") || strings.EqualFold(c.Key, "aws:PrincipalAccount")
		return isCaller && strings.EqualFold(c.Operator, "StringEquals") && slices.Equal(c.Values.Values, []string{account})
	})
}

func everyone(st *policy.Statement) bool {
	return st.Principal.Everyone || slices.ContainsFunc(st.Principal.Types, func(t policy.PrincipalsType) bool {
		return t.Type == "AWS" && t.Values.Contains("*")
	})
}

// lets reports whether a statement of a bucket's or a key's policy keeps nobody
// out: it is for everyone, on no condition, and Block Public Access does not
// restrict it.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html.
func (a *auditor) lets(c consulted, st *policy.Statement) bool {
	if !everyone(st) || len(st.Condition) > 0 {
		return false
	}
	_, name, isBucket := strings.Cut(c.target, ":::")
	return !isBucket || !a.restrictsPublic(replication.Bucket{Name: name, Account: c.account}).Or(true)
}

// forAnybody finds a statement that is not for replication and lets anybody at what
// it rests on: at replicas or at a key, or at the source, if they may change it.
// So does one that lets another account decide who uses a key.
func (a *auditor) forAnybody(c consulted, i int, st *policy.Statement, scopes *scopes) {
	undoes := slices.ContainsFunc(undoing, func(x string) bool { return namesAction(st, x) && ofService(c, x) })
	severity := High
	switch {
	case a.lets(c, st) && (undoes || c.document != replication.SourceBucketPolicy):
		severity = Critical
	case !isKeyPolicy(c.document) || !undoes || !namesOtherAccount(st.Principal, c.account):
		return
	}
	nobody := newScope("", scopes.unread)
	f := a.exceeding(c, i, st, nobody, Dangerous, nil, true)
	f.Key, f.Severity, f.Principal = checkSurplus+"/others", severity, listOf(st.Principal).String()
	f.Witness = nobody.anywhere(c.about(st))
	diag.Put(f.Args, "action", actionsIn(st))
	a.add(f, st)
}

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

// namesOtherAccount reports whether principals hold an account other than own.
func namesOtherAccount(p policy.Principals, own string) bool {
	return slices.ContainsFunc(p.Types, func(t policy.PrincipalsType) bool {
		return t.Type == "AWS" && slices.ContainsFunc(t.Values.Values, func(v string) bool {
			return arn.IsAccountID(v) && v != own || isRoot(v) && arnAccount(v) != own
		})
	})
}
