// Package text holds every label and sentence that the reports add to what
// planner and auditor say, by key and by language, and puts what these say into
// other languages. It knows no format: what comes from other people is made safe
// by the writer of a format, before or after it is put into a sentence.
package text

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/repligrant/repligrant/internal/diag"
)

// English is the language of the messages that planner and auditor write.
const English = "en"

// A Catalogue holds the texts of one language. What it lacks it says in English.
// The zero Catalogue has all of English: get another one from [For].
type Catalogue struct {
	templates  map[string]string
	translated bool // not English
}

// catalogues has what each language says.
var catalogues = map[string]map[string]string{English: english, Spanish: spanish}

// For returns the texts of a language; "" is English. The error is a *[LanguageError].
func For(lang string) (Catalogue, error) {
	if lang == "" {
		lang = English
	}
	templates, ok := catalogues[lang]
	if !ok {
		return Catalogue{}, &LanguageError{Lang: lang}
	}
	return Catalogue{templates, lang != English}, nil
}

// New returns the texts of a language that is not built in, by key: labels of
// this package, and what the other packages list as their Texts.
func New(templates map[string]string) Catalogue { return Catalogue{templates, true} }

// Languages lists the languages there are, sorted.
func Languages() []string { return slices.Sorted(maps.Keys(catalogues)) }

// A LanguageError says that there is no catalogue for Lang.
type LanguageError struct{ Lang string }

// Texts lists the labels of reports, and what can be wrong with the name of a
// language, for translators.
func Texts() []diag.Text { return slices.Concat(diag.Sentences(english).Texts(), Problems.Texts()) }

// Problems are what can be wrong with the name of a language.
var Problems = diag.Sentences{
	"language-unknown": "unknown language {lang} (there is: {known})",
}

// Error names the language and those there are.
func (e *LanguageError) Error() string { return e.Text().String() }

// Text is Error with its key.
func (e *LanguageError) Text() diag.Text {
	return Problems.Text("language-unknown", "lang", strconv.Quote(e.Lang), "known", strings.Join(Languages(), ", "))
}

// Get returns the label of a key with args in their places, in English where the
// catalogue lacks it. A key that nobody knows comes back in brackets, with no
// text lost in silence.
func (c Catalogue) Get(key string, args map[string]string) string {
	template, ok := c.templates[key]
	if !ok {
		template, ok = english[key]
	}
	if !ok {
		return "[" + key + "]"
	}
	return diag.Fill(template, args)
}

// Has reports whether the catalogue itself has a text for key.
func (c Catalogue) Has(key string) bool {
	_, ok := c.templates[key]
	return ok
}

// Keys returns all keys of the catalogue, sorted.
func (c Catalogue) Keys() []string { return slices.Sorted(maps.Keys(c.templates)) }

// Plural returns the key of the form that goes with n things.
func (c Catalogue) Plural(key string, n int) string {
	if n == 1 {
		return key + ".one"
	}
	return key + ".other"
}
