package report

import (
	"cmp"
	"slices"

	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/report/text"
)

// A planSheet is a plan as Markdown for a comment.
type planSheet struct {
	sheet
	p        *planner.Plan
	picture  picture
	body     scribe
	cell     scribe
	html     scribe
	messages text.Catalogue
	held     held
	told     map[md]phrase // the document below which a table of reasons stands
	detail   detail
	budget   budget
}

func planMarkdown(p *planner.Plan, c text.Catalogue, o Options) []byte {
	reasons := heldBy(p)
	b := budgetOf(o)
	return b.fitting(otherDetails, func(d detail) md {
		s := planSheet{
			p: p, picture: newPicture(p.Outline), messages: c, held: reasons, told: map[md]phrase{}, detail: d, budget: b,
			sheet: sheet{room: b.roomOf(d)},
			body:  newScribe(c, code), cell: cellScribe(c), html: newScribe(c, htmlCode),
		}
		s.report()
		return s.md()
	})
}

func (s *planSheet) report() {
	s.write(marker, "### ", s.body.say(phrase{"markdown.headline", args{"headline": planHeadline(s.p)}}), "\n")
	if s.detail < countsOnly {
		s.draw()
		s.checklist()
	}
	if s.detail < withTable {
		for _, account := range accounts(s.p) {
			s.account(account)
		}
	}
	if s.detail < withTable {
		s.jobs()
	}
	if s.detail < countsOnly {
		s.notes(phrase{"plan.assumptions", nil}, assumptions(s.p))
		s.notes(phrase{"plan.warnings", nil}, warnings(s.p))
	}
	extras := s.extras()
	if p, ok := s.budget.left(planShortenings, s.detail); ok {
		p.args["but"] = extras
		s.write("\n", s.body.say(p), "\n")
	}
}

// spare is what the last line of a plan takes, and more.
const spare = 500

// extras writes what stands for documents that are left out, each part only if it
// fits, the more useful first, and names those parts.
func (s *planSheet) extras() phrase {
	if s.detail < withTable || s.full() {
		return phrase{}
	}
	reasons := s.extra("explain.all", s.reasons(s.held.all(s.p.Documents)))
	sizes := s.detail == withTable && s.extra("plan.sizes", s.sizes())
	switch {
	case reasons && sizes:
		return phrase{"short.but.both", nil}
	case reasons:
		return phrase{"short.but.reasons", nil}
	case sizes:
		return phrase{"short.but.sizes", nil}
	}
	return phrase{}
}

// extra writes a part with its heading if there is one and it fits.
func (s *planSheet) extra(title string, part md) bool {
	if part == "" || s.b.Len()+len(part)+spare > s.budget.bytes {
		return false
	}
	s.write("\n#### ", s.body.say(phrase{title, nil}), "\n", part)
	return true
}

var planShortenings = map[detail]phrase{
	withFindings: {key: "short.reasons"},
	withTable:    {key: "short.documents"},
	countsOnly:   {key: "short.plan"},
}

// accounts are those of a plan, in the order in which they come first.
func accounts(p *planner.Plan) []string {
	var l []string
	for _, d := range p.Documents {
		if !slices.Contains(l, d.Account) {
			l = append(l, d.Account)
		}
	}
	return l
}

// draw shows what replicates where, in a picture and in words.
func (s *planSheet) draw() {
	block, leftOut := s.picture.chart(s.messages).fence()
	if block != "" {
		s.write("\n", block)
	}
	if block != "" && len(s.p.Rules) > 0 {
		s.write("\n", s.body.say(phrase{"picture.legend", nil}), "\n")
	}
	if leftOut > 0 {
		s.write("\n", s.body.say(counted("picture.left-out", leftOut)), "\n")
	}
	s.words()
}

// pictureHeader are the columns of the words beside the picture.
var pictureHeader = []string{"table.rule", "table.from", "table.to", "picture.objects", "picture.role"}

// words are a table for those who do not see the picture, or want to copy from it.
func (s *planSheet) words() {
	rows, more := s.picture.rows(s.cell)
	if len(rows) == 0 {
		return
	}
	s.write("\n<details>\n<summary>", s.html.say(phrase{"picture.words", nil}), "</summary>\n\n|")
	for _, key := range pictureHeader {
		s.write(" ", s.cell.say(phrase{key, nil}), " |")
	}
	s.write("\n| --- | --- | --- | --- | --- |\n")
	for _, r := range rows {
		s.write("| ", r.name, " | ", r.from, " | ", r.to, " | ", r.objects, " | ", r.identity, " |\n")
	}
	if more > 0 {
		s.write("\n", s.body.say(counted("picture.more", more)), "\n")
	}
	s.write("\n</details>\n")
}

// checklist is what to do, in order, to be ticked off. What S3 asks for before it
// takes a rule, and no document brings about, stands before the rules.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-requirements.html.
func (s *planSheet) checklist() {
	if len(s.p.Documents) == 0 {
		return
	}
	s.write("\n#### ", s.body.say(phrase{"plan.checklist", nil}), "\n\n")
	if l := s.p.WaitsFor(); len(l) > 0 {
		s.box(waitsFor(l))
	}
	said := false
	for _, d := range s.p.Documents {
		if s.full() {
			return
		}
		if d.Kind == replication.ReplicationConfiguration && !said {
			said = true
			s.versioning()
		}
		s.box(phrase{"plan.check", args{"step": d.Step, "account": s.owner(d.Account), "document": titleOf(d)}})
	}
	for _, j := range s.p.Jobs {
		s.box(phrase{"plan.job.check", args{"account": s.owner(j.Account), "bucket": copiedBy(j)}})
	}
	if replaces(s.p) {
		s.write("\n", s.body.say(layIn), "\n")
	}
	s.write("\n", s.body.say(phrase{"plan.leftovers", args{"command": "repligrant diff OLD NEW"}}), "\n")
}

