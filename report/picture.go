package report

import (
	"cmp"
	"strings"

	"github.com/repligrant/repligrant/arn"
	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/report/text"
)

// A picture is who replicates what to whom, as a chart and in words.
type picture struct {
	outline planner.Outline
	names   map[string]string         // of accounts, by ID
	buckets map[string]planner.Bucket // by name
}

func newPicture(o planner.Outline) picture {
	p := picture{o, accountNames(o), map[string]planner.Bucket{}}
	for _, b := range o.Buckets {
		p.buckets[b.Name] = b
	}
	return p
}

// accountNames are the names that a SPEC gives to accounts, by ID.
func accountNames(o planner.Outline) map[string]string {
	names := map[string]string{}
	for _, a := range o.Accounts {
		names[a.ID] = a.Name
	}
	return names
}

// owned names an account by ID, and by its name where that is known.
func owned(names map[string]string, id string) phrase {
	if name := names[id]; name != "" {
		return phrase{"account.named", args{"name": name, "account": id}}
	}
	return phrase{"account.id", args{"account": id}}
}

// manyRules is from how many rules between two buckets on one arrow stands for all.
const manyRules = 4

// replicating lists the buckets of an account that rules which do something name.
func (p picture) replicating(account string) []string {
	used := map[string]bool{}
	for _, r := range p.outline.Rules {
		used[r.From], used[r.To] = used[r.From] || !r.Disabled, used[r.To] || !r.Disabled
	}
	var l []string
	for _, b := range p.outline.Buckets {
		if b.Account == account && used[b.Name] {
			l = append(l, b.Name)
		}
	}
	return l
}

// versioned says which buckets each owner has to look at before step 3.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-requirements.html.
func (p picture) versioned() phrases {
	var l phrases
	for _, a := range p.outline.Accounts {
		if buckets := p.replicating(a.ID); len(buckets) > 0 {
			l = append(l, phrase{"plan.versioning", args{"account": owned(p.names, a.ID), "buckets": datums(buckets)}})
		}
	}
	return l
}

// chart draws p: a group for each account, a node for each bucket, role and
// writer, an arrow for each rule, and a line from a bucket to its roles.
func (p picture) chart(c text.Catalogue) chart {
	out := chart{title: phrase{"picture", nil}, say: plainly(c)}
	groups := map[string]*chartGroup{}
	out.groups = make([]chartGroup, len(p.outline.Accounts))
	for i, a := range p.outline.Accounts {
		out.groups[i].title = owned(p.names, a.ID)
		groups[a.ID] = &out.groups[i]
	}
	drawn := map[string]bool{}
	draw := func(account string, n chartNode) {
		if g := groups[account]; g != nil && !drawn[n.key] {
			drawn[n.key] = true
			g.nodes = append(g.nodes, n)
		}
	}
	for _, b := range p.outline.Buckets {
		draw(b.Account, bucketNode(b))
	}
	for _, r := range p.outline.Rules {
		draw(accountIn(r.Role), identityNode(r.Role, shapeRole))
		draw(accountIn(r.Job), identityNode(r.Job, shapeRole))
	}
	for _, w := range p.outline.Writers {
		draw(accountIn(w.ARN), identityNode(w.ARN, shapeWriter))
	}
	for _, e := range p.edges() {
		if drawn[e.from] && drawn[e.to] {
			out.edges = append(out.edges, e)
		}
	}
	return out
}

func bucketNode(b planner.Bucket) chartNode {
	lines := phrases{one(nameInChart(b.Name)), one(nameInChart(b.Region))}
	if b.KMS {
		lines = append(lines, phrase{"picture.key", nil})
	}
	return chartNode{"bucket " + b.Name, shapeBucket, lines}
}

func identityNode(name string, shape chartShape) chartNode {
	return chartNode{"identity " + name, shape, phrases{one(nameInChart(lastName(name)))}}
}

