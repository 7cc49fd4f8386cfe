package report

import (
	"slices"
	"strings"

	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/planner"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/replication"
)

var levels = map[replication.Level]phrase{
	replication.Required: {key: "level.required"},
	replication.Advised:  {key: "level.advised"},
}

func levelOf(l replication.Level) phrase {
	if p, ok := levels[l]; ok {
		return p
	}
	return phrase{"level.other", args{"level": string(l)}}
}

var losses = map[replication.Loss]phrase{
	replication.ObjectFailed:     {key: "loss.object-failed"},
	replication.ObjectSkipped:    {key: "loss.object-skipped"},
	replication.TagsLost:         {key: "loss.tags-lost"},
	replication.DeleteMarkerLost: {key: "loss.delete-marker-lost"},
	replication.LockLost:         {key: "loss.lock-lost"},
	replication.OwnershipKept:    {key: "loss.ownership-kept"},
	replication.JobFailed:        {key: "loss.job-failed"},
	replication.AnnotationsLost:  {key: "loss.annotations-lost"},
}

// lossOf says what happens without a requirement, with the code that S3 reports.
func lossOf(q replication.Requirement) phrase {
	p, ok := losses[q.Without]
	if !ok {
		p = phrase{"loss.other", args{"loss": string(q.Without)}}
	}
	if q.FailureCode == "" {
		return p
	}
	return phrase{"explain.code", args{"loss": p, "code": q.FailureCode}}
}

// A reason is why a document holds an action.
type reason struct {
	action   string // one, or all that a Deny names
	page     string
	level    phrase
	why      diag.Said
	loss     phrase
	conflict diag.Said // where AWS's pages disagree, or what a Deny may break; mostly empty
}

// A holding is a kind of document and what carries it.
type holding struct {
	kind   replication.Kind
	target string
}

// held are the requirements that each document of a plan may have to hold, in
// the order of the plan.
type held map[holding][]*replication.Requirement

// heldBy looks at each requirement once: a plan may have a thousand documents
// and a hundred thousand requirements.
func heldBy(p *planner.Plan) held {
	h := held{}
	for _, d := range p.Documents {
		h[holding{d.Kind, d.Target}] = nil
	}
	for i := range p.Requirements {
		q := &p.Requirements[i]
		for _, kind := range slices.Concat(q.Holders, keyPolicies(q.Instead)) {
			h.add(holding{kind, q.Principal}, q)
			h.add(holding{kind, q.Resource}, q)
			for at, c := range q.Resource {
				if c == '/' {
					h.add(holding{kind, q.Resource[:at]}, q)
				}
			}
		}
	}
	return h
}

// keyPolicies are those of the documents that may grant in place of others which
// a plan writes on demand: the policies of keys.
func keyPolicies(instead []replication.Kind) []replication.Kind {
	return slices.DeleteFunc(slices.Clone(instead), func(k replication.Kind) bool { return !strings.HasSuffix(string(k), "-kms-key-policy") })
}

// add adds q to a document of the plan.
func (h held) add(by holding, q *replication.Requirement) {
	if list, ok := h[by]; ok {
		h[by] = append(list, q)
	}
}

// reasons returns why each action of a document is there, in the order of the
// requirements, each reason once however many rules share it. Of several
// documents that are parts of one policy each has its own actions.
func (h held) reasons(d planner.Document) []reason {
	document, err := policy.Parse(d.Document)
	if err != nil {
		return nil
	}
	var l []reason
	for _, q := range h[holding{d.Kind, d.Target}] {
		same := func(r reason) bool { return r.action == q.Action && r.why.English == q.Why && r.page == q.Source }
		if !slices.ContainsFunc(l, same) && names(document, q.Action) {
			l = append(l, reason{
				q.Action, q.Source, levelOf(q.Level),
				diag.Said{Key: q.WhyKey, English: q.Why},
				lossOf(*q),
				diag.Said{Key: q.ConflictKey, English: q.Conflict},
			})
		}
	}
	l = append(l, docsReasons(d, document, l)...)
	return append(l, denials(d, document)...)
}

// denials are why a document denies something, each reason once. A Deny in the
// policy of a source is somebody else's, with the role spared.
func denials(d planner.Document, document *policy.Document) []reason {
	var l []reason
	for _, s := range document.Statements {
		why, ok := replication.DenialOf(s.Sid)
		if !ok && d.Kind == replication.SourceBucketPolicy {
			why, ok = replication.Spared, true
		}
		r := reason{
			strings.Join(s.Action.Values, ", "), why.Source,
			phrase{key: "level.denied"},
			why.Why.Said(),
			phrase{"loss.denied", args{"loss": value(why.Without.Said())}},
			why.Risk.Said(),
		}
		if ok && s.Effect == policy.Deny && !slices.ContainsFunc(l, func(o reason) bool { return o.action == r.action && o.why.Key == r.why.Key }) {
			l = append(l, r)
		}
	}
	return l
}

// docsReasons are why a document holds what only AWS's own page asks for, which
// policy_style: aws-docs writes and no requirement needs.
func docsReasons(d planner.Document, document *policy.Document, needed []reason) []reason {
	if d.Kind != replication.RolePolicy && d.Kind != replication.DestinationBucketPolicy {
		return nil
	}
	var l []reason
	for _, p := range replication.DocsPermissions {
		granted := slices.ContainsFunc(document.Statements, func(s policy.Statement) bool {
			return s.Effect == policy.Allow && s.Action.Contains(p.Action)
		})
		if granted && !slices.ContainsFunc(needed, func(r reason) bool { return r.action == p.Action }) {
			l = append(l, reason{
				p.Action, p.Source, levelOf(p.Level),
				diag.Said{Key: p.Why.Key, English: p.Why.String()},
				phrase{key: "loss.nothing"},
				diag.Said{},
			})
		}
	}
	return l
}

// conflicts says of which actions AWS's pages disagree, and what was chosen.
func conflicts(l []reason) phrases {
	var out phrases
	for _, r := range l {
		if r.conflict.English != "" {
			out = append(out, phrase{"explain.conflict", args{"action": r.action, "conflict": r.conflict}})
		}
	}
	return out
}

// names reports whether a statement of the document holds the action, by its
// name or by a pattern that ends in a star, as AWS's own examples have it.
func names(d *policy.Document, action string) bool {
	return slices.ContainsFunc(d.Statements, func(s policy.Statement) bool {
		return slices.ContainsFunc(s.Action.Values, func(a string) bool {
			prefix, open := strings.CutSuffix(a, "*")
			return a == action || open && strings.HasPrefix(action, prefix)
		})
	})
}
