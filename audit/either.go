package audit

import (
	"slices"
	"strings"

	"github.com/repligrant/repligrant/policy"
	"github.com/repligrant/repligrant/policy/glob"
)

// either decides a question for which S3 accepts other actions too: key by key,
// one of them has to be allowed, and it need not be the same for all keys. The
// answer for the first action stands where no other one does better.
func (a *auditor) either(qu *question, first policy.Answer) policy.Answer {
	for _, action := range qu.AnyOf {
		request := qu.request
		request.Action = action
		if other := a.evaluator.Decide(request, qu.policies); other.Allowed() {
			return other
		}
	}
	witnesses, ok := qu.keys()
	if !ok || first.TooComplex {
		return first
	}
	var answer policy.Answer
	for _, w := range witnesses {
		answer.Classes = append(answer.Classes, a.best(qu, w))
	}
	return answer
}

// best is the best answer that one of the actions gets for one key.
func (a *auditor) best(qu *question, key string) policy.Class {
	request := qu.request
	request.Resource, request.Pattern = key, false
	best := a.evaluator.Decide(request, qu.policies).Classes[0]
	for _, action := range qu.AnyOf {
		request.Action = action
		c := a.evaluator.Decide(request, qu.policies).Classes[0]
		if c.Decision == policy.Allowed || best.Decision.Denied() && !c.Decision.Denied() {
			best = c
		}
	}
	return best
}

// keys returns one key of each kind that the statements about any of the actions
// tell apart; of a question about one key, that. It reports false where a variable stands in a resource.
func (qu *question) keys() (witnesses []string, ok bool) {
	if !qu.request.Pattern {
		return []string{qu.request.Resource}, true
	}
	actions := append([]string{qu.Action}, qu.AnyOf...)
	var columns []glob.Pattern
	for layer := range policy.Endpoint + 1 {
		for _, s := range qu.sourcesOf(layer) {
			d, _ := s.Document.Get()
			for _, v := range resourcesFor(d, actions) {
				if strings.Contains(escapes.Replace(v), "${") {
					return nil, false
				}
				columns = append(columns, compileARN(v), glob.CompileARN(v))
			}
		}
	}
	classes, err := glob.Classes(compileARN(qu.Resource), columns, glob.DefaultBudget)
	for _, c := range classes {
		witnesses = append(witnesses, c.Witness)
	}
	return witnesses, err == nil
}

// escapes are the variables that stand for one character.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html.
var escapes = strings.NewReplacer("${*}", "", "${?}", "", "${$}", "")

// resourcesFor returns the resources of the statements about any of the actions.
func resourcesFor(d *policy.Document, actions []string) []string {
	if d == nil {
		return nil
	}
	var out []string
	for i := range d.Statements {
		st := &d.Statements[i]
		if slices.ContainsFunc(actions, func(x string) bool { return namesAction(st, x) }) {
			out = append(out, st.Resource.Values...)
			out = append(out, st.NotResource.Values...)
		}
	}
	return out
}
