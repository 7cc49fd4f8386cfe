package text

import (
	"errors"
	"strconv"
	"strings"

	"github.com/repligrant/repligrant/internal/diag"
)

// maxDepth is how deep texts may stand within texts. Ours do three deep; a saved
// audit may hold anything.
const maxDepth = 8

// Say returns what somebody said, in the language of c. Packages write English
// themselves; it is what other languages fall back to where they do not know a
// key, since half a report is worth less than an English sentence.
func (c Catalogue) Say(s diag.Said) string {
	if !c.translated {
		return s.English
	}
	return c.say(s, maxDepth)
}

func (c Catalogue) say(s diag.Said, depth int) string {
	if depth == 0 || s.Key == "" {
		return s.English
	}
	if between, ok := diag.Lists[s.Key]; ok {
		return c.list(s, between, depth)
	}
	template, ok := c.templates[s.Key]
	if !ok || lacks(template, s) {
		return s.English
	}
	return diag.Fill(template, c.parts(s.Args, depth))
}

// lacks reports whether a template has an argument that s has not, as one that
// another version saved may not have. What stands in braces in English too is
// no argument.
func lacks(template string, s diag.Said) bool {
	lacking := false
	diag.Each(template, func(string) {}, func(name string) bool {
		_, has := s.Args[name]
		lacking = lacking || !has && !strings.Contains(s.English, "{"+name+"}")
		return true
	})
	return lacking
}

// parts says the arguments of a text, each in the language of c.
func (c Catalogue) parts(args map[string]string, depth int) map[string]string {
	words := map[string]string{}
	for name, part := range diag.Parts(args) {
		if name == "document" && part.Key == "" && c.Has("document."+part.English) {
			part.Key = "document." + part.English // English messages name documents as JSON does
		}
		words[name] = c.say(part, depth-1)
	}
	return words
}

// list says what [diag.Join] listed, with between between them in English.
func (c Catalogue) list(s diag.Said, between string, depth int) string {
	if template, ok := c.templates[s.Key]; ok {
		between = template
	}
	words := c.parts(s.Args, depth)
	var items []string
	for i := 1; ; i++ {
		item, ok := words[strconv.Itoa(i)]
		if !ok {
			return strings.Join(items, between)
		}
		items = append(items, item)
	}
}

// Problem returns what is wrong, with its place, and the hint at the way out, ""
// if there is none. An error without a key is said as it is.
func (c Catalogue) Problem(err error) (message, hint string) {
	if d, ok := errors.AsType[*diag.Diagnostic](err); ok && d.Error() == err.Error() { // what wraps one says more
		message = c.Say(d.Message.Said())
		if d.Pos != (diag.Pos{}) {
			message = d.Pos.String() + ": " + message
		}
		return message, c.Say(d.Hint.Said())
	}
	if keyed, ok := err.(interface{ Text() diag.Text }); ok {
		return c.Say(keyed.Text().Said()), ""
	}
	return err.Error(), ""
}
