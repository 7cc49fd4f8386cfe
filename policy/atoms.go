package policy

import (
	"math/big"
	"net/netip"
	"slices"

	"github.com/repligrant/repligrant/policy/glob"
)

// maxElements bounds the classes of values of a multivalued key: any set of
// them is a value of the key.
const maxElements = 6

// maxTexts bounds the states that are looked at to find the texts of one key
// that matter. More of them than worlds would be of no use.
const maxTexts = 5_000

// domain returns the domain of a key, which is in lower case.
func (c *Context) domain(key string) Domain {
	if d, ok := c.Keys[key]; ok || c.Rest == nil {
		return d
	}
	return c.Rest(key)
}

// fixed returns the values of a domain that lists them.
func (d Domain) fixed() ([]value, bool) {
	if len(d.alternatives) == 0 {
		return []value{{}}, true
	}
	values := make([]value, 0, len(d.alternatives))
	for _, a := range d.alternatives {
		switch a.kind {
		case altAbsent:
			values = append(values, value{})
		case altValues:
			values = append(values, value{texts: a.values})
		case altOutside:
			values = append(values, value{outside: 32}, value{outside: 128})
		default:
			return nil, false
		}
	}
	return values, true
}

// A usage is how the statements at hand use one key: what its values have to be
// told apart by.
type usage struct {
	patterns []glob.Pattern // of texts and ARNs
	points   []*big.Rat     // of numbers and dates
	networks []netip.Prefix
	families map[family]bool
	broken   bool // a clause compares it with something that is not known itself
}

// add notes the tests of a clause. Expand gives the patterns that a template
// may become; it reports false if they cannot be listed.
func (u *usage) add(c *clause, expand func(*clause, template) ([]glob.Pattern, bool)) {
	if c.broken != nil {
		return
	}
	if u.families == nil {
		u.families = map[family]bool{}
	}
	u.families[c.family] = true
	if c.quantity != single && (c.family == asText || c.family == asARN) {
		u.patterns = append(u.patterns, glob.Literal("")) // is no data to a set operator
	}
	for _, t := range c.tests {
		if t.broken != nil {
			continue // it is like no value more than like another
		}
		switch c.family {
		case asText, asARN:
			patterns, ok := []glob.Pattern{t.pattern}, true
			if t.template != nil {
				patterns, ok = expand(c, t.template)
			}
			u.broken = u.broken || !ok
			u.patterns = append(u.patterns, patterns...)
		case asNumber, asDate:
			u.points = append(u.points, t.number)
		case asAddress:
			u.networks = append(u.networks, t.network)
		default:
		}
	}
}

// atoms returns values of a domain such that each value of it is like one of
// them in every test of u. It reports false if they cannot be listed.
func (u *usage) atoms(d Domain) ([]value, bool) {
	var values []value
	for _, a := range d.alternatives {
		switch a.kind {
		case altLike, altInside, altBeyond:
			texts, ok := u.textsOf(a)
			if !ok {
				return nil, false
			}
			for _, s := range texts {
				values = append(values, value{texts: []string{s}})
			}
		case altMany:
			texts, ok := u.texts(glob.Compile("*"))
			if !ok || len(texts) > maxElements {
				return nil, false
			}
			values = append(values, subsets(texts)...)
		default:
			fixed, _ := Domain{alternatives: []alternative{a}}.fixed()
			values = append(values, fixed...)
		}
	}
	return values, true
}

// subsets returns the sets of some texts, the empty one first.
func subsets(texts []string) []value {
	values := make([]value, 1<<len(texts))
	for i := range values {
		for j, s := range texts {
			if i&(1<<j) != 0 {
				values[i].texts = append(values[i].texts, s)
			}
		}
	}
	return values
}

// textsOf returns one text of each class of an alternative with a single value.
func (u *usage) textsOf(a alternative) ([]string, bool) {
	if a.kind == altLike {
		return u.texts(glob.CompileEscaped(a.pattern))
	}
	return u.within(a.ranges, a.kind == altInside)
}

