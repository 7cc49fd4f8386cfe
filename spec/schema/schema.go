// Package schema describes the keys of a SPEC: to editors as a JSON Schema, and
// to people as a page. It knows what package spec accepts one value at a time;
// what does not fit together, only spec finds.
package schema

import (
	"bytes"
	"encoding/json"

	"github.com/repligrant/repligrant/internal/diag"
)

// JSON is the JSON Schema of a SPEC, of draft 7, which editors of YAML complete
// from. Say puts the descriptions into the language of the reader.
//
// See https://json-schema.org/draft-07/schema.
func JSON(say func(diag.Text) string) []byte {
	root := object("", keys, say)
	root.Schema = "http://json-schema.org/draft-07/schema#"
	root.Title = "repligrant SPEC"
	root.Description = say(about)
	root.AnyOf = []*value{{Required: []string{"replication"}}, {Required: []string{"writers"}}}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(root); err != nil {
		panic(err) //nolint:forbidigo // texts, numbers and lists always encode
	}
	return b.Bytes()
}

// Texts lists what [JSON] and [Page] say of each key, for translators.
func Texts() []diag.Text {
	list := []diag.Text{about}
	walk("", keys, func(path string, k key) {
		list = append(list, diag.Text{Key: textKey(path), English: k.about})
		if k.usual != "" {
			list = append(list, diag.Text{Key: usualKey(path), English: k.usual})
		}
	})
	return append(list, pageTexts.Texts()...)
}

// walk calls visit for every key, those within a key behind it.
func walk(parent string, list []key, visit func(path string, k key)) {
	for _, k := range list {
		path := join(parent, k.name)
		visit(path, k)
		walk(path, k.is.keys, visit)
	}
}

func join(parent, name string) string {
	if parent == "" {
		return name
	}
	return parent + "." + name
}

func textKey(path string) string  { return "schema-" + path }
func usualKey(path string) string { return "schema-" + path + "-default" }

// A value is a schema, with the words of JSON Schema.
type value struct {
	Schema      string `json:"$schema,omitempty"`
	Title       string `json:"title,omitempty"`
	Description string `json:"description,omitempty"`

	Type  string   `json:"type,omitempty"`
	Const any      `json:"const,omitempty"`
	Enum  []string `json:"enum,omitempty"`
	AnyOf []*value `json:"anyOf,omitempty"`

	Pattern   string `json:"pattern,omitempty"`
	MinLength int    `json:"minLength,omitempty"`
	MaxLength int    `json:"maxLength,omitempty"`
	Minimum   *int   `json:"minimum,omitempty"`
	Maximum   *int   `json:"maximum,omitempty"`

	Items       *value `json:"items,omitempty"`
	MinItems    int    `json:"minItems,omitempty"`
	UniqueItems bool   `json:"uniqueItems,omitempty"`

	Required      []string   `json:"required,omitempty"`
	Properties    properties `json:"properties,omitempty"`
	PropertyNames *value     `json:"propertyNames,omitempty"`
	MinProperties int        `json:"minProperties,omitempty"`
	MaxProperties int        `json:"maxProperties,omitempty"`
	Additional    any        `json:"additionalProperties,omitempty"` // false, or a *value

	Default any `json:"default,omitempty"`
}

// properties keep the order of the page, which is the one that editors offer.
type properties []property

type property struct {
	name  string
	value *value
}

// MarshalJSON writes an object in the order of the list.
func (p properties) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, one := range p {
		if i > 0 {
			b.WriteByte(',')
		}
		v, err := json.Marshal(one.value)
		if err != nil {
			return nil, err
		}
		name, err := json.Marshal(one.name)
		if err != nil {
			return nil, err
		}
		b.Write(append(append(name, ':'), v...))
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// object is the schema of a mapping with these keys and no others.
func object(path string, list []key, say func(diag.Text) string) *value {
	v := &value{Type: "object", Additional: false}
	for _, k := range list {
		below := join(path, k.name)
		one := k.is.schema(below, say)
		one.Description = say(diag.Text{Key: textKey(below), English: k.about})
		one.Default = k.standard
		v.Properties = append(v.Properties, property{k.name, one})
		if k.required {
			v.Required = append(v.Required, k.name)
		}
	}
	return v
}

// schema is the schema of a value at path.
func (f form) schema(path string, say func(diag.Text) string) *value {
	one := f.json
	if f.keys != nil {
		fields := object(path, f.keys, say)
		one.Type, one.Properties, one.Required, one.Additional = fields.Type, fields.Properties, fields.Required, fields.Additional
	}
	switch f.many {
	case listed:
		return &value{Type: "array", Items: &one, MinItems: f.least, UniqueItems: f.keys == nil}
	case oneOrListed:
		return &value{AnyOf: []*value{&one, {Type: "array", Items: &one, MinItems: f.least, UniqueItems: true}}}
	case byName:
		return &value{Type: "object", Additional: &one, PropertyNames: f.names}
	case details:
		one.MinProperties = 1
		return &value{AnyOf: []*value{{Type: "boolean"}, &one}}
	case single:
	}
	return &one
}
