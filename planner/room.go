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

// bySize lists what takes room in a policy, the most first: its callers, if there
// are several, else the rules or writers of the one.
func (d *draft) bySize(key carried) (rooms []*room, callers int) {
	rooms = d.rooms(key, func(q *replication.Requirement) diag.Text { return diag.Datum(q.Principal) })
	callers = len(rooms)
	if callers == 1 {
		rooms = d.rooms(key, nameOf)
	}
	quota := policy.QuotaOf(key.place)
	for _, r := range rooms {
		packed := pack(r.statements)
		sids{}.name(packed)
		r.size = quota.Count(string(encode(policy.New(packed...))))
	}
	slices.SortStableFunc(rooms, func(a, b *room) int { return cmp.Compare(b.size, a.size) })
	return rooms, callers
}

// crowded reports whether a policy would be too large even if each of its
// callers took as little as the one that takes least.
func crowded(rooms []*room, callers, limit int) bool {
	return callers > 1 && callers*rooms[len(rooms)-1].size > limit
}

// largest names what takes most room.
func largest(rooms []*room) diag.Text {
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
