package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/report"
)

// maxHeld is the size of the largest document that --merge ARN=FILE takes: S3
// takes 2 MB of XML for a replication configuration.
const maxHeld = 16 << 20

// A mergeFlag is what --merge was given: snapshots, and files about one target.
type mergeFlag struct {
	values []string
}

func (f *mergeFlag) add(cmd *cobra.Command) {
	cmd.Flags().StringArrayVar(&f.values, "merge", nil,
		"lay the statements and rules into what is there: `SNAPSHOT`, or ARN=FILE for one bucket or key; repeatable")
}

// split tells the snapshots from the files about one target.
func (f *mergeFlag) split() (snapshots []string, files [][2]string) {
	for _, v := range f.values {
		target, file, ok := strings.Cut(v, "=")
		if ok && strings.HasPrefix(target, "arn:") {
			files = append(files, [2]string{target, file})
		} else {
			snapshots = append(snapshots, v)
		}
	}
	return snapshots, files
}

// apply merges a plan into what the files hold.
func (f *mergeFlag) apply(in *inputs, p *planner.Plan) error {
	have := planner.Existing{Policies: map[string]planner.Held{}, Configurations: map[string]planner.Held{}}
	snapshots, files := f.split()
	var problems []error
	if len(snapshots) > 0 {
		held, err := in.snapshots(snapshots)
		problems = append(problems, err)
		if err == nil {
			have = p.Existing(held, strings.Join(snapshots, ", "))
		}
	}
	for _, pair := range files {
		problems = append(problems, in.held(p, have, pair[0], pair[1]))
	}
	if err := errors.Join(problems...); err != nil {
		return err
	}
	return p.Merge(have)
}

// held reads a file about one target into have.
func (in *inputs) held(p *planner.Plan, have planner.Existing, target, file string) error {
	known := p.Targets()
	if !slices.Contains(known, target) {
		return problem("cli-merge-target", "target", target, "known", strings.Join(known, ", "))
	}
	name, data, err := in.read("document", file, maxHeld)
	if err != nil {
		return err
	}
	if len(data) > maxHeld {
		return problem("cli-merge-size", "file", name, "limit", fmt.Sprint(maxHeld))
	}
	if err := otherKind("document", name, data); err != nil {
		return err
	}
	held, configuration := planner.ParseHeld(name, data)
	if configuration {
		have.Configurations[target] = held
	} else {
		have.Policies[target] = held
	}
	return nil
}

// blocked says on standard error what an existing Deny still stops, and sets
// the exit status.
func (r *run) blocked(p *planner.Plan) {
	said := map[string]bool{}
	for _, w := range p.Blocked() {
		r.status = statusFailed
		if !said[w.Message] {
			said[w.Message] = true
			fmt.Fprintln(r.Stderr, "repligrant: "+report.Visible(r.catalogue().Say(w.Said())))
		}
	}
}

// sayOffers says what becomes of a Deny of somebody else with a role spared, which
// is for its owner to agree to: forms leave it out, but for one that writes the
// policy whole because the plan has statements of its own in it.
func (r *run) sayOffers(p *planner.Plan, whole bool) {
	for _, d := range p.Documents {
		if d.Kind != replication.SourceBucketPolicy {
			continue
		}
		key := "cli-offer-left-out"
		if whole && slices.ContainsFunc(p.Documents, func(o planner.Document) bool {
			return o.Target == d.Target && o.Kind != d.Kind && o.Kind != replication.ReplicationConfiguration
		}) {
			key = "cli-offer-within"
		}
		fmt.Fprintln(r.Stderr, "repligrant: "+report.Visible(r.note(key, "target", d.Target)))
	}
}
