package planner

import (
	"maps"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/internal/reads"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/spec"
)

// Objects are the objects of a bucket that the auditor may ask S3 for.
type Objects struct {
	Bucket string
	Key    string // "" is all of them
	Prefix bool   // Key begins their keys
}

// pattern is the pattern of the ARNs of o. A key that no policy can spell is cut:
// the pattern is wider then.
func (o Objects) pattern(partition string) string {
	key, whole := replication.EscapePrefix(o.Key)
	if !whole || o.Prefix || o.Key == "" {
		key += "*"
	}
	return arn.Object(partition, o.Bucket, key)
}

// objectsIn returns the patterns of the objects of an account that `explain
// --read-object` asks for: those of its buckets that replicate, or of these those
// that are named.
func (o AccessOptions) objectsIn(s *spec.Spec, account spec.Account) (patterns []string) {
	if !o.Explain {
		return nil
	}
	partition := s.Partition(account.Name.Value)
	for _, name := range sources(s) {
		if b, _ := s.Bucket(name); b.Account.Value != account.Name.Value {
			continue
		}
		if len(o.Objects) == 0 {
			patterns = append(patterns, Objects{Bucket: name}.pattern(partition))
		}
		for _, objects := range o.Objects {
			if objects.Bucket == name {
				patterns = append(patterns, objects.pattern(partition))
			}
		}
	}
	slices.Sort(patterns)
	return slices.Compact(patterns)
}

// sources lists the buckets that a SPEC replicates from.
func sources(s *spec.Spec) []string {
	names := map[string]bool{}
	for _, r := range s.Rules {
		names[r.From.Value] = true
	}
	return slices.Sorted(maps.Keys(names))
}

// checkObjects refuses objects of buckets that a SPEC does not replicate from:
// there is nothing to explain of them.
func (o AccessOptions) checkObjects(s *spec.Spec) error {
	var problems diag.List
	known := sources(s)
	for _, objects := range o.Objects {
		if !slices.Contains(known, objects.Bucket) {
			problems = append(problems, accessProblems.At(diag.Pos{File: s.File}, "access-objects", "bucket", objects.Bucket, "known", strings.Join(known, ", ")))
		}
	}
	return problems.Err()
}

// warnObjects says what the permission to ask for an object lets its holder do.
func (a *accessing) warnObjects(c *scope) {
	if len(c.objects) > 0 {
		a.Warnings = append(a.Warnings, warn(diag.Pos{}, "access-reads-objects", "account", c.account, "action", reads.OfObject(false).Action))
	}
}
