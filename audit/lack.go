package audit

import (
	"cmp"
	"maps"

	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/snapshot"
)

// signInPage is about the call that says whose credentials are in use.
const signInPage = "https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html"

// The targets of findings about what has no ARN and no account ID: the account that
// nobody could enter, by what it was to be entered, and what an interrupt left.
const (
	DefaultCredentials = "default credentials"
	OfProfile          = "profile " // and its name
	Collection         = "collection"
)

// lacks tells of what was to be read and stands under no account: accounts that
// nobody could enter or list, and what an interrupt left. With a SPEC, which names
// its accounts, only the interrupt matters.
func (a *auditor) lacks() {
	if a.in.Snapshot.Interrupted {
		a.interrupted()
	}
	if a.in.SpecFile != "" {
		return
	}
	for _, l := range a.in.Snapshot.Lacks {
		a.lack(l)
	}
}

// lack tells of one of them.
func (a *auditor) lack(l snapshot.Lack) {
	operation, why := l.Reason()
	if l.Account != "" {
		u := unreading{place{replication.BucketSettings, l.Account, l.Account, ""}, operation, why}
		a.share(cause{checkReadDenied, l.Account, operation}, concern{}, func() Finding {
			return a.readDenied(u, checkReadDenied, words("what.members", "account", l.Account))
		})
		return
	}
	target, subject := DefaultCredentials, words("what.default-credentials")
	if l.Profile != "" {
		target, subject = OfProfile+l.Profile, words("what.profile", "profile", l.Profile)
	}
	u := unreading{place{document: replication.BucketSettings, target: target}, operation, why}
	a.share(cause{checkReadDenied, target, "account"}, concern{}, func() Finding { return a.notEntered(u, keyEntry, subject) })
}

// lackSources are the accounts that nobody could enter, and of which nobody knows
// the ID.
func (a *auditor) lackSources() (out []Source) {
	for _, l := range a.in.Snapshot.Lacks {
		if operation, _ := l.Reason(); l.Account == "" && a.in.SpecFile == "" {
			out = append(out, Source{Profile: l.Profile, From: cmp.Or(a.in.From, "snapshot"), At: a.in.Snapshot.CollectedAt, Unread: []string{operation}})
		}
	}
	return out
}

// The keys of findings about accounts that could not be entered.
const (
	keyAccount     = checkReadDenied + "/account"     // its ID is known
	keyEntry       = checkReadDenied + "/entry"       // it is not
	keyUnreachable = checkReadDenied + "/unreachable" // no service answered
	keyProfile     = checkReadDenied + "/profile"     // there is no such profile
	keyInterrupted = checkReadDenied + "/interrupted"
	keyUnseen      = checkReadDenied + "/unseen" // planned, and nobody can see what it changes
)

// notEntered is the finding about an account that could not be entered. What
// helps depends on what was tried.
func (a *auditor) notEntered(u unreading, key string, subject diag.Text) Finding {
	args := map[string]string{"permission": "sts:AssumeRole"}
	word, about := snapshot.CutReason(u.why)
	switch {
	case about == "":
	case word == snapshot.Unreachable || word == snapshot.Timeout:
		key, args["address"] = keyUnreachable, about
	case word == snapshot.ProfileNotFound:
		key, args["profile"] = keyProfile, about
	}
	f := a.readDenied(u, key, subject)
	maps.Copy(f.Args, args)
	if key == keyUnreachable {
		diag.Put(f.Args, "why", diag.Datum(word))
	}
	f.Source = signInPage
	return f
}

// interrupted is told once: nobody knows what would have been read.
func (a *auditor) interrupted() {
	u := unreading{place{document: replication.BucketSettings, target: Collection}, "collect", sentences["unread.interrupted"]}
	a.share(cause{checkReadDenied, u.target, u.operation}, concern{}, func() Finding {
		f := a.readDenied(u, keyInterrupted, words("what.rest"))
		delete(f.Args, "permission")
		f.Source = ""
		return f
	})
}
