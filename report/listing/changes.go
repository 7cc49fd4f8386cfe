package listing

import (
	"strconv"
	"strings"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/report/safe"
)

// A Change is one of the changes that mend a finding together.
type Change struct {
	Op        audit.Op
	Place     audit.Evidence    // has the statement to change or to remove; none where that is not known
	Statement *policy.Statement // to add, to remove, or to stand there
	Text      diag.Said
}

// Changes lists all that a fix consists of, in the order in which the evidence has
// the statements that it is about; nil for a finding without a fix.
func Changes(f audit.Finding) []Change {
	if f.Fix == nil {
		return nil
	}
	l := []Change{{Op: f.Fix.Op, Statement: f.Fix.Statement, Text: diag.Said{Key: f.Fix.TextKey, English: f.Fix.Text, Args: f.Fix.TextArgs}}}
	for _, x := range f.Fix.Also {
		l = append(l, Change{Op: x.Op, Statement: x.Statement, Text: diag.Said{Key: x.TextKey, English: x.Text, Args: x.TextArgs}})
	}
	i := 0
	for _, e := range f.Evidence {
		if e.Document != f.Fix.Document || e.Statement == nil {
			continue
		}
		if i < len(l) && l[i].Op != audit.Add {
			l[i].Place = e
		}
		i++
	}
	return l
}

// JSON is the statement that a change adds, or that takes the place of another;
// nil where there is none.
func (c Change) JSON() []byte {
	if c.Statement == nil || c.Op == audit.Remove {
		return nil
	}
	data, err := c.Statement.MarshalJSON()
	if err != nil {
		return nil // a condition key twice, which no document that was read can have
	}
	return data
}

// maxStatement is how many characters a statement may have that is shown.
const maxStatement = 6_000

// shown is the statement of a change on one line; "" where there is none, or where
// it is too long to be shown.
func (c Change) shown() string {
	data := c.JSON()
	if len(data) > maxStatement {
		return ""
	}
	return safe.Visible(string(data))
}

// A Step is a change as it is shown: what to do, and the statement that belongs to
// it, "" where there is none.
type Step struct{ Text, Statement string }

// Steps are the changes that mend a finding. Where there are several each says
// which statement it is about.
func (o Options) Steps(f audit.Finding) []Step {
	var l []Step
	changes := Changes(f)
	for _, c := range changes {
		said := o.say(c.Text)
		if len(changes) > 1 && c.Place.Statement != nil {
			said = o.Sentence("change.at", map[string]string{"statement": o.at(c.Place), "text": said})
		}
		if said != "" {
			l = append(l, Step{said, c.shown()})
		}
	}
	return l
}

// at names a statement.
func (o Options) at(e audit.Evidence) string {
	words := map[string]string{"index": strconv.Itoa(*e.Statement), "sid": "", "policy": ""}
	if e.Sid != "" {
		words["sid"] = o.Texts.Get("evidence.sid", map[string]string{"sid": e.Sid})
	}
	if e.Policy != "" {
		words["policy"] = o.Texts.Get("statement.policy", map[string]string{"policy": strconv.Quote(o.Texts.Say(audit.PolicyName(e.Policy).Said()))})
	}
	return o.Sentence("statement.index", words)
}

// Fix is how a finding is mended, "" if it does not say; several changes are
// numbered. The statements that belong to it are not in it.
func (o Options) Fix(f audit.Finding) string {
	return safe.Cut(numbered(o.Steps(f), func(s Step) string { return s.Text }), maxSentence)
}

// maxMending is how many bytes changes may have with their statements.
const maxMending = 30_000

// Mending is [Options.Fix] with each statement behind the change that it belongs
// to, as far as all of them together are not too long to be shown.
func (o Options) Mending(f audit.Finding) string {
	said := numbered(o.Steps(f), func(s Step) string {
		if s.Statement == "" {
			return s.Text
		}
		return s.Text + ": " + s.Statement
	})
	if len(said) > maxMending {
		return o.Fix(f)
	}
	return said
}

func numbered(steps []Step, say func(Step) string) string {
	if len(steps) == 1 {
		return say(steps[0])
	}
	var l []string
	for i, s := range steps {
		l = append(l, strconv.Itoa(i+1)+". "+say(s))
	}
	return strings.Join(l, "; ")
}

// Statement is the statement that a fix adds, or that takes the place of another,
// as JSON on one line, and a list where several belong to it; "" where there is
// none, or where they are too long to be shown.
func Statement(f audit.Finding) string {
	var l []string
	size := 0
	for _, c := range Changes(f) {
		if data := c.JSON(); data != nil {
			l, size = append(l, safe.Visible(string(data))), size+len(data)
		}
	}
	switch {
	case len(l) == 0 || size > maxStatement:
		return ""
	case len(l) == 1:
		return l[0]
	default:
		return "[" + strings.Join(l, ",") + "]"
	}
}
