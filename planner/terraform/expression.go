package terraform

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"
)

// expression writes JSON text as an HCL expression, with the elements in the
// order of the text.
func expression(text []byte) (value, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	v, err := next(d)
	if err != nil {
		return value{}, err
	}
	if _, err := d.Token(); err != io.EOF {
		return value{}, fmt.Errorf("more than one JSON value")
	}
	return v, nil
}

func next(d *json.Decoder) (value, error) {
	t, err := d.Token()
	if err != nil {
		return value{}, err
	}
	switch t := t.(type) {
	case json.Delim:
		if t == '{' {
			return attributes(d)
		}
		return elements(d)
	case string:
		text, err := quote(t)
		return one(text), err
	case json.Number:
		return one(t.String()), nil
	case bool:
		return one(strconv.FormatBool(t)), nil
	default:
		return one("null"), nil
	}
}

// attributes are those of an object.
func attributes(d *json.Decoder) (value, error) {
	var b body
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return value{}, err
		}
		name, err := attributeName(t.(string)) // the decoder takes no other
		if err != nil {
			return value{}, err
		}
		v, err := next(d)
		if err != nil {
			return value{}, err
		}
		b.add(name, v)
	}
	_, err := d.Token()
	return object(b), err
}

// object is an object with the attributes of b.
func object(b body) value {
	if len(b.lines) == 0 {
		return one("{}")
	}
	return value{"{", &b, "}"}
}

// plainName is what stands without quotes before "=": the elements of policies
// and of configurations. Keywords of HCL, and keys of conditions, do not.
var plainName = regexp.MustCompile(`^[A-Z][A-Za-z]*$`)

func attributeName(s string) (string, error) {
	if plainName.MatchString(s) {
		return s, nil
	}
	return quote(s)
}

func elements(d *json.Decoder) (value, error) {
	var list []value
	for d.More() {
		v, err := next(d)
		if err != nil {
			return value{}, err
		}
		list = append(list, v)
	}
	_, err := d.Token()
	return tuple(list), err
}

// tuple writes one element in each line, so that a diff shows the action that
// came or went; a single one needs no lines of its own.
func tuple(list []value) value {
	switch len(list) {
	case 0:
		return one("[]")
	case 1:
		return within("[", list[0], "]")
	}
	b := &body{lines: make([]line, 0, len(list))}
	for _, v := range list {
		b.add("", within("", v, ","))
	}
	return value{"[", b, "]"}
}

// quote writes a string so that it stands for itself, whatever is in it.
func quote(s string) (string, error) {
	if isPlain(s) && !strings.ContainsAny(s, "\"\\$%") {
		return `"` + s + `"`, nil
	}
	v := cty.StringVal(s)
	if v.AsString() != s {
		return "", changed(s)
	}
	return string(hclwrite.TokensForValue(v).Bytes()), nil
}
