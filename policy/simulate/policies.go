package simulate

import (
	"errors"
	"fmt"
	"iter"
	"strconv"
	"strings"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/policy"
)

// layerNames are the names of the layers in requests and answers.
var layerNames = map[policy.Layer]string{
	policy.Identity: "identity", policy.Resource: "resource", policy.Boundary: "boundary", policy.Session: "session",
	policy.SCP: "scps", policy.RCP: "rcps", policy.Endpoint: "vpce",
}

// A place is where a policy stands among those of its layer. It is written into
// the policy's Source.Name, from which answers read it.
type place struct {
	level, index int // -1: none
	name         string
}

func (p place) String() string {
	s := strconv.Itoa(p.index)
	if p.level >= 0 {
		s = strconv.Itoa(p.level) + "/" + s
	}
	if p.name != "" {
		s += ":" + p.name
	}
	return s
}

// placeOf reads what String writes; "" is the layer as a whole.
func placeOf(s string) place {
	p := place{level: -1, index: -1}
	numbers, name, _ := strings.Cut(s, ":")
	level, index, levelled := strings.Cut(numbers, "/")
	p.name = name
	if !levelled {
		level, index = "-1", level
	}
	if n, err := strconv.Atoi(index); err == nil {
		p.index = n
	}
	if n, err := strconv.Atoi(level); err == nil {
		p.level = n
	}
	return p
}

// policies reads the policies of a case.
func (s *Simulator) policies(c *Case, raw []byte) error {
	p := &c.Policies
	p.Resource.Document, p.Boundary.Document = fact.Absent[*policy.Document](), fact.Absent[*policy.Document]()
	p.SCPs, p.RCPs = fact.Absent[[][]policy.Source](), fact.Absent[[][]policy.Source]()
	if raw == nil || isNull(raw) {
		return nil
	}
	list, err := members("policies", raw)
	for i := 0; i < len(list) && err == nil; i++ {
		if !isNull(list[i].value) {
			err = s.layer(c, list[i])
		}
	}
	return err
}

func (s *Simulator) layer(c *Case, m member) (err error) {
	p, where := &c.Policies, "policies."+m.name
	switch m.name {
	case "identity":
		p.Identity, err = s.list(where, -1, m.value)
	case "resource":
		p.Resource, err = s.source(where, place{level: -1}, m.value)
	case "boundary":
		var list []policy.Source
		if list, err = s.list(where, -1, m.value); len(list) > 0 {
			p.Boundary, c.boundaries = list[0], list[1:]
		}
	case "session":
		p.Session, err = s.list(where, -1, m.value)
	case "scps":
		p.SCPs, err = s.levels(where, m.value)
	case "rcps":
		p.RCPs, err = s.levels(where, m.value)
	case "vpce":
		p.Endpoint, err = s.list(where, -1, m.value)
	default:
		err = unknownField("policies", m.name, "identity", "resource", "boundary", "session", "scps", "rcps", "vpce")
	}
	return err
}

// list reads a policy or a list of them.
func (s *Simulator) list(where string, level int, raw []byte) ([]policy.Source, error) {
	if raw[0] != '[' {
		one, err := s.source(where, place{level: level}, raw)
		return []policy.Source{one}, err
	}
	list, err := items(where, raw)
	if err != nil {
		return nil, err
	}
	sources := make([]policy.Source, len(list))
	for i, raw := range list {
		sources[i], err = s.source(fmt.Sprintf("%s[%d]", where, i), place{level: level, index: i}, raw)
		if err != nil {
			return nil, err
		}
	}
	return sources, nil
}

// source reads a policy: a document, one with a name, or why it was not read.
func (s *Simulator) source(where string, p place, raw []byte) (policy.Source, error) {
	if d, ok := s.texts[string(raw)]; ok {
		return policy.Source{Name: p.String(), Document: fact.Of(d)}, nil
	}
	list, err := members(where, raw)
	if err != nil {
		return policy.Source{}, err
	}
	name, inner, ok, err := wrapped(where, list, "name", "policy")
	if err != nil {
		return policy.Source{}, err
	}
	if ok {
		p.name, where, raw = name, where+".policy", inner
		if list, err = members(where, raw); err != nil {
			return policy.Source{}, err
		}
	}
	if why, ok, err := unreadable(where, list); ok || err != nil {
		return policy.Source{Name: p.String(), Document: fact.Unread[*policy.Document](why)}, err
	}
	d, err := s.document(where, raw)
	return policy.Source{Name: p.String(), Document: fact.Of(d)}, err
}

// unreadable reads {"unreadable": "why"}.
func unreadable(where string, list []member) (why string, ok bool, err error) {
	if len(list) == 0 || list[0].name != "unreadable" {
		return "", false, nil
	}
	if len(list) > 1 {
		return "", false, fmt.Errorf("%s: %q stands beside \"unreadable\"", where, list[1].name)
	}
	why, err = text(where+".unreadable", list[0].value)
	if why == "" {
		why = "unreadable"
	}
	return why, true, err
}

