package report

import (
	"bytes"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/replication"
	"github.com/repligrant/repligrant/report/text"
)

// A planPage is a plan as text for a terminal.
type planPage struct {
	*terminal
	p    *planner.Plan
	held held // nil: reasons are not asked for
}

func planText(p *planner.Plan, c text.Catalogue, o Options) []byte {
	t := planPage{terminal: newTerminal(c, o), p: p}
	if o.Explain {
		t.held = heldBy(p)
	}
	t.para("", bold, t.say(planHeadline(p)))
	if l := p.WaitsFor(); len(l) > 0 {
		t.para("", normal, t.say(waitsFor(l)))
	}
	if replaces(p) {
		t.para("", normal, t.say(layIn))
	}
	look := newPicture(p.Outline)
	for i, d := range p.Documents {
		if d.Kind == replication.ReplicationConfiguration && (i == 0 || p.Documents[i-1].Kind != d.Kind) {
			t.versioning(look)
		}
		if i == 0 || d.Step != p.Documents[i-1].Step || d.Account != p.Documents[i-1].Account {
			t.heading(t.say(stepOf(p, d)))
		}
		t.end()
		t.document(d)
	}
	t.jobs()
	t.notes(phrase{"plan.assumptions", nil}, assumptions(p))
	t.notes(phrase{"plan.warnings", nil}, warnings(p))
	return t.b.Bytes()
}

// waitsFor says who has to apply something before this plan.
func waitsFor(accounts []string) phrase {
	return phrase{"plan.waits", args{"accounts": datums(accounts)}}
}

// ownKinds are the documents that are put as a whole, with nothing else in them
// that could be lost.
var ownKinds = []replication.Kind{
	replication.RoleTrustPolicy, replication.RolePolicy, replication.BatchRoleTrustPolicy, replication.BatchRolePolicy,
	replication.WriterTrustPolicy, replication.WriterPolicy,
}

// layIn says that a document is for what may hold somebody else's already.
var layIn = phrase{"plan.lay-in", args{"command": "repligrant plan SPEC --merge ARN=FILE"}}

// replaces reports whether a document, put as it is, would take the place of what
// others may have there, and was not merged with that.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html,
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketReplication.html and
// https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html.
func replaces(p *planner.Plan) bool {
	return slices.ContainsFunc(p.Documents, func(d planner.Document) bool {
		return d.Change == "" && !slices.Contains(ownKinds, d.Kind)
	})
}

// versioning says which buckets each owner has to look at.
func (t planPage) versioning(look picture) {
	for i, p := range look.versioned() {
		if i == 0 {
			t.end()
		}
		t.para("", normal, t.say(p))
	}
}

// planHeadline says how much there is to apply.
func planHeadline(p *planner.Plan) phrase {
	if len(p.Documents) == 0 {
		return phrase{"plan.nothing", nil}
	}
	accounts := map[string]bool{}
	for _, d := range p.Documents {
		accounts[d.Account] = true
	}
	h := counted("plan.headline", len(p.Documents))
	h.args["accounts"] = counted("plan.accounts", len(accounts))
	return h
}

// inlineKinds are the documents whose name is more than what they are.
var inlineKinds = []replication.Kind{replication.RolePolicy, replication.BatchRolePolicy, replication.WriterPolicy}

// stepNames are what is applied in each step.
var stepNames = map[int]phrase{
	1: {key: "plan.step.1"},
	2: {key: "plan.step.2"},
	3: {key: "plan.step.3"},
}

// ownedKinds are what a step is about whose documents are not of destinations.
var ownedKinds = map[replication.Kind]phrase{
	replication.SourceKMSKeyPolicy:      {key: "plan.owns.source-key"},
	replication.SourceBucketPolicy:      {key: "plan.owns.source"},
	replication.BatchKMSKeyPolicy:       {key: "plan.owns.batch-key"},
	replication.WriterKMSKeyPolicy:      {key: "plan.owns.writer-key"},
	replication.WriterBucketPolicy:      {key: "plan.owns.writer-bucket"},
	replication.WriterAccessPointPolicy: {key: "plan.owns.writer-bucket"},
}

// owns is what an account has that a step is about, each once.
func owns(p *planner.Plan, step int, account string) phrase {
	var l phrases
	for _, d := range p.Documents {
		if d.Step != step || d.Account != account {
			continue
		}
		what, ok := ownedKinds[d.Kind]
		if !ok {
			what = stepNames[step]
		}
		if !slices.ContainsFunc(l, func(o phrase) bool { return o.key == what.key }) {
			l = append(l, what)
		}
	}
	return phrase{"plan.owns", args{"what": l}}
}

// stepOf is the step of a document, and the account that takes it.
func stepOf(p *planner.Plan, d planner.Document) phrase {
	what, ok := stepNames[d.Step]
	switch {
	case !ok:
		what = phrase{"plan.step.other", nil}
	case d.Step == 2:
		what = owns(p, d.Step, d.Account)
	}
	return phrase{"plan.step", args{"step": d.Step, "account": d.Account, "what": what}}
}

// titleOf names a document, with the name of an inline policy.
func titleOf(d planner.Document) phrase {
	a := args{"document": kindOf(d.Kind), "target": d.Target, "name": phrase{}}
	if slices.Contains(inlineKinds, d.Kind) && d.Name != "" {
		a["name"] = phrase{"plan.name", args{"name": name(d.Name)}}
	}
	return phrase{"plan.document", a}
}

