package simulate

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/repligrant/repligrant/actions"
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/policy"
)

// A Comparer answers lines with two policies each: how what the one allows lies
// to what the other does. The zero Comparer is ready to use.
type Comparer struct {
	line int
}

// Answer answers the next line, as [Simulator.Answer] does.
func (c *Comparer) Answer(line []byte) (answer []byte, ok bool) {
	c.line++
	line = bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r"))
	if len(line) <= MaxLine && len(bytes.TrimSpace(line)) == 0 {
		return nil, true
	}
	p, err := readPair(line)
	if err != nil {
		return refusal(p.id, err, c.line), false
	}
	compared, err := policy.Compare(p.documents[0], p.documents[1], p.universe)
	if err != nil {
		return refusal(p.id, err, c.line), false
	}
	if p.id == nil {
		p.id = json.RawMessage("null")
	}
	return encodeComparison(p.id, compared), true
}

// A pair is a line of two documents.
type pair struct {
	id        json.RawMessage // as written; nil if there is none
	documents [2]*policy.Document
	universe  policy.Universe
}

// readPair reads one line. The pair has its ID also where there is an error.
func readPair(line []byte) (p pair, err error) {
	if err := check(line); err != nil {
		return p, err
	}
	list, err := members("the line", bytes.TrimSpace(line))
	for _, m := range list {
		if e := p.field(m); err == nil {
			err = e
		}
	}
	for i, name := range []string{"a", "b"} {
		if err == nil && p.documents[i] == nil {
			err = fmt.Errorf("the line has no %s", name)
		}
	}
	return p, err
}

func (p *pair) field(m member) (err error) {
	switch m.name {
	case "id":
		p.id = m.value
	case "a":
		p.documents[0], err = parse("a", m.value)
	case "b":
		p.documents[1], err = parse("b", m.value)
	case "universe":
		err = p.setUniverse(m.value)
	default:
		if diag.Nearest(m.name, []string{"universe"}) != "" {
			err = fmt.Errorf("unknown field %q: is it universe?", m.name)
		}
	}
	return err
}

func (p *pair) setUniverse(raw []byte) error {
	if isNull(raw) {
		return nil
	}
	list, err := members("universe", raw)
	for i := 0; i < len(list) && err == nil; i++ {
		switch m := list[i]; {
		case m.name != "actions" && m.name != "resource":
			err = unknownField("universe", m.name, "actions", "resource")
		case isNull(m.value):
		case m.name == "actions":
			p.universe.Actions, err = actionsOf(m.value)
		default:
			err = setText(&p.universe.Resource, "universe.resource", m.value)
		}
	}
	return err
}

// actionsOf reads the actions of a universe. A list of none would be all of them.
func actionsOf(raw []byte) ([]string, error) {
	list, err := items("universe.actions", raw)
	if err == nil && len(list) == 0 {
		err = errors.New("universe.actions is empty: leave it out for all actions")
	}
	out := make([]string, len(list))
	for i := 0; i < len(list) && err == nil; i++ {
		out[i], err = text(fmt.Sprintf("universe.actions[%d]", i), list[i])
	}
	return out, err
}

// A comparison is the line with a relation.
type comparison struct {
	ID       json.RawMessage   `json:"id,omitempty"`
	Relation policy.Relation   `json:"relation"`
	Witness  map[string]beyond `json:"witness,omitempty"`
	// Unknown says why it cannot be known whether one side allows more.
	Unknown   map[string][]string `json:"unknown,omitempty"`
	Catalogue string              `json:"catalogue"`
}

// A beyond is a request that one side allows and the other does not.
type beyond struct {
	Action    string         `json:"action"`
	Resource  string         `json:"resource"`
	Principal string         `json:"principal,omitempty"`
	Context   map[string]any `json:"context"`
}

// EncodeComparison writes a comparison as a line without ID.
func EncodeComparison(c policy.Comparison) []byte { return encodeComparison(nil, c) }

func encodeComparison(id json.RawMessage, c policy.Comparison) []byte {
	out := comparison{ID: id, Relation: c.Relation(), Catalogue: actions.Date()}
	for _, side := range []struct {
		name   string
		excess policy.Excess
	}{{"allowed_by_a_only", c.A}, {"allowed_by_b_only", c.B}} {
		if w := side.excess.Witness; w != nil {
			out.Witness = with(out.Witness, side.name, requestOf(w))
		}
		if why := side.excess.Unknown; why != nil {
			out.Unknown = with(out.Unknown, side.name, why)
		}
	}
	return append(encode(out), '\n')
}

// with adds to a map, which is made if there is none.
func with[T any](m map[string]T, name string, v T) map[string]T {
	if m == nil {
		m = map[string]T{}
	}
	m[name] = v
	return m
}

// requestOf writes keys with one value as simulate reads them.
func requestOf(w *policy.Witness) beyond {
	r := beyond{w.Action, w.Resource, w.Principal, map[string]any{}}
	for key, values := range w.Context {
		if len(values) == 1 {
			r.Context[key] = values[0]
		} else {
			r.Context[key] = slices.Clone(values)
		}
	}
	return r
}
