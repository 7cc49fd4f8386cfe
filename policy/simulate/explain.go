package simulate

import (
	"slices"

	"github.com/repligrant/repligrant/policy"
)

// A nearMiss is a statement about the action that does not apply.
type nearMiss struct {
	reason
	Failed    string     `json:"failed"` // the element that does not match
	Condition *condition `json:"condition,omitempty"`
}

// A condition is the clause of a Condition that does not hold.
type condition struct {
	Operator string   `json:"operator"`
	Key      string   `json:"key"`
	Values   []string `json:"values"`
	// Has lists what the request may have for the key: [] is absent.
	Has [][]string `json:"has,omitempty"`
}

// nearMisses returns the statements about the action that something else keeps
// from applying.
func (s *Simulator) nearMisses(c *Case) []nearMiss {
	misses := []nearMiss{}
	for _, n := range policy.Explain(c.Request, c.Policies) {
		if n.Failed == "" || n.Failed == policy.ActionElement {
			continue
		}
		m := nearMiss{reason: reasonOf(n.Ref), Failed: string(n.Failed)}
		if n.Failed == policy.ConditionElement {
			m.Condition = c.clause(n)
		}
		misses = append(misses, m)
	}
	return misses
}

// clause returns the clause that a note is about.
func (c *Case) clause(n policy.Note) *condition {
	for _, s := range c.layerSources(n.Ref.Layer) {
		d, ok := s.Document.Get()
		if !ok || s.Name != n.Ref.Policy {
			continue
		}
		cl := d.Statements[n.Ref.Statement].Condition[n.Clause]
		return &condition{cl.Operator, cl.Key, append([]string{}, cl.Values.Values...), n.Has}
	}
	return nil
}

// layerSources returns the policies of a layer, of all levels.
func (c *Case) layerSources(l policy.Layer) []policy.Source {
	p := &c.Policies
	switch l {
	case policy.Identity:
		return p.Identity
	case policy.Resource:
		return []policy.Source{p.Resource}
	case policy.Boundary:
		return []policy.Source{p.Boundary}
	case policy.Session:
		return p.Session
	case policy.SCP:
		return slices.Concat(p.SCPs.Or(nil)...)
	case policy.RCP:
		return slices.Concat(p.RCPs.Or(nil)...)
	default:
		return p.Endpoint
	}
}
