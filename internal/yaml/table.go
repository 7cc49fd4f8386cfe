package yaml

import "github.com/repligrant/repligrant/internal/diag"

// Texts lists every sentence that [Parse] can say, for translators.
func Texts() []diag.Text { return table.Texts() }

var table = diag.Table{
	"yaml-too-large": {
		Message: diag.Larger,
		Hint:    "a larger file is not read; split it",
	},
	"yaml-too-many-problems": {
		Message: "there are more than {limit} problems, and not all are listed",
		Hint:    "is this the right file?",
	},
	"yaml-not-utf-8": {
		Message: "byte {byte} is not UTF-8",
		Hint:    "save the file as UTF-8",
	},
	"yaml-line-separator": {
		Message: "the character {character} ends a line in YAML, and in no editor",
		Hint:    `write {escape} between double quotes, or take it out`,
	},
	"yaml-empty": {
		Message: "the file is empty",
		Hint:    "begin it with version: 1",
	},
	"yaml-second-document": {
		Message: "a second document begins here",
		Hint:    "put each document into a file of its own",
	},
	"yaml-too-deep": {
		Message: "mappings and lists are nested more than {depth} deep",
		Hint:    "check the brackets and the indentation",
	},
	"yaml-alias": {
		Message: "*{name} is an alias (of the anchor at {other})",
		Hint:    "write the value out; aliases are not read",
	},
	"yaml-anchor": {
		Message: "&{name} is an anchor",
		Hint:    "take it out; anchors and aliases are not read",
	},
	"yaml-anchor-unknown": {
		Message: "*{name} is an alias without an anchor",
		Hint:    `write the value out; quote a text that begins with "*"`,
	},
	"yaml-merge-key": {
		Message: `"<<" is a merge key`,
		Hint:    "write the keys out; merge keys are not read",
	},
	"yaml-tag": {
		Message: "{tag} is a tag",
		Hint:    "take it out, and quote the value if it is a text; tags are not read",
	},
	"yaml-key-not-scalar": {
		Message: "this key is a mapping or a list",
		Hint:    "a key is a text",
	},
	"yaml-key-missing": {
		Message: "there is a value without a key",
		Hint:    "write KEY: VALUE",
	},
	"yaml-key-not-string": {
		Message: "the key {key} is not a text",
		Hint:    "quote it: {quoted}",
	},
	"yaml-duplicate-key": {
		Message: "the key {key} is here twice; the first is at {other}",
		Hint:    "keep one of them",
	},

	"yaml-syntax": {Message: "this is not YAML: {problem}"},
	"yaml-syntax-character": {
		Message: "this is not YAML: no value begins with this character",
		Hint:    "put the value into quotes",
	},
	"yaml-syntax-tab": {
		Message: "this is not YAML: a tab indents the line",
		Hint:    "indent with spaces",
	},
	"yaml-syntax-control": {
		Message: "this is not YAML: it holds a control character",
		Hint:    `take it out, or write it as \xNN between double quotes`,
	},
	"yaml-syntax-quote": {
		Message: "this is not YAML: a quoted text never ends",
		Hint:    "close the quotes",
	},
	"yaml-syntax-bracket": {
		Message: `this is not YAML: a list in brackets lacks "," or "]"`,
		Hint:    "close the bracket, or quote what is in it",
	},
	"yaml-syntax-brace": {
		Message: `this is not YAML: a mapping in braces lacks "," or "}"`,
		Hint:    "close the brace, or quote what is in it",
	},
	"yaml-syntax-value": {
		Message: "this is not YAML: a value is missing here",
		Hint:    "write one, or close the bracket",
	},
	"yaml-syntax-entry": {
		Message: "this is not YAML: a list cannot begin here",
		Hint:    "begin it on the next line, or write it in brackets",
	},
	"yaml-syntax-colon": {
		Message: `this is not YAML: a key without ":"`,
		Hint:    "write a colon and a space after the key",
	},
	"yaml-syntax-mapping": {
		Message: "this is not YAML: a key cannot stand here",
		Hint:    `begin each key on its own line, indented as its neighbours; quote a text that holds ": "`,
	},
	"yaml-syntax-indentation": {
		Message: "this is not YAML: this does not continue what stands before it",
		Hint:    "indent the line as its neighbours; quote a text that holds quotes, colons or brackets",
	},
}
