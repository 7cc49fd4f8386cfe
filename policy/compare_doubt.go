package policy

import (
	"fmt"
	"slices"

	"github.com/repligrant/repligrant/internal/diag"
)

// doubts are questions that have no answer: each is a variable that is true or
// false in a request. What two statements say alike is one variable, so that
// what is not known cancels out.
type doubts struct {
	variables map[string]int
	why       []reason // by variable
}

// variable returns the number of a question. A sentence about a statement says for
// the user what it is; args are its other arguments.
func (d *doubts) variable(id string, t *term, key string, args ...string) int {
	return d.number(id, func() diag.Text { return t.say(key, args...) })
}

// number is variable for any sentence.
func (d *doubts) number(id string, why func() diag.Text) int {
	n, known := d.variables[id]
	if known {
		return n
	}
	if d.variables == nil {
		d.variables = map[string]int{}
	}
	n = len(d.why)
	d.variables[id] = n
	d.why = append(d.why, because(why()))
	return n
}

// A doubt is true if one of some variables is, or, if not is set, if none is.
type doubt struct {
	any []int
	not bool
}

func (d doubt) in(world map[int]bool) bool {
	return slices.ContainsFunc(d.any, func(v int) bool { return world[v] }) != d.not
}

// An answer is whether something about a statement holds; if it is open, it
// holds where all doubts do.
type answer struct {
	truth  truth
	doubts []doubt
}

func certainly(t truth) answer { return answer{truth: t} }

// perhaps is an answer that hangs on some variables: on one of them, or, if not
// is set, on none.
func perhaps(not bool, variables ...int) answer {
	return answer{open, []doubt{{variables, not}}}
}

// and joins two answers that must both hold.
func (a answer) and(b answer) answer {
	if a.truth == no || b.truth == no {
		return certainly(no)
	}
	return answer{min(a.truth, b.truth), append(slices.Clip(a.doubts), b.doubts...)}
}

// A termDoubt is a doubt about a term of a focus.
type termDoubt struct {
	doubt
	term int
}

// number returns the number of a doubt about a term; the same doubt has the
// same number wherever it comes up.
func (f *focus) number(term int, d doubt) int {
	key := fmt.Sprint(term, d)
	n, known := f.doubtNumbers[key]
	if !known {
		n = len(f.doubtList)
		f.doubtNumbers[key] = n
		f.doubtList = append(f.doubtList, termDoubt{d, term})
	}
	return n
}
