package policy

import (
	"errors"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/repligrant/repligrant/internal/diag"
)

// Wrong is what an error about a document says, with its place. An error that is
// no [*Error] is said as it is.
func Wrong(err error) diag.Text {
	if e, ok := errors.AsType[*Error](err); ok && err.Error() == e.Error() {
		return wrongAt(strconv.Itoa(e.Line), strconv.Itoa(e.Column), e.Text())
	}
	return diag.Datum(err.Error())
}

func wrongAt(line, column string, problem diag.Text) diag.Text {
	return sentences.Text(wrong, "line", line, "column", column).With("problem", problem)
}

// Recognize returns the text of a reason that is held as a string: of why a document
// has no reading, as [Error] says it, or of [Open.Why]. Any other reason comes back
// as it is.
func Recognize(why string) diag.Text {
	if p := wrongPlace.FindStringSubmatch(why); p != nil {
		return wrongAt(p[1], p[2], malformed(p[3]))
	}
	if s := inStatement.FindStringSubmatch(why); s != nil {
		return sentences.Text("compare.doubt", "statement", s[1]).With("problem", doubtful(s[2]))
	}
	return doubtful(why)
}

var (
	wrongPlace  = regexp.MustCompile(`(?s)^(\d+):(\d+): (.*)$`)
	inStatement = regexp.MustCompile(`(?s)^statement (\d+): (.*)$`)
)

// malformed is the text of what is wrong with a document.
func malformed(problem string) diag.Text {
	t, ok := sentencesOf("policy-", wrong, wanted).Recognize(problem)
	if !ok {
		return diag.Datum(problem)
	}
	if want, ok := sentencesOf(wanted).Recognize(t.Args["want"]); ok {
		t = t.With("want", want)
	}
	return t
}

// doubtful is the text of why something depends on what nobody knows.
func doubtful(why string) diag.Text {
	for _, prefix := range []string{"open.", "value-"} {
		if t, ok := sentencesOf(prefix).Recognize(why); ok {
			return t
		}
	}
	return diag.Datum(why)
}

const (
	wrong  = "policy-wrong"
	wanted = "policy-want."
)

// sentencesOf are the sentences whose key begins with prefix, but for some.
func sentencesOf(prefix string, but ...string) diag.Sentences {
	out := maps.Clone(sentences)
	maps.DeleteFunc(out, func(key, _ string) bool {
		isIn := func(prefix string) bool { return strings.HasPrefix(key, prefix) }
		return !isIn(prefix) || slices.ContainsFunc(but, isIn)
	})
	return out
}
