package report

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// mermaid is text for Mermaid. Data becomes mermaid by the functions of this file
// and in no other way.
type mermaid string

// A chart is a flowchart for Mermaid: groups of nodes, and edges between nodes.
// What it is about is said by who makes it; the chart keeps to what GitHub draws
// and to what a person can take in, and leaves names no way out of a label.
//
// See https://mermaid.js.org/syntax/flowchart.html and
// https://docs.github.com/en/get-started/writing-on-github/working-with-advanced-formatting/creating-diagrams.
type chart struct {
	title  phrase
	groups []chartGroup
	edges  []chartEdge
	say    func(phrase) string // in words as they are
}

// A chartGroup is a box with a title around nodes.
type chartGroup struct {
	title phrase
	nodes []chartNode
}

// A chartNode is named by a key, which edges refer to and nobody sees.
type chartNode struct {
	key   string
	shape chartShape
	lines phrases
}

// A chartEdge leads from one node to another.
type chartEdge struct {
	from, to string // keys
	stroke   chartStroke
	lines    phrases
	rules    int // for how many rules it stands
}

// A chartShape is what stands before and behind the label of a node.
//
// See https://mermaid.js.org/syntax/flowchart.html#node-shapes.
type chartShape struct{ open, end string }

var (
	shapeBucket = chartShape{"[(", ")]"}
	shapeRole   = chartShape{"([", "])"}
	shapeWriter = chartShape{"{{", "}}"}
)

// A chartStroke is how an edge is drawn.
type chartStroke struct{ line, style string }

var (
	strokeRule = chartStroke{line: "-->"}
	strokeIdle = chartStroke{line: "-.->"}
	strokeUse  = chartStroke{"---", "stroke:#8c959f,stroke-width:1px"}
)

// What a chart may have. GitHub draws with Mermaid's own limits, 500 edges and
// 50,000 characters, and shows an error in place of what has more. These are
// lower: beyond them nobody finds an edge, and a comment holds more than a chart.
//
// See https://mermaid.js.org/config/schema-docs/config-properties-maxedges.html and
// https://mermaid.js.org/config/schema-docs/config-properties-maxtextsize.html.
const (
	maxEdges    = 120
	maxChart    = 16_000
	maxLabelled = 64 // characters of a name in a label
)

// fence returns the chart as a block, with as many of its edges as fit, the
// first ones, and the nodes that these need; and how many rules are left out.
func (c chart) fence() (block md, leftOut int) {
	n := min(len(c.edges), maxEdges)
	for {
		text := c.with(c.edges[:n])
		if len(text) > maxChart && n > 0 {
			n = n * 3 / 4
			continue
		}
		for _, e := range c.edges[n:] {
			leftOut += e.rules
		}
		if n == 0 {
			return "", leftOut
		}
		return fencedChart(text), leftOut
	}
}

// with is the chart of some edges.
func (c chart) with(edges []chartEdge) mermaid {
	var b strings.Builder
	fmt.Fprintf(&b, "flowchart LR\n  accTitle: %s\n", lettersOf(c.say(c.title)))
	used := map[string]bool{}
	for _, e := range edges {
		used[e.from], used[e.to] = true, true
	}
	ids := c.writeGroups(&b, used)
	for _, e := range edges {
		label := c.label(e.lines)
		if label != "" {
			label = `|"` + label + `"|`
		}
		fmt.Fprintf(&b, "  %s %s%s %s\n", ids[e.from], e.stroke.line, label, ids[e.to])
	}
	writeStyles(&b, edges)
	return mermaid(b.String())
}

// writeGroups writes the groups with the nodes that are used, and returns what
// these are called: a name of ours, since data may be any word of Mermaid's.
func (c chart) writeGroups(b *strings.Builder, used map[string]bool) map[string]string {
	ids := map[string]string{}
	for i, g := range c.groups {
		nodes := slices.DeleteFunc(slices.Clone(g.nodes), func(n chartNode) bool { return !used[n.key] })
		if len(nodes) == 0 {
			continue
		}
		fmt.Fprintf(b, "  subgraph a%d[\"%s\"]\n", i+1, c.label(phrases{g.title}))
		for _, n := range nodes {
			ids[n.key] = fmt.Sprintf("n%d", len(ids)+1)
			fmt.Fprintf(b, "    %s%s\"%s\"%s\n", ids[n.key], n.shape.open, c.label(n.lines), n.shape.end)
		}
		b.WriteString("  end\n")
	}
	return ids
}

// writeStyles says how edges look that do not look as Mermaid draws them, by
// their numbers.
func writeStyles(b *strings.Builder, edges []chartEdge) {
	numbers := map[string][]string{}
	var styles []string
	for i, e := range edges {
		if e.stroke.style == "" {
			continue
		}
		if numbers[e.stroke.style] == nil {
			styles = append(styles, e.stroke.style)
		}
		numbers[e.stroke.style] = append(numbers[e.stroke.style], fmt.Sprint(i))
	}
	for _, style := range styles {
		fmt.Fprintf(b, "  linkStyle %s %s\n", strings.Join(numbers[style], ","), style)
	}
}

// label says lines one below the other.
func (c chart) label(lines phrases) mermaid {
	var label mermaid
	for i, p := range lines {
		if i > 0 {
			label += "<br>"
		}
		label += labelled(c.say(p))
	}
	return label
}

// labelled makes text safe between the quotes of a label. Letters, digits, and
// few signs that mean nothing to Mermaid and to the Markdown that it reads in
// labels stay, the rest becomes Mermaid's codes for characters.
//
// See https://mermaid.js.org/syntax/flowchart.html#entity-codes-to-escape-characters.
func labelled(s string) mermaid {
	var b strings.Builder
	before := ' '
	for _, r := range Visible(s) {
		switch {
		case isAlphanumeric(r), strings.ContainsRune(" /,()", r), r == '-' && isAlphanumeric(before):
			b.WriteRune(r)
		default:
			fmt.Fprintf(&b, "#%d;", r)
		}
		before = r
	}
	return mermaid(b.String())
}

// lettersOf drops what is neither letter nor space, for places that have no codes.
func lettersOf(s string) mermaid {
	return mermaid(strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || r == ' ' {
			return r
		}
		return -1
	}, s))
}

// nameInChart shortens a name for a label.
func nameInChart(s string) string { return cut(Visible(s), maxLabelled) }
