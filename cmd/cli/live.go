package cli

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/repligrant/repligrant/collect"
	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/report"
	"github.com/repligrant/repligrant/snapshot"
	"github.com/repligrant/repligrant/spec"
)

// live reads the accounts of a SPEC, or without one those that the flags name.
func (r *run) live(ctx context.Context, g *signIn, s *spec.Spec) (*snapshot.Snapshot, error) {
	accounts, err := g.accountsOf(r, s)
	if err != nil {
		return nil, err
	}
	return r.read(ctx, accounts)
}

// liveObject is live, and asks S3 for one object.
func (r *run) liveObject(ctx context.Context, g *signIn, s *spec.Spec, o collect.Object) (*snapshot.Snapshot, fact.Value[snapshot.Object], error) {
	var head fact.Value[snapshot.Object]
	accounts, err := g.accountsOf(r, s)
	if err != nil {
		return nil, head, err
	}
	held, err := r.reading(ctx, func(options collect.Options) (held *snapshot.Snapshot, err error) {
		held, head, err = collect.SnapshotAndObject(ctx, accounts, o, options)
		return held, err
	})
	return held, head, err
}

// read reads accounts, and shows how far it is to somebody who watches. Where
// it could not read on, it says so and returns what it has.
func (r *run) read(ctx context.Context, accounts []collect.Account) (*snapshot.Snapshot, error) {
	return r.reading(ctx, func(options collect.Options) (*snapshot.Snapshot, error) {
		return collect.Snapshot(ctx, accounts, options)
	})
}

// reading is read with whatever do reads.
func (r *run) reading(ctx context.Context, do func(collect.Options) (*snapshot.Snapshot, error)) (*snapshot.Snapshot, error) {
	options := collect.Options{Log: r.log()}
	if columns, ok := r.Terminal(r.Stderr); ok && !r.quiet && !r.verbose {
		p := &progress{run: r, columns: columns}
		options.Progress = p.show
		defer p.clear()
	}
	held, err := do(options)
	if held == nil {
		return nil, err
	}
	if err != nil { // what was read counts all the same
		r.incomplete = true
		r.complain(whyPartial(ctx, err))
	}
	return held, nil
}

// whyPartial says what collect could not enter or list, with the way out; an
// interrupt needs none.
func whyPartial(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return problem("cli-interrupted")
	}
	var problems []error
	for _, e := range split(err) {
		if entry, ok := errors.AsType[*collect.EntryError](e); ok {
			e = notEntered(entry)
		} else if list, ok := errors.AsType[*collect.UnlistedError](e); ok {
			e = problem("cli-not-listed", "account", list.Account, "why", list.Why)
		}
		problems = append(problems, e)
	}
	return errors.Join(problems...)
}

// notEntered says what was tried, and what helps: other credentials do not where
// nobody answered.
func notEntered(e *collect.EntryError) error {
	word, about := snapshot.CutReason(e.Why)
	args := []string{"profile", e.Profile, "operation", e.Operation, "why", e.Why}
	key := "cli-profile-not-entered"
	if e.Profile == "" {
		key = "cli-default-not-entered"
	}
	switch {
	case about == "":
	case word == snapshot.ProfileNotFound:
		key, args = "cli-profile-not-found", []string{"profile", about, "files", strings.Join(e.Files, ", ")}
	case word == snapshot.Unreachable || word == snapshot.Timeout:
		key, args = "cli-unreachable", []string{"address", about, "why", word}
	}
	return problem(key, args...)
}

// A progress is one line on a terminal that says how far a collection is.
type progress struct {
	*run
	columns int
	shown   bool
}

// defaultColumns is the width of a terminal that does not say.
const defaultColumns = 80

func (p *progress) show(now collect.Progress) {
	p.clear()
	line := report.Visible(p.words(now))
	width := defaultColumns
	if p.columns > 0 {
		width = p.columns
	}
	if runes := []rune(line); len(runes) >= width {
		line = string(runes[:width-1])
	}
	fmt.Fprint(p.Stderr, line)
	p.shown = true
}

// words says how far it is, and how long it takes from here as far as anybody
// knows.
func (p *progress) words(now collect.Progress) string {
	args := []string{
		"done", strconv.Itoa(now.Done), "accounts", strconv.Itoa(now.Accounts),
		"read", strconv.Itoa(now.Read), "found", strconv.Itoa(now.Found),
		"calls", strconv.Itoa(now.Calls), "rate", strconv.Itoa(int(now.Rate())), "resource", now.Resource,
	}
	left, ok := now.Left()
	if !ok {
		return p.note("cli-reading", args...)
	}
	return p.note("cli-reading-left", append(args, "left", left.String())...)
}

// clear takes the line away again.
func (p *progress) clear() {
	if p.shown {
		fmt.Fprint(p.Stderr, "\r\x1b[K")
	}
	p.shown = false
}

// unread returns the accounts that could not be entered, each with the reason.
func unread(s *snapshot.Snapshot) []string {
	var list []string
	for _, id := range slices.Sorted(maps.Keys(s.Accounts)) {
		if why := s.Accounts[id].WhyUnread(); why != "" {
			list = append(list, strings.TrimSpace(id+" ("+why+")"))
		}
	}
	return list
}
