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
	denied:               {key: "level.denied"},
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
	actions  []string // one, or all that a Deny names
	page     string
	level    replication.Level // the strongest of the requirements that it stands for
	why      diag.Said
	loss     phrase
	conflict diag.Said // where AWS's pages disagree, or what a Deny may break; mostly empty
}

// denied is the level of what a document denies.
const denied replication.Level = "denied"

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
// requirements, each reason once however many rules share it, and in however many
// forms. Of several documents that are parts of one policy each has its own actions.
func (h held) reasons(d planner.Document) []reason {
	document, err := policy.Parse(d.Document)
	if err != nil {
		return nil
	}
	var l []reason
	for _, q := range h[holding{d.Kind, d.Target}] {
		at := slices.IndexFunc(l, func(r reason) bool {
			return r.actions[0] == q.Action && r.why.English == q.Why && r.page == q.Source
		})
		switch {
		case at >= 0 && q.Level == replication.Required:
			l[at].level = q.Level
		case at < 0 && names(document, q.Action):
			l = append(l, reasonOfRequirement(q))
		}
	}
	if len(l) == 0 {
		l = idleReasons(d, document)
	}
	l = append(l, docsReasons(d, document, l)...)
	return append(l, denials(d, document)...)
}

func reasonOfRequirement(q *replication.Requirement) reason {
	return reason{
		[]string{q.Action},
		q.Source, q.Level,
		diag.Said{Key: q.WhyKey, English: q.Why},
		lossOf(*q),
		diag.Said{Key: q.ConflictKey, English: q.Conflict},
	}
}

// idleReasons is why the trust policy of a role is there that only disabled rules
// name: they require nothing, and their configuration names the role.
func idleReasons(d planner.Document, document *policy.Document) []reason {
	if d.Kind != replication.RoleTrustPolicy {
		return nil
	}
	var l []reason
	for _, p := range replication.Permissions {
		if p.On == replication.TheRole && names(document, p.Action) {
			l = append(l, reason{[]string{p.Action}, p.Source, p.Level, p.Why.Said(), phrase{key: "loss.disabled"}, diag.Said{}})
		}
	}
	return l
}

// all returns why each action of documents is there, each reason once, in the
// order of the documents.
func (h held) all(documents []planner.Document) []reason {
	var l []reason
	for _, d := range documents {
		for _, r := range h.reasons(d) {
			at := slices.IndexFunc(l, r.same)
			switch {
			case at < 0:
				l = append(l, r)
			case r.level == replication.Required:
				l[at].level = r.level
			}
		}
	}
	return l
}

// same reports whether o is the same reason for the same actions.
func (r reason) same(o reason) bool {
	return slices.Equal(o.actions, r.actions) && o.why.English == r.why.English && o.page == r.page
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
			s.Action.Values, why.Source, denied,
			why.Why.Said(),
			phrase{"loss.denied", args{"loss": why.Without.Said()}},
			why.Risk.Said(),
		}
		if ok && s.Effect == policy.Deny && !slices.ContainsFunc(l, r.same) {
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
		if granted && !slices.ContainsFunc(needed, func(r reason) bool { return r.actions[0] == p.Action }) {
			l = append(l, reason{
				[]string{p.Action},
				p.Source, p.Level,
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
			out = append(out, phrase{"explain.conflict", args{"action": datums(r.actions), "conflict": r.conflict}})
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
