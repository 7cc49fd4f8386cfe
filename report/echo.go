package report

import (
	"slices"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/replication"
)

// An echo is a piece of advice, and for how many more rules it is given.
type echo struct {
	finding audit.Finding
	more    int
}

// An echoKey is what advice for several rules has in common.
type echoKey struct {
	check, action, account, target, principal, status, fix string

	document replication.Kind
}

// echoes folds advice that differs only in the rule and its objects. Findings
// that are no advice stay as they are: each is about a statement of its own.
func echoes(findings []audit.Finding) []echo {
	var l []echo
	for _, f := range findings {
		same := func(e echo) bool {
			return f.Outcome == audit.Advice && e.finding.Rule != f.Rule && keyOfEcho(e.finding) == keyOfEcho(f)
		}
		if i := slices.IndexFunc(l, same); i >= 0 {
			l[i].more++
			continue
		}
		l = append(l, echo{finding: f})
	}
	return l
}

func keyOfEcho(f audit.Finding) echoKey {
	k := echoKey{f.Check, f.Action, f.Account, f.Target, f.Principal, f.Status, "", f.Document}
	if f.Fix != nil {
		k.fix = f.Fix.Text
	}
	return k
}

// same says for how many more rules the advice is given.
func (e echo) same() phrase {
	if e.more == 0 {
		return phrase{}
	}
	return counted("minor.same", e.more)
}
