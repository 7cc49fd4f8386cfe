package report

import (
	"cmp"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/audit"
)

// readings says what an audit rests on, in one line: how many accounts were read
// from where, when and as whom. The times are those of the sources.
func readings(a *audit.Audit) phrase {
	var l phrases
	var kinds []string
	read := slices.DeleteFunc(slices.Clone(a.Sources), func(s audit.Source) bool { return s.Account == "" }) // not known, so not read
	for _, s := range read {
		if k := kindOfSource(s); !slices.Contains(kinds, k) {
			kinds = append(kinds, k)
		}
	}
	for _, k := range kinds {
		l = append(l, reading(k, slices.DeleteFunc(slices.Clone(read), func(s audit.Source) bool { return kindOfSource(s) != k })))
	}
	switch {
	case len(l) == 0:
		return phrase{}
	case a.Complete:
		return phrase{"read.complete", args{"read": l}}
	default:
		return phrase{"read", args{"read": l}}
	}
}

// kindOfSource tells what was read in different ways apart, and files.
func kindOfSource(s audit.Source) string { return s.From + " " + s.File }

// reading says what was read in one way.
func reading(kind string, sources []audit.Source) phrase {
	p := counted("read.other-kind", len(sources))
	switch from, file, _ := strings.Cut(kind, " "); from {
	case "live":
		p = counted("read.live", len(sources))
	case "snapshot":
		p = counted("read.snapshot", len(sources))
	default:
		p.args["file"] = cmp.Or(file, from)
	}
	if entered := slices.DeleteFunc(slices.Clone(sources), notEntered); len(entered) < len(sources) {
		p.args["n"] = phrase{"read.some", args{"n": len(entered), "all": len(sources)}}
	}
	p.args["at"], p.args["as"] = times(sources), readers(sources)
	return p
}

// notEntered reports whether nothing of an account was read: the call that says
// whose credentials are in use failed, or the account is in no snapshot.
func notEntered(s audit.Source) bool { return slices.Contains(s.Unread, "GetCallerIdentity") }

// times is when sources were read: once, or from the first to the last.
func times(sources []audit.Source) phrase {
	var l []string
	for _, s := range sources {
		if s.At != "" {
			l = append(l, s.At)
		}
	}
	slices.Sort(l)
	switch {
	case len(l) == 0:
		return phrase{}
	case l[0] == l[len(l)-1]:
		return phrase{"read.at", args{"at": l[0]}}
	default:
		return phrase{"read.between", args{"first": l[0], "last": l[len(l)-1]}}
	}
}

// readers is as whom sources were read, where that is the same in all of them.
func readers(sources []audit.Source) phrase {
	var l []string
	for _, s := range sources {
		if who := whoRead(s.As); who != "" && !slices.Contains(l, who) {
			l = append(l, who)
		}
	}
	switch {
	case len(l) == 0:
		return phrase{}
	case len(l) == 1:
		return phrase{"read.as", args{"who": l[0]}}
	default:
		return phrase{"read.as-many", args{"n": len(l)}}
	}
}

// whoRead is a role or user without its account and without the name of a session.
func whoRead(as string) string {
	parsed, err := arn.Parse(as)
	if err != nil {
		return as
	}
	if rest, ok := strings.CutPrefix(parsed.Resource, "assumed-role/"); ok {
		role, _, _ := strings.Cut(rest, "/")
		return "role/" + role
	}
	return parsed.Resource
}
