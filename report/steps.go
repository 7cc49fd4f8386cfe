package report

import (
	"slices"
	"strings"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/report/safe"
)

// steps say what to do next: who changes what, what the auditor needs, and how
// to see that it worked. After a clean audit there is nothing to do.
func steps(a *audit.Audit, sections []section) phrases {
	if clean(a) {
		return nil
	}
	l := changeSteps(changes(sections))
	if len(l) > 0 && a.Spec != "" {
		l = append(l, phrase{"steps.plan", args{"command": command("plan", a.Spec)}})
	}
	l = append(l,
		numbered("steps.other", sections, func(i item) bool { return i.head().Outcome != audit.Unknown && len(i.repairs) == 0 }),
		numbered("steps.unknown", sections, func(i item) bool { return isOpen(i) && !ofKey(i) }),
		numbered("steps.key", sections, func(i item) bool { return isOpen(i) && ofKey(i) }),
		numbered("steps.read", sections, item.acceptable),
		numbered("steps.enter", sections, func(i item) bool { return i.head().Check == readDenied && !i.acceptable() }))
	l = slices.DeleteFunc(l, phrase.isZero)
	if nothing(a) && !idle(a) {
		l = append(l, phrase{"steps.nothing", nil})
	}
	if saved(a) {
		return append(l, phrase{"steps.again-saved", args{
			"collect": command("collect", a.Spec, "--output FILE"), "audit": command("audit", a.Spec, "--snapshot FILE"),
		}})
	}
	return append(l, phrase{"steps.again", args{"command": command("audit", a.Spec)}})
}

// isOpen reports whether an item is about what cannot be read by anybody.
func isOpen(i item) bool { return i.head().Outcome == audit.Unknown && i.head().Check != readDenied }

// acceptable reports whether --assume can accept what an item leaves open.
func (i item) acceptable() bool {
	f := i.head()
	return f.Acceptable()
}

// ofKey reports whether what is open is the value of a condition key, which
// somebody may know.
func ofKey(i item) bool { return strings.Contains(i.head().Args["key"], ":") }

// saved reports whether all that the audit rests on came from a saved snapshot.
func saved(a *audit.Audit) bool {
	return len(a.Sources) > 0 && !slices.ContainsFunc(a.Sources, func(s audit.Source) bool { return s.From != "snapshot" })
}

// A change is a document that somebody has to change, with the numbers of the
// items that this mends.
type change struct {
	account  string
	document replication.Kind
	target   string
	numbers  []int
}

// changes lists the documents to change, in the order of the items.
func changes(sections []section) []change {
	var l []change
	index := map[documentKey]int{}
	for _, s := range sections {
		for _, i := range s.items {
			for _, r := range i.repairs {
				k := documentKey{r.account, document(r.document), r.target}
				at, known := index[k]
				if !known {
					at, index[k] = len(l), len(l)
					l = append(l, change{r.account, r.document, r.target, nil})
				}
				if n := l[at].numbers; len(n) == 0 || n[len(n)-1] != i.number {
					l[at].numbers = append(n, i.number)
				}
			}
		}
	}
	return l
}

// A documentKey tells documents apart.
type documentKey struct {
	account  string
	document replication.Kind
	target   string
}

// maxNamed is how many documents a step names: a fleet has thousands, and their
// items name them all.
const maxNamed = 20

// changeSteps makes one step for each owner.
func changeSteps(l []change) phrases {
	type changer struct {
		account      string
		organization bool
	}
	var owners []changer
	documents := map[changer]phrases{}
	for _, c := range l {
		owner := changer{c.account, ofOrganization(c.document)}
		if !slices.Contains(owners, owner) {
			owners = append(owners, owner)
		}
		p := phrase{"steps.document", args{"place": place(c.document, c.target), "numbers": c.numbers}}
		documents[owner] = append(documents[owner], p)
	}
	var steps phrases
	for _, owner := range owners {
		key := "steps.change"
		switch {
		case owner.account == "":
			key = "steps.change.unknown"
		case owner.organization:
			key = "steps.change.organization"
		}
		l := documents[owner]
		if len(l) > maxNamed+1 {
			l = append(l[:maxNamed:maxNamed], counted("steps.more", len(l)-maxNamed))
		}
		steps = append(steps, phrase{key, args{"account": owner.account, "documents": l}})
	}
	return steps
}

// readDenied is the check for what the auditor may not read, which somebody can
// allow. Other unknowns cannot be read by anybody.
const readDenied = "read-denied"

// numbered is a phrase about the items that are so, or nothing.
func numbered(key string, sections []section, is func(item) bool) phrase {
	var n []int
	for _, s := range sections {
		for _, i := range s.items {
			if is(i) {
				n = append(n, i.number)
			}
		}
	}
	if len(n) == 0 {
		return phrase{}
	}
	return phrase{key, args{"numbers": n}}
}

// command is a command line to copy. The name of a SPEC comes from the audit,
// so it is quoted unless no shell can misread it.
// Flags stand before a name that is quoted, which no flag may follow.
func command(verb, spec string, flags ...string) string {
	words, flag := "repligrant "+verb, ""
	for _, f := range flags {
		flag += " " + f
	}
	switch argument := safe.Argument(spec); {
	case spec == "":
		return words + flag
	case argument == spec:
		return words + " " + argument + flag
	default:
		return words + flag + " " + argument
	}
}
