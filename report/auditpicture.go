package report

import (
	"cmp"
	"slices"

	"github.com/repligrant/repligrant/audit"
)

// The strokes of verdicts. Colours are GitHub's own, which can be told from its
// white and from its dark ground; no verdict is said by its colour alone.
//
// See https://primer.style/product/primitives/color/.
var verdictStrokes = map[audit.Verdict]chartStroke{
	audit.Fails:      {"-->", "stroke:#cf222e,stroke-width:2px"},
	audit.Degraded:   {"-->", "stroke:#bf8700,stroke-width:2px"},
	audit.Unclear:    {"-.->", "stroke:#8c959f,stroke-width:2px"},
	audit.Replicates: {"-->", "stroke:#2da44e,stroke-width:2px"},
	audit.Idle:       {"-.->", "stroke:#8c959f,stroke-width:1px"},
}

// maxPictured is how many arrows a picture of an audit has. A table with all
// rules follows, and a comment has findings to hold.
const maxPictured = 40

// draw shows what is to be expected between which buckets. It needs the owners of
// these, which an audit of an earlier version does not name.
func (s *auditSheet) draw() {
	if len(s.a.Buckets) == 0 || len(s.a.Rules) == 0 {
		return
	}
	c, more := s.chart(), 0
	if len(c.edges) > maxPictured {
		for _, e := range c.edges[maxPictured:] {
			more += e.rules
		}
		c.edges = c.edges[:maxPictured]
	}
	block, leftOut := c.fence()
	leftOut += more
	if block != "" {
		s.write("\n", block, "\n", s.body.say(phrase{"picture.verdicts", nil}), "\n")
	}
	if leftOut > 0 {
		s.write("\n", s.body.say(counted("picture.left-out", leftOut)), "\n")
	}
}

// chart draws the rules of the audit: a group for each account, a node for each
// bucket and an arrow for each rule, the worst verdict first.
func (s *auditSheet) chart() chart {
	out := chart{title: phrase{"picture", nil}, say: plainly(s.messages)}
	index := map[string]int{}
	for _, b := range s.ownedBuckets() {
		i, ok := index[b.Account]
		if !ok {
			i = len(out.groups)
			index[b.Account] = i
			out.groups = append(out.groups, chartGroup{title: ownerOf(b.Account)})
		}
		lines := phrases{one(nameInChart(b.Name))}
		if b.Region != "" {
			lines = append(lines, one(nameInChart(b.Region)))
		}
		out.groups[i].nodes = append(out.groups[i].nodes, chartNode{"bucket " + b.Name, shapeBucket, lines})
	}
	out.edges = verdictEdges(s.a.Rules)
	return out
}

func ownerOf(account string) phrase {
	if account == "" {
		return phrase{"html.no-owner", nil}
	}
	return phrase{"account.id", args{"account": nameInChart(account)}}
}

// ownedBuckets are the buckets of all rules, those without a known owner last.
func (s *auditSheet) ownedBuckets() []audit.Bucket {
	known := map[string]audit.Bucket{}
	for _, b := range s.a.Buckets {
		known[b.Name] = b
	}
	var l []audit.Bucket
	seen := shown{}
	for _, r := range s.a.Rules {
		for _, name := range []string{r.From, r.To} {
			if seen.first("bucket " + name) {
				l = append(l, audit.Bucket{Name: name, Account: known[name].Account, Region: known[name].Region})
			}
		}
	}
	slices.SortStableFunc(l, func(x, y audit.Bucket) int {
		unowned := func(b audit.Bucket) int { return min(1, len(b.Account)) }
		return cmp.Or(cmp.Compare(unowned(y), unowned(x)), cmp.Compare(x.Account, y.Account))
	})
	return l
}

// verdictEdges are an arrow for each rule, or one for all of many between two
// buckets, the worst verdict first.
func verdictEdges(rules []audit.RuleVerdict) []chartEdge {
	between := map[chartKey]int{}
	for _, r := range rules {
		between[chartKey{r.From, r.To}]++
	}
	worst := slices.Clone(rules)
	slices.SortStableFunc(worst, func(x, y audit.RuleVerdict) int {
		return cmp.Compare(rank(verdictOrder, x.Verdict), rank(verdictOrder, y.Verdict))
	})
	var edges []chartEdge
	drawn := map[chartKey]bool{}
	for _, r := range worst {
		k := chartKey{r.From, r.To}
		e := chartEdge{"bucket " + r.From, "bucket " + r.To, verdictStroke(r.Verdict), phrases{one(nameInChart(r.Rule)), verdictOf(r.Verdict)}, 1}
		switch n := between[k]; {
		case n >= manyRules && drawn[k]:
			continue
		case n >= manyRules:
			drawn[k] = true
			e.rules, e.lines = n, phrases{counted("picture.rules", n), verdictOf(r.Verdict)}
		case r.Origin == "live":
			e.lines = append(e.lines, phrase{"table.live", nil})
		}
		edges = append(edges, e)
	}
	return edges
}

// verdictStroke draws a verdict that nobody knows as what is not known.
func verdictStroke(v audit.Verdict) chartStroke {
	if s, ok := verdictStrokes[v]; ok {
		return s
	}
	return verdictStrokes[audit.Unclear]
}
