package text

import (
	"strconv"
	"strings"

	"github.com/repligrant/repligrant/internal/diag"
)

// A Piece is a part of what somebody said: words of ours, or data.
type Piece struct {
	Text string
	Data bool
}

// Pieces takes apart what [Catalogue.Say] says. English has the English templates
// by key. It reports false where the key or one within is not known, and where the
// templates do not say what was said, as another version may have saved it.
func (c Catalogue) Pieces(s diag.Said, english map[string]string) ([]Piece, bool) {
	if s.Key == "" {
		return nil, false
	}
	t := taker{c, english}
	pieces, ok := t.pieces(s, maxDepth)
	if !ok {
		return nil, false
	}
	var whole strings.Builder
	for _, p := range pieces {
		whole.WriteString(p.Text)
	}
	return pieces, whole.String() == c.Say(s)
}

// A taker takes apart what was said in one language.
type taker struct {
	Catalogue
	english map[string]string
}

func (t taker) pieces(s diag.Said, depth int) ([]Piece, bool) {
	if s.Key == "" {
		return []Piece{{s.English, true}}, true
	}
	if depth == 0 {
		return nil, false
	}
	template, ok := t.template(s)
	if !ok {
		return nil, false
	}
	parts := diag.Parts(s.Args)
	var list []Piece
	diag.Each(template, func(words string) {
		list = append(list, Piece{words, false})
	}, func(name string) bool {
		part, known := parts[name]
		if !known {
			return false
		}
		inner, all := t.pieces(part, depth-1)
		list, ok = append(list, inner...), ok && all
		return true
	})
	return list, ok
}

// template is that of s, made up for a list.
func (t taker) template(s diag.Said) (string, bool) {
	template, ok := t.templates[s.Key]
	if !ok || !t.translated {
		template, ok = t.english[s.Key]
	}
	if _, list := diag.Lists[s.Key]; !list || !ok {
		return template, ok
	}
	var names []string
	for i := 1; ; i++ {
		n := strconv.Itoa(i)
		if _, more := s.Args[n]; !more {
			return strings.Join(names, template), true
		}
		names = append(names, "{"+n+"}")
	}
}
