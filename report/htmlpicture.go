package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/audit"
)

// A drawing is who replicates what to whom, as an SVG of boxes for accounts,
// nodes for buckets and an arrow for the rules between two of them.
type drawing struct {
	Width, Height int
	About         string
	Boxes, Nodes  []shape
	Edges         []arrow
	Legend        []sign // of arrows
	LeftOut       []span
}

type shape struct {
	X, Y, Width, Height  int
	TextX, TextY, SmallY int
	Title, Label, Small  string
}

type arrow struct {
	Class, Sign, Path, Title string

	X, Y, SignY int
}

// The measures of a drawing, in pixels.
const (
	nodeWidth  = 250
	nodeHeight = 44
	nodeGap    = 14
	boxPad     = 14
	boxTitle   = 24
	boxGap     = 22
	columnGap  = 170
	margin     = 10
	longName   = 30 // characters of a name
)

// maxArrows is how many arrows are drawn, the worst first: of more, nobody finds one.
const maxArrows = 40

// A pair is two buckets with rules between them.
type pair struct {
	from, to string
	verdict  audit.Verdict // the worst
	rules    int
}

// picture draws the rules of the audit; nil where there is nothing to draw.
func (w htmlWriter) picture() *drawing {
	pairs := pairsOf(w.a.Rules)
	if len(pairs) == 0 {
		return nil
	}
	var d drawing
	if len(pairs) > maxArrows {
		d.LeftOut = w.say(counted("html.undrawn", len(pairs)-maxArrows))
		pairs = pairs[:maxArrows]
	}
	places := w.place(&d, pairs, w.owners)
	for _, p := range pairs {
		a := w.arrow(p, places)
		d.Edges = append(d.Edges, a)
		if v := w.verdict(p.verdict); !slices.Contains(d.Legend, v) {
			d.Legend = append(d.Legend, v)
		}
	}
	d.About = plainText(w.say(phrase{"html.picture-about", args{"rules": ruleCounts(w.a.Summary.Rules)}}))
	return &d
}

// pairsOf joins the rules between two buckets, the worst first.
func pairsOf(rules []audit.RuleVerdict) []pair {
	var l []pair
	index := map[[2]string]int{}
	for _, r := range rules {
		k := [2]string{r.From, r.To}
		i, ok := index[k]
		if !ok {
			i = len(l)
			index[k] = i
			l = append(l, pair{r.From, r.To, r.Verdict, 0})
		}
		l[i].rules++
		if rank(verdictOrder, r.Verdict) < rank(verdictOrder, l[i].verdict) {
			l[i].verdict = r.Verdict
		}
	}
	slices.SortStableFunc(l, func(x, y pair) int { return cmp.Compare(rank(verdictOrder, x.verdict), rank(verdictOrder, y.verdict)) })
	return l
}

// columnsOf says in which column each bucket stands: one behind the sources that
// reach it, as far as rules that go round in circles let it.
func columnsOf(pairs []pair) (column map[string]int, order []string) {
	column = map[string]int{}
	for _, p := range pairs {
		for _, name := range []string{p.from, p.to} {
			if _, ok := column[name]; !ok {
				column[name] = 0
				order = append(order, name)
			}
		}
	}
	earlier := map[string]map[string]bool{} // by bucket: what leads to it
	for _, p := range pairs {
		if p.from == p.to || leads(earlier, p.to, p.from) {
			continue
		}
		if earlier[p.to] == nil {
			earlier[p.to] = map[string]bool{}
		}
		earlier[p.to][p.from] = true
	}
	for range order { // no path is longer
		changed := false
		for to, sources := range earlier {
			for from := range sources {
				if column[to] <= column[from] {
					column[to], changed = column[from]+1, true
				}
			}
		}
		if !changed {
			break
		}
	}
	return column, order
}

