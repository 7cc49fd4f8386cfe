package policy

import (
	"errors"

	"github.com/repligrant/repligrant/internal/diag"
)

// A saying is an error with a sentence of [sentences].
type saying struct{ said diag.Text }

func (s saying) Error() string { return s.said.String() }

// Text is the sentence, for translators.
func (s saying) Text() diag.Text { return s.said }

// failing is an error with a sentence. Args are names and values in turn.
func failing(key string, args ...string) error { return saying{sentences.Text(key, args...)} }

// textOf is what an error says.
func textOf(err error) diag.Text {
	if s, ok := errors.AsType[saying](err); ok {
		return s.said
	}
	return diag.Datum(err.Error())
}

// A reason is why nobody can know something. Its English is kept beside it: reasons
// are told once each.
type reason struct {
	english string
	said    diag.Text
}

func because(t diag.Text) reason { return reason{t.String(), t} }
