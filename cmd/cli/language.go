package cli

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/repligrant/repligrant/report/text"
)

// ownLanguage is the environment variable that is about repligrant alone: what
// it says is meant, and refused where there is no such language.
const ownLanguage = "REPLIGRANT_LANG"

// locales are the environment variables that hold the language of all programs,
// the strongest first. What they say counts if there is such a language.
// See https://pubs.opengroup.org/onlinepubs/9799919799/basedefs/V1_chap08.html
var locales = []string{"LC_ALL", "LC_MESSAGES", "LANG"}

// chooseLanguage sets the language before args are parsed, since help and what
// is wrong with args need one. What --lang really is, parsing finds out.
func (r *run) chooseLanguage(args []string) {
	defer func() { r.chosen = r.lang }()
	if lang := langFlag(args); r.speaks(lang) {
		r.lang = lang
		return
	}
	if own, _ := r.Env(ownLanguage); own != "" {
		r.lang, r.badLang = languageOf(own), ""
		if !r.speaks(r.lang) {
			r.lang, r.badLang = text.English, own
		}
		return
	}
	for _, name := range locales {
		if locale, _ := r.Env(name); locale != "" {
			if lang := languageOf(locale); r.speaks(lang) {
				r.lang = lang
			}
			return
		}
	}
}

// langFlag is the last language that args give with --lang, or "".
func langFlag(args []string) (lang string) {
	for i, arg := range args {
		switch value, ok := strings.CutPrefix(arg, "--lang="); {
		case arg == "--":
			return lang
		case ok:
			lang = value
		case arg == "--lang" && i+1 < len(args):
			lang = args[i+1]
		}
	}
	return lang
}

// languageOf is the language of a locale, without country, encoding and variant:
// es of es_MX.UTF-8@euro.
func languageOf(locale string) string {
	if i := strings.IndexAny(locale, "_.@"); i >= 0 {
		return locale[:i]
	}
	return locale
}

// speaks reports whether there is a language.
func (r *run) speaks(lang string) bool { return slices.Contains(r.languages(), lang) }

// languages are those that --lang takes.
func (r *run) languages() []string {
	return slices.Sorted(slices.Values(slices.Concat(text.Languages(), slices.Collect(maps.Keys(r.Languages)))))
}

// checkLanguage refuses a language that there is not, before a command runs.
func (r *run) checkLanguage(cmd *cobra.Command, _ []string) error {
	switch {
	case cmd.Name() == cobra.ShellCompRequestCmd || cmd.Name() == cobra.ShellCompNoDescRequestCmd:
		return nil // a shell shows no errors, and what it completes has none
	case !r.speaks(r.lang):
		bad := r.lang
		r.lang = r.chosen // in which the problem is told
		return problem("cli-language", "lang", strconv.Quote(bad), "known", strings.Join(r.languages(), ", "))
	case r.badLang != "" && !cmd.Flags().Changed("lang"):
		return problem("cli-env-language", "variable", ownLanguage, "lang", strconv.Quote(r.badLang), "known", strings.Join(r.languages(), ", "))
	}
	return nil
}

// catalogue has the texts of the language of the run, in English if there is no
// such language.
func (r *run) catalogue() text.Catalogue {
	if texts := r.Languages[r.lang]; texts != nil {
		return text.New(texts)
	}
	c, _ := text.For(r.lang) // else the zero Catalogue, which is English
	return c
}