// edges are the arrows and lines of p; what comes first is drawn if not all fits.
func (p picture) edges() []chartEdge {
	type pair struct{ from, to string }
	between := map[pair][]planner.Rule{}
	for _, r := range p.outline.Rules {
		between[pair{r.From, r.To}] = append(between[pair{r.From, r.To}], r)
	}
	var edges []chartEdge
	once := map[chartKey]bool{}
	line := func(bucket, role string, lines ...phrase) {
		k := chartKey{bucket, role}
		if role != "" && !once[k] {
			once[k] = true
			edges = append(edges, chartEdge{"bucket " + bucket, "identity " + role, strokeUse, lines, 0})
		}
	}
	for _, r := range p.outline.Rules {
		if l := between[pair{r.From, r.To}]; len(l) < manyRules {
			edges = append(edges, ruleEdge(r))
		} else if !once[chartKey{r.From, r.To}] {
			once[chartKey{r.From, r.To}] = true
			edges = append(edges, bundle(l))
		}
		line(r.From, r.Role)
		if r.Job != r.Role {
			line(r.From, r.Job, phrase{"picture.job", nil})
		}
	}
	for _, w := range p.outline.Writers {
		edges = append(edges, chartEdge{"identity " + w.ARN, "bucket " + w.Bucket, strokeRule, writerWords(w, nameInChart), 0})
	}
	return edges
}

// A chartKey tells what is drawn once between two nodes.
type chartKey struct{ from, to string }

func ruleEdge(r planner.Rule) chartEdge {
	e := chartEdge{"bucket " + r.From, "bucket " + r.To, strokeRule, nil, 1}
	if r.Disabled {
		e.stroke = strokeIdle
	}
	if name := strings.TrimSuffix(r.Name, "-to-"+r.To); name != r.From { // what a name of its own says
		e.lines = append(e.lines, one(nameInChart(name)))
	}
	e.lines = append(e.lines, objectWords(r, nameInChart)...)
	return e
}

// bundle is one arrow for several rules, dashed if all are disabled.
func bundle(l []planner.Rule) chartEdge {
	e := chartEdge{"bucket " + l[0].From, "bucket " + l[0].To, strokeIdle, phrases{counted("picture.rules", len(l))}, len(l)}
	for _, r := range l {
		if !r.Disabled {
			e.stroke = strokeRule
		}
	}
	return e
}

// objectWords say which objects a rule is about, and what is special.
func objectWords(r planner.Rule, short func(string) string) phrases {
	var l phrases
	if r.Prefix != "" {
		l = append(l, one(short(r.Prefix)))
	}
	if r.Tags > 0 {
		l = append(l, counted("picture.tags", r.Tags))
	}
	if r.KMS {
		l = append(l, phrase{"picture.kms", nil})
	}
	if r.Disabled {
		l = append(l, verdictOf("disabled"))
	}
	return l
}

func writerWords(w planner.Writer, short func(string) string) phrases {
	const few = 3
	l := phrases{{"picture.writes", nil}}
	for i, prefix := range w.Prefixes {
		if i == few {
			return append(l, counted("causes.more", len(w.Prefixes)-few))
		}
		l = append(l, one(short(prefix)))
	}
	return l
}

// plainly says phrases with data as it is.
func plainly(c text.Catalogue) func(phrase) string {
	same := func(s string) string { return s }
	sentence := func(s string, _ []string) string { return s }
	return speaker{catalogue: c, data: same, name: same, sentence: sentence, link: same}.say
}

func accountIn(name string) string {
	a, _ := arn.Parse(name)
	return a.Account
}

// lastName is the name of a role or user without its path and account.
func lastName(name string) string { return name[strings.LastIndexByte(name, '/')+1:] }

// maxRows is how many rules the words beside a chart list.
const maxRows = 60

// A row is a rule or a writer in words.
type row struct{ name, from, to, objects, identity md }

// rows are the rules and writers of p for a table, and how many more there are.
func (p picture) rows(cell scribe) (rows []row, more int) {
	more = max(0, len(p.outline.Rules)+len(p.outline.Writers)-maxRows)
	for _, r := range p.outline.Rules[:min(len(p.outline.Rules), maxRows)] {
		words := objectWords(r, same)
		if r.Prefix == "" && r.Tags == 0 {
			words = append(phrases{{"picture.all", nil}}, words...)
		}
		rows = append(rows, row{cellCode(r.Name), p.cell(cell, r.From), p.cell(cell, r.To), cell.list(words), cellCode(lastName(r.Role))})
	}
	for _, w := range p.outline.Writers[:min(len(p.outline.Writers), maxRows-len(rows))] {
		rows = append(rows, row{cellCode(w.Name), "", p.cell(cell, w.Bucket), cell.list(writerWords(w, same)), cellCode(lastName(w.ARN))})
	}
	return rows, more
}

func same(s string) string { return s }

// cell is a bucket with its owner and Region.
func (p picture) cell(cell scribe, bucket string) md {
	b := p.buckets[bucket]
	return cell.say(phrase{"picture.bucket", args{"bucket": bucket, "account": cmp.Or(p.names[b.Account], b.Account), "region": b.Region}})
}