// sizeOf says how much of a quota a document takes, as AWS counts it; nothing if it
// has no quota. Where the lines that are shown would not fit, it says so.
func sizeOf(d planner.Document) phrase {
	quota, known := d.Quota()
	key := "plan.size"
	if quota.Bytes {
		key = "plan.size-bytes"
	}
	size := phrase{key, args{"size": d.Size, "limit": d.Limit}}
	if d.Limit == 0 {
		return phrase{}
	}
	if text, err := quota.Format(d.Document); known && err == nil && !bytes.Contains(text, []byte("\n")) {
		return phrase{"plan.size-lines", args{"size": size}}
	}
	return size
}

func (t planPage) document(d planner.Document) {
	t.para("", bold, t.say(titleOf(d)))
	if size := t.say(sizeOf(d)); size != "" {
		t.para("", normal, size)
	}
	t.json("  ", d.Document)
	t.merged(d)
	if t.held == nil {
		return
	}
	if l := t.held.reasons(d); len(l) > 0 {
		t.end()
		t.reasons(l)
	}
}

// changeNames are what merging does to what is there.
var changeNames = map[planner.Change]phrase{
	planner.NoChange: {key: "plan.change.none"},
	planner.Add:      {key: "plan.change.add"},
	planner.Replace:  {key: "plan.change.replace"},
}

// merged says what becomes of the document that is there. Where documents are
// parts of one policy, the first has it.
func (t planPage) merged(d planner.Document) {
	change, ok := changeNames[d.Change]
	if !ok {
		return
	}
	if !firstPart(t.p, d) {
		change = phrase{"plan.change.above", nil}
	}
	t.para("", normal, t.say(change))
	if firstPart(t.p, d) {
		t.diff(d.Diff)
	}
}

// firstPart reports whether no document before d is part of the same policy.
func firstPart(p *planner.Plan, d planner.Document) bool {
	for _, o := range p.Documents {
		if o.Target == d.Target && o.Change != "" && (o.Kind == replication.ReplicationConfiguration) == (d.Kind == replication.ReplicationConfiguration) {
			return o.Kind == d.Kind
		}
	}
	return true
}

func diffStyle(line string) style {
	switch {
	case strings.HasPrefix(line, "---") || strings.HasPrefix(line, "+++") || strings.HasPrefix(line, "@@"):
		return dim
	case strings.HasPrefix(line, "-") || strings.HasPrefix(line, "+"):
		return bold
	default:
		return normal
	}
}

// reasons lists the actions, each on a line of its own, so that it can be copied;
// pages are numbered, as they are long and the same for most.
func (t planPage) reasons(l []reason) {
	var pages []string
	for _, r := range l {
		if !slices.Contains(pages, r.page) {
			pages = append(pages, r.page)
		}
		note := phrase{"explain.note", args{"n": slices.Index(pages, r.page) + 1}}
		t.para("- ", normal, t.data(strings.Join(r.actions, ", ")))
		t.para("  ", normal, t.say(phrase{"explain.reason", args{"level": levelOf(r.level), "why": value(r.why), "loss": r.loss, "page": note}}))
	}
	for i, page := range pages {
		t.para(t.say(phrase{"explain.note", args{"n": i + 1}})+" ", normal, t.data(page))
	}
	for _, c := range conflicts(l) {
		t.para("- ", normal, t.say(c))
	}
}

// jobs says how the batch jobs are started, each by one line that can be copied.
func (t planPage) jobs() {
	for i, j := range t.p.Jobs {
		if i == 0 {
			t.heading(t.say(phrase{"plan.jobs", nil}))
		}
		t.para("- ", normal, t.say(jobOf("plan.job", j)))
		t.put(normal, "  ")
		t.line(normal, j.Command)
		for _, p := range jobNotes(j) {
			t.para("  ", normal, t.say(p))
		}
	}
}

func jobOf(key string, j planner.Job) phrase {
	return phrase{key, args{"account": j.Account, "bucket": copiedBy(j)}}
}

// copiedBy is the bucket of a job, with the rules that ask for it, which tell it
// from other jobs of the bucket.
func copiedBy(j planner.Job) phrase {
	if len(j.Rules) == 0 { // as an earlier version saved it
		return one(j.From)
	}
	key := text.Catalogue{}.Plural("plan.job.rules", len(j.Rules))
	return phrase{key, args{"bucket": j.From, "rules": datums(j.Rules)}}
}

// jobNotes say what the command of a job does not say by itself.
func jobNotes(j planner.Job) phrases {
	var l phrases
	if j.Manifest != "" {
		l = append(l, phrase{"plan.job.manifest", nil})
	}
	if j.Report == "" {
		l = append(l, phrase{"plan.job.no-report", nil})
	}
	return l
}

// notes is a list with a heading; nothing if it is empty.
func (t planPage) notes(title phrase, l phrases) {
	if len(l) == 0 {
		return
	}
	t.heading(t.say(title))
	for _, p := range l {
		t.para("- ", normal, t.say(p))
	}
}

func assumptions(p *planner.Plan) phrases {
	var l phrases
	for _, a := range p.Assumptions {
		l = append(l, phrase{"plan.assumption", args{"bucket": a.Bucket, "field": a.Field, "assumed": value{a.AssumedKey, a.Assumed, nil}}})
	}
	return l
}

func warnings(p *planner.Plan) phrases {
	var l phrases
	for _, w := range p.Warnings {
		page := phrase{}
		if w.Source != "" {
			page = phrase{"plan.warning.page", args{"page": link(w.Source)}}
		}
		l = append(l, phrase{"plan.warning", args{
			"place":   optional("plan.warning.place", "place", w.Position.String()),
			"code":    w.Code,
			"message": diag.Said{Key: w.Code, English: w.Message, Args: w.Args},
			"page":    page,
		}})
	}
	return l
}
