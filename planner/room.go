package planner

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
)

// A room is what one caller, or one rule or writer, takes of a policy.
type room struct {
	name       diag.Text
	at         diag.Pos
	statements []policy.Statement
	size       int // as AWS counts it, as if the policy held nothing else
}

// namedRooms is how many of those are named that take most room.
const namedRooms = 3

// largest says who takes most room in a policy that is too large: which callers,
// if there are several, else which rules or writers of the one.
func (d *draft) largest(key carried) diag.Text {
	rooms := d.rooms(key, func(q *replication.Requirement) diag.Text { return diag.Datum(q.Principal) })
	if len(rooms) == 1 {
		rooms = d.rooms(key, nameOf)
	}
	quota := policy.QuotaOf(key.place)
	for _, r := range rooms {
		packed := pack(r.statements)
		sids{}.name(packed)
		r.size = quota.Count(string(encode(policy.New(packed...))))
	}
	slices.SortStableFunc(rooms, func(a, b *room) int { return cmp.Compare(b.size, a.size) })
	var list []diag.Text
	for _, r := range rooms[:min(namedRooms, len(rooms))] {
		list = append(list, phrases.Text("room.taken", "size", strconv.Itoa(r.size), "at", r.at.String()).With("who", r.name))
	}
	if more := len(rooms) - namedRooms; more > 0 {
		list = append(list, phrases.Text("room.more", "count", strconv.Itoa(more)))
	}
	return diag.Join(diag.Semicolon, list)
}

// nameOf names the rule or the writer that asks for q.
func nameOf(q *replication.Requirement) diag.Text {
	if q.From == "" {
		return phrases.Text("what.writer", "writer", q.Rule)
	}
	return phrases.Text("what.rule-of", "rule", q.Rule, "from", q.From)
}

// rooms groups what a policy grants by a name, in the order of first appearance.
func (d *draft) rooms(key carried, name func(*replication.Requirement) diag.Text) []*room {
	var rooms []*room
	index := map[string]*room{}
	for _, p := range d.parts {
		if key != (carried{p.target, p.place}) {
			continue
		}
		for _, q := range p.asked {
			who := name(q)
			r, ok := index[who.String()]
			if !ok {
				r = &room{name: who, at: q.Position}
				index[who.String()] = r
				rooms = append(rooms, r)
			}
			r.statements = append(r.statements, p.grant(q))
		}
	}
	return rooms
}
