// Package fact holds what is known of one thing: a value, that there is none,
// or that it was not read and why. An answer that could not be read is data
// here, so that no caller can mistake it for an empty one.
package fact

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// A State says which of the three a [Value] is.
type State uint8

// The states. The zero State is NotRead: what nobody filled in is unknown.
const (
	NotRead State = iota // nobody could read it, or nobody tried
	None                 // it was read, and there is none
	Known                // it was read, and this is it
)

// A Value is one fact. The zero Value was not read.
type Value[T any] struct {
	value T
	state State
	why   string
}

// Of returns the fact that the value is v.
func Of[T any](v T) Value[T] { return Value[T]{value: v, state: Known} }

// Absent returns the fact that there is no value.
func Absent[T any]() Value[T] { return Value[T]{state: None} }

// Unread returns a fact that could not be read. Why is an AWS error code
// ("AccessDenied") or another short reason; it may be empty.
func Unread[T any](why string) Value[T] { return Value[T]{why: why} }

// afterApply begins the reason of a value that planned infrastructure will have
// and nobody knows yet.
const afterApply = "known after apply: "

// AfterApply returns a fact that is known only once a plan has been applied.
// Address names what in the plan it comes from.
func AfterApply[T any](address string) Value[T] { return Unread[T](afterApply + address) }

// Address returns the address in the plan from the reason of a value that is
// known only after apply; ok is false for any other reason.
func Address(why string) (address string, ok bool) { return strings.CutPrefix(why, afterApply) }

// Get returns the value, and whether there is one.
func (f Value[T]) Get() (T, bool) { return f.value, f.state == Known }

// Or returns the value, or other where there is none or it was not read.
func (f Value[T]) Or(other T) T {
	if f.state == Known {
		return f.value
	}
	return other
}

// State says whether the value is known, known not to be there, or not read.
func (f Value[T]) State() State { return f.state }

// Read reports whether it is known what the value is, or that there is none.
func (f Value[T]) Read() bool { return f.state != NotRead }

// Why is the reason why the value was not read. It is empty if nobody said, and
// for values that were read.
func (f Value[T]) Why() string { return f.why }

// IsZero reports whether f is the zero Value, for encoding/json's omitzero.
func (f Value[T]) IsZero() bool { return f.state == NotRead && f.why == "" }

// unreadable is how a single value that could not be read is written in JSON.
type unreadable struct {
	Unreadable string `json:"unreadable"`
}

// MarshalJSON writes a value as itself, none as null, and a value that was not
// read as {"unreadable": "why"}.
func (f Value[T]) MarshalJSON() ([]byte, error) {
	switch f.state {
	case Known:
		return json.Marshal(f.value)
	case None:
		return []byte("null"), nil
	default:
		return json.Marshal(unreadable{f.why})
	}
}

// UnmarshalJSON reads what MarshalJSON writes. A field that is absent from its
// object leaves the zero Value: not read.
func (f *Value[T]) UnmarshalJSON(data []byte) error {
	if bytes.Equal(bytes.TrimSpace(data), []byte("null")) {
		*f = Absent[T]()
		return nil
	}
	if why, ok := parseUnreadable(data); ok {
		*f = Unread[T](why)
		return nil
	}
	var v T
	if err := json.Unmarshal(data, &v); err != nil {
		return err
	}
	*f = Of(v)
	return nil
}

// parseUnreadable reports whether data is an object with the one key
// "unreadable", and its reason.
func parseUnreadable(data []byte) (string, bool) {
	if !bytes.Contains(data, []byte(`"unreadable"`)) {
		return "", false
	}
	var m map[string]json.RawMessage
	if json.Unmarshal(data, &m) != nil || len(m) != 1 {
		return "", false
	}
	var why string
	if json.Unmarshal(m["unreadable"], &why) != nil {
		return "", false
	}
	if why == "" {
		why = "unreadable"
	}
	return why, true
}

// String is for messages and tests: the value, "none", or "not read (why)".
func (f Value[T]) String() string {
	switch f.state {
	case Known:
		return fmt.Sprint(f.value)
	case None:
		return "none"
	default:
		if f.why == "" {
			return "not read"
		}
		return "not read (" + f.why + ")"
	}
}