// versioning says which buckets each owner has to look at.
func (s *planSheet) versioning() {
	for _, p := range s.picture.versioned() {
		s.box(p)
	}
}

func (s *planSheet) box(p phrase) { s.write("- [ ] ", s.body.say(p), "\n") }

// owner names an account, as the SPEC does.
func (s *planSheet) owner(id string) phrase { return owned(s.picture.names, id) }

// account is what one owner has to apply.
func (s *planSheet) account(account string) {
	s.write("\n#### ", s.body.say(phrase{"plan.account", args{"account": s.owner(account)}}), "\n")
	for _, d := range s.p.Documents {
		if d.Account == account {
			s.document(d)
		}
	}
}

// listedSizes is how many documents the table of sizes has at most.
const listedSizes = 20

// sizesHeader are the columns of the table of sizes.
var sizesHeader = []string{"table.step", "table.account", "table.document", "table.size", "table.limit"}

// sizes lists documents that do not fit with how much of its quota each takes,
// the fullest first.
func (s *planSheet) sizes() md {
	var t sheet
	t.write("\n|")
	for _, key := range sizesHeader {
		t.write(" ", s.cell.say(phrase{key, nil}), " |")
	}
	t.write("\n| --- | --- | --- | --- | --- |\n")
	fullest := slices.SortedStableFunc(slices.Values(s.p.Documents), func(a, b planner.Document) int {
		return cmp.Compare(b.Size*a.Limit, a.Size*b.Limit)
	})
	for _, d := range fullest[:min(listedSizes, len(fullest))] {
		number := func(n int) md { return s.cell.say(phrase{"datum", args{"datum": n}}) }
		t.write("| ", number(d.Step), " | ", s.cell.say(s.owner(d.Account)), " | ", s.cell.say(titleOf(d)), " | ",
			number(d.Size), " | ", number(d.Limit), " |\n")
	}
	if more := len(fullest) - listedSizes; more > 0 {
		t.write("\n", s.body.say(counted("picture.more", more)), "\n")
	}
	return t.md()
}

func (s *planSheet) document(d planner.Document) {
	if s.full() {
		return
	}
	title := phrase{"plan.summary", args{"step": d.Step, "document": titleOf(d)}}
	s.write("\n<details>\n<summary>", s.html.say(title), "</summary>\n\n", fenced(d.Document))
	if size := sizeOf(d); !size.isZero() {
		s.write("\n", s.body.say(size), "\n")
	}
	s.merged(d)
	if s.detail == withEvidence {
		s.explain(titleOf(d), s.held.reasons(d))
	}
	s.write("\n</details>\n")
}

// merged says what becomes of the document that is there.
func (s *planSheet) merged(d planner.Document) {
	change, ok := changeNames[d.Change]
	if !ok {
		return
	}
	if !firstPart(s.p, d) {
		change = phrase{"plan.change.above", nil}
	}
	s.write("\n", s.body.say(change), "\n")
	if firstPart(s.p, d) && d.Diff != "" {
		s.write("\n", fencedDiff(d.Diff))
	}
}

// jobs says how the batch jobs are started.
func (s *planSheet) jobs() {
	for _, j := range s.p.Jobs {
		if s.full() {
			return
		}
		s.write("\n<details>\n<summary>", s.html.say(jobOf("plan.job", j)), "</summary>\n\n", fencedCommand(j.Command))
		for _, p := range jobNotes(j) {
			s.write("\n", s.body.say(p), "\n")
		}
		s.write("\n</details>\n")
	}
}

// explain says why each action of a document is there; where another document
// has the same for the same reasons, which one. Documents for many owners are alike.
func (s *planSheet) explain(title phrase, l []reason) {
	table := s.reasons(l)
	if before, ok := s.told[table]; ok {
		s.write("\n", s.body.say(phrase{"explain.as-above", args{"document": before}}), "\n")
		return
	}
	if table != "" {
		s.told[table] = title
	}
	s.write(table)
}

// explainHeader are the columns of the table of reasons.
var explainHeader = []string{"explain.action", "explain.level", "explain.why", "explain.without", "explain.page"}

// reasons is the table of actions; nothing if it is empty.
func (s *planSheet) reasons(l []reason) md {
	if len(l) == 0 {
		return ""
	}
	var t sheet
	t.write("\n|")
	for _, key := range explainHeader {
		t.write(" ", s.cell.say(phrase{key, nil}), " |")
	}
	t.write("\n| --- | --- | --- | --- | --- |\n")
	for _, r := range l {
		t.write("| ", s.cell.list(datums(r.actions)), " | ", s.cell.say(levelOf(r.level)), " | ", s.cell.saying(r.why), " | ",
			s.cell.say(r.loss), " | ", linkTo(r.page), " |\n")
	}
	for i, c := range conflicts(l) {
		if i == 0 {
			t.write("\n")
		}
		t.write("- ", s.body.say(c), "\n")
	}
	return t.md()
}

// notes is a list with a heading; nothing if it is empty.
func (s *planSheet) notes(title phrase, l phrases) {
	if len(l) == 0 {
		return
	}
	s.write("\n#### ", s.body.say(title), "\n\n")
	for _, p := range l {
		if s.full() {
			return
		}
		s.write("- ", s.body.say(p), "\n")
	}
}
