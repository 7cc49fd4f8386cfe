package planner

import (
	"strconv"
	"strings"

	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
)

// oversized are the plans that AWS would refuse for their size.
var oversized = diag.Table{
	"plan-policy-too-large": {
		Message: "the {place} of {target} would have {size} {unit}; AWS takes {limit} ({source})",
		Hint:    "name fewer prefixes, since one that covers several takes one line, or let fewer rules share it; the most is for {largest}",
	},
	"plan-principals-too-many": {
		Message: "the {place} of {target} would have {size} {unit}; AWS takes {limit} ({source})",
		Hint:    "{callers} roles and users share it, and fewer prefixes hardly make room: use a second destination bucket for some of them; the most is for {largest}",
	},
	"plan-policies-too-many": {
		Message: "the policies of {target} would take {count} managed policies; AWS attaches {limit} by default, and up to {maximum} on request ({source})",
		Hint: "name fewer prefixes, since one that covers several takes one line, or give the rules of other source buckets another role, " +
			"and other prefixes another writer; the most is for {largest}",
	},
	"plan-trust-too-large": {
		Message: "the {place} of {target} would have {size} {unit}; AWS takes {limit} by default, and up to {maximum} on request ({source})",
		Hint: "name fewer principals in assumed_by, and the others in that of a second writer with the same bucket and prefixes; " +
			"an account's root would let in everybody whom that account allows",
	},
	"plan-configuration-too-large": {
		Message: "the replication configuration of {target} would have {size} bytes; S3 takes {limit} ({source})",
		Hint:    "write fewer rules: one prefix may cover several",
	},
}

// tooLarge reports the policies above their quota, at the first rule or writer
// that each serves.
func (d *draft) tooLarge(sizes map[carried]int) diag.List {
	var problems diag.List
	for _, p := range d.parts {
		key := carried{p.target, p.place}
		quota, size := policy.QuotaOf(p.place), sizes[key]
		delete(sizes, key)
		if size <= quota.Limit {
			continue
		}
		rooms, callers := d.bySize(key)
		problem := "plan-policy-too-large"
		switch {
		case p.place == policy.TrustPolicy:
			problem = "plan-trust-too-large"
		case p.place == policy.BucketPolicy && crowded(rooms, callers, quota.Limit):
			problem = "plan-principals-too-many"
		}
		found := oversized.At(p.pos, problem,
			"target", p.target, "size", strconv.Itoa(size), "limit", strconv.Itoa(quota.Limit), "source", quota.Source)
		diag.Put(found.Message.Args, "place", placeText(p.place))
		diag.Put(found.Message.Args, "unit", unit(quota))
		switch problem {
		case "plan-trust-too-large":
			found.Message.Args["maximum"] = strconv.Itoa(quota.Maximum)
		case "plan-principals-too-many":
			found.Hint.Args["callers"] = strconv.Itoa(callers)
			fallthrough
		default:
			diag.Put(found.Hint.Args, "largest", largest(rooms))
		}
		problems = append(problems, found)
	}
	return problems
}

// placeText is a place in prose.
func placeText(p policy.Place) diag.Text {
	return phrases.Text("place." + strings.ReplaceAll(string(p), " ", "-"))
}

func unit(q policy.Quota) diag.Text {
	if q.Bytes {
		return phrases.Text("unit.bytes")
	}
	return phrases.Text("unit.characters")
}

// tooLong reports a configuration above S3's limit, at its first rule. How many
// rules there may be is checked when the SPEC is read.
func tooLong(c Document, first replication.Rule) diag.List {
	if c.Size <= c.Limit {
		return nil
	}
	return diag.List{oversized.At(first.Pos, "plan-configuration-too-large", "target", c.Target,
		"size", strconv.Itoa(c.Size), "limit", strconv.Itoa(c.Limit), "source", policy.QuotaOf(policy.ReplicationConfiguration).Source)}
}
