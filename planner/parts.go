package planner

import (
	"strings"

	"github.com/repligrant/repligrant/replication"
)

// An objectPart is a part of an object that rules may leave out, with the rules
// that say something of it. One role works for many rules, so that what one
// rule asks for reaches the objects of another.
type objectPart struct {
	name     string // begins the code of its warnings
	mode     func(replication.Rule) replication.Mode
	quiet    replication.Mode   // what a rule does that says nothing
	reading  []replication.Rule // enabled ones that replicate it
	refusing []replication.Rule // enabled ones whose destination refuses it
}

func partsOf(rules []replication.Rule) []objectPart {
	parts := []objectPart{
		{name: "tags", quiet: replication.Replicate, mode: func(r replication.Rule) replication.Mode { return r.Tags }},
		{name: "annotations", quiet: replication.Omit, mode: func(r replication.Rule) replication.Mode { return r.Annotations }},
	}
	for i := range parts {
		p := &parts[i]
		for _, r := range rules {
			switch mode := p.mode(r); {
			case !r.Enabled:
			case mode == replication.Replicate:
				p.reading = append(p.reading, r)
			case mode == replication.Refuse:
				p.refusing = append(p.refusing, r)
			}
		}
	}
	return parts
}

// warnings names the first rule that does with objects of r what r does not want.
func (p objectPart) warnings(r replication.Rule) []Warning {
	mode := p.mode(r)
	if mode == replication.Replicate {
		for _, o := range p.refusing {
			if o.To.Name == r.To.Name && o.Role == r.Role && meet(o, r) {
				return []Warning{warn(r.Pos, p.name+"-refused-for-another-rule", "rule", r.Name, "to", r.To.Name, "other", o.Name)}
			}
		}
		return nil
	}
	if mode == p.quiet {
		return nil
	}
	for _, o := range p.reading {
		if o.From.Name == r.From.Name && meet(o, r) {
			return []Warning{warn(r.Pos, p.name+"-read-by-another-rule", "rule", r.Name, "other", o.Name)}
		}
	}
	return nil
}

// meet reports whether some key has the prefixes of both rules.
func meet(a, b replication.Rule) bool {
	return strings.HasPrefix(a.Prefix, b.Prefix) || strings.HasPrefix(b.Prefix, a.Prefix)
}
