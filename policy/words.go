package policy

import "github.com/repligrant/repligrant/internal/diag"

// sentences say why a document has no reading.
var sentences = diag.Sentences{
	"policy-twice":             "{name} is here twice; the first is at {line}:{column}",
	"policy-actions":           "the statement has Action and NotAction",
	"policy-bom":               "the document begins with a byte order mark, which JSON does not allow",
	"policy-condition":         "Condition is a JSON object",
	"policy-condition-value":   "the value of {name} is a string, a number, true or false",
	"policy-control":           "a control character inside a string must be escaped",
	"policy-cut":               "the document ends before it is complete",
	"policy-depth":             "nested more than {limit} deep",
	"policy-effect":            "Effect is \"Allow\" or \"Deny\"",
	"policy-element":           "{name} is not an element of a policy",
	"policy-encoding":          "the document is not URL-encoded: {problem}",
	"policy-ends":              "the document ends where {want} should be",
	"policy-escape":            "not an escape sequence of JSON",
	"policy-no-action":         "the statement has neither Action nor NotAction",
	"policy-no-effect":         "the statement has no Effect",
	"policy-no-text":           "{name} is a list of strings, and this is none",
	"policy-object":            "a policy is a JSON object",
	"policy-operator":          "{name} is an object from condition keys to values",
	"policy-principal":         "{name} is \"*\" or an object such as {example}",
	"policy-principal-type":    "{name} is not a type of principal",
	"policy-principals":        "the statement has Principal and NotPrincipal",
	"policy-resources":         "the statement has Resource and NotResource",
	"policy-size":              "the document has {size} bytes; more than {limit} are not read",
	"policy-statement":         "a statement is a JSON object",
	"policy-statement-element": "{name} is not an element of a statement",
	"policy-statements":        "Statement is an object or a list of objects",
	"policy-string-cut":        "the document ends inside a string",
	"policy-surrogate":         "half of a surrogate pair is no character",
	"policy-text":              "{name} is a string",
	"policy-texts":             "{name} is a string or a list of strings",
	"policy-trailing":          "something follows the end of the document",
	"policy-unexpected":        "{found} where {want} should be",
	"policy-utf16":             "the document is UTF-16; JSON is UTF-8",
	"policy-utf8":              "invalid UTF-8",
	"policy-value":             "{text} is not a JSON value",
	"policy-version":           "Version is {new} or {old}",
	"policy-want.name":         "a name in quotes",
	"policy-want.next":         "{comma} or {end}",
	"policy-want.value":        "a value",
}

// Texts lists what the package says, for translators.
func Texts() []diag.Text { return sentences.Texts() }