// leads reports whether a bucket leads to another by what was taken so far.
func leads(earlier map[string]map[string]bool, from, to string) bool {
	seen, todo := map[string]bool{}, []string{to}
	for len(todo) > 0 {
		at := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if at == from {
			return true
		}
		if !seen[at] {
			seen[at] = true
			for source := range earlier[at] {
				todo = append(todo, source)
			}
		}
	}
	return false
}

// place puts the buckets into columns, those of one account into a box.
func (w htmlWriter) place(d *drawing, pairs []pair, owners map[string]audit.Bucket) map[string]shape {
	column, order := columnsOf(pairs)
	last := 0
	for _, c := range column {
		last = max(last, c)
	}
	places := map[string]shape{}
	for c := range last + 1 {
		y := margin
		for _, account := range accountsIn(column, order, owners, c) {
			box := shape{X: margin + c*(nodeWidth+2*boxPad+columnGap), Y: y, Width: nodeWidth + 2*boxPad}
			box.TextX, box.TextY = box.X+boxPad, box.Y+boxTitle-6
			box.Title, box.Label = w.owner(account), cut(w.owner(account), longName+6)
			y += boxTitle
			for _, name := range order {
				if column[name] != c || owners[name].Account != account {
					continue
				}
				n := node(name, owners[name].Region, box.X+boxPad, y)
				places[name] = n
				d.Nodes = append(d.Nodes, n)
				y += nodeHeight + nodeGap
			}
			box.Height = y - box.Y
			d.Boxes = append(d.Boxes, box)
			y += boxGap
		}
		d.Height = max(d.Height, y)
		d.Width = max(d.Width, margin+c*(nodeWidth+2*boxPad+columnGap)+nodeWidth+2*boxPad+columnGap/2)
	}
	return places
}

// accountsIn lists the accounts that have buckets in a column, in the order of these.
func accountsIn(column map[string]int, order []string, owners map[string]audit.Bucket, c int) []string {
	var l []string
	for _, name := range order {
		if account := owners[name].Account; column[name] == c && !slices.Contains(l, account) {
			l = append(l, account)
		}
	}
	return l
}

func (w htmlWriter) owner(account string) string {
	if account == "" {
		return w.word("html.no-owner")
	}
	return plainText(w.say(phrase{"html.account-of", args{"account": account}}))
}

func node(name, region string, x, y int) shape {
	return shape{
		X: x, Y: y, Width: nodeWidth, Height: nodeHeight, TextX: x + 10, TextY: y + 18, SmallY: y + 35,
		Title: Visible(name), Label: cut(Visible(name), longName), Small: cut(Visible(region), longName),
	}
}

// arrow leads from one bucket to another: to the next columns by their near
// sides, else around.
func (w htmlWriter) arrow(p pair, places map[string]shape) arrow {
	from, to := places[p.from], places[p.to]
	x1, y1 := from.X+from.Width, from.Y+from.Height/2-6
	x2, y2 := to.X, to.Y+to.Height/2-6
	bend := columnGap / 2
	c1, c2 := x1+bend, x2-bend
	if x2 <= x1 { // back, or within a column
		x2, y1, y2 = to.X+to.Width, from.Y+from.Height/2+8, to.Y+to.Height/2+8
		if p.from == p.to {
			y1 -= 16
		}
		c1, c2 = x1+bend, x2+bend
	}
	v := w.verdict(p.verdict)
	a := arrow{Class: v.Class, Sign: v.Sign, Path: fmt.Sprintf("M%d %d C%d %d %d %d %d %d", x1, y1, c1, y1, c2, y2, x2, y2)}
	a.X, a.Y = (x1+3*c1+3*c2+x2)/8, (4*y1+4*y2)/8 // halfway along the curve
	a.SignY = a.Y + 5
	title := w.say(phrase{"html.arrow", args{"from": p.from, "to": p.to, "verdict": verdictOf(p.verdict), "rules": counted("html.rules-between", p.rules)}})
	a.Title = strings.TrimSpace(plainText(title))
	return a
}
