// Package text holds every label and sentence that the reports add to what
// planner and auditor say, by key and by language. It knows no format: what
// comes from other people is made safe by the writer of a format, before or
// after it is put into a sentence.
package text

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/repligrant/repligrant/audit"
	"github.com/repligrant/repligrant/internal/diag"
)

// English is the language of the messages that planner and auditor write.
const English = "en"

// A Catalogue holds the texts of one language. The zero Catalogue is empty: get
// one from [For].
type Catalogue struct {
	lang      string
	templates map[string]string
}

// catalogues has what each language says.
var catalogues = map[string]map[string]string{English: english}

// later are the languages that are promised and not there yet.
var later = []string{"es"}

// For returns the texts of a language; "" is English. The error is a *[LanguageError].
func For(lang string) (Catalogue, error) {
	if lang == "" {
		lang = English
	}
	templates, ok := catalogues[lang]
	if !ok {
		return Catalogue{}, &LanguageError{Lang: lang, Later: slices.Contains(later, lang)}
	}
	return Catalogue{lang: lang, templates: templates}, nil
}

// Languages lists the languages there are, sorted.
func Languages() []string { return slices.Sorted(maps.Keys(catalogues)) }

// A LanguageError says that there is no catalogue for Lang.
type LanguageError struct {
	Lang  string
	Later bool // it is promised
}

// Error names the language and those there are.
func (e *LanguageError) Error() string {
	if e.Later {
		return fmt.Sprintf("language %q is not supported yet (there is: %s)", e.Lang, strings.Join(Languages(), ", "))
	}
	return fmt.Sprintf("unknown language %q (there is: %s)", e.Lang, strings.Join(Languages(), ", "))
}

// Get returns the text of a key with args in their places. A key that the
// catalogue lacks comes back in brackets, with no text lost in silence.
func (c Catalogue) Get(key string, args map[string]string) string {
	template, ok := c.templates[key]
	if !ok {
		return "[" + key + "]"
	}
	return diag.Fill(template, args)
}

// Has reports whether there is a text for key.
func (c Catalogue) Has(key string) bool {
	_, ok := c.templates[key]
	return ok
}

// Keys returns all keys, sorted.
func (c Catalogue) Keys() []string { return slices.Sorted(maps.Keys(c.templates)) }

// Plural returns the key of the form that goes with n things.
func (c Catalogue) Plural(key string, n int) string {
	if n == 1 {
		return key + ".one"
	}
	return key + ".other"
}

// Message returns what a finding says, in the language of c. Auditors write
// English themselves; it is what other languages fall back to where they do not
// know the finding's key, since half a report is worth less than an English sentence.
func (c Catalogue) Message(f audit.Finding) string {
	if c.lang == English || !c.Has(f.Key) {
		return f.Message
	}
	return c.Get(f.Key, f.Args)
}
