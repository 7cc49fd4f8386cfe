package policy

import "net/netip"

// A Domain is the set of values that a context key may have in a request. The
// zero Domain is exactly "absent".
type Domain struct {
	alternatives []alternative
	every        bool
}

// An alternative is one possible state of a key.
type alternative struct {
	kind    altKind
	values  []string       // of altValues: the key's values; more than one for a multivalued key
	pattern string         // of altLike
	ranges  []netip.Prefix // of altInside and altBeyond
}

type altKind uint8

const (
	altAbsent  altKind = iota
	altValues          // exactly these values
	altLike            // one value, any string that the pattern matches
	altOutside         // one address, outside every range that a policy lists, except 0.0.0.0/0 and ::/0
	altMany            // any set of values of a multivalued key, the empty one included
	altInside          // one address, in one of the ranges
	altBeyond          // one address, in none of the ranges
)

// absent and anything are alternatives that most requests share. Nobody changes them.
var (
	absent   = []alternative{{kind: altAbsent}}
	anything = []alternative{{kind: altAbsent}, {kind: altLike, pattern: "*"}}
)

// Absent is the domain of a key that is not in the request.
func Absent() Domain { return Domain{alternatives: absent} }

// Exactly is the domain of a key that has these values.
func Exactly(values ...string) Domain {
	return Domain{alternatives: []alternative{{kind: altValues, values: values}}}
}

// Like is the domain of a key with one value that the pattern matches; * and ?
// are wildcards.
func Like(pattern string) Domain {
	return Domain{alternatives: []alternative{{kind: altLike, pattern: pattern}}}
}

// Every is the domain of a key that stands for requests with each of the values
// that the pattern matches; * and ? are wildcards. As with the resources of a
// pattern, what differs between two of them is not unknown: an answer has a
// [Class] for either. Within OneOf it is [Like].
func Every(pattern string) Domain {
	d := Like(pattern)
	d.every = true
	return d
}

// OutsideRanges is the domain of aws:SourceIp in a request that comes from an
// address of AWS's: in none of the ranges that a policy lists, except
// 0.0.0.0/0 and ::/0.
func OutsideRanges() Domain { return Domain{alternatives: []alternative{{kind: altOutside}}} }

// EveryAddress is the domain of a key that stands for requests from each address
// of ranges in CIDR notation. As with [Every], what differs between two of them
// is not unknown. Of a range that is none nothing is known.
func EveryAddress(ranges ...string) Domain { return addresses(altInside, ranges) }

// EveryAddressBut is [EveryAddress] for the addresses that lie in no range.
func EveryAddressBut(ranges ...string) Domain { return addresses(altBeyond, ranges) }

func addresses(kind altKind, ranges []string) Domain {
	a := alternative{kind: kind}
	for _, text := range ranges {
		r, err := parseRange(text)
		if err != nil {
			return Anything()
		}
		a.ranges = append(a.ranges, r)
	}
	return Domain{alternatives: []alternative{a}, every: true}
}

// AnySet is the domain of a multivalued key of which nothing is known.
func AnySet() Domain { return Domain{alternatives: []alternative{{kind: altMany}}} }

// Anything is the domain of a key of which nothing is known: absent, or any one
// value.
func Anything() Domain { return Domain{alternatives: anything} }

// OneOf is the domain that holds what any of the given ones holds.
func OneOf(domains ...Domain) Domain {
	var d Domain
	for _, o := range domains {
		if len(o.alternatives) == 0 {
			o = Absent()
		}
		d.alternatives = append(d.alternatives, o.alternatives...)
	}
	return d
}

// A Context tells the values of the condition keys of a request.
type Context struct {
	// Keys holds what is known, by key in lower case ("aws:principalarn").
	Keys map[string]Domain
	// Rest gives the domain of a key that Keys lacks, in lower case. Nil means
	// that every other key is absent.
	Rest func(key string) Domain
}
