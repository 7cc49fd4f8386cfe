package schema

import (
	"fmt"
	"strings"

	"github.com/repligrant/repligrant/internal/diag"
)

// pageTexts are the words of [Page] that belong to no key.
var pageTexts = diag.Sentences{
	"schema-page-top":         "The file",
	"schema-page-each":        "{name}, each of them",
	"schema-page-key":         "Key",
	"schema-page-value":       "Value",
	"schema-page-default":     "Left out",
	"schema-page-about":       "What it says",
	"schema-page-required":    "must be there",
	"schema-page-list":        "a list of {value}",
	"schema-page-one-or-list": "{value}, or a list",
	"schema-page-by-name":     "names, each with keys of its own",
	"schema-page-mapping":     "a mapping",
	"schema-page-mappings":    "mappings",
	"schema-page-details":     "true or false, or a mapping",
}

// Page is the reference of all keys in Markdown: a table for each mapping, in the
// order of a file.
func Page() string {
	var b strings.Builder
	page(&b, "", form{keys: keys})
	return b.String()
}

func page(b *strings.Builder, path string, f form) {
	fmt.Fprintf(b, "## %s\n\n", heading(path, f))
	fmt.Fprintf(b, "| %s | %s | %s | %s |\n| --- | --- | --- | --- |\n", word("key"), word("value"), word("default"), word("about"))
	for _, k := range f.keys {
		fmt.Fprintf(b, "| `%s` | %s | %s | %s |\n", k.name, k.is.told(), k.leftOut(), k.about)
	}
	b.WriteByte('\n')
	for _, k := range f.keys {
		if k.is.keys != nil {
			page(b, join(path, k.name), k.is)
		}
	}
}

func word(name string, args ...string) string {
	return pageTexts.Text("schema-page-"+name, args...).String()
}

func heading(path string, f form) string {
	switch {
	case path == "":
		return word("top")
	case f.many == byName || f.many == listed:
		return word("each", "name", "`"+path+"`")
	default:
		return "`" + path + "`"
	}
}

// told is what a value is, for people.
func (f form) told() string {
	switch one := f.one(); f.many {
	case listed:
		return word("list", "value", one)
	case oneOrListed:
		return word("one-or-list", "value", one)
	case byName:
		return word("by-name")
	case details:
		return word("details")
	default:
		return one
	}
}

func (f form) one() string {
	switch {
	case f.keys != nil && f.many == listed:
		return word("mappings")
	case f.keys != nil:
		return word("mapping")
	case f.json.Enum != nil:
		return "`" + strings.Join(f.json.Enum, "`, `") + "`"
	default:
		return f.word
	}
}

// leftOut is what holds without the key.
func (k key) leftOut() string {
	switch {
	case k.required:
		return word("required")
	case k.usual != "":
		return k.usual
	case k.standard == "":
		return "`\"\"`"
	case k.standard != nil:
		return fmt.Sprintf("`%v`", k.standard)
	default:
		return ""
	}
}
