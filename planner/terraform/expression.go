package terraform

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"regexp"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"
)

// expression writes JSON text as an HCL expression, with the elements in the
// order of the text.
func expression(text []byte) (hclwrite.Tokens, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	value, err := next(d)
	if err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, fmt.Errorf("more than one JSON value")
	}
	return value, nil
}

func next(d *json.Decoder) (hclwrite.Tokens, error) {
	t, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch t := t.(type) {
	case json.Delim:
		if t == '{' {
			return object(d)
		}
		return tuple(d)
	case string:
		return quote(t)
	case json.Number:
		return hclwrite.Tokens{{Type: hclsyntax.TokenNumberLit, Bytes: []byte(t.String())}}, nil
	case bool:
		return hclwrite.TokensForValue(cty.BoolVal(t)), nil
	default:
		return hclwrite.TokensForIdentifier("null"), nil
	}
}

func object(d *json.Decoder) (hclwrite.Tokens, error) {
	var attributes []hclwrite.ObjectAttrTokens
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return nil, err
		}
		name, err := attributeName(t.(string)) // the decoder takes no other
		if err != nil {
			return nil, err
		}
		value, err := next(d)
		if err != nil {
			return nil, err
		}
		attributes = append(attributes, hclwrite.ObjectAttrTokens{Name: name, Value: value})
	}
	_, err := d.Token()
	return hclwrite.TokensForObject(attributes), err
}

// plainName is what stands without quotes before "=": the elements of policies
// and of configurations. Keywords of HCL, and keys of conditions, do not.
var plainName = regexp.MustCompile(`^[A-Z][A-Za-z]*$`)

func attributeName(s string) (hclwrite.Tokens, error) {
	if plainName.MatchString(s) {
		return hclwrite.TokensForIdentifier(s), nil
	}
	return quote(s)
}

// tuple writes one element in each line, so that a diff shows the action that
// came or went; a single one needs no lines of its own.
func tuple(d *json.Decoder) (hclwrite.Tokens, error) {
	var elements []hclwrite.Tokens
	for d.More() {
		e, err := next(d)
		if err != nil {
			return nil, err
		}
		elements = append(elements, e)
	}
	_, err := d.Token()
	return lines(elements), err
}

// lines is a tuple of elements.
func lines(elements []hclwrite.Tokens) hclwrite.Tokens {
	if len(elements) < 2 {
		return hclwrite.TokensForTuple(elements)
	}
	list := hclwrite.Tokens{{Type: hclsyntax.TokenOBrack, Bytes: []byte("[")}, newline()}
	for _, e := range elements {
		list = append(append(list, e...), &hclwrite.Token{Type: hclsyntax.TokenComma, Bytes: []byte(",")}, newline())
	}
	return append(list, &hclwrite.Token{Type: hclsyntax.TokenCBrack, Bytes: []byte("]")})
}

func newline() *hclwrite.Token {
	return &hclwrite.Token{Type: hclsyntax.TokenNewline, Bytes: []byte("\n")}
}

// A TextError is text that Terraform would change: it keeps all strings in
// Unicode's form NFC, and a key of S3 is bytes.
//
// See https://developer.hashicorp.com/terraform/language/expressions/strings.
type TextError struct{ Text string }

func (e *TextError) Error() string {
	return fmt.Sprintf("Terraform would change the text %+q: it composes characters that this one writes in parts; use another format", e.Text)
}

// quote writes a string so that it stands for itself, whatever is in it.
func quote(s string) (hclwrite.Tokens, error) {
	v := cty.StringVal(s)
	if v.AsString() != s {
		return nil, &TextError{s}
	}
	return hclwrite.TokensForValue(v), nil
}
