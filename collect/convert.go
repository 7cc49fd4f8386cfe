package collect

import (
	"encoding/json"
	"fmt"
	"reflect"
	"time"

	"github.com/repligrant/repligrant/fact"
	"github.com/repligrant/repligrant/snapshot"
)

// answer returns the answer of a call, or a part of it.
func answer[T any](out *T, err error, part ...func() any) (any, error) {
	switch {
	case err != nil:
		return nil, err
	case len(part) == 0:
		return out, nil
	}
	return part[0](), nil
}

// convert turns an answer of the SDK into AWS's JSON shape, and that into a T:
// the SDK calls fields as AWS's JSON does. What T does not hold is left out. An
// answer without the part that was asked for is an error.
func convert[T any](answer any) (value T, err error) {
	shape, ok := plain(reflect.ValueOf(answer))
	if !ok {
		return value, &answerError{emptyAnswer, fmt.Sprintf("%T", answer)}
	}
	text, err := json.Marshal(shape)
	if err != nil {
		return value, err
	}
	return value, json.Unmarshal(text, &value)
}

// plain turns a value of the SDK into maps, lists and scalars. Fields that were
// not in the answer are left out: nil pointers, lists and maps, and empty names
// of enumerations. An empty list that was asked for by itself stays.
func plain(v reflect.Value) (shape any, ok bool) {
	if when, is := timeOf(v); is {
		return when.UTC().Format(time.RFC3339), true
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return nil, false
		}
		return pointed(v.Elem())
	case reflect.Struct:
		return object(v), true
	case reflect.Slice:
		return list(v), true
	case reflect.Map:
		return v.Interface(), !v.IsNil()
	case reflect.String:
		return v.String(), v.Len() > 0
	case reflect.Invalid:
		return nil, false
	default:
		return v.Interface(), true
	}
}

// pointed is the value behind a pointer, which also is there if it is empty.
func pointed(v reflect.Value) (any, bool) {
	if v.Kind() == reflect.String {
		return v.String(), true
	}
	return plain(v)
}

func object(v reflect.Value) map[string]any {
	shape := make(map[string]any)
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if !f.IsExported() || f.Name == "ResultMetadata" || v.Field(i).Kind() == reflect.Slice && v.Field(i).IsNil() {
			continue
		}
		if value, ok := plain(v.Field(i)); ok {
			shape[f.Name] = value
		}
	}
	return shape
}

func list(v reflect.Value) []any {
	shape := make([]any, 0, v.Len())
	for i := range v.Len() {
		value, _ := pointed(v.Index(i))
		shape = append(shape, value)
	}
	return shape
}

func timeOf(v reflect.Value) (time.Time, bool) {
	if !v.IsValid() || v.Type() != reflect.TypeFor[time.Time]() {
		return time.Time{}, false
	}
	return v.Interface().(time.Time), true
}

// A document is a target for a policy that AWS answers with as text.
type document struct{ *snapshot.Document }

func (d document) set(answer any) error {
	text, _ := answer.(string)
	if text == "" {
		return &answerError{emptyAnswer, "the policy has no text"}
	}
	*d.Document = snapshot.ReadDocument(text)
	return nil
}

func (d document) setNone() { *d.Document = snapshot.NoDocument() }

// orNone is the target of a setting that is answered with an empty element when
// it is not configured.
type orNone struct{ field[snapshot.Raw] }

func (o orNone) set(answer any) error {
	if err := o.field.set(answer); err != nil {
		return err
	}
	if value, _ := o.Get(); len(value) == 0 {
		*o.Value = fact.Absent[snapshot.Raw]()
	}
	return nil
}
