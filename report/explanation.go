package report

import (
	"io"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/replication"
)

// Explanation writes e in the format of o. Besides errors of w it returns those
// of [Check].
func Explanation(w io.Writer, e *audit.Explanation, o Options) error {
	format, c, err := resolve(KindExplanation, o)
	if err != nil {
		return err
	}
	if format == JSON {
		out, err := encode(e)
		return write(w, out, err)
	}
	if format == Markdown {
		return write(w, explanationMarkdown(e, c, o), nil)
	}
	p := explainPage{auditPage{newTerminal(c, o), &audit.Audit{}, map[string]string{}, o.All}, e}
	if e.Code != nil {
		p.code(e.Code)
	} else {
		p.object()
	}
	return write(w, p.b.Bytes(), nil)
}

// An explainPage is an explanation as text for a terminal.
type explainPage struct {
	auditPage
	e *audit.Explanation
}

// code says what a failure code means.
func (p explainPage) code(m *audit.CodeMeaning) {
	p.para("", bold, p.say(codeTitle(m)))
	for _, note := range codeNotes(m) {
		p.para("", normal, p.say(note))
	}
	if len(m.Look) > 0 {
		p.end()
		p.para("", normal, p.say(counted("explain.look", len(m.Look))))
	}
	for _, l := range m.Look {
		p.para("- ", normal, p.say(permissionOf(l)))
	}
	p.end()
	p.para("", normal, p.say(codeWayOut(m)))
	p.para("", normal, p.say(phrase{"field.page", nil})+" "+p.data(m.Source))
	p.remedy(m.Remedy)
}

func codeTitle(m *audit.CodeMeaning) phrase {
	return phrase{"explain.title", args{"code": m.Code, "says": diag.Said{Key: m.SaysKey, English: m.Says}}}
}

// codeNotes are where a code is found, and how else it is spelled.
func codeNotes(m *audit.CodeMeaning) (notes phrases) {
	if m.Older != "" {
		notes = append(notes, phrase{"explain.older", args{"older": m.Older}})
	}
	if m.Batch {
		notes = append(notes, phrase{"explain.batch", nil})
	}
	return notes
}

// permissionOf is a permission with the documents that hold it.
func permissionOf(l audit.CodeCause) phrase {
	key := "explain.permission"
	if l.Inferred {
		key = "explain.permission.inferred"
	}
	var documents phrases
	for _, k := range l.Documents {
		documents = append(documents, holder(k))
	}
	return phrase{key, args{"action": l.Action, "documents": documents}}
}

// holders say of documents whose they are, where no finding does.
var holders = map[replication.Kind]phrase{
	replication.RoleTrustPolicy:         {key: "explain.holder.trust"},
	replication.RolePolicy:              {key: "explain.holder.role"},
	replication.BatchRolePolicy:         {key: "explain.holder.batch-role"},
	replication.DestinationBucketPolicy: {key: "explain.holder.destination"},
	replication.SourceKMSKeyPolicy:      {key: "explain.holder.source-key"},
	replication.DestinationKMSKeyPolicy: {key: "explain.holder.destination-key"},
}

func holder(k replication.Kind) phrase {
	if p, ok := holders[k]; ok {
		return p
	}
	return kindOf(k)
}

func codeWayOut(m *audit.CodeMeaning) phrase {
	return phrase{"explain.do", args{"text": diag.Said{Key: m.TextKey, English: m.Text}}}
}

// verdictsOfObject are what becomes of an object.
var verdictsOfObject = map[audit.Verdict]phrase{
	audit.Replicates: {key: "explain.replicates"},
	audit.Degraded:   {key: "explain.degraded"},
	audit.Fails:      {key: "explain.fails"},
	audit.Unclear:    {key: "explain.unknown"},
}

// becomes says what becomes of an object. What S3 has replicated is not to be
// replicated any more.
func becomes(e *audit.Explanation) phrase {
	if e.Verdict == audit.Replicates && strings.HasPrefix(e.Object.Status, "COMPLETE") {
		return phrase{"explain.done", nil}
	}
	return verdictsOfObject[e.Verdict]
}

// object says what becomes of an object version, and why.
func (p explainPage) object() {
	p.para("", p.tone(), p.say(explainHeadline(p.e)))
	shown := shown{}
	p.reasons(p.e.Reasons, shown)
	for _, a := range p.e.Assumed {
		p.para("", warn, p.say(phrase{"gaps.assumed", args{"assumed": a}}))
	}
	number, sids := 0, sidCounter{}
	for _, t := range p.e.Rules {
		p.heading(p.say(ruleTitle(p.e, t)))
		p.reasons(t.Reasons, shown)
		s := section{minor: t.Findings}
		s.gather(true)
		for _, i := range s.items {
			number++
			i.number, i.repairs = number, repairs(i.findings, sids)
			p.end()
			p.item(i, shown)
		}
	}
	p.remedy(p.e.Remedy)
}

func (p explainPage) tone() style {
	switch p.e.Verdict {
	case audit.Replicates:
		return good
	case audit.Unclear:
		return warn
	default:
		return bad
	}
}

// explainHeadline says what becomes of the object.
func explainHeadline(e *audit.Explanation) phrase {
	o := e.Object
	return phrase{"explain.headline", args{
		"object": "s3://" + o.Bucket + "/" + o.Key, "verdict": becomes(e), "version": optional("explain.version", "version", o.VersionID),
	}}
}

// ruleTitle says what a rule makes of the version.
func ruleTitle(e *audit.Explanation, t audit.Taking) phrase {
	return phrase{"explain.rule", args{"rule": t.Rule, "to": t.To, "owner": owner(t.Account), "verdict": taking(e, t)}}
}

// outside are the reasons by which S3 does not replicate a version, whatever the
// rules make of it now.
var outside = []string{"not-eligible", "archived", "archived-tier", "replica", "failed", "object-gone", "version-gone"}

// free says that a rule has no gap, where the version is not replicated for other
// reasons.
const free = "explain.free"

// taking says what a rule does with the version, or would do.
func taking(e *audit.Explanation, t audit.Taking) phrase {
	switch t.Takes {
	case audit.Takes:
		if t.Verdict == audit.Replicates && slices.ContainsFunc(e.Reasons, func(r audit.Reason) bool { return slices.Contains(outside, r.Reason) }) {
			return phrase{free, nil}
		}
		return verdictOf(t.Verdict)
	case audit.Leaves:
		return phrase{"explain.leaves", nil}
	default:
		return phrase{"explain.may", args{"verdict": verdictOf(t.Verdict)}}
	}
}

// reasons lists sentences with their pages, each page once.
func (p explainPage) reasons(list []audit.Reason, pages shown) {
	for _, r := range list {
		p.para("- ", normal, p.say(reasonOf(r)))
		if pages.first(r.Source) {
			p.para("  ", dim, p.data(r.Source))
		}
	}
}

// remedy is what to do for a version that is there.
func (p explainPage) remedy(list []audit.Reason) {
	if len(list) == 0 {
		return
	}
	p.heading(p.say(phrase{"explain.remedy", nil}))
	p.reasons(list, shown{})
}