// wrapped reads an object of a label, which may be left out, and a content.
func wrapped(where string, list []member, label, content string) (name string, inner []byte, ok bool, err error) {
	for _, m := range list {
		switch m.name {
		case content:
			inner = m.value
		case label:
			ok = true
			if !isNull(m.value) {
				name, err = text(where+"."+label, m.value)
			}
		default:
			return "", nil, false, nil // the reader of documents says what is wrong
		}
	}
	if err == nil && ok && inner == nil {
		err = fmt.Errorf("%s has %q and no %q", where, label, content)
	}
	return name, inner, inner != nil, err
}

// levels reads the policies of an organization.
func (s *Simulator) levels(where string, raw []byte) (fact.Value[[][]policy.Source], error) {
	var none fact.Value[[][]policy.Source]
	if raw[0] == '{' {
		list, err := members(where, raw)
		if err != nil {
			return none, err
		}
		if why, ok, err := unreadable(where, list); ok || err != nil {
			return fact.Unread[[][]policy.Source](why), err
		}
	}
	list, err := items(where, raw)
	if err != nil {
		return none, fmt.Errorf("%w of levels, root first", err)
	}
	levels := make([][]policy.Source, len(list))
	for i, raw := range list {
		if levels[i], err = s.level(fmt.Sprintf("%s[%d]", where, i), i, raw); err != nil {
			return none, err
		}
	}
	return fact.Of(levels), nil
}

// level reads the policies that are attached at one level: a list, one with an
// ID, or why they were not read.
func (s *Simulator) level(where string, level int, raw []byte) ([]policy.Source, error) {
	if raw[0] == '[' {
		return s.list(where, level, raw)
	}
	list, err := members(where, raw)
	if err != nil {
		return nil, err
	}
	if why, ok, err := unreadable(where, list); ok || err != nil {
		return unreadLevel(level, why), err
	}
	_, inner, ok, err := wrapped(where, list, "id", "policies")
	switch {
	case err != nil:
		return nil, err
	case !ok:
		return nil, fmt.Errorf("%s is not a level: a list of policies, or {\"id\", \"policies\"}", where)
	case inner[0] == '[':
		return s.list(where+".policies", level, inner)
	}
	where += ".policies"
	if list, err = members(where, inner); err != nil {
		return nil, fmt.Errorf("%s is not a list", where)
	}
	why, ok, err := unreadable(where, list)
	if !ok {
		err = fmt.Errorf("%s is not a list", where)
	}
	return unreadLevel(level, why), err
}

func unreadLevel(level int, why string) []policy.Source {
	name := place{level: level, index: -1}.String()
	return []policy.Source{{Name: name, Document: fact.Unread[*policy.Document](why)}}
}

// document parses a document.
func (s *Simulator) document(where string, raw []byte) (*policy.Document, error) {
	d, err := parse(where, raw)
	if err == nil {
		s.keep(raw, d)
	}
	return d, err
}

// parse reads a document; where is its place, for errors.
func parse(where string, raw []byte) (*policy.Document, error) {
	d, err := policy.Parse(raw)
	if e, ok := errors.AsType[*policy.Error](err); ok {
		return nil, fmt.Errorf("%s: %s (character %d of it)", where, e.What, e.Column)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", where, err)
	}
	return d, nil
}

// documents yields the documents that were read.
func (c *Case) documents() iter.Seq[*policy.Document] {
	return func(yield func(*policy.Document) bool) {
		for sources := range c.sources() {
			for _, s := range sources {
				if d, ok := s.Document.Get(); ok && !yield(d) {
					return
				}
			}
		}
	}
}

// sources yields the policies, a layer or a level at a time.
func (c *Case) sources() iter.Seq[[]policy.Source] {
	p := &c.Policies
	return func(yield func([]policy.Source) bool) {
		for _, s := range [][]policy.Source{p.Identity, {p.Resource, p.Boundary}, c.boundaries, p.Session, p.Endpoint} {
			if !yield(s) {
				return
			}
		}
		for _, levels := range [][][]policy.Source{p.SCPs.Or(nil), p.RCPs.Or(nil)} {
			for _, s := range levels {
				if !yield(s) {
					return
				}
			}
		}
	}
}

// completeResource gives a key and a role the policy that they always have: an
// empty one, where none was stated.
//
// See https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
// and https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html.
func (c *Case) completeResource() {
	a, err := arn.Parse(c.Request.Resource)
	carries := err == nil && (a.Service == "kms" && a.Type() == "key" || a.Service == "iam" && a.Type() == "role")
	if carries && c.Policies.Resource.Document.State() == fact.None {
		c.Policies.Resource = policy.Source{Name: place{level: -1}.String(), Document: fact.Of(policy.New())}
	}
}
