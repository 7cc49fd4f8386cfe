package report

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/internal/diag"
	"github.com/repligrant/repligrant/report/text"
)

// A phrase is a text of the catalogue with its arguments. The zero phrase says
// nothing. It is the same for every format; a [speaker] puts it into words that
// are safe for one.
type phrase struct {
	key  string
	args args
}

// args are the arguments of a phrase: data, a name, what somebody said, an int or
// several, a phrase of our own, or phrases.
type args map[string]any

// A name is data that a sentence sets apart by quotes, such as that of a policy.
type name string

// A policyName is [audit.Evidence.Policy].
type policyName string

// What planner or auditor said is a [diag.Said]: a sentence of theirs with data
// in it.
type (
	brief diag.Said // a sentence that is cut early
	value diag.Said // that stands where data does
)

// A link is the address of a page.
type link string

// phrases are listed with commas.
type phrases []phrase

// isZero reports whether p says nothing.
func (p phrase) isZero() bool { return p.key == "" }

// optional is a phrase with one argument, or nothing where there is none.
func optional(key, arg, value string) phrase {
	if value == "" {
		return phrase{}
	}
	return phrase{key, args{arg: value}}
}

// counted is the form of a phrase that goes with n things.
func counted(key string, n int) phrase {
	return phrase{text.Catalogue{}.Plural(key, n), args{"n": n}}
}

// A speaker says phrases in one language and one format.
type speaker struct {
	catalogue text.Catalogue
	data      func(string) string // makes data safe
	name      func(string) string
	sentence  func(said string, names []string) string // names is the data in it, the longest first
	link      func(string) string
	number    func(int) string                    // of a finding; nil where it is only a number
	told      func(t diag.Said, limit int) string // instead of sentence, if it is there: knows words from data
}

// say puts p into words.
func (s speaker) say(p phrase) string {
	if p.isZero() {
		return ""
	}
	words := make(map[string]string, len(p.args))
	for key, arg := range p.args {
		words[key] = s.argument(arg)
	}
	return s.catalogue.Get(p.key, words)
}

func (s speaker) argument(arg any) string {
	switch arg := arg.(type) {
	case phrase:
		return s.say(arg)
	case phrases:
		return s.list(arg)
	case int:
		return strconv.Itoa(arg)
	case []int:
		return s.numbers(arg)
	case name:
		return s.name(string(arg))
	case policyName:
		return s.name(s.catalogue.Say(audit.PolicyName(string(arg)).Said()))
	case link:
		return s.link(string(arg))
	case diag.Said:
		return s.saying(arg, maxMessage)
	case brief:
		return s.saying(diag.Said(arg), maxSays)
	case value:
		return s.data(s.catalogue.Say(diag.Said(arg)))
	case string:
		return s.data(arg)
	default:
		return ""
	}
}

// saying is what planner or auditor said, in at most limit bytes.
func (s speaker) saying(t diag.Said, limit int) string {
	if s.told != nil {
		return s.told(t, limit)
	}
	return s.sentence(cut(s.catalogue.Say(t), limit), namesIn(t))
}

// namesIn is the data in what was said, the longest first: one may hold another.
// Texts within it are no data; they have a key.
func namesIn(s diag.Said) []string {
	var names []string
	for name, v := range s.Args {
		if _, text := s.Args[name+"_key"]; !text {
			names = append(names, v)
		}
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b)) })
	return names
}

// list says phrases one after the other.
func (s speaker) list(l phrases) string {
	words := make([]string, 0, len(l))
	for _, p := range l {
		if !p.isZero() {
			words = append(words, s.say(p))
		}
	}
	return strings.Join(words, ", ")
}

// maxNumbers is how many numbers are listed: thousands of them say nothing.
const maxNumbers = 10

// numbers lists n with commas, and counts what would be too many.
func (s speaker) numbers(n []int) string {
	left := 0
	if len(n) > maxNumbers+1 {
		n, left = n[:maxNumbers], len(n)-maxNumbers
	}
	words := make([]string, len(n))
	for i, v := range n {
		if words[i] = strconv.Itoa(v); s.number != nil {
			words[i] = s.number(v)
		}
	}
	listed := strings.Join(words, ", ")
	if left == 0 {
		return listed
	}
	return s.catalogue.Get("numbers.more", map[string]string{"numbers": listed, "n": strconv.Itoa(left)})
}