// within returns one address of each class of those in ranges, or of all others.
// It reports false if addresses are compared as anything else.
func (u *usage) within(ranges []netip.Prefix, inside bool) ([]string, bool) {
	for f := range u.families {
		if f != asAddress && f != asPresence {
			return nil, false
		}
	}
	var texts []string
	for _, a := range edges(slices.Concat(u.networks, ranges)) {
		if slices.ContainsFunc(ranges, func(r netip.Prefix) bool { return r.Contains(a) }) == inside {
			texts = append(texts, a.String())
		}
	}
	return texts, !u.broken
}

// texts returns one text of each class of a pattern. A key has one type: that
// of its operators.
func (u *usage) texts(like glob.Pattern) ([]string, bool) {
	if u.broken || u.families[asBinary] {
		return nil, false
	}
	free := like.String() == "*"
	switch typed := u.types(); {
	case typed == 0:
		return classTexts(like, u.patterns)
	case typed > 1 || !free:
		return nil, false
	case u.families[asBool]:
		return []string{"true", "false"}, !slices.ContainsFunc(u.patterns, isNeither)
	case len(u.patterns) > 0:
		return nil, false
	case u.families[asAddress]:
		return addressTexts(u.networks), true
	default:
		return numberTexts(u.points), true
	}
}

// isNeither reports whether a pattern holds neither truth value: what is
// compared with it is no key of that type.
func isNeither(p glob.Pattern) bool { return !p.Match("true") && !p.Match("false") }

// types counts the types, other than text, that the key would have.
func (u *usage) types() int {
	n := 0
	if u.families[asBool] {
		n++
	}
	if u.families[asNumber] || u.families[asDate] {
		n++
	}
	if u.families[asAddress] {
		n++
	}
	return n
}

func classTexts(like glob.Pattern, by []glob.Pattern) ([]string, bool) {
	classes, err := glob.Classes(like, by, maxTexts)
	if err != nil {
		return nil, false
	}
	texts := make([]string, len(classes))
	for i, c := range classes {
		texts[i] = c.Witness
	}
	return texts, true
}

// numberTexts returns each point, a number in each gap between two, and one at
// either end. They are written as fractions of a second, which no date looks like.
func numberTexts(points []*big.Rat) []string {
	points = slices.Clone(points)
	slices.SortFunc(points, (*big.Rat).Cmp)
	points = slices.CompactFunc(points, func(a, b *big.Rat) bool { return a.Cmp(b) == 0 })
	one := big.NewRat(1, 1)
	if len(points) == 0 {
		return []string{one.FloatString(1)}
	}
	first, last := points[0], points[len(points)-1]
	all := []*big.Rat{new(big.Rat).Sub(first, one)}
	for i, p := range points {
		if i > 0 {
			middle := new(big.Rat).Add(points[i-1], p)
			all = append(all, middle.Quo(middle, big.NewRat(2, 1)))
		}
		all = append(all, p)
	}
	all = append(all, new(big.Rat).Add(last, one))
	texts := make([]string, len(all))
	for i, n := range all {
		texts[i] = exact(n)
	}
	return texts
}

// exact writes a decimal fraction with all its digits, and one at least.
func exact(n *big.Rat) string {
	digits, _ := n.FloatPrec()
	return n.FloatString(max(digits, 1))
}

// addressTexts writes the edges of networks.
func addressTexts(networks []netip.Prefix) []string {
	all := edges(networks)
	texts := make([]string, len(all))
	for i, a := range all {
		texts[i] = a.String()
	}
	return texts
}

// edges returns the addresses at which some network begins, or the rest after
// it: between two of them membership does not change.
func edges(networks []netip.Prefix) []netip.Addr {
	all := []netip.Addr{netip.IPv4Unspecified(), netip.IPv6Unspecified()}
	for _, n := range networks {
		all = append(all, n.Addr())
		if next := last(n).Next(); next.IsValid() {
			all = append(all, next)
		}
	}
	slices.SortFunc(all, netip.Addr.Compare)
	return slices.Compact(all)
}

// last returns the last address of a network.
func last(n netip.Prefix) netip.Addr {
	b := n.Addr().AsSlice()
	for i := n.Bits(); i < n.Addr().BitLen(); i++ {
		b[i/8] |= 1 << (7 - i%8)
	}
	a, _ := netip.AddrFromSlice(b)
	return a
}
