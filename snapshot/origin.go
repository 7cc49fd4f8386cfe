package snapshot

import (
	"maps"

	"github.com/repligrant/repligrant/internal/diag"
)

// An Origin is where planned infrastructure says something: the address of the
// resource, and its place where there is a text for people.
type Origin struct {
	Address string
	Pos     diag.Pos
}

// A Part is something of a snapshot: an entry by its ARN, and of it a field
// ("Versioning"), or a policy by its name or ARN. No field stands for all of the
// entry that has no origin of its own.
type Part struct{ ARN, Field string }

// Origins tell where parts come from. What was read has none.
type Origins map[Part]Origin

// Of returns the origin of the first of some fields that has one, else that of
// the entry.
func (o Origins) Of(arn string, fields ...string) (Origin, bool) {
	for _, f := range append(fields, "") {
		if origin, ok := o[Part{arn, f}]; ok {
			return origin, true
		}
	}
	return Origin{}, false
}

// Policies returns the origin of all policies of a role or user that have one,
// if that is the same for all.
func (o Origins) Policies(arn string) (origin Origin, ok bool) {
	for part, x := range o {
		if part.ARN != arn || part.Field == "" || part.Field == "AssumeRolePolicyDocument" {
			continue
		}
		if ok && x != origin {
			return Origin{}, false
		}
		origin, ok = x, true
	}
	return origin, ok
}

// over returns o with later origins in place of its own.
func (o Origins) over(later Origins) Origins {
	if len(o) == 0 {
		return later
	}
	c := maps.Clone(o)
	maps.Copy(c, later)
	return c
}
